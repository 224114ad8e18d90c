-- 1. Who wrote a section with an adviser's pen drafted nothing, and signs nothing all the same (design.md 2). A pen that
--    was never used is no part in the paper: the history says who saved a word of it.
CREATE FUNCTION staff.guard_who_wrote_a_section() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM decisions_revision saved JOIN approvals_round round ON round.version_id = saved.version_id
        WHERE round.id = NEW.round_id AND saved.person_id = NEW.signer_id)
        AND staff.overridden(NEW.round_id, NEW.office, NEW.signer_id) IS NULL THEN
        RAISE EXCEPTION 'signature refused: nobody signs a paper of which they wrote a section'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ad_section BEFORE INSERT ON approvals_signature
    FOR EACH ROW EXECUTE FUNCTION staff.guard_who_wrote_a_section();
ALTER TABLE approvals_signature ENABLE ALWAYS TRIGGER ad_section;

-- Nor does who wrote a section record or attest a decision on it; otherwise as in 0017.
CREATE OR REPLACE FUNCTION staff.records_without_a_part(of_version uuid, person uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM decisions_contributor WHERE version_id = of_version AND person_id = person)
    AND NOT EXISTS (SELECT FROM decisions_revision WHERE version_id = of_version AND person_id = person)
    AND NOT EXISTS (SELECT FROM decisions_version WHERE id = of_version AND drafting_officer_id = person)
    AND NOT EXISTS (SELECT FROM approvals_handover WHERE version_id = of_version AND to_id = person)
    AND NOT EXISTS (SELECT FROM approvals_advice advice JOIN approvals_advicerequest asked ON asked.id = advice.request_id
        WHERE asked.version_id = of_version AND advice.adviser_id = person)
    AND NOT EXISTS (SELECT FROM approvals_signature sig JOIN approvals_round round ON round.id = sig.round_id
        WHERE round.version_id = of_version AND round.closed_at IS NULL AND sig.signer_id = person)
    AND EXISTS (SELECT FROM people_holding held JOIN people_office office ON office.id = held.office_id
        JOIN people_user somebody ON somebody.id = held.person_id
        WHERE held.person_id = person AND office.role = 'governance' AND somebody.is_active
        AND held.since <= clock_timestamp() AND (held.until IS NULL OR held.until > clock_timestamp()))
$$;

-- 2. The highest of a paper's amounts, as decisions/scheme.py counts them (`amounts`): the sum of what its lines cost,
--    its contracts together and one by one, its grants. What is withheld is infinite, and so is all of a paper that
--    states no amount (there Python lets pass one that has no kind of decision either, which is never submitted).
CREATE FUNCTION staff.highest_amount(of_version uuid) RETURNS numeric
LANGUAGE sql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
    WITH RECURSIVE asked AS (SELECT id, parent_id FROM decisions_recommendation WHERE version_id = of_version),
    above(id, above_id) AS (
        SELECT id, parent_id FROM asked WHERE parent_id IS NOT NULL
        UNION
        SELECT above.id, asked.parent_id FROM above JOIN asked ON asked.id = above.above_id
        WHERE asked.parent_id IS NOT NULL
    ),
    lines AS (SELECT line.* FROM decisions_financialline line JOIN asked ON asked.id = line.recommendation_id),
    -- the upper end of a range and every year that is named; what divides a line above is in that one already
    costs AS (
        SELECT coalesce(coalesce(amount_to, amount)
            * CASE WHEN recurrence = 'per_annum' THEN coalesce(year_to - year_from + 1, 1) ELSE 1 END, 'Infinity') AS value
        FROM lines part WHERE kind IN ('capital', 'revenue', 'guarantee')
        AND NOT EXISTS (SELECT FROM lines whole JOIN above ON above.above_id = whole.recommendation_id
            WHERE above.id = part.recommendation_id
            AND (whole.kind, whole.recurrence) = (part.kind, part.recurrence))
    ),
    contracts AS (
        SELECT coalesce(award.value, 'Infinity') AS value
        FROM decisions_contractaward award JOIN asked ON asked.id = award.recommendation_id
    ),
    grants AS (
        SELECT coalesce(given.amount, 'Infinity') AS value
        FROM decisions_fundinggrant given JOIN asked ON asked.id = given.recommendation_id
    ),
    stated AS (SELECT FROM lines UNION ALL SELECT FROM contracts UNION ALL SELECT FROM grants)
    SELECT CASE WHEN EXISTS (SELECT FROM stated) THEN greatest(
        coalesce((SELECT sum(value) FROM costs), 0),
        (SELECT sum(value) FROM contracts), (SELECT max(value) FROM contracts), (SELECT max(value) FROM grants)
    ) ELSE 'Infinity' END
$$;
GRANT EXECUTE ON FUNCTION staff.highest_amount(uuid) TO :staff;

-- A delegate signs by one delegation that covers the paper by its kinds and by every amount in it.
CREATE FUNCTION staff.guard_delegated_amount() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.capacity = 'delegate' AND NOT EXISTS (
        SELECT FROM people_holding held
        JOIN approvals_round round ON round.id = NEW.round_id
        JOIN decisions_version version ON version.id = round.version_id
        WHERE held.person_id = NEW.signer_id AND held.office_id = NEW.held_id AND held.capacity = 'delegate'
        AND held.since <= clock_timestamp() AND (held.until IS NULL OR held.until > clock_timestamp())
        AND starts_with(NEW.authority, held.authority)
        AND (held.kinds = '{}' OR held.kinds @> version.kinds)
        AND (held.up_to IS NULL OR staff.highest_amount(version.id) <= held.up_to)) THEN
        RAISE EXCEPTION 'signature refused: the paper is beyond the delegation'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ae_amount BEFORE INSERT ON approvals_signature
    FOR EACH ROW EXECUTE FUNCTION staff.guard_delegated_amount();
ALTER TABLE approvals_signature ENABLE ALWAYS TRIGGER ae_amount;

-- 3. Nobody advises on what they have signed in the open round; no override of a small office allows it either.
CREATE FUNCTION staff.guard_adviser_signed_nothing() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM approvals_advicerequest asked
        JOIN approvals_round round ON round.version_id = asked.version_id AND round.closed_at IS NULL
        JOIN approvals_signature sig ON sig.round_id = round.id
        WHERE asked.id = NEW.request_id AND sig.signer_id = NEW.adviser_id) THEN
        RAISE EXCEPTION 'advice refused: nobody advises on what they have signed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_not_signed BEFORE INSERT ON approvals_advice
    FOR EACH ROW EXECUTE FUNCTION staff.guard_adviser_signed_nothing();
ALTER TABLE approvals_advice ENABLE ALWAYS TRIGGER ab_not_signed;
