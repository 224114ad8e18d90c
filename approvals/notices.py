"""Mail: one row of a table each, made of safe fields only, queued in the transaction of the act (design.md 7)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from approvals.models import Notice
from decisions.models import Version
from pcd.people.models import User


@dataclass(frozen=True)
class Sentence:
    """What a notice asks or tells; neither part may name anything of a paper but its reference."""

    key: str
    subject: str
    text: str


SENTENCES = (
    Sentence("advise", "your advice is asked", "You have been asked for advice on a decision paper."),
    Sentence("advised", "advice has been given", "Advice has been given on your decision paper."),
    Sentence("review", "your review is asked", "A decision paper waits for your review."),
    Sentence("endorse", "your endorsement is asked", "A decision paper waits for your endorsement."),
    Sentence("decide", "your decision is asked", "A decision paper waits for your decision."),
    Sentence(
        "returned", "your paper has been returned", "Your decision paper has been returned with a reason."
    ),
    Sentence(
        "decided", "a decision has been signed", "A decision has been signed and waits for publication."
    ),
    Sentence("published", "your paper is published", "The decision that you drafted has been published."),
    Sentence(
        "withdrawn", "a paper has been withdrawn", "A decision paper that you had to act on was withdrawn."
    ),
)
SENTENCE = {row.key: row for row in SENTENCES}


def tell(version: Version, asks: str, people: Iterable[User]) -> None:
    """Queue a notice to each of these people, within the caller's transaction."""
    Notice.objects.bulk_create(
        Notice(person=person, version=version, asks=SENTENCE[asks].key) for person in people
    )


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
    """Send what waits, oldest first, each once; what fails is tried again later. Returns how many were sent."""
    sent = 0
    for notice in (
        Notice.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(sent_at=None, tries__lt=10)
        .select_related("person", "version__decision__series")
        .order_by("made_at")[:limit]
    ):
        if notice.person.is_active and notice.person.email:
            try:
                message(notice).send()
            except OSError:
                Notice.objects.filter(pk=notice.pk).update(tries=notice.tries + 1)
                continue
        Notice.objects.filter(pk=notice.pk).update(sent_at=timezone.now())
        sent += 1
    return sent
