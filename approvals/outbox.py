"""The outbox: sends what waits and is still true, once, at once or in one mail a day (design.md 7).

A mail and the mark that it was sent cannot be one act: a clock that dies between the two sends it again. The
second one bears the same Message-ID, by which servers and readers take the two for one.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from approvals.context import Context
from approvals.matters import MATTER, Matter
from approvals.models import Notice
from approvals.notices import SENTENCE, SENTENCES, Sentence, goes_at
from decisions import policy
from decisions.models import Access
from pcd import trail
from pcd.people.models import User

#: What has failed before is tried again at least this often.
LONGEST_WAIT = timedelta(hours=1)
CLOSING = "This message says nothing of its content.\n"
#: All that a mail may be about.
SAID: dict[str, Sentence | Matter] = {**SENTENCE, **MATTER}

log = logging.getLogger("pcd.clock")


def message(notices: list[Notice]) -> EmailMessage:
    """Return the mail to one person: for each notice its reference, if there is one yet, what is asked, a link."""
    [person] = {notice.person for notice in notices}
    if len(notices) == 1:
        [only] = notices
        subject = f"{_reference(only)}: {SAID[only.asks].subject}"
        text = f"{_words(only)}\n\n{_link(only)}\n\n{_closing(only)}"
    else:
        subject = f"Decision register: {len(notices)} notices"
        rows = [f"{_reference(row)}: {SAID[row.asks].subject}\n{_link(row)}\n\n" for row in notices]
        text = f"{''.join(rows)}Sign in to see them. {CLOSING}"
    host = urlsplit(settings.BASE_URL).hostname
    same = uuid5(NAMESPACE_URL, " ".join(sorted(str(notice.pk) for notice in notices)))
    headers = {"Message-ID": f"<{same}@{host}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject=subject, body=text, to=[person.email], headers=headers)


def _reference(notice: Notice) -> str:
    if notice.version is None:
        return "Decision register"
    return notice.version.decision.reference or "Decision paper"


def _words(notice: Notice) -> str:
    said = SAID[notice.asks]
    return said.words(notice) if isinstance(said, Matter) else said.text


def _closing(notice: Notice) -> str:
    said = SAID[notice.asks]
    return (isinstance(said, Matter) and said.closing) or f"Sign in to see it. {CLOSING}"


def _link(notice: Notice) -> str:
    if notice.version is None:
        page = MATTER[notice.asks].page(notice)
    else:
        page = reverse("paper", urlconf="pcd.urls.staff", args=[notice.version.decision_id])
    return settings.BASE_URL.rstrip("/") + page


def send_waiting(limit: int = 100) -> int:
    """Send what waits and is due, oldest first, each once and by itself; returns how many notices went out.

    What fails is tried again a minute later, then two, four and so on, in the end every hour. While the mail
    server cannot be reached, all waits.
    """
    waiting = list(Notice.objects.due().select_related("person").order_by("made_at")[:limit])
    if not waiting:
        return 0
    with get_connection() as server:
        return sum(_sent(mail, server) for mail in _mails(waiting))


def _sent(mail: list[UUID], server: BaseEmailBackend) -> int:
    """Send one mail; where even that cannot be asked whether it is needed, it waits and the others go on."""
    try:
        return _send(mail, server)
    except Exception as error:
        log.error("notice %s failed: %s", mail[0], type(error).__name__)
        return 0


def _mails(waiting: Iterable[Notice]) -> list[list[UUID]]:
    """Return which of these go together: those of a person who chose one mail a day, but for what is urgent."""
    mails: dict[UUID, list[UUID]] = {}
    for notice in waiting:
        daily = notice.person.digest_at is not None and not SAID[notice.asks].urgent
        mails.setdefault(notice.person_id if daily else notice.pk, []).append(notice.pk)
    return list(mails.values())


@transaction.atomic
def _send(mail: list[UUID], server: BaseEmailBackend) -> int:
    """Send one mail, if anything in it is still needed; what another clock has in hand is left to it."""
    rows = Notice.objects.waiting().select_for_update(skip_locked=True, of=("self",)).filter(pk__in=mail)
    locked = list(rows.select_related("person", "version__decision__series"))
    needed = [notice for notice in locked if _still_needed(notice)]
    now = timezone.now()
    Notice.objects.filter(pk__in={row.pk for row in locked} - {row.pk for row in needed}).update(
        closed_at=now
    )
    if not needed:
        return 0
    try:
        server.send_messages([message(needed)])
    except Exception as error:  # refused, broken off, or an address that is none: the others go on
        log.error("notice %s failed: %s", needed[0].pk, type(error).__name__)
        for notice in needed:
            notice.due_at = now + min(timedelta(minutes=2**notice.tries), LONGEST_WAIT)
            notice.tries += 1
        Notice.objects.bulk_update(needed, ["tries", "due_at"])
        return 0
    return Notice.objects.filter(pk__in=[row.pk for row in needed]).update(sent_at=now)


def _still_needed(notice: Notice) -> bool:
    """Say whether this person may read the paper now, and what the notice says is true and not said again since."""
    person, version = notice.person, notice.version
    if not (person.email and person.is_active) or _said_again(notice):
        return False
    if version is None:
        return MATTER[notice.asks].still(notice)
    may_read = policy.may(person, Access.PART1, version.decision)
    return may_read and SENTENCE[notice.asks].still(Context(version, person, {}))


def _said_again(notice: Notice) -> bool:
    """Say whether something newer about the same goes out as well, as after a time in which nothing was sent."""
    about = SENTENCE[notice.asks].about if notice.version else ""
    same = [row.key for row in SENTENCES if about and row.about == about] or [notice.asks]
    later = Q(made_at__gt=notice.made_at) | Q(made_at=notice.made_at, pk__gt=notice.pk)
    waiting = Notice.objects.due().filter(
        later, person=notice.person, version=notice.version, about=notice.about
    )
    return waiting.filter(asks__in=same).exists()


@transaction.atomic
def choose(person: User, digest_at: int | None) -> None:
    """Let this person have mail at once (None) or once a day at this hour; what waits follows the new choice."""
    person.digest_at = digest_at
    person.save(update_fields=["digest_at"])
    for notice in Notice.objects.waiting().select_for_update().filter(person=person):
        Notice.objects.filter(pk=notice.pk).update(due_at=goes_at(person, urgent=SAID[notice.asks].urgent))
    trail.write("person", person.pk, "chose_mail", by=person, digest_at=digest_at)
