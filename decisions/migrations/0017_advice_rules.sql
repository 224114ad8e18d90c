-- Why an advice is not obtained is frozen with the version, like its other rows.
CREATE TRIGGER aa_frozen BEFORE INSERT OR UPDATE OR DELETE ON decisions_unobtainedadvice
    FOR EACH ROW EXECUTE FUNCTION staff.freeze_child();
ALTER TABLE decisions_unobtainedadvice ENABLE ALWAYS TRIGGER aa_frozen;
CREATE TRIGGER zz_never_emptied BEFORE TRUNCATE ON decisions_unobtainedadvice
    FOR EACH STATEMENT EXECUTE FUNCTION staff.refuse_change();
ALTER TABLE decisions_unobtainedadvice ENABLE ALWAYS TRIGGER zz_never_emptied;

-- Who has the reference data already keeps what was mandatory until now.
INSERT INTO decisions_advicerule (id, body_id, area, kinds, routes_to_market, personal_data, because, clause,
        valid_from, example)
    SELECT gen_random_uuid(), body.key, area, '{}', '{}', false, 'every paper needs it', 'The form (example)',
        '2024-01-01', true
    FROM decisions_body body, unnest(ARRAY['finance', 'legal']) area;
