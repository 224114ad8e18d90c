"""`manage.py verify` finds whatever was changed behind the triggers' back, and names the row."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from approvals import clock
from approvals.demo import walk
from approvals.demo.papers import PCD_1637, made_up
from approvals.demo.people import make_people
from approvals.verify import faults
from decisions.models import JointDecider, Version
from decisions.snapshot import load
from tests.archived import archived, folder_of
from tests.attached import attach, seal
from tests.databases import FreshDatabase
from tests.rig import PASSWORD
from tests.test_recorded_decisions import attested, kept


@pytest.fixture
def published(fresh_database: FreshDatabase) -> Version:
    """A published decision with its PDF, committed."""
    people = make_people(PASSWORD)
    version = walk.draft(PCD_1637, people)
    attach(version, people["officer"])
    seal(version.part2_papers.get(), "Prices of racks")
    JointDecider.objects.create(version=version, position=1, body="Fenmoor", office="The Commissioner")
    version = walk.bring(load(version.pk), people, "decided")
    walk.decide_jointly(version, people, on=date(2026, 11, 3))
    version = walk.bring(load(version.pk), people, "published")
    clock.render()
    return version


def verify(*references: str) -> str:
    """Return what the command says of these references; it exits with 1 if anything fails."""
    said = StringIO()
    try:
        call_command("verify", *references, stdout=said, stderr=said)
    except SystemExit as end:
        said.write(f"exit {end.code}")
    return said.getvalue()


#: What somebody with the database in their hands might change, and what is said of it.
TAMPERED = {
    "UPDATE decisions_paragraph SET text = 'Another.'": "its rows no longer say what was submitted: section:",
    "UPDATE decisions_financialline SET amount = amount + 1": "no longer say what was submitted: money",
    "UPDATE decisions_version SET title = 'Another'": "no longer say what was submitted: head",
    "UPDATE decisions_part2text SET ciphertext = 'x'": "it is not the text that its commitment was made for",
    "UPDATE decisions_part2text SET commitment = 'x'": "no longer say what was submitted: part2:",
    "UPDATE decisions_snapshot SET content = content || ' '": "its digest is not that of its bytes",
    "UPDATE approvals_signature SET capacity = 'acting' WHERE office = 'chief_executive'": "not in that office then",
    "UPDATE people_holding SET until = since + interval '1 ms'": "was not in that office then",
    "UPDATE approvals_signature SET digest = sha256('x') WHERE office = 'chief_executive'": "does not cover the text",
    "UPDATE approvals_signature SET acts = '{}' WHERE office = 'decision_maker'": "does not cover what was decided",
    "UPDATE approvals_signature SET name = 'Somebody Else'": "it does not say what was signed",
    "DELETE FROM approvals_signature WHERE office = 'chief_executive'": "no counting signature of the chief executive",
    "UPDATE approvals_jointdecision SET decided_on = '2026-10-01'": "it is not what was recorded",
    "UPDATE approvals_jointdecision SET declined = NOT declined": "it is not what was recorded",
    "UPDATE approvals_jointconfirmation SET digest = sha256('x')": "it is not what a second person confirmed",
    "UPDATE approvals_jointconfirmation SET agrees = NOT agrees": "it is not what a second person confirmed",
    "UPDATE approvals_jointdecision SET by_id = (SELECT id FROM people_user WHERE username = 'head')": (
        "it is not what was recorded"
    ),
    "DELETE FROM approvals_jointcopykey": "its signed copy is not the one that was recorded",
    "DELETE FROM approvals_jointconfirmation": "it does not say what was signed",
    "UPDATE approvals_jointcopy SET ciphertext = ciphertext || 'x'": "its signed copy is not the one that was recorded",
    "UPDATE decisions_version SET state = 'rescinded'": "it is rescinded without a signature",
    "UPDATE approvals_clearance SET digest = sha256('x')": "it is not what was cleared",
    "UPDATE decisions_publicationbody SET content = content || ' '": "its digest is not that of its bytes",
    "UPDATE decisions_publicationfile SET content = content || 'x'": "its digest is not that of its bytes",
    "UPDATE decisions_publicationattachment SET content = content || 'x'": "its digest is not that of its bytes",
    "UPDATE decisions_attachment SET title = 'Another'": "no longer say what was submitted: attachments",
    "UPDATE decisions_attachmentcontent SET content = content || 'x'": "its digest is not that of its bytes",
    "UPDATE decisions_part2file SET commitment = 'x'": "it is not the file that its commitment was made for",
    "UPDATE decisions_part2filecontent SET ciphertext = ciphertext || 'x'": "it is not the file that its commitment",
    "UPDATE pcd_trailentry SET actor = 'Nobody' WHERE verb = 'decide'": "the chain is broken: hash",
    "DELETE FROM pcd_trailentry WHERE verb = 'review'": "the chain is broken: link",
    "DELETE FROM pcd_trailentry WHERE verb = 'publish'": "the chain is broken: head",
}


#: The same once it was rescinded.
TAMPERED_RESCISSION = {
    "UPDATE approvals_rescission SET reason = 'Another'": "it does not cover its reason",
    "UPDATE approvals_rescission SET digest = sha256('x')": "it does not cover what was decided",
    "UPDATE approvals_rescission SET signer_id = held_id": "the trail does not know it",
    "DELETE FROM approvals_rescission": "it is rescinded without a signature",
    "UPDATE decisions_rescindedpublication SET reason = 'Another'": "does not say that, and why, it was rescinded",
    "DELETE FROM decisions_rescindedpublication": "does not say that, and why, it was rescinded",
}


def missed(database: FreshDatabase, tampered: dict[str, str]) -> list[tuple[str, str]]:
    """Change what each statement changes, and put it back; return what was not found, and what was said instead."""
    found_nothing = []
    for statement, said in tampered.items():
        with database.connect("admin") as connection, connection.cursor() as cursor:
            cursor.execute("SET search_path = staff, site")
            table = statement.replace("DELETE FROM", "UPDATE").split()[1]
            cursor.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table}")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            cursor.execute(statement)
            answer = verify("PCD 1637")
            if said not in answer or "exit 1" not in answer:
                found_nothing.append((statement, answer))
            cursor.execute(f"DELETE FROM {table}")
            columns = (
                "SELECT string_agg(quote_ident(column_name), ',') FROM information_schema.columns "
                "WHERE table_name = %s AND is_generated = 'NEVER'"
            )
            cursor.execute(columns, [table])
            found = cursor.fetchone()
            assert found
            names = found[0]
            cursor.execute(f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM kept")
            cursor.execute("DROP TABLE kept")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
    return found_nothing


def test_every_tampering_is_found_and_what_is_whole_is_said_to_be(
    published: Version, fresh_database: FreshDatabase
) -> None:
    assert "nothing failed" in verify()
    assert "Verified 1 decisions: nothing failed" in verify("pcd1637")
    assert not missed(fresh_database, TAMPERED)
    assert "nothing failed" in verify()
    walk.rescind(published, make_people(PASSWORD))
    assert "nothing failed" in verify()
    assert not missed(fresh_database, TAMPERED_RESCISSION)


#: The same of the archive, which has no signatures but two people's approval.
TAMPERED_ARCHIVE = {
    "UPDATE decisions_publicationbody SET content = content || ' '": "it does not say what was approved",
    "DELETE FROM decisions_archiveapproval": "two people have not approved what it holds",
    "UPDATE pcd_trailentry SET actor = 'Nobody' WHERE verb = 'approved'": "the chain is broken: hash",
}


def test_tampering_with_the_archive_is_found_too(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    archived(folder_of(tmp_path, 96), make_people(PASSWORD))
    assert "0 decisions and 1 of the archive: nothing failed" in verify("DMPCD 2013/96")
    not_found = []
    for statement, said in TAMPERED_ARCHIVE.items():
        with fresh_database.connect("admin") as connection, connection.cursor() as cursor:
            cursor.execute("SET search_path = staff, site")
            table = statement.replace("DELETE FROM", "UPDATE").split()[1]
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            cursor.execute(statement)
            answer = verify("dmpcd 2013/96")
            if said not in answer or "exit 1" not in answer:
                not_found.append((statement, answer))
    assert not not_found


def test_what_was_decided_otherwise_is_what_was_attested(fresh_database: FreshDatabase) -> None:
    people = make_people(PASSWORD)
    version = walk.bring(walk.draft(made_up(1, "Boats"), people), people, "with_decision_maker")
    attested(kept(version, people), people)
    assert faults(version.decision) == []
    with fresh_database.connect("admin") as admin, admin.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET search_path = staff")
        cursor.execute("ALTER TABLE approvals_recordeddecision DISABLE TRIGGER ALL")
        cursor.execute("ALTER TABLE approvals_recordedcopy DISABLE TRIGGER ALL")
        cursor.execute("UPDATE approvals_recordeddecision SET original = 'x'")
        cursor.execute("DELETE FROM approvals_recordedcopy")
    assert {fault.what for fault in faults(version.decision)} == {
        "it is not what a second person attested",
        "its signed original is not the one that was recorded",
    }
