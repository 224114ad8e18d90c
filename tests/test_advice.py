"""Advice holds on the text that the adviser was shown, and falls when what it covers changes, and only then."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from approvals import advice, work
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, PCD_1637, made_up
from approvals.models import Advice, AdviceKey
from approvals.workflow import Refused, perform
from decisions import part2, policy
from decisions.models import (
    Access,
    ContractAward,
    Contributor,
    FinancialLine,
    Paragraph,
    Part2Reading,
    Part2Text,
    Recommendation,
    Version,
)
from decisions.part2 import Part2Content
from decisions.snapshot import components, load, snapshot_bytes
from pcd import vault
from pcd.people import offices
from pcd.people.models import Holding, Office, User
from tests.drafting import signed_in, text_of

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
WITH_PART2 = replace(made_up(1, "Signal masts"), part2=CUSTODY)


def ask(version: Version, people: People, area: str, *, adviser: str = "", with_part2: bool = False) -> None:
    """Ask an adviser as the drafting officer."""
    person = people[adviser or area]
    perform(
        version.pk, "request_advice", by=people["officer"], adviser=person, area=area, with_part2=with_part2
    )


def answer(version: Version, person: User, outcome: str, text: str = "", digest: str | None = None) -> None:
    """Answer as the adviser, having read the text as it stands (or as `digest` says)."""
    read = advice.shown(load(version.pk), person) if digest is None else digest
    perform(version.pk, "give_advice", by=person, outcome=outcome, text=text, digest=read)


def change_section(version: Version, kind: str) -> None:
    """Write something else in a section."""
    Paragraph.objects.filter(section__version=version, section__kind=kind).update(text="Other words.")


def test_every_component_is_covered_by_an_area_or_named_as_covered_by_nobody(people: People) -> None:
    version = walk.draft(PCD_1637, people)
    named = {name for names in advice.COVERS.values() for name in names} | set(advice.COVERED_BY_NOBODY)
    unnamed = {key for key in components(version) if key not in named and not key.startswith("part2")}
    assert unnamed == set()


def test_advice_is_refused_for_a_text_that_the_adviser_was_not_shown(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    ask(version, people, "finance")
    read = advice.shown(load(version.pk), people["finance"])
    Paragraph.objects.filter(section__version=version, section__kind="financial").update(
        text="It costs more."
    )
    with pytest.raises(Refused, match="has changed since you opened the page"):
        answer(version, people["finance"], "content", digest=read)
    assert not Advice.objects.exists()


CHANGES: dict[str, tuple[Callable[[Version], object], set[str]]] = {
    "a contract's value": (
        lambda v: ContractAward.objects.filter(recommendation__version=v).update(value=99),
        {"finance", "legal"},
    ),
    "an amount": (
        lambda v: FinancialLine.objects.filter(recommendation__version=v).update(amount=99),
        {"finance"},
    ),
    "the legal comments": (
        lambda v: Paragraph.objects.filter(section__version=v, section__kind="legal").update(text="Other."),
        {"legal"},
    ),
    "Part 2": (
        lambda v: part2.write(v.part2_papers.get(), Part2Content(facts="The price is £99m.")),
        {"legal"},  # finance was asked without Part 2
    ),
    "the title": (lambda v: Version.objects.filter(pk=v.pk).update(title="Another"), set()),
    "nothing": (lambda v: None, set()),
}


@pytest.mark.parametrize("what", list(CHANGES))
def test_exactly_the_advice_that_covers_what_changed_falls(what: str, people: People) -> None:
    version = walk.draft(PCD_1637, people)
    ask(version, people, "finance")
    ask(version, people, "legal", with_part2=True)
    for area in ("finance", "legal"):
        answer(version, people[area], "content")
    change, fallen = CHANGES[what]
    change(version)
    held = advice.consulted(load(version.pk))
    assert {"finance", "legal"} - set(held) == fallen


def test_legal_advice_without_part_2_does_not_count_where_there_is_one(people: People) -> None:
    version = walk.draft(WITH_PART2, people)
    ask(version, people, "legal")
    answer(version, people["legal"], "content")
    assert (
        "The legal adviser has not read Part 2. Ask the legal adviser again, with Part 2."
        in advice.why_not(load(version.pk))
    )
    ask(version, people, "legal", with_part2=True)
    answer(version, people["legal"], "content")
    assert "legal" in advice.consulted(load(version.pk))


def test_a_second_adviser_does_not_outvote_the_one_who_is_not_content(people: People) -> None:
    other = User.objects.create_user("finance2", full_name="Anselm Greaves")
    Holding.objects.create(office=Office.objects.get(key="finance"), person=other)
    version = walk.draft(made_up(1, "Signal masts"), people)
    ask(version, people, "finance")
    answer(version, people["finance"], "not_content", "The budget is spent.")
    ask(version, {**people, "finance2": other}, "finance", adviser="finance2")
    answer(version, other, "content")
    assert "The finance adviser is not content. Change the text and ask again." in advice.why_not(
        load(version.pk)
    )


def test_asking_the_adviser_who_is_not_content_again_does_not_lift_the_objection(people: People) -> None:
    version = walk.draft(WITH_PART2, people)
    ask(version, people, "legal", with_part2=True)
    answer(version, people["legal"], "content")
    ask(version, people, "finance")
    answer(version, people["finance"], "not_content", "The budget is spent.")
    ask(version, people, "finance", with_part2=True)
    against = "The finance adviser is not content. Change the text and ask again."
    assert advice.why_not(load(version.pk)) == [against]
    other = User.objects.create_user("finance2", full_name="Anselm Greaves")
    Holding.objects.create(office=Office.objects.get(key="finance"), person=other)
    ask(version, {**people, "finance2": other}, "finance", adviser="finance2")
    answer(version, other, "content")
    assert advice.why_not(load(version.pk)) == [against]
    answer(version, people["finance"], "content")
    assert advice.why_not(load(version.pk)) == []


def test_an_objection_to_a_text_that_has_changed_since_is_answered_anew(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    ask(version, people, "finance")
    answer(version, people["finance"], "not_content", "The budget is spent.")
    change_section(version, "financial")
    ask(version, people, "finance")
    assert (
        advice.why_not(load(version.pk))[0] == "The finance adviser has been asked and has not answered yet."
    )


def test_an_adviser_in_two_areas_still_answers_in_the_one_that_they_have_not_left(people: People) -> None:
    both = people["finance"]
    Holding.objects.create(office=Office.objects.get(key="legal"), person=both)
    version = walk.draft(made_up(1, "Signal masts"), people)
    ask(version, people, "finance")
    ask(version, people, "legal", adviser="finance")
    Holding.objects.filter(person=both, office__key="finance").update(until=Now())
    page = signed_in(both).get(reverse("act", args=[version.decision_id, "give_advice"]))
    assert "Give advice as legal adviser" in page.content.decode()
    answer(version, both, "content")
    assert set(advice.consulted(load(version.pk))) == {"legal"}
    assert advice.unanswered(load(version.pk), both) is None


def test_my_work_lists_what_is_asked_and_nothing_that_is_answered_or_asked_anew(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)

    def waits() -> list[str]:
        return [row.what for row in work.tasks(people["finance"])]

    ask(version, people, "finance")
    assert waits() == ["Give advice (finance adviser)"]
    ask(version, people, "finance", with_part2=True)
    assert waits() == ["Give advice (finance adviser)"]
    answer(version, people["finance"], "content")
    assert waits() == []
    change_section(version, "financial")
    assert waits() == ["Give advice again (finance adviser)"]


def test_my_work_of_an_adviser_takes_the_same_queries_for_many_papers_as_for_one(people: People) -> None:
    taken = []
    for _ in range(3):
        ask(walk.draft(made_up(1, "Signal masts"), people), people, "finance")
        with CaptureQueriesContext(connection) as queries:
            work.tasks(people["finance"])
        taken.append(len(queries))
    assert taken[0] == taken[2]


def test_rewording_a_ground_of_exemption_lets_no_advice_fall(people: People) -> None:
    version = walk.draft(PCD_1637, people)
    ask(version, people, "legal", with_part2=True)
    answer(version, people["legal"], "content")
    now = load(version.pk)
    for claim in now.part2_papers.all()[0].claims.all():  # as loaded: its row keeps its words
        claim.ground.title = "Commercial interests, as amended"
    assert "as amended" in snapshot_bytes(now).decode()
    assert "legal" in advice.consulted(now)


def test_advice_that_differs_from_what_was_given_already_is_shown_back(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    ask(version, people, "finance")
    answer(version, people["finance"], "content")
    typed = {"outcome": "not_content", "text": "On reflection the budget is spent.", "digest": "x"}
    page = signed_in(people["finance"]).post(reverse("act", args=[version.decision_id, "give_advice"]), typed)
    assert page.status_code == 409
    assert "On reflection the budget is spent." in page.content.decode()
    assert Advice.objects.get().outcome == "content"


def test_nobody_advises_on_a_paper_that_they_wrote(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    Contributor.objects.create(version=version, person=people["finance"])
    with pytest.raises(Refused, match="wrote part of this paper"):
        ask(version, people, "finance")


def test_asked_again_an_adviser_answers_the_new_question_once(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    ask(version, people, "finance")
    answer(version, people["finance"], "content")
    Paragraph.objects.filter(section__version=version, section__kind="financial").update(
        text="It costs more."
    )
    ask(version, people, "finance")
    answer(version, people["finance"], "content")
    assert advice.unanswered(load(version.pk), people["finance"]) is None
    assert [row.label for row in advice.standings(load(version.pk))] == ["Asked again since", "Content"]


def test_giving_advice_takes_the_same_queries_on_a_long_paper_as_on_a_short_one(people: People) -> None:
    taken = []
    for more in (0, 20):
        version = walk.draft(made_up(1, "Signal masts"), people)
        for number in range(more):
            Recommendation.objects.create(version=version, position=50 + number, text=f"Approve {number}.")
        ask(version, people, "finance")
        read = advice.shown(load(version.pk), people["finance"])
        with CaptureQueriesContext(connection) as queries:
            answer(version, people["finance"], "content", digest=read)
        taken.append(len(queries))
    assert taken[0] == taken[1]


def test_advice_of_somebody_who_read_part_2_is_sealed_and_read_by_readers_of_part_2_only(
    people: People,
) -> None:
    version = walk.draft(WITH_PART2, people)
    ask(version, people, "legal", with_part2=True)
    answer(version, people["legal"], "with_conditions", "The marigold price must not be named.")
    given = Advice.objects.get()
    assert given.text == ""
    assert b"marigold" not in bytes(given.sealed or b"")
    assert advice.standings(version)[0].text == ""
    assert "marigold" in advice.standings(version, reads_part2=True)[0].text
    assert Part2Text.objects.exists()
    assert policy.may(people["legal"], Access.PART2, version.decision)


def test_advice_is_sealed_also_where_the_second_question_came_without_part_2(people: People) -> None:
    version = walk.draft(WITH_PART2, people)
    ask(version, people, "legal", with_part2=True)
    answer(version, people["legal"], "content")
    change_section(version, "legal")
    ask(version, people, "legal")
    page = signed_in(people["legal"]).get(reverse("act", args=[version.decision_id, "give_advice"]))
    assert "only people who may read Part 2 see this" in page.content.decode()
    answer(version, people["legal"], "with_conditions", "The marigold price must not be named.")
    assert "".join(Advice.objects.values_list("text", flat=True)) == ""
    assert "marigold" not in "".join(row.text for row in advice.standings(load(version.pk)))


def test_a_page_that_shows_sealed_advice_is_marked_and_the_diary_says_who_read_it(people: People) -> None:
    version = walk.draft(WITH_PART2, people)
    ask(version, people, "legal", with_part2=True)
    ask(version, people, "finance")
    answer(version, people["legal"], "content", "The marigold price is fair.")
    for name, sees in (("legal", True), ("finance", False)):
        page = signed_in(people[name]).get(reverse("paper", args=[version.decision_id])).content.decode()
        assert ("marigold" in page) is sees
        assert ("Part 2 is open on this page" in page) is sees
        assert Part2Reading.objects.filter(person=people[name]).exists() is sees


def test_sealed_advice_is_read_under_a_new_key_and_its_page_opens_without_one(
    people: People, settings: Settings
) -> None:
    version = walk.draft(WITH_PART2, people)
    ask(version, people, "legal", with_part2=True)
    answer(version, people["legal"], "content", "The marigold price is fair.")
    stored, url = AdviceKey.objects.get(), reverse("paper", args=[version.decision_id])
    row, newer = f"advice:{stored.pk}", secrets.token_bytes(32)
    key = vault.open_key(vault.WrappedKey(bytes(stored.wrapped), stored.wrapped_by), row=row)
    settings.PART2_KEYS = (("next", newer),)
    assert "its key is missing" in signed_in(people["legal"]).get(url).content.decode()
    AdviceKey.objects.update(wrapped=vault.seal(newer, key, row=f"key:{row}"), wrapped_by="next")
    assert "marigold" in signed_in(people["legal"]).get(url).content.decode()


@pytest.mark.parametrize(
    "change",
    ["UPDATE approvals_advicekey SET advice_id = gen_random_uuid()", "DELETE FROM approvals_advicekey"],
)
def test_the_key_of_advice_is_neither_moved_nor_removed(change: str, people: People) -> None:
    version = walk.draft(WITH_PART2, people)
    ask(version, people, "legal", with_part2=True)
    answer(version, people["legal"], "content", "The marigold price is fair.")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert AdviceKey.objects.filter(advice=Advice.objects.get()).exists()


def another(area: str) -> User:
    """Somebody else in the office of an adviser."""
    person = User.objects.create_user(f"{area}2", full_name="Anselm Greaves")
    Holding.objects.create(office=Office.objects.get(key=area), person=person)
    return person


def test_an_adviser_who_handed_the_request_on_can_be_asked_again(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    asked = {"adviser": people["finance"], "area": "finance", "with_part2": False}
    perform(version.pk, "request_advice", by=people["officer"], **asked)
    colleague = another("finance")
    perform(version.pk, "hand_advice_on", by=people["finance"], to=colleague)
    offices.end(Holding.objects.get(person=colleague), by=None)
    perform(version.pk, "request_advice", by=people["officer"], **asked)
    assert advice.unanswered(load(version.pk), people["finance"]) is not None
    with pytest.raises(Refused, match="has been asked already"):
        perform(version.pk, "request_advice", by=people["officer"], **asked)


def test_an_adviser_who_has_come_back_without_the_paper_can_be_asked_again(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    asked = {"adviser": people["finance"], "area": "finance", "with_part2": False}
    perform(version.pk, "request_advice", by=people["officer"], **asked)
    offices.end(Holding.objects.get(person=people["finance"]), by=None)
    Holding.objects.create(office=Office.objects.get(key="finance"), person=people["finance"])
    assert not policy.may(people["finance"], Access.PART1, version.decision)
    perform(version.pk, "request_advice", by=people["officer"], **asked)
    assert policy.may(people["finance"], Access.PART1, version.decision)


def test_whoever_asks_sees_what_each_advises_on_and_who_is_away(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    until = timezone.make_aware(datetime(2031, 12, 3, 12))
    offices.record_absence(people["equality"], until=until, by=people["equality"])
    page = text_of(
        signed_in(people["officer"]).get(reverse("act", args=[version.decision_id, "request_advice"]))
    )
    away = f"Equality adviser: {people['equality']} (away until 3 December 2031)"
    assert f"{away} Covers the executive summary and section 7. Equality" in page
    assert (
        f"Finance adviser: {people['finance']} Covers the recommendations, the money, the contracts" in page
    )
    assert page.count("(away until") == 1
