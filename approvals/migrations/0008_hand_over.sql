-- A paper is handed over before the decision, to a drafting officer; whoever keeps it signs it in no office.
CREATE FUNCTION staff.guard_hand_over() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE standing text;
BEGIN
    SELECT state INTO standing FROM decisions_version WHERE id = NEW.version_id FOR SHARE;
    IF standing NOT IN ('draft', 'in_advice', 'with_head_of_service', 'with_chief_executive', 'with_decision_maker')
        OR NOT EXISTS (SELECT FROM people_holding held JOIN people_office office ON office.id = held.office_id
            WHERE held.person_id = NEW.to_id AND office.role = 'drafting_officer' AND held.since <= clock_timestamp()
            AND (held.until IS NULL OR held.until > clock_timestamp())) THEN
        RAISE EXCEPTION 'hand-over refused: the version is %, or they draft nothing', standing
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_hand_over BEFORE INSERT ON approvals_handover
    FOR EACH ROW EXECUTE FUNCTION staff.guard_hand_over();
ALTER TABLE approvals_handover ENABLE ALWAYS TRIGGER aa_hand_over;
REVOKE UPDATE, DELETE ON approvals_handover FROM :staff;
CALL staff.make_append_only('approvals_handover');

CREATE FUNCTION staff.guard_keeper_signs_nothing() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM approvals_handover handed JOIN approvals_round round ON round.version_id = handed.version_id
        WHERE round.id = NEW.round_id AND handed.to_id = NEW.signer_id) THEN
        RAISE EXCEPTION 'signature refused: nobody signs a paper that they keep'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_keeper BEFORE INSERT ON approvals_signature
    FOR EACH ROW EXECUTE FUNCTION staff.guard_keeper_signs_nothing();
ALTER TABLE approvals_signature ENABLE ALWAYS TRIGGER ab_keeper;
