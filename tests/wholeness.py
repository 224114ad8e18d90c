"""Is every record whole? The questions of SQL whose answer must be empty, whatever happened to whichever process."""

from dataclasses import dataclass
from typing import Any

from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - psycopg2 names its class so

from decisions.models import Version
from decisions.models.paper import EDITABLE, State
from decisions.snapshot import load, snapshot_bytes
from pcd.database.roles import connected


@dataclass(frozen=True)
class Fault:
    """A way in which a record could be broken, the query that finds such records, and an example of breaking one."""

    sentence: str
    query: str
    example: str


ENTRIES = "select * from pcd_trailentry where scope = 'decision'"

#: An act that left no entry.
SILENT = "update pcd_trailentry set verb = 'x' where verb = '{}'"


def _as_many(rows: str, where: str, verbs: str, of: str = "") -> str:
    """A query for the decisions of which there are not as many rows as entries of the trail say."""
    return f"""select d.id from decisions_decision d where
        (select count(*) from {rows} join decisions_version v on v.id = {where} where v.decision_id = d.id {of})
        <> (select count(*) from ({ENTRIES}) e where e.object_id = d.id::text and {verbs})"""


FAULTS = (
    Fault(
        "the chain of the trail is broken",
        "select * from pcd_trail_broken",
        "update pcd_trailentry set actor = 'x' where seq = 1",
    ),
    Fault(
        "a state was entered without an entry in the trail, or an entry without the state",
        f"""select object_id from (select object_id, seq, detail->>'before' as before,
            lag(detail->>'after', 1, 'draft') over (partition by object_id order by seq) as last
            from ({ENTRIES}) e where detail->>'after' <> '') steps where before <> last""",
        "delete from pcd_trailentry where verb = 'review'",
    ),
    Fault(
        "a version is not in the state that the trail ends with",
        f"""select v.id, v.state from decisions_version v where v.state <> coalesce((
            select detail->>'after' from ({ENTRIES}) e where e.object_id = v.decision_id::text
            and detail->>'after' <> '' order by seq desc limit 1), 'draft')""",
        "update decisions_version set state = 'with_chief_executive' where state = 'published'",
    ),
    Fault(
        "a round is open in a state without one, or none in a state with one",
        """select v.id, v.state from decisions_version v where (v.state in ('draft', 'in_advice', 'withdrawn'))
            = exists (select from approvals_round r where r.version_id = v.id and r.closed_at is null)""",
        "update approvals_round set closed_at = now()",
    ),
    Fault(
        "the open round has not exactly the signatures of its state",
        """select v.id, v.state, signed from decisions_version v
            join approvals_round r on r.version_id = v.id and r.closed_at is null
            cross join lateral (select coalesce(string_agg(office, ' ' order by office), '') as signed
                from approvals_signature s where s.round_id = r.id) signatures
            where signed <> case v.state when 'with_head_of_service' then ''
                when 'with_chief_executive' then 'head_of_service'
                when 'with_decision_maker' then 'chief_executive head_of_service'
                else 'chief_executive decision_maker head_of_service' end""",
        "delete from approvals_signature where office = 'chief_executive'",
    ),
    Fault(
        "a signature is on other bytes than those of its round",
        """select s.id from approvals_signature s join approvals_round r on r.id = s.round_id
            join decisions_snapshot t on t.id = r.snapshot_id
            where s.digest <> sha256(t.content) or t.digest <> sha256(t.content) or s.acts_digest <> sha256(s.acts)
            or t.version_id <> r.version_id""",
        "update approvals_signature set digest = 'x'",
    ),
    Fault(
        "rounds and submissions differ",
        _as_many("approvals_round r", "r.version_id", "e.verb = 'submit'"),
        SILENT.format("submit"),
    ),
    Fault(
        "snapshots and submissions differ",
        _as_many("decisions_snapshot r", "r.version_id", "e.verb = 'submit'"),
        SILENT.format("submit"),
    ),
    Fault(
        "closed rounds differ from returns and withdrawals",
        _as_many(
            "approvals_round r",
            "r.version_id",
            "e.verb in ('return_for_amendment', 'withdraw') and e.detail->>'round' <> ''",
            "and r.closed_at is not null",
        ),
        SILENT.format("return_for_amendment"),
    ),
    *(
        Fault(
            f"signatures as {office} and acts of {verb} differ",
            _as_many(
                "approvals_signature s join approvals_round r on r.id = s.round_id",
                "r.version_id",
                f"e.verb in ('{verb}', '{instead}')",
                f"and s.office = '{office}'",
            ),
            SILENT.format(verb),
        )
        for verb, office, instead in (
            ("review", "head_of_service", ""),
            ("endorse", "chief_executive", ""),
            ("decide", "decision_maker", "attest_decision"),
        )
    ),
    *(
        Fault(
            f"rows of {rows} and acts of {verb} differ",
            _as_many(rows, path, f"e.verb = '{verb}'"),
            SILENT.format(verb),
        )
        for rows, path, verb in (
            ("approvals_advicerequest r", "r.version_id", "request_advice"),
            (
                "approvals_advice a join approvals_advicerequest r on r.id = a.request_id",
                "r.version_id",
                "give_advice",
            ),
            ("approvals_clearance r", "r.version_id", "clear_for_publication"),
            ("approvals_withdrawal r", "r.version_id", "withdraw"),
            ("decisions_publication r", "r.id", "publish"),
            ("decisions_publicationbody r", "r.publication_id", "publish"),
        )
    ),
    Fault(
        "a publication is not of what was decided and signed",
        """select p.id from decisions_publication p left join decisions_publicationbody b on b.publication_id = p.id
            left join decisions_version v on v.id = p.id
            where p.origin = 'route' and (b.content is null or b.digest <> sha256(b.content)
            or v.state is distinct from 'published'
            or not exists (select from approvals_signature s join approvals_round r on r.id = s.round_id
                and r.closed_at is null where r.version_id = p.id and s.office = 'decision_maker'
                and s.digest = p.snapshot_digest and s.acts_digest = p.acts_digest))""",
        "delete from decisions_publicationbody",
    ),
    Fault(
        "a version is published or withdrawn without its row",
        """select v.id from decisions_version v where
            (v.state = 'published') <> exists (select from decisions_publication p where p.id = v.id)
            or (v.state = 'withdrawn') <> exists (select from approvals_withdrawal w where w.version_id = v.id)""",
        "delete from approvals_withdrawal",
    ),
    Fault(
        "a file is not of its digest",
        "select id from decisions_publicationfile where digest <> sha256(content) or size <> length(content)",
        "update decisions_publicationfile set size = 1",
    ),
    Fault(
        "numbers have a gap, or one more than the counter issued",
        """select c.id::text, n from decisions_counter c join decisions_series s on s.id = c.series_id
            cross join generate_series(s.first_number, c.last_number) n
            where not exists (select from decisions_decision d where d.series_id = c.series_id
                and d.year is not distinct from c.year and d.number = n)
            union all select d.id::text, d.number from decisions_decision d where d.number is not null and not exists (
                select from decisions_counter c where c.series_id = d.series_id
                and c.year is not distinct from d.year and c.last_number >= d.number)""",
        "update decisions_counter set last_number = last_number + 1",
    ),
    Fault(
        "a number was taken without a submission, or a submission took none",
        """select d.id from decisions_decision d where (d.number is not null) <> exists (
            select from approvals_round r join decisions_version v on v.id = r.version_id
            where v.decision_id = d.id)""",
        """update approvals_round set closed_at = now(),
            number = (select count(*) from approvals_round o where o.id <= approvals_round.id) + 10,
            version_id = (select version_id from approvals_round limit 1)""",
    ),
    Fault(
        "the register does not say what became of a number",
        """select d.id, v.state, became from decisions_decision d join decisions_version v on v.decision_id = d.id
            left join lateral (select string_agg(became, ' ' order by at) as became, count(*) as events
                from decisions_numberevent e where e.number = d.number and e.body_key = d.body_id
                and e.year is not distinct from d.year) register on true
            where d.number is not null and coalesce(became, '') !~ case v.state
                when 'published' then '^issued (decided|deferred)( decided| deferred)* published$'
                when 'withdrawn' then '^issued withdrawn$'
                when 'decided' then '^issued (decided|deferred)( decided| deferred)*$'
                else '^issued$' end""",
        "delete from decisions_numberevent where became = 'decided'",
    ),
    Fault(
        "somebody whose turn it is was not let in",
        """select v.id, v.state, h.person_id, access from decisions_version v
            join people_office o on o.role = substr(v.state, 6)
            join people_holding h on h.office_id = o.id and h.until is null
            cross join unnest(array['read_part1', 'read_part2']) access
            where v.state like 'with%' and (o.role <> 'head_of_service' or o.id = v.head_of_service_id)
            and not exists (select from decisions_grant g where g.decision_id = v.decision_id
                and g.person_id = h.person_id and g.access = access and (g.until is null or g.until > now()))""",
        "update decisions_grant set until = now() where source = 'route'",
    ),
    Fault(
        "a drafting officer has no access, or is not named as a contributor",
        """select v.id from decisions_version v where (select count(distinct access) from decisions_grant g
            where g.decision_id = v.decision_id and g.person_id = v.drafting_officer_id and g.until is null) < 3
            or not exists (select from decisions_contributor c where c.version_id = v.id
                and c.person_id = v.drafting_officer_id)""",
        "update decisions_grant set until = now() where access = 'edit_paper'",
    ),
    Fault(
        "grants and permissions differ",
        """(select decision_id, person_id, access from decisions_grant where until is null or until > now()
            except select u.content_object_id, u.user_id, p.codename from decisions_decisionuserobjectpermission u
            join auth_permission p on p.id = u.permission_id)
            union all
            (select u.content_object_id, u.user_id, p.codename from decisions_decisionuserobjectpermission u
            join auth_permission p on p.id = u.permission_id
            except select decision_id, person_id, access from decisions_grant where until is null or until > now())""",
        "delete from decisions_decisionuserobjectpermission",
    ),
    *(
        Fault(
            f"the notices “{asks}” are not those of the acts of {verb}",
            _as_many(
                "(select distinct on (version_id, asks, made_at) * from approvals_notice) n",
                "n.version_id",
                f"e.verb = '{verb}'",
                f"and n.asks = '{asks}'",
            ),
            f"delete from approvals_notice where asks = '{asks}'",
        )
        for asks, verb in (
            ("advise", "request_advice"),
            ("advised", "give_advice"),
            ("review", "submit"),
            ("endorse", "review"),
            ("decide", "endorse"),
            ("decided", "decide"),
            ("returned", "return_for_amendment"),
            ("published", "publish"),
        )
    ),
)


def faults(url: str) -> list[str]:
    """Return all that is broken in a database at one moment, others still at work; empty where all is whole."""
    with connected(url) as connection:
        connection.autocommit = False
        connection.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
        with connection.cursor() as cursor:
            return [f"{fault.sentence}: {rows[:5]}" for fault in FAULTS if (rows := found(cursor, fault))]


def found(cursor: Cursor, fault: Fault) -> list[Any]:
    """Return the records that are broken in this way."""
    cursor.execute(fault.query)
    return cursor.fetchall()


def texts_that_differ() -> list[str]:
    """Return the papers whose rows do not say what their open round's snapshot says."""
    different = []
    for version in Version.objects.exclude(state__in=(*EDITABLE, State.WITHDRAWN)):
        stored = version.rounds.get(closed_at=None).snapshot
        if snapshot_bytes(load(version.pk)) != bytes(stored.content):
            different.append(f"{version.pk} in {version.state}")
    return different
