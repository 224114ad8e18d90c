-- 1. A link is taken back while it is not answered, and bears the database's time. The paper is locked as an act locks
--    it, so that no answer comes beside the end.
CREATE FUNCTION staff.guard_outside_end() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM decisions_version WHERE id = (SELECT version_id FROM approvals_outsiderequest
        WHERE id = NEW.request_id) FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM approvals_outsideanswer WHERE request_id = NEW.request_id) THEN
        RAISE EXCEPTION 'end of a link refused: it is answered' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_end BEFORE INSERT ON approvals_outsideend
    FOR EACH ROW EXECUTE FUNCTION staff.guard_outside_end();
ALTER TABLE approvals_outsideend ENABLE ALWAYS TRIGGER aa_end;

-- 2. What was taken back takes no answer. `aa_outside`, which comes first, waits for an end under way.
CREATE FUNCTION staff.guard_ended_link() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM approvals_outsideend WHERE request_id = NEW.request_id) THEN
        RAISE EXCEPTION 'answer from outside refused: the link was ended'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ab_ended BEFORE INSERT ON approvals_outsideanswer
    FOR EACH ROW EXECUTE FUNCTION staff.guard_ended_link();
ALTER TABLE approvals_outsideanswer ENABLE ALWAYS TRIGGER ab_ended;

-- 3. A new code is made by whoever asked, for a link that was neither answered nor ended.
CREATE FUNCTION staff.guard_outside_code() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
DECLARE
    asked approvals_outsiderequest;
    fault text;
BEGIN
    SELECT * INTO asked FROM approvals_outsiderequest WHERE id = NEW.request_id;
    PERFORM FROM decisions_version WHERE id = asked.version_id FOR NO KEY UPDATE;
    IF NEW.by_id <> asked.by_id THEN
        fault := 'whoever asked makes it';
    ELSIF EXISTS (SELECT FROM approvals_outsideanswer WHERE request_id = asked.id) THEN
        fault := 'the link is answered';
    ELSIF EXISTS (SELECT FROM approvals_outsideend WHERE request_id = asked.id) THEN
        fault := 'the link was ended';
    END IF;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION 'new code refused: %', fault USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER aa_code BEFORE INSERT ON approvals_outsidecode
    FOR EACH ROW EXECUTE FUNCTION staff.guard_outside_code();
ALTER TABLE approvals_outsidecode ENABLE ALWAYS TRIGGER aa_code;

-- 4. Both stay.
REVOKE UPDATE, DELETE ON approvals_outsideend, approvals_outsidecode FROM :staff;
CALL staff.make_append_only('approvals_outsideend');
CALL staff.make_append_only('approvals_outsidecode');

-- 5. What was guessed before the code that counts was made counts no more.
CREATE OR REPLACE FUNCTION staff.guard_not_guessed() RETURNS trigger
LANGUAGE plpgsql SET search_path = staff, site, pg_catalog, pg_temp AS $$
BEGIN
    IF (SELECT count(*) FROM approvals_outsidevisit visit
        WHERE visit.request_id = NEW.request_id AND NOT visit.right AND visit.at > coalesce(
            (SELECT max(code.at) FROM approvals_outsidecode code WHERE code.request_id = NEW.request_id), '-infinity')
        ) >= 5 THEN  -- TRIES of approvals/outside.py
        RAISE EXCEPTION 'answer from outside refused: too many wrong codes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
