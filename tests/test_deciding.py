"""What is printed of a decision is what was decided, whatever the mixture of outcomes."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from approvals.acts import part1_of
from approvals.demo import walk
from approvals.demo.papers import PCD_1637, DemoRecommendation, made_up
from approvals.forms import DecideForm
from decisions.models import Publication
from decisions.part1 import Part1, from_bytes
from decisions.snapshot import load
from decisions.wording import decided_in_words, largest_decided
from pcd.people.models import User

pytestmark = pytest.mark.django_db

People = Mapping[str, User]


def outcome(name: str) -> dict[str, Any]:
    """Return an outcome with its reason."""
    return {"outcome": name, "reason": "Because.", "decided_text": "", "amounts": {}}


def published(people: People, **outcomes: dict[str, Any]) -> Part1:
    """Publish PCD 1637 with these outcomes and return what the public reads."""
    version = walk.bring(walk.draft(PCD_1637, people), people, "with_decision_maker")
    walk.decide(version, people, **outcomes)
    walk.clear(version, people)
    walk.publish(version, people)
    return from_bytes(bytes(Publication.objects.get().body.content))


SENTENCES = {
    (): "The above request has my approval.",
    ("rejected",): "The above request has my approval, except recommendation 1, which is rejected.",
    ("rejected", "noted"): (
        "The above request has my approval, except recommendation 1, which is rejected, and recommendation 2, "
        "which is noted."
    ),
    ("rejected", "rejected", "rejected"): "The above request does not have my approval.",
    ("rejected", "noted", "rejected"): (
        "Nothing in the above request is approved: see the outcome of each recommendation."
    ),
}


@pytest.mark.parametrize("given", list(SENTENCES), ids=lambda given: "-".join(given) or "approved")
def test_the_outcome_is_said_as_it_was_given(given: tuple[str, ...], people: People) -> None:
    part1 = published(people, **{f"r{label}": outcome(name) for label, name in enumerate(given, start=1)})
    assert part1.outcome == SENTENCES[given]


def test_what_was_only_noted_or_rejected_decides_no_money(people: People) -> None:
    part1 = published(people, r1=outcome("noted"), r2=outcome("rejected"), r3=outcome("noted"))
    assert [row.decided for row in part1.financial_lines] == [None, None]
    assert [row.decided for row in part1.contract_awards] == [None]
    assert largest_decided(part1) is None


def test_a_figure_that_part_2_withholds_cannot_be_given_away_by_the_decision(people: People) -> None:
    paper = made_up(
        1,
        "Masts",
        recommendations=(
            DemoRecommendation(
                "Approve the purchase.", lines=({"kind": "capital", "certainty": "withheld"},)
            ),
        ),
    )
    version = walk.bring(walk.draft(paper, people), people, "with_decision_maker")
    form = DecideForm(version=load(version.pk), person=people["dmpc"])
    assert not [name for name in form.fields if name.startswith("amount_")]
    line = version.recommendations.get().financial_lines.get()
    forged = {**outcome("approved_with_changes"), "amounts": {str(line.pk): Decimal("4200000")}}
    walk.decide(version, people, r1=forged)
    walk.clear(version, people)
    walk.publish(version, people)
    part1 = from_bytes(bytes(Publication.objects.get().body.content))
    assert [row.decided for row in part1.financial_lines] == [None]


def test_a_long_outcome_is_published_whole(people: People) -> None:
    asked = tuple(DemoRecommendation(f"Approve {n}.") for n in range(12))
    paper = made_up(1, "Masts", kinds=("policy",), recommendations=asked)
    version = walk.bring(walk.draft(paper, people), people, "with_decision_maker")
    walk.decide(version, people, **{f"r{n}": outcome("rejected") for n in range(2, 13)})
    walk.clear(version, people)
    walk.publish(version, people)
    assert Publication.objects.get().outcome.endswith("and recommendation 12, which is rejected.")


@pytest.mark.parametrize(("decided", "said"), [("", "£1m to £2m"), ("1000000", "£1m")])
def test_a_range_is_decided_as_it_stands_or_as_the_one_amount_that_was_given(
    decided: str, said: str, people: People
) -> None:
    line = {"kind": "capital", "certainty": "range", "amount": 1_000_000, "amount_to": 2_000_000}
    paper = made_up(1, "Boats", recommendations=(DemoRecommendation("Buy the boats.", lines=(line,)),))
    version = walk.bring(walk.draft(paper, people), people, "with_decision_maker")
    row = version.recommendations.get().financial_lines.get()
    changed = {**outcome("approved_with_changes"), "amounts": {str(row.pk): decided}}
    walk.decide(version, people, **({"r1": changed} if decided else {}))
    (shown,) = part1_of(load(version.pk)).financial_lines
    assert decided_in_words(shown) == said
