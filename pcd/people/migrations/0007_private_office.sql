-- Whoever holds a signing office in their own right names its private office, from now on; a naming is only ended.
CREATE FUNCTION staff.guard_private_office() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM people_holding held
        JOIN people_office office ON office.id = held.office_id
        JOIN people_user person ON person.id = held.person_id
        WHERE held.office_id = NEW.office_id AND held.person_id = NEW.named_by_id AND held.capacity <> 'delegate'
        AND office.role IN ('head_of_service', 'chief_executive', 'decision_maker')
        AND person.is_active AND held.since <= clock_timestamp()
        AND (held.until IS NULL OR held.until > clock_timestamp())) THEN
        RAISE EXCEPTION 'private office refused: who holds the office names it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.since := transaction_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_named BEFORE INSERT ON people_privateoffice
    FOR EACH ROW EXECUTE FUNCTION staff.guard_private_office();
CREATE TRIGGER aa_only_ended BEFORE UPDATE OR DELETE ON people_privateoffice
    FOR EACH ROW EXECUTE FUNCTION staff.only_ended();
ALTER TABLE people_privateoffice ENABLE ALWAYS TRIGGER aa_named;
ALTER TABLE people_privateoffice ENABLE ALWAYS TRIGGER aa_only_ended;
REVOKE DELETE ON people_privateoffice FROM :staff;
