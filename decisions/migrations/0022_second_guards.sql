-- 1. What goes out as it is has been looked at, to whichever step a paper is submitted.
DROP TRIGGER ab_checked ON decisions_version;
CREATE TRIGGER ab_checked BEFORE UPDATE OF state ON decisions_version
    FOR EACH ROW WHEN (NEW.state LIKE 'with\_%' AND OLD.state IN ('draft', 'in_advice'))
    EXECUTE FUNCTION staff.guard_checked();
ALTER TABLE decisions_version ENABLE ALWAYS TRIGGER ab_checked;

-- 2. A paper is submitted under the scheme of its day, and says who decides it wherever the scheme knows that of every
--    paper. Which paragraph applies to its kinds and amounts is worked out by decisions/scheme.py alone.
CREATE FUNCTION staff.guard_scheme_of_the_day() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    today decisions_scheme;
    fault text;
BEGIN
    SELECT scheme.* INTO today FROM decisions_scheme scheme
        JOIN decisions_decision decision ON decision.body_id = scheme.body_id
        WHERE decision.id = NEW.decision_id
        AND scheme.valid_from <= (clock_timestamp() AT TIME ZONE 'Europe/London')::date
        ORDER BY scheme.valid_from DESC LIMIT 1;
    IF NEW.decider = '' AND EXISTS (
        SELECT FROM decisions_schemeparagraph WHERE scheme_id = today.id AND otherwise) THEN
        fault := 'it does not say who decides';
    ELSIF NEW.decider <> '' AND today.id IS DISTINCT FROM (
        SELECT scheme_id FROM decisions_schemeparagraph WHERE id = NEW.scheme_paragraph_id) THEN
        fault := 'it relies on a scheme that is not in force';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'version refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ad_scheme BEFORE UPDATE OF state ON decisions_version
    FOR EACH ROW WHEN (NEW.state LIKE 'with\_%' AND OLD.state IN ('draft', 'in_advice'))
    EXECUTE FUNCTION staff.guard_scheme_of_the_day();
ALTER TABLE decisions_version ENABLE ALWAYS TRIGGER ad_scheme;

-- 3. A step is left out once at a time: a round could not say in which of two words it is passed.
CREATE FUNCTION staff.guard_left_out_once() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('decisions_passedstep'));
    IF EXISTS (SELECT FROM decisions_passedstep other WHERE other.body_id = NEW.body_id AND other.step = NEW.step
        AND other.until IS DISTINCT FROM other.since  -- given back before it began
        AND (other.until IS NULL OR other.until > NEW.since) AND (NEW.until IS NULL OR other.since < NEW.until)) THEN
        RAISE EXCEPTION 'this step is left out in this period already' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ac_once BEFORE INSERT ON decisions_passedstep
    FOR EACH ROW EXECUTE FUNCTION staff.guard_left_out_once();
ALTER TABLE decisions_passedstep ENABLE ALWAYS TRIGGER ac_once;

-- 4. Reference data stays: an office keeps its key and role, a rule on advice is only given an end.
REVOKE DELETE ON decisions_advicerule, decisions_body, decisions_series, people_office FROM :staff;
CREATE FUNCTION staff.guard_advice_rule() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF (to_jsonb(NEW) - 'valid_until') <> (to_jsonb(OLD) - 'valid_until') THEN
        RAISE EXCEPTION 'a rule on advice is only given an end' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_rule BEFORE UPDATE ON decisions_advicerule
    FOR EACH ROW EXECUTE FUNCTION staff.guard_advice_rule();
ALTER TABLE decisions_advicerule ENABLE ALWAYS TRIGGER aa_rule;

CREATE FUNCTION staff.guard_office() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.key, NEW.role) <> (OLD.key, OLD.role) THEN
        RAISE EXCEPTION 'an office keeps its key and its role' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_office BEFORE UPDATE ON people_office FOR EACH ROW EXECUTE FUNCTION staff.guard_office();
ALTER TABLE people_office ENABLE ALWAYS TRIGGER aa_office;

-- 5. A body becomes a small office, or none any more, by a change that two people make, in the same transaction. It is
--    asked at its end, so that a proposal may be tried and undone (pcd/people/changes.py).
CREATE FUNCTION staff.guard_small_office() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM people_change WHERE kind = 'small_office' AND about = NEW.key AND agrees
        AND decided_at >= transaction_timestamp() AND ("values"->'small_office')::boolean = NEW.small_office) THEN
        RAISE EXCEPTION 'two people agree to a small office' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER zz_two_people AFTER UPDATE OF small_office ON decisions_body
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.small_office <> OLD.small_office) EXECUTE FUNCTION staff.guard_small_office();
ALTER TABLE decisions_body ENABLE ALWAYS TRIGGER zz_two_people;
