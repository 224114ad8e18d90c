"""Advice with evidence: a request handed on to a colleague, files both ways, words for the paper's people only."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.db.models.functions import Now
from django.urls import reverse

from approvals import advice, due, questions
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import AdviceRequest, Enclosure, Notice
from approvals.workflow import Refused, perform
from decisions import policy
from decisions.models import Access, Contributor, Part2Reading, Version
from decisions.snapshot import load
from pcd.people.models import Holding, Office, User
from tests.drafting import signed_in, text_of

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
WITH_PART2 = replace(made_up(1, "Signal masts"), part2=CUSTODY)


@pytest.fixture
def colleague(people: People) -> User:
    """A second legal adviser."""
    other = User.objects.create_user("legal2", full_name="Anselm Greaves", email="legal2@pcd.example")
    Holding.objects.create(office=Office.objects.get(key="legal"), person=other)
    return other


@pytest.fixture
def version(people: People) -> Version:
    """A paper with a Part 2 on which the legal adviser is asked, reads Part 2 and writes their section."""
    version = walk.draft(WITH_PART2, people)
    perform(version.pk, "request_advice", by=people["officer"], adviser=people["legal"], area="legal",
            with_part2=True, writes=True, message="Is it lawful?")  # fmt: skip
    return load(version.pk)


def hand_on(version: Version, people: People, to: User, reason: str = "") -> None:
    perform(version.pk, "hand_advice_on", by=people["legal"], to=to, reason=reason)


def test_the_colleague_answers_reads_and_writes_in_the_place_of_the_adviser(
    version: Version, people: People, colleague: User
) -> None:
    before = due.of(version, questions.of(version))
    hand_on(version, people, colleague, "On leave.")
    version = load(version.pk)
    assert advice.unanswered(version, people["legal"]) is None
    request = advice.unanswered(version, colleague)
    assert request is not None
    assert (request.message, request.with_part2) == ("Is it lawful?", True)
    assert due.of(version, questions.of(version))[request.pk] == next(iter(before.values()))
    for access in (Access.PART1, Access.PART2):
        assert policy.may(colleague, access, version.decision)
        assert not policy.may(people["legal"], access, version.decision)
    pen = advice.pen_of(version, "legal")
    assert pen is not None
    assert pen.person == colleague
    assert due.awaited(version) == [request]
    assert Notice.objects.filter(asks="advise", person=colleague).count() == 1
    perform(
        version.pk, "give_advice", by=colleague, outcome="content", digest=advice.shown(version, colleague)
    )
    assert "legal" in advice.consulted(load(version.pk))
    page = text_of(signed_in(people["officer"]).get(reverse("paper", args=[version.decision_id])))
    assert "Handed on to Anselm Greaves" in page
    assert "Handed on by Dorian Peake" in page


def test_who_hands_on_lands_on_my_work_and_finds_the_paper_closed(
    version: Version, people: People, colleague: User
) -> None:
    client = signed_in(people["legal"])
    address = reverse("act", args=[version.decision_id, "hand_advice_on"])
    answer: Any = client.post(address, {"to": str(colleague.pk), "reason": ""})
    assert (answer.status_code, answer.url) == (303, reverse("my-work"))
    assert client.get(reverse("paper", args=[version.decision_id])).status_code == 404


def test_it_goes_to_nobody_who_has_a_part_in_the_paper_or_another_office(
    version: Version, people: People, colleague: User
) -> None:
    for other in (people["finance"], people["officer2"]):
        with pytest.raises(Refused, match="Choose a colleague in that office"):
            hand_on(version, people, other)
    Contributor.objects.create(version=version, person=colleague)
    with pytest.raises(Refused, match="Nobody else in that office"):
        hand_on(version, people, colleague)
    had = AdviceRequest.objects.get()
    with pytest.raises(DatabaseError, match="to somebody who did not write it"), transaction.atomic():
        AdviceRequest.objects.create(version=version, area="legal", adviser=colleague, handed_from=had,
                                     asked_by=people["officer"])  # fmt: skip


def test_who_has_answered_hands_nothing_on(version: Version, people: People, colleague: User) -> None:
    perform(version.pk, "give_advice", by=people["legal"], outcome="content",
            digest=advice.shown(version, people["legal"]))  # fmt: skip
    client = signed_in(people["legal"])
    assert client.get(reverse("act", args=[version.decision_id, "hand_advice_on"])).status_code == 404


def test_a_request_handed_on_twice_shows_the_chain(version: Version, people: People, colleague: User) -> None:
    third = User.objects.create_user("legal3", full_name="Isolde Brandt")
    Holding.objects.create(office=Office.objects.get(key="legal"), person=third)
    hand_on(version, people, colleague)
    perform(version.pk, "hand_advice_on", by=colleague, to=third, reason="")
    assert [row.label for row in advice.standings(load(version.pk))] == [
        "Handed on to Anselm Greaves",
        "Handed on to Isolde Brandt",
        "Asked",
    ]


def leave(person: User) -> None:
    Holding.objects.filter(person=person).update(until=Now())


def test_who_keeps_the_paper_hands_on_what_was_asked_of_somebody_who_left(
    version: Version, people: People, colleague: User
) -> None:
    client, address = (
        signed_in(people["officer"]),
        reverse("act", args=[version.decision_id, "hand_advice_on"]),
    )
    assert client.get(address).status_code == 404, "the adviser is there"
    leave(people["legal"])
    assert "Who answers in the place of Dorian Peake?" in text_of(client.get(address))
    for name in ("officer2", "head", "finance"):
        assert signed_in(people[name]).get(address).status_code == 404, name
    assert [client.post(address, {"to": str(colleague.pk)}).status_code for _ in range(2)] == [303, 303]
    version = load(version.pk)
    request, pen = advice.unanswered(version, colleague), advice.pen_of(version, "legal")
    assert request is not None
    assert (request.message, pen and pen.person) == ("Is it lawful?", colleague)
    assert policy.may(colleague, Access.PART2, version.decision)


# Files, and the inner part


def csv(name: str, words: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, f"{words},1\r\n".encode(), "text/csv")


def advised(version: Version, people: People) -> None:
    """Let the officer ask finance with two files, and finance and legal answer with a file and inner words each."""
    client, key = signed_in(people["officer"]), version.decision_id
    address = reverse("act", args=[key, "request_advice"])
    finance = next(
        value
        for value, name in client.get(address).context["form"].fields["adviser"].choices
        if "Finance" in name
    )
    asked = {
        "adviser": finance,
        "with_part2": "no",
        "file": [csv("a.csv", "begonia"), csv("b.csv", "crocus")],
    }
    assert client.post(address, asked).status_code == 303
    for name, word in (("finance", "dahlia"), ("legal", "edelweiss")):
        client = signed_in(people[name])
        typed = {
            "outcome": "content",
            "inner": f"The {word} budget is thin.",
            "file": csv(f"{word}.csv", word),
        }
        typed["digest"] = advice.shown(load(version.pk), people[name])
        assert client.post(reverse("act", args=[key, "give_advice"]), typed).status_code == 303


def files_of(person: User, version: Version) -> dict[str, str]:
    """Return what this person can open by the links of the paper's page, by the file's name."""
    client = signed_in(person)
    page = client.get(reverse("paper", args=[version.decision_id]))
    rows = page.context["advice"] if page.status_code == 200 else []
    files = [one for row in rows for side in (row.brought, row.enclosed) if side for one in side.files]
    found = {}
    for one in files:
        answer = client.get(reverse("enclosure", args=[version.decision_id, one.id]))
        assert answer.status_code == 200
        found[one.name] = answer.content.decode().split(",")[0]
    return found


def test_files_go_both_ways_and_only_the_papers_people_open_them(version: Version, people: People) -> None:
    advised(version, people)
    walk.advise(version, people, "finance", "legal")
    version = walk.bring(load(version.pk), people, "with_chief_executive")
    open_to_all = {"dahlia.csv": "dahlia"}
    everything = {"a.csv": "begonia", "b.csv": "crocus", **open_to_all, "edelweiss.csv": "edelweiss"}
    for name in ("officer", "legal", "head", "chief"):
        assert files_of(people[name], version) == everything, name
    assert files_of(people["governance"], version) == {}, "the governance team keeps the register"
    for row in Enclosure.objects.all():
        address = reverse("enclosure", args=[version.decision_id, row.pk])
        for name in ("governance", "governance2", "auditor", "admin", "officer2", "dmpc"):
            assert signed_in(people[name]).get(address).status_code == 404, name


def test_the_inner_part_is_read_by_the_papers_people_and_sealed(version: Version, people: People) -> None:
    advised(version, people)
    stored = b"".join(bytes(row.ciphertext) for row in Enclosure.objects.all())
    assert not [word for word in (b"dahlia", b"edelweiss", b"begonia") if word in stored]

    def reads(name: str) -> tuple[bool, bool]:
        page = text_of(signed_in(people[name]).get(reverse("paper", args=[version.decision_id])))
        return "The dahlia budget" in page, "The edelweiss budget" in page

    assert reads("officer") == (True, True)
    assert reads("finance") == (True, False), "who may not read Part 2 reads nothing of who may"
    readings = Part2Reading.objects.filter(person=people["officer"], how="view").count()
    assert readings > 0
    version = walk.bring(version, people, "with_head_of_service")
    assert reads("governance") == (False, False)


def test_a_file_of_part_2_is_marked_in_the_diary_when_it_is_opened(version: Version, people: People) -> None:
    advised(version, people)
    before = Part2Reading.objects.filter(person=people["officer"], how="download").count()
    files_of(people["officer"], version)
    assert Part2Reading.objects.filter(person=people["officer"], how="download").count() == before + 3


def test_a_file_that_nobody_takes_is_refused_in_words_and_nothing_typed_is_lost(
    version: Version, people: People
) -> None:
    client = signed_in(people["legal"])
    typed = {
        "outcome": "with_conditions",
        "text": "Only after the audit.",
        "digest": advice.shown(version, people["legal"]),
        "file": SimpleUploadedFile("run.csv", b"MZ\x90\x00x"),
    }
    page = client.post(reverse("act", args=[version.decision_id, "give_advice"]), typed)
    assert page.status_code == 200
    assert "run.csv" in text_of(page)
    assert "Only after the audit." in page.content.decode()
    assert not Enclosure.objects.exists()
