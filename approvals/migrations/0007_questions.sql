-- A question is asked and answered before the decision, by people who have a part in it; what was said stays said.
CREATE FUNCTION staff.guard_question() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    question approvals_question;
    standing text;
    fault text;
BEGIN
    IF TG_TABLE_NAME = 'approvals_answer' THEN
        SELECT * INTO question FROM approvals_question WHERE id = NEW.question_id;
        IF NEW.by_id IS DISTINCT FROM question.to_id THEN fault := 'it was asked of somebody else'; END IF;
    ELSE
        question := NEW;
        IF NEW.by_id = NEW.to_id THEN fault := 'nobody asks themselves'; END IF;
    END IF;
    SELECT state INTO standing FROM decisions_version WHERE id = question.version_id FOR SHARE;
    IF standing NOT IN ('draft', 'in_advice', 'with_head_of_service', 'with_chief_executive', 'with_decision_maker') THEN
        fault := format('the version is %s', standing);
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'question or answer refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_question BEFORE INSERT ON approvals_question
    FOR EACH ROW EXECUTE FUNCTION staff.guard_question();
CREATE TRIGGER aa_question BEFORE INSERT ON approvals_answer
    FOR EACH ROW EXECUTE FUNCTION staff.guard_question();
ALTER TABLE approvals_question ENABLE ALWAYS TRIGGER aa_question;
ALTER TABLE approvals_answer ENABLE ALWAYS TRIGGER aa_question;
REVOKE UPDATE, DELETE ON approvals_question, approvals_answer FROM :staff;
CALL staff.make_append_only('approvals_question');
CALL staff.make_append_only('approvals_answer');
