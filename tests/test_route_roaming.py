"""The rules of design.md hold after every step of a walk at random, and a walk notices each rule that is taken away."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from approvals import advice, effects, needs, signing, workflow
from approvals.demo import walk
from approvals.models import Override
from approvals.workflow import TRANSITION, TRANSITIONS
from decisions.drafting import writes
from decisions.models import State
from decisions.models.access import GrantQuerySet
from pcd import trail
from pcd.people.models import Holding, HoldingQuerySet
from tests import roaming

pytestmark = pytest.mark.django_db

Patch = Callable[[pytest.MonkeyPatch], None]
#: Where papers stand when a walk begins.
STATIONS = ("in_advice", "with_head_of_service", "with_chief_executive", "with_decision_maker", "decided")


def test_every_action_of_the_table_is_tried() -> None:
    assert roaming.ACTS.keys() == TRANSITION.keys()


@pytest.mark.parametrize("seed", range(2))
def test_no_rule_breaks_on_a_walk_at_random(people: walk.People, seed: int) -> None:
    world = roaming.roam(people, seed=seed, steps=200, stations=STATIONS)
    assert world.done.total() > 20, (world.done, world.refused)


@dataclass(frozen=True)
class Mutant:
    """A rule taken away, and the acts by which that shows."""

    patch: Patch
    focus: Sequence[str]
    stations: Sequence[str] = STATIONS


def says(owner: Any, name: str, answer: Any) -> Patch:
    """Let a rule say this, whatever it is asked."""
    return lambda patch: patch.setattr(owner, name, lambda *_, **__: answer)


def without(action: str, *rules: Any) -> Patch:
    """Take needs of an action out of the table."""
    row = TRANSITION[action]
    left = replace(row, needs=tuple(one for one in row.needs if one not in rules))
    assert left != row
    return lambda patch: _put(patch, left)


def by_anybody(action: str) -> Patch:
    """Let anybody do this."""
    return lambda patch: _put(
        patch, replace(TRANSITION[action], who=lambda context: context.person is not None)
    )


def _put(patch: pytest.MonkeyPatch, row: workflow.Transition) -> None:
    patch.setitem(workflow.TRANSITION, row.action, row)
    rows = tuple(row if one.action == row.action else one for one in TRANSITIONS)
    patch.setattr(workflow, "TRANSITIONS", rows)


def whoever_has_an_office_ever(patch: pytest.MonkeyPatch) -> None:
    """Let a grant live on when the office that it came with has ended."""

    def live(rows: GrantQuerySet) -> GrantQuerySet:
        return rows.filter(Q(until=None) | Q(until__gt=Now()), since__lte=Now(), person__is_active=True)

    patch.setattr(GrantQuerySet, "live", live)


def whoever_is_locked_out(patch: pytest.MonkeyPatch) -> None:
    """Let an office be held by who is locked out."""

    def current(rows: HoldingQuerySet) -> HoldingQuerySet:
        return rows.filter(Q(until=None) | Q(until__gt=Now()), since__lte=Now())

    patch.setattr(HoldingQuerySet, "current", current)


def whoever_takes_no_part(patch: pytest.MonkeyPatch) -> None:
    """Let who declared an interest decide all the same."""
    everybody = signing.signers

    def signers(version: Any, office: Any) -> list[Holding]:
        own = Holding.objects.of(office).present().own() if version.recusals.exists() else []
        return [*everybody(version, office), *own]

    patch.setattr(signing, "signers", signers)


def over_late_advice(patch: pytest.MonkeyPatch) -> None:
    """Let a paper be signed whatever an adviser said since its submission."""
    for action in SIGNING:
        without(action, needs.no_late_objection)(patch)


SIGNING = ("review", "endorse", "decide")
MUTANTS: dict[str, Mutant] = {
    "who wrote it, advised or signed may sign": Mutant(says(signing, "other_part", ""), SIGNING),
    "a text that was not shown is signed": Mutant(says(signing, "same_text", True), SIGNING),
    "advice is not waited for": Mutant(says(advice, "why_not", []), ("submit",), ("draft", "draft", "draft")),
    "advice holds for ever": Mutant(
        says(advice, "covered", {}), ("submit", "give_advice", "request_advice"), ("draft", "in_advice")
    ),
    "it is anybody's turn": Mutant(by_anybody("endorse"), ("endorse",)),
    "who is away is asked": Mutant(
        lambda patch: patch.setattr(HoldingQuerySet, "present", HoldingQuerySet.current), SIGNING
    ),
    "a delegation has no scope": Mutant(says(signing, "covers", True), SIGNING),
    "who takes no part decides": Mutant(
        whoever_takes_no_part, ("decide", "withdraw_from_deciding"), ("with_decision_maker",) * 3
    ),
    "a deferral is not waited for": Mutant(
        without("publish", needs.day_come), ("publish", "defer", "clear_for_publication"), ("decided",) * 3
    ),
    "what is not cleared is published": Mutant(
        without("publish", needs.cleared), ("publish",), ("decided",) * 2
    ),
    "late advice against it is passed over": Mutant(
        over_late_advice,
        (*SIGNING, "give_advice"),
    ),
    "what is submitted is written": Mutant(
        lambda patch: patch.setattr(writes, "EDITABLE", tuple(State)), ("ask",), STATIONS
    ),
    "an outcome is left out": Mutant(
        without("decide", needs.every_outcome), ("decide",), ("with_decision_maker",) * 3
    ),
    "the register is not told": Mutant(
        says(effects, "record_number", None),
        ("submit", "decide", "withdraw"),
        ("in_advice", "with_decision_maker"),
    ),
    "the trail is not written": Mutant(says(trail, "write", None), SIGNING),
    "a returned round stays open": Mutant(says(effects, "_close_round", None), ("return_for_amendment",)),
    "access outlives the office": Mutant(whoever_has_an_office_ever, ("ask",)),
    "who is locked out holds an office": Mutant(whoever_is_locked_out, SIGNING),
    "who acts next is not let in": Mutant(says(effects, "let_in", []), ("review", "endorse")),
    "who wrote it advises": Mutant(
        without("request_advice", needs.an_independent_adviser),
        ("request_advice", "give_advice"),
        ("draft",) * 3,
    ),
    "anybody rescinds": Mutant(by_anybody("rescind"), ("rescind",), ("decided",) * 2),
    "an override needs no second person": Mutant(
        lambda patch: patch.setattr(
            signing, "override_of", lambda version, person: Override(person=person, consented_by=person)
        ),
        SIGNING,
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_walk_notices_each_rule_that_is_taken_away(
    people: walk.People, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    mutant = MUTANTS[name]
    mutant.patch(monkeypatch)
    for seed in range(6):
        try:
            with transaction.atomic():
                roaming.roam(people, seed=seed, steps=80, focus=mutant.focus, stations=mutant.stations)
                transaction.set_rollback(True)
        except AssertionError:
            return
    pytest.fail("no walk noticed it")
