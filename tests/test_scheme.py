"""Who decides: what the scheme proposes, what an officer may make of it, what stays when it changes."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from approvals import clearing
from approvals.acts import part1_of
from approvals.context import Context
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, PCD_1637, SETTLEMENT, DemoRecommendation, made_up
from approvals.verify import faults
from approvals.workflow import TRANSITION, why_not
from decisions import related, scheme
from decisions.checks import authority
from decisions.models import ContractAward, Decider, Scheme, SchemeParagraph, Series, Version
from decisions.part1 import of_snapshot, to_data
from decisions.scheme import Amount
from decisions.snapshot import components, snapshot_bytes
from tests.drafting import again, error_at, save, signed_in, text_of, url

pytestmark = pytest.mark.django_db
OFFICER, CHIEF, DMPC, MAYOR = Decider


def pounds(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


#: The amount (None: not stated), the kinds, and then who decides by which paragraph.
DECIDES: tuple[tuple[str | None, tuple[str, ...], Decider, str], ...] = (
    ("0", ("contract_award",), OFFICER, "4.10"),
    ("49,999.99", ("contract_award",), OFFICER, "4.10"),
    ("50,000", ("contract_award",), CHIEF, "4.11"),
    ("499,999.99", ("contract_award",), CHIEF, "4.11"),
    ("500,000", ("contract_award",), DMPC, "4.12"),
    ("1,980,000", ("initiate_procurement",), DMPC, "4.12"),
    (None, ("extension",), DMPC, "4.12"),
    ("49,999.99", ("revenue",), OFFICER, "4.15"),
    ("50,000", ("capital", "revenue"), CHIEF, "4.16"),
    ("500,000", ("bid",), DMPC, "4.17"),
    ("499,999.99", ("grant_given",), CHIEF, "4.21"),
    (None, ("settlement",), DMPC, "4.22"),
    ("0", ("property",), DMPC, "4.2"),
    ("1", ("property", "contract_award"), DMPC, "4.2"),
    ("0", ("policy",), DMPC, "4.3"),
    ("10", ("other",), DMPC, "4.1"),
    ("20,000", ("revenue", "collaboration"), DMPC, "4.1"),
    ("900,000", ("contract_award", "collaboration"), DMPC, "4.12"),
    ("1", ("budget",), MAYOR, "2.1"),
    ("900,000", ("contract_award", "budget", "property"), MAYOR, "2.1"),
)


@pytest.fixture
def rules() -> Scheme:
    return Scheme.objects.get(body="mopac")


@pytest.mark.parametrize(("amount", "kinds", "decider", "number"), DECIDES)
def test_the_strictest_paragraph_that_applies_says_who_decides(
    rules: Scheme, amount: str | None, kinds: tuple[str, ...], decider: Decider, number: str
) -> None:
    value = None if amount is None else pounds(amount)
    found = scheme.decided_by(rules, [Amount(value, frozenset(kinds))])
    assert found is not None
    assert (found.decider, found.paragraph.number) == (decider, number), found.because


def test_the_proposal_is_explained_in_a_sentence(rules: Scheme) -> None:
    said = []
    for value in (Decimal(1_980_000), None, Decimal(0)):
        found = scheme.decided_by(rules, [Amount(value, frozenset({"contract_award"}))])
        said.append(found.because if found else "")
    dmpc = "decided by the Deputy Mayor for Policing and Crime."
    assert said == [
        f"Contract award of £1,980,000: paragraph 4.12 says that contracts of £500,000 or more are {dmpc}",
        f"Contract award whose amount is not stated: paragraph 4.12 says that contracts of £500,000 or more are {dmpc}",
        "Contract award: paragraph 4.10 says that contracts below £50,000 are decided by a delegated officer.",
    ]


# What of a paper counts


def line(amount: int | None, **more: Any) -> dict[str, Any]:
    values = {"kind": "revenue", "amount": amount, "certainty": "exact" if amount else "withheld"}
    return {**values, "year_from": 2027, **more}


def award(value: int | None, **more: Any) -> dict[str, Any]:
    values = {"action": "award", "value": value, "certainty": "up_to" if value else "withheld"}
    return {**values, "subject": "Lockers", **more}


def asking(*lines: Any, awards: Any = (), parts: Any = (), kinds: Any = ("revenue",)) -> Any:
    children = tuple(DemoRecommendation("Approve a part.", lines=(one,)) for one in parts)
    asked = DemoRecommendation("Approve it.", lines=lines, awards=awards, children=children)
    return made_up(1, "Lockers", kinds=kinds, recommendations=(asked,))


CONTRACTS = {"contract_award"}
#: A paper, who decides it, and by which amount.
COUNTS: tuple[tuple[Any, Decider, str], ...] = (
    (asking(line(40_000)), OFFICER, "Revenue of £40,000"),
    (asking(line(30_000), line(20_000)), CHIEF, "Revenue of £50,000"),
    (asking(line(40_000), parts=[line(15_000), line(25_000)]), OFFICER, "Revenue of £40,000"),
    (
        asking(line(40_000), parts=[line(25_000, kind="capital", year_to=2027)]),
        CHIEF,
        "Revenue of £65,000",
    ),
    (asking(line(100, certainty="range", amount_to=60_000)), CHIEF, "Revenue of £60,000"),
    (asking(line(20_000, recurrence="per_annum", year_to=2029)), CHIEF, "Revenue of £60,000"),
    (asking(line(20_000, recurrence="per_annum")), OFFICER, "Revenue of £20,000"),
    (asking(line(900_000, kind="income")), OFFICER, "Revenue: "),
    (asking(line(10_000), line(None)), DMPC, "Revenue whose amount is not stated"),
    (asking(awards=[award(40_000)], kinds=["contract_award"]), OFFICER, "Contract award of £40,000"),
    (asking(awards=[award(300_000), award(200_000)], kinds=["contract_award"]), DMPC, "award of £500,000"),
    (asking(awards=[award(40_000), award(None)], kinds=["contract_award"]), DMPC, "award whose amount is not stated"),
    # the kind was not selected, and the contract is there all the same
    (asking(line(10), awards=[award(600_000)]), DMPC, "Contract award of £600,000"),
    (asking(kinds=["settlement"]), DMPC, "Settlement whose amount is not stated"),
    (asking(kinds=["policy"]), DMPC, "Policy: paragraph 4.3"),
    (SETTLEMENT, DMPC, "Settlement whose amount is not stated"),
)  # fmt: skip


@pytest.mark.parametrize(("paper", "decider", "said"), COUNTS)
def test_what_counts_is_the_whole_and_each_contract_and_what_is_not_stated_is_the_highest(
    people: walk.People, paper: Any, decider: Decider, said: str
) -> None:
    found = scheme.proposal(walk.draft(paper, people))
    assert found is not None
    assert found.decider == decider
    assert said in found.because


def test_without_a_kind_there_is_no_proposal(people: walk.People) -> None:
    version = walk.draft(asking(line(10), kinds=()), people)
    assert scheme.proposal(version) is None
    assert list(authority.decider(version)) == []
    page = text_of(signed_in(people["officer"]).get(url("paper-part", version, part="authority")))
    assert "Say first what kind of decision it is" in page


# What the officer makes of it


@pytest.fixture
def officer(people: walk.People) -> Client:
    return signed_in(people["officer"])


@pytest.fixture
def lockers(people: walk.People) -> Version:
    """A paper that is the chief executive's to decide, and nobody has said so yet."""
    version = walk.draft(asking(awards=[award(300_000)], kinds=["contract_award"]), people)
    name(version, "")
    return again(version)


def name(version: Version, decider: str, reason: str = "") -> None:
    proposed = scheme.proposal(again(version))
    paragraph = proposed.paragraph if proposed and decider else None
    Version.objects.filter(pk=version.pk).update(
        decider=decider, scheme_paragraph=paragraph, decider_reason=reason
    )


SAYS = "Contract award of £300,000: paragraph 4.11 says that contracts of £50,000 or more and below £500,000"


def test_the_proposal_stands_on_the_task_list_on_its_page_and_among_the_answers(
    officer: Client, lockers: Version
) -> None:
    for address in ("paper", "paper-check"):
        assert SAYS in text_of(officer.get(url(address, lockers)))
    page = text_of(officer.get(url("paper-part", lockers, part="authority")))
    assert SAYS in page
    assert (
        "Scheme of consent and delegation, since 1 January 2024: an example, to be confirmed by the body"
        in page
    )
    assert [one.sentence for one in authority.CHECKS[0].findings(lockers)] == [
        f"Confirm who decides. {SAYS} are decided by the Chief Executive Officer."
    ]


def test_the_officer_confirms_the_proposal_or_names_somebody_stricter_with_a_reason_and_never_less_strict(
    officer: Client, lockers: Version
) -> None:
    address = url("paper-part", lockers, part="authority")
    refused = save(officer, address, decider="delegated_officer", decider_reason="It is small.")
    assert error_at(refused, "decider") == "Select one of the answers shown for ‘Who decides?’"
    for decider, reason, error in (
        ("decision_maker", " ", "Enter why somebody more senior decides than the scheme asks for"),
        ("chief_executive", "Just so.", "Delete this reason, or select somebody more senior above"),
    ):
        answer = save(officer, address, decider=decider, decider_reason=reason)
        assert error_at(answer, "decider_reason") == error

    assert save(officer, address, decider="chief_executive").status_code == 303
    confirmed = again(lockers)
    assert (confirmed.decider, confirmed.scheme_paragraph.number) == ("chief_executive", "4.11")  # type: ignore[union-attr]
    assert list(authority.decider(confirmed)) == []

    save(officer, address, decider="decision_maker", decider_reason="It is contentious.")
    stricter = again(lockers)
    assert list(authority.decider(stricter)) == list(authority.own_route(stricter)) == []
    shown = of_snapshot(components(stricter)).authority
    assert shown is not None
    assert (shown.decider.key, shown.in_place_of, shown.reason, shown.paragraph) == (
        "decision_maker",
        "Chief Executive Officer",
        "It is contentious.",
        "4.11",
    )


def test_when_the_amount_grows_past_a_threshold_the_answer_is_asked_again(
    officer: Client, lockers: Version
) -> None:
    name(lockers, "chief_executive")
    ContractAward.objects.filter(recommendation__version=lockers).update(value=500_000)
    [found] = authority.decider(again(lockers))
    assert found.sentence.startswith(
        "Confirm again who decides, as the scheme now says: Contract award of £500,000"
    )
    save(officer, url("paper-part", lockers, part="authority"), decider="decision_maker")
    assert again(lockers).scheme_paragraph.number == "4.12"  # type: ignore[union-attr]


def test_a_decider_without_a_series_of_numbers_is_refused_on_submission_in_plain_words(
    lockers: Version,
) -> None:
    name(lockers, "chief_executive")
    Series.objects.filter(made_by="chief_executive").update(issues=False)
    submit = Context(again(lockers), lockers.drafting_officer, {"confirmed": True})
    assert (
        "This is for the Chief Executive Officer to decide, whose decisions are not taken in this system yet. Name "
        "the Deputy Mayor for Policing and Crime instead, with a reason, or take it to the Chief Executive Officer "
        "outside it."
    ) in why_not(TRANSITION["submit"], submit)


def test_a_paper_of_before_the_scheme_has_the_bytes_that_it_had(people: walk.People) -> None:
    version = walk.draft(PCD_1637, people)
    assert b'"authority"' in snapshot_bytes(version)
    name(version, "")
    assert b"authority" not in snapshot_bytes(again(version))
    part1 = of_snapshot(components(again(version)))
    assert (part1.decider, part1.authority) == ("Deputy Mayor for Policing and Crime", None)


def test_a_threshold_of_the_scheme_is_no_leak_of_the_same_amount_in_part_2(people: walk.People) -> None:
    limit = replace(CUSTODY, facts="The most that may be paid is £500,000.")
    version = walk.draft(made_up(1, "Lockers", part2=limit), people)
    assert "£500,000" in of_snapshot(components(version)).authority.text  # type: ignore[union-attr]
    assert clearing.findings(version) == []


def test_a_bare_notice_names_who_decides_and_not_the_paragraph(people: walk.People) -> None:
    part1 = of_snapshot(components(walk.draft(SETTLEMENT, people)))
    assert (part1.decider, part1.authority) == ("Deputy Mayor for Policing and Crime", None)


# Dated schemes


def another(since: date, **changes: Any) -> Scheme:
    """A scheme by which everything is the decision maker's."""
    made = Scheme.objects.create(
        body_id="mopac", valid_from=since, name="New scheme", titles={"decision_maker": "Deputy Mayor"}
    )
    values = {"number": "1", "text": "Everything is decided by the Deputy Mayor.", "decider": DMPC}
    SchemeParagraph.objects.create(scheme=made, **{**values, **changes})
    return made


def test_a_draft_is_under_the_scheme_of_today(lockers: Version) -> None:
    name(lockers, "chief_executive")
    another(timezone.localdate() + timedelta(days=1))
    assert list(authority.decider(again(lockers))) == []
    another(timezone.localdate())
    [found] = authority.decider(again(lockers))
    assert found.sentence == (
        "Confirm again who decides, as the scheme now says: Contract award: paragraph 1 says that "
        "everything is decided by the Deputy Mayor."
    )


def test_what_was_submitted_keeps_the_paragraph_and_its_words_when_the_scheme_changes(
    people: walk.People,
) -> None:
    version = walk.bring(walk.draft(PCD_1637, people), people, "with_decision_maker")
    before = to_data(part1_of(version))["authority"]
    another(timezone.localdate())
    assert before["text"] == (
        "Spending and bids of £500,000 or more are decided by the Deputy Mayor for Policing and Crime."
    )
    decided = walk.bring(version, people, "decided")
    assert to_data(part1_of(decided))["authority"] == before
    assert list(authority.decider(decided)) == []
    assert faults(decided.decision) == []


# Papers that belong together


def contract(people: walk.People, value: int, officer: str = "officer", **more: Any) -> Version:
    paper = asking(awards=[award(value, **{"reference": "Lease 7", **more})], kinds=["contract_award"])
    return walk.draft(paper, people, officer=officer)


@pytest.fixture
def mine(people: walk.People) -> Version:
    """A second officer's paper on the same contract, the chief executive's to decide."""
    version = contract(people, 310_000, officer="officer2", suppliers=(("Alder Ltd", "01234567"),))
    name(version, "chief_executive")
    return again(version)


def warned(version: Version) -> list[str]:
    return [one.sentence for one in authority.together(again(version))]


DMPC_SAYS = (
    "and paragraph 4.12 says that contracts of £500,000 or more are decided by the Deputy Mayor for Policing "
    "and Crime."
)


def test_related_papers_together_cross_a_threshold_and_a_hidden_one_says_neither_name_nor_sum(
    people: walk.People, mine: Version
) -> None:
    other = contract(people, 290_000)
    assert warned(mine) == [], "a draft does not count"
    other = walk.bring(other, people, "with_head_of_service")
    assert warned(mine) == [
        f"Together with another paper this paper comes to more than each alone, {DMPC_SAYS}"
    ]
    reference = other.decision.reference
    page = text_of(signed_in(people["officer2"]).get(url("paper-part", mine, part="authority")))
    assert "another paper" in page
    assert not [word for word in (reference, "290,000", "600,000") if word in page]
    assert related.shown(again(mine), people["officer"]) == [f"{reference} (£290,000)"]

    walk.bring(other, people, "published")
    assert warned(mine) == [f"Together with {reference} (£290,000) this paper comes to £600,000, {DMPC_SAYS}"]
    name(mine, "decision_maker", "They belong together.")
    assert warned(mine) == [], "who decides is strict enough now"


RELATED: tuple[tuple[dict[str, Any], bool], ...] = (
    ({"reference": "lease 7 "}, True),
    ({"reference": "", "suppliers": (("Alder", "01234567"),)}, True),
    ({"reference": "", "suppliers": (("Alder Ltd", ""),)}, False),
    ({"reference": "Lease 8"}, False),
)


@pytest.mark.parametrize(("more", "belongs"), RELATED)
def test_what_makes_papers_belong_together(
    people: walk.People, mine: Version, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], belongs: bool
) -> None:
    walk.bring(contract(people, 290_000, **more), people, "with_head_of_service")
    assert bool(warned(mine)) is belongs
    monkeypatch.setattr(related, "TWELVE_MONTHS", timedelta(seconds=-1))
    assert not warned(mine), "longer ago"


@pytest.mark.parametrize(("kind", "belongs"), [("extends", True), ("follows", True), ("amends", False)])
def test_a_linked_paper_belongs_however_its_reference_is_written_and_however_old(
    people: walk.People, mine: Version, monkeypatch: pytest.MonkeyPatch, kind: str, belongs: bool
) -> None:
    other = walk.bring(contract(people, 290_000, reference=""), people, "with_head_of_service")
    mine.links.create(position=1, kind=kind, reference=other.decision.reference.replace(" ", "").lower())
    monkeypatch.setattr(related, "TWELVE_MONTHS", timedelta(seconds=-1))
    assert bool(warned(mine)) is belongs


@pytest.mark.parametrize(
    ("amounts", "crosses"),
    [
        ((189_999,), False),  # £499,999
        ((190_000,), True),  # £500,000
        ((600_000,), False),  # that one crosses it alone
        ((600_000, 100_000, 90_000), True),
        ((None,), False),
    ],
)
def test_only_papers_that_do_not_cross_it_alone_are_added(
    people: walk.People, mine: Version, amounts: tuple[int | None, ...], crosses: bool
) -> None:
    for amount in amounts:
        walk.bring(contract(people, amount), people, "with_head_of_service")  # type: ignore[arg-type]
    assert bool(warned(mine)) is crosses


def test_another_paper_that_is_related_asks_for_another_answer(people: walk.People, mine: Version) -> None:
    keys = set()
    for _ in range(2):
        walk.bring(contract(people, 200_000), people, "with_head_of_service")
        keys |= {one.key for one in authority.CHECKS[2].findings(again(mine))}
    assert len(keys) == 2
    assert warned(mine)[0].startswith("Together with 2 other papers this paper comes to")


def test_the_scheme_of_the_other_body_names_nobody_whom_it_does_not_have() -> None:
    call_command("loaddata", "fenmoor", "fenmoor_scheme", verbosity=0)
    rules = Scheme.objects.get(body="fenmoor")
    budget = scheme.decided_by(rules, [Amount(Decimal(1), frozenset({"budget"}))])
    assert budget is not None
    assert scheme.choices(budget) == [("decision_maker", "Police, Fire and Crime Commissioner")]
    assert set(rules.paragraphs.values_list("decider", flat=True)) <= set(rules.titles)
