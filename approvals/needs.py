"""What an action needs: functions that say in plain sentences why not yet, all that is missing at once."""

from collections.abc import Collection
from itertools import product

from django.utils import timezone

from approvals import advice, due, handing, joint, keeping, outside, questions, recorded, returned, signing
from approvals.acts import open_round, part1_of, passed
from approvals.clearing import findings, signed_digest, text_of
from approvals.context import Context
from approvals.keeping import co_drafters, keeper
from approvals.models import OutsideRequest, Override
from approvals.still import latest_deferral
from decisions import part2, policy
from decisions.advising import called
from decisions.checks.leak import leaks
from decisions.checks.run import lasting, open_findings
from decisions.models import Access, JointDecider, State
from decisions.snapshot import disagreements, labelled
from decisions.wording import day
from pcd.forms.phrases import lower_first
from pcd.people.models import Holding, Role, User, holders


def complete(context: Context) -> list[str]:
    """Every part of the form is answered, nothing contradicts itself, or it was said why (decisions/checks/)."""
    return [
        f"Warning without an answer: {row.sentence}" if row.severity == "warning" else row.sentence
        for row in open_findings(context.version)
    ]


def advised(context: Context) -> list[str]:
    """Mandatory advice holds on the present text, or the paper is urgent and says why it follows (form.md 8)."""
    version, given = context.version, context.inputs.get("unobtained", {})
    if context.confirming:  # the page asks for the reasons
        return advice.why_not(version, but=advice.to_follow(version))
    if not given:
        return advice.why_not(version)
    held, allowed = advice.consulted(version), advice.to_follow(version)
    stray = {
        area: "has been given meanwhile" if area in held else "cannot follow later"
        for area in given
        if area not in allowed
    }
    return [
        *(f"{called(area)} {why}. Delete your reason why it is not obtained." for area, why in stray.items()),
        *advice.why_not(version, but=set(given) & set(allowed)),
    ]


def no_late_objection(context: Context) -> list[str]:
    """No adviser has said since the submission that they are not content, and is without an answer."""
    return [
        f"The {Role(row.request.area).label.lower()}, {row.request.adviser}, is not content with what was submitted. "
        f"{keeper(context.version)} answers that in words first, or you return the paper."
        for row in advice.late_objections(context.version)
    ]


def something_to_share(context: Context) -> list[str]:
    """Something is shared, and nothing of Part 2 by somebody who may not read it or did not say so."""
    if context.confirming:
        return []
    if outside.asked_already(context.version, context.actor, context.inputs):
        return ["You have asked this person already, and their link still waits for an answer."]
    reads = policy.may(context.actor, Access.PART2, context.version.decision)
    there = {row.key: row for row in outside.shareable(context.version, reads_part2=reads)}
    chosen = context.inputs.get("chosen", ())
    if not chosen or not set(chosen) <= set(there):
        return ["What you want to share has changed since you opened the page. Choose again."]
    if any(there[key].part2 for key in chosen) and not context.inputs.get("with_part2"):
        return ["You chose something of Part 2. Confirm that you share it, or leave it out."]
    return []


def a_link_to_renew(context: Context) -> list[str]:
    """A link of theirs opens still, which shows nothing that they may not read, and it is the one that is named."""
    return _a_link(context, outside.renews(context.version, context.actor))


def a_link_to_end(context: Context) -> list[str]:
    """A link opens still that this person may take back, and it is the one that is named."""
    return _a_link(context, outside.ends(context.version, context.actor))


def _a_link(context: Context, there: list[OutsideRequest]) -> list[str]:
    if not there:
        return ["There is no link to somebody outside that opens still."]
    if not context.confirming and context.inputs.get("request") not in there:
        return ["This link does not open any more: it was answered or ended already, or its time is over."]
    return []


def a_colleague_to_answer(context: Context) -> list[str]:
    """Somebody in the same office, with no part in the paper, can answer the request."""
    request = handing.to_hand_on(context.version, context.actor)
    there = handing.colleagues(context.version, request) if request else []
    if not there:
        return ["Nobody else in that office could answer this. Tell the drafting officer."]
    if not context.confirming and context.inputs.get("to") not in there:
        return ["Choose a colleague in that office who has no part in this paper yet."]
    return []


def an_objection_to_answer(context: Context) -> list[str]:
    """An adviser is not content since the submission, and it is the one whose words the page showed."""
    rows = advice.late_objections(context.version)
    if not rows:
        return ["No advice is there to be answered."]
    if not context.confirming and context.inputs.get("advice") not in [row.given for row in rows]:
        return ["This advice has been answered, or fallen."]
    return []


def somebody_to_act(context: Context) -> list[str]:
    """A different person for each step that the body has, with no other part in the paper, can act on it.

    In a small office one may have to act in two parts, under an override; somebody must be there all the same.
    """
    version, office = context.version, context.version.head_of_service
    small = version.decision.body.small_office
    apart = set() if small else set(version.contributors.values_list("person", flat=True))
    apart |= set() if small else set(version.revisions.values_list("person", flat=True))
    advised = version.advice_requests.filter(advice__isnull=False)
    apart |= set() if small else set(advised.values_list("adviser", flat=True))
    apart |= set() if small else set(version.hand_overs.values_list("to", flat=True))
    skipped = passed(version)
    signers = {
        role: {
            row.person
            for row in signing.signers(version, signing.office_as(version, role))
            if row.person_id not in apart
        }
        for role in signing.TURN.values()
        if role not in skipped
    }
    reasons = []
    if office and not signers.get(Role.HEAD_OF_SERVICE, office):
        reasons.append(
            f"Nobody who had no other part in this paper holds the office {office.title}. Choose another."
        )
    reasons.extend(
        f"Nobody who had no other part in this paper is there as {lower_first(signing.called(version, role))}."
        for role, people in signers.items()
        if not people and role is not Role.HEAD_OF_SERVICE
    )
    different = any(len(set(row)) == len(row) for row in product(*signers.values()))
    if office and not reasons and not small and not different:
        reasons.append(
            f"Nobody signs a paper twice, and whoever holds the office {office.title} has to sign this one in "
            "another office as well. Choose another head of service."
        )
    return reasons


def same_question(context: Context) -> list[str]:
    """The page that the adviser answers showed the text that they are asked about."""
    if context.confirming:
        return []
    if context.inputs.get("digest") != advice.shown(context.version, context.actor):
        return ["The text that you are asked about has changed since you opened the page. Read it again."]
    return []


def not_signed(context: Context) -> list[str]:
    """Nobody advises on a paper that they have signed in this round."""
    if signing.already_signed(context.version, context.actor):
        return ["You have signed this paper, so somebody else must advise on it."]
    return []


def part2_of_who_reads_it(context: Context) -> list[str]:
    """Nobody lets an adviser into Part 2 who may not read it themselves."""
    if context.inputs.get("with_part2") and not policy.may(
        context.actor, Access.PART2, context.version.decision
    ):
        return [
            "You may not read Part 2, so you cannot open it to an adviser. Ask the drafting officer to do it."
        ]
    return []


def an_independent_adviser(context: Context) -> list[str]:
    """Nobody advises on a paper that they wrote."""
    adviser = context.inputs.get("adviser")
    if adviser is not None and signing.own_paper(context.version, adviser):
        return [f"{adviser} wrote part of this paper, so somebody else must advise on it."]
    return []


def an_adviser_not_asked_twice(context: Context) -> list[str]:
    """An adviser is asked again once the text they advised on has changed, or where they cannot answer any more."""
    adviser, area = context.inputs.get("adviser"), context.inputs.get("area")
    for row in advice.standings(context.version):
        same = row.request.adviser == adviser and row.request.area == area
        same &= not (row.asked_again or row.handed_to)
        more = bool(context.inputs.get("with_part2")) and not row.request.with_part2
        more |= bool(context.inputs.get("writes")) and advice.pen_of(context.version, str(area)) is None
        waits = row.given is None and policy.may(row.request.adviser, Access.PART1, context.version.decision)
        if same and not more and (waits or row.holds):
            state = "has been asked already" if row.given is None else "has already given advice on this text"
            return [f"{adviser} {state}."]
    return []


def one_writer_of_a_section(context: Context) -> list[str]:
    """A section that an adviser writes is not given to another."""
    adviser, area = context.inputs.get("adviser"), context.inputs.get("area")
    pen = advice.pen_of(context.version, area) if area and context.inputs.get("writes") else None
    if pen is not None and pen.person != adviser:
        return [f"{pen.person} writes this section already. Take it back first."]
    return []


def advice_awaited(context: Context) -> list[str]:
    """Somebody was asked for advice, has not answered, and was not chased today."""
    waiting = [row for row in due.awaited(context.version) if not due.chased(row, timezone.localdate())]
    if not waiting:
        return ["Nobody is to be chased: no advice is waited for, or you have chased it today."]
    if not context.confirming and context.inputs.get("request") not in waiting:
        return ["This adviser has answered, or you have chased them today."]
    return []


def a_point_open(context: Context) -> list[str]:
    """A point of the last return waits for an answer; who says that the text was changed has changed it."""
    waiting = {one.row.pk: one for one in returned.unanswered(context.version)}
    if not waiting:
        return ["Nothing that the paper was returned for waits for an answer."]
    if context.confirming:
        return []
    point = waiting.get(context.inputs["point"].row.pk)
    if point is None:
        return ["This point has been answered already."]
    if context.inputs["how"] == "change" and not point.changed:
        return [
            f"{point.row.called} says what it said when it was returned. Change it first, or answer in words."
        ]
    return []


def points_answered(context: Context) -> list[str]:
    """What a paper was returned for is answered before it comes back."""
    return [
        f"Answer what it was returned for: {one.row.called}." for one in returned.unanswered(context.version)
    ]


def something_fell(context: Context) -> list[str]:
    """Some advice fell by a change of the text and was not asked again."""
    return [] if returned.fallen(context.version) else ["No advice has fallen that is not asked again yet."]


def somebody_to_ask(context: Context) -> list[str]:
    """A question goes to somebody who reads the paper and has a part in it, and is asked once."""
    whom, to = questions.whom(context.version, context.actor), context.inputs.get("to")
    if not whom or (not context.confirming and to not in whom):
        return ["There is nobody to ask who can read this paper."]
    same = {"to": to, "by": context.actor, "text": context.inputs.get("text"), "answer": None}
    if not context.confirming and context.version.questions.filter(**same).exists():
        return ["You have asked this already."]
    return []


def the_question_shown(context: Context) -> list[str]:
    """The answer is to the question that the page showed."""
    waits = questions.waiting(context.version, context.actor)
    if not context.confirming and (waits is None or str(waits.pk) != context.inputs.get("question")):
        return ["This question has been answered already."]
    return []


def somebody_to_write(context: Context) -> list[str]:
    """A co-drafter is a drafting officer who neither writes the paper yet nor advises on it."""
    to, version = context.inputs.get("to"), context.version
    if to is None:
        return [] if context.confirming else ["Choose who writes with you."]
    if policy.may(to, Access.EDIT, version.decision):
        return [f"{to} writes this paper already."]
    if not to.holds(Role.DRAFTING_OFFICER):
        return [f"{to} is not a drafting officer."]
    if version.advice_requests.filter(adviser=to).exists():
        return [f"{to} has been asked for advice on this paper, so somebody else must write it."]
    return []


def somebody_who_writes(context: Context) -> list[str]:
    """There is a co-drafter, and it is the one who is named."""
    there = co_drafters(context.version)
    if not there:
        return ["Nobody writes this paper with you."]
    if not context.confirming and context.inputs.get("to") not in there:
        return ["They do not write this paper any more."]
    return []


def somebody_to_take_over(context: Context) -> list[str]:
    """The paper goes to another drafting officer, who neither advises on it nor has signed it."""
    to, version = context.inputs.get("to"), context.version
    if to is None:
        return [] if context.confirming else ["Choose who takes the paper over."]
    if to == keeper(version):
        return [f"{to} keeps this paper already."]
    if to == context.actor and not keeping.takes_over(version, to):
        return [
            "Hand it over to somebody else: nobody takes a paper for themselves, nor reads Part 2 that way."
        ]
    if not to.holds(Role.DRAFTING_OFFICER):
        return [f"{to} is not a drafting officer."]
    if version.advice_requests.filter(adviser=to).exists() or signing.already_signed(version, to):
        return [f"{to} has advised on this paper or signed it, so somebody else must take it over."]
    return []


def same_text(context: Context) -> list[str]:
    """The page that is signed showed the bytes that count, and they are what the rows still say."""
    current = open_round(context.version)
    if current is None or disagreements(context.version, bytes(current.snapshot.content)):
        return ["The stored text does not agree with the paper. Do not sign; tell the administrator."]
    if context.confirming or signing.same_text(context.version, context.inputs.get("digest", "")):
        return []
    return [
        "The text, or the advice on it, has changed since you opened the page. Read it again before you sign."
    ]


def another_pair_of_eyes(context: Context) -> list[str]:
    """Nobody reviews, endorses, decides or confirms a paper that they wrote, or signs it in two offices.

    A small office may override that, with a reason and a second person's consent; but not that they gave one.
    """
    part = signing.other_part(context.version, context.actor)
    consented = signing.consented(context.version, context.actor) if part else ""
    override = signing.override_of(context.version, context.actor) if part and not consented else None
    return [consented or part] if part and (override is None or override.consented_by is None) else []


#: What is said where every recommendation is deferred back (form.md 5: as a whole, that is a return).
RETURN_INSTEAD = (
    "You defer every recommendation back. Return the paper for amendment instead, with your reason."
)


def all_deferred_back(outcomes: Collection[str | None]) -> bool:
    """Say whether nothing is left to decide: a paper that is deferred back as a whole is returned."""
    return bool(outcomes) and all(outcome == "deferred_back" for outcome in outcomes)


def explained_if_earlier(context: Context) -> list[str]:
    """A meeting before the text was submitted decided before it was asked: the paper says why (form.md 1)."""
    held_on, current = context.inputs.get("meeting_on"), open_round(context.version)
    if held_on is None or current is None or context.version.retrospective_reason:
        return []
    submitted = timezone.localdate(current.opened_at)
    if held_on >= submitted:
        return []
    return [
        f"The meeting was before this text was submitted on {day(submitted)}, and the paper does not say why approval "
        "is sought after the event. Return it, so that the reason is added."
    ]


def nothing_recorded(context: Context) -> list[str]:
    """Nothing that was recorded waits for a second person."""
    if recorded.waiting(context.version):
        return ["What was decided is recorded already, and waits for a second person."]
    return []


def attesters(context: Context) -> list[User]:
    """Return who may attest what this person records: others of the team who may read Part 2, without another part."""
    team = Holding.objects.who_read_part2().exclude(person=context.actor)
    return [row.person for row in team if not signing.other_part(context.version, row.person)]


def somebody_to_attest(context: Context) -> list[str]:
    """A second person is there to attest what is recorded, before it is recorded."""
    if attesters(context):
        return []
    return [
        "Nobody else of the governance team could attest what you record: they must be allowed to read Part 2 and have "
        "no other part in the paper. Ask a colleague to record it."
    ]


def nothing_to_decide_inside(context: Context) -> list[str]:
    """What is recommended inside Part 2 is decided by who reads it, and signed."""
    if any(part2.read(paper).recommendations for paper in context.version.part2_papers.all()):
        return [
            "This paper has recommendations inside Part 2. Whoever decides has to answer and sign them here."
        ]
    return []


def decided_by_right(context: Context) -> list[str]:
    """Whoever decided held the office that decides then, has no other part in the paper, and did so already.

    It is asked of what is recorded, and again of what a second person attests.
    """
    version, now = context.version, timezone.now()
    decider, at = context.inputs.get("decider"), context.inputs.get("decided_at", now)
    if decider is None:
        waits = recorded.waiting(version)
        if not waits:
            return (
                [] if recorded.deciders(version) else ["Nobody has held the office that decides this paper."]
            )
        decider, at = waits[0].decider, waits[0].decided_at
    faults = {
        "The decision must have been taken already.": at > now,
        f"{decider} did not hold the office that decides this paper then, or takes no part in it.": at <= now
        and decider not in recorded.deciders(version, at),
        f"{decider} had another part in this paper, so it is not theirs to decide.": signing.other_part(
            version, decider
        ),
    }
    return [said for said, wrong in faults.items() if wrong]


def recorded_as_shown(context: Context) -> list[str]:
    """The page showed the record that waits, and somebody else made it."""
    waits = {str(row.pk) for row in recorded.waiting(context.version) if row.by_id != context.actor.pk}
    if not context.confirming and context.inputs.get("recorded") not in waits:
        return ["This has been answered already, or you recorded it yourself."]
    return []


def a_small_office(context: Context) -> list[str]:
    """An override is for a body with too few people, asked for by somebody whom the rule keeps from acting; once, and
    again where it was turned down.
    """
    if not context.version.decision.body.small_office:
        return ["This body has enough people for somebody else to act."]
    if signing.override_of(context.version, context.actor) is not None:
        return ["You have asked for this already."]
    consented = signing.consented(context.version, context.actor)
    return [consented] if consented else []


def another_answers(context: Context) -> list[str]:
    """Whoever answers to an override has no part in the paper of their own, and nobody has answered before them.

    Who answered to one may answer to the next: a body may have nobody else to ask.
    """
    part = signing.had_part(context.version, context.actor)
    awaited = Override.objects.filter(signing.AWAITED, round__version=context.version)
    waiting = awaited.exclude(person=context.actor)
    answered = not context.confirming and context.inputs.get("override") not in waiting
    return [part] * bool(part) + ["This has been answered already."] * answered


def written_by_others(context: Context) -> list[str]:
    """Nobody advises on a paper that they wrote."""
    wrote = signing.own_paper(context.version, context.actor)
    return [wrote] if wrote else []


def taken_back_by_others(context: Context) -> list[str]:
    """Nobody takes back what was decided on what they wrote or advised, but who decided it, as only an override lets
    them.
    """
    part, current = signing.wrote_or_advised(context.version, context.actor), open_round(context.version)
    signed = {"office": Role.DECISION_MAKER, "signer": context.actor}
    return [part] if part and not (current and current.signatures.filter(**signed).exists()) else []


def nothing_of_part2_in_the_reason(context: Context) -> list[str]:
    """The reason of what is public is public: it repeats nothing of Part 2 that is not public already."""
    reason, version = context.inputs.get("reason", ""), context.version
    papers = version.part2_papers.all() if reason and version.state == State.PUBLISHED else ()
    texts = [text for paper in papers for text in part2.words(paper)]
    if not texts:
        return []
    public = text_of(part1_of(version))
    if not set(leaks(reason, texts, known=public)) - set(leaks(public, texts)):
        return []
    return ["Your reason repeats something that stands in Part 2. It is published, so say it in other words."]


def every_outcome(context: Context) -> list[str]:
    """The decision maker gave an outcome for each recommendation."""
    if context.confirming:
        return []
    given = context.inputs.get("outcomes", {})
    if all_deferred_back(
        [
            *(row.get("outcome") for row in given.values()),
            *(one.outcome for rows in context.inputs.get("sealed", {}).values() for one in rows),
        ]
    ):
        return [RETURN_INSTEAD]
    return [
        f"Give an outcome for recommendation {label}."
        for label, row in labelled(context.version)
        if not given.get(str(row.pk), {}).get("outcome")
    ] + [
        "Give an outcome for each recommendation inside Part 2."
        for paper in context.version.part2_papers.all()
        if len(context.inputs.get("sealed", {}).get(paper, ())) != len(part2.read(paper).recommendations)
    ]


def not_deferred(context: Context) -> list[str]:
    """Publication is not deferred yet."""
    current = latest_deferral(context.version)
    if current is not None and current.until is not None and current.until > timezone.localdate():
        return ["Publication is deferred already. Renew the deferral instead."]
    return []


def deferred(context: Context) -> list[str]:
    """Publication is deferred."""
    return [] if latest_deferral(context.version) else ["Publication is not deferred."]


def a_day_to_come(context: Context) -> list[str]:
    """A deferral ends on a day after today (Europe/London)."""
    until = context.inputs.get("until")
    if until is not None and until <= timezone.localdate():
        return ["The deferral must end on a day after today."]
    return []


def a_later_day(context: Context) -> list[str]:
    """A renewal comes before the deferral ends, and ends later than it."""
    current, until = latest_deferral(context.version), context.inputs.get("until")
    if current is None or current.until is None:
        return []
    if current.until <= timezone.localdate():
        return ["The deferral has ended, so it cannot be renewed."]
    if until is not None and until <= current.until:
        return ["The new day must be later than the one in force."]
    return []


def somebody_to_record(context: Context) -> list[str]:
    """A body elsewhere decides too, and what was recorded of it does not wait for a second person."""
    waiting = {row.decider_id for row in joint.waiting(context.version)}
    others = context.version.joint_deciders.filter(decided_on=None).exclude(pk__in=waiting)
    open_to_record = {str(row.pk) for row in others}
    if not open_to_record:
        return [
            "There is nothing to record: no other body decides, or what it decided waits for a second person."
        ]
    if not context.confirming and context.inputs.get("decider") not in open_to_record:
        return ["What this body decided is recorded already, and waits for a second person."]
    return []


def confirmers(context: Context) -> list[User]:
    """Return who may confirm what this person records: others of the team, let into Part 2, without another part."""
    version = context.version
    inside = policy.readers(version.decision, Access.PART2).values("person")
    team = holders(Role.GOVERNANCE).filter(pk__in=inside).exclude(pk=context.actor.pk)
    return [person for person in team if not signing.other_part(version, person)]


def somebody_to_confirm(context: Context) -> list[str]:
    """A second person is there to confirm what is recorded, before it is recorded."""
    if confirmers(context):
        return []
    return [
        "Nobody else of the governance team could confirm what you record: they must be let into this paper's Part 2, "
        "where the signed copy is kept, and have no other part in the paper. Ask a colleague to record it."
    ]


def recorded_by_another(context: Context) -> list[str]:
    """Nobody confirms what they recorded themselves, and nothing is confirmed twice."""
    others = {str(row.pk) for row in joint.waiting(context.version) if row.by_id != context.actor.pk}
    if not others:
        return ["You recorded this yourself, so somebody else must confirm it."]
    if not context.confirming and context.inputs.get("recorded") not in others:
        return ["This has been confirmed already, or you recorded it yourself."]
    return []


def jointly_decided(context: Context) -> list[str]:
    """A joint decision is taken when all have agreed, and two people say so (form.md 1, deciders)."""
    unrecorded = joint.undecided(context.version, besides_waiting=True)
    declined = {row.decider_id: row.decided_on for row in joint.declined(context.version)}

    def why(row: JointDecider) -> str:
        if row not in unrecorded:
            return f"What {row} decided is recorded. A second person must confirm it."
        if row.pk in declined:
            return (
                f"{row} declined on {day(declined[row.pk])}, so what was decided here cannot be published as it is. "
                "Have it rescinded, or record it when they have decided anew."
            )
        return f"{row} has not decided yet. Record it when they have."

    return [why(row) for row in joint.undecided(context.version)]


def signed_text_whole(context: Context) -> list[str]:
    """The stored bytes are those that were signed, and the rows still say the same."""
    current = open_round(context.version)
    if current is None or disagreements(context.version, bytes(current.snapshot.content)):
        return ["The stored text does not agree with what was signed. Tell the administrator."]
    return []


def every_hit_answered(context: Context) -> list[str]:
    """Each finding of the leak check has an answer in words."""
    if context.confirming:
        return []
    answers = context.inputs.get("answers", [])
    hits = findings(context.version)
    if len(answers) != len(hits) or not all(answer.strip() for answer in answers):
        return ["Answer every finding of the leak check."]
    return []


def not_cleared(context: Context) -> list[str]:
    """Nobody has cleared these very bytes yet."""
    digest = signed_digest(context.version)
    if any(bytes(row.digest) == digest for row in context.version.clearances.all()):
        return ["It has been cleared for publication already."]
    return []


def sound_still(context: Context) -> list[str]:
    """No check that can still fail does so on the day of decision or publication (decisions/checks/, lasting).

    What is decided is not returned any more, so it must not be decided as it could not be published.
    """
    return [row.sentence for row in lasting(context.version)]


def cleared(context: Context) -> list[str]:
    """The leak check was done, by a person, over exactly what is published."""
    if not_cleared(context):
        return []
    return [
        "It has not been cleared for publication. Somebody of the governance team who may read Part 2 clears it."
    ]


def day_come(context: Context) -> list[str]:
    """A deferral holds the publication back until its day, by Europe/London."""
    current = latest_deferral(context.version)
    if current is not None and current.until is not None and current.until > timezone.localdate():
        return [f"Publication is deferred until {current.until.day} {current.until:%B %Y}."]
    return []
