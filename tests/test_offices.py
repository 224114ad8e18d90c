"""Offices as they really are: acting, vacant, away, delegated within a scope, and overridden with a second person."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals import advice, clock, signing, work
from approvals.acts import part1_of
from approvals.demo import walk
from approvals.demo.papers import PCD_1637, made_up
from approvals.models import Advice, Notice, Override, Signature
from approvals.workflow import NotAllowed, Refused, actions, perform
from decisions import policy, scheme
from decisions.models import (
    Access,
    ContractAward,
    Contributor,
    FinancialLine,
    FundingGrant,
    Recommendation,
    State,
    Version,
)
from decisions.snapshot import load
from decisions.wording import capacity_in_words, day
from pcd import trail
from pcd.people import offices
from pcd.people.models import Absence, Holding, Office, Role, User
from tests.drafting import section_of, signed_in, text_of
from tests.pages import assert_valid_html
from tests.signing import sign_in
from tests.test_route_guards import refuses, signature

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
PARAGRAPH = "paragraph 3.2 of the example scheme of delegation"


def chief_office() -> Office:
    """The chief executive's office."""
    return Office.objects.get(key="chief-executive")


def away(person: User) -> None:
    """Somebody says that they are away until tomorrow."""
    offices.record_absence(person, until=timezone.now() + timedelta(days=1), by=person)


def end_delegations() -> None:
    """Nobody signs for the chief executive any more."""
    Holding.objects.filter(capacity="delegate").update(until=Now())


def with_chief(people: People, paper: object = None) -> Version:
    """A paper that is with the chief executive."""
    return walk.bring(walk.draft(paper or made_up(1, "Boats"), people), people, "with_chief_executive")  # type: ignore[arg-type]


def endorse(version: Version, person: User) -> Signature:
    """Endorse it as this person; returns the signature."""
    perform(version.pk, "endorse", by=person, digest=signing.shown(version))
    return Signature.objects.get(round__version=version, office="chief_executive")


def waits_for(person: User) -> set[object]:
    """Return the papers of which their list says that they wait for this person."""
    return {row.version.pk for row in work.tasks(person) if row.what == "Endorse and sign"}


def listed(person: User) -> set[str]:
    return {row.what for row in work.tasks(person)}


def offered(version: Version, person: User) -> set[str]:
    return {row.action for row in actions(Version.objects.get(pk=version.pk), person)}


def told(asks: str) -> list[str]:
    return sorted(Notice.objects.filter(asks=asks).values_list("person__username", flat=True))


# Absence, and who stands in


def test_while_the_chief_executive_is_there_the_deputy_is_not_asked(people: People) -> None:
    version = with_chief(people)
    assert told("endorse") == ["chief"]
    assert waits_for(people["deputy"]) == set()
    assert not policy.may(people["deputy"], Access.PART1, version.decision)
    with pytest.raises(NotAllowed):
        endorse(version, people["deputy"])


def test_an_absence_reroutes_what_is_to_come_and_what_waits_already(people: People) -> None:
    waits = with_chief(people)
    away(people["chief"])
    clock.let_in_successors()
    comes = with_chief(people)
    for version in (waits, comes):
        assert version.pk in waits_for(people["deputy"])
        assert version.pk not in waits_for(people["chief"])
        assert policy.may(people["deputy"], Access.PART2, version.decision)
        with pytest.raises(NotAllowed):
            endorse(version, people["chief"])
    assert told("endorse") == ["chief", "deputy", "deputy"]


def test_who_comes_back_is_asked_again_and_the_deputy_is_not(people: People) -> None:
    away(people["chief"])
    version = with_chief(people)
    assert offices.end_absence(people["chief"], by=people["chief"])
    clock.let_in_successors()
    assert version.pk in waits_for(people["chief"])
    assert version.pk not in waits_for(people["deputy"])
    with pytest.raises(NotAllowed):
        endorse(version, people["deputy"])
    assert endorse(version, people["chief"]).capacity == "in_office"
    verbs = trail.entries("person", people["chief"].pk).values_list("verb", flat=True)
    assert list(verbs) == ["away", "back"]


def test_an_absence_that_is_to_come_or_has_passed_changes_nothing(people: People) -> None:
    soon, person = timezone.now() + timedelta(days=2), people["chief"]
    offices.record_absence(person, since=soon, until=soon + timedelta(days=3), by=person)
    past = timezone.now() - timedelta(days=9)
    offices.record_absence(person, since=past, until=past + timedelta(days=3), by=person)
    assert offices.absence_of(person) is None
    assert with_chief(people).pk in waits_for(person)


def test_the_page_of_absence_is_simple_and_a_second_click_does_no_harm(people: People) -> None:
    chief, url = signed_in(people["chief"]), reverse("absence")
    assert_valid_html(chief.get(url).content.decode())
    last = timezone.localdate() + timedelta(days=4)
    typed = {"last_day_day": last.day, "last_day_month": last.month, "last_day_year": last.year}
    wrong = {**typed, "last_day_year": last.year - 1}
    assert "must be today or later" in text_of(chief.post(url, wrong))
    assert [chief.post(url, typed).status_code for _ in range(2)] == [303, 303]
    assert Absence.objects.count() == 1
    assert "You are recorded as away" in text_of(chief.get(reverse("my-work")))
    assert_valid_html(chief.get(url).content.decode())
    assert [chief.post(url, {"back": "yes"}).status_code for _ in range(2)] == [303, 303]
    assert offices.absence_of(people["chief"]) is None


# What a signature says


def test_a_delegate_signs_for_the_holder_and_the_signature_names_both(people: People) -> None:
    away(people["chief"])
    version = with_chief(people, PCD_1637)
    page = text_of(signed_in(people["deputy"]).get(reverse("act", args=[version.decision_id, "endorse"])))
    assert "You sign as Harriet Vane-Lowe, Director of Strategy" in page
    said = f"By delegation, on behalf of Edwin Tarrant, Chief Executive Officer ({PARAGRAPH})"
    assert said in page
    row = endorse(version, people["deputy"])
    assert (row.held, row.signer, row.capacity) == (chief_office(), people["deputy"], "delegate")
    [printed] = [one for one in part1_of(load(version.pk)).signatures if one.office == "chief_executive"]
    assert (printed.name, printed.office_title) == ("Harriet Vane-Lowe", "Director of Strategy")
    assert capacity_in_words(printed) == said
    entry = trail.entries("decision", version.decision_id).get(verb="endorse")
    assert entry.detail["on_behalf_of"] == "Edwin Tarrant, Chief Executive Officer"


def test_a_delegate_of_a_vacant_office_says_so(people: People) -> None:
    Holding.objects.filter(person=people["chief"]).update(until=Now())
    version = with_chief(people)
    assert endorse(version, people["deputy"]).on_behalf_of == "Chief Executive Officer (vacant)"


def test_whoever_acts_in_an_office_signs_as_acting(people: People) -> None:
    Holding.objects.filter(person=people["chief"]).update(until=Now())
    offices.appoint(chief_office(), people["officer2"], by=people["admin"], acting=True)
    version = with_chief(people)
    row = endorse(version, people["officer2"])
    assert (row.capacity, row.office_title, row.on_behalf_of) == ("acting", "Chief Executive Officer", "")
    assert [one.capacity for one in part1_of(load(version.pk)).signatures] == ["in_office", "acting"]


def test_a_vacant_office_without_a_delegate_stops_the_submission_in_words(people: People) -> None:
    end_delegations()
    Holding.objects.filter(person=people["chief"]).update(until=Now())
    version = walk.bring(walk.draft(made_up(1, "Boats"), people), people, "in_advice")
    for small in (False, True):
        walk.be_small(people, small)
        with pytest.raises(Refused, match="is there as chief executive"):
            walk.submit(version, people)


# Scope, period, loops


def delegated(people: People, **scope: object) -> Holding:
    """The other officer signs for the chief executive, who is away."""
    end_delegations()
    given = {
        "until": timezone.now() + timedelta(days=9),
        "authority": PARAGRAPH,
        "by": people["admin"],
        **scope,
    }
    held = offices.delegate(chief_office(), people["officer2"], **given)  # type: ignore[arg-type]
    away(people["chief"])
    return held


@pytest.mark.parametrize(
    ("scope", "signs"),
    [
        ({}, True),
        ({"kinds": ["contract_award", "capital", "revenue", "property"]}, True),
        ({"kinds": ["policy"]}, False),
        ({"up_to": Decimal("1.00")}, False),
        ({"up_to": Decimal(1_000_000_000)}, True),
    ],
    ids=["any", "its kinds", "other kinds", "less", "more"],
)
def test_a_delegate_signs_what_their_scope_covers(
    scope: dict[str, object], signs: bool, people: People
) -> None:
    version = with_chief(people, made_up(1, "Boats"))
    delegated(people, **scope)
    clock.let_in_successors()
    assert (version.pk in waits_for(people["officer2"])) is signs
    assert ("endorse" in offered(version, people["officer2"])) is signs
    assert policy.may(people["officer2"], Access.PART2, version.decision) is signs


def test_the_amount_of_a_scope_is_exact_to_the_penny(people: People) -> None:
    version = with_chief(people, made_up(1, "Boats"))
    highest = max(one.value for one in scheme.amounts(load(version.pk)) if one.value)
    held = delegated(people, up_to=highest - Decimal("0.01"))
    says = signing.signs_as(load(version.pk), people["officer2"], held)
    forged = signature(version, people["officer2"], "chief_executive", **says._asdict())
    assert not signing.covers(held, load(version.pk))
    assert refuses(forged), "the database too"
    enough = {"capacity": "delegate", "authority": PARAGRAPH, "until": held.until, "up_to": highest}
    more = Holding.objects.create(office=chief_office(), person=people["officer2"], **enough)
    assert signing.covers(more, load(version.pk))
    assert not refuses(forged)


LINE = {"kind": "capital", "certainty": "exact", "amount": Decimal(100)}
YEARS = {**LINE, "recurrence": "per_annum", "year_from": 2027, "year_to": 2029}
RANGE = {**LINE, "certainty": "range", "amount_to": Decimal(170)}
AWARD = {"action": "award", "value": Decimal(90)}
GRANT = {"direction": "given", "amount": Decimal(120)}
WITHHELD = {"certainty": "withheld"}
#: Lines, lines of a recommendation under it, contracts and grants, and the highest amount of them all.
HIGHEST: dict[str, tuple[list[Any], list[Any], list[Any], list[Any], int | None]] = {
    "one line": ([LINE], [], [], [], 100),
    "two lines": ([LINE, {**LINE, "kind": "revenue"}], [], [], [], 200),
    "the end of a range": ([RANGE], [], [], [], 170),
    "every year": ([YEARS], [], [], [], 300),
    "every year of a range": ([{**RANGE, **YEARS, "certainty": "range"}], [], [], [], 510),
    "years that are not named": ([{**LINE, "recurrence": "per_annum"}], [], [], [], 100),
    "income is no cost": ([{**LINE, "kind": "income"}], [], [], [], 0),
    "a line that divides the one above": ([LINE], [LINE], [], [], 100),
    "a line that adds to the one above": ([LINE], [{**LINE, "kind": "revenue"}], [], [], 200),
    "contracts together": ([LINE], [], [AWARD, AWARD], [], 180),
    "a grant": ([LINE], [], [AWARD], [GRANT], 120),
    "a contract alone": ([], [], [AWARD], [], 90),
    "nothing stated": ([], [], [], [], None),
    "a line withheld": ([LINE, {**LINE, **WITHHELD, "amount": None}], [], [], [], None),
    "years of a line withheld": ([{**YEARS, **WITHHELD, "amount": None}], [], [], [], None),
    "a contract withheld": ([LINE], [], [{**AWARD, **WITHHELD, "value": None}], [], None),
    "a grant withheld": ([LINE], [], [], [{**GRANT, **WITHHELD, "amount": None}], None),
}


@pytest.mark.parametrize("name", HIGHEST)
def test_the_database_counts_the_amounts_of_a_paper_as_the_scheme_does(name: str, people: People) -> None:
    *rows, highest = HIGHEST[name]
    version = walk.draft(made_up(1, "Boats"), people)
    for stated in (FinancialLine, ContractAward, FundingGrant):
        stated.objects.filter(recommendation__version=version).delete()
    first = version.recommendations.filter(parent=None)[0]
    below = Recommendation.objects.create(version=version, parent=first, position=99, text="Of it.")
    places: Any = (
        (FinancialLine, first),
        (FinancialLine, below),
        (ContractAward, first),
        (FundingGrant, first),
    )
    for (model, place), given in zip(places, rows, strict=True):
        for position, columns in enumerate(given, start=1):
            model.objects.create(recommendation=place, position=position, **columns)
    with connection.cursor() as cursor:
        cursor.execute("select staff.highest_amount(%s)::text", [version.pk])
        [counted] = cursor.fetchone()
    counts = [one.value for one in scheme.amounts(load(version.pk))]
    assert (None if None in counts else max(one for one in counts if one is not None)) == highest
    assert Decimal(counted) == (Decimal("Infinity") if highest is None else highest)


def test_a_delegation_ends_by_itself_and_its_access_with_it(people: People) -> None:
    held = delegated(people)
    version = with_chief(people)
    assert policy.may(people["officer2"], Access.PART2, version.decision)
    offices.end(held, by=people["admin"])
    assert not policy.may(people["officer2"], Access.PART1, version.decision)
    with pytest.raises(NotAllowed):
        endorse(version, people["officer2"])
    verbs = trail.entries("office", chief_office().pk).values_list("verb", flat=True)
    assert list(verbs) == ["delegated", "delegation_ended"]


def delegate_to(office: str, to: User, by: User) -> Callable[[], object]:
    """Return the delegation of an office to somebody, to be tried."""
    end = timezone.now() + timedelta(days=9)
    row = Office.objects.get(key=office)
    return lambda: offices.delegate(row, to, by=by, until=end, authority=PARAGRAPH)


def test_nobody_signs_for_each_other_directly_or_through_others(people: People) -> None:
    by, strategy = people["admin"], Holding.objects.own().get(person=people["deputy"]).office.key
    with pytest.raises(offices.NotSound, match="Nobody can sign for each other"):
        delegate_to(strategy, people["chief"], by)()  # the deputy signs for the chief
    delegate_to(strategy, people["head"], by)()
    with pytest.raises(offices.NotSound, match="Nobody can sign for each other"):
        delegate_to("cfo", people["chief"], by)()  # through the head of service
    with pytest.raises(offices.NotSound, match="holds the office Chief Executive Officer"):
        delegate_to("chief-executive", people["chief"], by)()
    with pytest.raises(offices.NotSound, match="signs nothing on the route"):
        delegate_to("governance", people["chief"], by)()


def test_a_delegation_cannot_be_passed_on(people: People) -> None:
    end_delegations()
    delegate_to("chief-executive", people["deputy"], people["admin"])()
    strategy = Holding.objects.own().get(person=people["deputy"]).office
    delegate_to(strategy.key, people["officer2"], people["admin"])()
    away(people["chief"])
    version = with_chief(people)
    assert "endorse" not in offered(version, people["officer2"])


def test_the_database_keeps_the_same_rules(people: People) -> None:
    strategy = Holding.objects.own().get(person=people["deputy"]).office
    end = timezone.now() + timedelta(days=9)
    about = {"capacity": "delegate", "authority": PARAGRAPH, "until": end}
    chief, row = people["chief"], Holding.objects.get(person=people["chief"])
    forged: dict[str, Callable[[], object]] = {
        "a loop": lambda: Holding.objects.create(office=strategy, person=chief, **about),
        "an own office": lambda: Holding.objects.create(office=chief_office(), person=chief, **about),
        "of the governance team": lambda: Holding.objects.create(
            office=Office.objects.get(key="governance"), person=chief, **about
        ),
        "without an end": lambda: Holding.objects.create(
            office=chief_office(), person=people["legal"], capacity="delegate", authority=PARAGRAPH
        ),
        "without authority": lambda: Holding.objects.create(
            office=chief_office(), person=people["legal"], capacity="delegate", until=end
        ),
        "a holding given to somebody else": lambda: Holding.objects.filter(pk=row.pk).update(
            person=people["legal"]
        ),
        "a holding made acting": lambda: Holding.objects.filter(pk=row.pk).update(capacity="acting"),
        "a delegation made longer": lambda: Holding.objects.filter(capacity="delegate").update(
            until=end + timedelta(days=999)
        ),
    }
    assert [name for name, act in forged.items() if not refuses(act)] == []


def test_a_forged_capacity_is_refused_by_the_database(people: People) -> None:
    version = with_chief(people)
    deputy = {
        "office_title": people["deputy"].job_title,
        "capacity": "delegate",
        "on_behalf_of": "Edwin Tarrant, Chief Executive Officer",
        "authority": PARAGRAPH,
    }
    forged = {
        "acting": signature(version, people["chief"], "chief_executive", capacity="acting"),
        "on behalf of somebody": signature(
            version, people["chief"], "chief_executive", on_behalf_of="The Mayor"
        ),
        "on an authority": signature(version, people["chief"], "chief_executive", authority=PARAGRAPH),
        "while the chief is there": signature(version, people["deputy"], "chief_executive", **deputy),
    }
    assert [name for name, act in forged.items() if not refuses(act)] == []
    away(people["chief"])
    otherwise = {**deputy, "on_behalf_of": "The Mayor"}
    forged = {
        "by who is away": signature(version, people["chief"], "chief_executive"),
        "for another": signature(version, people["deputy"], "chief_executive", **otherwise),
        "on no authority": signature(
            version, people["deputy"], "chief_executive", **{**deputy, "authority": ""}
        ),
        "as the holder": signature(version, people["deputy"], "chief_executive"),
    }
    assert [name for name, act in forged.items() if not refuses(act)] == []
    assert not refuses(signature(version, people["deputy"], "chief_executive", **deputy))


# Two parts in one paper, and the override of a small office


def part_of(name: str) -> Callable[[People], Version]:
    """Return how a paper comes to the chief's office in which the deputy, who stands in, has another part."""

    def drafted(people: People) -> Version:
        version = walk.draft(made_up(1, "Boats"), people)
        Contributor.objects.create(version=version, person=people["deputy"])
        return walk.bring(version, people, "with_chief_executive")

    def advised(people: People) -> Version:
        Holding.objects.create(office=Office.objects.get(key="finance"), person=people["deputy"])
        version = walk.draft(made_up(1, "Boats"), people)
        walk.advise(version, {**people, "finance": people["deputy"]}, "finance", "legal")
        return walk.bring(load(version.pk), people, "with_chief_executive")

    def reviewed(people: People) -> Version:
        strategy = Holding.objects.own().get(person=people["deputy"]).office
        version = walk.draft(made_up(1, "Boats"), people)
        Version.objects.filter(pk=version.pk).update(head_of_service=strategy)
        return walk.bring(load(version.pk), {**people, "head": people["deputy"]}, "with_chief_executive")

    def wrote(people: People) -> Version:
        Holding.objects.create(office=Office.objects.get(key="equality"), person=people["deputy"])
        version = section_of(people["deputy"], walk.draft(made_up(1, "Boats"), people), people)
        return walk.bring(version, people, "with_chief_executive")

    return {"drafted": drafted, "advised": advised, "reviewed": reviewed, "wrote": wrote}[name]


PARTS = {
    "drafted": "You wrote part of this paper",
    "advised": "You gave advice on this paper",
    "reviewed": "You have already signed this paper",
    "wrote": "You wrote a section of this paper",
}


@pytest.mark.parametrize("name", PARTS)
def test_no_delegate_who_drafted_advised_or_signed_in_another_office(name: str, people: People) -> None:
    version = part_of(name)(people)
    away(people["chief"])
    clock.let_in_successors()
    with pytest.raises(Refused, match=PARTS[name]):
        endorse(version, people["deputy"])
    deputy = signing.as_what(load(version.pk), people["deputy"])
    assert deputy is not None
    assert refuses(signature(version, people["deputy"], "chief_executive", **deputy._asdict())), (
        "the database too"
    )


def test_a_pen_that_was_never_used_is_no_part_in_the_paper(people: People) -> None:
    Holding.objects.create(office=Office.objects.get(key="equality"), person=people["deputy"])
    version = walk.draft(made_up(1, "Boats"), people)
    version = section_of(people["deputy"], version, people, text="")
    version = walk.bring(version, people, "with_chief_executive")
    away(people["chief"])
    clock.let_in_successors()
    assert endorse(version, people["deputy"]).capacity == "delegate"


def test_a_paper_is_not_submitted_to_nobody_but_who_wrote_a_section_of_it(people: People) -> None:
    Holding.objects.create(office=Office.objects.get(key="equality"), person=people["chief"])
    end_delegations()
    version = section_of(people["chief"], walk.draft(made_up(1, "Boats"), people), people)
    walk.advise(version, people, "finance", "legal")
    with pytest.raises(
        Refused, match="Nobody who had no other part in this paper is there as chief executive"
    ):
        walk.bring(version, people, "with_head_of_service")


@pytest.mark.parametrize("name", PARTS)
def test_a_small_office_overrides_with_a_reason_and_a_second_person(name: str, people: People) -> None:
    version, deputy = part_of(name)(people), people["deputy"]
    away(people["chief"])
    clock.let_in_successors()
    with pytest.raises(Refused, match="has enough people"):
        perform(version.pk, "ask_override", by=deputy, reason="Nobody else is there.")
    walk.be_small(people)
    perform(version.pk, "ask_override", by=deputy, reason="Nobody else is there.")
    assert told("override") == ["governance", "governance2"]
    with pytest.raises(Refused, match=PARTS[name]):
        endorse(version, deputy)
    with pytest.raises(NotAllowed):
        perform(version.pk, "agree_to_override", by=deputy, override=Override.objects.get())
    page = signed_in(people["governance"]).get(
        reverse("act", args=[version.decision_id, "agree_to_override"])
    )
    assert_valid_html(page.content.decode())
    assert "Harriet Vane-Lowe acts as chief executive: Nobody else is there." in text_of(page)

    perform(version.pk, "agree_to_override", by=people["governance"], override=Override.objects.get())

    assert told("overridden") == ["deputy"]
    row = endorse(version, deputy)
    assert row.authority == f"{PARAGRAPH}; override agreed by {people['governance']}"
    assert load(version.pk).state == State.WITH_DECISION_MAKER
    assert "override agreed by Bram Fairweather" in text_of(
        signed_in(people["dmpc"]).get(reverse("paper", args=[version.decision_id]))
    )


def test_an_override_is_for_its_round_and_office_and_never_rewritten(people: People) -> None:
    walk.be_small(people)
    version = part_of("drafted")(people)
    away(people["chief"])
    clock.let_in_successors()
    perform(version.pk, "ask_override", by=people["deputy"], reason="Nobody else is there.")
    row, second = Override.objects.get(), people["governance"]
    forged: dict[str, Callable[[], object]] = {
        "by oneself": lambda: Override.objects.update(consented_by=people["deputy"], consented_at=Now()),
        "by who wrote": lambda: Override.objects.update(consented_by=people["officer"], consented_at=Now()),
        "another reason": lambda: Override.objects.update(reason="Another."),
        "another person": lambda: Override.objects.update(person=people["head"]),
        "agreed from the start": lambda: Override.objects.create(
            round=row.round, office="decision_maker", person=people["head"], reason="x", consented_by=second
        ),
        "removed": row.delete,
    }
    assert [name for name, act in forged.items() if not refuses(act)] == []
    perform(version.pk, "agree_to_override", by=people["governance"], override=row)
    perform(version.pk, "return_for_amendment", by=people["deputy"], reason="Say more.")
    walk.bring(load(version.pk), people, "with_chief_executive")
    with pytest.raises(Refused, match=PARTS["drafted"]):
        endorse(version, people["deputy"])


def late_answers_are_met_kindly(version: Version, row: Override, people: People) -> None:
    """Another of the team, who had the page open, answers what was turned down; who is not of it learns nothing."""
    sent = {"override": str(row.pk), "reason": "Typed late."}
    for name, action, answer in (
        ("governance2", "refuse_override", 409),
        ("governance2", "agree_to_override", 409),
        ("head", "refuse_override", 404),
        ("head", "agree_to_override", 404),
    ):
        late = sign_in(Client(), people[name]).post(reverse("act", args=[version.decision_id, action]), sent)
        assert (late.status_code, action) == (answer, action)
        assert ("Typed late." in text_of(late)) is (name == "governance2" and action == "refuse_override")


def test_an_override_is_turned_down_with_a_reason_and_asked_for_anew(people: People) -> None:
    walk.be_small(people)
    version, deputy, second = part_of("drafted")(people), people["deputy"], people["governance"]
    away(people["chief"])
    clock.let_in_successors()
    perform(version.pk, "ask_override", by=deputy, reason="Nobody else is there.")
    row, no = Override.objects.get(), "Wait until Monday."
    rows = Override.objects.filter(pk=row.pk)
    forged: dict[str, Callable[[], object]] = {
        "by oneself": lambda: rows.update(refused_by=deputy, refusal=no),
        "by who wrote": lambda: rows.update(refused_by=people["officer"], refusal=no),
        "by an adviser": lambda: rows.update(refused_by=people["legal"], refusal=no),
        "without a reason": lambda: rows.update(refused_by=second),
        "and agreed to": lambda: rows.update(refused_by=second, refusal=no, consented_by=second),
        "a reason for yes": lambda: rows.update(refusal=no, consented_by=second),
    }
    assert [name for name, act in forged.items() if not refuses(act)] == []
    with pytest.raises(NotAllowed):
        perform(version.pk, "refuse_override", by=deputy, override=row, reason=no)
    address, saying_no = reverse("act", args=[version.decision_id, "refuse_override"]), signed_in(second)
    assert_valid_html(saying_no.get(address).content.decode())
    empty = saying_no.post(address, {"override": str(row.pk), "reason": " "})
    assert "Enter the reason" in text_of(empty)
    assert saying_no.post(address, {"override": str(row.pk), "reason": no}).status_code == 303
    assert "You have turned this down already" in text_of(
        saying_no.post(address, {"override": str(row.pk), "reason": no}, follow=True)
    )
    late_answers_are_met_kindly(version, row, people)

    assert told("override_refused") == ["deputy"]
    page = text_of(signed_in(deputy).get(reverse("paper", args=[version.decision_id])))
    assert f"as chief executive Turned down. {no}" in page
    assert f"{second} turned down an override for {deputy}" in page
    with pytest.raises(Refused, match=PARTS["drafted"]):
        endorse(version, deputy)
    stands = text_of(signed_in(deputy).get(reverse("act", args=[version.decision_id, "endorse"])))
    assert f"{second} turned down on {day(timezone.localdate())} that you act in two parts: {no}" in stands
    assert "You can ask again" in stands
    assert "or return the paper for amendment" in stands
    clock.let_in_successors()
    assert told("stuck") == ["governance", "governance2", "officer"], "it waits for nobody"
    assert "return_for_amendment" in offered(version, second)
    signs = signing.as_what(load(version.pk), deputy)
    assert signs is not None
    named = signs._replace(authority=f"{signs.authority}; override agreed by {second}")
    answered: dict[str, Callable[[], object]] = {
        "signed all the same": signature(version, deputy, "chief_executive", **named._asdict()),
        "agreed to after": lambda: rows.update(
            consented_by=people["governance2"], refused_by=None, refusal=""
        ),
        "another reason": lambda: rows.update(refusal="Another."),
    }
    assert [name for name, act in answered.items() if not refuses(act)] == []

    perform(version.pk, "ask_override", by=deputy, reason="It cannot wait.")
    assert "return_for_amendment" not in offered(version, second), "it waits for an answer"
    agreeing = sign_in(Client(), people["governance2"]).get(
        reverse("act", args=[version.decision_id, "agree_to_override"])
    )
    assert_valid_html(agreeing.content.decode())
    assert f"{second} turned this down for {deputy} on" in text_of(agreeing)
    assert no in text_of(agreeing), "a colleague's no is not got round unseen"
    with pytest.raises(Refused, match="answered already"):
        perform(version.pk, "agree_to_override", by=second, override=row)
    perform(version.pk, "agree_to_override", by=second, override=Override.objects.latest("asked_at"))
    assert endorse(version, deputy).authority.endswith(f"override agreed by {second}")


def test_the_page_offers_what_waits_for_consent_and_a_second_click_finds_it_done(people: People) -> None:
    walk.be_small(people)
    version = walk.draft(made_up(1, "Boats"), people)
    Contributor.objects.create(version=version, person=people["chief"])
    Holding.objects.create(office=chief_office(), person=people["legal"])  # who will have advised
    Holding.objects.create(office=chief_office(), person=people["equality"])
    version = walk.bring(version, people, "with_chief_executive")
    for name in ("chief", "legal"):
        perform(version.pk, "ask_override", by=people[name], reason="Nobody else is there.")
    first, second = Override.objects.order_by("asked_at")
    address = reverse("act", args=[version.decision_id, "agree_to_override"])
    agreeing = sign_in(Client(), people["governance"])
    assert agreeing.post(address, {"override": str(first.pk)}).status_code == 303
    page = signed_in(people["governance2"]).get(address).content.decode()
    assert (str(first.pk) in page, str(second.pk) in page) == (False, True)
    assert "You have agreed to this already" in text_of(
        agreeing.post(address, {"override": str(first.pk)}, follow=True)
    )
    asked = f"{people['legal']} asks to act in two parts: say whether you agree"
    paper = reverse("paper", args=[version.decision_id])
    assert "Waits for a second person." in text_of(signed_in(people["officer"]).get(paper))
    assert asked in listed(people["governance2"])
    endorse(version, people["equality"])
    assert "Not answered." in text_of(signed_in(people["officer"]).get(paper)), "nothing hangs on it any more"
    assert asked not in listed(people["governance2"])
    assert not {"agree_to_override", "refuse_override"} & offered(version, people["governance2"])


def test_the_roles_of_a_delegate_are_their_own(people: People) -> None:
    assert people["deputy"].roles() == {Role.HEAD_OF_SERVICE}
    assert not people["deputy"].holds(Role.CHIEF_EXECUTIVE)


def test_who_agreed_to_an_override_signs_nothing_of_that_round(people: People) -> None:
    walk.be_small(people)
    version = part_of("drafted")(people)
    away(people["chief"])
    clock.let_in_successors()
    perform(version.pk, "ask_override", by=people["deputy"], reason="Nobody else is there.")
    perform(version.pk, "agree_to_override", by=people["governance"], override=Override.objects.get())
    Holding.objects.create(office=chief_office(), person=people["governance"])
    end_delegations()
    clock.let_in_successors()
    with pytest.raises(Refused, match="You agreed to an override"):
        endorse(version, people["governance"])
    assert refuses(signature(version, people["governance"], "chief_executive")), "the database too"
    with pytest.raises(Refused, match="no override lets you"):
        perform(version.pk, "ask_override", by=people["governance"], reason="Nobody else is there.")
    assert told("stuck") == ["governance", "governance2", "officer"], "it waits for nobody"
    Override.objects.create(
        round=version.rounds.get(), office="chief_executive", person=people["governance"], reason="x"
    )
    perform(
        version.pk,
        "agree_to_override",
        by=people["governance2"],
        override=Override.objects.latest("asked_at"),
    )
    with pytest.raises(Refused, match="no override lets you"):  # in words, before the database does
        endorse(version, people["governance"])


def test_one_second_person_is_enough_and_who_decided_under_an_override_may_take_it_back(
    people: People,
) -> None:
    walk.be_small(people)
    version = walk.draft(made_up(1, "Boats"), people)
    for name in ("chief", "dmpc"):
        Contributor.objects.create(version=version, person=people[name])
    version = walk.bring(version, people, "with_chief_executive")
    for name, act in (("chief", walk.endorse), ("dmpc", walk.decide)):
        perform(version.pk, "ask_override", by=people[name], reason="Nobody else is there.")
        asked = f"{people[name]} asks to act in two parts: say whether you agree"
        assert asked in listed(people["governance"])
        perform(
            version.pk,
            "agree_to_override",
            by=people["governance"],
            override=Override.objects.get(person=people[name]),
        )
        act(load(version.pk), people)
    walk.rescind(load(version.pk), people)
    assert load(version.pk).state == State.RESCINDED


def test_nobody_advises_on_what_they_have_signed(people: People) -> None:
    version = walk.draft(made_up(1, "Boats"), people)
    asked = {"adviser": people["equality"], "area": "equality", "with_part2": True}
    perform(version.pk, "request_advice", by=people["officer"], **asked)
    walk.advise(load(version.pk), people, "finance", "legal")
    version = walk.bring(load(version.pk), people, "with_chief_executive")
    Holding.objects.create(office=chief_office(), person=people["equality"])
    clock.let_in_successors()
    endorse(version, people["equality"])
    said = {"outcome": "content", "text": "", "digest": advice.shown(load(version.pk), people["equality"])}
    with pytest.raises(Refused, match="You have signed this paper"):
        perform(version.pk, "give_advice", by=people["equality"], **said)
    request = version.advice_requests.get(area="equality")
    given = {"request": request, "adviser": people["equality"], "outcome": "content", "covers": {}}
    assert refuses(lambda: Advice.objects.create(**given)), "the database too"
