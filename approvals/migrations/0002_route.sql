-- The route as the database knows it. The same steps stand in approvals/workflow.py; a test compares the two.

CREATE FUNCTION staff.route_steps() RETURNS TABLE (step_from text, step_to text)
LANGUAGE sql IMMUTABLE AS $$
    VALUES ('draft', 'in_advice'), ('draft', 'with_head_of_service'), ('in_advice', 'with_head_of_service'),
        ('with_head_of_service', 'with_chief_executive'), ('with_chief_executive', 'with_decision_maker'),
        ('with_decision_maker', 'decided'), ('decided', 'published'),
        ('with_head_of_service', 'draft'), ('with_chief_executive', 'draft'), ('with_decision_maker', 'draft'),
        ('draft', 'withdrawn'), ('in_advice', 'withdrawn'), ('with_head_of_service', 'withdrawn'),
        ('with_chief_executive', 'withdrawn'), ('with_decision_maker', 'withdrawn')
$$;
GRANT EXECUTE ON FUNCTION staff.route_steps() TO :staff;

-- Which office signs in which state.
CREATE FUNCTION staff.signs_in(office text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE office WHEN 'head_of_service' THEN 'with_head_of_service'
        WHEN 'chief_executive' THEN 'with_chief_executive' WHEN 'decision_maker' THEN 'with_decision_maker' END
$$;
GRANT EXECUTE ON FUNCTION staff.signs_in(text) TO :staff;

-- Whether the open round of a version bears a signature of this office over its snapshot.
CREATE FUNCTION staff.signed(version uuid, by_office text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM approvals_signature sig
        JOIN approvals_round round ON round.id = sig.round_id AND round.closed_at IS NULL
        JOIN decisions_snapshot snap ON snap.id = round.snapshot_id
        WHERE round.version_id = version AND sig.office = by_office AND sig.digest = sha256(snap.content))
$$;
GRANT EXECUTE ON FUNCTION staff.signed(uuid, text) TO :staff;

-- 1. A version begins as a draft, moves by the steps only, and each step has left its evidence.
CREATE FUNCTION staff.guard_version() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE fault text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        fault := 'a version is never deleted';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN fault := 'a version begins as a draft'; END IF;
    ELSE
        IF (OLD.state NOT IN ('draft', 'in_advice') OR NEW.state NOT IN ('draft', 'in_advice'))
            AND (to_jsonb(NEW) - 'state') <> (to_jsonb(OLD) - 'state') THEN
            fault := 'the text is frozen';
        ELSIF NEW.decision_id <> OLD.decision_id OR NEW.number <> OLD.number THEN
            fault := 'a version stays with its decision';
        ELSIF NEW.state <> OLD.state THEN
            IF (OLD.state, NEW.state) NOT IN (SELECT step_from, step_to FROM staff.route_steps()) THEN
                fault := format('%s to %s is no step of the route', OLD.state, NEW.state);
            ELSIF NEW.state = 'with_head_of_service' AND NOT EXISTS (
                SELECT FROM approvals_round round JOIN decisions_decision d ON d.id = NEW.decision_id
                WHERE round.version_id = NEW.id AND round.closed_at IS NULL AND d.number IS NOT NULL) THEN
                fault := 'a submission takes a number and opens a round';
            ELSIF NEW.state IN ('with_chief_executive', 'with_decision_maker', 'decided')
                AND NOT staff.signed(NEW.id, 'head_of_service') THEN
                fault := 'the head of service has not signed this text';
            ELSIF NEW.state IN ('with_decision_maker', 'decided') AND NOT staff.signed(NEW.id, 'chief_executive') THEN
                fault := 'the chief executive has not signed this text';
            ELSIF NEW.state = 'decided' AND NOT staff.signed(NEW.id, 'decision_maker') THEN
                fault := 'the decision maker has not signed this text';
            ELSIF NEW.state = 'published' AND NOT EXISTS (SELECT FROM decisions_publication WHERE id = NEW.id) THEN
                fault := 'nothing of it has been published';
            ELSIF NEW.state IN ('draft', 'withdrawn') AND EXISTS (
                SELECT FROM approvals_round WHERE version_id = NEW.id AND closed_at IS NULL) THEN
                fault := 'the round is still open';
            ELSIF NEW.state = 'withdrawn' AND NOT EXISTS (
                SELECT FROM approvals_withdrawal WHERE version_id = NEW.id) THEN
                fault := 'a withdrawal has its reason';
            END IF;
        END IF;
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'version refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER aa_route BEFORE INSERT OR UPDATE OR DELETE ON decisions_version
    FOR EACH ROW EXECUTE FUNCTION staff.guard_version();
ALTER TABLE decisions_version ENABLE ALWAYS TRIGGER aa_route;

-- 2. A round is about a snapshot of its own version; it can be closed once, and nothing else of it changes.
CREATE FUNCTION staff.guard_round() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE standing text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT state INTO standing FROM decisions_version WHERE id = NEW.version_id FOR SHARE;
        IF standing NOT IN ('draft', 'in_advice') OR NEW.closed_at IS NOT NULL
            OR NOT EXISTS (SELECT FROM decisions_snapshot WHERE id = NEW.snapshot_id AND version_id = NEW.version_id
                AND taken_at = now()) THEN
            RAISE EXCEPTION 'a round opens with the snapshot of its submission'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT state INTO standing FROM decisions_version WHERE id = OLD.version_id FOR SHARE;
    IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL OR NEW.closed_at IS NULL
        OR standing IN ('decided', 'published')
        OR (to_jsonb(NEW) - '{closed_at,closed_by_id,return_reason}'::text[])
            <> (to_jsonb(OLD) - '{closed_at,closed_by_id,return_reason}'::text[]) THEN
        RAISE EXCEPTION 'a round is closed once, before the decision' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_round BEFORE INSERT OR UPDATE OR DELETE ON approvals_round
    FOR EACH ROW EXECUTE FUNCTION staff.guard_round();
ALTER TABLE approvals_round ENABLE ALWAYS TRIGGER aa_round;
REVOKE DELETE ON approvals_round FROM :staff;

-- 3. A signature: the office whose turn it is, held now by this person, who did not write the paper, over the
--    very bytes of the open round. Time by the database.
CREATE FUNCTION staff.guard_signature() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    version decisions_version;
    round approvals_round;
    fault text;
BEGIN
    SELECT v.* INTO version FROM decisions_version v JOIN approvals_round r ON r.version_id = v.id
        WHERE r.id = NEW.round_id FOR UPDATE OF v;
    SELECT * INTO round FROM approvals_round WHERE id = NEW.round_id;
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
    ELSIF EXISTS (SELECT FROM decisions_contributor WHERE version_id = version.id AND person_id = NEW.signer_id)
        OR version.drafting_officer_id = NEW.signer_id THEN
        fault := 'nobody signs a paper that they wrote';
    ELSIF NOT EXISTS (
        SELECT FROM people_holding held JOIN people_office office ON office.id = held.office_id
        JOIN people_user person ON person.id = held.person_id
        WHERE held.person_id = NEW.signer_id AND office.id = NEW.held_id AND office.role = NEW.office
        AND person.is_active AND held.since <= clock_timestamp()
        AND (held.until IS NULL OR held.until > clock_timestamp())) THEN
        fault := 'the signer does not hold the office';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'signature refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.signed_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_signature BEFORE INSERT ON approvals_signature
    FOR EACH ROW EXECUTE FUNCTION staff.guard_signature();
ALTER TABLE approvals_signature ENABLE ALWAYS TRIGGER aa_signature;

-- 4. Deferrals and clearances stand between decision and publication.
CREATE FUNCTION staff.signed_bytes(version uuid) RETURNS TABLE (snapshot_digest bytea, acts_digest bytea)
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT sig.digest, sig.acts_digest FROM approvals_signature sig
        JOIN approvals_round round ON round.id = sig.round_id AND round.closed_at IS NULL
        WHERE round.version_id = version AND sig.office = 'decision_maker'
$$;
GRANT EXECUTE ON FUNCTION staff.signed_bytes(uuid) TO :staff;

CREATE FUNCTION staff.guard_between() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE standing text;
BEGIN
    SELECT state INTO standing FROM decisions_version WHERE id = NEW.version_id FOR SHARE;
    IF standing <> 'decided' THEN
        RAISE EXCEPTION '% refused: the version is %', TG_TABLE_NAME, standing
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_TABLE_NAME = 'approvals_clearance' AND NOT EXISTS (
        SELECT FROM staff.signed_bytes(NEW.version_id) s
        WHERE sha256(s.snapshot_digest || s.acts_digest) = (to_jsonb(NEW)->>'digest')::bytea) THEN
        RAISE EXCEPTION 'what is cleared is not what was signed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_between BEFORE INSERT ON approvals_deferral FOR EACH ROW EXECUTE FUNCTION staff.guard_between();
CREATE TRIGGER aa_between BEFORE INSERT ON approvals_clearance FOR EACH ROW EXECUTE FUNCTION staff.guard_between();
ALTER TABLE approvals_deferral ENABLE ALWAYS TRIGGER aa_between;
ALTER TABLE approvals_clearance ENABLE ALWAYS TRIGGER aa_between;

-- 5. Publication: decided, signed, cleared, and the day has come (Europe/London, by the database's clock).
CREATE FUNCTION staff.guard_publication() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    version decisions_version;
    decision decisions_decision;
    last_deferral approvals_deferral;
    fault text;
BEGIN
    SELECT * INTO version FROM decisions_version WHERE id = NEW.id FOR UPDATE;
    SELECT * INTO decision FROM decisions_decision WHERE id = version.decision_id;
    SELECT * INTO last_deferral FROM approvals_deferral WHERE version_id = NEW.id ORDER BY at DESC LIMIT 1;
    IF version.state IS DISTINCT FROM 'decided' THEN
        fault := 'it is not decided';
    ELSIF NEW.number IS DISTINCT FROM decision.number OR NEW.year IS DISTINCT FROM decision.year
        OR NEW.version <> version.number OR NEW.body_key <> decision.body_id THEN
        fault := 'it bears another number';
    ELSIF NOT EXISTS (SELECT FROM staff.signed_bytes(NEW.id) s
        WHERE s.snapshot_digest = NEW.snapshot_digest AND s.acts_digest = NEW.acts_digest) THEN
        fault := 'the decision maker has not signed it';
    ELSIF NOT EXISTS (SELECT FROM approvals_clearance
        WHERE version_id = NEW.id AND digest = sha256(NEW.snapshot_digest || NEW.acts_digest)) THEN
        fault := 'it is not cleared';
    ELSIF last_deferral.until > (clock_timestamp() AT TIME ZONE 'Europe/London')::date THEN
        fault := 'it is deferred';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'publication refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.published_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_publication BEFORE INSERT ON decisions_publication
    FOR EACH ROW EXECUTE FUNCTION staff.guard_publication();
ALTER TABLE decisions_publication ENABLE ALWAYS TRIGGER aa_publication;

CREATE FUNCTION staff.guard_published_bytes() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.digest IS DISTINCT FROM sha256(NEW.content) THEN
        RAISE EXCEPTION 'the digest is not that of the bytes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_TABLE_NAME = 'decisions_publicationbody' AND NOT EXISTS (
        SELECT FROM decisions_publication head WHERE head.id = NEW.publication_id
        AND encode(head.snapshot_digest, 'hex') = convert_from(NEW.content, 'UTF8')::jsonb->>'snapshot_digest'
        AND encode(head.acts_digest, 'hex') = convert_from(NEW.content, 'UTF8')::jsonb->>'acts_digest') THEN
        RAISE EXCEPTION 'the body is not of the text that was signed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_bytes BEFORE INSERT ON decisions_publicationbody
    FOR EACH ROW EXECUTE FUNCTION staff.guard_published_bytes();
CREATE TRIGGER aa_bytes BEFORE INSERT ON decisions_publicationfile
    FOR EACH ROW EXECUTE FUNCTION staff.guard_published_bytes();
ALTER TABLE decisions_publicationbody ENABLE ALWAYS TRIGGER aa_bytes;
ALTER TABLE decisions_publicationfile ENABLE ALWAYS TRIGGER aa_bytes;

-- 6. What was said stays said.
REVOKE UPDATE, DELETE ON approvals_signature, approvals_deferral, approvals_clearance, approvals_advicerequest,
    approvals_advice, approvals_withdrawal FROM :staff;
REVOKE DELETE ON approvals_notice FROM :staff;
CALL staff.make_append_only('approvals_signature');
CALL staff.make_append_only('approvals_deferral');
CALL staff.make_append_only('approvals_clearance');
CALL staff.make_append_only('approvals_advicerequest');
CALL staff.make_append_only('approvals_advice');
CALL staff.make_append_only('approvals_withdrawal');
