-- The scheme of delegation only grows: another scheme is another row with a later day, and what was relied on stays.
REVOKE DELETE ON decisions_scheme, decisions_schemeparagraph FROM :staff;
CALL staff.make_append_only('decisions_scheme');
CALL staff.make_append_only('decisions_schemeparagraph');

-- A scheme on which a paper relies gets no further paragraph: what it said then is what it says.
CREATE FUNCTION staff.guard_scheme_paragraph() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM decisions_version version JOIN decisions_schemeparagraph paragraph
        ON paragraph.id = version.scheme_paragraph_id WHERE paragraph.scheme_id = NEW.scheme_id) THEN
        RAISE EXCEPTION 'paragraph refused: papers rely on this scheme already' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_paragraph BEFORE INSERT ON decisions_schemeparagraph
    FOR EACH ROW EXECUTE FUNCTION staff.guard_scheme_paragraph();
ALTER TABLE decisions_schemeparagraph ENABLE ALWAYS TRIGGER aa_paragraph;

-- Whoever decides is never less strict than the paragraph relied on says, and stricter only with a reason.
CREATE FUNCTION staff.guard_decider() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    strictness CONSTANT text[] := ARRAY['delegated_officer', 'chief_executive', 'decision_maker', 'mayor'];
    above integer;
BEGIN
    SELECT array_position(strictness, NEW.decider::text) - array_position(strictness, paragraph.decider::text) INTO above
        FROM decisions_schemeparagraph paragraph JOIN decisions_scheme scheme ON scheme.id = paragraph.scheme_id
        JOIN decisions_decision decision ON decision.body_id = scheme.body_id
        WHERE paragraph.id = NEW.scheme_paragraph_id AND decision.id = NEW.decision_id;
    IF above IS NULL OR above < 0 OR (above > 0 AND btrim(NEW.decider_reason) = '') THEN
        RAISE EXCEPTION 'version refused: the scheme gives this to somebody else' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_decider BEFORE INSERT OR UPDATE ON decisions_version
    FOR EACH ROW WHEN (NEW.decider <> '') EXECUTE FUNCTION staff.guard_decider();
ALTER TABLE decisions_version ENABLE ALWAYS TRIGGER ab_decider;
