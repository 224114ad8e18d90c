-- 1. A published file stands beside its publication, behind the wall, for good.
ALTER TABLE decisions_publicationattachment SET SCHEMA site;
REVOKE UPDATE, DELETE ON decisions_publicationattachment FROM :staff;
GRANT SELECT ON decisions_publicationattachment TO :public;
CALL staff.make_append_only('decisions_publicationattachment');

-- 2. What hangs on a version at any depth is frozen with it. The trigger is given the query that finds the version
--    of a row; like every child, the row takes a share lock on it.
CREATE FUNCTION staff.freeze_by() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    before_id uuid;
    after_id uuid;
    owner_id uuid;
    standing text;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        EXECUTE TG_ARGV[0] INTO before_id USING OLD;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        EXECUTE TG_ARGV[0] INTO after_id USING NEW;
    END IF;
    FOREACH owner_id IN ARRAY ARRAY[before_id, after_id] LOOP
        IF owner_id IS NOT NULL THEN
            SELECT state INTO standing FROM decisions_version WHERE id = owner_id FOR SHARE;
            IF standing IS NULL OR standing NOT IN ('draft', 'in_advice') THEN
                RAISE EXCEPTION '% on % refused: the version is %', TG_OP, TG_TABLE_NAME, standing
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
        END IF;
    END LOOP;
    RETURN coalesce(NEW, OLD);
END $$;

DO $$
DECLARE
    kept record;
BEGIN
    FOR kept IN SELECT * FROM (VALUES
        ('decisions_attachment', 'SELECT ($1).version_id'),
        ('decisions_attachmentcontent', 'SELECT version_id FROM decisions_attachment WHERE id = ($1).attachment_id'),
        ('decisions_attachmentcheck', 'SELECT version_id FROM decisions_attachment WHERE id = ($1).attachment_id'),
        ('decisions_part2file', 'SELECT version_id FROM decisions_part2paper WHERE id = ($1).paper_id'),
        ('decisions_part2filecontent',
            'SELECT paper.version_id FROM decisions_part2file file JOIN decisions_part2paper paper
                ON paper.id = file.paper_id WHERE file.id = ($1).file_id')
    ) AS rows (name, query) LOOP
        EXECUTE format('CREATE TRIGGER aa_frozen BEFORE INSERT OR UPDATE OR DELETE ON %I
                        FOR EACH ROW EXECUTE FUNCTION staff.freeze_by(%L)', kept.name, kept.query);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER aa_frozen', kept.name);
        EXECUTE format('CREATE TRIGGER zz_never_emptied BEFORE TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION staff.refuse_change()', kept.name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER zz_never_emptied', kept.name);
    END LOOP;
END $$;
REVOKE UPDATE ON decisions_attachmentcontent, decisions_attachmentcheck, decisions_part2filecontent FROM :staff;

-- 3. The bytes are those of the digest, and stay so: another file is another attachment. Who brought a file that
--    goes out as it is does not check it.
CREATE FUNCTION staff.guard_attachment() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE fault text;
BEGIN
    IF TG_TABLE_NAME = 'decisions_attachment' THEN
        IF (NEW.id, NEW.version_id, NEW.kind, NEW.size, NEW.digest, NEW.accessible, NEW.as_it_is, NEW.added_by_id)
            IS DISTINCT FROM
           (OLD.id, OLD.version_id, OLD.kind, OLD.size, OLD.digest, OLD.accessible, OLD.as_it_is, OLD.added_by_id) THEN
            fault := 'another file is another attachment';
        END IF;
    ELSIF TG_TABLE_NAME = 'decisions_attachmentcontent' THEN
        IF NOT EXISTS (SELECT FROM decisions_attachment file WHERE file.id = NEW.attachment_id
            AND file.digest = sha256(NEW.content) AND file.size = length(NEW.content)) THEN
            fault := 'the digest is not that of the bytes';
        END IF;
    ELSIF NOT EXISTS (SELECT FROM decisions_attachment file WHERE file.id = NEW.attachment_id
        AND file.as_it_is AND file.added_by_id <> NEW.person_id) THEN
        fault := 'a second person checks what goes out as it is';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'attachment refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_same_file BEFORE UPDATE ON decisions_attachment
    FOR EACH ROW EXECUTE FUNCTION staff.guard_attachment();
CREATE TRIGGER ab_bytes BEFORE INSERT OR UPDATE ON decisions_attachmentcontent
    FOR EACH ROW EXECUTE FUNCTION staff.guard_attachment();
CREATE TRIGGER ab_second_person BEFORE INSERT OR UPDATE ON decisions_attachmentcheck
    FOR EACH ROW EXECUTE FUNCTION staff.guard_attachment();
ALTER TABLE decisions_attachment ENABLE ALWAYS TRIGGER ab_same_file;
ALTER TABLE decisions_attachmentcontent ENABLE ALWAYS TRIGGER ab_bytes;
ALTER TABLE decisions_attachmentcheck ENABLE ALWAYS TRIGGER ab_second_person;

-- 4. Only what was signed crosses the wall, in the act of publishing, and all of it.
CREATE FUNCTION staff.signed_attachments(published uuid) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = staff, site, pg_catalog, pg_temp AS $$
    SELECT coalesce(convert_from(snap.content, 'UTF8')::jsonb->'attachments', '[]')
        FROM decisions_publication head JOIN decisions_snapshot snap
        ON snap.version_id = head.id AND snap.digest = head.snapshot_digest
        WHERE head.id = published
$$;
GRANT EXECUTE ON FUNCTION staff.signed_attachments(uuid) TO :staff;

CREATE FUNCTION staff.guard_published_attachment() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.digest IS DISTINCT FROM sha256(NEW.content) THEN
        RAISE EXCEPTION 'the digest is not that of the bytes' USING ERRCODE = 'integrity_constraint_violation';
    ELSIF NOT coalesce(staff.signed_attachments(NEW.publication_id) @> jsonb_build_array(
            jsonb_build_object('file', NEW.file, 'digest', encode(NEW.digest, 'hex'))), false) THEN
        RAISE EXCEPTION 'the attachment is none that was signed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_signed BEFORE INSERT ON decisions_publicationattachment
    FOR EACH ROW EXECUTE FUNCTION staff.guard_published_attachment();
ALTER TABLE decisions_publicationattachment ENABLE ALWAYS TRIGGER aa_signed;

CREATE FUNCTION staff.guard_all_published() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    -- Nothing where there is no publication at all, which is refused by another guard.
    IF jsonb_array_length(staff.signed_attachments(NEW.id)) <>
        (SELECT count(*) FROM decisions_publicationattachment WHERE publication_id = NEW.id) THEN
        RAISE EXCEPTION 'version refused: an attachment has not been published'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_attachments BEFORE UPDATE OF state ON decisions_version
    FOR EACH ROW WHEN (NEW.state = 'published' AND OLD.state <> 'published')
    EXECUTE FUNCTION staff.guard_all_published();
ALTER TABLE decisions_version ENABLE ALWAYS TRIGGER ab_attachments;
