-- A question is answered by whoever was asked, or by who keeps the paper: the last to whom it was handed over, or else its
-- drafting officer (approvals/questions.py says when it is theirs). Nobody answers themselves.
CREATE OR REPLACE FUNCTION staff.guard_question() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    question approvals_question;
    keeper uuid;
    standing text;
    fault text;
BEGIN
    IF TG_TABLE_NAME = 'approvals_answer' THEN
        SELECT * INTO question FROM approvals_question WHERE id = NEW.question_id;
        SELECT coalesce((SELECT to_id FROM approvals_handover WHERE version_id = question.version_id
            ORDER BY at DESC LIMIT 1), drafting_officer_id) INTO keeper
            FROM decisions_version WHERE id = question.version_id;
        IF NEW.by_id = question.by_id OR (NEW.by_id <> question.to_id AND NEW.by_id <> keeper) THEN
            fault := 'it was asked of somebody else';
        END IF;
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
