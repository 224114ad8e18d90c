-- What was looked at of an imported draft is said of the draft alone, and stays as it was said.
CREATE TRIGGER aa_frozen BEFORE INSERT ON decisions_acceptedfield
    FOR EACH ROW EXECUTE FUNCTION staff.freeze_child();
ALTER TABLE decisions_acceptedfield ENABLE ALWAYS TRIGGER aa_frozen;
REVOKE UPDATE, DELETE ON decisions_acceptedfield FROM :staff;
CALL staff.make_append_only('decisions_acceptedfield');
