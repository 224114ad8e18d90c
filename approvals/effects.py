"""What each action writes, besides the state and the trail; called by `workflow.perform` in its transaction."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models.functions import Now
from django.utils import timezone

from approvals import (
    advice,
    clearing,
    due,
    enclosures,
    handing,
    interests,
    joint,
    outside,
    questions,
    recorded,
    rescinding,
    returned,
)
from approvals.acts import acts, decision_acts, open_round, part1_of
from approvals.context import Context
from approvals.keeping import CO_DRAFTING, HANDS_OVER, keeper, name_keeper
from approvals.models import (
    Advice,
    AdviceRequest,
    Answer,
    Clearance,
    Deferral,
    HandOver,
    ObjectionAnswer,
    OutsideRequest,
    Question,
    RecordedDecision,
    ReturnAnswer,
    ReturnPoint,
    Round,
    Withdrawal,
)
from approvals.needs import attesters, confirmers
from approvals.notices import tell
from approvals.numbers import record_number, take_number
from approvals.signing import TURN, holding_for, office_as, office_of, sign, signers
from approvals.still import latest_deferral
from decisions import addressed, deciders, part2, policy
from decisions.advising import needed
from decisions.models import (
    Access,
    Decision,
    NumberEvent,
    Snapshot,
    State,
    UnobtainedAdvice,
    Version,
)
from decisions.publishing import publish as publish_part1
from decisions.snapshot import load, snapshot_bytes
from pcd.people.models import Holding, Role, User, holders, holders_of

BOTH_PARTS = (Access.PART1, Access.PART2)


@dataclass(frozen=True)
class Turn:
    """What whoever a paper is with is asked, and why they read it."""

    asks: str
    why: str


TURNS: dict[str, Turn] = {
    State.WITH_HEAD_OF_SERVICE: Turn("review", "reviews this paper"),
    State.WITH_CHIEF_EXECUTIVE: Turn("endorse", "endorses this paper"),
    State.WITH_DECISION_MAKER: Turn("decide", "decides this paper"),
}
#: The source of the grants of those who may attest what was decided elsewhere.
ATTESTING = "record_decision"
#: The acts whose Part 2 is needed no longer than until the publication.
ENDED_WITH_PUBLICATION = ("request_advice", "decide", ATTESTING)


def request_advice(context: Context) -> None:
    """Ask an adviser by name; they may read Part 1, and Part 2 only if the drafting officer says so."""
    inputs, version = context.inputs, context.version
    request = AdviceRequest.objects.create(
        version=version,
        area=inputs["area"],
        adviser=inputs["adviser"],
        with_part2=inputs["with_part2"],
        message=inputs.get("message", ""),
        due_on=inputs.get("due_on"),
        asked_by=context.actor,
    )
    held = Holding.objects.of(Role(request.area)).filter(person=request.adviser)
    policy.grant(
        version.decision,
        held,
        *(BOTH_PARTS if request.with_part2 else (Access.PART1,)),
        reason=f"{request.get_area_display()} asked for advice",
        source="request_advice",
        by=context.actor,
    )
    if inputs.get("writes"):
        advice.give_pen(request, held[0])
        context.trail.update(writes=f"section:{advice.WRITES[request.area]}")
    files = enclosures.keep_all(
        "", inputs.get("file", ()), author=context.actor, version=version, request=request
    )
    tell(version, "advise", [request.adviser])
    context.trail.update(area=request.area, adviser=request.adviser.full_name, with_part2=request.with_part2)
    context.trail.update({"files": files} if files else {})


def give_advice(context: Context) -> None:
    """Record what the adviser says of the present text."""
    request = advice.unanswered(context.version, context.actor)
    if request is None:
        raise ValueError("no advice is asked of this person")
    inputs = context.inputs
    given = advice.record(request, context.version, outcome=inputs["outcome"], text=inputs.get("text", ""))
    enclosed = enclosures.keep_all(
        inputs.get("inner", ""),
        inputs.get("file", ()),
        author=context.actor,
        version=context.version,
        advice=given,
    )
    context.trail.update({"enclosed": enclosed} if enclosed else {})
    tell(context.version, "advised", [keeper(context.version)])
    if given.outcome == Advice.Outcome.NOT_CONTENT and advice.late_objections(load(context.version.pk)):
        tell(context.version, "objected", [keeper(context.version)])
    context.trail.update(area=request.area, outcome=context.inputs["outcome"])


def hand_advice_on(context: Context) -> None:
    """Let a colleague in the same office answer in the adviser's place; what is due is due on the same day."""
    request = handing.to_hand_on(context.version, context.actor)
    if request is None:
        raise ValueError("there is no request to hand on")
    to, days = context.inputs["to"], due.of(context.version, questions.of(context.version))
    handing.hand_on(
        request, to, reason=context.inputs.get("reason", ""), due_on=days[request.pk], by=context.actor
    )
    tell(context.version, "advise", [to])
    tell(context.version, "handed_on", [keeper(context.version)])
    context.trail.update(area=request.area, person=to.full_name)


def ask_outsider(context: Context) -> None:
    """Share parts of the text as it is now with somebody outside; the diary says so where Part 2 is among them."""
    inputs, version = dict(context.inputs), context.version
    inputs.pop("with_part2", None)
    row = outside.ask(
        version,
        context.actor,
        reads_part2=policy.may(context.actor, Access.PART2, version.decision),
        **inputs,
    )
    if row.with_part2:
        policy.note_part2_reading(version.decision, context.actor, "share")
    context.trail.update(
        area=row.area,
        person=outside.outsider(row).full_name,
        with_part2=row.with_part2,
        digest=bytes(row.digest).hex(),
        until=str(row.until),
    )


def renew_outside_code(context: Context) -> None:
    """Let another code open a link; the one that was told before opens nothing any more."""
    row = context.inputs["request"]
    outside.renew(row, context.actor, context.inputs["code"])
    context.trail.update(area=row.area, person=outside.outsider(row).full_name)


def end_outside(context: Context) -> None:
    """Take back a link to somebody outside: it opens nothing any more, and takes no answer."""
    row = context.inputs["request"]
    outside.end(row, context.actor)
    context.trail.update(area=row.area, person=outside.outsider(row).full_name)


def tell_of_outside_answer(row: OutsideRequest) -> None:
    """Tell who asked, who keeps the paper and the advisers whom it informs that an answer from outside has come."""
    advisers = {one.adviser for one in row.version.advice_requests.filter(area=row.area, handed_on=None)}
    tell(row.version, "outside_answered", {row.by, keeper(row.version), *advisers})


def answer_advice(context: Context) -> None:
    """Answer an adviser who is not content; whoever signs next reads both, and hears of it."""
    given: Advice = context.inputs["advice"]
    ObjectionAnswer.objects.create(advice=given, text=context.inputs["text"], by=context.actor)
    whose = {row.person for row in signers(context.version, office_of(context.version))}
    tell(context.version, "objection_answered", {given.adviser, *whose})
    context.trail.update(area=given.request.area, adviser=given.adviser.full_name)


def chase_advice(context: Context) -> None:
    """Remind an adviser who has not answered."""
    request = context.inputs["request"]
    due.chase(request, timezone.localdate())
    context.trail.update(area=request.area, adviser=request.adviser.full_name)


def ask(context: Context) -> None:
    """Ask something of the drafting officer or of an adviser."""
    to = context.inputs["to"]
    Question.objects.create(version=context.version, by=context.actor, to=to, text=context.inputs["text"])
    tell(context.version, "asked", [to])
    context.trail.update(person=to.full_name)


def answer(context: Context) -> None:
    """Answer a question; who asked it hears of it."""
    question = questions.waiting(context.version, context.actor)
    if question is None:
        raise ValueError("no question is asked of this person")
    Answer.objects.create(question=question, by=context.actor, text=context.inputs["text"])
    tell(context.version, "answered", [question.by])
    context.trail.update(person=question.by.full_name)


def submit(context: Context) -> None:
    """Take the number, store the snapshot, open the round, and let in those who act next."""
    first = context.version.decision.number is None
    take_number(context.version.decision, deciders.route(context.version).numbers)
    unobtained = _say_why_unobtained(context)
    version = context.version = load(context.version.pk)
    content = snapshot_bytes(version)
    snapshot = Snapshot.objects.create(
        version=version, content=content, digest=hashlib.sha256(content).digest(), taken_at=Now()
    )
    part2.keep_submitted(snapshot)
    number = version.rounds.count() + 1
    Round.objects.create(
        version=version,
        number=number,
        snapshot=snapshot,
        opened_by=context.actor,
        passes=deciders.passes(version),
        needed=[one.as_json() for one in needed(version)],
    )
    if first:
        record_number(version.decision, NumberEvent.Became.ISSUED)
    _end_former_heads_of_service(context)
    let_in_governance(version, by=context.actor)
    context.trail.update(
        round=number, digest=bytes(snapshot.digest).hex(), reference=version.decision.reference, **unobtained
    )


def _say_why_unobtained(context: Context) -> dict[str, Any]:
    """Write into the paper of which mandatory advice it says why it follows; returns the areas for the trail."""
    given: dict[str, str] = context.inputs.get("unobtained", {})
    rows = UnobtainedAdvice.objects.filter(version=context.version)
    rows.delete()  # of an earlier round
    for area, reason in given.items():
        UnobtainedAdvice.objects.create(version=context.version, area=area, reason=reason)
    return {"unobtained": sorted(given)} if given else {}


def pass_on(context: Context) -> None:
    """Let in whoever the paper is with now, and say so."""
    version, turn = context.version, TURNS[context.version.state]
    held = signers(version, office_of(version))
    let_in(version.decision, held, turn.why, source="route", by=context.actor)
    tell(version, turn.asks, {row.person: None for row in held})


def review(context: Context) -> None:
    """Sign as head of service: the form's statement, with the office's own title."""
    paper = _paper(context)
    statement = paper["wording"]["declarations"]["head_of_service"]
    _sign(context, statement.format(head_of_service=paper["head"]["head_of_service"]))


def endorse(context: Context) -> None:
    """Sign as chief executive."""
    _sign(context, _paper(context)["wording"]["endorsement"])


def decide(context: Context) -> None:
    """Sign as whoever decides, over the text and over what was decided beside it."""
    paper = _paper(context)
    acts = decision_acts(
        context.version,
        paper,
        interests=context.inputs["interests"],
        outcomes=context.inputs["outcomes"],
        sealed=context.inputs.get("sealed", {}),
        on=(context.inputs.get("meeting_on") or timezone.localdate()).isoformat(),
        at="a meeting" if context.inputs.get("meeting_on") else "",
    )
    _sign(context, paper["wording"]["interests"], acts)


def record_decision(context: Context) -> None:
    """Keep what was decided elsewhere, with its signed original, and ask a second person to attest it."""
    version, inputs = context.version, context.inputs
    on = timezone.localdate(inputs["decided_at"])
    acts = decision_acts(
        version,
        _paper(context),
        interests=inputs["interests"],
        outcomes=inputs["outcomes"],
        sealed={},
        on=on.isoformat(),
        at="a meeting" if inputs["how"] == "meeting" else "",
    )
    about = {name: inputs[name] for name in ("how", "decided_at", "present", "original")}
    row = recorded.record(version, inputs["decider"], acts, copy=inputs["file"], by=context.actor, **about)
    team = Holding.objects.who_read_part2()
    let_in(version.decision, team, "attests what was decided", source=ATTESTING, by=context.actor)
    tell(version, "attest", attesters(context))
    context.trail.update(recorded=str(row.pk), digest=recorded.said(row).hex(), person=row.decider.full_name)


def attest_decision(context: Context) -> None:
    """Attest what another person recorded: it stands in the place of the signature, and says so."""
    version, row = context.version, _record(context)
    word = recorded.attest(row, agrees=True, reason="", by=context.actor)
    held = recorded.holding_of(version, row)
    signature = recorded.sign(version, row, held, statement=_paper(context)["wording"]["interests"])
    context.trail.update(
        recorded=str(row.pk), digest=bytes(word.digest).hex(), acts=bytes(signature.acts_digest).hex()
    )


def refuse_record(context: Context) -> None:
    """Say what is wrong with a record; then it is recorded again."""
    row = _record(context)
    word = recorded.attest(row, agrees=False, reason=context.inputs["reason"], by=context.actor)
    tell(context.version, "unattested", [row.by])
    context.trail.update(recorded=str(row.pk), digest=bytes(word.digest).hex(), agrees=False)


def _record(context: Context) -> RecordedDecision:
    return next(row for row in recorded.waiting(context.version) if str(row.pk) == context.inputs["recorded"])


def withdraw_from_deciding(context: Context) -> None:
    """Take no part because of an interest: Part 2 is closed to them, and whoever else holds the office decides."""
    version, held = context.version, holding_for(context.version, context.actor)
    if held is None:
        raise ValueError("it is not this person's turn")
    interest = context.inputs["interest"]
    interests.withdraw(version, context.actor, office_title=held.office.title, interest=interest)
    policy.end_grants(
        version.decision, person=context.actor, access=Access.PART2, source="route", by=context.actor
    )
    pass_on(context)
    tell(version, "recused", [keeper(version), *holders(Role.GOVERNANCE)])
    context.trail.update(office=held.office.role, substitutes=len(interests.deciding(version)))


def after_decision(context: Context) -> None:
    """Begin the deferral that the form asked for, let governance in for the leak check, tell the register."""
    version = context.version
    if version.deferred == "yes" and version.deferred_until:
        _deferral(context, Deferral.Step.DEFER, version.deferral_reason, version.deferred_until)
    else:
        record_number(version.decision, NumberEvent.Became.DECIDED)
    let_in_governance(version, by=context.actor)
    tell(version, "decided", [keeper(version), *holders(Role.GOVERNANCE)])


def return_for_amendment(context: Context) -> None:
    """Close the round with a reason: its signatures stay on record and no longer count."""
    current = open_round(context.version)
    ReturnPoint.objects.bulk_create(
        ReturnPoint(
            round=current,
            position=position,
            part=place.part,
            paragraph=place.paragraph,
            called=place.name[:100],
            text=text,
        )
        for position, (place, text) in enumerate(context.inputs.get("points", ()), start=1)
    )
    _close_round(context, context.inputs["reason"])
    policy.end_grants(context.version.decision, access=Access.PART2, source=ATTESTING, by=context.actor)
    tell(context.version, "returned", [keeper(context.version)])


def answer_point(context: Context) -> None:
    """Say how a point of the return was met: by a change, or in words."""
    inputs = context.inputs
    ReturnAnswer.objects.create(
        point=inputs["point"].row, how=inputs["how"], text=inputs["text"], by=context.actor
    )


def ask_again(context: Context) -> None:
    """Ask every adviser again whose advice fell, and nobody else."""
    asked, decision = [], context.version.decision
    by = due.by_default(decision.body, timezone.localdate())
    reads = policy.may(context.actor, Access.PART2, decision)
    for one in returned.fallen(context.version):
        request = one.row.request
        inside = request.with_part2 or (reads and advice.stands_in_part2(context.version, request.area))
        again = {"area": request.area, "adviser": request.adviser, "with_part2": inside}
        request_advice(replace(context, inputs={**again, "due_on": by}, trail={}))
        asked.append(request.area)
    context.trail.update(areas=asked)


def ask_override(context: Context) -> None:
    """Ask that somebody with another part in the paper acts all the same, and say why."""
    current = open_round(context.version)
    if current is None:
        raise ValueError("no round is open")
    office = TURN[context.version.state]
    current.overrides.create(office=office, person=context.actor, reason=context.inputs["reason"])
    tell(context.version, "override", holders(Role.GOVERNANCE).exclude(pk=context.actor.pk))
    context.trail.update(office=office)


def agree_to_override(context: Context) -> None:
    """Agree, as a second person, that somebody acts in two parts of this round."""
    override = context.inputs["override"]
    override.consented_by, override.consented_at = context.actor, timezone.now()
    override.save(update_fields=["consented_by", "consented_at"])
    tell(context.version, "overridden", [override.person])
    context.trail.update(office=override.office, person=override.person.full_name)


def refuse_override(context: Context) -> None:
    """Turn down, as a second person, that somebody acts in two parts: the rule holds, until they ask anew."""
    override = context.inputs["override"]
    override.refused_by, override.refused_at = context.actor, timezone.now()
    override.refusal = context.inputs["reason"]
    override.save(update_fields=["refused_by", "refused_at", "refusal"])
    tell(context.version, "override_refused", [override.person])
    context.trail.update(office=override.office, person=override.person.full_name)


def add_co_drafter(context: Context) -> None:
    """Let another drafting officer write the paper, by name; whoever writes it never signs it."""
    person, accesses = context.inputs["to"], [Access.EDIT, Access.PART1]
    policy.grant(
        context.version.decision,
        Holding.objects.of(Role.DRAFTING_OFFICER).filter(person=person),
        *(accesses + [Access.PART2] * bool(context.inputs["with_part2"])),
        reason="Co-drafter",
        source=CO_DRAFTING,
        by=context.actor,
    )
    tell(context.version, "writes", [person])
    context.trail.update(person=person.full_name, with_part2=context.inputs["with_part2"])


def end_co_drafting(context: Context) -> None:
    """Let a co-drafter write no more; what they wrote stays, and so does that they wrote it."""
    person = context.inputs["to"]
    _write_no_more(context, person, CO_DRAFTING)
    context.trail.update(person=person.full_name)


def hand_over(context: Context) -> None:
    """Give the paper to another drafting officer: they write and answer for it, who had it reads on."""
    version, to = context.version, context.inputs["to"]
    before = keeper(version)
    policy.end_grants(version.decision, person=to, source=CO_DRAFTING, by=context.actor)  # they keep it now
    HandOver.objects.create(version=version, to=to, reason=context.inputs["reason"], by=context.actor)
    _write_no_more(context, before, "drafted")
    policy.end_grants(version.decision, source=HANDS_OVER, by=context.actor)
    policy.grant(
        version.decision,
        Holding.objects.of(Role.DRAFTING_OFFICER).filter(person=to),
        Access.EDIT,
        *BOTH_PARTS,
        reason="Drafting officer",
        source="drafted",
        by=context.actor,
    )
    if version.editable:
        name_keeper(version)
    tell(version, "handed_over", [to])
    if questions.waiting(version, to):
        tell(version, "asked", [to])
    context.trail.update(person=to.full_name)


def _write_no_more(context: Context, person: User, source: str) -> None:
    """End somebody's writing and their Part 2; they go on reading Part 1."""
    writes = (Access.EDIT, Access.PART2)
    policy.end_grants(
        context.version.decision, person=person, source=source, access__in=writes, by=context.actor
    )


def after_return(context: Context) -> None:
    """The text may change again, and then names who keeps the paper."""
    name_keeper(context.version)


def defer(context: Context) -> None:
    """Defer publication until a day."""
    _deferral(context, Deferral.Step.DEFER, context.inputs["reason"], context.inputs["until"])


def renew_deferral(context: Context) -> None:
    """Renew a deferral before it ends."""
    _deferral(context, Deferral.Step.RENEW, context.inputs["reason"], context.inputs["until"])


def end_deferral(context: Context) -> None:
    """End a deferral before its day."""
    _deferral(context, Deferral.Step.END, context.inputs["reason"], None)


def record_joint_decision(context: Context) -> None:
    """Record that a body elsewhere has decided, with the signed copy, and ask a second person to confirm it."""
    version, inputs = context.version, context.inputs
    row = joint.record(
        version,
        next(one for one in version.joint_deciders.all() if str(one.pk) == inputs["decider"]),
        decided_on=inputs["decided_on"],
        reference=inputs["reference"],
        declined=inputs["declined"],
        copy=inputs["file"],
        by=context.actor,
    )
    tell(version, "confirm", confirmers(context))
    context.trail.update(recorded=str(row.pk), digest=joint.said(row).hex(), declined=row.declined)


def confirm_joint_decision(context: Context) -> None:
    """Confirm what another person recorded, or say why not: then it is recorded again."""
    row = context.version.joint_decisions.select_related("by").get(pk=context.inputs["recorded"])
    agrees = context.inputs["agrees"]
    word = joint.confirm(row, agrees=agrees, reason=context.inputs["reason"], by=context.actor)
    if not agrees:
        tell(context.version, "unconfirmed", [row.by])
    elif row.declined:
        tell(context.version, "declined", {keeper(context.version), *_who_rescind(context.version)})
    about = {"agrees": agrees, "declined": row.declined}
    context.trail.update(recorded=str(row.pk), digest=bytes(word.digest).hex(), **about)


def _who_rescind(version: Version) -> list[User]:
    """Return who is there and may take back what was decided (`who.decision_maker`)."""
    held = signers(version, office_as(version, Role.DECISION_MAKER))
    return [row.person for row in held if not row.delegated]


def clear(context: Context) -> None:
    """Record that a named person did the leak check over exactly the bytes that were signed."""
    hits = clearing.findings(context.version)
    Clearance.objects.create(
        version=context.version,
        digest=clearing.signed_digest(context.version),
        hits=len(hits),
        answers=context.inputs.get("answers", []),
        by=context.actor,
    )
    context.trail.update(hits=len(hits))


def publish(context: Context) -> None:
    """Copy Part 1 across the wall."""
    part1 = part1_of(context.version)
    publish_part1(
        context.version.pk,
        part1,
        snapshot_digest=bytes.fromhex(part1.snapshot_digest),
        acts_digest=bytes.fromhex(part1.acts_digest),
        takes_effect=acts(context.version).get("takes_effect", False),
    )
    record_number(context.version.decision, NumberEvent.Became.PUBLISHED)


def after_publication(context: Context) -> None:
    """End the access to Part 2 that was given for advice and for the leak check; tell the drafting officer."""
    _end_part2(context, ENDED_WITH_PUBLICATION)
    tell(context.version, "published", [keeper(context.version)])


def withdraw(context: Context) -> None:
    """End the paper with a reason; its number stays in the register, its title is not published.

    The drafting officer and everybody who was asked to act on it or to advise hears of it.
    """
    decision, asked = context.version.decision, ("request_advice", "route")
    Withdrawal.objects.create(version=context.version, reason=context.inputs["reason"], by=context.actor)
    _close_round(context, context.inputs["reason"])
    _end_part2(context, asked)
    record_number(decision, NumberEvent.Became.WITHDRAWN)
    involved = {row.person for row in policy.readers(decision, Access.PART1).filter(source__in=asked)}
    tell(context.version, "withdrawn", {keeper(context.version), *involved} - {context.person})


def rescind(context: Context) -> None:
    """Take the decision back over the signature of the decision maker; of an unpublished one the register tells the
    state alone.
    """
    version = context.version
    row = rescinding.rescind(version, context.actor, reason=context.inputs["reason"], on=timezone.localdate())
    record_number(version.decision, NumberEvent.Became.RESCINDED)
    context.trail.update(
        capacity=row.capacity, digest=bytes(row.digest).hex(), acts=bytes(row.acts_digest).hex()
    )


def after_rescission(context: Context) -> None:
    """End the access to Part 2 that was given for publication; tell who drafted, signed and keeps the register."""
    version = context.version
    _end_part2(context, ENDED_WITH_PUBLICATION)
    concerned = {
        keeper(version),
        *holders_of(version.head_of_service),
        *holders(Role.CHIEF_EXECUTIVE, Role.GOVERNANCE),
    }
    reading = {row.person for row in policy.readers(version.decision, Access.PART1)}
    tell(version, "rescinded", (concerned & reading) - {context.person})


def _end_part2(context: Context, sources: Iterable[str]) -> None:
    """Close Part 2 to everybody to whom it was opened for one of these reasons."""
    for source in sources:
        policy.end_grants(context.version.decision, access=Access.PART2, source=source, by=context.person)


def _paper(context: Context) -> dict[str, Any]:
    """Return the open round's snapshot: what is signed is said in its words."""
    current = open_round(context.version)
    if current is None:
        raise ValueError("no round is open")
    content: dict[str, Any] = json.loads(bytes(current.snapshot.content))
    return content | {"wording": addressed.wording(content)}


def _sign(context: Context, statement: str, acts: bytes = b"") -> None:
    signature = sign(context.version, context.actor, statement=statement, acts=acts)
    context.trail.update(
        office=signature.office,
        capacity=signature.capacity,
        on_behalf_of=signature.on_behalf_of,
        digest=bytes(signature.digest).hex(),
        acts=bytes(signature.acts_digest).hex(),
    )


def _close_round(context: Context, reason: str) -> None:
    current = open_round(context.version)
    if current is not None:
        Round.objects.filter(pk=current.pk).update(
            closed_at=Now(), closed_by=context.actor, return_reason=reason
        )
        context.trail.update(round=current.number)


def _deferral(context: Context, step: str, reason: str, until: object) -> None:
    row = Deferral(version=context.version, step=step, reason=reason, by=context.actor)
    row.until = until  # type: ignore[assignment]
    row.save()
    became = NumberEvent.Became.DEFERRED if latest_deferral(context.version) else NumberEvent.Became.DECIDED
    record_number(context.version.decision, became)
    context.trail.update(until=str(until or ""))


def _end_former_heads_of_service(context: Context) -> None:
    """Close Part 2 to heads of service to whom an earlier round went, if the paper names another now."""
    named = Holding.objects.filter(office=context.version.head_of_service)
    heads = Holding.objects.filter(office__role=Role.HEAD_OF_SERVICE)
    policy.end_grants(
        context.version.decision,
        access=Access.PART2,
        source="route",
        holding__in=heads.exclude(pk__in=named),
        by=context.person,
    )


def let_in(
    decision: Decision,
    held: Iterable[Holding],
    why: str,
    *,
    source: str,
    by: User | None,
    parts: tuple[Access, ...] = BOTH_PARTS,
) -> list[User]:
    """Open parts of a paper to the holders of offices, by name, for as long as they hold them.

    Returns who was not in yet; `by` is None for the clock.
    """
    new: dict[User, None] = {}
    held = list(held)
    for access in parts:
        inside = set(policy.readers(decision, access).exclude(holding=None).values_list("holding", flat=True))
        for holding in (row for row in held if row.pk not in inside):
            reason = f"{holding.office.get_role_display()}: {why}"
            policy.grant(decision, [holding], access, reason=reason, source=source, by=by)
            new[holding.person] = None
    return list(new)


def let_in_governance(version: Version, *, by: User | None) -> list[User]:
    """Let the governance team in: all of them to Part 1 from the submission, to keep the register; those whom
    their holding names to Part 2 once it is decided, for the leak check. Return who was not in yet.
    """
    decision, team = version.decision, Holding.objects.of(Role.GOVERNANCE)
    new = let_in(decision, team, "keeps the register", source="submit", by=by, parts=(Access.PART1,))
    if version.state == State.DECIDED:
        clearers, why = Holding.objects.who_read_part2(), "does the leak check before publication"
        new += let_in(decision, clearers, why, source="decide", by=by)
    return list(dict.fromkeys(new))
