-- 1. A rule on advice or a ground of exemption is only given a last day, from today on, and what has ended stays so.
REVOKE DELETE ON decisions_exemptionground FROM :staff;
DROP TRIGGER aa_rule ON decisions_advicerule;
DROP FUNCTION staff.guard_advice_rule();
CREATE FUNCTION staff.guard_last_day() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    today date := (clock_timestamp() AT TIME ZONE 'Europe/London')::date;
    fault text;
BEGIN
    IF (to_jsonb(NEW) - 'valid_until') <> (to_jsonb(OLD) - 'valid_until') THEN
        fault := 'nothing but its last day changes';
    ELSIF NEW.valid_until IS DISTINCT FROM OLD.valid_until AND OLD.valid_until < today THEN
        fault := 'what has ended stays so';
    ELSIF NEW.valid_until IS DISTINCT FROM OLD.valid_until AND NEW.valid_until < today THEN
        fault := 'it does not end in the past';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'reference data refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_last_day BEFORE UPDATE ON decisions_advicerule
    FOR EACH ROW EXECUTE FUNCTION staff.guard_last_day();
CREATE TRIGGER aa_last_day BEFORE UPDATE ON decisions_exemptionground
    FOR EACH ROW EXECUTE FUNCTION staff.guard_last_day();
ALTER TABLE decisions_advicerule ENABLE ALWAYS TRIGGER aa_last_day;
ALTER TABLE decisions_exemptionground ENABLE ALWAYS TRIGGER aa_last_day;

-- 2. Two people agree to that last day, in the same transaction: as the end of this row, or as what takes its place from
--    the next day. It is asked at the end of the transaction, so that a proposal may be tried and undone.
CREATE FUNCTION staff.guard_end_by_two() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    kind_of text := TG_ARGV[0];
    key_of text := to_jsonb(NEW)->>TG_ARGV[1];
BEGIN
    IF NOT EXISTS (SELECT FROM people_change WHERE agrees AND decided_at >= transaction_timestamp() AND (
            (kind = 'end_of_' || kind_of AND "values"->>'row' = key_of
                AND "values"->>'last_day' = coalesce(NEW.valid_until::text, ''))
            OR (kind = kind_of AND "values"->>'replaces' = key_of
                AND "values"->>'since' = (NEW.valid_until + 1)::text))) THEN
        RAISE EXCEPTION 'two people agree to a last day' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER zz_two_people AFTER UPDATE OF valid_until ON decisions_advicerule
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.valid_until IS DISTINCT FROM OLD.valid_until)
    EXECUTE FUNCTION staff.guard_end_by_two('advice_rule', 'id');
CREATE CONSTRAINT TRIGGER zz_two_people AFTER UPDATE OF valid_until ON decisions_exemptionground
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.valid_until IS DISTINCT FROM OLD.valid_until)
    EXECUTE FUNCTION staff.guard_end_by_two('ground_of_exemption', 'key');
ALTER TABLE decisions_advicerule ENABLE ALWAYS TRIGGER zz_two_people;
ALTER TABLE decisions_exemptionground ENABLE ALWAYS TRIGGER zz_two_people;

-- 3. A paper is submitted under the grounds of its day.
CREATE FUNCTION staff.guard_grounds_of_the_day() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE today date := (clock_timestamp() AT TIME ZONE 'Europe/London')::date;
BEGIN
    IF EXISTS (SELECT FROM decisions_exemptionclaim claim JOIN decisions_part2paper paper ON paper.id = claim.paper_id
            JOIN decisions_exemptionground ground ON ground.key = claim.ground_id
            WHERE paper.version_id = NEW.id AND (ground.valid_from > today OR ground.valid_until < today)) THEN
        RAISE EXCEPTION 'version refused: it claims a ground that is not in force'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ae_grounds BEFORE UPDATE OF state ON decisions_version
    FOR EACH ROW WHEN (NEW.state LIKE 'with\_%' AND OLD.state IN ('draft', 'in_advice'))
    EXECUTE FUNCTION staff.guard_grounds_of_the_day();
ALTER TABLE decisions_version ENABLE ALWAYS TRIGGER ae_grounds;
