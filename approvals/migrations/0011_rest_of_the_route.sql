-- 1. The steps between states; approvals/workflow.py has the same, and a test compares the two. Some pass a step that a
--    body does not have.
CREATE OR REPLACE FUNCTION staff.route_steps() RETURNS TABLE (step_from text, step_to text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('draft', 'in_advice'), ('draft', 'with_head_of_service'), ('in_advice', 'with_head_of_service'),
        ('with_head_of_service', 'with_chief_executive'), ('with_chief_executive', 'with_decision_maker'),
        ('with_decision_maker', 'decided'), ('decided', 'published'),
        ('with_head_of_service', 'draft'), ('with_chief_executive', 'draft'), ('with_decision_maker', 'draft'),
        ('draft', 'withdrawn'), ('in_advice', 'withdrawn'), ('with_head_of_service', 'withdrawn'),
        ('with_chief_executive', 'withdrawn'), ('with_decision_maker', 'withdrawn'),
        ('decided', 'rescinded'), ('published', 'rescinded'),
        ('draft', 'with_chief_executive'), ('in_advice', 'with_chief_executive'), ('draft', 'with_decision_maker'),
        ('in_advice', 'with_decision_maker'), ('with_head_of_service', 'with_decision_maker')
$$;

-- Once papers are submitted, a step is left out from a later day only: nobody leaves one out for the paper of today.
CREATE FUNCTION staff.guard_step_left_out() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.since <= (clock_timestamp() AT TIME ZONE 'Europe/London')::date AND EXISTS (SELECT FROM approvals_round) THEN
        RAISE EXCEPTION 'a step is left out from tomorrow at the earliest'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_left_out BEFORE INSERT ON decisions_passedstep
    FOR EACH ROW EXECUTE FUNCTION staff.guard_step_left_out();
ALTER TABLE decisions_passedstep ENABLE ALWAYS TRIGGER ab_left_out;

-- What a body does not have is frozen with the submission: exactly what its reference data says on that day.
CREATE FUNCTION staff.guard_passes() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.passes IS DISTINCT FROM (
        SELECT coalesce(jsonb_object_agg(missing.step, missing.words), '{}'::jsonb)
        FROM decisions_passedstep missing
        JOIN decisions_version version ON version.id = NEW.version_id
        JOIN decisions_decision decision ON decision.id = version.decision_id AND decision.body_id = missing.body_id
        WHERE missing.since <= (clock_timestamp() AT TIME ZONE 'Europe/London')::date AND (missing.until IS NULL
            OR missing.until > (clock_timestamp() AT TIME ZONE 'Europe/London')::date)) THEN
        RAISE EXCEPTION 'a round passes what the body does not have, and nothing else'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_passes BEFORE INSERT ON approvals_round FOR EACH ROW EXECUTE FUNCTION staff.guard_passes();
ALTER TABLE approvals_round ENABLE ALWAYS TRIGGER ab_passes;

-- Whether the open round of a version bears a signature of this office over its snapshot, or passes its step; a decision
-- is always signed.
CREATE OR REPLACE FUNCTION staff.signed(version uuid, by_office text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM approvals_signature sig
        JOIN approvals_round round ON round.id = sig.round_id AND round.closed_at IS NULL
        JOIN decisions_snapshot snap ON snap.id = round.snapshot_id
        WHERE round.version_id = version AND sig.office = by_office AND sig.digest = sha256(snap.content))
    OR by_office <> 'decision_maker' AND EXISTS (SELECT FROM approvals_round round
        WHERE round.version_id = version AND round.closed_at IS NULL AND round.passes ? by_office)
$$;

-- A paper is not sent to a step that the body does not have; past it, it is submitted as to the first one.
CREATE FUNCTION staff.guard_passed_step() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE fault text;
BEGIN
    IF EXISTS (SELECT FROM approvals_round round, jsonb_object_keys(round.passes) step
        WHERE round.version_id = NEW.id AND round.closed_at IS NULL AND staff.signs_in(step) = NEW.state) THEN
        fault := 'the body does not have this step';
    ELSIF OLD.state IN ('draft', 'in_advice') AND NEW.state <> 'with_head_of_service' AND NOT EXISTS (
        SELECT FROM approvals_round round JOIN decisions_decision decision ON decision.id = NEW.decision_id
        WHERE round.version_id = NEW.id AND round.closed_at IS NULL AND decision.number IS NOT NULL) THEN
        fault := 'a submission takes a number and opens a round';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'version refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_passed_step BEFORE UPDATE OF state ON decisions_version
    FOR EACH ROW WHEN (NEW.state LIKE 'with\_%' AND NEW.state <> OLD.state)
    EXECUTE FUNCTION staff.guard_passed_step();
ALTER TABLE decisions_version ENABLE ALWAYS TRIGGER ab_passed_step;

-- 2. A decision is taken back by who holds the decision maker's office now and neither wrote nor keeps the paper: over
--    the very text and acts that were decided, with the reason that is signed.
CREATE FUNCTION staff.guard_rescission() RETURNS trigger
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
        WHERE held.person_id = NEW.signer_id AND office.id = NEW.held_id AND office.role = 'decision_maker'
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
CREATE TRIGGER aa_rescission BEFORE INSERT ON approvals_rescission
    FOR EACH ROW EXECUTE FUNCTION staff.guard_rescission();
ALTER TABLE approvals_rescission ENABLE ALWAYS TRIGGER aa_rescission;
REVOKE UPDATE, DELETE ON approvals_rescission FROM :staff;
CALL staff.make_append_only('approvals_rescission');

-- 3. The public is told of what is public, in the very words that were signed, and of nothing else.
CREATE FUNCTION staff.guard_rescinded_publication() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM approvals_rescission rescinded WHERE rescinded.version_id = NEW.publication_id
        AND rescinded.reason = NEW.reason
        AND convert_from(rescinded.acts, 'UTF8')::jsonb->>'rescinded_on' = to_char(NEW.rescinded_on, 'YYYY-MM-DD')) THEN
        RAISE EXCEPTION 'publication refused: this was not signed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_rescinded BEFORE INSERT ON decisions_rescindedpublication
    FOR EACH ROW EXECUTE FUNCTION staff.guard_rescinded_publication();
ALTER TABLE decisions_rescindedpublication ENABLE ALWAYS TRIGGER aa_rescinded;

CREATE FUNCTION staff.guard_rescinded() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM approvals_rescission WHERE version_id = NEW.id)
        OR (OLD.state = 'published'
            AND NOT EXISTS (SELECT FROM decisions_rescindedpublication WHERE publication_id = NEW.id)) THEN
        RAISE EXCEPTION 'version refused: a rescission is signed, and what is public says so'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_rescinded BEFORE UPDATE OF state ON decisions_version
    FOR EACH ROW WHEN (NEW.state = 'rescinded' AND OLD.state <> 'rescinded')
    EXECUTE FUNCTION staff.guard_rescinded();
ALTER TABLE decisions_version ENABLE ALWAYS TRIGGER ab_rescinded;

-- 4. What was decided stays on record: the round of what is rescinded is not closed.
CREATE FUNCTION staff.keep_rescinded_round() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM decisions_version WHERE id = OLD.version_id AND state = 'rescinded') THEN
        RAISE EXCEPTION 'a round is closed before the decision' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_rescinded BEFORE UPDATE ON approvals_round
    FOR EACH ROW EXECUTE FUNCTION staff.keep_rescinded_round();
ALTER TABLE approvals_round ENABLE ALWAYS TRIGGER ab_rescinded;
