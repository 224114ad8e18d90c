"""A walk at random: every role, office and act, allowed or not, and after each step the rules of design.md.

RULES says them once more, from the design and not from the code: each looks at what is stored and names what breaks
it. What people do is in ACTS, a row for each action of the table; how offices change is in CHANGES.
"""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.db import DatabaseError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from approvals import advice, clock, due, outside, questions, recorded, returned
from approvals.clearing import findings
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import Advice, ObjectionAnswer, Override, RecordedWord, Round, Signature
from approvals.signing import shown
from approvals.workflow import TRANSITIONS, NotAllowed, Refused, actions, perform
from decisions import part2, policy
from decisions.drafting import resting, writes
from decisions.drafting.pages import SECTION, seen_of
from decisions.models import (
    Access,
    ContractAward,
    FinancialLine,
    FundingGrant,
    NumberEvent,
    Publication,
    State,
    Version,
)
from decisions.part2 import Decided
from decisions.snapshot import component_digests, labelled, load, snapshot_bytes
from pcd.people import offices
from pcd.people.models import ADVISER_ROLES, Absence, Holding, Office, Role, User
from pcd.trail import entries

#: The states before which nothing is signed, and after which nothing changes.
WRITABLE = (State.DRAFT, State.IN_ADVICE)
ENDED = (State.PUBLISHED, State.WITHDRAWN, State.RESCINDED)
#: In which state a paper is once these have signed.
SIGNED: dict[str, tuple[str, ...]] = {
    State.WITH_HEAD_OF_SERVICE: (),
    State.WITH_CHIEF_EXECUTIVE: ("head_of_service",),
    State.WITH_DECISION_MAKER: ("head_of_service", "chief_executive"),
    State.DECIDED: ("head_of_service", "chief_executive", "decision_maker"),
    State.PUBLISHED: ("head_of_service", "chief_executive", "decision_maker"),
    State.RESCINDED: ("head_of_service", "chief_executive", "decision_maker"),
}

#: Whose turn it is.
TURNS: dict[str, str] = {
    State.WITH_HEAD_OF_SERVICE: "head_of_service",
    State.WITH_CHIEF_EXECUTIVE: "chief_executive",
    State.WITH_DECISION_MAKER: "decision_maker",
}
#: What the register says last of what has ended.
ENDS: dict[str, str] = {
    State.PUBLISHED: "published",
    State.WITHDRAWN: "withdrawn",
    State.RESCINDED: "rescinded",
}
#: What the advice of each must cover.
ESSENTIAL = {"finance": "money", "legal": "recommendations"}
#: What a page did not show: an act that is taken with it is an act on another text.
NOT_SHOWN = ("stale", "x")

Inputs = dict[str, Any]


@dataclass(frozen=True)
class Focus:
    """What is tried above all: which acts, by whom, on the papers that were brought to which stations."""

    acts: Sequence[str]
    who: Sequence[str] = ()
    on: Sequence[str] = ()


@dataclass
class World:
    """The people, the papers under way, and the chance by which things happen."""

    people: dict[str, User]
    chance: random.Random
    papers: list[UUID] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    #: What stood on record of each paper at the last look: nothing of it may go.
    kept: dict[UUID, set[Any]] = field(default_factory=dict)
    #: What was done last.
    last: str = ""
    #: What is tried above all.
    focus: "Focus | None" = None
    #: Which paper was brought to a station.
    at: dict[str, UUID] = field(default_factory=dict)

    def anybody(self) -> User:
        """Return any person."""
        return self.chance.choice(list(self.people.values()))

    def flip(self, chances: float) -> bool:
        """Say yes that often."""
        return self.chance.random() < chances


# What people do: valid inputs mostly, others now and then


def _request(world: World, version: Version, person: User) -> Inputs:
    area = world.chance.choice([Role.FINANCE, Role.LEGAL] if world.flip(0.7) else ADVISER_ROLES)
    asked = world.people[area.value] if world.flip(0.8) else world.anybody()
    return {"adviser": asked, "area": area, "with_part2": world.flip(0.8)}


def _advise(world: World, version: Version, person: User) -> Inputs:
    said = world.chance.choices(("content", "with_conditions", "not_content"), (8, 2, 1))[0]
    read = advice.shown(load(version.pk), person) if world.flip(0.95) else "x"
    return {"outcome": said, "text": "" if said == "content" else "Say who pays.", "digest": read}


def _sign(world: World, version: Version, person: User) -> Inputs:
    return {"digest": shown(version) if world.flip(0.6 if world.focus else 0.95) else "stale"}


def _decide(world: World, version: Version, person: User) -> Inputs:
    said = world.chance.choice(("approved", "approved", "rejected", "noted"))
    outcomes = {
        str(row.pk): {"outcome": said, "reason": "" if said == "approved" else "Too dear."}
        for _, row in labelled(version)
    }
    if world.flip(0.2):
        outcomes.popitem()
    inside = {paper: part2.read(paper).recommendations for paper in version.part2_papers.all()}
    sealed = {paper: [Decided("approved") for _ in rows] for paper, rows in inside.items() if rows}
    return {**_sign(world, version, person), "interests": "None.", "outcomes": outcomes, "sealed": sealed}


def _question(world: World, version: Version, person: User) -> Inputs:
    whom = questions.whom(version, person)
    return {
        "to": world.chance.choice(whom) if whom and world.flip(0.9) else world.anybody(),
        "text": f"Why {uuid4()}?",
    }


def _answer(world: World, version: Version, person: User) -> Inputs:
    waiting = questions.waiting(version, person)
    return {"question": str(waiting.pk) if waiting else "", "text": "Because."}


def _chase(world: World, version: Version, person: User) -> Inputs:
    awaited = due.awaited(version)
    return {"request": world.chance.choice(awaited) if awaited else None}


def _to(world: World, version: Version, person: User) -> Inputs:
    officers = [world.people["officer"], world.people["officer2"]]
    return {
        "to": world.chance.choice(officers) if world.flip(0.8) else world.anybody(),
        "reason": "Leave.",
        "with_part2": world.flip(0.5),
    }


def _until(world: World, version: Version, person: User) -> Inputs:
    day = timezone.localdate() + timedelta(days=world.chance.randrange(-2, 60))
    return {"until": day, "reason": "Talks go on."}


def _clear(world: World, version: Version, person: User) -> Inputs:
    return {"answers": ["It is public." for _ in findings(load(version.pk))]}


def _point(world: World, version: Version, person: User) -> Inputs:
    waiting = returned.points(load(version.pk))
    return {"point": world.chance.choice(waiting) if waiting else None, "how": "words", "text": "Said."}


def _colleague(world: World, version: Version, person: User) -> Inputs:
    return {"to": world.anybody(), "reason": "Leave."}


def _outsider(world: World, version: Version, person: User) -> Inputs:
    reads = policy.may(person, Access.PART2, version.decision)
    rows = outside.shareable(load(version.pk), reads_part2=reads)
    chosen = [row.key for row in rows if not row.part2][:1]
    about = {"name": "Ada Quill", "organisation": "Counsel", "email": "ada@counsel.example", "code": "482913"}
    until = timezone.localdate() + timedelta(days=9)
    return {
        **about,
        "area": "legal",
        "question": "Is it lawful?",
        "chosen": chosen,
        "until": until,
        "with_part2": False,
    }


def _link(world: World, version: Version, person: User) -> Inputs:
    return {"request": world.chance.choice([None, *version.outside_requests.all()])}


def _code(world: World, version: Version, person: User) -> Inputs:
    return {**_link(world, version, person), "code": "719204"}


def _objection(world: World, version: Version, person: User) -> Inputs:
    given = Advice.objects.filter(request__version=version, outcome="not_content").last()
    return {"advice": given, "text": "The fund pays."}


def _submit(world: World, version: Version, person: User) -> Inputs:
    urgent = dict.fromkeys(("finance", "legal"), "They are away.") if world.flip(0.1) else {}
    return {"confirmed": True, "unobtained": urgent}


def _record(world: World, version: Version, person: User) -> Inputs:
    about = {
        "how": "meeting",
        "decided_at": timezone.now(),
        "present": "Two",
        "original": "Cabinet",
        "file": b"x",
    }
    decider = world.people["dmpc"] if world.flip(0.8) else world.anybody()
    return {
        **_decide(world, version, person),
        **about,
        "decider": decider,
        "meeting_on": timezone.localdate(),
    }


def _attest(world: World, version: Version, person: User) -> Inputs:
    waiting = recorded.waiting(version)
    return {"recorded": str(waiting[0].pk) if waiting else "", "reason": "Another day."}


def _interest(world: World, version: Version, person: User) -> Inputs:
    return {"interest": "My brother owns the site."}


def _override(world: World, version: Version, person: User) -> Inputs:
    current = version.rounds.filter(closed_at=None).first()
    asked = [None, *(current.overrides.all() if current else ())]
    return {"override": world.chance.choice(asked[-2:]), "reason": "Wait for them."}


def _rescind(world: World, version: Version, person: User) -> Inputs:
    return {**_sign(world, version, person), "reason": "The sale has collapsed."}


def _reason(world: World, version: Version, person: User) -> Inputs:
    return {"reason": "Say more."}


def _confirmed(world: World, version: Version, person: User) -> Inputs:
    return {"confirmed": True}


def _nothing(world: World, version: Version, person: User) -> Inputs:
    return {}


#: What each action of the table is given; an action without a row fails a test.
ACTS: dict[str, Callable[[World, Version, User], Inputs]] = {
    "request_advice": _request,
    "give_advice": _advise,
    "chase_advice": _chase,
    "ask": _question,
    "answer": _answer,
    "submit": _submit,
    "answer_point": _point,
    "ask_again": _confirmed,
    "hand_advice_on": _colleague,
    "ask_outsider": _outsider,
    "renew_outside_code": _code,
    "end_outside": _link,
    "answer_advice": _objection,
    "withdraw_from_deciding": _interest,
    "ask_override": _reason,
    "agree_to_override": _override,
    "refuse_override": _override,
    "rescind": _rescind,
    "review": _sign,
    "endorse": _sign,
    "decide": _decide,
    "return_for_amendment": _reason,
    "add_co_drafter": _to,
    "end_co_drafting": _to,
    "hand_over": _to,
    "defer": _until,
    "renew_deferral": _until,
    "end_deferral": _reason,
    "record_decision": _record,
    "attest_decision": _attest,
    "refuse_record": _attest,
    "record_joint_decision": _nothing,
    "confirm_joint_decision": _nothing,
    "clear_for_publication": _clear,
    "publish": _confirmed,
    "withdraw": _reason,
}
#: Who mostly has something to do there.
LIKELY: dict[str, tuple[str, ...]] = {
    State.DRAFT: ("officer",),
    State.IN_ADVICE: ("officer", "finance", "legal"),
    State.WITH_HEAD_OF_SERVICE: ("head", "head", "officer"),
    State.WITH_CHIEF_EXECUTIVE: ("chief", "chief", "officer"),
    State.WITH_DECISION_MAKER: ("dmpc", "dmpc", "officer"),
    State.DECIDED: ("governance",),
}
#: What ends or sets back a paper is done seldom, so that papers come far.
SELDOM = (
    *(
        "withdraw",
        "rescind",
        "return_for_amendment",
        "hand_over",
        "defer",
        "add_co_drafter",
        "end_co_drafting",
    ),
    *("ask", "chase_advice", "hand_advice_on", "ask_outsider", "withdraw_from_deciding"),
    *("renew_outside_code", "end_outside"),
    *("record_decision", "refuse_record"),
)


# How the world around the papers changes


def _appoint(world: World) -> None:
    """Somebody comes into an office of the route, in office or acting."""
    office = world.chance.choice(list(Office.objects.filter(role__in=ROUTE)))
    capacity, person = world.chance.choice(("in_office", "acting")), world.anybody()
    if not offices.why_not_appointed(office, person, since=timezone.now(), until=None):
        Holding.objects.create(office=office, person=person, capacity=capacity)


def _leave(world: World) -> None:
    """Somebody leaves an office, which may then be vacant."""
    held = Holding.objects.current().filter(office__role__in=ROUTE)
    row = world.chance.choice(list(held)) if held else None
    if row is not None:
        offices.end(row, by=None)


def _away(world: World) -> None:
    """Somebody says that they are away."""
    person = world.people[world.chance.choice(("chief", "head", "dmpc", "deputy"))]
    offices.record_absence(person, until=timezone.now() + timedelta(days=1), by=person)


def _back(world: World) -> None:
    """Everybody is back."""
    for person in world.people.values():
        offices.end_absence(person, by=person)


def _delegate(world: World) -> None:
    """Somebody signs for an office of the route, within a scope, unless that goes in a loop."""
    office = world.chance.choice(list(Office.objects.filter(role__in=ROUTE)))
    with suppress(offices.NotSound):
        offices.delegate(
            office,
            world.anybody(),
            by=world.people["admin"],
            until=timezone.now() + timedelta(days=9),
            authority="4.2",
            up_to=world.chance.choice((None, Decimal(1), Decimal(10**9))),
            only_in_absence=world.flip(0.5),
        )


def _end_delegations(world: World) -> None:
    """Nobody signs for anybody any more."""
    for held in Holding.objects.current().filter(capacity="delegate"):
        offices.end(held, by=None)


def _come_and_go(world: World) -> None:
    """Somebody is locked out, or let in again."""
    person = world.anybody()
    User.objects.filter(pk=person.pk).update(is_active=not person.is_active)
    person.refresh_from_db()


def _restore(world: World) -> None:
    """The demo people are in their offices again, so that the walk goes on."""
    _back(world)
    for name, role in ROUTE_PEOPLE.items():
        person = world.people[name]
        if not person.is_active:
            User.objects.filter(pk=person.pk).update(is_active=True)
            person.refresh_from_db()
        office = Office.objects.filter(role=role).order_by("key")[0]
        refused = offices.why_not_appointed(office, person, since=timezone.now(), until=None)
        if not (person.holds(role) or refused):
            Holding.objects.create(office=office, person=person)


def _tick(world: World) -> None:
    """The clock does what is due on the route."""
    clock.let_in_successors()
    clock.release()


ROUTE = (Role.HEAD_OF_SERVICE, Role.CHIEF_EXECUTIVE, Role.DECISION_MAKER)
ROUTE_PEOPLE = {
    "officer": Role.DRAFTING_OFFICER,
    "officer2": Role.DRAFTING_OFFICER,
    "finance": Role.FINANCE,
    "legal": Role.LEGAL,
    "head": Role.HEAD_OF_SERVICE,
    "chief": Role.CHIEF_EXECUTIVE,
    "dmpc": Role.DECISION_MAKER,
    "governance": Role.GOVERNANCE,
}
CHANGES: Sequence[Callable[[World], None]] = (
    *(_appoint, _leave, _away, _away, _back, _delegate, _delegate, _end_delegations, _come_and_go),
    *(_restore, _restore, _restore, _restore, _tick, _tick, _tick),
)


def begin(world: World) -> None:
    """Somebody writes a new paper."""
    own = f"This is because talks about site {world.chance.getrandbits(40)} have not ended."
    exempt = replace(CUSTODY, public_reason=own) if world.flip(0.5) else None
    number = world.chance.randrange(50)
    inside = ("financial",) if exempt and number % 2 else ()
    paper = made_up(number, "Signal masts", part2=exempt, in_part2=inside)
    world.papers.append(walk.draft(paper, world.people).pk)


def edit(world: World, version: Version) -> None:
    """Somebody changes a word of a section, or tries to."""
    person = world.people["officer"] if world.flip(0.7) else world.anybody()
    kind = world.chance.choice(("financial", "legal", "introduction"))
    version = load(version.pk)
    row = SECTION.find(version, kind)
    values = SECTION.read(row)
    told = [one.key for one in resting.on(version)] if world.flip(0.7) else []
    text = f"{values['text']} {world.chance.randrange(9)}."
    typed = values if values["treatment"] == "in_part2" else {**values, "text": text}
    writes.save(
        page=SECTION, version=version, pk=kind, values=typed, seen=seen_of(values), by=person, told=told
    )


def step(world: World) -> None:
    """Do one thing, allowed or not; raises AssertionError where a rule is broken by it."""
    if len(world.papers) < 2 or (world.flip(0.02) and world.people["officer"].is_active):
        begin(world)
        return
    if world.flip(0.06):
        world.chance.choice(CHANGES)(world)
        return
    papers = world.papers[-3:]
    if world.focus and world.flip(0.8):
        papers = [world.at[station] for station in world.focus.on or world.at]
    pk = world.chance.choice(papers)
    version = Version.objects.select_related("decision__series").get(pk=pk)
    if version.state in ENDED and pk in world.papers and not world.focus:
        world.papers.remove(pk) if len(world.papers) > 3 else begin(world)
    before = _last(version)
    try:
        with transaction.atomic():
            name = _act(world, version)
    except (NotAllowed, Refused, writes.Submitted, writes.SomebodyElses, resting.LetsFall) as refusal:
        world.refused[type(refusal).__name__] += 1
        assert _last(version) == before, "what is refused changes nothing"
        return
    except DatabaseError as refusal:
        raise AssertionError(f"only the database refused this: {str(refusal).splitlines()[0]}") from None
    except (AttributeError, KeyError, TypeError, ValueError) as fault:
        raise AssertionError(f"it broke on the way: {fault!r}") from fault
    world.done[name] += 1
    world.last = name
    now = load(pk)
    broken = [f"{rule.__doc__}: {said}" for rule in RULES for said in rule(world, now)]
    assert not broken, f"after {name}: {broken}"


def _last(version: Version) -> Any:
    """Return the paper's state and the last entry of its trail: every act leaves one."""
    state = Version.objects.values_list("state", flat=True).get(pk=version.pk)
    return state, entries("decision", version.decision_id).order_by("-seq").values_list(
        "seq", flat=True
    ).first()


def _act(world: World, version: Version) -> str:
    if world.flip(0.05):
        edit(world, version)
        return "edit"
    likely = LIKELY.get(version.state, ())
    person = world.people[world.chance.choice(likely)] if likely and world.flip(0.8) else world.anybody()
    offered = [row.action for row in actions(version, person)] if world.flip(0.9) else []
    usual = [action for action in offered if action not in SELDOM]
    if usual and world.flip(0.9):
        action = world.chance.choice(usual)
    elif offered and world.flip(0.5):
        action = world.chance.choice(offered)
    else:
        action = world.chance.choice(TRANSITIONS).action
    if world.focus and world.flip(0.7):
        action = world.chance.choice(world.focus.acts)
        person = world.people[world.chance.choice(world.focus.who)] if world.focus.who else person
    inputs = ACTS[action](world, version, person)
    perform(version.pk, action, by=person, **inputs)
    assert inputs.get("digest") not in NOT_SHOWN, f"{action} on a text that was not shown"
    return action


# The rules


def text_is_what_was_signed(world: World, version: Version) -> list[str]:
    """In a round the rows say what its snapshot says, and every signature is on those very bytes."""
    current = version.rounds.filter(closed_at=None).select_related("snapshot").first()
    if version.state in (*WRITABLE, State.WITHDRAWN):
        return ["a round is open"] if current else []
    if current is None:
        return ["no round is open"]
    content = bytes(current.snapshot.content)
    if version.state not in ENDED and snapshot_bytes(version) != content:
        return ["the rows say something else"]
    right = hashlib.sha256(content).digest()
    return [f"{row} signed other bytes" for row in current.signatures.all() if bytes(row.digest) != right]


def signed_in_order(world: World, version: Version) -> list[str]:
    """A paper is where its signatures have brought it, each office once."""
    current = version.rounds.filter(closed_at=None).first()
    given = [row.office for row in current.signatures.order_by("signed_at")] if current else []
    wanted = SIGNED.get(version.state, ())
    return [] if sorted(given) == sorted(wanted) else [f"{version.state} with {given}"]


def by_another(world: World, version: Version) -> list[str]:
    """Nobody signs what they wrote a word of or advised on, or twice in a round, but where a second person agreed.

    Nor does anybody advise on what they wrote or have signed in the round.
    """
    wrote = set(version.contributors.values_list("person", flat=True)) | {version.drafting_officer_id}
    saved = set(version.revisions.values_list("person", flat=True))
    said = set(Advice.objects.filter(request__version=version).values_list("adviser", flat=True))
    both = Advice.objects.filter(request__version=version, adviser__in=wrote)
    faults = [f"{row.adviser} advised on what they wrote" for row in both]
    for current in version.rounds.all():
        rows = list(current.signatures.all())
        later = Advice.objects.filter(
            request__version=version, given_at__lt=current.closed_at or timezone.now()
        )
        for row in rows:
            signed = later.filter(adviser=row.signer, given_at__gt=row.signed_at)
            faults += [f"{row.signer} advised on what they signed"] * signed.exists()
        agreed = set(current.overrides.exclude(consented_by=None).values_list("office", "person"))
        for row in (row for row in rows if (row.office, row.signer_id) not in agreed):
            before = [one.signer_id for one in rows if one.signed_at < row.signed_at]
            parts = (
                (wrote, "wrote it"),
                (saved, "wrote of it"),
                (said, "advised on it"),
                (before, "signed it"),
            )
            for ids, part in parts:
                faults += [f"{row}: {part}"] * (row.signer_id in ids)
    return faults


def a_second_person_answers(world: World, version: Version) -> list[str]:
    """Whoever asks to act in two parts is answered by somebody else, yes or no, and asks once at a time."""
    rows = list(Override.objects.filter(round__version=version))
    faults = [f"{row} answered twice" for row in rows if row.consented_by and row.refused_by]
    faults += [f"{row} by themselves" for row in rows if row.person in (row.consented_by, row.refused_by)]
    faults += [f"{row} without a reason" for row in rows if row.refused_by and not row.refusal]
    asked = Counter((row.round_id, row.office, row.person_id) for row in rows if not row.refused_by)
    return faults + [f"{key} asked twice" for key, times in asked.items() if times > 1]


def in_office(world: World, version: Version) -> list[str]:
    """Whoever signed last held that office, or signed for it within their scope, and was there."""
    row = (
        Signature.objects.filter(round__version=version, round__closed_at=None).order_by("-signed_at").first()
    )
    if row is None or row.pk in world.kept.setdefault(version.pk, set()):
        return []
    at = row.signed_at
    period = Q(since__lte=at) & (Q(until=None) | Q(until__gt=at))
    held = Holding.objects.filter(period, person=row.signer, office=row.held, capacity=row.capacity).last()
    faults = [] if held and row.signer.is_active else [f"{row} does not hold it"]
    elsewhere = RecordedWord.objects.filter(agrees=True, record__acts_digest=row.acts_digest)
    if row.office != "decision_maker" or not elsewhere.exclude(by=F("record__by")).exists():
        faults += [f"{row} is away"] * Absence.objects.filter(period, person=row.signer).exists()
    faults += [f"{row} takes no part"] * (
        row.office == "decision_maker" and version.recusals.filter(person=row.signer).exists()
    )
    if held and held.capacity == "delegate":
        faults += [f"{row} does not say for whom"] * (
            not row.on_behalf_of or held.authority not in row.authority
        )
        faults += [f"{row} is beyond the scope"] * (held.up_to is not None and held.up_to < _highest(version))
        there = Holding.objects.filter(period, office=row.held, person__is_active=True).exclude(
            capacity="delegate"
        )
        there = there.exclude(person__in=Absence.objects.filter(period).values("person"))
        there = there.exclude(person__in=version.recusals.values("person"))
        faults += [f"{row} while the holder is there"] * (held.only_in_absence and there.exists())
    return faults


def _highest(version: Version) -> Decimal:
    """Return the highest amount of a paper, row by row; what is withheld is as high as any."""
    of = {"recommendation__version": version}
    lines = FinancialLine.objects.filter(**of).exclude(kind="income")
    amounts = [
        *(line.amount if line.amount_to is None else line.amount_to for line in lines),
        *ContractAward.objects.filter(**of).values_list("value", flat=True),
        *FundingGrant.objects.filter(**of).values_list("amount", flat=True),
    ]
    return max((Decimal("Infinity") if one is None else one for one in amounts), default=Decimal("Infinity"))


def heard(world: World, version: Version) -> list[str]:
    """Nobody signs over advice that is against and came after the submission, unless it was answered."""
    current = version.rounds.filter(closed_at=None).first()
    if current is None:
        return []
    against = Advice.objects.filter(
        request__version=version, outcome="not_content", given_at__gte=current.opened_at
    )
    faults = []
    for row in current.signatures.all():
        for one in against.filter(given_at__lt=row.signed_at):
            later = one.request.advice.filter(given_at__gt=one.given_at, given_at__lt=row.signed_at)
            answered = ObjectionAnswer.objects.filter(advice=one, at__lt=row.signed_at)
            if not later.exists() and not answered.exists():
                faults.append(f"{row} signed over {one}")
    return faults


def every_outcome(world: World, version: Version) -> list[str]:
    """What was decided says an outcome for each recommendation of the text, and for no other."""
    signed = Signature.objects.filter(
        round__version=version, round__closed_at=None, office="decision_maker"
    ).first()
    if signed is None:
        return []
    said = set(json.loads(bytes(signed.acts))["outcomes"])
    asked = {str(row.pk) for _, row in labelled(version)}
    return [] if said == asked else [f"{len(said)} outcomes for {len(asked)} recommendations"]


def let_in(world: World, version: Version) -> list[str]:
    """Whoever holds the office that a paper has just come to, and is there, can open it."""
    role = TURNS.get(version.state)
    if role is None or world.last not in ("submit", "review", "endorse"):
        return []
    there = Holding.objects.current().exclude(capacity="delegate").filter(office__role=role)
    there = there.exclude(office__key="mayor")  # none of these papers is the Mayor's
    if role == "head_of_service":
        there = there.filter(office=version.head_of_service)
    away, no_part = Absence.objects.current().values("person"), version.recusals.values("person")
    people = {row.person for row in there.exclude(person__in=away).exclude(person__in=no_part)}
    return [f"{one} is not let in" for one in people if not policy.may(one, Access.PART2, version.decision)]


def advised(world: World, version: Version) -> list[str]:
    """At submission finance and legal have given advice on this very text, and nobody is not content with it.

    What stands in Part 2 they have read: it was opened to them.
    """
    if version.state != State.WITH_HEAD_OF_SERVICE:
        return []
    digests = component_digests(version)
    hidden = {
        "finance": version.sections.filter(kind="financial", treatment="in_part2").exists(),
        "legal": version.part2_exists == "yes",
    }
    faults = []
    for area in ("finance", "legal"):
        given = [
            row
            for row in Advice.objects.filter(request__version=version, request__area=area)
            if ESSENTIAL[area] in row.covers
            and (row.request.with_part2 or not hidden[area])
            and all(digests.get(key) == value for key, value in row.covers.items())
        ]
        excused = version.unobtained_advice.filter(area=area).exists() and version.urgency_reason
        if not excused and not any(row.outcome != "not_content" for row in given):
            faults.append(f"{area} has not advised on this text")
    return faults


def nobody_is_asked_in_vain(world: World, version: Version) -> list[str]:
    """Of what was withdrawn or rescinded no advice is waited for: nobody can give it any more."""
    if version.state not in (State.WITHDRAWN, State.RESCINDED):
        return []
    people = {row.adviser for row in version.advice_requests.all()}
    return [f"{one} is waited for" for one in people if advice.unanswered(version, one)] + [
        f"{row} is reminded of" for row in due.awaited(version)
    ]


def nothing_goes(world: World, version: Version) -> list[str]:
    """What was signed, advised and said stays on record, whatever becomes of the paper."""
    there = {
        *Round.objects.filter(version=version).values_list("pk", flat=True),
        *Signature.objects.filter(round__version=version).values_list("pk", flat=True),
        *Advice.objects.filter(request__version=version).values_list("pk", flat=True),
    }
    key = uuid4() if version.pk not in world.kept else version.pk
    before = world.kept.setdefault(version.pk, set())
    gone = {one for one in before if isinstance(one, UUID)} - there
    world.kept[version.pk] |= there
    return [f"{len(gone)} rows are gone ({key})"] if gone else []


def register_says(world: World, version: Version) -> list[str]:
    """Every number stands in the register with what became of it; no number is taken before a submission."""
    decision = version.decision
    if decision.number is None:
        return ["submitted without a number"] if version.rounds.exists() else []
    events = list(
        NumberEvent.objects.filter(number=decision.number, body_key=decision.body_id)
        .order_by("at")
        .values_list("became", flat=True)
    )
    wanted = ENDS.get(version.state)
    if not events or events[0] != "issued":
        return [f"{events}"]
    if wanted and events[-1] != wanted:
        return [f"{version.state}: {events}"]
    return []


def published_by_right(world: World, version: Version) -> list[str]:
    """Only what is decided, cleared and due is published, and only the bytes that were signed."""
    row = Publication.objects.filter(pk=version.pk).first()
    if version.state != State.RESCINDED and (version.state == State.PUBLISHED) != (row is not None):
        return [f"{version.state}, published: {row is not None}"]
    if row is None:
        return []
    last = version.deferrals.order_by("at").last()
    early = last is not None and last.until is not None and last.until > timezone.localdate()
    return ["before its day"] * early + ["not cleared"] * (not version.clearances.exists())


def access_by_office(world: World, version: Version) -> list[str]:
    """Nobody opens a paper by an office that they have left or when locked out, and Part 2 only by a live grant."""
    faults = []
    people = list(world.people.values())
    for person in people if world.focus else world.chance.sample(people, 3):
        for access in (Access.PART1, Access.PART2, Access.EDIT):
            if not policy.may(person, access, version.decision):
                continue
            grants = version.decision.grants.filter(person=person, access=access).filter(
                Q(until=None) | Q(until__gt=Now())
            )
            live = [row for row in grants if row.holding is None or _lives(row.holding)]
            if not person.is_active or not live:
                faults.append(f"{person} has {access}")
    return faults


def on_the_trail(world: World, version: Version) -> list[str]:
    """The trail ends in the state that the paper is in."""
    last = (
        entries("decision", version.decision_id)
        .filter(detail__has_key="after")
        .exclude(detail__after="")
        .order_by("-seq")
        .first()
    )
    said = last.detail["after"] if last is not None else "draft"
    return [] if said == version.state else [f"{said}, but {version.state}"]


def _lives(held: Holding) -> bool:
    return held.until is None or held.until > timezone.now()


Rule = Callable[[World, Version], list[str]]
RULES: tuple[Rule, ...] = (
    text_is_what_was_signed,
    signed_in_order,
    by_another,
    a_second_person_answers,
    in_office,
    heard,
    every_outcome,
    let_in,
    advised,
    nobody_is_asked_in_vain,
    nothing_goes,
    register_says,
    published_by_right,
    access_by_office,
    on_the_trail,
)


def world_of(people: Mapping[str, User], stations: Sequence[str]) -> World:
    """Return a world with a paper at each of these stations, and the walk by which it comes there."""
    world = World(dict(people), random.Random(1))
    for station in stations:
        begin(world)
        walk.bring(load(world.papers[-1]), people, station)
        world.at[station] = world.papers[-1]
    return world


def roam(world: World, *, seed: int, steps: int, focus: Focus | None = None) -> World:
    """Walk on that many steps at random; the same for the same seed. Raises AssertionError where a rule is broken."""
    world = replace(afresh(world), chance=random.Random(seed), focus=focus)
    walk.be_small(world.people, small=bool(seed % 2))
    for _ in range(steps):
        step(world)
    return world


def afresh(world: World) -> World:
    """Return the world as it is stored now, whatever walks before, undone since, made of it."""
    people = {person.username: person for person in User.objects.filter(username__in=world.people)}
    return replace(world, people=people, papers=[*world.papers], kept={}, done=Counter(), refused=Counter())
