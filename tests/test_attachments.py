"""Files that go with a paper: the part is chosen first, Part 2 is sealed, Part 1 is published as it was signed."""

import hashlib
import json
import tempfile
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from approvals import clock, outbox
from approvals.acts import part1_of
from approvals.advice import consulted
from approvals.clearing import findings
from approvals.demo import walk
from approvals.demo.papers import PCD_1637, SETTLEMENT
from approvals.models import Notice
from decisions import part2_files, pdf, policy
from decisions.checks.completeness import findings as missing
from decisions.models import (
    Access,
    Attachment,
    AttachmentCheck,
    AttachmentContent,
    Contributor,
    Part2File,
    Part2FileContent,
    Part2Reading,
    PublicationAttachment,
    Version,
)
from decisions.opening import LARGEST
from decisions.snapshot import component_digests
from tests.attached import TABLE, attach, picture, seal, signed_pdf, workbook
from tests.attached import pdf as pdf_file
from tests.drafting import again, error_at, hidden, save, signed_in, text_of, url
from tests.pages import assert_valid_html, pdf_failures
from tests.public import AsPublic, PublicClient
from tests.test_attaching import HOSTILE, NOT_PUBLISHED

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def whole_once(stage: walk.People) -> Version:
    """A complete paper with a Part 2."""
    return walk.draft(PCD_1637, stage)


@pytest.fixture
def whole(db: None, whole_once: Version) -> Version:
    """That paper, as stored; what a test attaches to it is undone with it."""
    return again(whole_once)


def bring(client: Client, address: str, name: str, content: bytes, **typed: Any) -> Any:
    """Open the page of an upload and send a file with it."""
    sent = {"title": "Price table", "file": SimpleUploadedFile(name, content), **typed}
    return client.post(address, {**hidden(client, address), **sent})


def to_part1(client: Client, version: Version, name: str, content: bytes, **typed: Any) -> Any:
    return bring(client, url("attachment-bring", version), name, content, **typed)


def to_part2(client: Client, version: Version, name: str, content: bytes, **typed: Any) -> Any:
    paper = version.part2_papers.get().pk
    return bring(client, url("part2-file-add", version, paper=paper), name, content, **typed)


def colleague(version: Version, people: walk.People, *accesses: Access) -> Client:
    """Return a second officer who was let into the paper by name."""
    person = people["officer2"]
    policy.grant(version.decision, [person], *accesses, reason="Named", source="test", by=people["officer"])
    return signed_in(person)


def test_the_part_is_asked_before_the_file_and_is_part_2_unless_said_otherwise(
    officer: Client, whole: Version
) -> None:
    address = url("attachment-add", whole)
    page = officer.get(address).content.decode()
    paper = whole.part2_papers.get().pk
    assert 'type="file"' not in page
    assert f'value="{paper}" checked' in page
    assert save(officer, address, part=str(paper)).url == url("part2-file-add", whole, paper=paper)
    assert save(officer, address, part="part1").url == url("attachment-bring", whole)
    assert "Select an answer to" in error_at(save(officer, address), "part")


def test_part_2_asks_for_its_paper_first(officer: Client, paper: Version) -> None:
    answer = save(officer, url("attachment-add", paper), part="part2")
    assert answer.url == url("paper-part2-edit", paper)
    assert "Add the Part 2 paper first" in text_of(officer.get(answer.url))


def test_a_table_is_attached_changed_moved_removed_and_handed_out(officer: Client, whole: Version) -> None:
    added = to_part1(officer, whole, "costs.csv", b"a;b\n1;=2\n", title="Costs")
    assert "In 1 cell an apostrophe stands before the text" in text_of(officer.get(added.url))
    assert to_part1(officer, whole, "prices.pdf", pdf_file(), title="Prices").status_code == 303
    first, second = Attachment.objects.filter(version=whole)
    page = officer.get(url("paper-attachments", whole))
    assert "Costs CSV table" in text_of(page)
    assert_valid_html(page.content.decode())

    assert save(officer, url("attachment", whole, row=first.pk), title="Costs 2027/28").status_code == 303
    officer.post(url("attachment-move", whole, row=second.pk), {"to": "1"})
    assert [row.title for row in Attachment.objects.filter(version=whole)] == ["Prices", "Costs 2027/28"]

    file = officer.get(url("attachment-file", whole, file="2-costs-202728.csv"))
    assert file.content == b"a,b\r\n1,'=2\r\n"
    assert file["Content-Disposition"] == 'attachment; filename="2-costs-202728.csv"'
    assert (file["Content-Type"], file["X-Content-Type-Options"]) == ("text/csv; charset=utf-8", "nosniff")
    assert "no-store" in file["Cache-Control"]
    assert officer.get(url("attachment-file", whole, file="1-costs.csv")).status_code == 404

    officer.post(url("attachment-remove", whole, row=first.pk))
    assert [row.title for row in Attachment.objects.filter(version=whole)] == ["Prices"]
    assert AttachmentContent.objects.count() == 1


def test_a_second_click_attaches_no_second_file(officer: Client, whole: Version) -> None:
    new = str(uuid4())
    answers = [to_part1(officer, whole, "a.csv", TABLE, new=new) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert Attachment.objects.count() == 1
    sealed = [to_part2(officer, whole, "a.csv", TABLE, new=new) for _ in range(2)]
    assert [answer.status_code for answer in sealed] == [303, 303]
    assert Part2File.objects.count() == 1


def test_a_refused_file_is_said_at_its_field_and_nothing_of_it_is_stored(
    officer: Client, whole: Version
) -> None:
    address = url("attachment-bring", whole)
    for name, content, sentence in (*HOSTILE.values(), *NOT_PUBLISHED.values()):
        sent = {"title": "Price table", "file": SimpleUploadedFile(name, content)}
        answer: Any = officer.post(address, sent)
        assert answer.status_code == 200
        assert sentence in error_at(answer, "file") or "must be smaller" in error_at(answer, "file"), name
        assert 'value="Price table"' in answer.content.decode()
    assert (Attachment.objects.count(), AttachmentContent.objects.count()) == (0, 0)


def test_more_than_is_taken_in_is_refused_in_words_by_both_parts(officer: Client, whole: Version) -> None:
    content = b"a" * (LARGEST + 200_000)
    for answer in (to_part1(officer, whole, "a.csv", content), to_part2(officer, whole, "a.csv", content)):
        assert error_at(answer, "file") == "The file must be smaller than 25 MB"
    assert "Choose a file" in text_of(save(officer, url("attachment-bring", whole), title="x"))


def test_no_byte_of_an_upload_lies_on_a_disk_outside_the_database(
    officer: Client, whole: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a file was written")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    rows = b"2027,5\n" * (LARGEST // 8)
    assert to_part2(officer, whole, "a.csv", rows).status_code == 303
    assert part2_files.content(Part2File.objects.get()) == rows


def test_each_chosen_sheet_of_an_excel_file_is_published_as_a_table(officer: Client, whole: Version) -> None:
    book = workbook(lambda _: None, "Costs", "Prices", "Notes")
    refused = to_part1(officer, whole, "a.xlsx", book)
    assert "has the sheets Costs, Prices and Notes" in error_at(refused, "file")
    assert to_part1(officer, whole, "a.xlsx", book, sheets="Prices\r\nCosts\r\n").status_code == 303
    assert [row.title for row in Attachment.objects.filter(version=whole)] == [
        "Price table: Prices",
        "Price table: Costs",
    ]


def test_what_not_everyone_can_read_asks_for_another_version_or_a_reason(
    officer: Client, whole: Version
) -> None:
    answer = to_part1(officer, whole, "scan.pdf", pdf_file(tagged=False), title="Scan")
    scan = Attachment.objects.get()
    assert answer.url == url("attachment", whole, row=scan.pk)
    assert [row.sentence for row in missing(again(whole))] == [
        "Attachment 1, Scan: it has no tags, so name its accessible version, or say why there is none."
    ]
    table = attach(whole, whole.drafting_officer)
    both = {"title": "Scan", "accessible_version": str(table.pk), "reason": "It is a scan."}
    assert "Delete this reason" in error_at(save(officer, answer.url, **both), "reason")
    assert save(officer, answer.url, **{**both, "reason": ""}).status_code == 303
    assert missing(again(whole)) == []
    page = text_of(officer.get(url("paper-preview", whole)))
    assert "Its accessible version is attachment 2, Price table." in page

    officer.post(url("attachment-remove", whole, row=table.pk))
    assert [row.part for row in missing(again(whole))] == [f"attachment:{scan.pk}"]
    save(officer, answer.url, title="Scan", accessible_version="", reason="It is a scan.")
    assert missing(again(whole)) == []


def test_a_picture_says_what_it_shows(officer: Client, whole: Version) -> None:
    answer = to_part1(officer, whole, "map.jpg", picture("JPEG"), title="Map")
    assert "What does the picture show?" in text_of(officer.get(answer.url))
    save(officer, answer.url, title="Map", accessible_version="", reason="The masts stand in a ring.")
    assert missing(again(whole)) == []
    assert "What it shows: The masts stand in a ring." in text_of(officer.get(url("paper-preview", whole)))


def test_what_goes_out_as_it_is_is_checked_by_a_second_person_who_does_not_write_by_it(
    officer: Client, people: walk.People, whole: Version
) -> None:
    lease = signed_pdf()
    assert to_part1(officer, whole, "lease.pdf", lease, as_it_is="true").status_code == 303
    row = Attachment.objects.get()
    address = url("attachment-check", whole, row=row.pk)
    assert "a second person has to look at it" in missing(again(whole))[0].sentence
    assert officer.post(address).status_code == 409
    assert "somebody else has to check it" in text_of(officer.get(address))

    assert clock.ask_to_check() == 0, "nobody else may read it yet"
    second = colleague(whole, people, Access.PART1)
    assert [clock.ask_to_check(), clock.ask_to_check()] == [1, 0]
    told = Notice.objects.get(asks="check")
    assert (told.person, "Price table" in outbox.message([told]).body) == (people["officer2"], False)
    assert "Check a file that goes out as it is" in text_of(second.get(reverse("my-work")))
    assert "Check a file" not in text_of(officer.get(reverse("my-work")))
    assert "Check ‘Price table’, which goes out as it is" in text_of(second.get(url("paper", whole)))
    page = second.get(address)
    assert "1 comment or mark on its pages" in text_of(page)
    assert_valid_html(page.content.decode())
    before = component_digests(again(whole))["attachments"]
    assert [second.post(address).status_code for _ in range(2)] == [303, 303]

    assert AttachmentCheck.objects.get().person == people["officer2"]
    assert clock.ask_to_check() == 0
    assert "Check a file" not in text_of(second.get(reverse("my-work")))
    assert missing(again(whole)) == []
    assert not Contributor.objects.filter(version=whole, person=people["officer2"]).exists()
    assert component_digests(again(whole))["attachments"] == before, "advice on the file stands"
    assert bytes(row.stored.content) == lease


def test_the_database_lets_nobody_check_their_own_file_or_change_its_bytes(
    people: walk.People, whole: Version
) -> None:
    signed = attach(whole, people["officer"], signed_pdf(), "pdf", as_it_is=True)
    plain = attach(whole, people["officer"])
    for change in (
        lambda: AttachmentCheck.objects.create(attachment=signed, person=people["officer"]),
        lambda: AttachmentCheck.objects.create(attachment=plain, person=people["officer2"]),
        lambda: AttachmentContent.objects.filter(attachment=plain).update(content=b"other"),
        lambda: Attachment.objects.filter(pk=plain.pk).update(digest=b"other"),
        lambda: attach(whole, people["officer"], b"bytes", digest=b"others"),
        lambda: attach(whole, people["officer"], b"bytes", "docx"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_file_of_part_2_is_sealed_and_each_look_at_it_is_noted(officer: Client, whole: Version) -> None:
    content = b"Reseller,Quillfeather\n"
    answer = to_part2(officer, whole, "Quillfeather.csv", content, title="Quillfeather prices")
    assert answer.url == url("paper-part2-files", whole)
    file = Part2File.objects.get()
    assert part2_files.holds(file)
    with connection.cursor() as cursor:
        cursor.execute("SELECT about, commitment FROM decisions_part2file")
        stored = b"".join(bytes(value) for value in cursor.fetchone())
    assert b"Quillfeather" not in stored + bytes(Part2FileContent.objects.get().ciphertext)

    page = text_of(officer.get(answer.url))
    assert "Quillfeather prices Quillfeather.csv. CSV table, 1 kB" in page
    opened = officer.get(url("part2-file-open", whole, row=file.pk))
    assert opened.content == content
    assert opened["Content-Disposition"] == 'attachment; filename="Quillfeather.csv"'
    assert [row.how for row in Part2Reading.objects.all()] == ["download", "view"]

    save(officer, url("part2-file", whole, row=file.pk), title="Other prices")
    assert part2_files.about(Part2File.objects.get()).title == "Other prices"
    assert part2_files.holds(Part2File.objects.get())
    assert "Other prices" in text_of(officer.get(url("paper-part2", whole)))
    for name in ("paper-attachments", "paper-check", "paper", "paper-preview", "paper-history"):
        words = officer.get(url(name, whole)).content.decode()
        assert "Quillfeather" not in words, name
        assert "Other prices" not in words, name
    assert "Part 2 has 1 file" in text_of(officer.get(url("paper-attachments", whole)))
    assert "1 file, sealed" in text_of(officer.get(url("paper-check", whole)))


def test_without_a_grant_for_part_2_its_files_are_missing_and_none_is_added(
    officer: Client, people: walk.People, whole: Version
) -> None:
    to_part2(officer, whole, "a.csv", TABLE)
    file, paper = Part2File.objects.get(), whole.part2_papers.get()
    client = colleague(whole, people, Access.PART1, Access.EDIT)

    assert "Part 2:" not in text_of(client.get(url("attachment-add", whole)))
    refused = client.post(url("attachment-add", whole), {"part": str(paper.pk)})
    assert "Select one of the answers" in error_at(refused, "part")
    assert "Open the files of Part 2" not in text_of(client.get(url("paper-attachments", whole)))
    for address in (
        url("paper-part2-files", whole),
        url("part2-file-add", whole, paper=paper.pk),
        url("part2-file", whole, row=file.pk),
        url("part2-file-remove", whole, row=file.pk),
        url("part2-file-open", whole, row=file.pk),
    ):
        assert client.get(address).status_code == 404
        assert client.post(
            address, {"title": "x", "file": SimpleUploadedFile("a.csv", TABLE)}
        ).status_code in (
            404,
            405,
        )
    assert client.post(url("part2-file-move", whole, row=file.pk), {"to": "1"}).status_code == 404
    assert Part2File.objects.count() == 1
    assert to_part1(client, whole, "a.csv", TABLE).status_code == 303


def test_a_submitted_paper_keeps_its_files_whoever_asks(people: walk.People, whole: Version) -> None:
    row = attach(whole, people["officer"])
    file = seal(whole.part2_papers.get(), "Prices")
    version = walk.bring(again(whole), people, "with_head_of_service")
    for change in (
        lambda: attach(version, people["officer"]),
        lambda: seal(version.part2_papers.get(), "More"),
        lambda: part2_files.rename(file, "Other"),
        lambda: Attachment.objects.filter(pk=row.pk).update(title="Other"),
        lambda: Attachment.objects.filter(pk=row.pk).delete(),
        lambda: AttachmentContent.objects.filter(attachment=row).delete(),
        lambda: Part2FileContent.objects.filter(file=file).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    late = to_part1(signed_in(people["officer"]), version, "a.csv", TABLE)
    assert late.status_code in (404, 409)


def test_an_attachment_lets_the_advice_on_figures_and_terms_fall(people: walk.People, whole: Version) -> None:
    walk.advise(whole, people, "finance", "legal", "equality")
    attach(whole, people["officer"])
    held = {area for area in ("finance", "legal", "equality") if area in consulted(again(whole))}
    assert held == {"equality"}


def test_a_paper_without_files_has_the_very_bytes_that_it_had_before_there_were_files(whole: Version) -> None:
    names = component_digests(again(whole))
    assert not [name for name in names if name.startswith("attachment")]
    assert part1_of(again(whole)).attachments == ()


def test_the_leak_check_reads_the_files_of_both_parts(people: walk.People, whole: Version) -> None:
    seal(whole.part2_papers.get(), "Prices", content=b'Broker,Price\nTamarisk Hollow Brokers,"1,234,567"\n')
    assert not [hit for hit in findings(again(whole)) if hit.found == "Tamarisk Hollow Brokers"]
    attach(whole, people["officer"], b"Paid to,What\nTamarisk Hollow Brokers,Advice\n")
    attach(whole, people["officer"], pdf_file("It costs £1,234,567."), "pdf", accessible=True)
    found = {hit.found for hit in findings(again(whole))}
    assert {"Tamarisk Hollow Brokers", "1,234,567"} <= found


def test_a_file_that_the_leak_check_cannot_read_has_to_be_looked_at(
    people: walk.People, whole: Version
) -> None:
    attach(whole, people["officer"], picture(), "png", reason="Tamarisk Hollow Brokers at work.")
    attach(whole, people["officer"])
    seal(whole.part2_papers.get(), "Tamarisk Hollow Brokers", content=b"")
    found = {hit.found for hit in findings(again(whole))}
    assert {
        "Attachment 1",
        "The file ‘Tamarisk Hollow Brokers’ of Part 2",
        "Tamarisk Hollow Brokers",
    } <= found
    assert "Attachment 2" not in found

    version = walk.bring(again(whole), people, "decided")
    page = signed_in(people["governance"]).get(url("act", version, action="clear_for_publication"))
    assert "Attachment 1 could not be read by the check, or not all of it. Look at it." in text_of(page)
    assert_valid_html(page.content.decode())


@pytest.fixture
def published(people: walk.People, whole: Version) -> Version:
    """The paper, published with a table and a scan."""
    attach(whole, people["officer"], title="Price table 2027/28")
    attach(whole, people["officer"], pdf_file(tagged=False), "pdf", title="Scan", reason="It is a scan.")
    seal(whole.part2_papers.get(), "Quillfeather prices")
    return walk.bring(again(whole), people, "published")


def test_a_published_file_is_fetched_by_its_address_and_listed_with_its_digest(
    public_client: PublicClient, published: Version
) -> None:
    page = public_client.get("/decisions/pcd-1637/")
    assert "Price table 2027/28 (CSV table, 1 kB)" in text_of(page)
    assert "Not everyone can read this file: It is a scan." in text_of(page)
    assert 'href="/decisions/pcd-1637/attachments/1-price-table-202728.csv"' in page.content.decode()
    assert_valid_html(page.content.decode())

    file = public_client.get("/decisions/pcd-1637/attachments/1-price-table-202728.csv")
    assert file.content == TABLE
    assert file["Content-Disposition"] == 'attachment; filename="pcd-1637-1-price-table-202728.csv"'
    assert (file["Content-Type"], file["X-Content-Type-Options"]) == ("text/csv; charset=utf-8", "nosniff")
    assert (
        public_client.get(
            "/decisions/pcd-1637/attachments/1-price-table-202728.csv",
            headers={"if-none-match": file["ETag"]},
        ).status_code
        == 304
    )
    other: Any = public_client.get("/decisions/PCD1637/attachments/2-scan.pdf")
    assert (other.status_code, other.url) == (301, "/decisions/pcd-1637/attachments/2-scan.pdf")
    assert public_client.get("/decisions/pcd-1637/v1/attachments/2-scan.pdf").status_code == 200
    assert public_client.get("/decisions/pcd-1637/attachments/3-quillfeather-prices.csv").status_code == 404

    data = json.loads(public_client.get("/decisions/pcd-1637.json").content)
    assert data["attachments"][0]["digest"] == hashlib.sha256(TABLE).hexdigest()
    assert data["attachments"][0]["url"].endswith(
        "/decisions/pcd-1637/v1/attachments/1-price-table-202728.csv"
    )
    assert [row["file"] for row in data["decision"]["attachments"]] == [
        "1-price-table-202728.csv",
        "2-scan.pdf",
    ]
    assert "Quillfeather" not in json.dumps(data)


def test_the_pdf_of_the_decision_lists_the_files(published: Version) -> None:
    made = pdf.render(part1_of(published), published_at=published.created_at)
    assert pdf_failures(made) == []


def test_nothing_but_what_was_signed_crosses_the_wall_and_all_of_it_does(
    people: walk.People, whole: Version, as_public: AsPublic
) -> None:
    attach(whole, people["officer"])
    version = walk.bring(again(whole), people, "cleared")
    with transaction.atomic():
        walk.publish(version, people)
        kept = PublicationAttachment.objects.get()
        values = {"publication_id": version.pk, "media_type": "text/csv"}
        for fields in (
            {"file": "2-more.csv", "content": b"more", "digest": hashlib.sha256(b"more").digest(), "size": 4},
            {"file": "2-more.csv", "content": TABLE, "digest": bytes(kept.digest), "size": len(TABLE)},
            {"file": kept.file, "content": b"more", "digest": bytes(kept.digest), "size": 4},
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                PublicationAttachment.objects.create(**values, **fields)
        for change in (kept.delete, lambda: PublicationAttachment.objects.update(file="x")):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()
        with as_public():
            assert bytes(PublicationAttachment.objects.get().content) == TABLE
            with pytest.raises(DatabaseError):
                AttachmentContent.objects.exists()
        transaction.set_rollback(True)


def test_a_version_is_not_published_without_its_files(
    people: walk.People, whole: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    attach(whole, people["officer"])
    version = walk.bring(again(whole), people, "cleared")
    monkeypatch.setattr(PublicationAttachment.objects, "create", lambda **_: None)
    with pytest.raises(DatabaseError, match="an attachment has not been published"), transaction.atomic():
        walk.publish(version, people)


def test_a_decision_of_which_only_a_notice_is_published_attaches_its_files_to_part_2(
    people: walk.People, db: None
) -> None:
    version = walk.draft(SETTLEMENT, people)
    seal(version.part2_papers.get(), "Advice")
    assert missing(again(version)) == []
    attach(version, people["officer"])
    assert [row.sentence for row in missing(again(version))] == [
        "Only a notice of this decision is published, so move attachment 1, Price table, to Part 2."
    ]
