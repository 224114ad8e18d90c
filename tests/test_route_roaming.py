"""The rules of design.md hold after every step of a walk at random, and a walk notices each rule that is taken away."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from approvals import advice, clock, effects, needs, signing, workflow
from approvals.demo import walk
from approvals.models import AdviceRequest, Override
from approvals.workflow import TRANSITION, TRANSITIONS, perform
from decisions import policy, scheme
from decisions.drafting import writes
from decisions.models import Access, Contributor, Paragraph, State, Version
from decisions.models.access import GrantQuerySet
from decisions.snapshot import load
from pcd import trail
from pcd.people import offices
from pcd.people.models import Holding, HoldingQuerySet, Office, User
from tests import roaming
from tests.drafting import section_of
from tests.roaming import Focus, World

pytestmark = pytest.mark.django_db

Patch = Callable[[pytest.MonkeyPatch], None]
#: Where papers stand when a walk begins.
STATIONS = (
    "draft",
    "in_advice",
    "with_head_of_service",
    "with_chief_executive",
    "with_decision_maker",
    "decided",
)


@pytest.fixture(scope="module")
def world(stage: walk.People) -> World:
    """A world with a paper at each station; what a test does to it is undone with it."""
    return roaming.world_of(stage, STATIONS)


def test_every_action_of_the_table_is_tried() -> None:
    assert roaming.ACTS.keys() == TRANSITION.keys()


@pytest.mark.parametrize("seed", range(2))
def test_no_rule_breaks_on_a_walk_at_random(world: World, seed: int) -> None:
    walked = roaming.roam(world, seed=seed, steps=150)
    assert walked.done.total() > 14, (walked.done, walked.refused)


def nothing(world: World) -> None:
    """Nothing happens before the walk."""


@dataclass(frozen=True)
class Mutant:
    """A rule taken away, the acts by which that shows, and what happens before."""

    patch: Patch
    focus: Focus
    before: Callable[[World], object] = nothing


def says(owner: Any, name: str, answer: Any) -> Patch:
    """Let a rule say this, whatever it is asked."""
    return lambda patch: patch.setattr(owner, name, lambda *_, **__: answer)


def without_part(said: str) -> Patch:
    """Let one of the parts that somebody may have in a paper be none."""
    left = tuple(one for one in signing.PARTS if not one.said.startswith(said))
    assert left != signing.PARTS
    return lambda patch: patch.setattr(signing, "PARTS", left)


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


def whoever_takes_no_part(patch: pytest.MonkeyPatch) -> None:
    """Let who declared an interest decide all the same."""
    everybody = signing.signers

    def signers(version: Any, office: Any) -> list[Holding]:
        own = Holding.objects.of(office).present().own() if version.recusals.exists() else []
        return [*everybody(version, office), *own]

    patch.setattr(signing, "signers", signers)


def present_or_not(patch: pytest.MonkeyPatch) -> None:
    """Ask who is away, too."""
    patch.setattr(HoldingQuerySet, "present", HoldingQuerySet.current)


def written_for_ever(patch: pytest.MonkeyPatch) -> None:
    """Let what is submitted be written."""
    patch.setattr(writes, "EDITABLE", tuple(State))


def agreed_by_oneself(patch: pytest.MonkeyPatch) -> None:
    """Let an override be agreed to by nobody else."""

    def override_of(version: Version, person: User) -> Override:
        return Override(person=person, consented_by=person)

    patch.setattr(signing, "override_of", override_of)


def turned_down_or_not(patch: pytest.MonkeyPatch) -> None:
    """Let a no be as good as a yes."""
    asked = signing.override_of

    def override_of(version: Version, person: User) -> Override | None:
        no = Override.objects.filter(round__version=version, person=person).exclude(refused_by=None).first()
        return Override(person=person, consented_by=no.refused_by) if no else asked(version, person)

    patch.setattr(signing, "override_of", override_of)


def on_ones_own_paper(patch: pytest.MonkeyPatch) -> None:
    """Let somebody advise who wrote the paper, asked before or after."""
    without("request_advice", needs.an_independent_adviser)(patch)
    without("give_advice", needs.written_by_others)(patch)


def over_late_advice(patch: pytest.MonkeyPatch) -> None:
    """Let a paper be signed whatever an adviser said since its submission."""
    for action in SIGNS.acts:
        without(action, needs.no_late_objection)(patch)


def away(world: World) -> None:
    """The chief executive is away, and nobody signs for them."""
    Holding.objects.filter(capacity="delegate").update(until=Now())
    chief = world.people["chief"]
    offices.record_absence(chief, until=timezone.now() + timedelta(days=1), by=chief)


def signs_for(world: World, up_to: int) -> None:
    """The auditor signs for the chief executive, up to so many pounds."""
    offices.delegate(
        Office.objects.get(role="chief_executive"),
        world.people["auditor"],
        by=world.people["admin"],
        until=timezone.now() + timedelta(days=9),
        authority="4.2",
        up_to=Decimal(up_to),
        only_in_absence=False,
    )


def signs_for_a_pound(world: World) -> None:
    """The auditor signs for the chief executive, up to a pound."""
    signs_for(world, 1)


def signs_for_almost_all(world: World) -> None:
    """The auditor signs for the chief executive, up to a pound less than a paper that waits for them is about."""
    weight = scheme.weight(load(world.at["with_chief_executive"]))
    assert weight
    signs_for(world, int(weight) - 1)


def about_as_much(patch: pytest.MonkeyPatch) -> None:
    """Let a delegation cover a pound more than it says."""

    def covers(held: Holding, version: Version) -> bool:
        return held.up_to is None or (scheme.weight(version) or 0) <= held.up_to + 1

    patch.setattr(signing, "covers", covers)


def no_part(world: World) -> None:
    """The decision maker has an interest, and somebody has let them in again."""
    version, dmpc = Version.objects.get(pk=world.at["with_decision_maker"]), world.people["dmpc"]
    perform(version.pk, "withdraw_from_deciding", by=dmpc, interest="A brother.")
    policy.grant(version.decision, [dmpc], Access.PART2, reason="x", source="route", by=None)


def wrote(name: str, station: str = "draft") -> Callable[[World], object]:
    """Let somebody have written the paper at a station."""
    return lambda world: Contributor.objects.create(version_id=world.at[station], person=world.people[name])


def wrote_what_comes_to_them(world: World) -> None:
    """The chief executive has written what comes to their office, which somebody else holds too."""
    wrote("chief", "in_advice")(world)
    office = Office.objects.get(role="chief_executive")
    Holding.objects.create(office=office, person=world.people["officer2"])
    walk.bring(Version.objects.get(pk=world.at["in_advice"]), world.people, "with_chief_executive")


def turned_down(world: World) -> None:
    """Whoever wrote what comes to them asked to sign it all the same, and may not."""
    wrote_what_comes_to_them(world)
    walk.be_small(world.people)
    pk = world.at["in_advice"]
    perform(pk, "ask_override", by=world.people["chief"], reason="Nobody else is there.")
    no = {"override": Override.objects.get(), "reason": "Wait."}
    perform(pk, "refuse_override", by=world.people["governance"], **no)


def wrote_a_section(world: World) -> None:
    """The chief executive was asked to write a section of a paper, wrote it, and gave no advice."""
    chief, office = world.people["chief"], Office.objects.get(role="chief_executive")
    Holding.objects.create(office=office, person=world.people["officer2"])
    Holding.objects.create(office=Office.objects.get(role="equality"), person=chief)
    version = section_of(chief, load(world.at["draft"]), world.people)
    walk.bring(version, world.people, "with_chief_executive")


def asked_and_signed(world: World) -> None:
    """An adviser who was asked came into the chief executive's office since, and has signed."""
    equality, version = world.people["equality"], load(world.at["draft"])
    asked = {"adviser": equality, "area": "equality", "with_part2": True}
    perform(version.pk, "request_advice", by=world.people["officer"], **asked)
    walk.advise(load(version.pk), world.people, "finance", "legal")
    walk.bring(load(version.pk), world.people, "with_chief_executive")
    Holding.objects.create(office=Office.objects.get(role="chief_executive"), person=equality)
    clock.let_in_successors()
    perform(version.pk, "endorse", by=equality, digest=signing.shown(load(version.pk)))


def deferred(world: World) -> None:
    """What is decided is cleared, and waits for a day."""
    version = load(world.at["decided"])
    walk.clear(version, world.people)
    until = timezone.localdate() + timedelta(days=30)
    perform(version.pk, "defer", by=world.people["governance"], reason="Talks.", until=until)


def asked(world: World) -> None:
    """Finance and legal have been asked about a draft."""
    for area in ("finance", "legal"):
        about = {"adviser": world.people[area], "area": area, "with_part2": True}
        perform(world.at["draft"], "request_advice", by=world.people["officer"], **about)


def left(world: World) -> None:
    """The legal adviser has left the office in which they were asked."""
    asked(world)
    offices.end(Holding.objects.get(person=world.people["legal"]), by=None)


def against(world: World) -> None:
    """An adviser who was asked before the submission is not content after it."""
    version = Version.objects.get(pk=world.at["in_advice"])
    asked = {"adviser": world.people["equality"], "area": "equality", "with_part2": False}
    perform(version.pk, "request_advice", by=world.people["officer"], **asked)
    walk.bring(version, world.people, "with_chief_executive")
    read = advice.shown(load(version.pk), world.people["equality"])
    said = {"outcome": "not_content", "text": "Say whom it meets.", "digest": read}
    perform(version.pk, "give_advice", by=world.people["equality"], **said)


def unread(world: World) -> None:
    """What finance advises on has gone to Part 2, and finance has given advice without having read that."""
    version, finance = Version.objects.get(pk=world.at["in_advice"]), world.people["finance"]
    Paragraph.objects.filter(section__version=version, section__kind="financial").delete()
    version.sections.filter(kind="financial").update(treatment="in_part2")
    about = {"adviser": finance, "area": "finance", "with_part2": False}
    perform(version.pk, "request_advice", by=world.people["officer"], **about)
    read = advice.shown(load(version.pk), finance)
    perform(version.pk, "give_advice", by=finance, outcome="content", text="", digest=read)


def asked_once_more(world: World) -> None:
    """Somebody who has not answered was asked about what is decided."""
    version = Version.objects.get(pk=world.at["decided"])
    AdviceRequest.objects.create(
        version=version,
        area="equality",
        adviser=world.people["equality"],
        with_part2=False,
        asked_by=world.people["officer"],
    )
    held = Holding.objects.filter(person=world.people["equality"])
    policy.grant(version.decision, held, Access.PART1, reason="x", source="request_advice", by=None)


ENDORSES = Focus(("endorse",), ("chief",), ("in_advice", "with_chief_executive"))
DECIDES = Focus(("decide",), ("dmpc",), ("with_decision_maker",))
PUBLISHES = Focus(("publish",), ("governance",), ("decided",))
SIGNS = Focus(("review", "endorse", "decide"), ("head", "chief", "dmpc"))
ADVISED = Focus(("submit", "give_advice", "request_advice"), ("officer", "finance", "legal"), ("draft",))
MUTANTS: dict[str, Mutant] = {
    "who wrote it signs": Mutant(says(signing, "other_part", ""), ENDORSES, wrote_what_comes_to_them),
    "a text that was not shown is signed": Mutant(says(signing, "same_text", True), SIGNS),
    "advice is not waited for": Mutant(
        says(advice, "why_not", []), Focus(("submit",), ("officer",), ("draft",))
    ),
    "advice counts that read no Part 2": Mutant(
        says(advice, "unread", False), Focus(("submit",), ("officer",), ("in_advice",)), unread
    ),
    "what has ended waits for advice": Mutant(
        says(advice, "open_to", True), Focus(("rescind",), ("dmpc",), ("decided",)), asked_once_more
    ),
    "advice holds for ever": Mutant(says(advice, "covered", {}), ADVISED, asked),
    "it is anybody's turn": Mutant(by_anybody("endorse"), replace(ENDORSES, who=("auditor", "legal"))),
    "who is away is asked": Mutant(present_or_not, ENDORSES, away),
    "a delegation has no scope": Mutant(
        says(signing, "covers", True), replace(ENDORSES, who=("auditor",)), signs_for_a_pound
    ),
    "a delegation covers a pound more": Mutant(
        about_as_much, replace(ENDORSES, who=("auditor",), on=("with_chief_executive",)), signs_for_almost_all
    ),
    "who wrote a section signs": Mutant(
        without_part("You wrote a section"), replace(ENDORSES, on=("draft",)), wrote_a_section
    ),
    "who signed advises": Mutant(
        without("give_advice", needs.not_signed),
        Focus(("give_advice",), ("equality",), ("draft",)),
        asked_and_signed,
    ),
    "who takes no part decides": Mutant(whoever_takes_no_part, DECIDES, no_part),
    "a deferral is not waited for": Mutant(without("publish", needs.day_come), PUBLISHES, deferred),
    "what is not cleared is published": Mutant(without("publish", needs.cleared), PUBLISHES),
    "late advice against it is passed over": Mutant(
        over_late_advice, replace(ENDORSES, on=("in_advice",)), against
    ),
    "what is submitted is written": Mutant(
        written_for_ever, Focus(("ask",), ("chief",), ("with_chief_executive",))
    ),
    "an outcome is left out": Mutant(without("decide", needs.every_outcome), DECIDES),
    "the register is not told": Mutant(
        says(effects, "record_number", None), Focus(("submit", "decide", "withdraw"))
    ),
    "the trail is not written": Mutant(says(trail, "write", None), SIGNS),
    "a returned round stays open": Mutant(
        says(effects, "_close_round", None), Focus(("return_for_amendment",), ("head", "chief", "dmpc"))
    ),
    "access outlives the office": Mutant(whoever_has_an_office_ever, ADVISED, left),
    "who acts next is not let in": Mutant(
        says(effects, "let_in", []), Focus(("review",), ("head",), ("with_head_of_service",))
    ),
    "who wrote it advises": Mutant(
        on_ones_own_paper,
        Focus(
            ("request_advice", "request_advice", "give_advice"), ("officer", "officer", "finance"), ("draft",)
        ),
        wrote("finance"),
    ),
    "anybody rescinds": Mutant(by_anybody("rescind"), Focus(("rescind",), ("governance",), ("decided",))),
    "an override needs no second person": Mutant(agreed_by_oneself, ENDORSES, wrote_what_comes_to_them),
    "who was told no signs": Mutant(turned_down_or_not, replace(ENDORSES, on=("in_advice",)), turned_down),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_walk_notices_each_rule_that_is_taken_away(
    world: World, monkeypatch: pytest.MonkeyPatch, db: None, name: str
) -> None:
    mutant = MUTANTS[name]
    for seed in range(4):
        with transaction.atomic():
            mutant.before(roaming.afresh(world))
            with monkeypatch.context() as patch:
                mutant.patch(patch)
                noticed = notices(world, seed, mutant.focus)
            transaction.set_rollback(True)
        if noticed:
            return
    pytest.fail("no walk noticed it")


def notices(world: World, seed: int, focus: Focus) -> bool:
    """Say whether a walk breaks a rule."""
    clock.let_in_successors()
    try:
        roaming.roam(world, seed=seed, steps=40, focus=focus)
    except AssertionError:
        return True
    return False
