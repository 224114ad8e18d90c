"""What is told of matters that are no paper: forgotten passwords, changes by two people, offices that begin and end.

The outbox carries these as it carries notices of papers: queued in the transaction of the act, sent while they are
true, by the same choice of one mail a day. No sentence names a person or an office.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from approvals.models import Notice
from approvals.notices import goes_at
from pcd.people import forgotten
from pcd.people.models import User


@dataclass(frozen=True)
class Matter:
    """What a notice says of something that is no paper."""

    key: str
    subject: str
    text: str
    #: Whether it is true at the moment of sending; that the person is active is asked besides.
    still: Callable[[Notice], bool]
    #: Where its link leads.
    page: Callable[[Notice], str]
    #: What stands below the link; empty for the usual words.
    closing: str = field(default="", kw_only=True)
    #: It does not wait for the daily mail.
    urgent: bool = field(default=False, kw_only=True)

    def words(self, notice: Notice) -> str:
        """Return the text of this notice."""
        return self.text


def _page(name: str, *args: object) -> str:
    return reverse(name, urlconf="pcd.urls.staff", args=args)


def _asked_lately(notice: Notice) -> bool:
    return notice.made_at > timezone.now() - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


MATTERS = (
    Matter(
        "new_password",
        "set a new password",
        "Somebody has asked for a new password for you. Set it by this link: it works once, within an hour.",
        lambda notice: _asked_lately(notice) and forgotten.may_set(notice.person),
        # Made now and kept nowhere: neither the outbox nor a copy of it holds a link that works.
        lambda notice: _page("account_reset_password_from_key", *forgotten.key(notice.person)),
        closing="If it was not you, do nothing: your password stays as it is.\n",
        urgent=True,
    ),
    Matter(
        "no_password",
        "you have no password",
        "Somebody has asked for a new password for you, but you sign in without one: with your organisation's "
        "account. If you cannot, ask the administrator.",
        lambda notice: _asked_lately(notice) and not forgotten.may_set(notice.person),
        lambda notice: _page("account_login"),
        closing="If it was not you, do nothing.\n",
        urgent=True,
    ),
)
MATTER = {row.key: row for row in MATTERS}


def tell(asks: str, people: Iterable[User], *, about: UUID | None = None) -> None:
    """Queue a notice to each of these people, within the caller's transaction."""
    Notice.objects.bulk_create(Notice(**_told(asks, person, about)) for person in people)


def _told(asks: str, person: User, about: UUID | None) -> dict[str, Any]:
    due_at = goes_at(person, urgent=MATTER[asks].urgent)
    return {"person": person, "about": about, "asks": asks, "due_at": due_at}


@receiver(forgotten.asked)
def tell_of_password(person: User, **about: Any) -> None:
    """Send the link, or say why there is none."""
    tell("new_password" if forgotten.may_set(person) else "no_password", [person])
