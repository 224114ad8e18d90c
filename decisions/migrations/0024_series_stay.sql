-- 1. A series is kept as it is, since references are read and written by it: it only ceases to give new numbers. Each
--    reference has its number, and its year exactly where numbers begin again each year.
CREATE FUNCTION staff.guard_series() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    pattern text;
    fault text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (to_jsonb(NEW) - 'issues') <> (to_jsonb(OLD) - 'issues') OR NEW.issues AND NOT OLD.issues THEN
            fault := 'it only ceases to give numbers';
        END IF;
    ELSE
        FOREACH pattern IN ARRAY ARRAY[NEW.on_form, NEW.in_text] LOOP
            IF position('{number}' IN pattern) = 0 OR (position('{year}' IN pattern) > 0) <> NEW.by_year THEN
                fault := 'its references do not tell its numbers apart';
            END IF;
        END LOOP;
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'series refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_series BEFORE INSERT OR UPDATE ON decisions_series
    FOR EACH ROW EXECUTE FUNCTION staff.guard_series();
ALTER TABLE decisions_series ENABLE ALWAYS TRIGGER aa_series;

-- 2. A series that has ceased to give numbers counts no further. Its row is held until the number is given, so that no
--    new series begins meanwhile.
CREATE FUNCTION staff.guard_count() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM decisions_series WHERE id = NEW.series_id AND issues FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a series of the past issues no numbers' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_issues BEFORE UPDATE ON decisions_counter
    FOR EACH ROW EXECUTE FUNCTION staff.guard_count();
ALTER TABLE decisions_counter ENABLE ALWAYS TRIGGER ab_issues;
