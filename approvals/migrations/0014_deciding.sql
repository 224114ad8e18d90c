-- Who has an interest takes no part: they say so while the paper is with the decision maker's office, and then decide
-- no version of it that they said it of, whatever office they hold.
CREATE FUNCTION staff.guard_recusal() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE standing text;
BEGIN
    SELECT state INTO standing FROM decisions_version WHERE id = NEW.version_id FOR UPDATE;
    IF standing IS DISTINCT FROM 'with_decision_maker' THEN
        RAISE EXCEPTION 'withdrawing from deciding refused: the version is %', standing
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_recusal BEFORE INSERT ON approvals_recusal FOR EACH ROW EXECUTE FUNCTION staff.guard_recusal();
ALTER TABLE approvals_recusal ENABLE ALWAYS TRIGGER aa_recusal;

CREATE FUNCTION staff.guard_who_took_no_part() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.office = 'decision_maker' AND EXISTS (SELECT FROM approvals_recusal recusal
        JOIN approvals_round round ON round.version_id = recusal.version_id
        WHERE round.id = NEW.round_id AND recusal.person_id = NEW.signer_id) THEN
        RAISE EXCEPTION 'signature refused: they declared an interest and take no part'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ac_no_part BEFORE INSERT ON approvals_signature
    FOR EACH ROW EXECUTE FUNCTION staff.guard_who_took_no_part();
ALTER TABLE approvals_signature ENABLE ALWAYS TRIGGER ac_no_part;

-- The points of a return are given with it, before the text may change again; they are answered while it is written.
CREATE FUNCTION staff.guard_return_point() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    standing text;
    closed timestamptz;
BEGIN
    SELECT version.state, round.closed_at INTO standing, closed
        FROM approvals_round round JOIN decisions_version version ON version.id = round.version_id
        WHERE round.id = NEW.round_id FOR SHARE OF version;
    IF closed IS NOT NULL OR standing NOT IN ('with_head_of_service', 'with_chief_executive', 'with_decision_maker') THEN
        RAISE EXCEPTION 'a point of a return is given with the return' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_point BEFORE INSERT ON approvals_returnpoint
    FOR EACH ROW EXECUTE FUNCTION staff.guard_return_point();
ALTER TABLE approvals_returnpoint ENABLE ALWAYS TRIGGER aa_point;

CREATE FUNCTION staff.guard_return_answer() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE standing text;
BEGIN
    SELECT version.state INTO standing FROM approvals_returnpoint point
        JOIN approvals_round round ON round.id = point.round_id
        JOIN decisions_version version ON version.id = round.version_id
        WHERE point.id = NEW.point_id FOR SHARE OF version;
    IF standing IS NULL OR standing NOT IN ('draft', 'in_advice') THEN
        RAISE EXCEPTION 'an answer to a return is given while the paper is written'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_answer BEFORE INSERT ON approvals_returnanswer
    FOR EACH ROW EXECUTE FUNCTION staff.guard_return_answer();
ALTER TABLE approvals_returnanswer ENABLE ALWAYS TRIGGER aa_answer;

REVOKE UPDATE, DELETE ON approvals_recusal, approvals_returnpoint, approvals_returnanswer FROM :staff;
CALL staff.make_append_only('approvals_recusal');
CALL staff.make_append_only('approvals_returnpoint');
CALL staff.make_append_only('approvals_returnanswer');
