-- 1. The wall: publication tables stand alone in the schema that the public role can see.
ALTER TABLE decisions_publication SET SCHEMA site;
ALTER TABLE decisions_publicationbody SET SCHEMA site;
ALTER TABLE decisions_publicationfile SET SCHEMA site;
ALTER TABLE decisions_numberevent SET SCHEMA site;
REVOKE UPDATE, DELETE ON decisions_publication, decisions_publicationbody, decisions_publicationfile,
    decisions_numberevent FROM :staff;
GRANT SELECT ON decisions_publication, decisions_publicationbody, decisions_publicationfile,
    decisions_numberevent TO :public;
CALL staff.make_append_only('decisions_publication');
CALL staff.make_append_only('decisions_publicationbody');
CALL staff.make_append_only('decisions_publicationfile');
CALL staff.make_append_only('decisions_numberevent');

-- 2. A submitted version's rows are frozen. Children take a share lock on their version, so that nobody signs
--    while a row is being added, and no row is added while somebody signs.
CREATE FUNCTION staff.version_of(tab text, r jsonb) RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
BEGIN
    IF r IS NULL THEN
        RETURN NULL;
    ELSIF tab = 'decisions_paragraph' THEN
        RETURN (SELECT version_id FROM decisions_section WHERE id = (r->>'section_id')::uuid);
    ELSIF tab IN ('decisions_financialline', 'decisions_contractaward') THEN
        RETURN (SELECT version_id FROM decisions_recommendation WHERE id = (r->>'recommendation_id')::uuid);
    ELSIF tab = 'decisions_supplier' THEN
        RETURN (SELECT rec.version_id FROM decisions_contractaward award
                JOIN decisions_recommendation rec ON rec.id = award.recommendation_id
                WHERE award.id = (r->>'award_id')::uuid);
    ELSIF tab IN ('decisions_exemptionclaim', 'decisions_part2text', 'decisions_part2key') THEN
        RETURN (SELECT version_id FROM decisions_part2paper WHERE id = (r->>'paper_id')::uuid);
    END IF;
    RETURN (r->>'version_id')::uuid;
END $$;
GRANT EXECUTE ON FUNCTION staff.version_of(text, jsonb) TO :staff;

CREATE FUNCTION staff.freeze_child() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    owner_id uuid;
    standing text;
BEGIN
    FOREACH owner_id IN ARRAY ARRAY[staff.version_of(TG_TABLE_NAME, old_row), staff.version_of(TG_TABLE_NAME, new_row)] LOOP
        IF owner_id IS NOT NULL THEN
            SELECT state INTO standing FROM decisions_version WHERE id = owner_id FOR SHARE;
            IF standing IS NULL OR standing NOT IN ('draft', 'in_advice') THEN
                RAISE EXCEPTION '% on % refused: the version is %', TG_OP, TG_TABLE_NAME, standing
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
        END IF;
    END LOOP;
    RETURN coalesce(NEW, OLD);
END $$;

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['decisions_section', 'decisions_paragraph', 'decisions_recommendation',
        'decisions_financialline', 'decisions_contractaward', 'decisions_supplier', 'decisions_part2paper',
        'decisions_exemptionclaim', 'decisions_part2text', 'decisions_part2key', 'decisions_declaration',
        'decisions_contributor'] LOOP
        EXECUTE format('CREATE TRIGGER aa_frozen BEFORE INSERT OR UPDATE OR DELETE ON %I
                        FOR EACH ROW EXECUTE FUNCTION staff.freeze_child()', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER aa_frozen', name);
        EXECUTE format('CREATE TRIGGER zz_never_emptied BEFORE TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION staff.refuse_change()', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER zz_never_emptied', name);
    END LOOP;
END $$;

-- 3. Numbers: issued one after another, never taken back, never given twice.
CREATE FUNCTION staff.keep_number() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a decision is never deleted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.body_id <> OLD.body_id OR NEW.created_by_id <> OLD.created_by_id
        OR (OLD.number IS NOT NULL AND (NEW.series_id, NEW.number) IS DISTINCT FROM (OLD.series_id, OLD.number))
        OR (OLD.number IS NOT NULL AND NEW.year IS DISTINCT FROM OLD.year)) THEN
        RAISE EXCEPTION 'a number once issued stays' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.number IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.number IS NULL) AND NOT EXISTS (
        SELECT FROM decisions_counter WHERE series_id = NEW.series_id AND year IS NOT DISTINCT FROM NEW.year
        AND last_number = NEW.number) THEN
        RAISE EXCEPTION 'the number is not the one that the counter issued'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_number BEFORE INSERT OR UPDATE OR DELETE ON decisions_decision
    FOR EACH ROW EXECUTE FUNCTION staff.keep_number();
ALTER TABLE decisions_decision ENABLE ALWAYS TRIGGER aa_number;

CREATE FUNCTION staff.count_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.series_id, NEW.last_number) IS DISTINCT FROM (OLD.series_id, OLD.last_number + 1)
        OR NEW.year IS DISTINCT FROM OLD.year THEN
        RAISE EXCEPTION 'a counter only counts up by one' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_count BEFORE UPDATE OR DELETE ON decisions_counter
    FOR EACH ROW EXECUTE FUNCTION staff.count_up();
ALTER TABLE decisions_counter ENABLE ALWAYS TRIGGER aa_count;

-- 4. Snapshots are the bytes they say they are, taken while the text could still change.
CREATE FUNCTION staff.check_snapshot() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE standing text;
BEGIN
    SELECT state INTO standing FROM decisions_version WHERE id = NEW.version_id FOR SHARE;
    IF standing NOT IN ('draft', 'in_advice') THEN
        RAISE EXCEPTION 'a snapshot is taken at submission' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.digest IS DISTINCT FROM sha256(NEW.content) THEN
        RAISE EXCEPTION 'the digest is not that of the bytes' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.taken_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_bytes BEFORE INSERT ON decisions_snapshot FOR EACH ROW EXECUTE FUNCTION staff.check_snapshot();
ALTER TABLE decisions_snapshot ENABLE ALWAYS TRIGGER aa_bytes;
REVOKE UPDATE, DELETE ON decisions_snapshot FROM :staff;
CALL staff.make_append_only('decisions_snapshot');

-- A form edition is never reworded: papers were written and signed in its words. A new wording is a new edition.
CALL staff.make_append_only('decisions_formedition');

-- 5. Grants are ended, never rewritten; the diary of Part 2 and the list of contributors only grow.
CREATE FUNCTION staff.end_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'until') <> (to_jsonb(OLD) - 'until') THEN
        RAISE EXCEPTION 'a grant can only be ended' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_end_only BEFORE UPDATE OR DELETE ON decisions_grant
    FOR EACH ROW EXECUTE FUNCTION staff.end_only();
ALTER TABLE decisions_grant ENABLE ALWAYS TRIGGER aa_end_only;
REVOKE UPDATE, DELETE ON decisions_part2reading, decisions_contributor FROM :staff;
CALL staff.make_append_only('decisions_part2reading');
REVOKE DELETE ON decisions_decision, decisions_version, decisions_counter, decisions_grant FROM :staff;
