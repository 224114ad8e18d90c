-- Whose office takes a decision (decisions/deciders.py has the same). The key of the Mayor's office is "mayor": it decides
-- what is the Mayor's, and nothing else.
CREATE FUNCTION staff.decides(of_version uuid, by_office uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM decisions_version version, people_office office
        WHERE version.id = of_version AND office.id = by_office AND CASE version.decider
            WHEN 'mayor' THEN office.role = 'decision_maker' AND office.key = 'mayor'
            WHEN 'chief_executive' THEN office.role = 'chief_executive'
            WHEN 'delegated_officer' THEN office.role = 'head_of_service' AND office.id = version.head_of_service_id
            ELSE office.role = 'decision_maker' AND office.key <> 'mayor' END)
$$;
GRANT EXECUTE ON FUNCTION staff.decides(uuid, uuid) TO :staff;

-- The steps that a decider passes, with the words printed there: a test compares them with decisions/deciders.py.
CREATE FUNCTION staff.passed_by_decider(decider text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE decider
        WHEN 'chief_executive' THEN jsonb_build_object('chief_executive', 'The chief executive takes this decision. '
            || 'Nobody endorses what they decide themselves, so this step is passed.')
        WHEN 'delegated_officer' THEN jsonb_build_object(
            'head_of_service', 'The head of service takes this decision. '
            || 'Nobody reviews what they decide themselves, so this step is passed.',
            'chief_executive', 'A delegated officer takes this decision. '
            || 'It needs no endorsement, so this step is passed.')
        ELSE '{}'::jsonb END
$$;
GRANT EXECUTE ON FUNCTION staff.passed_by_decider(text) TO :staff;

-- What a paper passes is frozen with the submission: what its decider does without, and what its body does not have.
CREATE OR REPLACE FUNCTION staff.guard_passes() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.passes IS DISTINCT FROM staff.passed_by_decider(
        (SELECT decider FROM decisions_version WHERE id = NEW.version_id)) || (
        SELECT coalesce(jsonb_object_agg(missing.step, missing.words), '{}'::jsonb)
        FROM decisions_passedstep missing
        JOIN decisions_version version ON version.id = NEW.version_id
        JOIN decisions_decision decision ON decision.id = version.decision_id AND decision.body_id = missing.body_id
        WHERE missing.since <= (clock_timestamp() AT TIME ZONE 'Europe/London')::date AND (missing.until IS NULL
            OR missing.until > (clock_timestamp() AT TIME ZONE 'Europe/London')::date)) THEN
        RAISE EXCEPTION 'a round passes what its body or who decides does without, and nothing else'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- A paper is submitted under a number of the series that numbers the decisions of whoever takes this one.
CREATE FUNCTION staff.guard_number_of_decider() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM decisions_decision decision
        JOIN decisions_series series ON series.id = decision.series_id
        WHERE decision.id = NEW.decision_id AND series.made_by <> CASE
            WHEN NEW.decider IN ('chief_executive', 'delegated_officer') THEN 'chief_executive'
            ELSE 'decision_maker' END) THEN
        RAISE EXCEPTION 'version refused: the number is of somebody else''s decisions'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ac_number BEFORE UPDATE OF state ON decisions_version
    FOR EACH ROW WHEN (NEW.state LIKE 'with\_%' AND NEW.state <> OLD.state)
    EXECUTE FUNCTION staff.guard_number_of_decider();
ALTER TABLE decisions_version ENABLE ALWAYS TRIGGER ac_number;

-- A signature is by who holds the office now, acts in it or signs for it; it says so, and nobody away signs.
CREATE OR REPLACE FUNCTION staff.guard_signature() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    version decisions_version;
    round approvals_round;
    agreed text;
    attested text;
    fault text;
BEGIN
    SELECT v.* INTO version FROM decisions_version v JOIN approvals_round r ON r.version_id = v.id
        WHERE r.id = NEW.round_id FOR UPDATE OF v;
    SELECT * INTO round FROM approvals_round WHERE id = NEW.round_id;
    agreed := staff.overridden(NEW.round_id, NEW.office, NEW.signer_id);
    attested := staff.attested(NEW.round_id, NEW.signer_id, NEW.office, NEW.acts);
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
        AND person.is_active AND held.since <= clock_timestamp()
        AND (held.until IS NULL OR held.until > clock_timestamp())
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

-- A decision is taken back by who holds the office that took it.
CREATE OR REPLACE FUNCTION staff.guard_rescission() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    version decisions_version;
    fault text;
BEGIN
    SELECT * INTO version FROM decisions_version WHERE id = NEW.version_id FOR UPDATE;
    IF version.state NOT IN ('decided', 'published') THEN
        fault := format('the version is %s', version.state);
    ELSIF NEW.acts_digest IS DISTINCT FROM sha256(NEW.acts) THEN
        fault := 'the acts are not those of the digest';
    ELSIF NEW.reason = '' OR convert_from(NEW.acts, 'UTF8')::jsonb->>'reason' IS DISTINCT FROM NEW.reason THEN
        fault := 'another reason was signed';
    ELSIF NOT EXISTS (SELECT FROM staff.signed_bytes(NEW.version_id) decided
        WHERE decided.snapshot_digest = NEW.digest
        AND encode(decided.acts_digest, 'hex') = convert_from(NEW.acts, 'UTF8')::jsonb->>'decided') THEN
        fault := 'something else was decided';
    ELSIF EXISTS (SELECT FROM decisions_contributor WHERE version_id = version.id AND person_id = NEW.signer_id)
        OR EXISTS (SELECT FROM approvals_handover WHERE version_id = version.id AND to_id = NEW.signer_id)
        OR version.drafting_officer_id = NEW.signer_id THEN
        fault := 'nobody rescinds a paper that they wrote';
    ELSIF NOT EXISTS (
        SELECT FROM people_holding held JOIN people_office office ON office.id = held.office_id
        JOIN people_user person ON person.id = held.person_id
        WHERE held.person_id = NEW.signer_id AND office.id = NEW.held_id AND staff.decides(version.id, office.id)
        AND person.is_active AND held.since <= clock_timestamp()
        AND (held.until IS NULL OR held.until > clock_timestamp())) THEN
        fault := 'the signer does not hold the office';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'rescission refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
