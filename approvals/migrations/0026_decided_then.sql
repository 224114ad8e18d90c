-- When what an attested record of this round says was decided; null without one (`staff.attested` has its words).
CREATE FUNCTION staff.decided_at(of_round uuid, by_person uuid, in_office text, with_acts bytea) RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT recorded.decided_at FROM approvals_recordeddecision recorded
    JOIN approvals_recordedword word ON word.record_id = recorded.id AND word.agrees
    WHERE in_office = 'decision_maker' AND recorded.round_id = of_round AND recorded.decider_id = by_person
    AND recorded.acts = with_acts AND word.digest = staff.recorded_said(recorded)
    ORDER BY word.at DESC LIMIT 1
$$;
GRANT EXECUTE ON FUNCTION staff.decided_at(uuid, uuid, text, bytea) TO :staff;

-- Whoever decided elsewhere held the office then, in office or acting, and takes part.
CREATE FUNCTION staff.guard_decided_then() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM approvals_round round JOIN people_holding held ON held.person_id = NEW.decider_id
        WHERE round.id = NEW.round_id AND held.capacity <> 'delegate' AND staff.decides(round.version_id, held.office_id)
        AND held.since <= NEW.decided_at AND (held.until IS NULL OR held.until > NEW.decided_at)
        AND NOT EXISTS (SELECT FROM approvals_recusal none
            WHERE none.version_id = round.version_id AND none.person_id = NEW.decider_id)) THEN
        RAISE EXCEPTION 'record refused: it was not theirs to decide then'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_then BEFORE INSERT ON approvals_recordeddecision
    FOR EACH ROW EXECUTE FUNCTION staff.guard_decided_then();
ALTER TABLE approvals_recordeddecision ENABLE ALWAYS TRIGGER ab_then;

-- A signature is by who holds the office now, acts in it or signs for it; one in whose place an attested record stands,
-- by who held it when that was decided.
CREATE OR REPLACE FUNCTION staff.guard_signature() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    version decisions_version;
    round approvals_round;
    agreed text;
    attested text;
    moment timestamptz;
    fault text;
BEGIN
    SELECT v.* INTO version FROM decisions_version v JOIN approvals_round r ON r.version_id = v.id
        WHERE r.id = NEW.round_id FOR UPDATE OF v;
    SELECT * INTO round FROM approvals_round WHERE id = NEW.round_id;
    agreed := staff.overridden(NEW.round_id, NEW.office, NEW.signer_id);
    attested := staff.attested(NEW.round_id, NEW.signer_id, NEW.office, NEW.acts);
    moment := coalesce(staff.decided_at(NEW.round_id, NEW.signer_id, NEW.office, NEW.acts), clock_timestamp());
    IF round.closed_at IS NOT NULL THEN
        fault := 'the round is closed';
    ELSIF version.state IS DISTINCT FROM staff.signs_in(NEW.office) THEN
        fault := format('it is not the turn of %s', NEW.office);
    ELSIF NEW.digest IS DISTINCT FROM (SELECT sha256(content) FROM decisions_snapshot WHERE id = round.snapshot_id) THEN
        fault := 'another text was shown';
    ELSIF NEW.acts_digest IS DISTINCT FROM sha256(NEW.acts) THEN
        fault := 'the acts are not those of the digest';
    ELSIF NEW.office = 'decision_maker' AND length(NEW.acts) = 0 THEN
        fault := 'a decision says what was decided';
    ELSIF agreed IS NULL AND (version.drafting_officer_id = NEW.signer_id OR EXISTS (
        SELECT FROM decisions_contributor WHERE version_id = version.id AND person_id = NEW.signer_id)) THEN
        fault := 'nobody signs a paper that they wrote';
    ELSIF agreed IS NULL AND EXISTS (SELECT FROM approvals_advice a JOIN approvals_advicerequest r ON r.id = a.request_id
        WHERE r.version_id = version.id AND a.adviser_id = NEW.signer_id) THEN
        fault := 'nobody signs a paper on which they advised';
    ELSIF agreed IS NULL AND EXISTS (
        SELECT FROM approvals_signature WHERE round_id = NEW.round_id AND signer_id = NEW.signer_id) THEN
        fault := 'nobody signs twice in a round';
    ELSIF EXISTS (SELECT FROM approvals_override WHERE round_id = NEW.round_id AND consented_by_id = NEW.signer_id) THEN
        fault := 'nobody signs who agreed to an override';
    ELSIF NEW.office = 'head_of_service' AND NEW.held_id IS DISTINCT FROM version.head_of_service_id THEN
        fault := 'the paper names another head of service';
    ELSIF attested IS NULL AND EXISTS (SELECT FROM people_absence WHERE person_id = NEW.signer_id
        AND since <= clock_timestamp() AND until > clock_timestamp()) THEN
        fault := 'the signer is away';
    ELSIF NOT EXISTS (
        SELECT FROM people_holding held JOIN people_office office ON office.id = held.office_id
        JOIN people_user person ON person.id = held.person_id
        WHERE held.person_id = NEW.signer_id AND office.id = NEW.held_id
        AND (CASE WHEN NEW.office = 'decision_maker' THEN staff.decides(version.id, office.id) ELSE office.role = NEW.office END)
        AND NEW.name = person.full_name AND NEW.capacity = held.capacity
        AND (person.is_active OR attested IS NOT NULL) AND held.since <= moment
        AND (held.until IS NULL OR held.until > moment)
        AND (CASE WHEN held.capacity = 'delegate'
            THEN NEW.office_title = person.job_title AND NEW.on_behalf_of = staff.on_behalf_of(office.id)
                AND (held.kinds = '{}' OR held.kinds @> version.kinds)
                AND NOT (held.only_in_absence AND EXISTS (SELECT FROM people_holding own
                    JOIN people_user holder ON holder.id = own.person_id AND holder.is_active
                    WHERE own.office_id = office.id AND own.capacity <> 'delegate' AND own.since <= clock_timestamp()
                    AND (own.until IS NULL OR own.until > clock_timestamp())
                    AND NOT EXISTS (SELECT FROM approvals_recusal none
                        WHERE none.version_id = version.id AND none.person_id = own.person_id)
                    AND NOT EXISTS (SELECT FROM people_absence away WHERE away.person_id = own.person_id
                        AND away.since <= clock_timestamp() AND away.until > clock_timestamp())))
            ELSE NEW.office_title = office.title AND NEW.on_behalf_of = '' END)
        AND NEW.authority = concat_ws('; ', nullif(held.authority, ''), agreed, attested)) THEN
        fault := 'the signer does not hold the office';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'signature refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.signed_at := clock_timestamp();
    RETURN NEW;
END $$;
