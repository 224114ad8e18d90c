-- 1. A publication of the archive has a guard of its own; every other keeps the route's.
DROP TRIGGER aa_publication ON decisions_publication;
CREATE TRIGGER aa_publication BEFORE INSERT ON decisions_publication
    FOR EACH ROW WHEN (NEW.origin <> 'archive') EXECUTE FUNCTION staff.guard_publication();
ALTER TABLE decisions_publication ENABLE ALWAYS TRIGGER aa_publication;

CREATE FUNCTION staff.guard_archive_publication() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    file decisions_archivefile;
    batch decisions_archivebatch;
    fault text;
BEGIN
    SELECT * INTO file FROM decisions_archivefile WHERE id = NEW.id FOR UPDATE;
    SELECT * INTO batch FROM decisions_archivebatch WHERE id = file.batch_id;
    IF file.status IS DISTINCT FROM 'read' THEN
        fault := 'no file of the archive is to be published as this';
    ELSIF batch.approved_at IS NULL THEN
        fault := 'two people have not approved it';
    ELSIF (NEW.body_key, NEW.series, NEW.year, NEW.number, NEW.key, NEW.reference, NEW.version, NEW.decided_on)
        IS DISTINCT FROM (batch.body_id, (SELECT key FROM decisions_series WHERE id = file.series_id), file.year,
            file.number, file.key, file.reference, 1::smallint, file.decided_on) THEN
        fault := 'it bears another number or date';
    ELSIF (NEW.published_at AT TIME ZONE 'Europe/London')::date <> coalesce(file.published_on, file.decided_on) THEN
        fault := 'it was not published on that day';
    ELSIF EXISTS (SELECT FROM decisions_decision WHERE series_id = file.series_id AND number = file.number
        AND year IS NOT DISTINCT FROM file.year) THEN
        fault := 'its number was issued here';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'publication refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_archive BEFORE INSERT ON decisions_publication
    FOR EACH ROW WHEN (NEW.origin = 'archive') EXECUTE FUNCTION staff.guard_archive_publication();
ALTER TABLE decisions_publication ENABLE ALWAYS TRIGGER aa_archive;

-- 2. The body: of the text that was signed; of the archive, the very bytes that two people approved, with no signature.
CREATE OR REPLACE FUNCTION staff.guard_published_bytes() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.digest IS DISTINCT FROM sha256(NEW.content) THEN
        RAISE EXCEPTION 'the digest is not that of the bytes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_TABLE_NAME = 'decisions_publicationbody' AND NOT EXISTS (
        SELECT FROM decisions_publication head WHERE head.id = NEW.publication_id
        AND coalesce(encode(head.snapshot_digest, 'hex'), '') = convert_from(NEW.content, 'UTF8')::jsonb->>'snapshot_digest'
        AND coalesce(encode(head.acts_digest, 'hex'), '') = convert_from(NEW.content, 'UTF8')::jsonb->>'acts_digest'
        AND (head.origin = 'route' OR EXISTS (
            SELECT FROM decisions_archivefile file WHERE file.id = head.id AND file.content_digest = NEW.digest))) THEN
        RAISE EXCEPTION 'the body is not of the text that was signed or approved'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
