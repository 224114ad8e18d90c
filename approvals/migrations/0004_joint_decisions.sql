-- A joint decision is recorded once, after our own and before publication, and stays; nothing is published before all
-- have decided.
CREATE FUNCTION staff.guard_joint_decision() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE standing text;
BEGIN
    SELECT v.state INTO standing FROM decisions_version v JOIN decisions_jointdecider d ON d.version_id = v.id
        WHERE d.id = NEW.decider_id AND v.id = NEW.version_id AND d.decided_on IS NULL FOR SHARE OF v;
    IF standing IS DISTINCT FROM 'decided' THEN
        RAISE EXCEPTION 'joint decision refused: the version is %', standing
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_joint BEFORE INSERT ON approvals_jointdecision
    FOR EACH ROW EXECUTE FUNCTION staff.guard_joint_decision();
ALTER TABLE approvals_jointdecision ENABLE ALWAYS TRIGGER aa_joint;
REVOKE UPDATE, DELETE ON approvals_jointdecision FROM :staff;
CALL staff.make_append_only('approvals_jointdecision');

CREATE FUNCTION staff.guard_joint_publication() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM decisions_jointdecider d WHERE d.version_id = NEW.id AND d.decided_on IS NULL
        AND NOT EXISTS (SELECT FROM approvals_jointdecision WHERE decider_id = d.id)) THEN
        RAISE EXCEPTION 'publication refused: not everybody has decided' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_joint BEFORE INSERT ON decisions_publication
    FOR EACH ROW EXECUTE FUNCTION staff.guard_joint_publication();
ALTER TABLE decisions_publication ENABLE ALWAYS TRIGGER ab_joint;
