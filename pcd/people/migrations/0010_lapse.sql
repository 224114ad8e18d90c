-- A change that waits for longer than 30 days has lapsed: nobody agrees to it any more (LAPSES_AFTER of people/models.py).
CREATE OR REPLACE FUNCTION staff.guard_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, pg_catalog, pg_temp AS $$
DECLARE fault text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.decided_by_id IS NOT NULL THEN
            fault := 'it is proposed before it is decided';
        ELSIF NEW.person_id = NEW.proposed_by_id THEN
            fault := 'nobody proposes anything for themselves';
        ELSIF NOT staff.holds_now(NEW.proposed_by_id, ARRAY['administrator']) THEN
            fault := 'an administrator proposes';
        END IF;
        NEW.proposed_at := clock_timestamp();
    ELSIF TG_OP = 'DELETE' THEN
        fault := 'it is kept';
    ELSE
        IF OLD.decided_by_id IS NOT NULL OR (to_jsonb(NEW) - '{decided_by_id,decided_at,agrees,reason}'::text[])
                <> (to_jsonb(OLD) - '{decided_by_id,decided_at,agrees,reason}'::text[]) THEN
            fault := 'it is decided once, and nothing else of it changes';
        ELSIF NEW.decided_by_id IS NULL OR (NEW.agrees AND NEW.decided_by_id = NEW.proposed_by_id) THEN
            fault := 'a second person decides';
        ELSIF NEW.decided_by_id = NEW.person_id THEN
            fault := 'nobody decides about themselves';
        ELSIF NEW.decided_by_id <> NEW.proposed_by_id
                AND NOT staff.holds_now(NEW.decided_by_id, ARRAY['administrator', 'governance']) THEN
            fault := 'an administrator or the governance team decides';
        ELSIF NEW.agrees AND NOT staff.holds_now(NEW.proposed_by_id, ARRAY['administrator']) THEN
            fault := 'who proposed it is no administrator any more';
        ELSIF NEW.agrees AND OLD.proposed_at <= clock_timestamp() - interval '720 hours' THEN
            fault := 'it has lapsed';
        END IF;
        NEW.decided_at := clock_timestamp();
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'change refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
