-- What was sent or closed stays so, and a notice never turns into another, of whatever matter it is.
CREATE OR REPLACE FUNCTION staff.guard_notice() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF OLD.sent_at IS NOT NULL OR OLD.closed_at IS NOT NULL
        OR NEW.about IS DISTINCT FROM OLD.about
        OR (NEW.id, NEW.person_id, NEW.version_id, NEW.asks, NEW.once, NEW.made_at)
            IS DISTINCT FROM (OLD.id, OLD.person_id, OLD.version_id, OLD.asks, OLD.once, OLD.made_at) THEN
        RAISE EXCEPTION 'notice refused: it is done with, or says something else'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
