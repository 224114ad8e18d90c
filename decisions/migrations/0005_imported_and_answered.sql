-- What stands beside a draft is frozen with it: after submission nobody answers a warning, or imports, any more.
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['decisions_importedfile', 'decisions_warninganswer'] LOOP
        EXECUTE format('CREATE TRIGGER aa_frozen BEFORE INSERT OR UPDATE OR DELETE ON %I
                        FOR EACH ROW EXECUTE FUNCTION staff.freeze_child()', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER aa_frozen', name);
        EXECUTE format('CREATE TRIGGER zz_never_emptied BEFORE TRUNCATE ON %I
                        FOR EACH STATEMENT EXECUTE FUNCTION staff.refuse_change()', name);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER zz_never_emptied', name);
    END LOOP;
END $$;
