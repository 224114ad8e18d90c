"""The wall with real papers behind it: what each login reads of them, what it may change, what the disk holds."""

import os
import re
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import errors, sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - psycopg2 names its class so
from pytest_django import DjangoDbBlocker

from approvals import clock
from approvals.demo import walk
from approvals.demo.people import make_people
from approvals.workflow import perform
from decisions.models import Version
from decisions.snapshot import load
from pcd.database.embedded import BINARIES
from pcd.database.roles import fetch
from tests import canaries, rig
from tests.archived import unapproved
from tests.canaries import draft_with_canaries, paper_with_canaries
from tests.databases import FreshDatabase

STATIONS = (
    *("draft", "in_advice", "with_head_of_service", "with_chief_executive", "with_decision_maker"),
    *("decided", "deferred", "returned", "withdrawn", "rescinded", "published"),
)
#: All that the public role may read of what we made.
READABLE = {
    ("site", "decisions_publication"),
    ("site", "decisions_publicationbody"),
    ("site", "decisions_publicationfile"),
    ("site", "decisions_publicationattachment"),
    ("site", "decisions_rescindedpublication"),
    ("site", "decisions_numberevent"),
    ("site", "decisions_alias"),
}
#: What the staff role may do to each table that it may not treat as it likes; S, I, U, D, T as in psql.
STAFF_RIGHTS = {
    "staff.decisions_snapshot": "SI",
    "staff.approvals_signature": "SI",
    "staff.approvals_deferral": "SI",
    "staff.approvals_clearance": "SI",
    "staff.approvals_jointdecision": "SI",
    "staff.approvals_jointcopy": "SI",
    "staff.approvals_jointconfirmation": "SI",
    "staff.approvals_recordeddecision": "SI",
    "staff.approvals_recordedcopy": "SI",
    "staff.approvals_recordedword": "SI",
    "staff.approvals_advicerequest": "SI",
    "staff.approvals_advice": "SI",
    "staff.approvals_withdrawal": "SI",
    "staff.approvals_rescission": "SI",
    "staff.decisions_passedstep": "SIU",
    "staff.people_change": "SIU",
    "staff.people_office": "SIU",
    "staff.decisions_advicerule": "SIU",
    "staff.decisions_exemptionground": "SIU",
    "staff.decisions_body": "SIU",
    "staff.decisions_series": "SIU",
    "staff.people_holding": "SIU",
    "staff.people_absence": "SIU",
    "staff.people_privateoffice": "SIU",
    "staff.approvals_briefingnote": "SI",
    "staff.approvals_briefingnotekey": "SIU",
    "staff.approvals_override": "SIU",
    "staff.approvals_question": "SI",
    "staff.approvals_answer": "SI",
    "staff.approvals_handover": "SI",
    "staff.approvals_recusal": "SI",
    "staff.approvals_returnpoint": "SI",
    "staff.approvals_returnanswer": "SI",
    "staff.decisions_part2submitted": "SI",
    "staff.approvals_objectionanswer": "SI",
    "staff.approvals_outsiderequest": "SI",
    "staff.approvals_outsidevisit": "SI",
    "staff.approvals_outsideanswer": "SI",
    "staff.approvals_outsidemail": "SI",
    "staff.approvals_outsideend": "SI",
    "staff.approvals_outsidecode": "SI",
    "staff.approvals_enclosure": "SI",
    "staff.approvals_enclosurekey": "SIU",
    "staff.decisions_part2reading": "SI",
    "staff.decisions_contributor": "SI",
    "staff.decisions_part2acts": "SI",
    "staff.decisions_revision": "SI",
    "staff.decisions_revisiontext": "SI",
    "staff.decisions_comment": "SI",
    "staff.decisions_acceptedfield": "SI",
    "staff.decisions_movedwords": "SI",
    "staff.pcd_trailentry": "S",  # besides, it may insert some columns: the trigger makes the others
    "staff.pcd_trailhead": "S",
    "staff.pcd_trail_broken": "S",
    "staff.approvals_round": "SIU",
    "staff.approvals_notice": "SIU",
    "staff.approvals_advicekey": "SIU",
    "staff.approvals_jointcopykey": "SIU",
    "staff.approvals_recordedcopykey": "SIU",
    "staff.decisions_decision": "SIU",
    "staff.decisions_version": "SIU",
    "staff.decisions_counter": "SIU",
    "staff.decisions_grant": "SIU",
    "staff.decisions_pen": "SIU",
    "staff.decisions_archivebatch": "SIU",
    "staff.decisions_scheme": "SIU",  # loaddata tries an update first; the trigger refuses any of a row
    "staff.decisions_schemeparagraph": "SIU",
    "staff.decisions_archivefile": "SIU",
    "staff.decisions_archiveapproval": "SI",
    "site.decisions_publication": "SI",
    "site.decisions_publicationbody": "SI",
    "site.decisions_publicationfile": "SI",
    "site.decisions_publicationattachment": "SI",
    "site.decisions_rescindedpublication": "SI",
    "staff.decisions_attachmentcontent": "SID",
    "staff.decisions_attachmentcheck": "SID",
    "staff.decisions_part2filecontent": "SID",
    "site.decisions_numberevent": "SI",
    "site.decisions_alias": "SI",
}
APPEND_ONLY = (
    *("staff.decisions_snapshot", "staff.approvals_signature", "staff.approvals_deferral"),
    *("staff.approvals_jointdecision", "staff.approvals_jointcopy", "staff.approvals_jointconfirmation"),
    *("staff.approvals_recordeddecision", "staff.approvals_recordedcopy", "staff.approvals_recordedword"),
    *("staff.approvals_clearance", "staff.approvals_advicerequest", "staff.approvals_advice"),
    *("staff.approvals_withdrawal", "staff.decisions_part2reading", "staff.pcd_trailentry"),
    *("staff.approvals_objectionanswer", "staff.approvals_enclosure", "staff.approvals_outsiderequest"),
    *("staff.approvals_outsidevisit", "staff.approvals_outsideanswer", "staff.approvals_outsidemail"),
    *("staff.approvals_outsideend", "staff.approvals_outsidecode"),
    *("staff.decisions_part2acts", "staff.approvals_briefingnote"),
    *("staff.decisions_revision", "staff.decisions_revisiontext", "staff.decisions_comment"),
    *("staff.decisions_movedwords", "staff.decisions_scheme", "staff.decisions_schemeparagraph"),
    *("staff.approvals_recusal", "staff.approvals_returnpoint", "staff.approvals_returnanswer"),
    "staff.decisions_part2submitted",
    *("site.decisions_publication", "site.decisions_publicationbody", "site.decisions_publicationfile"),
    *("site.decisions_numberevent", "site.decisions_alias", "staff.decisions_archiveapproval"),
    "site.decisions_publicationattachment",
    *("staff.approvals_rescission", "site.decisions_rescindedpublication"),
)
RELATIONS = (
    "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
    " where c.relkind in ('r', 'v', 'm', 'p', 'S', 'f') order by 1, 2"
)
FUNCTIONS = (
    "select n.nspname, p.proname, p.pronargs from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
    " where n.nspname in ('staff', 'site', 'public') and p.prokind in ('f', 'p') order by 1, 2"
)
OWN_SCHEMAS = ("staff", "site", "public")


#: What every word of this run begins with: it stands nowhere else, and no compression shortens it.
MARK = f"q{secrets.token_hex(5)}"


def word() -> str:
    """Return a new word of this run, in small letters as the search index has them."""
    return f"{MARK}{secrets.token_hex(3)}"


@dataclass(frozen=True)
class Words:
    """The words of one paper: of its Part 1, of its Part 2, and of what is only said inside."""

    part1: str = field(default_factory=word)
    part2: str = field(default_factory=word)
    inside: str = field(default_factory=word)


@dataclass(frozen=True)
class Papers:
    """A database with a paper at every station, and the words of each."""

    database: FreshDatabase
    words: Mapping[str, Words]

    def forbidden(self) -> dict[str, str]:
        """Return what the public must not read: everything but the Part 1 of the published paper."""
        return {
            word: f"{name} of the paper that is {station}"
            for station, words in self.words.items()
            for name, word in vars(words).items()
            if (station, name) != ("published", "part1")
        }


def bring(version: Version, people: walk.People, station: str, own: Words) -> None:
    """Bring a draft to a station, giving every reason that the route asks for in its word of what is said inside."""
    if station == "returned":
        walk.bring(version, people, "with_chief_executive")
        question = {"to": people["officer"], "text": f"{own.inside} asked"}
        perform(version.pk, "ask", by=people["chief"], **question)
        handed = {"to": people["officer2"], "reason": f"{own.inside} handed over"}
        asked = version.questions.get()
        perform(
            version.pk, "answer", by=people["officer"], question=str(asked.pk), text=f"{own.inside} answered"
        )
        perform(version.pk, "hand_over", by=people["officer"], **handed)
        perform(version.pk, "return_for_amendment", by=people["chief"], reason=f"{own.inside} returned")
    elif station == "withdrawn":
        walk.bring(version, people, "with_head_of_service")
        perform(version.pk, "withdraw", by=people["officer"], reason=f"{own.inside} withdrawn")
    elif station == "rescinded":
        canaries.bring(version, people, "cleared", own.part1, own.part2)
        walk.rescind(load(version.pk), people, f"{own.inside} rescinded")
    else:
        canaries.bring(version, people, {"deferred": "cleared"}.get(station, station), own.part1, own.part2)


@pytest.fixture(scope="module")
def papers(cluster: rig.Cluster, worker: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Papers]:
    words = {station: Words() for station in STATIONS}
    with (
        FreshDatabase.cloned(cluster, f"{cluster.prefix}_{worker}_content") as database,
        django_db_blocker.unblock(),
    ):
        with database.connect("owner") as owner:
            store_plainly(owner)
        people = make_people(rig.PASSWORD)
        for station, own in words.items():
            days = 30 if station == "deferred" else 0
            if station == "draft":
                draft_with_canaries(people, own.part1, own.part2)
                continue
            version = paper_with_canaries(
                people, own.part1, own.part2, inside=own.inside, deferred_until_days=days
            )
            walk.advise(version, people, "finance", "legal")
            bring(load(version.pk), people, station, own)
        unapproved(people, words["draft"].inside)
        clock.tick()
        with database.connect("admin") as admin, admin.cursor() as cursor:
            cursor.execute("analyze")
        yield Papers(database, words)


def store_plainly(owner: Connection) -> None:
    """Switch the compression of long values off, so that no word hides from a search of the files."""
    columns = fetch(
        owner,
        "select n.nspname, c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid"
        " join pg_namespace n on n.oid = c.relnamespace where n.nspname in ('staff', 'site')"
        " and c.relkind = 'r' and a.attnum > 0 and a.attstorage = 'x' and not a.attisdropped",
    )
    assert len(columns) > 50
    with owner.cursor() as cursor:
        for schema, table, column in columns:
            cursor.execute(
                sql.SQL("alter table {} alter {} set storage external").format(
                    sql.Identifier(schema, table), sql.Identifier(column)
                )
            )


def everything(connection: Connection, query: sql.Composable) -> str:
    """Return all that a query yields as text, or "" where it is refused; bytes as what they spell."""
    with connection.cursor() as cursor:
        try:
            cursor.execute(query)
        except psycopg2.Error:
            return ""
        rows = cursor.fetchall() if cursor.description else []
    return "|" + "".join(
        bytes(value).decode(errors="replace") if isinstance(value, memoryview) else f"{value} "
        for row in rows
        for value in row
    )


def reading(relation: tuple[str, str]) -> sql.Composable:
    return sql.SQL("select * from {}").format(sql.Identifier(*relation))


def test_the_public_role_reads_the_publication_tables_and_nothing_else_that_is_ours(papers: Papers) -> None:
    with papers.database.connect("admin") as admin, papers.database.connect("public") as public:
        ours = [row for row in fetch(admin, RELATIONS) if row[0] in OWN_SCHEMAS]
        readable = {row for row in ours if everything(public, reading(row))}
        opened = fetch(
            public,
            "select n.nspname, c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid"
            " join pg_namespace n on n.oid = c.relnamespace where n.nspname <> all (%s) and a.attnum > 0"
            " and c.relkind <> 'i' and has_column_privilege(c.oid, a.attnum, 'SELECT')",
            ["pg_catalog", "information_schema", "site"],
        )
    assert len(ours) > 40
    assert readable == READABLE
    assert opened == [], "columns of another schema are granted to the public role"


def test_nothing_that_the_public_role_can_read_holds_a_word_of_what_is_not_public(papers: Papers) -> None:
    """Tables, views, sequences and functions of every schema, PostgreSQL's own statistics and texts included."""
    forbidden, found, seen = papers.forbidden(), [], ""
    with papers.database.connect("admin") as admin, papers.database.connect("public") as public:
        for relation in fetch(admin, RELATIONS):
            text = everything(public, reading(relation))
            found += [f"{relation} holds {what}" for word, what in forbidden.items() if word in text]
            seen += text if relation in READABLE else ""
    assert not found
    assert papers.words["published"].part1 in seen, "the hunt finds nothing at all"


def test_no_function_of_ours_answers_the_public_role(papers: Papers) -> None:
    with papers.database.connect("admin") as admin, papers.database.connect("public") as public:
        functions = fetch(admin, FUNCTIONS)
        assert len(functions) > 15
        for schema, name, arguments in functions:
            call = sql.SQL("select * from {}({})").format(
                sql.Identifier(schema, name), sql.SQL(", ").join([sql.SQL("null")] * arguments)
            )
            with public.cursor() as cursor, pytest.raises(psycopg2.Error) as refusal:
                cursor.execute(call)
            # A function's own privilege is asked last: without the schema's, or for a procedure, it is not found.
            assert isinstance(
                refusal.value,
                errors.InsufficientPrivilege | errors.WrongObjectType | errors.UndefinedFunction,
            ), f"{schema}.{name}: {refusal.value}"
        assert (
            fetch(
                public,
                "select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
                " where n.nspname = any (%s) and has_function_privilege(p.oid, 'EXECUTE')",
                list(OWN_SCHEMAS),
            )
            == []
        )


def test_what_a_function_says_of_itself_holds_no_word_of_a_paper(papers: Papers) -> None:
    """Sources, comments, defaults, settings and statistics: all of the catalogue that tells how things are made."""
    forbidden = papers.forbidden()
    with papers.database.connect("public") as public:
        for query in (
            "select prosrc, pg_get_expr(proargdefaults, 0) from pg_proc",
            "select description from pg_description",
            "select pg_get_expr(adbin, adrelid) from pg_attrdef",
            "select pg_get_indexdef(indexrelid) from pg_index",
            "select name, setting, extra_desc from pg_settings",
            "select * from pg_stats",
            "select * from pg_stat_activity",
            "select * from pg_prepared_statements",
            "select * from pg_cursors",
        ):
            text = everything(public, sql.SQL(query))
            assert not [what for word, what in forbidden.items() if word in text], query


def rights(connection: Connection, role: str, table: str) -> str:
    """Return what a role may do to a whole table, in the letters of STAFF_RIGHTS."""
    names = {"S": "SELECT", "I": "INSERT", "U": "UPDATE", "D": "DELETE", "T": "TRUNCATE"}
    asked = ", ".join(f"has_table_privilege(%s, %s, '{right}')" for right in names.values())
    [answers] = fetch(connection, f"select {asked}", *([role, table] * len(names)))
    return "".join(letter for letter, answer in zip(names, answers, strict=True) if answer)


def test_the_staff_role_may_do_to_each_table_what_is_written_here(papers: Papers) -> None:
    prefix = rig.cluster().prefix
    with papers.database.connect("admin") as admin:
        tables = [
            ".".join(row)
            for row in fetch(admin, RELATIONS)
            if row[0] in ("staff", "site") and not row[1].endswith("_seq")
        ]
        found = {table: rights(admin, f"{prefix}_staff", table) for table in tables}
        others = {
            role: {rights(admin, f"{prefix}_{role}", table) for table in tables}
            for role in ("public", "backup")
        }
    assert set(STAFF_RIGHTS) - set(found) == set()
    assert found == {table: STAFF_RIGHTS.get(table, "SIUD") for table in tables}
    assert others == {"public": {"S", ""}, "backup": {"S"}}


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_not_even_the_owner_or_a_replica_changes_a_row_that_only_grows(papers: Papers, role: str) -> None:
    """The triggers stay on for everyone; whoever wants past them must take them away, which is an act of its own."""
    with papers.database.connect(role) as connection, connection.cursor() as cursor:
        if role == "admin":
            cursor.execute("set session_replication_role = replica")
            cursor.execute("set search_path = staff, site")
        for table in APPEND_ONLY:
            name = sql.Identifier(*table.split("."))
            [(column,)] = fetch(
                connection,
                "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0"
                " and attgenerated = '' order by attnum limit 1",
                table,
            )
            statements = [sql.SQL("truncate {} cascade").format(name)]
            if fetch(connection, f"select 1 from {table} limit 1"):
                statements += [
                    sql.SQL("delete from {}").format(name),
                    sql.SQL("update {} set {c} = {c}").format(name, c=sql.Identifier(column)),
                ]
            for statement in statements:
                with pytest.raises(errors.IntegrityConstraintViolation):
                    cursor.execute(statement)


def forms_of(word: str) -> dict[str, bytes]:
    """Return the bytes by which a word can stand in a file."""
    return {
        "UTF-8": word.encode(),
        "UTF-16": word.encode("utf-16-le"),
        "UTF-16, the other way": word.encode("utf-16-be"),
        "hexadecimal": word.encode().hex().encode(),
    }


def files_with(folder: Path, words: Mapping[str, str]) -> dict[str, set[str]]:
    """Return, for each of this run's words that stands in any form in any file of a folder, the files."""
    marks = tuple(forms_of(MARK).values())
    hunted = {form: what for word, what in words.items() for form in forms_of(word).values()}
    longest = max(map(len, hunted))
    pattern = re.compile(b"|".join(map(re.escape, marks)))
    found: dict[str, set[str]] = {}
    # os.walk passes over a folder that is gone: another worker has just dropped its database.
    paths = [Path(where) / name for where, _, names in os.walk(folder) for name in names]
    for path in paths:
        try:
            content = path.read_bytes() if path.is_file() else b""
        except FileNotFoundError:
            continue  # the server has just done with it
        if not any(mark in content for mark in marks):
            continue  # by far the quicker question
        for hit in pattern.finditer(content):
            here = content[hit.start() : hit.start() + longest]
            for form, what in hunted.items():
                if here.startswith(form):
                    found.setdefault(what, set()).add(str(path.relative_to(folder)))
    return found


def test_no_byte_of_the_servers_files_holds_a_word_of_part_2(papers: Papers, cluster: rig.Cluster) -> None:
    """Tables, indexes, write-ahead log and the server's own log; Part 1 is found, so Part 2 would be."""
    if cluster.outside:
        pytest.skip("The files of the PostgreSQL that PCD_TEST_ADMIN_URL names are not ours to read.")
    with papers.database.connect("admin") as admin, admin.cursor() as cursor:
        cursor.execute("checkpoint")
        [(oid,)] = fetch(admin, "select oid::text from pg_database where datname = current_database()")
    words = {words.part2: f"part2 {station}" for station, words in papers.words.items()}
    words |= {words.part1: f"part1 {station}" for station, words in papers.words.items()}
    found = files_with(cluster.server.data, words)

    assert {what: files for what, files in found.items() if what.startswith("part2")} == {}
    assert (cluster.server.data / "server.log").exists()
    for (
        station
    ) in STATIONS:  # the hunt can find: every Part 1 stands in a table's file and in the log that is ahead
        files = found[f"part1 {station}"]
        assert any(file.startswith(f"base/{oid}/") for file in files), station
        assert any(file.startswith("pg_wal/") for file in files), station
        assert "server.log" not in files


def test_a_backup_holds_part_1_and_no_word_of_part_2(papers: Papers, tmp_path: Path) -> None:
    program = BINARIES / "pg_dump" if (BINARIES / "pg_dump").exists() else shutil.which("pg_dump")
    assert program, "there is no pg_dump: install postgresql-client"
    dump = tmp_path / "dump.sql"
    subprocess.run(
        [program, "--no-owner", "--inserts", "--file", dump, papers.database.urls["backup"]],
        env={"PATH": os.defpath},
        check=True,
        capture_output=True,
    )
    words = {words.part2: f"part2 {station}" for station, words in papers.words.items()}
    words |= {words.part1: f"part1 {station}" for station, words in papers.words.items()}
    assert set(files_with(tmp_path, words)) == {f"part1 {station}" for station in STATIONS}
    with (tmp_path / "again.sql").open("w") as again:
        again.write("".join(words.part2 for words in papers.words.values()))
    assert len([what for what in files_with(tmp_path, words) if what.startswith("part2")]) == len(STATIONS)
