-- 1. What was recorded of a joint decision, its signed copy included, as one digest; approvals/joint.py makes the same.
CREATE FUNCTION staff.joint_said(recorded approvals_jointdecision) RETURNS bytea
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT sha256(convert_to(concat_ws(E'\n', recorded.decider_id, to_char(recorded.decided_on, 'YYYY-MM-DD'),
        encode(recorded.commitment, 'hex'), recorded.reference), 'UTF8'))
$$;
GRANT EXECUTE ON FUNCTION staff.joint_said(approvals_jointdecision) TO :staff;

-- What counts: of each other body the last record that was not refused, once a second person confirmed it. So what was
-- confirmed by mistake is recorded again, and counts no more from then on.
CREATE FUNCTION staff.joint_counted(of_version uuid) RETURNS TABLE (decider uuid, digest bytea)
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT last.decider_id, last.digest FROM (
        SELECT DISTINCT ON (recorded.decider_id) recorded.decider_id, word.digest, word.agrees
        FROM approvals_jointdecision recorded
        LEFT JOIN approvals_jointconfirmation word ON word.decision_id = recorded.id
        WHERE recorded.version_id = of_version AND recorded.commitment IS NOT NULL AND word.agrees IS NOT FALSE
        ORDER BY recorded.decider_id, recorded.at DESC) last
    WHERE last.agrees
$$;
GRANT EXECUTE ON FUNCTION staff.joint_counted(uuid) TO :staff;

-- 2. It is recorded after our own decision and before publication, with its signed copy, and not again before a second
--    person has said whether it is right.
CREATE OR REPLACE FUNCTION staff.guard_joint_decision() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    standing text;
    fault text;
BEGIN
    SELECT v.state INTO standing FROM decisions_version v JOIN decisions_jointdecider d ON d.version_id = v.id
        WHERE d.id = NEW.decider_id AND v.id = NEW.version_id AND d.decided_on IS NULL FOR UPDATE OF v;
    IF standing IS DISTINCT FROM 'decided' THEN
        fault := format('the version is %s', standing);
    ELSIF NEW.commitment IS NULL THEN
        fault := 'its signed copy is not named';
    ELSIF EXISTS (SELECT FROM approvals_jointdecision other
        LEFT JOIN approvals_jointconfirmation word ON word.decision_id = other.id
        WHERE other.decider_id = NEW.decider_id AND other.commitment IS NOT NULL AND word.decision_id IS NULL) THEN
        fault := 'it is recorded already';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'joint decision refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;

-- 3. A second person of the governance team, who neither wrote nor signed the paper, confirms these very words.
CREATE FUNCTION staff.guard_joint_confirmation() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    recorded approvals_jointdecision;
    version decisions_version;
    fault text;
BEGIN
    SELECT * INTO recorded FROM approvals_jointdecision WHERE id = NEW.decision_id;
    SELECT * INTO version FROM decisions_version WHERE id = recorded.version_id FOR UPDATE;
    IF NEW.by_id = recorded.by_id THEN
        fault := 'nobody confirms what they recorded';
    ELSIF EXISTS (SELECT FROM decisions_contributor WHERE version_id = version.id AND person_id = NEW.by_id)
        OR version.drafting_officer_id = NEW.by_id THEN
        fault := 'nobody confirms in a paper that they wrote';
    ELSIF EXISTS (SELECT FROM approvals_signature sig JOIN approvals_round round ON round.id = sig.round_id
        WHERE round.version_id = version.id AND round.closed_at IS NULL AND sig.signer_id = NEW.by_id) THEN
        fault := 'nobody confirms in a paper that they signed';
    ELSIF NOT EXISTS (
        SELECT FROM people_holding held JOIN people_office office ON office.id = held.office_id
        JOIN people_user person ON person.id = held.person_id
        WHERE held.person_id = NEW.by_id AND office.role = 'governance' AND person.is_active
        AND held.since <= clock_timestamp() AND (held.until IS NULL OR held.until > clock_timestamp())) THEN
        fault := 'the governance team confirms';
    ELSIF NOT EXISTS (SELECT FROM approvals_jointcopy WHERE decision_id = recorded.id) THEN
        fault := 'there is no signed copy';
    ELSIF NEW.digest IS DISTINCT FROM staff.joint_said(recorded) THEN
        fault := 'something else was recorded';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'confirmation refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_second_person BEFORE INSERT ON approvals_jointconfirmation
    FOR EACH ROW EXECUTE FUNCTION staff.guard_joint_confirmation();
ALTER TABLE approvals_jointconfirmation ENABLE ALWAYS TRIGGER aa_second_person;

-- 4. What was said and brought stays; a key is only wrapped again.
REVOKE UPDATE, DELETE ON approvals_jointcopy, approvals_jointconfirmation FROM :staff;
REVOKE DELETE ON approvals_jointcopykey FROM :staff;
CALL staff.make_append_only('approvals_jointcopy');
CALL staff.make_append_only('approvals_jointconfirmation');
CREATE TRIGGER aa_rewrapped BEFORE UPDATE ON approvals_jointcopykey
    FOR EACH ROW EXECUTE FUNCTION staff.keep_key();
CREATE TRIGGER zz_kept BEFORE DELETE ON approvals_jointcopykey
    FOR EACH ROW EXECUTE FUNCTION staff.refuse_change();
CREATE TRIGGER zz_never_emptied BEFORE TRUNCATE ON approvals_jointcopykey
    FOR EACH STATEMENT EXECUTE FUNCTION staff.refuse_change();
ALTER TABLE approvals_jointcopykey ENABLE ALWAYS TRIGGER aa_rewrapped;
ALTER TABLE approvals_jointcopykey ENABLE ALWAYS TRIGGER zz_kept;
ALTER TABLE approvals_jointcopykey ENABLE ALWAYS TRIGGER zz_never_emptied;

-- 5. Nothing is published before everybody has decided and two people have said so.
CREATE OR REPLACE FUNCTION staff.guard_joint_publication() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM decisions_jointdecider d WHERE d.version_id = NEW.id AND d.decided_on IS NULL
        AND d.id NOT IN (SELECT decider FROM staff.joint_counted(NEW.id))) THEN
        RAISE EXCEPTION 'publication refused: not everybody has decided' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- 6. A clearance covers what was signed and what the others decided, as it was confirmed.
CREATE FUNCTION staff.cleared_digest(version uuid) RETURNS bytea
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT sha256(signed.snapshot_digest || signed.acts_digest || coalesce((
        SELECT string_agg(counted.digest, ''::bytea ORDER BY counted.decider)
        FROM staff.joint_counted(version) counted), ''::bytea))
    FROM staff.signed_bytes(version) signed
$$;
GRANT EXECUTE ON FUNCTION staff.cleared_digest(uuid) TO :staff;

CREATE OR REPLACE FUNCTION staff.guard_between() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE standing text;
BEGIN
    SELECT state INTO standing FROM decisions_version WHERE id = NEW.version_id FOR SHARE;
    IF standing <> 'decided' THEN
        RAISE EXCEPTION '% refused: the version is %', TG_TABLE_NAME, standing
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_TABLE_NAME = 'approvals_clearance'
        AND (to_jsonb(NEW)->>'digest')::bytea IS DISTINCT FROM staff.cleared_digest(NEW.version_id) THEN
        RAISE EXCEPTION 'what is cleared is not what was signed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION staff.guard_publication() RETURNS trigger
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
        WHERE version_id = NEW.id AND digest = staff.cleared_digest(NEW.id)) THEN
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
