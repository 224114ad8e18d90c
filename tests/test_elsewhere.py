"""Grants, related and joint decisions: written as officers write them, published, and followed both ways."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from approvals import workflow
from approvals.acts import part1_of
from approvals.demo import walk
from approvals.demo.papers import DemoPaper, made_up, mentoring
from approvals.models import JointDecision
from approvals.needs import jointly_decided
from approvals.verify import faults
from approvals.workflow import Refused
from decisions.models import (
    ContractAward,
    FinancialLine,
    FundingGrant,
    JointDecider,
    Link,
    Recommendation,
    Supplier,
    Version,
)
from decisions.part1 import to_data
from decisions.public import chain
from decisions.wording import grant_in_words, joint_in_words, link_in_words
from tests.drafting import CONTRACT, MONEY, again, error_at, save, text_of, url
from tests.pages import assert_valid_html
from tests.public import PublicClient
from tests.signing import sign_in

pytestmark = pytest.mark.django_db
GRANT = {
    "direction": "given",
    "counterparty": "Harbour Youth Trust",
    "certainty": "exact",
    "amount": "£285,000",
}


@pytest.fixture
def recommendation(officer: Client, paper: Version) -> Recommendation:
    save(officer, url("recommendation-add", paper), text="Approve a grant.")
    return Recommendation.objects.get(version=paper)


def test_a_grant_is_written_with_its_amount_in_each_year(
    officer: Client, paper: Version, recommendation: Recommendation
) -> None:
    address = url("grant-add", paper, within=recommendation.pk)
    typed = {**GRANT, "profile": "2027/28 £140k\n\n2026-27: 145,000", "purpose": "Mentoring of young people."}

    assert save(officer, address, **typed).status_code == 303

    grant = FundingGrant.objects.get()
    assert grant.profile == [{"year": 2026, "amount": "145000.00"}, {"year": 2027, "amount": "140000.00"}]
    part1 = part1_of(again(paper))
    assert grant_in_words(part1.grants[0]) == (
        "grant of £285k to Harbour Youth Trust, for mentoring of young people"
    )
    page = text_of(officer.get(url("paper-preview", paper)))
    assert "£145,000 in 2026/27 and £140,000 in 2027/28" in page
    assert "Grant of £285k to Harbour Youth Trust" in text_of(
        officer.get(url("paper-recommendations", paper))
    )


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"counterparty": ""}, ("counterparty", "Enter who gives or receives the grant")),
        (
            {"certainty": "withheld", "amount": "", "profile": "2027/28 £140k"},
            ("profile", "Delete this, because you say that the amount is withheld"),
        ),
        ({"counterparty_withheld": "on"}, ("counterparty_withheld", "Delete the name")),
        ({"amount": ""}, ("amount", "Enter the amount")),
        ({"profile": "2027/28 £140k\n2027/28 £1"}, ("profile", "Line 2 has 2027/28 again")),
        (
            {"profile": "2027/28"},
            ("profile", "Line 1 must be a financial year and an amount, like 2027/28 £225,000"),
        ),
        ({"profile": "2027/29 £1"}, ("profile", "Line 1 must be one financial year, like 2027/28")),
        ({"profile": "2027/28 E225k"}, ("profile", "Line 1: ‘E225k’ begins with a letter")),
    ],
)
def test_what_is_wrong_in_a_grant_is_told_at_its_field(
    officer: Client,
    paper: Version,
    recommendation: Recommendation,
    typed: dict[str, str],
    told: tuple[str, str],
) -> None:
    answer = save(officer, url("grant-add", paper, within=recommendation.pk), **{**GRANT, **typed})

    field, message = told
    assert message in error_at(answer, field)
    assert not FundingGrant.objects.exists()


def test_amounts_by_year_pasted_from_a_table_are_read(
    officer: Client, paper: Version, recommendation: Recommendation
) -> None:
    save(
        officer,
        url("money-add", paper, within=recommendation.pk),
        **MONEY,
        profile="2027/28\t1,000.50\r\n2028\t£2m",
    )

    assert FinancialLine.objects.get().profile == [
        {"year": 2027, "amount": "1000.50"},
        {"year": 2028, "amount": "2000000.00"},
    ]


def test_related_and_joint_decisions_are_added_moved_and_removed(officer: Client, paper: Version) -> None:
    for kind, reference in (("amends", "PCD 1200"), ("supersedes", "dmpcd 2013/96")):
        save(officer, url("link-add", paper), kind=kind, reference=reference, note="")
    save(
        officer,
        url("joint-add", paper),
        body="Fenmoor Commissioner",
        office="The Commissioner",
        reference="2026/31",
    )
    page = officer.get(url("paper-links", paper))
    assert_valid_html(page.content.decode())
    assert "Amends PCD 1200" in text_of(page)
    assert "The Commissioner, Fenmoor Commissioner (2026/31), not decided yet" in text_of(page)

    first = Link.objects.get(kind="amends")
    officer.post(url("link-move", paper, row=first.pk), {"to": "2"})
    assert [link_in_words(row) for row in part1_of(again(paper)).links] == [
        "Supersedes dmpcd 2013/96",
        "Amends PCD 1200",
    ]
    officer.post(url("link-remove", paper, row=first.pk))
    assert not Link.objects.filter(kind="amends").exists()
    assert [joint_in_words(row) for row in part1_of(again(paper)).joint_deciders] == [
        "The Commissioner, Fenmoor Commissioner (2026/31), not decided yet"
    ]


def test_a_reference_that_is_none_is_refused(officer: Client, paper: Version) -> None:
    answer = save(officer, url("link-add", paper), kind="amends", reference="–", note="")
    assert "Enter the reference as it is written" in error_at(answer, "reference")


def published(people: walk.People, paper: DemoPaper) -> Version:
    return walk.bring(walk.draft(paper, people), people, "published")


def links_to(version: Version, kind: str, note: str = "") -> tuple[dict[str, str], ...]:
    return ({"kind": kind, "reference": version.decision.reference, "note": note},)


@pytest.fixture
def three(people: walk.People) -> list[Version]:
    """A grant, what extends it, and what supersedes the extension."""
    first = published(people, mentoring(2024))
    second = published(people, mentoring(2026, links=links_to(first, "extends")))
    return [first, second, published(people, mentoring(2028, links=links_to(second, "supersedes")))]


def test_a_chain_is_shown_whole_on_each_of_its_pages(
    three: list[Version], public_client: PublicClient
) -> None:
    first, second, third = (row.decision for row in three)
    for version in three:
        words = text_of(public_client.get(f"/decisions/{version.decision.key}/"))
        shown = words.split("Decisions that belong together")[1]
        assert f"Extends {first.reference}" in shown
        assert f"Supersedes {second.reference}" in shown
        assert f"{version.decision.reference}: Mentoring for young victims (this page)" in shown
        assert third.reference in shown


def test_only_what_is_superseded_says_so_above_everything(
    three: list[Version], public_client: PublicClient
) -> None:
    told = [
        "This decision has been superseded by"
        in text_of(public_client.get(f"/decisions/{row.decision.key}/"))
        for row in three
    ]
    assert told == [False, True, False]


def test_a_page_changes_for_caches_when_a_later_decision_joins_its_chain(
    people: walk.People, public_client: PublicClient
) -> None:
    first = published(people, mentoring(2024))
    address = f"/decisions/{first.decision.key}/"
    before = public_client.get(address)["ETag"]
    published(people, made_up(15, "Minibus", links=links_to(first, "supersedes_part", "the minibus only")))
    after = public_client.get(address)
    assert after["ETag"] != before
    assert "Part of this decision has been superseded by" in text_of(after)


def test_a_draft_that_supersedes_shows_nowhere_and_a_rejected_one_supersedes_nothing(
    people: walk.People, public_client: PublicClient
) -> None:
    first = published(people, mentoring(2024))
    address = f"/decisions/{first.decision.key}/"
    paper = made_up(16, "Second thoughts", links=links_to(first, "supersedes"))
    version = walk.bring(walk.draft(paper, people), people, "with_decision_maker")
    alone = text_of(public_client.get(address))
    assert "Decisions that belong together" not in alone
    no: dict[str, Any] = {"outcome": "rejected", "reason": "Too dear.", "decided_text": "", "amounts": {}}
    walk.decide(version, people, r1=no, r1a=no, r2=no)
    walk.clear(version, people)
    walk.publish(version, people)

    words = text_of(public_client.get(address))
    assert "has been superseded" not in words
    assert "Relates to" in words.split("Decisions that belong together")[1]


def test_a_chain_costs_two_queries_however_long_it_is(
    three: list[Version], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        assert len(chain.of(three[0].decision.key, [])) == 3


@pytest.fixture
def jointly(people: walk.People) -> Version:
    """A paper that was decided here, and that another body has still to decide."""
    version = walk.draft(made_up(18, "Shared helicopter"), people)
    JointDecider.objects.create(
        version=version,
        position=1,
        body="Fenmoor Commissioner",
        office="The Commissioner",
        reference="2026/31",
    )
    return walk.bring(again(version), people, "decided")


def test_a_joint_decision_is_published_when_all_have_decided(
    people: walk.People, jointly: Version, public_client: PublicClient
) -> None:
    with pytest.raises(Refused) as refused:
        walk.clear(jointly, people)
    assert refused.value.reasons == (
        "The Commissioner, Fenmoor Commissioner has not decided yet. Record it when they have.",
    )

    client = sign_in(Client(), people["governance"])
    address = url("act", jointly, action="record_joint_decision")
    decider = str(jointly.joint_deciders.get().pk)
    tomorrow = timezone.localdate() + timedelta(days=1)
    late = client.post(address, {"decider": decider, **boxes(tomorrow)})
    assert "must be today or in the past" in text_of(late)
    for _ in range(2):
        answer = client.post(
            address, {"decider": decider, **boxes(date(2026, 11, 3)), "reference": "2026/32"}
        )
        assert answer.status_code == 303
    assert JointDecision.objects.count() == 1

    walk.clear(again(jointly), people)
    walk.publish(again(jointly), people)
    words = text_of(public_client.get(f"/decisions/{jointly.decision.key}/"))
    assert "The Commissioner, Fenmoor Commissioner (2026/32), 3 November 2026" in words
    assert faults(jointly.decision) == []


def boxes(day: date) -> dict[str, str]:
    return {f"decided_on_{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def test_the_database_records_a_joint_decision_once_and_publishes_none_before_it(
    people: walk.People, jointly: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "TRANSITION", without_the_need("clear_for_publication", jointly_decided))
    walk.clear(jointly, people)
    with pytest.raises(DatabaseError, match="not everybody has decided"), transaction.atomic():
        walk.publish(jointly, people)
    row = jointly.joint_deciders.get()
    common: dict[str, Any] = {"version": jointly, "decided_on": date(2026, 11, 3), "by": people["governance"]}
    JointDecision.objects.create(decider=row, **common)
    with pytest.raises(DatabaseError), transaction.atomic():
        JointDecision.objects.filter(pk=row.pk).update(decided_on=date(2026, 11, 4))
    draft = walk.draft(made_up(19, "Drones"), people)
    other = JointDecider.objects.create(version=draft, position=1, body="B", office="O")
    with pytest.raises(DatabaseError, match="joint decision refused"), transaction.atomic():
        JointDecision.objects.create(decider=other, **{**common, "version": draft})


def without_the_need(action: str, need: Any) -> dict[str, Any]:
    row = workflow.TRANSITION[action]
    return {
        **workflow.TRANSITION,
        action: replace(row, needs=tuple(one for one in row.needs if one is not need)),
    }


def test_what_is_withheld_stands_nowhere_in_its_parts(
    officer: Client, paper: Version, recommendation: Recommendation
) -> None:
    contract = {**CONTRACT, "certainty": "withheld", "value": "", "supplier_0_name": "Alder Ltd"}
    address = url("contract-add", paper, within=recommendation.pk)
    told = save(officer, address, **contract, supplier_0_value="£3,100,000")
    assert "Delete this, because you say that the amount is withheld" in error_at(told, "supplier_0_value")

    assert save(officer, address, **contract).status_code == 303
    Supplier.objects.update(value=3_100_000)
    ContractAward.objects.update(suppliers_withheld=True)
    assert "3100000" not in str(to_data(part1_of(again(paper))))
    assert "Alder" not in str(to_data(part1_of(again(paper))))
    row: dict[str, Any] = {"recommendation": recommendation, "position": 9, "certainty": "withheld"}
    parts = [{"year": 2027, "amount": "1.00"}]
    for model, more in (
        (FinancialLine, {"kind": "capital", "profile": parts}),
        (FundingGrant, {"direction": "given", "profile": parts}),
        (FundingGrant, {"direction": "given", "counterparty": "Alder", "counterparty_withheld": True}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            model._default_manager.create(**row, **more)
