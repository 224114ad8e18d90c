-- 1. The notice that a contract had becomes the first of its notices; what was submitted says so as before.
ALTER TABLE decisions_contractaward DISABLE TRIGGER aa_frozen;
UPDATE decisions_contractaward SET notices = ARRAY[notice_url] WHERE notice_url <> '';
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE decisions_contractaward ENABLE ALWAYS TRIGGER aa_frozen;

-- 2. Grants, links and joint deciders are frozen with the version like its other rows.
CREATE OR REPLACE FUNCTION staff.version_of(tab text, r jsonb) RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = staff, pg_catalog, pg_temp AS $$
BEGIN
    IF r IS NULL THEN
        RETURN NULL;
    ELSIF tab = 'decisions_paragraph' THEN
        RETURN (SELECT version_id FROM decisions_section WHERE id = (r->>'section_id')::uuid);
    ELSIF tab IN ('decisions_financialline', 'decisions_contractaward', 'decisions_fundinggrant') THEN
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

DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['decisions_fundinggrant', 'decisions_link', 'decisions_jointdecider'] LOOP
        EXECUTE format('CREATE TRIGGER aa_frozen BEFORE INSERT OR UPDATE OR DELETE ON %I
                        FOR EACH ROW EXECUTE FUNCTION staff.freeze_child()', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER aa_frozen', name);
        EXECUTE format('CREATE TRIGGER zz_never_emptied BEFORE TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION staff.refuse_change()', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER zz_never_emptied', name);
    END LOOP;
END $$;

-- 3. What was decided inside Part 2 is sealed in the act of deciding, and stays.
CREATE FUNCTION staff.guard_part2_acts() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE standing text;
BEGIN
    SELECT v.state INTO standing FROM decisions_version v JOIN decisions_part2paper p ON p.version_id = v.id
        WHERE p.id = NEW.paper_id FOR SHARE OF v;
    IF standing IS DISTINCT FROM 'with_decision_maker' THEN
        RAISE EXCEPTION 'acts inside Part 2 refused: the version is %', standing
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_acts BEFORE INSERT ON decisions_part2acts FOR EACH ROW EXECUTE FUNCTION staff.guard_part2_acts();
ALTER TABLE decisions_part2acts ENABLE ALWAYS TRIGGER aa_acts;
REVOKE UPDATE, DELETE ON decisions_part2acts FROM :staff;
CALL staff.make_append_only('decisions_part2acts');
