-- That a published decision was rescinded stands beside it, and what was published stays as it was signed.
ALTER TABLE decisions_rescindedpublication SET SCHEMA site;
REVOKE UPDATE, DELETE ON decisions_rescindedpublication FROM :staff;
GRANT SELECT ON decisions_rescindedpublication TO :public;
CALL staff.make_append_only('decisions_rescindedpublication');
