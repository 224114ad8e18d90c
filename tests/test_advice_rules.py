"""Which advice is mandatory follows from dated rules, is said in words, and is fixed when a paper is submitted."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from approvals import advice
from approvals.acts import open_round
from approvals.demo import walk
from approvals.demo.papers import PCD_1637, made_up
from approvals.workflow import Refused, perform
from decisions import advising
from decisions.models import AdviceRule, ContractAward, Version
from decisions.snapshot import load
from pcd.people import changes
from pcd.people.models import User
from tests.drafting import signed_in, text_of

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
DIRECT = {
    "area": "commercial",
    "routes_to_market": ["direct_award"],
    "because": "the contract is a direct award",
}


def rule(**given: Any) -> AdviceRule:
    """Add a rule of the body, as the recipe says."""
    body = AdviceRule.objects.all()[0].body
    return AdviceRule.objects.create(
        **{"body": body, "clause": "Paragraph 4.13", "valid_from": date(2024, 1, 1), **given}
    )


def areas(version: Version) -> set[str]:
    return {row.area for row in advice.mandatory(load(version.pk))}


def of(version: Version, **changes: Any) -> None:
    Version.objects.filter(pk=version.pk).update(**changes)


def award(version: Version, **changes: Any) -> None:
    ContractAward.objects.filter(recommendation__version=version).update(**changes)


#: What is in the paper, and whether a rule with these conditions then asks for commercial advice.
CASES: dict[str, tuple[Callable[[Version], None], dict[str, Any], bool]] = {
    "no condition": (lambda v: None, {}, True),
    "another kind": (lambda v: None, {"kinds": ["property"]}, False),
    "one of its kinds": (lambda v: None, {"kinds": ["property", "capital"]}, True),
    "its route to market": (lambda v: None, {"routes_to_market": ["direct_award"]}, True),
    "another route": (
        lambda v: award(v, route_to_market="open"),
        {"routes_to_market": ["direct_award"]},
        False,
    ),
    "a smaller amount": (lambda v: None, {"amount_from": Decimal("1980000.01")}, False),
    "its largest amount": (lambda v: None, {"amount_from": Decimal("1980000")}, True),
    "its contract is smaller": (
        lambda v: None,
        {"amount_from": Decimal("1700000"), "routes_to_market": ["direct_award"]},
        False,
    ),
    "its contract is withheld": (
        lambda v: award(v, certainty="withheld", value=None),
        {"amount_from": Decimal("99000000"), "routes_to_market": ["direct_award"]},
        True,
    ),
    "no personal data": (lambda v: None, {"personal_data": True}, False),
    "personal data": (lambda v: of(v, dpia="done"), {"personal_data": True}, True),
    "not valid yet": (lambda v: None, {"valid_from": date(2999, 1, 1)}, False),
    "valid no more": (lambda v: None, {"valid_until": date(2024, 12, 31)}, False),
}


@pytest.mark.parametrize("case", list(CASES))
def test_a_rule_asks_for_advice_exactly_where_all_its_conditions_are_met(case: str, people: People) -> None:
    change, conditions, asks = CASES[case]
    version = walk.draft(PCD_1637, people)
    change(version)
    rule(area="commercial", because="of this test", **conditions)
    assert ("commercial" in areas(version)) is asks


def test_a_paper_is_not_submitted_without_what_a_rule_asks_for_and_every_page_says_why(
    people: People,
) -> None:
    rule(**DIRECT)
    version = walk.draft(PCD_1637, people)
    walk.advise(version, people, "finance", "legal")
    said = "Commercial advice is needed: the contract is a direct award."
    with pytest.raises(Refused, match=r"the contract is a direct award\. Ask the commercial"):
        walk.submit(version, people)
    client, key = signed_in(people["officer"]), version.decision_id
    for address in (
        reverse("paper", args=[key]),
        reverse("act", args=[key, "request_advice"]),
        reverse("act", args=[key, "submit"]),
        reverse("paper-check", kwargs={"decision": key}),
    ):
        assert said in text_of(client.get(address)), address
    walk.advise(version, people, "commercial")
    walk.submit(version, people)
    assert load(version.pk).state == "with_head_of_service"


def test_a_later_change_of_the_rules_does_not_touch_a_paper_on_the_route(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = walk.bring(walk.draft(PCD_1637, people), people, "with_head_of_service")
    rule(**DIRECT)
    draft = walk.draft(PCD_1637, people)
    ends: dict[str, Any] = {"row": str(AdviceRule.objects.get(area="finance").pk), "was": ""}
    ends["last_day"] = timezone.localdate().isoformat()
    change = changes.propose("end_of_advice_rule", "mopac", by=people["admin"], **ends)
    changes.decide(change, by=people["governance"], agrees=True)
    with monkeypatch.context() as tomorrow:
        after = timezone.localdate() + timedelta(days=1)
        tomorrow.setattr(timezone, "localdate", lambda *given: after)
        assert areas(draft) == {"legal", "commercial"}
        assert areas(version) == {"finance", "legal"}
    walk.bring(version, people, "decided")
    assert areas(version) == {"finance", "legal"}


def test_a_paper_that_is_returned_goes_by_the_rules_of_the_day_on_which_it_is_submitted_again(
    people: People,
) -> None:
    version = walk.bring(walk.draft(PCD_1637, people), people, "with_head_of_service")
    rule(**DIRECT)
    perform(version.pk, "return_for_amendment", by=people["head"], reason="Say more.")
    assert areas(version) == {"finance", "legal", "commercial"}


def test_what_is_mandatory_is_kept_with_the_round_in_words(people: People) -> None:
    rule(**DIRECT)
    version = walk.draft(PCD_1637, people)
    walk.advise(version, people, "commercial")
    current = open_round(walk.bring(version, people, "with_head_of_service"))
    assert current is not None
    kept = {row["area"]: (row["because"], row["clause"]) for row in current.needed}
    assert kept["commercial"] == ("the contract is a direct award", "Paragraph 4.13")


def test_a_statement_covered_in_the_body_is_ticked_with_the_advice_that_a_rule_asks_for(
    people: People,
) -> None:
    rule(**DIRECT)
    version = walk.draft(PCD_1637, people)

    def ticked() -> bool:
        page = signed_in(people["officer"]).get(reverse("paper-preview", args=[version.decision_id]))
        return "Commercial Issues Yes" in text_of(page)

    assert not ticked()
    walk.advise(version, people, "commercial")
    assert ticked()


@pytest.mark.parametrize("body", ["mopac", "fenmoor"])
def test_the_shipped_rules_ask_for_finance_and_legal_advice_always_and_are_examples(
    body: str, people: People
) -> None:
    shipped = AdviceRule.objects.filter(body=body)
    if body == "fenmoor":
        call_command("loaddata", body, verbosity=0)
    always = {row.area for row in shipped if not (row.kinds or row.routes_to_market or row.personal_data)}
    assert always == {"finance", "legal"}
    assert all(row.example and row.clause.endswith("(example)") for row in shipped)


def test_two_rules_of_one_area_are_said_in_one_sentence(people: People) -> None:
    rule(**DIRECT)
    rule(area="commercial", because="the paper awards a contract", kinds=["contract_award"])
    version = load(walk.draft(replace(made_up(1, "Masts"), kinds=PCD_1637.kinds,
                                      recommendations=PCD_1637.recommendations), people).pk)  # fmt: skip
    said = [row.sentence for row in advising.needed(version) if row.area == "commercial"]
    assert said == [
        "Commercial advice is needed: the contract is a direct award and the paper awards a contract."
    ]
