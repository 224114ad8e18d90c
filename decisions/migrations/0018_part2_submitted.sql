-- What a submission keeps of Part 2 is the sealed text that its snapshot has the commitment of, in the same transaction.
CREATE FUNCTION staff.guard_part2_submitted() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM decisions_snapshot snap
        JOIN decisions_part2paper paper ON paper.version_id = snap.version_id
        JOIN decisions_part2text text ON text.paper_id = paper.id
        WHERE snap.id = NEW.snapshot_id AND snap.taken_at = now() AND paper.id = NEW.paper
        AND text.commitment = NEW.commitment AND text.ciphertext = NEW.ciphertext) THEN
        RAISE EXCEPTION 'Part 2 refused: it is not what is submitted' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER aa_submitted BEFORE INSERT ON decisions_part2submitted
    FOR EACH ROW EXECUTE FUNCTION staff.guard_part2_submitted();
ALTER TABLE decisions_part2submitted ENABLE ALWAYS TRIGGER aa_submitted;
REVOKE UPDATE, DELETE ON decisions_part2submitted FROM :staff;
CALL staff.make_append_only('decisions_part2submitted');
