-- 1. What is kept of unsaved typing can only be kept while the paper is written, and goes when it no longer is.
CREATE TRIGGER aa_frozen BEFORE INSERT OR UPDATE ON decisions_kepttext
    FOR EACH ROW EXECUTE FUNCTION staff.freeze_child();
ALTER TABLE decisions_kepttext ENABLE ALWAYS TRIGGER aa_frozen;
CREATE FUNCTION staff.forget_kept() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM decisions_kepttext WHERE version_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER zz_forget_kept AFTER UPDATE OF state ON decisions_version
    FOR EACH ROW WHEN (NEW.state NOT IN ('draft', 'in_advice')) EXECUTE FUNCTION staff.forget_kept();
ALTER TABLE decisions_version ENABLE ALWAYS TRIGGER zz_forget_kept;

-- 2. Comments are said until the decision, each within its own conversation, and stay said.
CREATE FUNCTION staff.guard_comment() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE standing text;
BEGIN
    SELECT state INTO standing FROM decisions_version WHERE id = NEW.version_id FOR SHARE;
    IF standing NOT IN ('draft', 'in_advice', 'with_head_of_service', 'with_chief_executive', 'with_decision_maker') THEN
        RAISE EXCEPTION 'comment refused: the version is %', standing USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.thread_id IS NOT NULL AND NOT EXISTS (SELECT FROM decisions_comment
        WHERE id = NEW.thread_id AND version_id = NEW.version_id AND thread_id IS NULL) THEN
        RAISE EXCEPTION 'comment refused: it answers nothing' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_comment BEFORE INSERT ON decisions_comment FOR EACH ROW EXECUTE FUNCTION staff.guard_comment();
ALTER TABLE decisions_comment ENABLE ALWAYS TRIGGER aa_comment;
CALL staff.make_append_only('decisions_comment');
REVOKE UPDATE, DELETE ON decisions_comment FROM :staff;

-- 3. A pen is given while the paper is written, and then only taken back.
CREATE TRIGGER aa_frozen BEFORE INSERT ON decisions_pen FOR EACH ROW EXECUTE FUNCTION staff.freeze_child();
CREATE TRIGGER aa_end_only BEFORE UPDATE OR DELETE ON decisions_pen
    FOR EACH ROW EXECUTE FUNCTION staff.end_only();
ALTER TABLE decisions_pen ENABLE ALWAYS TRIGGER aa_frozen;
ALTER TABLE decisions_pen ENABLE ALWAYS TRIGGER aa_end_only;
REVOKE DELETE ON decisions_pen FROM :staff;

-- A save is by who holds the section's pen, or, where nobody does, by one of the paper's contributors.
CREATE FUNCTION staff.guard_writer() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE holder uuid;
BEGIN
    SELECT pen.person_id INTO holder FROM decisions_pen pen
        JOIN people_holding held ON held.id = pen.holding_id JOIN people_user person ON person.id = pen.person_id
        WHERE pen.version_id = NEW.version_id AND NEW.part = 'section:' || pen.kind AND pen.until IS NULL
        AND person.is_active AND (held.until IS NULL OR held.until > clock_timestamp());
    IF holder <> NEW.person_id OR (holder IS NULL AND NOT EXISTS (SELECT FROM decisions_contributor
        WHERE version_id = NEW.version_id AND person_id = NEW.person_id)) THEN
        RAISE EXCEPTION 'save refused: somebody else writes this' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_writer BEFORE INSERT ON decisions_revision FOR EACH ROW EXECUTE FUNCTION staff.guard_writer();
ALTER TABLE decisions_revision ENABLE ALWAYS TRIGGER ab_writer;
