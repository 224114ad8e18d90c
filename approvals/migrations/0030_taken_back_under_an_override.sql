-- Nobody takes back what was decided on what they wrote or advised, but who decided it, as only an override lets them;
-- otherwise as in 0023.
CREATE OR REPLACE FUNCTION staff.guard_rescission() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    version decisions_version;
    decided boolean;
    fault text;
BEGIN
    SELECT * INTO version FROM decisions_version WHERE id = NEW.version_id FOR UPDATE;
    decided := EXISTS (SELECT FROM approvals_signature signature
        JOIN approvals_round round ON round.id = signature.round_id
        WHERE round.version_id = version.id AND round.closed_at IS NULL
        AND signature.office = 'decision_maker' AND signature.signer_id = NEW.signer_id);
    IF version.state NOT IN ('decided', 'published') THEN
        fault := format('the version is %s', version.state);
    ELSIF NEW.acts_digest IS DISTINCT FROM sha256(NEW.acts) THEN
        fault := 'the acts are not those of the digest';
    ELSIF NEW.reason = '' OR convert_from(NEW.acts, 'UTF8')::jsonb->>'reason' IS DISTINCT FROM NEW.reason THEN
        fault := 'another reason was signed';
    ELSIF NOT EXISTS (SELECT FROM staff.signed_bytes(NEW.version_id) signed
        WHERE signed.snapshot_digest = NEW.digest
        AND encode(signed.acts_digest, 'hex') = convert_from(NEW.acts, 'UTF8')::jsonb->>'decided') THEN
        fault := 'something else was decided';
    ELSIF NOT decided AND (version.drafting_officer_id = NEW.signer_id
        OR EXISTS (SELECT FROM decisions_contributor WHERE version_id = version.id AND person_id = NEW.signer_id)
        OR EXISTS (SELECT FROM approvals_handover WHERE version_id = version.id AND to_id = NEW.signer_id)) THEN
        fault := 'nobody rescinds a paper that they wrote';
    ELSIF NOT decided AND EXISTS (SELECT FROM approvals_advice advice
        JOIN approvals_advicerequest asked ON asked.id = advice.request_id
        WHERE asked.version_id = version.id AND advice.adviser_id = NEW.signer_id) THEN
        fault := 'nobody rescinds a paper on which they advised';
    ELSIF EXISTS (SELECT FROM approvals_recusal WHERE version_id = version.id AND person_id = NEW.signer_id) THEN
        fault := 'they declared an interest and take no part';
    ELSIF EXISTS (SELECT FROM people_absence WHERE person_id = NEW.signer_id
        AND since <= clock_timestamp() AND until > clock_timestamp()) THEN
        fault := 'the signer is away';
    ELSIF NOT EXISTS (
        SELECT FROM people_holding held JOIN people_office office ON office.id = held.office_id
        JOIN people_user person ON person.id = held.person_id
        WHERE held.person_id = NEW.signer_id AND office.id = NEW.held_id AND staff.decides(version.id, office.id)
        AND held.capacity <> 'delegate' AND NEW.capacity = held.capacity
        AND NEW.name = person.full_name AND NEW.office_title = office.title
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
