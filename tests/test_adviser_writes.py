"""An adviser writes the section that they were asked for, and only it; until it is taken back, nobody else does."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from approvals.advice import shown, standings
from approvals.demo import walk
from approvals.demo.papers import PCD_1637, made_up
from approvals.workflow import Refused, perform
from decisions.drafting import writes
from decisions.drafting.pages import SECTION, seen_of
from decisions.models import Pen, Revision, State, Version
from decisions.snapshot import load
from pcd import trail
from pcd.people.models import Holding, Role, User
from tests.drafting import again, hidden, save, signed_in, text_of, url

pytestmark = pytest.mark.django_db
TYPED = {"treatment": "text", "reason": ""}


def asked(version: Version, people: walk.People, area: str = "legal", **more: Any) -> Version:
    """Ask the demo adviser of this area for advice, and to write the section."""
    about = {"adviser": people[area], "area": area, "with_part2": False, "writes": True, **more}
    return perform(version.pk, "request_advice", by=people["officer"], **about)


@pytest.fixture
def version(people: walk.People) -> Version:
    """A paper whose legal section the legal adviser writes."""
    return asked(walk.draft(made_up(1, "Lockers"), people), people)


@pytest.fixture
def legal(people: walk.People) -> Client:
    """The legal adviser, signed in."""
    return signed_in(people["legal"])


def section(version: Version, kind: str = "legal") -> str:
    return url("paper-section", version, kind=kind)


def stored(version: Version, kind: str = "legal") -> list[str]:
    return list(again(version).sections.get(kind=kind).paragraphs.values_list("text", flat=True))


def test_the_adviser_writes_their_section_and_drafts_nothing(
    version: Version, legal: Client, people: walk.People
) -> None:
    assert "Write the section and give advice (legal adviser)" in text_of(legal.get(reverse("my-work")))
    assert "Write section 4. Legal Comments" in text_of(legal.get(url("paper", version)))

    answer = save(legal, section(version), text="The power is section 1.", **TYPED)

    assert (answer.status_code, answer.url) == (303, url("paper", version))
    assert stored(version) == ["The power is section 1."]
    assert people["legal"] not in {row.person for row in again(version).contributors.all()}
    last = Revision.objects.filter(version=version)[0]
    assert (last.person, last.part) == (people["legal"], "section:legal")


def test_the_adviser_writes_nothing_else(version: Version, legal: Client) -> None:
    for address in (
        section(version, "financial"),
        url("paper-part", version, part="summary"),
        url("recommendation-add", version),
        url("section-take-back", version, kind="legal"),
    ):
        for answer in (legal.get(address), legal.post(address, {"text": "Mine now.", **TYPED})):
            assert answer.status_code == 404, address


def test_the_drafter_reads_who_writes_it_and_cannot(
    version: Version, officer: Client, people: walk.People
) -> None:
    before = stored(version)

    page = text_of(officer.get(section(version)))
    answer = officer.post(section(version), {"text": "The officer's words.", "seen": "", **TYPED})

    assert f"{people['legal'].full_name} (legal adviser) writes this section, since" in page
    assert before[0] in page
    assert answer.status_code == 409
    assert "Somebody else writes this section now" in text_of(answer)
    assert "The officer's words." in text_of(answer)
    assert stored(version) == before
    assert "With an adviser" in text_of(officer.get(url("paper", version)))


def test_a_save_that_passed_the_page_before_the_pen_was_given_is_refused_in_words(
    version: Version, people: walk.People
) -> None:
    row = SECTION.find(version, "legal")
    about: dict[str, Any] = {
        "page": SECTION,
        "version": version,
        "pk": "legal",
        "seen": seen_of(SECTION.read(row)),
    }
    for name in ("officer", "finance"):
        with pytest.raises(writes.SomebodyElses):
            writes.save(**about, values={**TYPED, "text": "Quicker."}, by=people[name])
    assert "Quicker." not in stored(version)


def test_taking_the_section_back_keeps_its_text_and_what_the_adviser_was_typing(
    version: Version, officer: Client, legal: Client, people: walk.People
) -> None:
    save(legal, section(version), text="The power is section 1.", **TYPED)
    typing = hidden(legal, section(version))

    for _ in range(2):  # a second click takes nothing more
        answer: Any = officer.post(url("section-take-back", version, kind="legal"))
        assert (answer.status_code, answer.url) == (303, section(version))

    late = legal.post(section(version), {**typing, "text": "Half a sentence", **TYPED})
    assert (late.status_code, "Half a sentence" in text_of(late)) == (409, True)
    assert legal.get(section(version)).status_code == 404
    assert stored(version) == ["The power is section 1."]
    save(officer, section(version), text="The officer's words.", **TYPED)
    assert stored(version) == ["The officer's words."]
    [entry] = trail.entries("decision", version.decision_id).filter(verb="took_back")
    assert entry.detail == {"part": "section:legal", "adviser": people["legal"].full_name}
    timeline = text_of(officer.get(url("paper", version)))
    assert f"took back Legal Comments from {people['legal'].full_name}" in timeline


def test_advice_of_the_adviser_covers_what_they_wrote(
    version: Version, legal: Client, people: walk.People
) -> None:
    save(legal, section(version), text="The power is section 1.", **TYPED)
    perform(
        version.pk,
        "give_advice",
        by=people["legal"],
        outcome="content",
        text="",
        digest=shown(again(version), people["legal"]),
    )
    [before] = standings(again(version))

    save(legal, section(version), text="The power is section 2.", **TYPED)

    [after] = standings(again(version))
    assert (before.holds, after.holds) == (True, False)


def test_who_wrote_their_section_may_still_be_asked_and_the_route_goes_on(
    version: Version, legal: Client, people: walk.People
) -> None:
    save(legal, section(version), text="The power is section 1.", **TYPED)

    walk.advise(version, people, "finance")
    perform(version.pk, "give_advice", by=people["legal"], outcome="content", text="",
            digest=shown(again(version), people["legal"]))  # fmt: skip
    walk.submit(again(version), people)
    late = legal.post(section(version), {"text": "Too late.", "seen": "", **TYPED})

    assert again(version).state == State.WITH_HEAD_OF_SERVICE
    assert (late.status_code, "Too late." in text_of(late)) == (409, True)
    assert walk.bring(again(version), people, "decided").state == State.DECIDED


def test_one_section_is_not_given_to_two(version: Version, people: walk.People) -> None:
    second = User.objects.create_user("legal2", full_name="A Second Lawyer")
    office = Holding.objects.of(Role.LEGAL)[0].office
    Holding.objects.create(office=office, person=second)

    with pytest.raises(Refused, match="writes this section already"):
        asked(version, people, adviser=second)
    with pytest.raises(Refused, match="has been asked already"):
        asked(version, people)


def test_who_leaves_the_office_lays_down_the_pen(
    version: Version, legal: Client, officer: Client, people: walk.People
) -> None:
    Holding.objects.filter(person=people["legal"]).update(until=Now())

    assert legal.get(section(version)).status_code == 404
    save(officer, section(version), text="The officer's words.", **TYPED)
    assert stored(version) == ["The officer's words."]


def test_the_officer_asks_for_it_in_the_form(officer: Client, people: walk.People) -> None:
    version = walk.draft(PCD_1637, people)
    held = Holding.objects.of(Role.EQUALITY)[0]
    address = reverse("act", args=[version.decision_id, "request_advice"])
    typed = {"adviser": str(held.pk), "with_part2": "no", "writes": "on", "message": "", "due_on_day": ""}

    answers = [officer.post(address, typed) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    pen = Pen.objects.get()
    assert (pen.version, pen.kind, pen.person) == (version, "equality", people["equality"])
    assert "who writes the section" in text_of(officer.get(url("paper", version)))


@pytest.mark.parametrize(
    ("who", "part", "refused"),
    [
        ("officer", "section:legal", True),
        ("legal", "section:legal", False),
        ("legal", "section:financial", True),
        ("legal", "summary", True),
        ("officer", "section:financial", False),
    ],
)
def test_the_database_keeps_no_save_of_who_does_not_write_there(
    version: Version, people: walk.People, who: str, part: str, refused: bool
) -> None:
    row = Revision(version=version, number=99, person=people[who], verb="edited", part=part)
    if not refused:
        row.save(force_insert=True)
        return
    with pytest.raises(DatabaseError, match="somebody else writes this"), transaction.atomic():
        row.save(force_insert=True)


def test_a_pen_is_given_while_the_paper_is_written_and_only_taken_back(
    version: Version, people: walk.People
) -> None:
    pen = Pen.objects.get()
    for statement in (
        "DELETE FROM decisions_pen",
        "UPDATE decisions_pen SET kind = 'financial'",
        f"UPDATE decisions_pen SET person_id = '{people['head'].pk}'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    decided = walk.bring(walk.draft(made_up(2, "Boats"), people), people, "decided")
    with pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        Pen.objects.create(
            version=load(decided.pk),
            kind="legal",
            person=pen.person,
            holding=pen.holding,
            given_by=people["officer"],
        )
