"""What is told by mail: a table of sentences made of safe fields only, queued in the transaction of the act
(design.md 7). Whether each is still true is asked when it is sent (`approvals/outbox.py`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.db.models.functions import Now
from django.utils import timezone

from approvals import still, who
from approvals.models import Notice
from approvals.still import Still
from decisions import working_days
from decisions.models import Version
from pcd.people.models import Role, User


@dataclass(frozen=True)
class Sentence:
    """What a notice asks or tells; neither part may name anything of a paper but its reference."""

    key: str
    subject: str
    text: str
    #: Whether it is true of this person at the moment of sending; that they may read the paper is asked besides.
    still: Still
    #: Of what waits for one person about one paper under the same heading, only the last is sent.
    about: str = field(default="", kw_only=True)
    #: It does not wait for the daily mail.
    urgent: bool = field(default=False, kw_only=True)


SENTENCES = (
    Sentence(
        "advise",
        "your advice is asked",
        "You have been asked for advice on a decision paper.",
        who.adviser_asked,
        about="advice",
    ),
    Sentence(
        "advise_soon",
        "your advice is due soon",
        "The day by which your advice is needed is near.",
        who.adviser_asked,
        about="advice",
    ),
    Sentence(
        "advise_late",
        "advice is late",
        "Advice on a decision paper is late.",
        still.late,
        about="advice",
    ),
    Sentence(
        "advise_nobody",
        "nobody can answer a request for advice",
        "Advice on a decision paper is waited for, and whoever was asked can answer no more. Ask somebody else, or "
        "hand the request to a colleague.",
        who.hands_on_for_another,
        about="advice",
    ),
    Sentence(
        "chased",
        "your advice is waited for",
        "The drafting officer waits for your advice on a decision paper.",
        who.adviser_asked,
        about="advice",
        urgent=True,
    ),
    Sentence(
        "advised",
        "advice has been given",
        "Advice has been given on your decision paper.",
        still.helped,
    ),
    Sentence(
        "handed_on",
        "a request for advice was handed on",
        "An adviser has handed your request for advice on a decision paper to a colleague.",
        still.helped,
    ),
    Sentence(
        "outside_answered",
        "advice from outside has come",
        "Somebody outside has answered what they were asked about a decision paper.",
        still.readable,
    ),
    Sentence(
        "objected",
        "an adviser is not content",
        "An adviser is not content with your decision paper, and nobody signs it before you have answered.",
        still.helped,
    ),
    Sentence(
        "objection_answered",
        "advice has been answered",
        "Advice against a decision paper has been answered by its drafting officer.",
        still.readable,
    ),
    Sentence(
        "asked",
        "you are asked a question",
        "Somebody has asked you a question about a decision paper.",
        who.asked,
    ),
    Sentence(
        "answered",
        "your question is answered",
        "Your question about a decision paper has been answered.",
        still.readable,
    ),
    Sentence(
        "check",
        "a file waits to be checked",
        "A decision paper has a file that a second person has to check.",
        still.file_to_check,
    ),
    Sentence(
        "review",
        "your review is asked",
        "A decision paper waits for your review.",
        still.turn_of(Role.HEAD_OF_SERVICE),
    ),
    Sentence(
        "endorse",
        "your endorsement is asked",
        "A decision paper waits for your endorsement.",
        still.turn_of(Role.CHIEF_EXECUTIVE),
    ),
    Sentence(
        "decide",
        "your decision is asked",
        "A decision paper waits for your decision.",
        still.turn_of(Role.DECISION_MAKER),
    ),
    Sentence(
        "returned",
        "your paper has been returned",
        "Your decision paper has been returned with a reason.",
        still.amendable,
    ),
    Sentence(
        "decided",
        "a decision has been signed",
        "A decision has been signed and waits for publication.",
        still.decided,
    ),
    Sentence(
        "attest",
        "your word is asked",
        "A decision that was taken elsewhere waits for you to compare it with its signed original.",
        who.attests,
    ),
    Sentence(
        "unattested",
        "a record was not attested",
        "What you recorded of a decision taken elsewhere is not attested.",
        still.to_be_decided,
    ),
    Sentence(
        "recused",
        "somebody else has to decide",
        "A decision maker takes no part in a decision paper. Somebody else who holds the office decides it.",
        still.to_be_decided,
    ),
    Sentence(
        "override",
        "your consent is asked",
        "Somebody asks to act on a decision paper in which they have another part.",
        who.answers_override,
    ),
    Sentence(
        "overridden",
        "you can act on a paper",
        "The override that you asked for on a decision paper has been agreed to.",
        who.whose_turn,
        about="override",
    ),
    Sentence(
        "override_refused",
        "you cannot act on a paper",
        "The override that you asked for on a decision paper has been turned down. The paper says why.",
        who.kept_from_acting,
        about="override",
    ),
    Sentence(
        "writes",
        "you can write a paper",
        "You have been named a co-drafter of a decision paper.",
        who.drafter,
    ),
    Sentence(
        "handed_over",
        "a paper has been handed over to you",
        "You keep a decision paper from now on.",
        still.kept,
    ),
    Sentence(
        "left_alone",
        "a paper has nobody who writes it",
        "The drafting officer of a decision paper has left. Hand it over to somebody else.",
        still.left_alone,
    ),
    Sentence(
        "stuck",
        "nobody can act on a paper",
        "A decision paper waits for an office in which nobody can act now.",
        still.stuck,
    ),
    Sentence(
        "confirm",
        "a check is asked",
        "A joint decision waits for you to check it against its signed copy.",
        who.second_of_governance,
    ),
    Sentence(
        "unconfirmed",
        "a record was not confirmed",
        "What you recorded of a joint decision is not confirmed.",
        who.governance,
    ),
    Sentence(
        "declined",
        "another body declined",
        "Another body declined a joint decision, so it cannot be published as it was made. Whoever decided it here can "
        "rescind it.",
        still.declined,
    ),
    Sentence(
        "blotted",
        "your comment was changed",
        "Words of your comment on a decision paper belonged in its Part 2, and have been replaced.",
        still.readable,
    ),
    Sentence(
        "published",
        "your paper is published",
        "The decision that you drafted has been published.",
        still.published,
    ),
    Sentence(
        "withdrawn",
        "a paper has been withdrawn",
        "A decision paper that you wrote or were asked to act on was withdrawn.",
        still.readable,
    ),
    Sentence(
        "deferral_ends",
        "a deferral ends soon",
        "The deferral of a decision's publication ends soon. Renew it, or see that the decision is cleared.",
        still.deferred,
        about="deferral",
    ),
    Sentence(
        "overdue",
        "a publication is overdue",
        "The deferral of a decision's publication has ended, and it is not published.",
        still.overdue,
        about="deferral",
    ),
    Sentence(
        "review_soon",
        "an exemption is to be reviewed soon",
        "The day to review why a part of a decision is withheld is near.",
        still.exempt,
        about="exemption",
    ),
    Sentence(
        "review_due",
        "the review of an exemption is due",
        "The day to review why a part of a decision is withheld has come.",
        still.exempt,
        about="exemption",
    ),
    Sentence(
        "rescinded",
        "a decision has been rescinded",
        "A decision that you drafted, signed or publish was rescinded by the decision maker.",
        still.readable,
    ),
)
SENTENCE = {row.key: row for row in SENTENCES}


def tell(version: Version, asks: str, people: Iterable[User]) -> None:
    """Queue a notice to each of these people, within the caller's transaction."""
    Notice.objects.bulk_create(Notice(**_told(version, asks, person)) for person in people)


def tell_once(version: Version, asks: str, people: Iterable[User], *, key: str) -> int:
    """Queue a notice to each of these people, but to nobody twice under the same key; returns how many are new."""
    return queue_once(key, (_told(version, asks, person) for person in people))


def queue_once(key: object, told: Iterable[dict[str, Any]]) -> int:
    """Queue notices, but the same to nobody twice under the same key; returns how many are new.

    The clock looks every other second, so who was told before is asked in one query. Two clocks at once, or one that
    was down, find the same thing due: the database keeps one row.
    """
    rows = {f"{row['asks']}:{key}:{row['person'].pk}": row for row in told}
    before = set(Notice.objects.filter(once__in=rows).values_list("once", flat=True))
    return sum(
        Notice.objects.get_or_create(once=once, defaults=row)[1]
        for once, row in rows.items()
        if once not in before
    )


def goes_at(person: User, *, urgent: bool) -> Any:
    """Return when a notice of this moment goes to this person: at once, or with the next daily mail."""
    if person.digest_at is None or urgent:
        return Now()
    return next_digest(timezone.localtime(), person.digest_at)


def next_digest(now: datetime, hour: int) -> datetime:
    """Return the next full hour of this number on a working day, by the clocks of Europe/London."""
    holidays, day = working_days.bank_holidays(), now.date()
    if now.hour >= hour or not working_days.is_working(day, holidays):
        day = working_days.after(day, 1, holidays)
    return datetime.combine(day, time(hour), now.tzinfo)


def _told(version: Version, asks: str, person: User) -> dict[str, Any]:
    due_at = goes_at(person, urgent=SENTENCE[asks].urgent)
    return {"person": person, "version": version, "asks": asks, "due_at": due_at}
