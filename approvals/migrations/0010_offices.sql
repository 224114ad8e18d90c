-- Offices, absences and delegations (design.md 2). Rows of who held what are only ended, so that every signature can
-- be checked later against what was true then.
CREATE FUNCTION staff.only_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'until') <> (to_jsonb(OLD) - 'until')
        OR OLD.until <= transaction_timestamp() OR NEW.until IS NULL OR NEW.until > coalesce(OLD.until, 'infinity') THEN
        RAISE EXCEPTION '% can only be ended, and never later', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_only_ended BEFORE UPDATE OR DELETE ON people_holding FOR EACH ROW EXECUTE FUNCTION staff.only_ended();
ALTER TABLE people_holding ENABLE ALWAYS TRIGGER aa_only_ended;
CREATE TRIGGER aa_only_ended BEFORE UPDATE OR DELETE ON people_absence FOR EACH ROW EXECUTE FUNCTION staff.only_ended();
ALTER TABLE people_absence ENABLE ALWAYS TRIGGER aa_only_ended;
REVOKE DELETE ON people_holding, people_absence FROM :staff;

-- Whether somebody who holds this office signs for this person already, directly or through others.
CREATE FUNCTION staff.delegation_loops(of_office uuid, to_person uuid, from_then timestamptz, to_then timestamptz)
RETURNS boolean LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    WITH RECURSIVE held AS (
        SELECT person_id, office_id, capacity FROM people_holding
        WHERE since < to_then AND (until IS NULL OR until > from_then)
    ), reached(person_id) AS (
        SELECT to_person
        UNION
        SELECT delegate.person_id FROM reached
        JOIN held own ON own.person_id = reached.person_id AND own.capacity <> 'delegate'
        JOIN held delegate ON delegate.office_id = own.office_id AND delegate.capacity = 'delegate'
    )
    SELECT EXISTS (SELECT FROM reached JOIN held own ON own.person_id = reached.person_id
        WHERE own.office_id = of_office AND own.capacity <> 'delegate')
$$;
GRANT EXECUTE ON FUNCTION staff.delegation_loops(uuid, uuid, timestamptz, timestamptz) TO :staff;

-- For whom a delegate of an office signs, as it is printed.
CREATE FUNCTION staff.on_behalf_of(of_office uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT coalesce(string_agg(person.full_name, ' and ' ORDER BY person.full_name) || ', ' || min(office.title),
        min(office.title) || ' (vacant)')
    FROM people_office office
    LEFT JOIN people_holding held ON held.office_id = office.id AND held.capacity <> 'delegate'
        AND held.since <= clock_timestamp() AND (held.until IS NULL OR held.until > clock_timestamp())
    LEFT JOIN people_user person ON person.id = held.person_id AND person.is_active
    WHERE office.id = of_office
$$;
GRANT EXECUTE ON FUNCTION staff.on_behalf_of(uuid) TO :staff;

-- A delegation is of an office that signs, to somebody who does not hold it, and leads to no loop; nor does an
-- appointment lead to one.
CREATE FUNCTION staff.guard_holding() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE ends timestamptz := coalesce(NEW.until, 'infinity');
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('people_holding'));
    IF NEW.capacity = 'delegate' THEN
        IF NOT EXISTS (SELECT FROM people_office WHERE id = NEW.office_id
            AND role IN ('head_of_service', 'chief_executive', 'decision_maker')) THEN
            RAISE EXCEPTION 'delegation refused: the office signs nothing' USING ERRCODE = 'integrity_constraint_violation';
        ELSIF staff.delegation_loops(NEW.office_id, NEW.person_id, NEW.since, ends) THEN
            RAISE EXCEPTION 'delegation refused: they hold the office, or it goes in a loop'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_holding BEFORE INSERT ON people_holding FOR EACH ROW EXECUTE FUNCTION staff.guard_holding();
ALTER TABLE people_holding ENABLE ALWAYS TRIGGER aa_holding;

-- An override: why somebody with another part in the paper acts all the same, and who agreed (design.md 2).
CREATE FUNCTION staff.guard_override() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE fault text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.consented_by_id IS NOT NULL
            OR (to_jsonb(NEW) - '{consented_by_id,consented_at}'::text[])
                <> (to_jsonb(OLD) - '{consented_by_id,consented_at}'::text[]) THEN
            fault := 'it is agreed to once, and nothing else of it changes';
        ELSIF NEW.consented_by_id IS NULL OR NEW.consented_by_id = NEW.person_id THEN
            fault := 'a second person agrees';
        ELSIF EXISTS (SELECT FROM approvals_round r JOIN decisions_contributor c ON c.version_id = r.version_id
            WHERE r.id = NEW.round_id AND c.person_id = NEW.consented_by_id) THEN
            fault := 'who wrote the paper does not agree to it';
        END IF;
        NEW.consented_at := clock_timestamp();
    ELSIF NEW.consented_by_id IS NOT NULL THEN
        fault := 'it is asked for before it is agreed to';
    ELSIF NOT EXISTS (SELECT FROM approvals_round r JOIN decisions_version v ON v.id = r.version_id
        JOIN decisions_decision d ON d.id = v.decision_id JOIN decisions_body b ON b.key = d.body_id
        WHERE r.id = NEW.round_id AND r.closed_at IS NULL AND b.small_office) THEN
        fault := 'the body is not a small office, or the round is closed';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'override refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_override BEFORE INSERT OR UPDATE ON approvals_override
    FOR EACH ROW EXECUTE FUNCTION staff.guard_override();
ALTER TABLE approvals_override ENABLE ALWAYS TRIGGER aa_override;
REVOKE DELETE ON approvals_override FROM :staff;

CREATE FUNCTION staff.overridden(of_round uuid, in_office text, by_person uuid) RETURNS text
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT 'override agreed by ' || person.full_name FROM approvals_override o
    JOIN people_user person ON person.id = o.consented_by_id
    WHERE o.round_id = of_round AND o.office = in_office AND o.person_id = by_person
    ORDER BY o.consented_at DESC LIMIT 1
$$;
GRANT EXECUTE ON FUNCTION staff.overridden(uuid, text, uuid) TO :staff;

-- Who keeps a paper signs it only under an override.
CREATE OR REPLACE FUNCTION staff.guard_keeper_signs_nothing() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM approvals_handover handed JOIN approvals_round round ON round.version_id = handed.version_id
        WHERE round.id = NEW.round_id AND handed.to_id = NEW.signer_id)
        AND staff.overridden(NEW.round_id, NEW.office, NEW.signer_id) IS NULL THEN
        RAISE EXCEPTION 'signature refused: nobody signs a paper that they keep'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
