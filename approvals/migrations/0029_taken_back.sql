-- What another body agreed to before it declined is not its last word, so it is not recorded over the decline: of what
-- was confirmed, the last record that it declined (approvals/joint.py, declines). The paper is locked by aa_joint.
CREATE FUNCTION staff.guard_taken_back() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT NEW.declined AND NEW.decided_on < (
        SELECT other.decided_on FROM approvals_jointdecision other
        JOIN approvals_jointconfirmation word ON word.decision_id = other.id
        WHERE other.decider_id = NEW.decider_id AND other.declined AND word.agrees ORDER BY other.at DESC LIMIT 1) THEN
        RAISE EXCEPTION 'joint decision refused: they declined after that day'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_taken_back BEFORE INSERT ON approvals_jointdecision
    FOR EACH ROW EXECUTE FUNCTION staff.guard_taken_back();
ALTER TABLE approvals_jointdecision ENABLE ALWAYS TRIGGER ab_taken_back;
