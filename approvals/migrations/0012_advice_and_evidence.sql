-- 1. Advice bears the database's time, so that what came after the submission cannot say otherwise.
CREATE FUNCTION staff.stamp_advice() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM decisions_version WHERE id = (SELECT version_id FROM approvals_advicerequest WHERE id = NEW.request_id)
        FOR SHARE;
    NEW.given_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_stamp BEFORE INSERT ON approvals_advice FOR EACH ROW EXECUTE FUNCTION staff.stamp_advice();
ALTER TABLE approvals_advice ENABLE ALWAYS TRIGGER aa_stamp;

-- 2. Nobody signs while an adviser who has said since the submission that they are not content waits for an answer.
--    The text of a round does not change, so only a later word of the same adviser, or an answer, lifts it.
CREATE FUNCTION staff.guard_objections() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM approvals_round round
        JOIN approvals_advicerequest asked ON asked.version_id = round.version_id
        JOIN approvals_advice given ON given.request_id = asked.id
        WHERE round.id = NEW.round_id AND given.outcome = 'not_content' AND given.given_at >= round.opened_at
        AND NOT EXISTS (SELECT FROM approvals_objectionanswer WHERE advice_id = given.id)
        AND NOT EXISTS (SELECT FROM approvals_advice later
            JOIN approvals_advicerequest again ON again.id = later.request_id
            WHERE again.version_id = asked.version_id AND again.area = asked.area
            AND later.adviser_id = given.adviser_id AND later.given_at > given.given_at)) THEN
        RAISE EXCEPTION 'signature refused: an adviser who is not content has no answer'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_objections BEFORE INSERT ON approvals_signature
    FOR EACH ROW EXECUTE FUNCTION staff.guard_objections();
ALTER TABLE approvals_signature ENABLE ALWAYS TRIGGER ab_objections;

-- An objection is answered while the paper is signed, by whoever keeps it.
CREATE FUNCTION staff.guard_objection_answer() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    version decisions_version;
    fault text;
BEGIN
    SELECT v.* INTO version FROM decisions_version v JOIN approvals_advicerequest asked ON asked.version_id = v.id
        JOIN approvals_advice given ON given.request_id = asked.id
        WHERE given.id = NEW.advice_id AND given.outcome = 'not_content' FOR SHARE OF v;
    IF version.id IS NULL THEN
        fault := 'this adviser does not object';
    ELSIF version.state NOT IN ('with_head_of_service', 'with_chief_executive', 'with_decision_maker') THEN
        fault := format('the version is %s', version.state);
    ELSIF NEW.by_id IS DISTINCT FROM coalesce((SELECT to_id FROM approvals_handover WHERE version_id = version.id
        ORDER BY at DESC LIMIT 1), version.drafting_officer_id) THEN
        fault := 'whoever keeps the paper answers';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'answer refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_answer BEFORE INSERT ON approvals_objectionanswer
    FOR EACH ROW EXECUTE FUNCTION staff.guard_objection_answer();
ALTER TABLE approvals_objectionanswer ENABLE ALWAYS TRIGGER aa_answer;

-- 3. Only an urgent paper is submitted without a mandatory advice, and only with somebody asked for it.
CREATE FUNCTION staff.guard_unobtained() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM decisions_unobtainedadvice missing JOIN decisions_version v ON v.id = missing.version_id
        WHERE v.id = NEW.version_id AND (btrim(v.urgency_reason) = '' OR btrim(missing.reason) = '' OR NOT EXISTS (
            SELECT FROM approvals_advicerequest WHERE version_id = v.id AND area = missing.area))) THEN
        RAISE EXCEPTION 'a round without a mandatory advice is urgent, says why, and has asked for it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.opened_at := clock_timestamp();  -- what advisers say is late or not by it
    RETURN NEW;
END $$;
CREATE TRIGGER ab_unobtained BEFORE INSERT ON approvals_round
    FOR EACH ROW EXECUTE FUNCTION staff.guard_unobtained();
ALTER TABLE approvals_round ENABLE ALWAYS TRIGGER ab_unobtained;

-- 4. A request is handed on within its paper and area, to somebody else, with no more than it had.
CREATE FUNCTION staff.guard_handed_on() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM approvals_advicerequest had WHERE had.id = NEW.handed_from_id
        AND had.version_id = NEW.version_id AND had.area = NEW.area AND had.adviser_id <> NEW.adviser_id
        AND (had.with_part2 OR NOT NEW.with_part2)) OR EXISTS (SELECT FROM decisions_contributor
        WHERE version_id = NEW.version_id AND person_id = NEW.adviser_id) THEN
        RAISE EXCEPTION 'request refused: it is handed on within its paper and area, to somebody who did not write it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_handed_on BEFORE INSERT ON approvals_advicerequest
    FOR EACH ROW WHEN (NEW.handed_from_id IS NOT NULL) EXECUTE FUNCTION staff.guard_handed_on();
ALTER TABLE approvals_advicerequest ENABLE ALWAYS TRIGGER aa_handed_on;

-- 5. An answer from outside comes once, within its time, after a right code and not too many wrong ones.
CREATE FUNCTION staff.guard_outside_answer() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    asked approvals_outsiderequest;
    standing text;
    fault text;
BEGIN
    SELECT * INTO asked FROM approvals_outsiderequest WHERE id = NEW.request_id;
    SELECT state INTO standing FROM decisions_version WHERE id = asked.version_id FOR SHARE;
    IF standing NOT IN ('draft', 'in_advice', 'with_head_of_service', 'with_chief_executive', 'with_decision_maker') THEN
        fault := format('the version is %s', standing);
    ELSIF asked.until < (clock_timestamp() AT TIME ZONE 'Europe/London')::date THEN
        fault := 'its time is over';
    ELSIF NOT EXISTS (SELECT FROM approvals_outsidevisit visit WHERE visit.request_id = asked.id AND visit.right) THEN
        fault := 'nobody knew the code';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'answer from outside refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_outside BEFORE INSERT ON approvals_outsideanswer
    FOR EACH ROW EXECUTE FUNCTION staff.guard_outside_answer();
ALTER TABLE approvals_outsideanswer ENABLE ALWAYS TRIGGER aa_outside;

-- 6. What was said, asked and brought stays; a key is only wrapped again.
REVOKE UPDATE, DELETE ON approvals_objectionanswer, approvals_outsiderequest, approvals_outsidevisit,
    approvals_outsideanswer, approvals_outsidemail, approvals_enclosure FROM :staff;
REVOKE DELETE ON approvals_enclosurekey FROM :staff;
CALL staff.make_append_only('approvals_objectionanswer');
CALL staff.make_append_only('approvals_outsiderequest');
CALL staff.make_append_only('approvals_outsidevisit');
CALL staff.make_append_only('approvals_outsideanswer');
CALL staff.make_append_only('approvals_outsidemail');
CALL staff.make_append_only('approvals_enclosure');
CREATE TRIGGER aa_rewrapped BEFORE UPDATE ON approvals_enclosurekey
    FOR EACH ROW EXECUTE FUNCTION staff.keep_key();
CREATE TRIGGER zz_kept BEFORE DELETE ON approvals_enclosurekey
    FOR EACH ROW EXECUTE FUNCTION staff.refuse_change();
CREATE TRIGGER zz_never_emptied BEFORE TRUNCATE ON approvals_enclosurekey
    FOR EACH STATEMENT EXECUTE FUNCTION staff.refuse_change();
ALTER TABLE approvals_enclosurekey ENABLE ALWAYS TRIGGER aa_rewrapped;
ALTER TABLE approvals_enclosurekey ENABLE ALWAYS TRIGGER zz_kept;
ALTER TABLE approvals_enclosurekey ENABLE ALWAYS TRIGGER zz_never_emptied;
