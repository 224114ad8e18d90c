"""Writing a paper: the officer, the co-drafter, the colleague without a grant, the superuser and the stranger."""

import time
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.demo import walk
from approvals.demo.papers import PCD_1637
from decisions import policy
from decisions.models import Access, Contributor, Decision, Grant, Paragraph, Recommendation, State, Version
from pcd import trail
from tests.drafting import again, begun, error_at, hidden, save, signed_in, text_of, url, value_of

pytestmark = pytest.mark.django_db


def let_write(version: Version, person: Any, by: Any) -> None:
    """Name a co-drafter."""
    policy.grant(
        version.decision, [person], Access.EDIT, Access.PART1, reason="Co-drafter", source="test", by=by
    )


def test_beginning_a_paper_makes_it_whole_and_opens_it_to_its_officer_alone(
    officer: Client, people: walk.People
) -> None:
    version = begun(officer, "Radio masts")

    assert (version.state, version.working_title, version.number) == (State.DRAFT, "Radio masts", 1)
    assert version.decision.reference == ""
    assert {row.kind for row in version.sections.all()} == {row["kind"] for row in version.edition.sections}
    assert set(Grant.objects.values_list("person__username", "access", "source")) == {
        ("officer", access.value, "drafted") for access in Access
    }
    assert [row.person for row in version.contributors.all()] == [people["officer"]]
    assert [row.verb for row in trail.entries("decision", version.decision_id)] == [
        "began",
        "granted",
    ]


def test_a_second_click_on_begin_begins_no_second_paper(officer: Client) -> None:
    page = hidden(officer, reverse("paper-new"))

    answers = [officer.post(reverse("paper-new"), {**page, "working_title": "Masts"}) for _ in range(2)]

    assert {answer.headers["Location"] for answer in answers} == {
        reverse("paper", kwargs={"decision": page["new"]})
    }
    assert Decision.objects.count() == 1


def test_the_id_of_somebody_elses_paper_begins_nothing(officer: Client, people: walk.People) -> None:
    version = begun(officer)

    answer = signed_in(people["officer2"]).post(
        reverse("paper-new"), {"new": str(version.decision_id), "working_title": "Mine"}
    )

    assert answer.status_code == 404
    assert Version.objects.get().working_title == "Radio masts"


@pytest.mark.parametrize("username", ["finance", "dmpc", "admin"])
def test_only_drafting_officers_begin_papers(people: walk.People, username: str) -> None:
    client = signed_in(people[username])

    assert client.get(reverse("paper-new")).status_code == 403
    assert client.post(reverse("paper-new"), {"working_title": "Mine"}).status_code == 403
    assert not Decision.objects.exists()


def addresses(version: Version) -> list[str]:
    """Return the address of every page of drafting of a paper that has one of every row."""
    first, last = version.recommendations.all()[0], version.recommendations.all()[2]
    line, award, part2 = (
        first.financial_lines.all()[0],
        last.contract_awards.all()[0],
        version.part2_papers.all()[0],
    )
    rows = {"recommendation": first, "money": line, "contract": award, "part2-notice": part2}
    return [
        *(url("paper-part", version, part=part) for part in ("titles", "owner", "timing", "summary")),
        *(url("paper-part", version, part=part) for part in ("data-protection", "deferral", "declarations")),
        url("paper-section", version, kind="legal"),
        *(url(name, version) for name in ("paper-recommendations", "recommendation-add", "part2-notice-add")),
        *(url(name, version, within=first.pk) for name in ("money-add", "contract-add")),
        *(url(name, version, row=row.pk) for name, row in rows.items()),
        *(url(f"{name}-remove", version, row=row.pk) for name, row in rows.items()),
        *(url(name, version) for name in ("paper-part2-edit", "paper-part2", "paper-preview", "paper-check")),
        url("part2-sealed", version, row=part2.pk),
    ]


def test_an_anonymous_visitor_is_sent_to_sign_in_from_every_page(people: walk.People) -> None:
    version = walk.draft(PCD_1637, people)

    for address in [*addresses(version), reverse("papers"), reverse("paper-new")]:
        answer = Client().get(address)
        assert answer.status_code == 302, address
        assert answer.headers["Location"].startswith(reverse("account_login")), address


def test_every_page_opens_for_its_officer(officer: Client, people: walk.People) -> None:
    version = walk.draft(PCD_1637, people)

    assert {address: officer.get(address).status_code for address in addresses(version)} == dict.fromkeys(
        addresses(version), 200
    )


def test_what_is_saved_is_there_when_one_comes_back(officer: Client, paper: Version) -> None:
    address = url("paper-part", paper, part="titles")

    answer = save(officer, address, working_title="Masts", title="Ünïque masts", kinds=["revenue", "capital"])

    assert (answer.status_code, answer.url) == (303, url("paper", paper))
    version = again(paper)
    assert (version.title, version.kinds) == ("Ünïque masts", ["capital", "revenue"])
    assert value_of(officer.get(address), "title") == "Ünïque masts"


def test_save_and_continue_goes_to_the_next_part_in_the_order_of_the_task_list(
    officer: Client, paper: Version
) -> None:
    steps = {
        url("paper-part", paper, part="titles"): url("paper-part", paper, part="owner"),
        url("paper-part", paper, part="summary"): url("paper-recommendations", paper),
        url("paper-section", paper, kind="supporting"): url("paper-attachments", paper),
        url("paper-part", paper, part="declarations"): url("paper-check", paper),
    }
    typed = {"working_title": "Masts", "treatment": "text", "then": "next"}

    assert {address: save(officer, address, **typed).url for address in steps} == steps


def test_saving_what_stands_there_already_changes_no_row_and_makes_nobody_a_contributor(
    officer: Client, people: walk.People
) -> None:
    version = walk.draft(PCD_1637, people)
    let_write(version, people["officer2"], people["officer"])
    colleague = signed_in(people["officer2"])
    address = url("paper-section", version, kind="financial")
    text = value_of(colleague.get(address), "text")

    answer = save(colleague, address, text=text.replace("\n", "\r\n"), treatment="text")

    assert answer.status_code == 303
    assert "govuk-notification-banner" not in colleague.get(answer.url).content.decode()
    assert [row.person for row in version.contributors.all()] == [people["officer"]]


def test_whoever_changes_a_word_becomes_a_contributor(people: walk.People, paper: Version) -> None:
    let_write(paper, people["officer2"], people["officer"])

    save(signed_in(people["officer2"]), url("paper-part", paper, part="summary"), summary="New words.")

    assert {row.person for row in Contributor.objects.all()} == {people["officer"], people["officer2"]}


def test_bad_input_is_told_at_the_field_and_nothing_that_was_typed_is_lost(
    officer: Client, paper: Version
) -> None:
    address = url("paper-part", paper, part="timing")

    answer = save(
        officer,
        address,
        effective_on_day="31",
        effective_on_month="2",
        effective_on_year="2027",
        urgency_reason="Soon",
    )

    assert answer.status_code == 200
    assert error_at(answer, "effective_on") == "Effective date must be a real date, like 12 3 2024"
    assert value_of(answer, "effective_on_day") == "31"
    assert value_of(answer, "urgency_reason") == "Soon"
    assert "<title>Error: " in answer.content.decode()
    assert again(paper).urgency_reason == ""


def test_a_title_may_have_200_characters_and_no_more(officer: Client, paper: Version) -> None:
    address = url("paper-part", paper, part="titles")

    assert save(officer, address, working_title="W" * 200, title="Ä" * 200).status_code == 303
    refused = save(officer, address, working_title="W" * 201, title="T" * 201)

    assert "must be 200 characters or fewer" in error_at(refused, "title")
    assert value_of(refused, "working_title") == "W" * 201
    assert again(paper).title == "Ä" * 200
    assert "Ä" * 200 in text_of(officer.get(url("paper-preview", paper)))


def test_a_posted_state_or_number_changes_nothing(officer: Client, paper: Version) -> None:
    save(officer, url("paper-part", paper, part="titles"), working_title="M", state="published", number="7")

    version = again(paper)
    assert (version.state, version.number, version.decision.number) == (State.DRAFT, 1, None)


# Sections


def typed_section(client: Client, version: Version, text: str, **more: str) -> Any:
    return save(
        client, url("paper-section", version, kind="legal"), **{"text": text, "treatment": "text", **more}
    )


def legal(version: Version) -> list[Paragraph]:
    return list(Paragraph.objects.filter(section__version=version, section__kind="legal"))


def test_a_paragraph_keeps_its_identity_when_text_is_put_before_it_and_when_it_is_reworded(
    officer: Client, paper: Version
) -> None:
    typed_section(officer, paper, "The power is in the Act of 2011.\n\nThere is no risk.")
    power, risk = legal(paper)

    typed_section(
        officer, paper, "New first words.\n\nThe power is in the Act of 2011, part 1.\n\nThere is no risk."
    )

    first, second, third = legal(paper)
    assert (second.pk, third.pk) == (power.pk, risk.pk)
    assert first.pk not in (power.pk, risk.pk)
    assert [row.position for row in (first, second, third)] == [1, 2, 3]
    assert second.text.endswith("part 1.")


def test_removing_a_paragraph_that_a_recommendation_refers_to_is_told(
    officer: Client, paper: Version
) -> None:
    typed_section(officer, paper, "The power is in the Act of 2011.\n\nThere is no risk.")
    power = legal(paper)[0]
    save(officer, url("recommendation-add", paper), text="Approve the masts", cites=str(power.pk))

    answer = typed_section(officer, paper, "There is no risk.")

    assert "Approve the masts" not in str(answer.cookies), "no text of the paper travels in a cookie"
    assert "Paragraph 4.1 is gone, and recommendation 1 referred to it." in text_of(officer.get(answer.url))
    assert Recommendation.objects.get().cites is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\n\n" * 501, "The text has 501 paragraphs. Shorten it to 500 or fewer"),
        ("a" * 200_001, "The text has 200,001 characters. Shorten it to 200,000 or fewer"),
    ],
)
def test_a_section_has_a_largest_size_and_what_was_typed_is_kept(
    officer: Client, paper: Version, text: str, told: str
) -> None:
    refused = typed_section(officer, paper, text)

    assert refused.status_code == 200
    assert error_at(refused, "text") == told
    assert value_of(refused, "text").strip() == text.strip()
    assert not legal(paper)


def test_the_largest_section_is_rewritten_within_seconds(officer: Client, paper: Version) -> None:
    for word in ("first", "second"):
        before = time.monotonic()
        text = "\n\n".join(f"{word} {number} {'long ' * 70}" for number in range(500))
        assert typed_section(officer, paper, text).status_code == 303
        assert time.monotonic() - before < 15
    assert len(legal(paper)) == 500


def confirmed(version: Version) -> set[str]:
    return {row.statement for row in again(version).declarations.all()}


def test_a_changed_section_is_confirmed_again_and_no_other(officer: Client, people: walk.People) -> None:
    version = walk.draft(PCD_1637, people)
    before = confirmed(version)
    address = url("paper-section", version, kind="equality")

    save(officer, url("paper-part", version, part="summary"), summary="Other words.")
    save(officer, address, text=value_of(officer.get(address), "text"), treatment="text")
    assert confirmed(version) == before, "nothing that it covers has changed"

    answer = save(officer, address, text="Everybody is affected.", treatment="text")

    assert confirmed(version) == before - {"equalities"}
    assert "confirm again: Equality and diversity issues are covered in the body of the report." in text_of(
        officer.get(answer.url)
    )


def test_a_section_that_becomes_not_applicable_loses_its_confirmation(
    officer: Client, people: walk.People
) -> None:
    version = walk.draft(PCD_1637, people)
    address = url("paper-section", version, kind="equality")

    answer = save(officer, address, text="", treatment="not_applicable", reason="No people are affected")

    assert "equalities" not in confirmed(version)
    assert "The declaration “Equalities Advice” is no longer asked" in text_of(officer.get(answer.url))
    declared = url("paper-part", version, part="declarations")
    typed = {"commercial": "on", "privacy": "on", "drafting_officer": "on", "equalities": "on"}
    assert save(officer, declared, **typed).status_code == 303
    assert confirmed(version) == {"commercial", "privacy", "drafting_officer"}


def test_the_trail_names_each_part_that_was_written_and_no_word_of_it(
    officer: Client, paper: Version
) -> None:
    typed_section(officer, paper, "Marigold power.")
    typed_section(officer, paper, "Marigold power.")
    save(officer, url("paper-part", paper, part="summary"), summary="Marigold summary.")
    for text in ("Approve marigold.", "Note marigold."):
        save(officer, url("recommendation-add", paper), text=text)
    first, second = Recommendation.objects.order_by("position")
    officer.post(url("recommendation-move", paper, row=second.pk), {"to": "1"})
    officer.post(url("recommendation-move", paper, row=second.pk), {"to": "1"})
    officer.post(url("recommendation-remove", paper, row=first.pk))
    officer.post(url("recommendation-remove", paper, row=first.pk))

    entries = list(trail.entries("decision", paper.decision_id))

    assert [(row.verb, row.detail["part"]) for row in entries if "part" in row.detail] == [
        ("edited", "section:legal"),
        ("edited", "summary"),
        ("added", "recommendation"),
        ("added", "recommendation"),
        ("moved", "recommendation"),
        ("removed", "recommendation"),
    ]
    assert "arigold" not in str([row.detail for row in entries])


def test_a_section_in_part_2_keeps_no_text_in_part_1(officer: Client, paper: Version) -> None:
    refused = typed_section(officer, paper, "Privileged advice", treatment="in_part2")

    assert "move it to Part 2 and delete it here" in error_at(refused, "text")
    assert value_of(refused, "text") == "Privileged advice"
    assert typed_section(officer, paper, "", treatment="in_part2").status_code == 303
    assert not legal(paper)


def test_not_applicable_needs_its_because(officer: Client, paper: Version) -> None:
    refused = typed_section(officer, paper, "", treatment="not_applicable")

    assert error_at(refused, "reason") == "Enter why this section is not applicable"
    assert typed_section(officer, paper, "", treatment="not_applicable", reason="No law").status_code == 303


def test_a_section_of_a_kind_that_the_form_does_not_have_is_missing(officer: Client, paper: Version) -> None:
    assert officer.get(url("paper-section", paper, kind="poetry")).status_code == 404
    assert officer.get(url("paper-part", paper, part="section")).status_code == 404


# Two people at once, and too late


def test_a_second_editor_sees_both_texts_and_can_save_theirs_over_it(
    people: walk.People, paper: Version
) -> None:
    let_write(paper, people["officer2"], people["officer"])
    one, other = signed_in(people["officer"]), signed_in(people["officer2"])
    address = url("paper-part", paper, part="summary")
    page = hidden(one, address)
    save(other, address, summary="Their words")

    conflict = one.post(address, {**page, "summary": "My words"})

    assert conflict.status_code == 409
    words = text_of(conflict)
    assert "Their words" in words
    assert "My words" in words
    assert again(paper).summary == "Their words"
    mine = {"seen": value_of(conflict, "seen"), "summary": value_of(conflict, "summary")}
    assert one.post(address, mine).status_code == 303
    assert again(paper).summary == "My words"


def test_two_people_on_two_pages_do_not_disturb_each_other(people: walk.People, paper: Version) -> None:
    let_write(paper, people["officer2"], people["officer"])
    one, other = signed_in(people["officer"]), signed_in(people["officer2"])
    page = hidden(one, url("paper-part", paper, part="owner"))
    save(other, url("paper-part", paper, part="titles"), working_title="Radio masts", title="Masts")

    answer = one.post(url("paper-part", paper, part="owner"), {**page, "business_unit": "Estates"})

    assert answer.status_code == 303
    version = again(paper)
    assert (version.title, version.business_unit) == ("Masts", "Estates")


def test_a_save_without_saying_what_was_seen_overwrites_nothing(officer: Client, paper: Version) -> None:
    save(officer, url("paper-part", paper, part="summary"), summary="Words")

    answer = officer.post(url("paper-part", paper, part="summary"), {"summary": "Other"})

    assert answer.status_code == 409
    assert again(paper).summary == "Words"


def test_a_save_after_the_submission_is_refused_with_what_was_typed(
    officer: Client, people: walk.People
) -> None:
    version = walk.draft(PCD_1637, people)
    address = url("paper-part", version, part="summary")
    page = hidden(officer, address)
    walk.bring(version, people, "with_head_of_service")

    answer = officer.post(address, {**page, "summary": "Words that came too late"})

    assert answer.status_code == 409
    assert "This paper has been submitted since" in text_of(answer)
    assert "Words that came too late" in text_of(answer)
    assert again(version).summary == version.summary
    assert officer.get(address).status_code == 404


def test_a_stranger_learns_nothing_from_a_late_save(people: walk.People) -> None:
    version = walk.bring(walk.draft(PCD_1637, people), people, "with_head_of_service")

    answer = signed_in(people["officer2"]).post(url("paper-part", version, part="summary"), {"summary": "x"})

    assert answer.status_code == 404


# The list of papers


def test_the_list_shows_only_papers_that_one_may_read(
    officer: Client, people: walk.People, paper: Version
) -> None:
    assert "Radio masts" in text_of(officer.get(reverse("papers")))

    stranger = text_of(signed_in(people["officer2"]).get(reverse("papers")))

    assert "Radio masts" not in stranger
    assert "There is no paper that you may read yet." in stranger


def test_the_list_is_found_by_words_reference_and_state(
    officer: Client, people: walk.People, paper: Version
) -> None:
    walk.bring(walk.draft(PCD_1637, people), people, "with_head_of_service")

    def titles(**filters: str) -> set[str]:
        page = text_of(officer.get(reverse("papers"), filters))
        return {title for title in ("Radio masts", "Larkspur upgrade 2024") if title in page}

    assert titles() == {"Radio masts", "Larkspur upgrade 2024"}
    assert titles(q="mast") == {"Radio masts"}
    assert titles(q="pcd1637") == titles(q="PCD 1637") == titles(q="1637") == {"Larkspur upgrade 2024"}
    assert titles(state="draft") == {"Radio masts"}
    assert titles(q="nothing of the kind") == set()
    assert titles(q="\0", state="nonsense", page="no number") == titles()


def queries(client: Client, address: str) -> int:
    """Return how many queries a page takes."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_list_has_pages_and_takes_as_many_queries_for_thirty_papers_as_for_one(
    officer: Client, paper: Version
) -> None:
    for_one = queries(officer, reverse("papers"))
    for number in range(29):
        officer.post(reverse("paper-new"), {"working_title": f"Paper {number}", "new": str(uuid.uuid4())})

    assert queries(officer, reverse("papers")) <= for_one + 1
    assert "30 papers, page 1 of 2" in text_of(officer.get(reverse("papers")))
    assert "page 2 of 2" in text_of(officer.get(reverse("papers"), {"page": "2"}))


@pytest.mark.parametrize(
    "name", ["paper-check", "paper-preview", "paper-recommendations", "paper-part2-edit"]
)
def test_a_page_takes_the_same_queries_however_long_the_paper_is(
    officer: Client, people: walk.People, name: str
) -> None:
    version = walk.draft(PCD_1637, people)
    before = queries(officer, url(name, version))
    for number in range(12):
        Recommendation.objects.create(version=version, position=10 + number, text=f"Approve number {number}")

    assert queries(officer, url(name, version)) == before
