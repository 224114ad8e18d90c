-- Refuses every change of an append-only table; used by the tables of all apps.
CREATE FUNCTION staff.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

-- Makes a table append-only, TRUNCATE included, for everyone and in every session_replication_role.
CREATE PROCEDURE staff.make_append_only(name regclass) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON %s
                    FOR EACH ROW EXECUTE FUNCTION staff.refuse_change()', name);
    EXECUTE format('CREATE TRIGGER zz_never_emptied BEFORE TRUNCATE ON %s
                    FOR EACH STATEMENT EXECUTE FUNCTION staff.refuse_change()', name);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER zz_append_only', name);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER zz_never_emptied', name);
END $$;
REVOKE ALL ON PROCEDURE staff.make_append_only(regclass) FROM PUBLIC;

-- Length-prefixed, so that no two entries share a canonical form.
CREATE FUNCTION staff.trail_hash(prev bytea, entry pcd_trailentry) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT sha256(prev || convert_to((
        SELECT string_agg(length(part)::text || ':' || part, '|' ORDER BY place)
        FROM unnest(ARRAY[
            entry.scope, entry.object_id, entry.seq::text, ((extract(epoch FROM entry.at) * 1000000)::bigint)::text,
            entry.actor_id, entry.actor, entry.verb, entry.detail::text
        ]) WITH ORDINALITY AS parts(part, place)), 'UTF8'))
$$;

CREATE FUNCTION staff.chain_trail() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = staff, pg_catalog, pg_temp AS $$
DECLARE head pcd_trailhead;
BEGIN
    INSERT INTO pcd_trailhead (scope, object_id, seq, hash)
        VALUES (NEW.scope, NEW.object_id, 0, sha256('pcd'::bytea)) ON CONFLICT DO NOTHING;
    SELECT * INTO head FROM pcd_trailhead
        WHERE scope = NEW.scope AND object_id = NEW.object_id FOR UPDATE;  -- one writer a chain until commit
    NEW.seq := head.seq + 1;
    NEW.prev := head.hash;
    NEW.at := clock_timestamp();
    NEW.hash := staff.trail_hash(NEW.prev, NEW);
    UPDATE pcd_trailhead SET seq = NEW.seq, hash = NEW.hash WHERE id = head.id;
    RETURN NEW;
END $$;

CREATE TRIGGER aa_chain BEFORE INSERT ON pcd_trailentry FOR EACH ROW EXECUTE FUNCTION staff.chain_trail();
ALTER TABLE pcd_trailentry ENABLE ALWAYS TRIGGER aa_chain;
CALL staff.make_append_only('pcd_trailentry');

REVOKE INSERT, UPDATE, DELETE ON pcd_trailhead, pcd_trailentry FROM :staff;
GRANT INSERT (scope, object_id, actor_id, actor, verb, detail) ON pcd_trailentry TO :staff;

-- What is broken in a chain: a hash, a link, or the head. Empty where all is well.
CREATE VIEW staff.pcd_trail_broken AS
    SELECT scope, object_id, seq, 'hash' AS fault FROM pcd_trailentry entry
        WHERE hash <> staff.trail_hash(prev, entry)
    UNION ALL
    SELECT scope, object_id, seq, 'link' FROM (
        SELECT *, lag(hash, 1, sha256('pcd'::bytea)) OVER chain AS before, lag(seq, 1, 0::bigint) OVER chain AS last
        FROM pcd_trailentry WINDOW chain AS (PARTITION BY scope, object_id ORDER BY seq)) linked
        WHERE prev <> before OR seq <> last + 1
    UNION ALL
    SELECT scope, object_id, seq, 'head' FROM pcd_trailhead head WHERE NOT EXISTS (
        SELECT FROM pcd_trailentry entry WHERE entry.scope = head.scope AND entry.object_id = head.object_id
        AND entry.seq = head.seq AND entry.hash = head.hash);
REVOKE INSERT, UPDATE, DELETE ON staff.pcd_trail_broken FROM :staff;
GRANT EXECUTE ON FUNCTION staff.trail_hash(bytea, pcd_trailentry) TO :staff;
