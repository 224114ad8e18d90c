"""THE route: one table of transitions and one function that performs them (design.md section 3).

To add an action, add a row to TRANSITIONS; its effect and its needs are plain functions in `approvals/effects.py`
and `approvals/needs.py`, its page's fields a form in `approvals/forms.py`. Steps between states are also known to
the database (`staff.route_steps()`), which refuses every other; a test compares the two. A step that the body does
not have is passed: the paper lands at the next one (`approvals/steps.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from approvals import effects, needs, private, who
from approvals.acts import passed
from approvals.context import Context, whole
from approvals.steps import landing
from decisions.models import State, Version
from decisions.snapshot import only_shown, to_be_changed
from pcd import trail
from pcd.people.models import User

WRITING = (State.DRAFT, State.IN_ADVICE)
SIGNING = (State.WITH_HEAD_OF_SERVICE, State.WITH_CHIEF_EXECUTIVE, State.WITH_DECISION_MAKER)


class NotAllowed(Exception):
    """This person has no part in this action; pages answer as if the paper were missing."""


class Refused(Exception):
    """The action cannot be done now; `reasons` says why, in plain sentences, all at once."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


Need = Callable[[Context], list[str]]


@dataclass(frozen=True)
class Transition:
    """One move of the route: from where to where, who may, what it needs, what it writes."""

    action: str
    label: str
    done: str
    sources: tuple[State, ...]
    target: State | None
    who: Callable[[Context], bool]
    effect: Callable[[Context], None]
    needs: tuple[Need, ...] = ()
    after: Callable[[Context], None] | None = None
    #: What the password is asked for again, if it is: "Enter your password to ...".
    proof: str = ""
    danger: bool = field(default=False, kw_only=True)


TRANSITIONS = (
    Transition(
        "request_advice",
        "Ask for advice",
        "asked for advice",
        WRITING,
        State.IN_ADVICE,
        who.drafter,
        effects.request_advice,
        (
            needs.an_adviser_not_asked_twice,
            needs.an_independent_adviser,
            needs.part2_of_who_reads_it,
            needs.one_writer_of_a_section,
        ),
    ),
    Transition(
        "give_advice",
        "Give advice",
        "gave advice",
        (*WRITING, *SIGNING, State.DECIDED, State.PUBLISHED),
        None,
        who.adviser_asked,
        effects.give_advice,
        (needs.same_question, needs.not_signed, needs.written_by_others),
    ),
    Transition(
        "answer_point",
        "Answer what it was returned for",
        "answered what the paper was returned for",
        WRITING,
        None,
        who.drafter,
        effects.answer_point,
        (needs.a_point_open,),
    ),
    Transition(
        "ask_again",
        "Ask fallen advice again",
        "asked again for advice that fell",
        WRITING,
        State.IN_ADVICE,
        who.drafter,
        effects.ask_again,
        (needs.something_fell,),
    ),
    Transition(
        "hand_advice_on",
        "Hand the request to a colleague",
        "handed the request for advice",
        (*WRITING, *SIGNING, State.DECIDED, State.PUBLISHED),
        None,
        who.hands_advice_on,
        effects.hand_advice_on,
        (needs.a_colleague_to_answer,),
    ),
    Transition(
        "ask_outsider",
        "Ask somebody outside",
        "asked somebody outside",
        (*WRITING, *SIGNING),
        None,
        who.asks_outside,
        effects.ask_outsider,
        (needs.something_to_share,),
        proof="share this",
    ),
    Transition(
        "renew_outside_code",
        "Make a new code for somebody outside",
        "made a new code for somebody outside",
        (*WRITING, *SIGNING),
        None,
        who.asked_outside,
        effects.renew_outside_code,
        (needs.a_link_to_renew,),
        proof="make a new code",
    ),
    Transition(
        "end_outside",
        "End a link to somebody outside",
        "ended a link to somebody outside",
        (*WRITING, *SIGNING),
        None,
        who.ends_outside,
        effects.end_outside,
        (needs.a_link_to_end,),
    ),
    Transition(
        "answer_advice",
        "Answer advice",
        "answered advice",
        SIGNING,
        None,
        who.drafting_officer_objected_to,
        effects.answer_advice,
        (needs.an_objection_to_answer,),
    ),
    Transition(
        "chase_advice",
        "Chase advice",
        "chased advice",
        (*WRITING, *SIGNING, State.DECIDED, State.PUBLISHED),
        None,
        who.drafting_officer,
        effects.chase_advice,
        (needs.advice_awaited,),
    ),
    Transition(
        "ask",
        "Ask a question",
        "asked a question",
        (*WRITING, *SIGNING),
        None,
        who.asks,
        effects.ask,
        (needs.somebody_to_ask,),
    ),
    Transition(
        "answer",
        "Answer a question",
        "answered a question",
        (*WRITING, *SIGNING),
        None,
        who.asked,
        effects.answer,
        (needs.the_question_shown,),
    ),
    Transition(
        "submit",
        "Submit",
        "submitted the paper",
        WRITING,
        State.WITH_HEAD_OF_SERVICE,
        who.drafting_officer,
        effects.submit,
        (needs.complete, needs.advised, needs.points_answered, needs.somebody_to_act),
        effects.pass_on,
    ),
    Transition(
        "review",
        "Confirm and send on",
        "reviewed and confirmed",
        (State.WITH_HEAD_OF_SERVICE,),
        State.WITH_CHIEF_EXECUTIVE,
        who.whose_turn,
        effects.review,
        (needs.same_text, needs.another_pair_of_eyes, needs.no_late_objection),
        effects.pass_on,
    ),
    Transition(
        "endorse",
        "Endorse and sign",
        "endorsed and signed",
        (State.WITH_CHIEF_EXECUTIVE,),
        State.WITH_DECISION_MAKER,
        who.whose_turn,
        effects.endorse,
        (needs.same_text, needs.another_pair_of_eyes, needs.no_late_objection),
        effects.pass_on,
        proof="sign",
    ),
    Transition(
        "decide",
        "Decide and sign",
        "decided and signed",
        (State.WITH_DECISION_MAKER,),
        State.DECIDED,
        who.whose_turn,
        effects.decide,
        (
            needs.same_text,
            needs.another_pair_of_eyes,
            needs.no_late_objection,
            needs.sound_still,
            needs.every_outcome,
            needs.explained_if_earlier,
        ),
        effects.after_decision,
        proof="sign",
    ),
    Transition(
        "record_decision",
        "Record a decision taken elsewhere",
        "recorded a decision that was taken elsewhere",
        (State.WITH_DECISION_MAKER,),
        None,
        who.governance,
        effects.record_decision,
        (
            needs.same_text,
            needs.nothing_recorded,
            needs.somebody_to_attest,
            needs.another_pair_of_eyes,
            needs.nothing_to_decide_inside,
            needs.no_late_objection,
            needs.sound_still,
            needs.every_outcome,
            needs.explained_if_earlier,
            needs.decided_by_right,
        ),
        proof="record this",
    ),
    Transition(
        "attest_decision",
        "Attest a decision taken elsewhere",
        "attested a decision that was taken elsewhere",
        (State.WITH_DECISION_MAKER,),
        State.DECIDED,
        who.attests,
        effects.attest_decision,
        (
            needs.recorded_as_shown,
            needs.another_pair_of_eyes,
            needs.decided_by_right,
            needs.no_late_objection,
        ),
        effects.after_decision,
        proof="answer for this",
    ),
    Transition(
        "refuse_record",
        "Say that a record is wrong",
        "did not attest a decision that was taken elsewhere",
        (State.WITH_DECISION_MAKER,),
        None,
        who.attests,
        effects.refuse_record,
        (needs.recorded_as_shown, needs.another_pair_of_eyes),
        danger=True,
    ),
    Transition(
        "withdraw_from_deciding",
        "Declare an interest and take no part",
        "declared an interest and took no part",
        (State.WITH_DECISION_MAKER,),
        None,
        who.whose_turn,
        effects.withdraw_from_deciding,
        proof="take no part",
        danger=True,
    ),
    Transition(
        "return_for_amendment",
        "Return for amendment",
        "returned the paper",
        SIGNING,
        State.DRAFT,
        who.returns,
        effects.return_for_amendment,
        after=effects.after_return,
        danger=True,
    ),
    Transition(
        "ask_override",
        "Ask to act in two parts",
        "asked to act in two parts",
        SIGNING,
        None,
        who.kept_from_acting,
        effects.ask_override,
        (needs.a_small_office,),
    ),
    Transition(
        "agree_to_override",
        "Agree to an override",
        "agreed to an override",
        SIGNING,
        None,
        who.answers_override,
        effects.agree_to_override,
        (needs.another_answers,),
        proof="agree to this",
    ),
    Transition(
        "refuse_override",
        "Turn down an override",
        "turned down an override",
        SIGNING,
        None,
        who.answers_override,
        effects.refuse_override,
        (needs.another_answers,),
        danger=True,
    ),
    Transition(
        "add_co_drafter",
        "Add a co-drafter",
        "shared the writing",
        WRITING,
        None,
        who.drafting_officer,
        effects.add_co_drafter,
        (needs.somebody_to_write,),
    ),
    Transition(
        "end_co_drafting",
        "Remove a co-drafter",
        "ended the co-drafting",
        WRITING,
        None,
        who.drafting_officer,
        effects.end_co_drafting,
        (needs.somebody_who_writes,),
    ),
    Transition(
        "hand_over",
        "Hand over",
        "handed over the paper",
        (*WRITING, *SIGNING),
        None,
        who.hands_over,
        effects.hand_over,
        (needs.somebody_to_take_over,),
    ),
    Transition(
        "defer",
        "Defer publication",
        "deferred publication",
        (State.DECIDED,),
        None,
        who.governance,
        effects.defer,
        (needs.not_deferred, needs.a_day_to_come),
    ),
    Transition(
        "renew_deferral",
        "Renew the deferral",
        "renewed the deferral",
        (State.DECIDED,),
        None,
        who.governance,
        effects.renew_deferral,
        (needs.deferred, needs.a_later_day),
    ),
    Transition(
        "end_deferral",
        "End the deferral",
        "ended the deferral",
        (State.DECIDED,),
        None,
        who.governance,
        effects.end_deferral,
        (needs.deferred,),
    ),
    Transition(
        "record_joint_decision",
        "Record a joint decision",
        "recorded a joint decision",
        (State.DECIDED,),
        None,
        who.governance,
        effects.record_joint_decision,
        (needs.somebody_to_record, needs.somebody_to_confirm),
        proof="record this",
    ),
    Transition(
        "confirm_joint_decision",
        "Check a joint decision",
        "checked a joint decision against its signed copy",
        (State.DECIDED,),
        None,
        who.second_of_governance,
        effects.confirm_joint_decision,
        (needs.recorded_by_another, needs.another_pair_of_eyes),
        proof="answer for this",
    ),
    Transition(
        "clear_for_publication",
        "Clear for publication",
        "cleared for publication",
        (State.DECIDED,),
        None,
        who.governance_with_part2,
        effects.clear,
        (
            needs.signed_text_whole,
            needs.jointly_decided,
            needs.sound_still,
            needs.not_cleared,
            needs.every_hit_answered,
        ),
    ),
    Transition(
        "publish",
        "Publish",
        "published",
        (State.DECIDED,),
        State.PUBLISHED,
        who.governance_or_clock,
        effects.publish,
        (
            needs.jointly_decided,
            needs.cleared,
            needs.signed_text_whole,
            needs.sound_still,
            needs.day_come,
        ),
        effects.after_publication,
    ),
    Transition(
        "withdraw",
        "Withdraw",
        "withdrew the paper",
        (*WRITING, *SIGNING),
        State.WITHDRAWN,
        who.drafting_officer_or_governance,
        effects.withdraw,
        danger=True,
    ),
    Transition(
        "rescind",
        "Rescind the decision",
        "rescinded the decision",
        (State.DECIDED, State.PUBLISHED),
        State.RESCINDED,
        who.decision_maker,
        effects.rescind,
        (
            needs.same_text,
            needs.taken_back_by_others,
            needs.nothing_of_part2_in_the_reason,
        ),
        effects.after_rescission,
        proof="sign",
        danger=True,
    ),
)
TRANSITION = {row.action: row for row in TRANSITIONS}


def perform(version_id: UUID, action: str, *, by: User | None, **inputs: Any) -> Version:
    """Do one action of the route on a version, in one transaction, or nothing at all.

    `by` is the person, or None for the clock. `inputs` are the cleaned fields of the action's form. Raises
    NotAllowed where this person has no part in it, and Refused with every reason why it cannot be done now.
    Nothing else writes a version's state.
    """
    transition = TRANSITION[action]
    with transaction.atomic():
        context = Context(locked(version_id), by, inputs)
        if not transition.who(context):
            raise NotAllowed(action)
        context.version = only_shown(whole(context))
        reasons = why_not(transition, context)
        if reasons:
            raise Refused(*reasons)
        to_be_changed(context.version)
        before = context.version.state
        transition.effect(context)
        if transition.target is not None:
            lands = landing(context.version, transition.target)
            Version.objects.filter(pk=version_id).exclude(state=lands).update(state=lands)
            context.version.state = lands
            if lands != transition.target:
                context.trail.update(passed=[*passed(context.version)], decider=context.version.decider)
        if transition.after is not None:
            transition.after(context)
        private.settle(context.version, by=by)
        decision = context.version.decision
        trail.write(
            "decision",
            decision.pk,
            action,
            by=by,
            version=context.version.number,
            before=before,
            after=context.version.state,
            **context.trail,
        )
    return context.version


def locked(version_id: UUID) -> Version:
    """Lock a version's row; acts on one paper wait for each other here."""
    return Version.objects.select_for_update(of=("self",)).select_related("decision").get(pk=version_id)


def why_not(transition: Transition, context: Context) -> list[str]:
    """Return all that stands in the way of a transition, in plain sentences; empty where nothing does."""
    if context.version.state not in transition.sources:
        return [f"This paper has moved on. It is now: {context.version.get_state_display().lower()}."]
    return [reason for need in transition.needs for reason in need(context)]


def actions(version: Version, person: User) -> list[Transition]:
    """Return what this person has a part in on this version as it stands, in the order of the table."""
    return acts_of(Context(version, person, {}))


def acts_of(context: Context) -> list[Transition]:
    """Return the rows of the table in which the person of this context has a part, in order."""
    return [row for row in TRANSITIONS if context.version.state in row.sources and row.who(context)]
