"""Part 2: written sealed, read by name only, noted in the diary, and on no page of Part 1."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from approvals.demo import walk
from approvals.demo.papers import PCD_1637
from decisions import part2, policy
from decisions.models import Access, Part2Key, Part2Paper, Part2Reading, Part2Text, Version
from tests.drafting import (
    NOTICE,
    again,
    begun,
    error_at,
    hidden,
    save,
    signed_in,
    text_of,
    url,
    value_of,
)

pytestmark = pytest.mark.django_db

CANARY = "Quincunx"
GROUNDS = ["foia-41", "foia-43-2"]
SEALED = {
    "facts": f"{CANARY} facts",
    "rationale_foia-41": f"{CANARY} confidence",
    "rationale_foia-43-2": f"{CANARY} commerce",
    "public_interest_foia-43-2": f"{CANARY} interest",
}


@pytest.fixture(scope="module")
def sealed_once(begun_once: Version, stage: walk.People) -> Version:
    """That paper with a Part 2 paper whose sealed text holds the canary."""
    officer, version = signed_in(stage["officer"]), begun_once
    save(officer, url("paper-part2-edit", version), part2_exists="yes")
    answer = save(officer, url("part2-notice-add", version), **NOTICE, grounds=GROUNDS, then="next")
    assert answer.status_code == 303
    assert save(officer, answer.url, **SEALED).status_code == 303
    return version


@pytest.fixture
def paper(db: None, sealed_once: Version) -> Version:
    """A paper with a Part 2 paper, as stored."""
    return again(sealed_once)


def row(version: Version) -> Part2Paper:
    return Part2Paper.objects.get(version=version)


def test_the_sealed_text_is_read_back_and_lies_in_the_database_as_ciphertext(paper: Version) -> None:
    content = part2.read(row(paper))

    assert content.facts == f"{CANARY} facts"
    assert content.grounds["foia-43-2"] == part2.GroundReason(f"{CANARY} commerce", f"{CANARY} interest")
    assert part2.holds(row(paper))
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM decisions_part2text")
        assert CANARY.encode() not in b"".join(
            bytes(value) if isinstance(value, memoryview) else str(value).encode()
            for value in cursor.fetchone()
        )


def test_a_word_of_part_2_stands_on_no_page_of_part_1(officer: Client, paper: Version) -> None:
    pages = [url(name, paper) for name in ("paper", "paper-preview", "paper-check", "paper-recommendations")]
    pages += [
        url("paper-part2-edit", paper),
        url("part2-notice", paper, row=row(paper).pk),
        reverse("papers"),
    ]
    pages += [
        url("part2-notice-remove", paper, row=row(paper).pk),
        url("paper-part", paper, part="declarations"),
    ]

    for address in pages:
        answer = officer.get(address)
        assert answer.status_code == 200
        assert CANARY not in answer.content.decode(), address
        assert CANARY not in str(answer.headers), address


def test_part_2_is_read_by_whoever_is_named_in_any_state_and_each_reading_is_noted(
    people: walk.People,
) -> None:
    version = walk.bring(walk.draft(PCD_1637, people), people, "with_head_of_service")

    page = text_of(signed_in(people["head"]).get(url("paper-part2", version)))

    facts = part2.read(row(version)).facts.split(".")[0]
    assert facts in page
    assert "Who can see this, and why" in page
    assert people["officer"].full_name in page
    assert "Drafting officer" in page
    reading = Part2Reading.objects.filter(decision=version.decision, person=people["head"]).latest("at")
    assert reading.how == "view"


@pytest.mark.parametrize("who", ["reads_part1", "writes", "superuser"])
def test_without_a_grant_for_part_2_it_is_missing(people: walk.People, paper: Version, who: str) -> None:
    person = people["officer2"]
    if who == "superuser":
        person.is_superuser = True
        person.save()
    accesses = {"reads_part1": [Access.PART1], "writes": [Access.PART1, Access.EDIT], "superuser": []}[who]
    policy.grant(paper.decision, [person], *accesses, reason="Named", source="test", by=people["officer"])
    client = signed_in(person)
    before = bytes(Part2Text.objects.get().ciphertext)

    for address in (url("paper-part2", paper), url("part2-sealed", paper, row=row(paper).pk)):
        assert client.get(address).status_code == 404
        assert client.post(address, {**SEALED, "facts": "Mine"}).status_code in (404, 405)
    assert client.post(url("part2-notice-remove", paper, row=row(paper).pk)).status_code == 404
    assert bytes(Part2Text.objects.get().ciphertext) == before
    assert not Part2Reading.objects.filter(person=person).exists()


def test_a_co_drafter_without_part_2_writes_the_notice_and_sees_no_way_to_the_sealed_text(
    officer: Client, people: walk.People, paper: Version
) -> None:
    person = people["officer2"]
    policy.grant(
        paper.decision,
        [person],
        Access.PART1,
        Access.EDIT,
        reason="Co-drafter",
        source="test",
        by=people["officer"],
    )
    client = signed_in(person)

    page = client.get(url("paper-part2-edit", paper)).content.decode()
    assert url("part2-notice", paper, row=row(paper).pk) in page
    assert url("part2-sealed", paper, row=row(paper).pk) not in page
    assert client.get(url("part2-notice", paper, row=row(paper).pk)).status_code == 200

    sealed = url("part2-sealed", paper, row=row(paper).pk)
    save(officer, sealed, **{**SEALED, "facts": ""})
    missing = "Part 2: write the exempt facts and advice."
    assert f'href="{sealed}#id_facts">{missing}' in officer.get(url("paper-check", paper)).content.decode()
    check = client.get(url("paper-check", paper)).content.decode()
    assert f"{missing} Somebody who may open Part 2 does this." in check
    assert sealed not in check


def test_saving_the_same_sealed_text_again_changes_no_byte(officer: Client, paper: Version) -> None:
    before = bytes(Part2Text.objects.get().ciphertext)

    save(officer, url("part2-sealed", paper, row=row(paper).pk), **SEALED)

    assert bytes(Part2Text.objects.get().ciphertext) == before


def test_showing_the_sealed_text_for_writing_is_a_reading(
    officer: Client, people: walk.People, paper: Version
) -> None:
    before = Part2Reading.objects.count()

    officer.get(url("part2-sealed", paper, row=row(paper).pk))

    assert Part2Reading.objects.count() == before + 1


@pytest.mark.parametrize("marking", ["secret", "top_secret"])
def test_a_higher_marking_is_refused_with_an_explanation_and_nothing_is_stored(
    officer: Client, marking: str
) -> None:
    version = begun(officer, "Boats")

    answer = save(
        officer, url("part2-notice-add", version), title="Annex B", marking=marking, public_reason="Because"
    )

    assert error_at(answer, "marking").startswith("This system holds nothing above OFFICIAL-SENSITIVE")
    assert value_of(answer, "public_reason") == "Because"
    assert not version.part2_papers.exists()
    assert not Part2Key.objects.filter(paper__version=version).exists()


@pytest.mark.parametrize(
    "text", ["SECRET", "TOP SECRET\n\nThe plan", "Page one\nUK SECRET - UK EYES ONLY\nmore", "[SECRET]"]
)
def test_a_text_that_carries_a_higher_marking_is_refused(officer: Client, paper: Version, text: str) -> None:
    sealed = save(officer, url("part2-sealed", paper, row=row(paper).pk), **{**SEALED, "facts": text})
    section = save(officer, url("paper-section", paper, kind="issues"), text=text, treatment="text")

    assert error_at(sealed, "facts").startswith("This system holds nothing above OFFICIAL-SENSITIVE")
    assert error_at(section, "text").startswith("This system holds nothing above OFFICIAL-SENSITIVE")
    assert part2.read(row(paper)).facts == SEALED["facts"]


@pytest.mark.parametrize(
    "text", ["The Secret IT platform is kept up.", "Data classified as SECRET stays elsewhere.", "Secret"]
)
def test_the_word_is_not_the_marking(officer: Client, paper: Version, text: str) -> None:
    assert (
        save(officer, url("paper-section", paper, kind="issues"), text=text, treatment="text").status_code
        == 303
    )


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"marking": "official"}, "descriptor"),
        ({"title": ""}, "title"),
        ({"marking": ""}, "marking"),
        ({"grounds": ["foia-99"]}, "grounds"),
        ({"ceases": "date", "ceases_event": "Completion"}, "ceases"),
        ({"ceases_on_day": "1"}, "ceases_on"),
    ],
)
def test_what_is_wrong_in_a_notice_is_told_at_the_field(
    officer: Client, paper: Version, typed: dict[str, Any], field: str
) -> None:
    answer = save(
        officer, url("part2-notice", paper, row=row(paper).pk), **{**NOTICE, "grounds": GROUNDS, **typed}
    )

    assert error_at(answer, field)


def test_each_ground_has_its_own_reasons_and_only_a_qualified_one_asks_for_the_public_interest(
    officer: Client, paper: Version
) -> None:
    page = officer.get(url("part2-sealed", paper, row=row(paper).pk)).content.decode()

    assert 'name="rationale_foia-41"' in page
    assert 'name="public_interest_foia-41"' not in page
    assert 'name="public_interest_foia-43-2"' in page


def test_a_ground_claimed_meanwhile_is_not_lost_by_an_older_page(officer: Client, paper: Version) -> None:
    address = url("part2-sealed", paper, row=row(paper).pk)
    page = hidden(officer, address)
    save(officer, url("part2-notice", paper, row=row(paper).pk), **NOTICE, grounds=[*GROUNDS, "foia-42"])

    answer = officer.post(address, {**page, **SEALED, "facts": "Newer facts"})

    assert answer.status_code == 409
    assert "Newer facts" in text_of(answer)
    assert part2.read(row(paper)).facts == SEALED["facts"]
    # Nor are reasons that were typed for a ground taken off meanwhile.
    save(officer, url("part2-notice", paper, row=row(paper).pk), **NOTICE, grounds=["foia-41"])
    late = {**page, **SEALED, "rationale_foia-43-2": "Typed meanwhile"}
    assert officer.post(address, late).status_code == 303
    # They stay, and are seen, until somebody empties them or claims the ground again.
    page = hidden(officer, address)
    assert "The notice does not claim this ground." in text_of(officer.get(address))
    kept = {
        "rationale_foia-43-2": "Typed meanwhile",
        "public_interest_foia-43-2": SEALED["public_interest_foia-43-2"],
    }
    assert officer.post(address, {**page, **SEALED, **kept, "facts": "Newer facts"}).status_code == 303
    save(officer, url("part2-notice", paper, row=row(paper).pk), **NOTICE, grounds=GROUNDS)
    assert {name: value_of(officer.get(address), name) for name in kept} == kept


@pytest.mark.parametrize(
    ("name", "typed", "marked"),
    [
        ("part2-notice", {**NOTICE, "title": "Typed meanwhile"}, False),
        ("part2-sealed", {**SEALED, "facts": "Typed meanwhile"}, True),
    ],
)
def test_what_was_typed_into_a_part_2_paper_removed_meanwhile_is_shown_under_its_marking(
    officer: Client, paper: Version, name: str, typed: dict[str, str], marked: bool
) -> None:
    address = url(name, paper, row=row(paper).pk)
    page = hidden(officer, address)
    officer.post(url("part2-notice-remove", paper, row=row(paper).pk))

    answer = officer.post(address, {**page, **typed})

    assert answer.status_code == 409
    assert "Typed meanwhile" in text_of(answer)
    assert ("OFFICIAL-SENSITIVE Part 2 is open on this page." in text_of(answer)) == marked
    assert not Part2Text.objects.exists()


def test_what_was_sealed_too_late_is_shown_under_its_marking(officer: Client, people: walk.People) -> None:
    version = walk.draft(PCD_1637, people)
    address = url("part2-sealed", version, row=row(version).pk)
    page = hidden(officer, address)
    walk.bring(version, people, "with_head_of_service")

    answer = officer.post(address, {**page, **SEALED})

    assert answer.status_code == 409
    assert f"{CANARY} facts" in text_of(answer)
    assert "OFFICIAL-SENSITIVE Part 2 is open on this page." in text_of(answer)


def test_there_is_no_answer_no_while_a_part_2_paper_stands(officer: Client, paper: Version) -> None:
    refused = save(officer, url("paper-part2-edit", paper), part2_exists="no")

    assert (
        error_at(refused, "part2_exists") == "There is a Part 2 paper below. Remove it first, or answer Yes"
    )
    officer.post(url("part2-notice-remove", paper, row=row(paper).pk))
    assert save(officer, url("paper-part2-edit", paper), part2_exists="no").status_code == 303
    assert (Part2Text.objects.count(), Part2Key.objects.count()) == (0, 0)


def test_an_unreadable_failure_shows_no_sealed_word(officer: Client, paper: Version, settings: Any) -> None:
    settings.PART2_KEYS = ()
    officer.raise_request_exception = False

    answer = officer.get(url("paper-part2", paper))

    assert answer.status_code == 500
    assert CANARY not in answer.content.decode()
