"""Mail: one row of a table each, made of safe fields only, queued in the transaction of the act (design.md 7)."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from approvals.models import Notice
from decisions.models import Version
from pcd.people.models import User

#: What has failed before is tried again at least this often.
LONGEST_WAIT = timedelta(hours=1)

log = logging.getLogger("pcd.clock")


@dataclass(frozen=True)
class Sentence:
    """What a notice asks or tells; neither part may name anything of a paper but its reference."""

    key: str
    subject: str
    text: str


SENTENCES = (
    Sentence("advise", "your advice is asked", "You have been asked for advice on a decision paper."),
    Sentence("advise_soon", "your advice is due soon", "The day by which your advice is needed is near."),
    Sentence("advise_late", "advice is late", "Advice on a decision paper is late."),
    Sentence(
        "chased",
        "your advice is waited for",
        "The drafting officer waits for your advice on a decision paper.",
    ),
    Sentence("advised", "advice has been given", "Advice has been given on your decision paper."),
    Sentence(
        "handed_on",
        "a request for advice was handed on",
        "An adviser has handed your request for advice on a decision paper to a colleague.",
    ),
    Sentence(
        "outside_answered",
        "advice from outside has come",
        "Somebody outside has answered what they were asked about a decision paper.",
    ),
    Sentence(
        "objected",
        "an adviser is not content",
        "An adviser is not content with your decision paper, and nobody signs it before you have answered.",
    ),
    Sentence(
        "objection_answered",
        "advice has been answered",
        "Advice against a decision paper has been answered by its drafting officer.",
    ),
    Sentence(
        "asked", "you are asked a question", "Somebody has asked you a question about a decision paper."
    ),
    Sentence(
        "answered", "your question is answered", "Your question about a decision paper has been answered."
    ),
    Sentence(
        "check",
        "a file waits to be checked",
        "A decision paper has a file that a second person has to check.",
    ),
    Sentence("review", "your review is asked", "A decision paper waits for your review."),
    Sentence("endorse", "your endorsement is asked", "A decision paper waits for your endorsement."),
    Sentence("decide", "your decision is asked", "A decision paper waits for your decision."),
    Sentence(
        "returned", "your paper has been returned", "Your decision paper has been returned with a reason."
    ),
    Sentence(
        "decided", "a decision has been signed", "A decision has been signed and waits for publication."
    ),
    Sentence("writes", "you can write a paper", "You have been named a co-drafter of a decision paper."),
    Sentence("handed_over", "a paper has been handed over to you", "You keep a decision paper from now on."),
    Sentence(
        "confirm", "a check is asked", "A joint decision waits for you to check it against its signed copy."
    ),
    Sentence(
        "unconfirmed", "a record was not confirmed", "What you recorded of a joint decision is not confirmed."
    ),
    Sentence(
        "blotted",
        "your comment was changed",
        "Words of your comment on a decision paper belonged in its Part 2, and have been replaced.",
    ),
    Sentence("published", "your paper is published", "The decision that you drafted has been published."),
    Sentence(
        "withdrawn",
        "a paper has been withdrawn",
        "A decision paper that you wrote or were asked to act on was withdrawn.",
    ),
)
SENTENCE = {row.key: row for row in SENTENCES}


def tell(version: Version, asks: str, people: Iterable[User]) -> None:
    """Queue a notice to each of these people, within the caller's transaction."""
    Notice.objects.bulk_create(
        Notice(person=person, version=version, asks=SENTENCE[asks].key) for person in people
    )


def tell_once(version: Version, asks: str, people: Iterable[User], *, key: str) -> int:
    """Queue a notice to each of these people, but to nobody twice under the same key; returns how many are new.

    Two clocks at once, or one that was down, find the same thing due: the database keeps one row.
    """
    new = 0
    for person in people:
        told = {"person": person, "version": version, "asks": SENTENCE[asks].key}
        _, made = Notice.objects.get_or_create(once=f"{asks}:{key}:{person.pk}", defaults=told)
        new += made
    return new


def message(notice: Notice) -> EmailMessage:
    """Return the mail of a notice: the reference (or that there is none yet), what is asked, a link."""
    sentence = SENTENCE[notice.asks]
    decision = notice.version.decision
    link = settings.BASE_URL.rstrip("/") + reverse("paper", urlconf="pcd.urls.staff", args=[decision.pk])
    return EmailMessage(
        subject=f"{decision.reference or 'Decision paper'}: {sentence.subject}",
        body=f"{sentence.text}\n\n{link}\n\nSign in to see it. This message says nothing of its content.\n",
        to=[notice.person.email],
    )


def send_waiting(limit: int = 100) -> int:
    """Send what waits, oldest first, each once and by itself; returns how many were sent.

    What fails is tried again a minute later, then two, four and so on, in the end every hour. While the mail
    server cannot be reached, all waits.
    """
    due = (
        Notice.objects.filter(sent_at=None, due_at__lte=Now())
        .order_by("made_at")
        .values_list("pk", flat=True)
    )
    waiting = list(due[:limit])
    if not waiting:
        return 0
    with get_connection() as server:
        return sum(_send(notice, server) for notice in waiting)


@transaction.atomic
def _send(pk: UUID, server: BaseEmailBackend) -> bool:
    waiting = Notice.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk, sent_at=None)
    notice = waiting.select_related("person", "version__decision__series").first()
    if notice is None:
        return False  # another clock has it
    if notice.person.is_active and notice.person.email:
        try:
            server.send_messages([message(notice)])
        except Exception as error:  # refused, broken off, or an address that is none: the others go on
            log.error("notice %s failed: %s", pk, type(error).__name__)
            notice.due_at = timezone.now() + min(timedelta(minutes=2**notice.tries), LONGEST_WAIT)
            notice.tries += 1
            notice.save(update_fields=["tries", "due_at"])
            return False
    notice.sent_at = timezone.now()
    notice.save(update_fields=["sent_at"])
    return True
