-- Where advice had its key beside it, where it could not be wrapped again, it moves into the table of keys.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'approvals_advice'::regclass AND attname = 'key_wrapped_by') THEN
        INSERT INTO approvals_advicekey (advice_id, wrapped, wrapped_by)
            SELECT id, key, key_wrapped_by FROM approvals_advice WHERE key IS NOT NULL;
        SET CONSTRAINTS ALL IMMEDIATE;
        ALTER TABLE approvals_advice DROP COLUMN key, DROP COLUMN key_wrapped_by;
    END IF;
END $$;

CREATE TRIGGER aa_rewrapped BEFORE UPDATE ON approvals_advicekey
    FOR EACH ROW EXECUTE FUNCTION staff.keep_key();
CREATE TRIGGER zz_kept BEFORE DELETE ON approvals_advicekey
    FOR EACH ROW EXECUTE FUNCTION staff.refuse_change();
CREATE TRIGGER zz_never_emptied BEFORE TRUNCATE ON approvals_advicekey
    FOR EACH STATEMENT EXECUTE FUNCTION staff.refuse_change();
ALTER TABLE approvals_advicekey ENABLE ALWAYS TRIGGER aa_rewrapped;
ALTER TABLE approvals_advicekey ENABLE ALWAYS TRIGGER zz_kept;
ALTER TABLE approvals_advicekey ENABLE ALWAYS TRIGGER zz_never_emptied;
REVOKE DELETE ON approvals_advicekey FROM :staff;

-- A signature also names the paper's own head of service, and the signer as the holding says.
CREATE OR REPLACE FUNCTION staff.guard_signature() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    version decisions_version;
    round approvals_round;
    fault text;
BEGIN
    SELECT v.* INTO version FROM decisions_version v JOIN approvals_round r ON r.version_id = v.id
        WHERE r.id = NEW.round_id FOR UPDATE OF v;
    SELECT * INTO round FROM approvals_round WHERE id = NEW.round_id;
    IF round.closed_at IS NOT NULL THEN
        fault := 'the round is closed';
    ELSIF version.state IS DISTINCT FROM staff.signs_in(NEW.office) THEN
        fault := format('it is not the turn of %s', NEW.office);
    ELSIF NEW.digest IS DISTINCT FROM (SELECT sha256(content) FROM decisions_snapshot WHERE id = round.snapshot_id) THEN
        fault := 'another text was shown';
    ELSIF NEW.acts_digest IS DISTINCT FROM sha256(NEW.acts) THEN
        fault := 'the acts are not those of the digest';
    ELSIF NEW.office = 'decision_maker' AND length(NEW.acts) = 0 THEN
        fault := 'a decision says what was decided';
    ELSIF EXISTS (SELECT FROM decisions_contributor WHERE version_id = version.id AND person_id = NEW.signer_id)
        OR version.drafting_officer_id = NEW.signer_id THEN
        fault := 'nobody signs a paper that they wrote';
    ELSIF NEW.office = 'head_of_service' AND NEW.held_id IS DISTINCT FROM version.head_of_service_id THEN
        fault := 'the paper names another head of service';
    ELSIF NOT EXISTS (
        SELECT FROM people_holding held JOIN people_office office ON office.id = held.office_id
        JOIN people_user person ON person.id = held.person_id
        WHERE held.person_id = NEW.signer_id AND office.id = NEW.held_id AND office.role = NEW.office
        AND NEW.name = person.full_name AND NEW.office_title = office.title AND NEW.capacity = held.capacity
        AND person.is_active AND held.since <= clock_timestamp()
        AND (held.until IS NULL OR held.until > clock_timestamp())) THEN
        fault := 'the signer does not hold the office';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'signature refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.signed_at := clock_timestamp();
    RETURN NEW;
END $$;
