-- What a draft said is kept for good: nobody changes or removes it, and nothing is added once it is submitted.
CALL staff.make_append_only('decisions_revision');
CALL staff.make_append_only('decisions_revisiontext');
REVOKE UPDATE, DELETE ON decisions_revision, decisions_revisiontext FROM :staff;
CREATE TRIGGER aa_frozen BEFORE INSERT ON decisions_revision FOR EACH ROW EXECUTE FUNCTION staff.freeze_child();
ALTER TABLE decisions_revision ENABLE ALWAYS TRIGGER aa_frozen;
