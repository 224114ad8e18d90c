-- A change of offices or reference data is made by two people: whoever proposes it is an administrator, whoever decides
-- is another administrator or of the governance team, and it is about neither of them. It is decided once, and nothing
-- else of it ever changes.
CREATE FUNCTION staff.holds_now(by_person uuid, roles text[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM people_holding held JOIN people_office office ON office.id = held.office_id
        JOIN people_user person ON person.id = held.person_id
        WHERE person.id = by_person AND person.is_active AND office.role = ANY (roles) AND held.capacity <> 'delegate'
        AND held.since <= clock_timestamp() AND (held.until IS NULL OR held.until > clock_timestamp()))
$$;
GRANT EXECUTE ON FUNCTION staff.holds_now(uuid, text[]) TO :staff;

CREATE FUNCTION staff.guard_change() RETURNS trigger
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
        ELSIF NEW.decided_by_id IS NULL OR NEW.decided_by_id = NEW.proposed_by_id THEN
            fault := 'a second person decides';
        ELSIF NEW.decided_by_id = NEW.person_id THEN
            fault := 'nobody decides about themselves';
        ELSIF NOT staff.holds_now(NEW.decided_by_id, ARRAY['administrator', 'governance']) THEN
            fault := 'an administrator or the governance team decides';
        END IF;
        NEW.decided_at := clock_timestamp();
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'change refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_change BEFORE INSERT OR UPDATE OR DELETE ON people_change
    FOR EACH ROW EXECUTE FUNCTION staff.guard_change();
ALTER TABLE people_change ENABLE ALWAYS TRIGGER aa_change;
REVOKE DELETE ON people_change FROM :staff;
