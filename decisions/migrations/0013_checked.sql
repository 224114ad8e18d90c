-- Nothing is submitted that goes out as it is and that nobody but who brought it has looked at. Later neither file nor
-- check changes: both are frozen with the version.
CREATE FUNCTION staff.guard_checked() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM decisions_attachment file WHERE file.version_id = NEW.id AND file.as_it_is
        AND NOT EXISTS (SELECT FROM decisions_attachmentcheck checked
            WHERE checked.attachment_id = file.id AND checked.person_id <> file.added_by_id)) THEN
        RAISE EXCEPTION 'version refused: nobody has checked what goes out as it is'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_checked BEFORE UPDATE OF state ON decisions_version
    FOR EACH ROW WHEN (NEW.state = 'with_head_of_service' AND OLD.state <> 'with_head_of_service')
    EXECUTE FUNCTION staff.guard_checked();
ALTER TABLE decisions_version ENABLE ALWAYS TRIGGER ab_checked;
