-- 1. An override is agreed to or turned down, with a reason, once and by a second person; what was answered stays.
CREATE OR REPLACE FUNCTION staff.guard_override() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    answers text[] := '{consented_by_id,consented_at,refused_by_id,refused_at,refusal}';
    second uuid := coalesce(NEW.consented_by_id, NEW.refused_by_id);
    fault text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.consented_by_id IS NOT NULL OR OLD.refused_by_id IS NOT NULL
            OR (to_jsonb(NEW) - answers) <> (to_jsonb(OLD) - answers) THEN
            fault := 'it is answered once, and nothing else of it changes';
        ELSIF num_nonnulls(NEW.consented_by_id, NEW.refused_by_id) <> 1 OR second = NEW.person_id THEN
            fault := 'a second person agrees or does not';
        ELSIF (NEW.refused_by_id IS NULL) <> (NEW.refusal = '') THEN
            fault := 'it is turned down with a reason';
        ELSIF EXISTS (SELECT FROM approvals_round r JOIN decisions_contributor c ON c.version_id = r.version_id
            WHERE r.id = NEW.round_id AND c.person_id = second) THEN
            fault := 'who wrote the paper does not answer it';
        END IF;
        NEW.consented_at := CASE WHEN NEW.consented_by_id IS NOT NULL THEN clock_timestamp() END;
        NEW.refused_at := CASE WHEN NEW.refused_by_id IS NOT NULL THEN clock_timestamp() END;
    ELSIF second IS NOT NULL OR NEW.refusal <> '' THEN
        fault := 'it is asked for before it is answered';
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

-- Whoever turns it down is of the governance team, without another part, as is whoever agrees.
CREATE OR REPLACE FUNCTION staff.guard_consent() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE version decisions_version;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.asked_at := clock_timestamp();
        RETURN NEW;
    END IF;
    SELECT v.* INTO version FROM decisions_version v JOIN approvals_round round ON round.version_id = v.id
        WHERE round.id = NEW.round_id AND round.closed_at IS NULL FOR UPDATE OF v;
    IF version.id IS NULL
        OR NOT staff.records_without_a_part(version.id, coalesce(NEW.consented_by_id, NEW.refused_by_id)) THEN
        RAISE EXCEPTION 'override refused: the governance team agrees or does not, without another part, while the round is open'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- 2. What a second person confirms of a joint decision says whether the other body declined; of one that agreed the
--    digest is as it was before one could decline. approvals/joint.py makes the same.
CREATE OR REPLACE FUNCTION staff.joint_said(recorded approvals_jointdecision) RETURNS bytea
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT sha256(convert_to(concat_ws(E'\n', CASE WHEN recorded.declined THEN 'declined' END, recorded.decider_id,
        to_char(recorded.decided_on, 'YYYY-MM-DD'), encode(recorded.commitment, 'hex'), recorded.reference), 'UTF8'))
$$;

-- A body that declined has not decided with us, whatever it said before, so nothing is published (ab_joint) until its
-- agreement is recorded and confirmed after that.
CREATE OR REPLACE FUNCTION staff.joint_counted(of_version uuid) RETURNS TABLE (decider uuid, digest bytea)
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT last.decider_id, last.digest FROM (
        SELECT DISTINCT ON (recorded.decider_id) recorded.decider_id, recorded.declined, word.digest, word.agrees
        FROM approvals_jointdecision recorded
        LEFT JOIN approvals_jointconfirmation word ON word.decision_id = recorded.id
        WHERE recorded.version_id = of_version AND recorded.commitment IS NOT NULL AND word.agrees IS NOT FALSE
        ORDER BY recorded.decider_id, recorded.at DESC) last
    WHERE last.agrees AND NOT last.declined
$$;
