-- 1. Old addresses stand on the public side: it reads them, and nobody changes them.
ALTER TABLE decisions_alias SET SCHEMA site;
REVOKE UPDATE, DELETE ON decisions_alias FROM :staff;
GRANT SELECT ON decisions_alias TO :public;
CALL staff.make_append_only('decisions_alias');

-- What a batch will publish, as one digest: of each file's key and of the bytes that will be public.
CREATE FUNCTION staff.archive_digest(batch uuid) RETURNS bytea
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT sha256(convert_to(coalesce(string_agg(id::text || ':' || encode(content_digest, 'hex'), '|' ORDER BY id), ''), 'UTF8'))
        FROM decisions_archivefile WHERE batch_id = batch AND status IN ('read', 'published')
$$;
GRANT EXECUTE ON FUNCTION staff.archive_digest(uuid) TO :staff;

-- Whether somebody may approve old decisions: one of the governance team now.
CREATE FUNCTION staff.archives(someone uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM people_holding held JOIN people_office office ON office.id = held.office_id
        JOIN people_user person ON person.id = held.person_id
        WHERE held.person_id = someone AND office.role = 'governance' AND person.is_active
        AND held.since <= clock_timestamp() AND (held.until IS NULL OR held.until > clock_timestamp()))
$$;
GRANT EXECUTE ON FUNCTION staff.archives(uuid) TO :staff;

-- Whether two different people have approved a batch as it is now; one who has left since does not count.
CREATE FUNCTION staff.archive_agreed(batch uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT count(DISTINCT person_id) > 1 FROM decisions_archiveapproval
        WHERE batch_id = batch AND digest = staff.archive_digest(batch) AND staff.archives(person_id)
$$;
GRANT EXECUTE ON FUNCTION staff.archive_agreed(uuid) TO :staff;

-- 2. A batch is approved once, when two people have approved what it holds, its numbers were issued by nobody here,
--    and numbering begins above them.
CREATE FUNCTION staff.guard_archive_batch() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE fault text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        fault := 'it is never deleted';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.approved_at IS NOT NULL THEN fault := 'it begins without approval'; END IF;
    ELSIF OLD.approved_at IS NOT NULL OR NEW.approved_at IS NULL
        OR (to_jsonb(NEW) - 'approved_at') <> (to_jsonb(OLD) - 'approved_at') THEN
        fault := 'it is approved once, and nothing else of it changes';
    ELSIF NOT staff.archive_agreed(NEW.id) THEN
        fault := 'two people have not approved it';
    ELSIF EXISTS (SELECT FROM decisions_archivefile f JOIN decisions_decision d ON d.series_id = f.series_id
        AND d.number = f.number AND d.year IS NOT DISTINCT FROM f.year WHERE f.batch_id = NEW.id AND f.status = 'read') THEN
        fault := 'a number of it was issued here';
    ELSIF EXISTS (SELECT FROM decisions_archivefile f JOIN decisions_series s ON s.id = f.series_id AND s.issues
        WHERE f.batch_id = NEW.id AND f.status = 'read' AND NOT EXISTS (SELECT FROM decisions_counter c
            WHERE c.series_id = f.series_id AND c.year IS NOT DISTINCT FROM f.year AND c.last_number >= f.number)) THEN
        fault := 'numbering does not begin above it';
    ELSE
        NEW.approved_at := clock_timestamp();
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'batch refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_batch BEFORE INSERT OR UPDATE OR DELETE ON decisions_archivebatch
    FOR EACH ROW EXECUTE FUNCTION staff.guard_archive_batch();
ALTER TABLE decisions_archivebatch ENABLE ALWAYS TRIGGER aa_batch;

-- 3. A file stays in its batch, says in its row what its approved bytes say, and is frozen once the batch is approved; then it is published.
CREATE FUNCTION staff.guard_archive_file() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    approved timestamptz;
    said jsonb;
    fault text;
BEGIN
    IF NEW.status = 'read' THEN
        said := convert_from(NEW.content, 'UTF8')::jsonb;
    END IF;
    SELECT approved_at INTO approved FROM decisions_archivebatch WHERE id = coalesce(NEW.batch_id, OLD.batch_id) FOR SHARE;
    IF TG_OP = 'DELETE' THEN
        fault := 'it is never deleted';
    ELSIF TG_OP = 'UPDATE' AND (NEW.id, NEW.batch_id, NEW.digest) IS DISTINCT FROM (OLD.id, OLD.batch_id, OLD.digest) THEN
        fault := 'a file stays in its batch';
    ELSIF NEW.status = 'published' THEN
        IF TG_OP = 'INSERT' OR approved IS NULL OR OLD.status <> 'read'
            OR (to_jsonb(NEW) - 'status') <> (to_jsonb(OLD) - 'status')
            OR NOT EXISTS (SELECT FROM decisions_publication WHERE id = NEW.id) THEN
            fault := 'nothing of it has been published';
        END IF;
    ELSIF approved IS NOT NULL THEN
        fault := 'two people have approved its batch';
    ELSIF NEW.status = 'read' AND (NEW.content_digest IS DISTINCT FROM sha256(NEW.content)
        OR (said->>'series', said->>'year', said->>'number', said->>'key', said->>'reference', said->>'title',
            said->>'decided_on', said#>>'{archived,published_on}', said#>'{archived,addresses}')
        IS DISTINCT FROM ((SELECT key FROM decisions_series WHERE id = NEW.series_id), NEW.year::text, NEW.number::text,
            NEW.key, NEW.reference, NEW.title, to_char(NEW.decided_on, 'YYYY-MM-DD'),
            to_char(NEW.published_on, 'YYYY-MM-DD'), to_jsonb(NEW.addresses))) THEN
        fault := 'its bytes are not those that it speaks of';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'archived file refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_file BEFORE INSERT OR UPDATE OR DELETE ON decisions_archivefile
    FOR EACH ROW EXECUTE FUNCTION staff.guard_archive_file();
ALTER TABLE decisions_archivefile ENABLE ALWAYS TRIGGER aa_file;

-- 4. Who approves is of the governance team now, and approves what the batch holds now.
CREATE FUNCTION staff.guard_archive_approval() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    approved timestamptz;
    fault text;
BEGIN
    SELECT approved_at INTO approved FROM decisions_archivebatch WHERE id = NEW.batch_id FOR UPDATE;
    IF approved IS NOT NULL THEN
        fault := 'the batch is approved already';
    ELSIF NEW.digest IS DISTINCT FROM staff.archive_digest(NEW.batch_id) THEN
        fault := 'another list was shown';
    ELSIF NOT EXISTS (SELECT FROM decisions_archivefile WHERE batch_id = NEW.batch_id AND status = 'read') THEN
        fault := 'there is nothing to publish';
    ELSIF NOT staff.archives(NEW.person_id) THEN
        fault := 'the approver is not of the governance team';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'approval refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_approval BEFORE INSERT ON decisions_archiveapproval
    FOR EACH ROW EXECUTE FUNCTION staff.guard_archive_approval();
ALTER TABLE decisions_archiveapproval ENABLE ALWAYS TRIGGER aa_approval;
REVOKE UPDATE, DELETE ON decisions_archiveapproval FROM :staff;
CALL staff.make_append_only('decisions_archiveapproval');
REVOKE DELETE ON decisions_archivebatch, decisions_archivefile FROM :staff;

-- 5. Numbering: a counter counts up by one, or jumps to a number that two people put into the archive; a series of the
--    past has none; a number of the archive is not issued.
CREATE OR REPLACE FUNCTION staff.count_up() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT (SELECT issues FROM decisions_series WHERE id = NEW.series_id) THEN
            RAISE EXCEPTION 'a series of the past issues no numbers' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF TG_OP = 'DELETE' OR NEW.series_id <> OLD.series_id OR NEW.year IS DISTINCT FROM OLD.year
        OR (NEW.last_number <> OLD.last_number + 1 AND (NEW.last_number <= OLD.last_number OR NOT EXISTS (
            SELECT FROM decisions_archivefile WHERE series_id = NEW.series_id AND number = NEW.last_number
            AND year IS NOT DISTINCT FROM NEW.year AND status = 'read' AND staff.archive_agreed(batch_id)))) THEN
        RAISE EXCEPTION 'a counter only counts up by one' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER aa_count ON decisions_counter;
CREATE TRIGGER aa_count BEFORE INSERT OR UPDATE OR DELETE ON decisions_counter
    FOR EACH ROW EXECUTE FUNCTION staff.count_up();
ALTER TABLE decisions_counter ENABLE ALWAYS TRIGGER aa_count;

CREATE FUNCTION staff.keep_archived_number() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.number IS NOT NULL AND EXISTS (SELECT FROM decisions_archivefile f
        JOIN decisions_archivebatch b ON b.id = f.batch_id AND b.approved_at IS NOT NULL
        WHERE f.series_id = NEW.series_id AND f.number = NEW.number AND f.year IS NOT DISTINCT FROM NEW.year
        AND f.status IN ('read', 'published')) THEN
        RAISE EXCEPTION 'the archive has this number' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_archive BEFORE INSERT OR UPDATE OF number ON decisions_decision
    FOR EACH ROW EXECUTE FUNCTION staff.keep_archived_number();
ALTER TABLE decisions_decision ENABLE ALWAYS TRIGGER ab_archive;

-- 6. An old address leads to a decision of the archive that two people approved with it.
CREATE FUNCTION staff.guard_alias() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM decisions_archivefile f JOIN decisions_publication p ON p.id = f.id
        WHERE f.id = NEW.publication_id AND NEW.path = ANY (f.addresses)) THEN
        RAISE EXCEPTION 'the address is not one of this decision' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_alias BEFORE INSERT ON decisions_alias FOR EACH ROW EXECUTE FUNCTION staff.guard_alias();
ALTER TABLE decisions_alias ENABLE ALWAYS TRIGGER aa_alias;
