-- That a published decision was rescinded stands beside it, and what was published stays as it was signed.
ALTER TABLE decisions_rescindedpublication SET SCHEMA site;
REVOKE UPDATE, DELETE ON decisions_rescindedpublication FROM :staff;
GRANT SELECT ON decisions_rescindedpublication TO :public;
CALL staff.make_append_only('decisions_rescindedpublication');

-- That a body does not have a step is ended with a day, and never rewritten.
CREATE TRIGGER aa_end_only BEFORE UPDATE OR DELETE ON decisions_passedstep
    FOR EACH ROW EXECUTE FUNCTION staff.end_only();
ALTER TABLE decisions_passedstep ENABLE ALWAYS TRIGGER aa_end_only;
REVOKE DELETE ON decisions_passedstep FROM :staff;
