-- 1. The steps between states; approvals/workflow.py has the same, and a test compares the two.
CREATE OR REPLACE FUNCTION staff.route_steps() RETURNS TABLE (step_from text, step_to text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('draft', 'in_advice'), ('draft', 'with_head_of_service'), ('in_advice', 'with_head_of_service'),
        ('with_head_of_service', 'with_chief_executive'), ('with_chief_executive', 'with_decision_maker'),
        ('with_decision_maker', 'decided'), ('decided', 'published'),
        ('with_head_of_service', 'draft'), ('with_chief_executive', 'draft'), ('with_decision_maker', 'draft'),
        ('draft', 'withdrawn'), ('in_advice', 'withdrawn'), ('with_head_of_service', 'withdrawn'),
        ('with_chief_executive', 'withdrawn'), ('with_decision_maker', 'withdrawn'),
        ('decided', 'rescinded'), ('published', 'rescinded')
$$;

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
