"""What the route keeps of words that belonged in Part 2: signed and said by name, so it stays as it is and is named."""

import json
from collections.abc import Iterator
from typing import Any

from django.views.decorators.debug import sensitive_variables

from approvals import advice, joint, outside
from approvals.models import Rescission, Withdrawal
from decisions.models import Version
from decisions.moved import Passages
from decisions.wording import day


@sensitive_variables()
def stays(version: Version, passages: Passages) -> list[str]:
    """Return which texts of the route hold the passages, in words."""
    return [where for where, text in _texts(version) if passages.blot(text)[1]]


def _texts(version: Version) -> Iterator[tuple[str, Any]]:
    yield from _rounds(version)
    yield from _advice(version)
    for asked in outside.of(version):
        yield f"What {outside.outsider(asked).full_name} was shown on {day(asked.at)}", outside.shown(asked)
    for question in version.questions.select_related("by", "answer__by"):
        yield f"The question that {question.by} asked on {day(question.at)}", question.text
        if hasattr(question, "answer"):
            yield (
                f"The answer that {question.answer.by} gave on {day(question.answer.at)}",
                question.answer.text,
            )
    for step in version.hand_overs.all():
        yield f"The reason of handing over on {day(step.at)}", step.reason
    for clearance in version.clearances.select_related("by"):
        yield f"The answers of {clearance.by} to the leak check of {day(clearance.at)}", clearance.answers
    for record in joint.records(version):
        word = getattr(record, "confirmation", None)
        yield f"What was said of the record of {record.decider}", word.reason if word else ""
    for deferral in version.deferrals.all():
        yield f"The reason of the deferral of {day(deferral.at)}", deferral.reason
    for recusal in version.recusals.all():
        yield f"The interest that {recusal.name} declared", recusal.interest
    withdrawal = Withdrawal.objects.filter(version=version).first()
    yield "The reason of the withdrawal", withdrawal.reason if withdrawal else ""
    rescission = Rescission.objects.filter(version=version).first()
    yield "The reason of the rescission", rescission.reason if rescission else ""


def _rounds(version: Version) -> Iterator[tuple[str, Any]]:
    for row in version.rounds.select_related("snapshot").prefetch_related("signatures", "overrides__person"):
        submitted = f"submitted on {day(row.opened_at)}"
        if row.closed_at:  # of an open round, Part 1 itself says the same
            signed = json.loads(bytes(row.snapshot.content))
            yield f"The text that was {submitted}, for signature. No page shows it any more", signed
        yield f"The reason why the paper that was {submitted} was returned", row.return_reason
        for point in row.points.select_related("answer"):
            yield f"What the paper was returned for on {day(row.closed_at)}, at {point.called}", point.text
            yield (
                f"The answer to it, at {point.called}",
                point.answer.text if hasattr(point, "answer") else "",
            )
        for signature in row.signatures.all():
            yield (
                f"What {signature.name} signed on {day(signature.signed_at)}",
                json.loads(bytes(signature.acts) or b"{}"),
            )
        for override in row.overrides.all():
            yield f"Why {override.person} asked to act in two parts", override.reason
            yield f"Why {override.person} may not act in two parts", override.refusal


def _advice(version: Version) -> Iterator[tuple[str, Any]]:
    for asked in advice.fetched(version.advice_requests.all()):
        yield f"What {asked.adviser} was asked on {day(asked.asked_at)}", asked.message
        yield f"Why a request for advice was handed on, on {day(asked.asked_at)}", asked.handing_reason
        for given in asked.advice.all():
            yield f"Advice of {asked.adviser} of {day(given.given_at)}", given.text
            if hasattr(given, "answer"):
                yield f"The answer to advice of {day(given.answer.at)}", given.answer.text
