"""The pages of the archive: looked at, corrected, left out and approved, with nothing typed lost."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from decisions.archive import approving
from decisions.models import ArchiveBatch, ArchiveFile
from pcd import trail
from tests.archived import People, approved, brought, folder_of, kept, old_paper
from tests.drafting import error_at, hidden, text_of
from tests.signing import sign_in

pytestmark = pytest.mark.django_db
RIGHT = {
    "reference": "DMPCD 2013/96",
    "title": "Replacement of ladders of store 96",
    "decided_on_day": "4",
    "decided_on_month": "2",
    "decided_on_year": "2013",
    "published_on_day": "1",
    "published_on_month": "2",
    "published_on_year": "2013",
    "addresses": "/what-we-do/dmpcd-2013-96",
}


@pytest.fixture
def batch(people: People, tmp_path: Path) -> ArchiveBatch:
    """A batch of one file that is whole, and one without a reference."""
    nameless = old_paper(5).replace("DMPCD 2013/5", "").replace("DMPCD-2013-5", "a-page")
    early = old_paper(96).replace("Executive", "Date published: 01/02/2013\nExecutive", 1)
    return brought(folder_of(tmp_path, **{"paper-96": early, "nameless": nameless}), people)[0]


def signed_in(people: People, name: str = "governance") -> Client:
    return sign_in(Client(), people[name])


def whole(batch: ArchiveBatch) -> ArchiveFile:
    return batch.files.get(name="paper-96.txt")


def address(name: str, file: ArchiveFile) -> str:
    return reverse(name, kwargs={"archived": file.pk})


def send(client: Client, path: str, **typed: str) -> Any:
    return client.post(path, {**hidden(client, path), **typed})


def test_my_work_names_the_batch_until_i_have_approved_it(people: People, batch: ArchiveBatch) -> None:
    client = signed_in(people)
    assert "Old papers Look at these old decisions and approve them" in text_of(client.get("/"))
    approving.approve(batch.pk, by=people["governance"], shown=approving.digest_of(batch))
    assert "Look at these old decisions" not in text_of(client.get("/"))
    assert "Look at these old decisions" in text_of(signed_in(people, "governance2").get("/"))
    assert "Archive of old decisions" not in text_of(signed_in(people, "officer").get("/"))


def test_a_batch_shows_what_became_of_each_file_and_can_be_narrowed(
    people: People, batch: ArchiveBatch
) -> None:
    client = signed_in(people)
    path = reverse("archive-batch", kwargs={"batch": batch.pk})
    page = text_of(client.get(path))
    assert (
        "1 to be published (1 to be looked at), 0 published, 1 refused, 0 left out · brought by Bram" in page
    )
    assert "DMPCD 2013/96: Replacement of" in page
    assert "No reference was found. Enter it." in page
    assert "DMPCD 2013/96" not in text_of(client.get(f"{path}?show=refused"))
    assert "nameless.txt" not in text_of(client.get(f"{path}?show=doubted"))
    assert "There is no such file in this batch." in text_of(client.get(f"{path}?show=left_out"))


def test_a_file_shows_what_was_read_and_the_page_that_the_public_will_see(
    people: People, batch: ArchiveBatch
) -> None:
    page = text_of(signed_in(people).get(address("archive-file", whole(batch))))
    assert "Date of decision 4 February 2013 4 February 2013" in page
    assert "It was published before it was decided. Check both dates." in page
    assert "1: £1.98m capital in 2013/14" in page
    assert "As it will be published" in page
    assert "revenue of E225k per annum" in page


def test_a_correction_keeps_the_printed_words_and_needs_its_reason(
    people: People, batch: ArchiveBatch
) -> None:
    client, path = signed_in(people), address("archive-correct", whole(batch))
    typed = {**RIGHT, "title": "Ladders"}
    assert error_at(send(client, path, **typed), "why") == "Say why the data is corrected"
    once = {**hidden(client, path), **typed, "why": "It was shortened on the cover."}
    for _ in range(2):  # a second click changes nothing
        answer: Any = client.post(path, once)
        assert answer.status_code == 303
    page = text_of(client.get(answer.url))
    assert (
        "Title: ‘Replacement of ladders of store 96’ is printed, ‘Ladders’ is recorded. It was shortened on the cover."
        in page
    )
    [entry] = trail.entries("archive", batch.pk).filter(verb="corrected")
    assert entry.detail["fields"] == ["title"]
    assert "Ladders" not in str(entry.detail)
    back = send(client, path, **RIGHT, why="The cover is right.")
    assert back.status_code == 303
    assert "is recorded. It was" not in text_of(client.get(back.url))


def test_a_refused_file_is_put_right(people: People, batch: ArchiveBatch) -> None:
    client, file = signed_in(people), batch.files.get(name="nameless.txt")
    typed = {**RIGHT, "reference": "DMPCD 2013/5", "title": file.title, "why": "From the register of 2013."}
    send(client, address("archive-correct", file), **typed)
    file.refresh_from_db()
    assert (file.status, file.key) == ("read", "dmpcd-2013-5")


def test_what_two_people_change_at_once_is_shown_and_nothing_is_overwritten(
    people: People, batch: ArchiveBatch
) -> None:
    one, other, path = (
        signed_in(people),
        signed_in(people, "governance2"),
        address("archive-correct", whole(batch)),
    )
    seen = hidden(one, path)
    send(other, path, **{**RIGHT, "title": "Ladders"}, why="Shorter.")
    late = one.post(path, {**seen, **RIGHT, "title": "Steps", "why": "Other words."})
    assert late.status_code == 409
    page = text_of(late)
    assert "Somebody else has changed this file" in page
    assert "Ladders" in page
    assert "Steps" in page
    assert whole(batch).title == "Ladders"


def test_a_file_is_left_out_with_a_reason_and_put_back(people: People, batch: ArchiveBatch) -> None:
    client, file = signed_in(people), whole(batch)
    assert send(client, address("archive-leave-out", file), why="Published by mistake.").status_code == 303
    assert "Left out Published by mistake." in text_of(client.get(address("archive-file", file)))
    assert send(client, address("archive-correct", file), **RIGHT).status_code == 303
    assert whole(batch).status == "read"


def test_approval_asks_for_the_password_again_and_a_second_person(
    people: People, batch: ArchiveBatch
) -> None:
    path = reverse("archive-approve", kwargs={"batch": batch.pk})
    long_ago = sign_in(Client(), people["governance"], seconds_ago=900)
    asked = long_ago.post(path, {"digest": approving.digest_of(batch).hex()})
    assert asked.status_code == 403
    assert "to approve" in text_of(asked)
    assert batch.approvals.count() == 0
    client = signed_in(people)
    typed = {"digest": client.get(path).context["digest"]}
    for _ in range(2):  # a second click changes nothing
        assert client.post(path, typed).status_code == 303
    assert "It needs the approval of a second person." in text_of(client.get(path))
    second = signed_in(people, "governance2")
    assert second.post(path, typed).status_code == 303
    batch.refresh_from_db()
    assert batch.approved_at is not None
    late = send(client, address("archive-correct", whole(batch)), **{**RIGHT, "title": "Steps"}, why="Late.")
    assert late.status_code == 409
    assert "Two people have approved this batch" in text_of(late)
    assert "Steps" in text_of(late)


def test_approval_names_the_files_that_are_to_be_looked_at(people: People, batch: ArchiveBatch) -> None:
    client = signed_in(people)
    answer = client.get(reverse("archive-approve", kwargs={"batch": batch.pk}))
    page, links = text_of(answer), answer.content.decode()
    assert (
        "DMPCD 2013/96: Replacement of ladders of store 96 . It was published before it was decided." in page
    )
    assert address("archive-file", whole(batch)) in links
    assert "?show=doubted" in links
    assert "nameless" not in page


def test_a_page_of_approval_that_is_out_of_date_approves_nothing(people: People, batch: ArchiveBatch) -> None:
    client, path = signed_in(people), reverse("archive-approve", kwargs={"batch": batch.pk})
    typed = {"digest": client.get(path).context["digest"]}
    send(client, address("archive-correct", whole(batch)), **{**RIGHT, "title": "Ladders"}, why="Shorter.")
    late = client.post(path, typed)
    assert late.status_code == 409
    assert "The batch has changed since you opened the page." in text_of(late)
    assert client.post(path, {"digest": "no digest"}).status_code == 409
    assert batch.approvals.count() == 0


def test_a_batch_that_is_published_says_so(people: People, batch: ArchiveBatch) -> None:
    approved(batch, people)
    page = text_of(signed_in(people).get(reverse("archive-batch", kwargs={"batch": batch.pk})))
    assert "Bram Fairweather approved it" in page
    assert "Rosalind Thackray approved it" in page
    assert "Two people have approved this batch. Its decisions are being published." in page


def test_a_marked_paper_is_archived_only_where_somebody_said_why_it_is_open(people: People) -> None:
    marking = "OFFICIAL-SENSITIVE [COMMERCIAL]"
    file = kept(old_paper(96).replace("Title: ", f"Protective marking: {marking}\nTitle: ", 1), people)
    assert "say why it is open in ‘Correct the data’" in file.why
    client, path = signed_in(people), address("archive-correct", file)
    typed = {**RIGHT, "reference": file.reference, "title": file.title, "open": "on"}
    assert error_at(send(client, path, **{**typed, "why": ""}), "why") == "Say why the data is corrected"
    why = "It was on the old site from 2013."
    assert send(client, path, **{**typed, "why": why}).status_code == 303
    file.refresh_from_db()
    assert file.status == file.Status.READ
    assert why in bytes(file.content).decode()
    approver = text_of(signed_in(people, "governance2").get(address("archive-file", file)))
    assert f"It is marked {marking}. Check the reason given why it is open." in approver
