"""A click that came a second time, or too late: whether its work is done already, and what was typed for nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from approvals import advice, due, outside, returned
from approvals.acts import open_round
from approvals.forms import FORMS
from approvals.keeping import co_drafters, keeper
from approvals.models import (
    Advice,
    AdviceRequest,
    Answer,
    Deferral,
    ObjectionAnswer,
    OutsideEnd,
    Override,
    RecordedDecision,
    RecordedWord,
    Rescission,
    Withdrawal,
)
from approvals.signing import already_signed, override_of
from decisions import policy
from decisions.drafting.editing import MECHANICAL
from decisions.drafting.shown import typed_fields, typed_into
from decisions.models import Access, Pen, Version
from decisions.snapshot import load
from pcd import trail
from pcd.people.models import Role, User

Inputs = dict[str, Any]


@dataclass(frozen=True)
class Done:
    """How a second click knows that this person has done the very same already, and what it is told."""

    sentence: str
    by: Callable[[Version, User, Inputs], bool]


def _asked(version: Version, person: User, inputs: Inputs) -> bool:
    asked = {name: value for name, value in inputs.items() if name not in ("writes", "file")}
    if inputs["writes"] and not Pen.objects.filter(version=version, person=inputs["adviser"]).exists():
        return False
    return AdviceRequest.objects.filter(version=version, asked_by=person, advice=None, **asked).exists()


def _advised(version: Version, person: User, inputs: Inputs) -> bool:
    given = Advice.objects.filter(request__version=version, adviser=person).last()
    said = (given.outcome, advice.readable(given, reads_part2=True)) if given else None
    return said == (inputs["outcome"], inputs["text"])


def _handed_on(version: Version, person: User, inputs: Inputs) -> bool:
    return version.advice_requests.filter(handed_from__isnull=False, adviser=inputs["to"]).exists()


def _asked_outside(version: Version, person: User, inputs: Inputs) -> bool:
    return outside.asked_already(version, person, inputs)


def _code_renewed(version: Version, person: User, inputs: Inputs) -> bool:
    return bool(inputs["request"].codes.filter(by=person).exists())


def _outside_ended(version: Version, person: User, inputs: Inputs) -> bool:
    return OutsideEnd.objects.filter(request=inputs["request"], by=person).exists()


def _objection_answered(version: Version, person: User, inputs: Inputs) -> bool:
    return ObjectionAnswer.objects.filter(advice=inputs["advice"], by=person, text=inputs["text"]).exists()


def _chased(version: Version, person: User, inputs: Inputs) -> bool:
    return due.chased(inputs["request"], timezone.localdate())


def _questioned(version: Version, person: User, inputs: Inputs) -> bool:
    return version.questions.filter(by=person, to=inputs["to"], text=inputs["text"]).exists()


def _answered(version: Version, person: User, inputs: Inputs) -> bool:
    return Answer.objects.filter(question=inputs["question"], by=person, text=inputs["text"]).exists()


def _took_no_part(version: Version, person: User, inputs: Inputs) -> bool:
    return version.recusals.filter(person=person, interest=inputs["interest"]).exists()


def _met(version: Version, person: User, inputs: Inputs) -> bool:
    answer = getattr(inputs["point"].row, "answer", None)
    return answer is not None and (answer.by, answer.how, answer.text) == (
        person,
        inputs["how"],
        inputs["text"],
    )


def _asked_again(version: Version, person: User, inputs: Inputs) -> bool:
    return not returned.fallen(load(version.pk))


def _submitted(version: Version, person: User, inputs: Inputs) -> bool:
    current = open_round(version)
    return current is not None and current.opened_by_id == person.pk


def _signed(version: Version, person: User, inputs: Inputs) -> bool:
    return already_signed(version, person)


def _returned(version: Version, person: User, inputs: Inputs) -> bool:
    last = version.rounds.last()
    return last is not None and (last.closed_by, last.return_reason) == (person, inputs["reason"])


def _writes(version: Version, person: User, inputs: Inputs) -> bool:
    return inputs["to"] in co_drafters(version)


def _writes_no_more(version: Version, person: User, inputs: Inputs) -> bool:
    return not _writes(version, person, inputs)


def _handed(version: Version, person: User, inputs: Inputs) -> bool:
    return version.hand_overs.filter(by=person, to=inputs["to"], reason=inputs["reason"]).exists()


def _deferred(step: Deferral.Step) -> Callable[[Version, User, Inputs], bool]:
    def by(version: Version, person: User, inputs: Inputs) -> bool:
        last = version.deferrals.last()
        return last is not None and (last.step, last.by, last.reason, last.until) == (
            step,
            person,
            inputs["reason"],
            inputs.get("until"),
        )

    return by


def _recorded(version: Version, person: User, inputs: Inputs) -> bool:
    return version.joint_decisions.filter(
        by=person, **{name: inputs[name] for name in ("decider", "decided_on", "reference", "declined")}
    ).exists()


def _confirmed(version: Version, person: User, inputs: Inputs) -> bool:
    row = version.joint_decisions.filter(pk=inputs["recorded"]).select_related("confirmation").first()
    said = getattr(row, "confirmation", None)
    return said is not None and (said.by, said.agrees, said.reason) == (
        person,
        inputs["agrees"],
        inputs["reason"],
    )


def _cleared(version: Version, person: User, inputs: Inputs) -> bool:
    return version.clearances.filter(by=person, answers=inputs["answers"]).exists()


def _published(version: Version, person: User, inputs: Inputs) -> bool:
    acts = trail.entries("decision", version.decision_id)
    return acts.filter(verb="publish", actor_id=str(person.pk)).exists()


def _withdrew(version: Version, person: User, inputs: Inputs) -> bool:
    return Withdrawal.objects.filter(version=version, by=person, reason=inputs["reason"]).exists()


def _asked_to_override(version: Version, person: User, inputs: Inputs) -> bool:
    asked = override_of(version, person)
    return asked is not None and asked.reason == inputs["reason"]


def _agreed(version: Version, person: User, inputs: Inputs) -> bool:
    return bool(inputs["override"].consented_by_id == person.pk)


def _turned_down(version: Version, person: User, inputs: Inputs) -> bool:
    asked = inputs["override"]
    return (asked.refused_by_id, asked.refusal) == (person.pk, inputs["reason"])


def _rescinded(version: Version, person: User, inputs: Inputs) -> bool:
    return Rescission.objects.filter(version=version, signer=person, reason=inputs["reason"]).exists()


def _recorded_elsewhere(version: Version, person: User, inputs: Inputs) -> bool:
    rows = RecordedDecision.objects.filter(round__version=version, round__closed_at=None, by=person)
    return rows.filter(decided_at=inputs["decided_at"], decider=inputs["decider"], word=None).exists()


def _attested(version: Version, person: User, inputs: Inputs) -> bool:
    words = RecordedWord.objects.filter(record__round__version=version, by=person)
    return words.filter(record=inputs["recorded"]).exists()


SIGNED = Done("You have signed this paper.", _signed)
DONE: Mapping[str, Done] = {
    "request_advice": Done("You have asked for this advice already.", _asked),
    "give_advice": Done("You have given your advice.", _advised),
    "answer_point": Done("You have answered this point.", _met),
    "ask_again": Done("You have asked again already.", _asked_again),
    "hand_advice_on": Done("You have handed this request on.", _handed_on),
    "ask_outsider": Done(
        "You have asked this person already. Their code was shown once. If you do not have it, make a new one here.",
        _asked_outside,
    ),
    "renew_outside_code": Done("You have made a new code for this link.", _code_renewed),
    "end_outside": Done("You have ended this link already.", _outside_ended),
    "answer_advice": Done("You have answered this advice.", _objection_answered),
    "chase_advice": Done("You have reminded this adviser today.", _chased),
    "ask": Done("You have asked this question already.", _questioned),
    "answer": Done("You have answered this question.", _answered),
    "submit": Done("You have submitted this paper.", _submitted),
    "review": SIGNED,
    "endorse": SIGNED,
    "decide": SIGNED,
    "record_decision": Done("You have recorded this decision already.", _recorded_elsewhere),
    "attest_decision": Done("You have answered this already.", _attested),
    "refuse_record": Done("You have answered this already.", _attested),
    "withdraw_from_deciding": Done("You take no part in this decision.", _took_no_part),
    "return_for_amendment": Done("You have returned this paper.", _returned),
    "add_co_drafter": Done("They write the paper with you already.", _writes),
    "end_co_drafting": Done("They do not write the paper any more.", _writes_no_more),
    "ask_override": Done("You have asked for this already.", _asked_to_override),
    "agree_to_override": Done("You have agreed to this already.", _agreed),
    "refuse_override": Done("You have turned this down already.", _turned_down),
    "hand_over": Done("You have handed this paper over.", _handed),
    "defer": Done("You have deferred publication already.", _deferred(Deferral.Step.DEFER)),
    "renew_deferral": Done("You have renewed the deferral already.", _deferred(Deferral.Step.RENEW)),
    "end_deferral": Done("You have ended the deferral already.", _deferred(Deferral.Step.END)),
    "record_joint_decision": Done("You have recorded this decision already.", _recorded),
    "confirm_joint_decision": Done("You have answered this already.", _confirmed),
    "clear_for_publication": Done("You have cleared this paper for publication already.", _cleared),
    "publish": Done("You have published this paper.", _published),
    "withdraw": Done("You have withdrawn this paper.", _withdrew),
    "rescind": Done("You have rescinded this decision.", _rescinded),
}


def done(action: str, version: Version, person: User, data: QueryDict, files: Any = None) -> str:
    """Return what to tell a second click whose work this person has done already; empty where it is not done."""
    row = DONE.get(action)
    acts = trail.entries("decision", version.decision_id).filter(verb=action, actor_id=str(person.pk))
    if row is None or not acts.exists():  # whoever has not acted is asked no form, which may open Part 2
        return ""
    form = FORMS[action](data, files, version=version, person=person)
    return row.sentence if form.is_valid() and row.by(version, person, form.inputs()) else ""


def asked_before(action: str, version: Version, person: User) -> bool:
    """Say whether this person was asked for what is asked no longer: what they typed is shown back to them."""
    overrides = Override.objects.filter(round__version=version).exclude(person=person)
    overrides = overrides if person.holds(Role.GOVERNANCE) else overrides.none()
    asked = {
        "give_advice": version.advice_requests.filter(adviser=person),
        "answer": version.questions.all()
        if keeper(version) == person
        else version.questions.filter(to=person),
        "answer_advice": ObjectionAnswer.objects.filter(advice__request__version=version),
        "agree_to_override": overrides,
        "refuse_override": overrides,
    }
    return action in asked and asked[action].exists()


def typed(action: str, version: Version, person: User, data: QueryDict) -> list[dict[str, str]]:
    """Return what was typed into an act's page, in words, for a page on which it can do no more."""
    closed = not policy.may(person, Access.PART2, version.decision)
    if action == "clear_for_publication" or (action == "decide" and closed):  # their labels may hold Part 2
        return typed_fields(data, MECHANICAL)
    sent = data.copy()
    sent.pop("more", None)  # a page that asks for one more place is not read as an answer (`ReturnForm`)
    return typed_into(FORMS[action](sent, version=version, person=person))
