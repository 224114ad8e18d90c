-- Words that belonged in Part 2 are blotted in what is kept of Part 1: the one change that history and comments know.
-- It is written down first, in the same transaction; it puts the mark in the place of words, and adds or changes none.
CREATE FUNCTION staff.begin_moving() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE standing text;
BEGIN
    SELECT state INTO standing FROM decisions_version WHERE id = NEW.version_id FOR SHARE;
    IF standing = 'published' THEN
        RAISE EXCEPTION 'moving words refused: the version is %', standing
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := transaction_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_moving BEFORE INSERT ON decisions_movedwords FOR EACH ROW EXECUTE FUNCTION staff.begin_moving();
ALTER TABLE decisions_movedwords ENABLE ALWAYS TRIGGER aa_moving;
CALL staff.make_append_only('decisions_movedwords');
REVOKE UPDATE, DELETE ON decisions_movedwords FROM :staff;

-- Whether a value became another only by the mark standing where words stood, one letter of them at least: the same keys
-- and lists, and of numbers, days and whatever else is no text nothing at all.
CREATE FUNCTION staff.only_blotted(was jsonb, becomes jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = staff, pg_catalog, pg_temp AS $$
BEGIN
    IF was = becomes THEN
        RETURN true;
    ELSIF jsonb_typeof(was) IS DISTINCT FROM jsonb_typeof(becomes) THEN
        RETURN false;
    ELSIF jsonb_typeof(was) = 'object' THEN
        RETURN NOT EXISTS (SELECT FROM jsonb_each(was) one FULL JOIN jsonb_each(becomes) other USING (key)
            WHERE one.value IS NULL OR other.value IS NULL OR NOT staff.only_blotted(one.value, other.value));
    ELSIF jsonb_typeof(was) = 'array' THEN
        RETURN jsonb_array_length(was) = jsonb_array_length(becomes) AND NOT EXISTS (
            SELECT FROM generate_series(0, jsonb_array_length(was) - 1) place
            WHERE NOT staff.only_blotted(was->place, becomes->place));
    END IF;
    RETURN jsonb_typeof(was) = 'string' AND was#>>'{}' LIKE replace(replace(replace(replace(becomes#>>'{}',
        '\', '\\'), '%', '\%'), '_', '\_'), '[moved to Part 2]', '_%');
END $$;
GRANT EXECUTE ON FUNCTION staff.only_blotted(jsonb, jsonb) TO :staff;

-- The arguments are the columns whose words may be blotted.
CREATE FUNCTION staff.refuse_but_blots() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    old_row jsonb := to_jsonb(OLD);
    new_row jsonb;
    of_version uuid;
    name text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        new_row := to_jsonb(NEW);
        of_version := coalesce((old_row->>'version_id')::uuid,
            (SELECT version_id FROM decisions_revision WHERE id = (old_row->>'revision_id')::uuid));
        IF new_row - TG_ARGV IS DISTINCT FROM old_row - TG_ARGV OR NOT EXISTS (SELECT FROM decisions_movedwords
            WHERE version_id = of_version AND at = transaction_timestamp()) THEN
            RAISE EXCEPTION '% is append only: % refused', TG_TABLE_NAME, TG_OP
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        FOREACH name IN ARRAY TG_ARGV LOOP
            IF NOT staff.only_blotted(old_row->name, new_row->name) THEN
                RAISE EXCEPTION '% is append only: other words refused', TG_TABLE_NAME
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
        END LOOP;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% is append only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
DROP TRIGGER zz_append_only ON decisions_revisiontext;
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON decisions_revisiontext
    FOR EACH ROW EXECUTE FUNCTION staff.refuse_but_blots('content');
ALTER TABLE decisions_revisiontext ENABLE ALWAYS TRIGGER zz_append_only;
DROP TRIGGER zz_append_only ON decisions_comment;
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON decisions_comment
    FOR EACH ROW EXECUTE FUNCTION staff.refuse_but_blots('words', 'text');
ALTER TABLE decisions_comment ENABLE ALWAYS TRIGGER zz_append_only;
GRANT UPDATE (content) ON decisions_revisiontext TO :staff;
GRANT UPDATE (words, text) ON decisions_comment TO :staff;
