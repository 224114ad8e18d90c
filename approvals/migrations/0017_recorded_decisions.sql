-- 1. A decision that was taken orally, on paper or at a meeting: what was recorded of it, its signed original included,
--    as one digest; approvals/recorded.py makes the same.
CREATE FUNCTION staff.recorded_said(recorded approvals_recordeddecision) RETURNS bytea
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT sha256(convert_to(concat_ws(E'\n', recorded.round_id, recorded.how,
        to_char(recorded.decided_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS'), recorded.decider_id,
        encode(recorded.acts_digest, 'hex'), encode(recorded.commitment, 'hex'), recorded.present, recorded.original),
        'UTF8'))
$$;
GRANT EXECUTE ON FUNCTION staff.recorded_said(approvals_recordeddecision) TO :staff;

-- Somebody of the governance team who has no part in the text of this version.
CREATE FUNCTION staff.records_without_a_part(of_version uuid, person uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM decisions_contributor WHERE version_id = of_version AND person_id = person)
    AND NOT EXISTS (SELECT FROM decisions_version WHERE id = of_version AND drafting_officer_id = person)
    AND NOT EXISTS (SELECT FROM approvals_handover WHERE version_id = of_version AND to_id = person)
    AND NOT EXISTS (SELECT FROM approvals_advice advice JOIN approvals_advicerequest asked ON asked.id = advice.request_id
        WHERE asked.version_id = of_version AND advice.adviser_id = person)
    AND NOT EXISTS (SELECT FROM approvals_signature sig JOIN approvals_round round ON round.id = sig.round_id
        WHERE round.version_id = of_version AND round.closed_at IS NULL AND sig.signer_id = person)
    AND EXISTS (SELECT FROM people_holding held JOIN people_office office ON office.id = held.office_id
        JOIN people_user somebody ON somebody.id = held.person_id
        WHERE held.person_id = person AND office.role = 'governance' AND somebody.is_active
        AND held.since <= clock_timestamp() AND (held.until IS NULL OR held.until > clock_timestamp()))
$$;
GRANT EXECUTE ON FUNCTION staff.records_without_a_part(uuid, uuid) TO :staff;

-- What a signature says of an attested record of this round, by this person, with these very acts; null without one.
CREATE FUNCTION staff.attested(of_round uuid, by_person uuid, in_office text, with_acts bytea) RETURNS text
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT 'taken ' || CASE recorded.how WHEN 'oral' THEN 'orally' WHEN 'paper' THEN 'on paper' ELSE 'at a meeting' END
        || ' on ' || to_char(recorded.decided_at AT TIME ZONE 'Europe/London', 'FMDD FMMonth YYYY')
        || '; recorded by ' || recorder.full_name || ', attested by ' || attester.full_name
    FROM approvals_recordeddecision recorded
    JOIN approvals_recordedword word ON word.record_id = recorded.id AND word.agrees
    JOIN people_user recorder ON recorder.id = recorded.by_id
    JOIN people_user attester ON attester.id = word.by_id
    WHERE in_office = 'decision_maker' AND recorded.round_id = of_round AND recorded.decider_id = by_person
    AND recorded.acts = with_acts AND word.digest = staff.recorded_said(recorded)
    ORDER BY word.at DESC LIMIT 1
$$;
GRANT EXECUTE ON FUNCTION staff.attested(uuid, uuid, text, bytea) TO :staff;

-- 2. Governance records it while the paper is with the decision maker, and not again before a second person has
--    answered, nor once one attested it.
CREATE FUNCTION staff.guard_recorded_decision() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    version decisions_version;
    fault text;
BEGIN
    SELECT v.* INTO version FROM decisions_version v JOIN approvals_round round ON round.version_id = v.id
        WHERE round.id = NEW.round_id AND round.closed_at IS NULL FOR UPDATE OF v;
    IF version.state IS DISTINCT FROM 'with_decision_maker' THEN
        fault := format('the version is %s', version.state);
    ELSIF NEW.by_id = NEW.decider_id OR NOT staff.records_without_a_part(version.id, NEW.by_id) THEN
        fault := 'the governance team records, without another part';
    ELSIF NEW.decided_at > clock_timestamp() THEN
        fault := 'nobody has decided yet';
    ELSIF length(NEW.acts) = 0 OR NEW.acts_digest IS DISTINCT FROM sha256(NEW.acts) THEN
        fault := 'the acts are not those of the digest';
    ELSIF EXISTS (SELECT FROM approvals_recordeddecision other
        LEFT JOIN approvals_recordedword word ON word.record_id = other.id
        WHERE other.round_id = NEW.round_id AND word.agrees IS NOT FALSE) THEN
        fault := 'it is recorded already';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'record refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_recorded BEFORE INSERT ON approvals_recordeddecision
    FOR EACH ROW EXECUTE FUNCTION staff.guard_recorded_decision();
ALTER TABLE approvals_recordeddecision ENABLE ALWAYS TRIGGER aa_recorded;

-- 3. A second person of the governance team, who has no other part, attests these very words.
CREATE FUNCTION staff.guard_recorded_word() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    recorded approvals_recordeddecision;
    version decisions_version;
    fault text;
BEGIN
    SELECT * INTO recorded FROM approvals_recordeddecision WHERE id = NEW.record_id;
    SELECT v.* INTO version FROM decisions_version v JOIN approvals_round round ON round.version_id = v.id
        WHERE round.id = recorded.round_id AND round.closed_at IS NULL FOR UPDATE OF v;
    IF version.state IS DISTINCT FROM 'with_decision_maker' THEN
        fault := format('the version is %s', version.state);
    ELSIF NEW.by_id = recorded.by_id THEN
        fault := 'nobody attests what they recorded';
    ELSIF NEW.by_id = recorded.decider_id OR NOT staff.records_without_a_part(version.id, NEW.by_id) THEN
        fault := 'the governance team attests, without another part';
    ELSIF NOT EXISTS (SELECT FROM approvals_recordedcopy WHERE record_id = recorded.id) THEN
        fault := 'there is no signed original';
    ELSIF NEW.digest IS DISTINCT FROM staff.recorded_said(recorded) THEN
        fault := 'something else was recorded';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'attestation refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_second_person BEFORE INSERT ON approvals_recordedword
    FOR EACH ROW EXECUTE FUNCTION staff.guard_recorded_word();
ALTER TABLE approvals_recordedword ENABLE ALWAYS TRIGGER aa_second_person;

-- 4. What was said and brought stays; a key is only wrapped again.
REVOKE UPDATE, DELETE ON approvals_recordeddecision, approvals_recordedcopy, approvals_recordedword FROM :staff;
REVOKE DELETE ON approvals_recordedcopykey FROM :staff;
CALL staff.make_append_only('approvals_recordeddecision');
CALL staff.make_append_only('approvals_recordedcopy');
CALL staff.make_append_only('approvals_recordedword');
CREATE TRIGGER aa_rewrapped BEFORE UPDATE ON approvals_recordedcopykey
    FOR EACH ROW EXECUTE FUNCTION staff.keep_key();
CREATE TRIGGER zz_kept BEFORE DELETE ON approvals_recordedcopykey
    FOR EACH ROW EXECUTE FUNCTION staff.refuse_change();
CREATE TRIGGER zz_never_emptied BEFORE TRUNCATE ON approvals_recordedcopykey
    FOR EACH STATEMENT EXECUTE FUNCTION staff.refuse_change();
ALTER TABLE approvals_recordedcopykey ENABLE ALWAYS TRIGGER aa_rewrapped;
ALTER TABLE approvals_recordedcopykey ENABLE ALWAYS TRIGGER zz_kept;
ALTER TABLE approvals_recordedcopykey ENABLE ALWAYS TRIGGER zz_never_emptied;
