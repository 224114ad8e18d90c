-- Notes for an office are kept as they were written; a key may be wrapped again and never goes.
REVOKE UPDATE, DELETE ON approvals_briefingnote FROM :staff;
REVOKE DELETE ON approvals_briefingnotekey FROM :staff;
CALL staff.make_append_only('approvals_briefingnote');
CREATE TRIGGER aa_rewrapped BEFORE UPDATE ON approvals_briefingnotekey
    FOR EACH ROW EXECUTE FUNCTION staff.keep_key();
CREATE TRIGGER zz_kept BEFORE DELETE ON approvals_briefingnotekey
    FOR EACH ROW EXECUTE FUNCTION staff.refuse_change();
CREATE TRIGGER zz_never_emptied BEFORE TRUNCATE ON approvals_briefingnotekey
    FOR EACH STATEMENT EXECUTE FUNCTION staff.refuse_change();
ALTER TABLE approvals_briefingnotekey ENABLE ALWAYS TRIGGER aa_rewrapped;
ALTER TABLE approvals_briefingnotekey ENABLE ALWAYS TRIGGER zz_kept;
ALTER TABLE approvals_briefingnotekey ENABLE ALWAYS TRIGGER zz_never_emptied;

-- A note is written by who holds or signs for the office, or serves it, and of a paper that waits for a signature.
CREATE FUNCTION staff.guard_briefing_note() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM people_holding WHERE office_id = NEW.office_id AND person_id = NEW.by_id
            AND since <= clock_timestamp() AND (until IS NULL OR until > clock_timestamp()))
        AND NOT EXISTS (SELECT FROM people_privateoffice WHERE office_id = NEW.office_id AND person_id = NEW.by_id
            AND since <= clock_timestamp() AND until > clock_timestamp())
        OR NOT EXISTS (SELECT FROM decisions_version WHERE id = NEW.version_id AND state LIKE 'with\_%') THEN
        RAISE EXCEPTION 'briefing note refused: it is of the office that the paper is with'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_note BEFORE INSERT ON approvals_briefingnote
    FOR EACH ROW EXECUTE FUNCTION staff.guard_briefing_note();
ALTER TABLE approvals_briefingnote ENABLE ALWAYS TRIGGER aa_note;
