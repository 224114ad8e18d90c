"""Old decisions become public as they were printed, once two people have approved them, and in no other way."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now

from approvals import clock
from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.numbers import take_number
from decisions.archive import approving, writes
from decisions.archive.obstacles import OPEN, PART2_TEXT
from decisions.archive.records import recorded, seen
from decisions.archive.releasing import midnight
from decisions.models import (
    Alias,
    ArchiveApproval,
    ArchiveBatch,
    ArchiveFile,
    Counter,
    NumberEvent,
    Publication,
    PublicationBody,
    Series,
)
from decisions.part1 import from_bytes
from decisions.pdf import unrendered
from decisions.publishing import publish_archived
from decisions.references import Pattern
from decisions.snapshot import canonical
from pcd import trail
from pcd.people.models import User
from tests.archived import (
    People,
    approved,
    archived,
    brought,
    folder_of,
    kept,
    missing_words,
    old_paper,
    text_of,
)
from tests.canaries import ARCHIVE_CANARY
from tests.pages import pdf_failures
from tests.public import AsPublic, PublicClient
from tests.test_importing_real import FILES
from tests.test_pdf import words

pytestmark = pytest.mark.django_db
Status = ArchiveFile.Status


def refused(act: object) -> str:
    """Do something that the database must refuse; returns its sentence."""
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        act()  # type: ignore[operator]
    return str(refusal.value).splitlines()[0]


# What the public reads


def test_an_old_decision_is_public_with_every_word_as_it_was_printed(
    people: People, public_client: PublicClient, tmp_path: Path
) -> None:
    archived(folder_of(tmp_path, 96), people)
    page = text_of(public_client.get("/decisions/dmpcd-2013-96/"))
    assert missing_words(old_paper(96), page) == []
    assert "revenue of E225k per annum" in page
    assert "‘E225k’ is printed, ‘£225k’ is recorded" in page
    assert "*nobody* repairs_them [any more]" in page
    assert "It bears no signature of this register." in page
    assert "Signatures printed on the paper" in page
    assert "Imogen Tarrant" in page


def test_its_data_is_corrected_where_its_words_are_wrong(
    people: People, public_client: PublicClient, tmp_path: Path
) -> None:
    archived(folder_of(tmp_path, 96), people)
    data = json.loads(public_client.get("/decisions/dmpcd-2013-96.json").content)
    assert (data["origin"], data["snapshot_digest"], data["acts_digest"]) == ("archive", "", "")
    assert data["decision"]["signatures"] == []
    amounts = [(row["amount"], row["decided"]) for row in data["decision"]["financial_lines"]]
    assert amounts == [("1980000.00", "1980000.00"), ("225000.00", "225000.00")]
    assert data["decision"]["archived"]["signatures"][0]["signed_on"] == "2013-02-04"


def real_papers(folder: Path) -> Path:
    """The real decisions as a list that gives a reference and a date to each, whatever is printed."""
    lines = ["file,reference,decided,published"]
    for number, path in enumerate(FILES, start=1):
        (folder / path.name).write_bytes(path.read_bytes())
        lines.append(f"{path.name},PCD {number},2012-03-12,2012-04-01")
    (folder / "list.csv").write_text("\n".join(lines))
    return folder / "list.csv"


def test_no_word_of_a_real_decision_is_missing_on_its_page(
    people: People, public_client: PublicClient, tmp_path: Path
) -> None:
    batch = archived(real_papers(tmp_path), people)
    lost = {
        file.name: missing_words(
            (tmp_path / file.name).read_text(), text_of(public_client.get(f"/decisions/{file.key}/"))
        )
        for file in batch.files.filter(status=Status.PUBLISHED)
    }
    assert len(lost) > 25
    assert {name: words for name, words in lost.items() if words} == {}


def test_lists_search_and_register_have_it_by_its_own_dates(
    people: People, public_client: PublicClient, tmp_path: Path
) -> None:
    archived(folder_of(tmp_path, 96), people)
    publication = Publication.objects.get()
    assert publication.decided_on == date(2013, 2, 4)
    assert publication.published_at.date() == date(2013, 2, 4)
    for address in ("/", "/decisions/?q=ladders", "/decisions/?year=2013", "/decisions/?kind=capital"):
        assert "DMPCD 2013/96: Replacement" in text_of(public_client.get(address)), address
    listed = text_of(public_client.get("/decisions/?q=DMPCD+2013/96"))
    assert "Published before this register." in listed
    assert "DMPCD 2013/96: Replacement" in text_of(public_client.get("/register/"))


def test_an_unapproved_decision_is_nowhere_public(
    people: People, public_client: PublicClient, as_public: AsPublic, tmp_path: Path
) -> None:
    batch, _ = brought(folder_of(tmp_path, one=old_paper(7, word=ARCHIVE_CANARY)), people)
    approving.approve(batch.pk, by=people["governance"], shown=approving.digest_of(batch))
    assert clock.archive() == 0
    for address in (
        "/",
        f"/decisions/?q={ARCHIVE_CANARY}",
        "/decisions/dmpcd-2013-7/",
        "/what-we-do/dmpcd-2013-7/",
    ):
        assert "store 7" not in text_of(public_client.get(address))
    with as_public(), connection.cursor() as cursor:
        cursor.execute("select tablename from pg_tables where schemaname = 'site'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"select count(*) from {table} t where t::text like '%{ARCHIVE_CANARY}%'")
            assert cursor.fetchone() == (0,)


# Old addresses


@pytest.mark.parametrize(
    "address",
    ["/What-We-Do/DMPCD-2013-96/", "/what-we-do/dmpcd-2013-96", "/what-we-do/dmpcd-2013-96/?from=mail"],
)
def test_an_old_address_leads_to_the_decision(
    people: People, public_client: PublicClient, tmp_path: Path, address: str
) -> None:
    archived(folder_of(tmp_path, 96), people)
    answer = public_client.get(address)
    assert (answer.status_code, answer["Location"]) == (301, "/decisions/dmpcd-2013-96/")


@pytest.mark.parametrize(
    "address",
    [
        "/decisions/old-page/",
        "/decisions/2013/old-page/",
        "/decisions/pcd96.pdf",
        "/decisions/PCD0096/",
        "/?p=1234",
        "/what/?id=12",
    ],
)
def test_an_old_address_that_looks_like_ours_leads_to_the_decision(
    people: People, public_client: PublicClient, tmp_path: Path, address: str
) -> None:
    folder_of(tmp_path, 96)
    (tmp_path / "list.csv").write_text(f"file,address\npaper-96.txt,https://old.example.org{address}\n")
    archived(tmp_path / "list.csv", people)
    answer = public_client.get(address)
    assert (answer.status_code, answer.get("Location")) == (301, "/decisions/dmpcd-2013-96/")
    assert public_client.get("/").status_code == 200
    assert public_client.get("/?p=99").status_code == 200


def test_an_old_address_that_is_not_kept_is_reported(people: People, tmp_path: Path) -> None:
    folder_of(tmp_path, 96)
    long = f"https://old.example.org/{'a' * 600}"
    (tmp_path / "list.csv").write_text(f"file,address\npaper-96.txt,https://old.example.org/ {long} /kept\n")
    batch, report = brought(tmp_path / "list.csv", people)
    assert batch.files.get().addresses == ["/kept", "/what-we-do/dmpcd-2013-96"]
    assert len([row for row in report.doubts if "leads nowhere" in row["doubt"]]) == 2


def test_an_unknown_address_is_not_found_with_the_same_bytes(
    people: People, public_client: PublicClient, tmp_path: Path
) -> None:
    before = public_client.get("/what-we-do/dmpcd-2013-97/")
    archived(folder_of(tmp_path, 96), people)
    after = public_client.get("/what-we-do/dmpcd-2013-97/")
    assert (before.status_code, after.status_code) == (404, 404)
    assert before.content == after.content
    assert public_client.get("/what-we-do/%00/").status_code == 404
    assert public_client.post("/what-we-do/dmpcd-2013-96/").status_code == 404


def test_an_address_that_nobody_approved_is_refused(people: People, tmp_path: Path) -> None:
    archived(folder_of(tmp_path, 96), people)
    publication = Publication.objects.get()
    assert "not one of this decision" in refused(
        lambda: Alias.objects.create(path="/elsewhere", publication=publication)
    )


# Bringing


@pytest.mark.parametrize(
    ("series", "by_year", "pattern", "text", "read"),
    [
        ("dmpcd", True, "{series} {year}/{number}", "DMPCD 2013 - 096", (96, 2013)),
        ("ceod", True, "{series} {number} - {year}", "CEOD 35 - 2024", (35, 2024)),
        ("pfcc", True, "{year}/{number}", "2021/031", (31, 2021)),
        ("pfcc", True, "{year}/{number}", "31/2021", None),
        ("pcc-d", True, "PCC/D/{year}/{number}", "PCC/D/2024/16", (16, 2024)),
        ("pcd", False, "{series} {number}", "pcd01637", (1637, None)),
        ("pcd", False, "{series} {number}", "PCD 2013/96", None),
        ("pcd", False, "{series} {number}", "DMPCD 1637", None),
        ("dmpcd", True, "{series} {year}/{number}", "DMPCD 96/2013", None),
        ("pcd", False, "{series} {number}", "", None),
    ],
)
def test_a_reference_is_read_however_it_is_written_and_another_series_is_not_taken(
    series: str, by_year: bool, pattern: str, text: str, read: tuple[int, int | None] | None
) -> None:
    assert Pattern(series, on_form=pattern, in_text=pattern, by_year=by_year).read(text) == read


def test_a_list_wins_over_the_paper_and_the_page_says_so(
    people: People, public_client: PublicClient, tmp_path: Path
) -> None:
    folder_of(tmp_path, 96)
    row = 'paper-96.txt,DMPCD 2013/69,"Lockers, replaced",12/03/2013,1 April 2013,https://old.example.org/one /Two'
    (tmp_path / "list.csv").write_text(f"File,Reference,Title,Decided,Published,Address\n{row}\n")
    archived(tmp_path / "list.csv", people)
    page = text_of(public_client.get("/decisions/dmpcd-2013-69/"))
    assert "Reference: ‘DMPCD 2013/96’ is printed, ‘DMPCD 2013/69’ is recorded." in page
    assert "Date of decision: ‘4 February 2013’ is printed, ‘12 March 2013’ is recorded." in page
    assert "nothing is printed, ‘1 April 2013’ is recorded" in page
    assert "The list that came with the files says so." in page
    assert missing_words(old_paper(96), page) == []
    assert {public_client.get(path).status_code for path in ("/one", "/TWO/")} == {301}


def test_a_second_run_repeats_nothing_and_reads_again_what_was_refused(
    people: People, tmp_path: Path
) -> None:
    nameless = old_paper(5).replace("DMPCD 2013/5", "")
    folder_of(tmp_path, 1, 2, nameless=nameless.replace("DMPCD-2013-5", "a-page"))
    batch, first = brought(tmp_path, people)
    assert (first.read, [row["why"] for row in first.refused]) == (2, ["No reference was found. Enter it."])
    folder_of(tmp_path, 3)
    _, second = brought(tmp_path, people)
    assert (second.read, second.there_already, len(second.refused)) == (1, 2, 1)
    assert batch.files.count() == 4


def test_what_cannot_be_archived_is_reported_with_the_reason(people: People, tmp_path: Path) -> None:
    (tmp_path / "scan.png").write_bytes(b"\x89PNG....")
    (tmp_path / "broken.docx").write_bytes(b"PK\x03\x04 nothing")
    marked = "Title: A paper\nProtective marking: OFFICIAL-SENSITIVE\n"
    folder_of(
        tmp_path,
        1,
        copy=old_paper(1, word="again"),
        elsewhere=old_paper(2).replace("DMPCD 2013/2", "PFCC 2013/2"),
        future=old_paper(3).replace("04/02/2013", "04/02/2093"),
        dateless=old_paper(4).replace("Date 04/02/2013", ""),
        marked=old_paper(6).replace("Title: ", marked + "Title: ", 1),
        listing="PCD 1 One | a\nPCD 2 Two | b\nPCD 3 Three | c\n",
    )
    _, report = brought(tmp_path, people)
    said = {row["file"].partition(".")[0]: row["why"] for row in report.refused}
    assert report.read == 1
    assert said["paper-1"] == "DMPCD 2013/1 is ‘copy.txt’ of ‘Old papers’ already."
    assert said["elsewhere"] == "‘PFCC 2013/2’ is a number of no series of MOPAC."
    assert said["future"] == "One of its dates has not come yet."
    assert said["dateless"] == "No date of decision was found. Enter it."
    assert said["listing"] == "It lists 3 decisions. Bring the paper of each."
    assert "is a picture" in said["scan"]
    assert "is damaged" in said["broken"]
    assert "is marked OFFICIAL-SENSITIVE" in said["marked"]


CLOSED = "OFFICIAL-SENSITIVE [COMMERCIAL]"


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        (("Title: ", "Protective marking: OFFICIAL-SENSITIVE - NOT FOR PUBLICATION\nTitle: "), "old"),
        (("Title: ", "Protective marking: RESTRICTED - NOT FOR RELEASE\nTitle: "), "old"),
        (("REQUEST FOR", f"{CLOSED}\nREQUEST FOR"), "old"),
        (("REQUEST FOR", "EXEMPT - NOT FOR PUBLICATION\nREQUEST FOR"), "old"),
        (("Executive Summary", "EXEMPT REPORT\nExecutive Summary"), "old"),
        (("1. Introduction", "CONFIDENTIAL\n1. Introduction"), "old"),
        (("Part 2 Conf", "PART 2 FORM - NOT FOR PUBLICATION\nPart 2 Conf"), "old"),
        (("on the proposal.   ✓\n", "on the proposal.   ✓\nRestricted\n"), "old"),
        (("", ""), "PCD 96 OFFICIAL-SENSITIVE"),
        (("", ""), "exempt/pcd-96"),
    ],
)
def test_a_paper_that_is_marked_as_closed_is_refused_wherever_the_marking_stands(
    people: People, changes: tuple[str, str], name: str
) -> None:
    file = kept(old_paper(96).replace(*changes, 1), people, name=name)
    assert (file.status, bytes(file.content)) == (Status.REFUSED, b"")
    assert "marked" in file.why


@pytest.mark.parametrize(
    "changes",
    [
        ("Title: ", "Protective marking: NOT PROTECTIVELY MARKED\nTitle: "),
        ("Title: ", "Protective marking: OFFICIAL\nTitle: "),
        ("Title: ", "Protective marking: NON-CONFIDENTIAL\nTitle: "),
        ("Title: ", "Protective marking: OFFICIAL - NOT SENSITIVE\nTitle: "),
        ("1. Introduction", "NON-CONFIDENTIAL\n1. Introduction"),
        (
            "Part 2 Conf",
            f"The Government Security Classification marking for Part 2 is:\n{CLOSED}\nPart 2 Conf",
        ),
        ("Part 2 Conf", f"The classification marking for Part 2 is:\t{CLOSED}\nPart 2 Conf"),
    ],
)
def test_a_public_paper_may_say_how_it_and_its_part_2_are_marked(
    people: People, changes: tuple[str, str]
) -> None:
    assert kept(old_paper(96).replace(*changes, 1), people).status == Status.READ


@pytest.mark.parametrize(
    ("cells", "closed"),
    [
        (("Head of Estates\nOFFICIAL-SENSITIVE", "Version 2"), True),
        (("Version 2  OFFICIAL-SENSITIVE  Estates", "May 2013"), True),
        (("Prepared by Estates\nNot for publication\nMay 2013", ""), True),
        (("Version 2 OFFICIAL - NOT SENSITIVE", "May 2013"), False),
        (("Head of Estates\nNON-CONFIDENTIAL", "Version 2"), False),
        (("The classification marking for Part 2 is: OFFICIAL-SENSITIVE", "Version 2"), False),
    ],
)
def test_a_marking_beside_other_words_of_a_cell_is_seen(
    people: People, tmp_path: Path, cells: tuple[str, ...], closed: bool
) -> None:
    document = docx.Document()
    for line in old_paper(96).splitlines():
        document.add_paragraph(line)
    for cell, text in zip(document.add_table(rows=1, cols=len(cells)).rows[0].cells, cells, strict=True):
        cell.text = text
    document.save(str(tmp_path / "old.docx"))
    batch, _ = brought(tmp_path, people)
    file = batch.files.get()
    assert ("is marked" in file.why) is closed, file.why


def test_no_reason_opens_a_paper_that_is_secret(people: People) -> None:
    file = kept(old_paper(96).replace("Title: ", "Protective marking: SECRET\nTitle: ", 1), people)
    values = {**recorded(file), OPEN: "yes"}
    about: dict[str, Any] = {
        "by": people["governance"],
        "seen": seen(file),
        "addresses": list(file.addresses),
    }
    assert writes.correct(file.pk, values=values, why="It was public.", **about).status == Status.REFUSED


def test_an_old_address_that_is_a_page_of_this_site_is_reported(people: People, tmp_path: Path) -> None:
    archived(folder_of(tmp_path / "first", 95), people)
    own = ("/decisions/", "/register", "/Accessibility/", "/robots.txt", "/decisions/dmpcd-2013-95")
    others = (
        "/?p=1",
        "/decisions/old-page",
        "/decisions/PCD0095/",
        "/decisions/dmpcd-2013-96/",
        "/elsewhere",
    )
    folder_of(tmp_path / "second", 96)
    (tmp_path / "second" / "list.csv").write_text(f"file,address\npaper-96.txt,{' '.join((*own, *others))}\n")
    _, report = brought(tmp_path / "second" / "list.csv", people, batch="Second")
    said = [row["doubt"] for row in report.doubts if "comes to that page" in row["doubt"]]
    assert len(said) == len(own)
    assert sum("the page of dmpcd-2013-95" in one for one in said) == 1


def test_the_text_of_a_part_2_is_published_only_where_somebody_said_that_it_was(people: People) -> None:
    sealed = "PART 2 - CONFIDENTIAL FACTS AND ADVICE\nThe bidder asks for seven boats.\nPart 2 Conf"
    file = kept(old_paper(96).replace("Part 2 Conf", sealed, 1), people)
    assert (file.status, bytes(file.content)) == (Status.REFUSED, b"")
    assert "Text stands under the heading of Part 2." in file.why
    values = {**recorded(file), PART2_TEXT: "yes"}
    why = "It is in the list of 2013."
    file = writes.correct(
        file.pk,
        by=people["governance"],
        seen=seen(file),
        values=values,
        addresses=list(file.addresses),
        why=why,
    )
    assert file.status == Status.READ
    assert why in bytes(file.content).decode()


# Two people


def test_one_person_cannot_approve_twice(people: People, tmp_path: Path) -> None:
    batch, _ = brought(folder_of(tmp_path, 1), people)
    digest = approving.digest_of(batch)
    for _ in range(2):
        batch = approving.approve(batch.pk, by=people["governance"], shown=digest)
    assert batch.approved_at is None
    assert batch.approvals.count() == 1
    again = ArchiveApproval(batch=batch, person=people["governance"], digest=digest)
    assert "a_person_approves_a_batch_once" in refused(again.save)
    change = ArchiveBatch.objects.filter(pk=batch.pk)
    assert "two people have not approved it" in refused(lambda: change.update(approved_at=Now()))


def test_an_approval_falls_when_a_file_changes_and_says_so(people: People, tmp_path: Path) -> None:
    batch, _ = brought(folder_of(tmp_path, 1, 2), people)
    approving.approve(batch.pk, by=people["governance"], shown=approving.digest_of(batch))
    file = batch.files.order_by("number").first()
    assert file
    writes.leave_out(file.pk, by=people["governance2"], seen=seen(file), why="Published by mistake.")
    assert list(approving.standing(batch)) == []
    assert [row.person for row in approving.fallen(batch)] == [people["governance"]]
    batch = approving.approve(batch.pk, by=people["governance2"], shown=approving.digest_of(batch))
    assert batch.approved_at is None


def test_who_has_left_since_does_not_count_as_an_approver(people: People, tmp_path: Path) -> None:
    batch, _ = brought(folder_of(tmp_path, 1), people)
    digest = approving.digest_of(batch)
    approving.approve(batch.pk, by=people["governance"], shown=digest)
    User.objects.filter(pk=people["governance"].pk).update(is_active=False)
    batch = approving.approve(batch.pk, by=people["governance2"], shown=digest)
    assert batch.approved_at is None
    assert [row.person for row in approving.fallen(batch)] == [people["governance"]]
    rows = ArchiveBatch.objects.filter(pk=batch.pk)
    assert "two people have not approved it" in refused(lambda: rows.update(approved_at=Now()))


def test_what_an_approver_saw_of_a_file_does_not_change_behind_its_digest(
    people: People, tmp_path: Path
) -> None:
    rows = brought(folder_of(tmp_path, 1), people)[0].files.all()
    day = date(2013, 2, 5)
    for change in (
        {"addresses": ["/elsewhere"]},
        {"decided_on": day},
        {"published_on": day},
        {"reference": "DMPCD 2013/2"},
        {"number": 2},
        {"title": "Other"},
    ):
        assert "not those that it speaks of" in refused(lambda change=change: rows.update(**change))


def test_an_approved_batch_is_frozen(people: People, tmp_path: Path) -> None:
    batch = approved(brought(folder_of(tmp_path, 1), people)[0], people)
    file = batch.files.get()
    with pytest.raises(writes.Approved):
        writes.leave_out(file.pk, by=people["governance"], seen=seen(file), why="Late.")
    assert "approved once" in refused(lambda: ArchiveBatch.objects.update(approved_at=None))
    with pytest.raises(DatabaseError), transaction.atomic():
        file.delete()


def publish(file: ArchiveFile, **changes: object) -> Publication:
    """Publish a file past the clock, with something in its bytes changed."""
    content = canonical({**json.loads(bytes(file.content)), **changes})
    assert file.decided_on
    return publish_archived(file.pk, content, published_at=midnight(file.decided_on))


def test_only_the_bytes_that_were_approved_are_published(people: People, tmp_path: Path) -> None:
    file = approved(brought(folder_of(tmp_path, 1), people)[0], people).files.get()
    for change in ({"summary": "Other words."}, {"snapshot_digest": "ab" * 32}):
        assert "the text that was signed or approved" in refused(
            lambda change=change: publish(file, **change)
        )
    publish(file)
    body = PublicationBody.objects.get()
    assert bytes(body.content) == bytes(file.content)


# Numbers


def pcd_paper(number: int) -> str:
    return old_paper(number).replace(f"DMPCD 2013/{number}", f"PCD {number}")


def test_a_number_issued_here_is_refused(people: People, tmp_path: Path) -> None:
    walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_head_of_service")
    batch, report = brought(folder_of(tmp_path, one=pcd_paper(1637)), people)
    assert report.refused[0]["why"] == "This system issued PCD 1637 itself."
    assert batch.files.get().status == Status.REFUSED


def test_a_number_issued_since_the_batch_was_brought_is_refused_by_page_and_database(
    people: People, tmp_path: Path
) -> None:
    batch, _ = brought(folder_of(tmp_path, one=pcd_paper(1637)), people)
    walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "with_head_of_service")
    with pytest.raises(approving.NotNow, match="has issued PCD 1637 itself"):
        approving.approve(batch.pk, by=people["governance"], shown=approving.digest_of(batch))
    digest = approving.digest_of(batch)
    for name in ("governance", "governance2"):
        ArchiveApproval.objects.create(batch=batch, person=people[name], digest=digest)
    rows = ArchiveBatch.objects.filter(pk=batch.pk)
    assert "a number of it was issued here" in refused(lambda: rows.update(approved_at=Now()))


def test_numbering_begins_above_the_archive(people: People, tmp_path: Path) -> None:
    approved(brought(folder_of(tmp_path, one=pcd_paper(1700), old=old_paper(9)), people)[0], people)
    version = walk.bring(walk.draft(made_up(1, "Masts"), people), people, "with_head_of_service")
    assert version.decision.reference == "PCD 1701"
    assert Counter.objects.get().last_number == 1701


def test_a_counter_that_has_begun_is_raised_too(people: People, tmp_path: Path) -> None:
    first = walk.bring(walk.draft(made_up(1, "Masts"), people), people, "with_head_of_service")
    archived(folder_of(tmp_path, one=pcd_paper(1700)), people)
    second = walk.bring(walk.draft(made_up(2, "Boats"), people), people, "with_head_of_service")
    assert [row.decision.number for row in (first, second)] == [1637, 1701]
    counter = Counter.objects.filter(pk=Counter.objects.get().pk)
    assert "counts up by one" in refused(lambda: counter.update(last_number=1703))


def test_the_database_issues_no_number_of_the_archive_and_none_of_a_series_of_the_past(
    people: People, tmp_path: Path
) -> None:
    batch, _ = brought(folder_of(tmp_path, one=pcd_paper(1639)), people)
    approved(batch, people)
    decision = walk.draft(made_up(1, "Masts"), people).decision
    take_number(decision)
    assert decision.number == 1640
    dmpcd = Series.objects.get(key="dmpcd")
    assert "issues no numbers" in refused(
        lambda: Counter.objects.create(series=dmpcd, year=2013, last_number=1)
    )


# The clock and the trail


def test_the_clock_publishes_renders_and_says_so_once(
    people: People, public_client: PublicClient, tmp_path: Path
) -> None:
    batch = approved(brought(folder_of(tmp_path, 1, 2), people)[0], people)
    new = walk.bring(walk.draft(made_up(1, "Masts"), people), people, "published")
    assert [clock.archive(), clock.archive()] == [2, 0]
    assert [row.pk for row in unrendered()][:1] == [new.pk], "a new decision comes first"
    assert public_client.get("/decisions/dmpcd-2013-1.pdf").status_code == 503
    assert clock.render() == 3
    content = public_client.get("/decisions/dmpcd-2013-1.pdf").content
    assert pdf_failures(content) == []
    assert "revenue of E225k per annum" in words(content)
    verbs = [row.verb for row in trail.entries("archive", batch.pk)]
    assert verbs == ["began", "brought", "approved", "approved", "published"]
    assert NumberEvent.objects.filter(key="dmpcd-2013-1").count() == 1


def test_no_word_of_an_old_paper_stands_in_the_trail(people: People, tmp_path: Path) -> None:
    batch = archived(folder_of(tmp_path, one=old_paper(7, word=ARCHIVE_CANARY)), people)
    assert not [row for row in trail.entries("archive", batch.pk) if "store" in str(row.detail)]


def test_a_body_of_before_the_archive_can_still_be_read(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Masts"), people), people, "published")
    data = json.loads(bytes(Publication.objects.get(pk=version.pk).body.content))
    del data["archived"], data["editorial_notes"]
    assert from_bytes(json.dumps(data).encode()).archived is None
