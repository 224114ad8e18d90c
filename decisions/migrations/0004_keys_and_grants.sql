-- The key of a Part 2 paper is made and dropped with its draft; later it can only be wrapped again by another of
-- the installation's keys (rotation).
CREATE OR REPLACE FUNCTION staff.keep_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - '{wrapped,wrapped_by}'::text[]) <> (to_jsonb(OLD) - '{wrapped,wrapped_by}'::text[]) THEN
        RAISE EXCEPTION 'a key stays with its paper' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER IF EXISTS aa_frozen ON decisions_part2key;
DROP TRIGGER IF EXISTS aa_rewrapped ON decisions_part2key;
CREATE TRIGGER aa_frozen BEFORE INSERT OR DELETE ON decisions_part2key
    FOR EACH ROW EXECUTE FUNCTION staff.freeze_child();
CREATE TRIGGER aa_rewrapped BEFORE UPDATE ON decisions_part2key
    FOR EACH ROW EXECUTE FUNCTION staff.keep_key();
ALTER TABLE decisions_part2key ENABLE ALWAYS TRIGGER aa_frozen;
ALTER TABLE decisions_part2key ENABLE ALWAYS TRIGGER aa_rewrapped;

-- A grant is ended once, and never later than it would have been.
CREATE OR REPLACE FUNCTION staff.end_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'until') <> (to_jsonb(OLD) - 'until')
        OR OLD.until <= transaction_timestamp() OR NEW.until IS NULL OR NEW.until > coalesce(OLD.until, 'infinity') THEN
        RAISE EXCEPTION 'a grant can only be ended' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
