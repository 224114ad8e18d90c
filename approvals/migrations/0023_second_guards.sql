-- 1. Advice is given by whom it was asked of, on the text that is there, by nobody who wrote or keeps the paper.
CREATE FUNCTION staff.guard_advice() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    asked approvals_advicerequest;
    version decisions_version;
    fault text;
BEGIN
    SELECT * INTO asked FROM approvals_advicerequest WHERE id = NEW.request_id;
    SELECT * INTO version FROM decisions_version WHERE id = asked.version_id;  -- aa_stamp has locked it
    IF NEW.adviser_id IS DISTINCT FROM asked.adviser_id
        OR EXISTS (SELECT FROM approvals_advicerequest WHERE handed_from_id = asked.id) THEN
        fault := 'it was asked of somebody else';
    ELSIF version.state IN ('withdrawn', 'rescinded') OR version.state IN ('decided', 'published')
        AND NOT EXISTS (SELECT FROM decisions_unobtainedadvice WHERE version_id = version.id AND area = asked.area) THEN
        fault := format('the version is %s', version.state);
    ELSIF NEW.covers = '{}' THEN
        fault := 'it is on no text';
    ELSIF version.drafting_officer_id = NEW.adviser_id
        OR EXISTS (SELECT FROM decisions_contributor WHERE version_id = version.id AND person_id = NEW.adviser_id)
        OR EXISTS (SELECT FROM approvals_handover WHERE version_id = version.id AND to_id = NEW.adviser_id) THEN
        fault := 'nobody advises on a paper that they wrote';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'advice refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_asked BEFORE INSERT ON approvals_advice FOR EACH ROW EXECUTE FUNCTION staff.guard_advice();
ALTER TABLE approvals_advice ENABLE ALWAYS TRIGGER ab_asked;

-- An objection is lifted by a later word on the same text only, or by an answer.
CREATE OR REPLACE FUNCTION staff.guard_objections() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM approvals_round round
        JOIN approvals_advicerequest asked ON asked.version_id = round.version_id
        JOIN approvals_advice given ON given.request_id = asked.id
        WHERE round.id = NEW.round_id AND given.outcome = 'not_content' AND given.given_at >= round.opened_at
        AND NOT EXISTS (SELECT FROM approvals_objectionanswer WHERE advice_id = given.id)
        AND NOT EXISTS (SELECT FROM approvals_advice later
            JOIN approvals_advicerequest again ON again.id = later.request_id
            WHERE again.version_id = asked.version_id AND again.area = asked.area
            AND later.adviser_id = given.adviser_id AND later.given_at > given.given_at
            AND later.covers @> given.covers)) THEN
        RAISE EXCEPTION 'signature refused: an adviser who is not content has no answer'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- 2. A decision is taken back by who holds the office that took it in their own right, under their own name, is there,
--    takes part in it, and neither wrote nor advised on the paper.
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
    ELSIF EXISTS (SELECT FROM approvals_advice advice JOIN approvals_advicerequest asked ON asked.id = advice.request_id
            WHERE asked.version_id = version.id AND advice.adviser_id = NEW.signer_id)
        AND NOT EXISTS (SELECT FROM approvals_round WHERE version_id = version.id AND closed_at IS NULL
            AND staff.overridden(id, 'decision_maker', NEW.signer_id) IS NOT NULL) THEN
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

-- 3. An override is agreed to by the governance team, by somebody without another part, while the round is open.
CREATE FUNCTION staff.guard_consent() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE version decisions_version;
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.asked_at := clock_timestamp();
        RETURN NEW;
    END IF;
    SELECT v.* INTO version FROM decisions_version v JOIN approvals_round round ON round.version_id = v.id
        WHERE round.id = NEW.round_id AND round.closed_at IS NULL FOR UPDATE OF v;
    IF version.id IS NULL OR NOT staff.records_without_a_part(version.id, NEW.consented_by_id) THEN
        RAISE EXCEPTION 'override refused: the governance team agrees, without another part, while the round is open'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_consent BEFORE INSERT OR UPDATE ON approvals_override
    FOR EACH ROW EXECUTE FUNCTION staff.guard_consent();
ALTER TABLE approvals_override ENABLE ALWAYS TRIGGER ab_consent;

-- 4. An appointment makes no loop either: nobody who signs for an office, directly or through others, holds it too.
CREATE FUNCTION staff.guard_no_loop() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE ends timestamptz := coalesce(NEW.until, 'infinity');
BEGIN
    IF EXISTS (SELECT FROM people_holding delegate
        WHERE delegate.office_id = NEW.office_id AND delegate.capacity = 'delegate'
        AND delegate.since < ends AND (delegate.until IS NULL OR delegate.until > NEW.since)
        AND staff.delegation_loops(NEW.office_id, delegate.person_id, NEW.since, ends)) THEN
        RAISE EXCEPTION 'appointment refused: they sign for this office, directly or through others'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER zz_no_loop AFTER INSERT ON people_holding
    FOR EACH ROW WHEN (NEW.capacity <> 'delegate') EXECUTE FUNCTION staff.guard_no_loop();
ALTER TABLE people_holding ENABLE ALWAYS TRIGGER zz_no_loop;

-- 5. Nothing ends in the past, and nobody has held an office of a paper's time all along.
CREATE FUNCTION staff.guard_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.until < greatest(transaction_timestamp(), OLD.since) THEN
        RAISE EXCEPTION '% cannot end in the past', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_end BEFORE UPDATE ON people_holding FOR EACH ROW EXECUTE FUNCTION staff.guard_end();
CREATE TRIGGER ab_end BEFORE UPDATE ON people_absence FOR EACH ROW EXECUTE FUNCTION staff.guard_end();
CREATE TRIGGER ab_end BEFORE UPDATE ON people_privateoffice FOR EACH ROW EXECUTE FUNCTION staff.guard_end();
CREATE TRIGGER ab_end BEFORE UPDATE ON decisions_grant FOR EACH ROW EXECUTE FUNCTION staff.guard_end();
CREATE TRIGGER ab_end BEFORE UPDATE ON decisions_pen FOR EACH ROW EXECUTE FUNCTION staff.guard_end();
CREATE TRIGGER ab_end BEFORE UPDATE ON decisions_passedstep FOR EACH ROW EXECUTE FUNCTION staff.guard_end();
ALTER TABLE people_holding ENABLE ALWAYS TRIGGER ab_end;
ALTER TABLE people_absence ENABLE ALWAYS TRIGGER ab_end;
ALTER TABLE people_privateoffice ENABLE ALWAYS TRIGGER ab_end;
ALTER TABLE decisions_grant ENABLE ALWAYS TRIGGER ab_end;
ALTER TABLE decisions_pen ENABLE ALWAYS TRIGGER ab_end;
ALTER TABLE decisions_passedstep ENABLE ALWAYS TRIGGER ab_end;

CREATE FUNCTION staff.stamp_holding() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM approvals_round) THEN
        NEW.since := greatest(NEW.since, transaction_timestamp());
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_stamp BEFORE INSERT ON people_holding FOR EACH ROW EXECUTE FUNCTION staff.stamp_holding();
ALTER TABLE people_holding ENABLE ALWAYS TRIGGER ab_stamp;

-- 6. What others decided is confirmed by the governance team, by somebody without another part.
CREATE OR REPLACE FUNCTION staff.guard_joint_confirmation() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    recorded approvals_jointdecision;
    fault text;
BEGIN
    SELECT * INTO recorded FROM approvals_jointdecision WHERE id = NEW.decision_id;
    PERFORM FROM decisions_version WHERE id = recorded.version_id FOR UPDATE;
    IF NEW.by_id = recorded.by_id THEN
        fault := 'nobody confirms what they recorded';
    ELSIF NOT staff.records_without_a_part(recorded.version_id, NEW.by_id) THEN
        fault := 'the governance team confirms, without another part';
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

-- Who takes no part could decide, and says so under their own name and title.
CREATE FUNCTION staff.guard_who_withdraws() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM people_holding held JOIN people_office office ON office.id = held.office_id
        JOIN people_user person ON person.id = held.person_id
        WHERE held.person_id = NEW.person_id AND staff.decides(NEW.version_id, office.id)
        AND NEW.name = person.full_name AND NEW.office_title = office.title AND person.is_active
        AND held.since <= clock_timestamp() AND (held.until IS NULL OR held.until > clock_timestamp())) THEN
        RAISE EXCEPTION 'withdrawing from deciding refused: they decide nothing here'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_decides BEFORE INSERT ON approvals_recusal
    FOR EACH ROW EXECUTE FUNCTION staff.guard_who_withdraws();
ALTER TABLE approvals_recusal ENABLE ALWAYS TRIGGER ab_decides;

-- Nobody keeps a paper that they have signed, or on which they advised.
CREATE FUNCTION staff.guard_who_takes_over() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM approvals_signature sig JOIN approvals_round round ON round.id = sig.round_id
            WHERE round.version_id = NEW.version_id AND round.closed_at IS NULL AND sig.signer_id = NEW.to_id)
        OR EXISTS (SELECT FROM approvals_advice advice JOIN approvals_advicerequest asked ON asked.id = advice.request_id
            WHERE asked.version_id = NEW.version_id AND advice.adviser_id = NEW.to_id) THEN
        RAISE EXCEPTION 'hand-over refused: they signed or advised' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_no_part BEFORE INSERT ON approvals_handover
    FOR EACH ROW EXECUTE FUNCTION staff.guard_who_takes_over();
ALTER TABLE approvals_handover ENABLE ALWAYS TRIGGER ab_no_part;

-- 7. What a round says is mandatory has been advised on, or the paper says why not. What is mandatory is worked out by
--    decisions/advising.py alone: a round that says too little is not refused here.
CREATE FUNCTION staff.guard_needed() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM jsonb_array_elements(NEW.needed) one
        WHERE NOT EXISTS (SELECT FROM approvals_advice advice
            JOIN approvals_advicerequest asked ON asked.id = advice.request_id
            WHERE asked.version_id = NEW.version_id AND asked.area = one->>'area')
        AND NOT EXISTS (SELECT FROM decisions_unobtainedadvice
            WHERE version_id = NEW.version_id AND area = one->>'area')) THEN
        RAISE EXCEPTION 'a round has its mandatory advice, or says why not'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ac_needed BEFORE INSERT ON approvals_round FOR EACH ROW EXECUTE FUNCTION staff.guard_needed();
ALTER TABLE approvals_round ENABLE ALWAYS TRIGGER ac_needed;

-- 8. Nobody answers from outside who has guessed.
CREATE FUNCTION staff.guard_not_guessed() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF (SELECT count(*) FROM approvals_outsidevisit visit
        WHERE visit.request_id = NEW.request_id AND NOT visit.right) >= 5 THEN  -- TRIES of approvals/outside.py
        RAISE EXCEPTION 'answer from outside refused: too many wrong codes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_not_guessed BEFORE INSERT ON approvals_outsideanswer
    FOR EACH ROW EXECUTE FUNCTION staff.guard_not_guessed();
ALTER TABLE approvals_outsideanswer ENABLE ALWAYS TRIGGER ab_not_guessed;

-- 9. A briefing note is for the very office that the paper is with.
CREATE FUNCTION staff.guard_note_of_the_turn() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE version decisions_version;
BEGIN
    SELECT * INTO version FROM decisions_version WHERE id = NEW.version_id FOR SHARE;
    IF NOT EXISTS (SELECT FROM people_office office WHERE office.id = NEW.office_id AND CASE version.state
            WHEN 'with_head_of_service' THEN office.id = version.head_of_service_id
            WHEN 'with_chief_executive' THEN office.role = 'chief_executive'
            WHEN 'with_decision_maker' THEN staff.decides(version.id, office.id) END) THEN
        RAISE EXCEPTION 'briefing note refused: the paper is with another office'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_turn BEFORE INSERT ON approvals_briefingnote
    FOR EACH ROW EXECUTE FUNCTION staff.guard_note_of_the_turn();
ALTER TABLE approvals_briefingnote ENABLE ALWAYS TRIGGER ab_turn;

-- 10. A grant begins when it is given, by a holding of that person; nobody lets themselves into Part 2 but as who begins
--     or takes over a paper, as the holder of an office that takes part in it, or as somebody's private office.
CREATE FUNCTION staff.guard_grant() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE fault text;
BEGIN
    IF NEW.holding_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM people_holding WHERE id = NEW.holding_id AND person_id = NEW.person_id) THEN
        fault := 'the holding is somebody else''s';
    ELSIF NEW.access = 'read_part2' AND NEW.given_by_id = NEW.person_id
        AND NOT (NEW.source = 'drafted' AND EXISTS (SELECT FROM decisions_version version
            WHERE version.decision_id = NEW.decision_id AND (version.drafting_officer_id = NEW.person_id
            OR EXISTS (SELECT FROM approvals_handover WHERE version_id = version.id AND to_id = NEW.person_id))))
        AND NOT (NEW.source <> 'drafted' AND EXISTS (SELECT FROM people_holding held
            JOIN people_office office ON office.id = held.office_id
            WHERE held.id = NEW.holding_id AND office.role NOT IN ('drafting_officer', 'administrator', 'auditor')
            AND (office.role <> 'governance' OR held.reads_part2)
            AND (held.until IS NULL OR held.until > clock_timestamp())))
        AND NOT (NEW.source = 'private_office' AND EXISTS (SELECT FROM people_privateoffice
            WHERE person_id = NEW.person_id AND reads_part2 AND until > clock_timestamp())) THEN
        fault := 'nobody lets themselves into Part 2';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'grant refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.since := statement_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER ab_grant BEFORE INSERT ON decisions_grant FOR EACH ROW EXECUTE FUNCTION staff.guard_grant();
ALTER TABLE decisions_grant ENABLE ALWAYS TRIGGER ab_grant;

-- Nobody names themselves, or somebody who holds the office, for its private office.
CREATE FUNCTION staff.guard_who_serves() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.person_id = NEW.named_by_id OR EXISTS (SELECT FROM people_holding
        WHERE office_id = NEW.office_id AND person_id = NEW.person_id AND capacity <> 'delegate'
        AND since <= clock_timestamp() AND (until IS NULL OR until > clock_timestamp())) THEN
        RAISE EXCEPTION 'private office refused: they hold the office' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_serves BEFORE INSERT ON people_privateoffice
    FOR EACH ROW EXECUTE FUNCTION staff.guard_who_serves();
ALTER TABLE people_privateoffice ENABLE ALWAYS TRIGGER ab_serves;
