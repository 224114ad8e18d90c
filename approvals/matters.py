"""What is told of matters that are no paper: forgotten passwords, changes by two people, offices that begin and end.

The outbox carries these as it carries notices of papers: queued in the transaction of the act, sent while they are
true, by the same choice of one mail a day. No sentence names a person or an office.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Greatest, Now
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from approvals.models import Notice
from approvals.notices import goes_at, queue_once
from pcd.people import changes, forgotten
from pcd.people.models import Change, Holding, PrivateOffice, User, holders_of

#: For how long before a change lapses those who may agree are reminded of it.
REMINDED = timedelta(days=5)
#: What is due is told as long after its day as a clock may have been down.
LATE = timedelta(days=14)


@dataclass(frozen=True)
class Matter:
    """What a notice says of something that is no paper."""

    key: str
    subject: str
    #: With `{kind}` where it names the kind of change that it is about.
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
        return self.text.format(kind=_kind(notice)) if "{kind}" in self.text else self.text


def _change(notice: Notice) -> Change:
    return Change.objects.get(pk=str(notice.about))


def _kind(notice: Notice) -> str:
    return changes.KINDS[_change(notice).kind].words


def _waits(notice: Notice) -> bool:
    return changes.may_decide(notice.person, _change(notice))


def _lapsed(notice: Notice) -> bool:
    return _change(notice).lapsed and _reads_changes(notice)


def _reads_changes(notice: Notice) -> bool:
    return notice.person.holds(*changes.READERS)


def _has_begun(notice: Notice) -> bool:
    return (
        Holding.objects.current()
        .filter(person=notice.person, office=changes.office_of(_change(notice)))
        .exists()
    )


def _serves(notice: Notice) -> bool:
    return PrivateOffice.objects.current().filter(pk=str(notice.about)).exists()


def _gone(notice: Notice) -> bool:
    """Say whether they serve the office no more, by another naming neither."""
    naming = PrivateOffice.objects.get(pk=str(notice.about))
    return not PrivateOffice.objects.current().filter(office=naming.office, person=naming.person).exists()


def _holds_office(notice: Notice) -> bool:
    naming = PrivateOffice.objects.get(pk=str(notice.about))
    return holders_of(naming.office).filter(pk=notice.person.pk).exists()


def _page(name: str, *args: object) -> str:
    return reverse(name, urlconf="pcd.urls.staff", args=args)


def _change_page(notice: Notice) -> str:
    return _page("change", notice.about)


def _my_work(notice: Notice) -> str:
    return _page("my-work")


def _asked_lately(notice: Notice) -> bool:
    return notice.made_at > timezone.now() - timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def _no_link(notice: Notice) -> bool:
    return _asked_lately(notice) and not forgotten.may_set(notice.person)


def _sign_in(notice: Notice) -> str:
    return _page("account_login")


#: What stands below a mail that was asked for by whoever typed the address.
NOT_YOU = "If it was not you, do nothing.\n"

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
        "you sign in without a password",
        "Somebody has asked for a new password for you, but you sign in without one: with your organisation's "
        "account. If you cannot, ask the administrator.",
        _no_link,
        _sign_in,
        closing=NOT_YOU,
        urgent=True,
    ),
    Matter(
        "no_password_yet",
        "no password has been set for you yet",
        "Somebody has asked for a new password for you, but no password has been set for you yet. "
        "Ask the administrator.",
        _no_link,
        _sign_in,
        closing=NOT_YOU,
        urgent=True,
    ),
    Matter(
        "no_second_factor",
        "ask the administrator for a new password",
        "Somebody has asked for a new password for you. Until you have set up a second factor, none is set by mail. "
        "Ask the administrator.",
        _no_link,
        _sign_in,
        closing=NOT_YOU,
        urgent=True,
    ),
    Matter(
        "change_waits",
        "a change waits for a second person",
        "A change has been proposed that takes two people, and you can be the second: {kind}.",
        _waits,
        _change_page,
    ),
    Matter(
        "change_lapses_soon",
        "a change still waits for a second person",
        f"A change that you can agree to lapses within {REMINDED.days} days if nobody does: {{kind}}.",
        _waits,
        _change_page,
    ),
    Matter(
        "change_lapsed",
        "your proposal has lapsed",
        "Nobody agreed in time to the change that you proposed, so it has lapsed. You can propose it anew: {kind}.",
        _lapsed,
        _change_page,
    ),
    Matter(
        "change_agreed",
        "your proposal has been agreed to",
        "A second person has agreed to the change that you proposed: {kind}.",
        _reads_changes,
        _change_page,
    ),
    Matter(
        "change_turned_down",
        "your proposal has been turned down",
        "A second person has turned down the change that you proposed: {kind}.",
        _reads_changes,
        _change_page,
    ),
    Matter(
        "office_begins",
        "you hold an office or sign for one",
        "You hold an office from now on, or sign for one.",
        _has_begun,
        _my_work,
    ),
    Matter(
        "private_office_begins",
        "you are in a private office",
        "You have been named for the private office of somebody who signs, and read what is with them.",
        _serves,
        _my_work,
    ),
    Matter(
        "private_office_ends",
        "you are in a private office no more",
        "You read for a private office no more.",
        _gone,
        _my_work,
    ),
    Matter(
        "private_office_named",
        "somebody is in your private office",
        "Somebody has been named for the private office of an office that you hold.",
        lambda notice: _serves(notice) and _holds_office(notice),
        lambda notice: _page("private-office"),
    ),
    Matter(
        "private_office_left",
        "somebody is in your private office no more",
        "Somebody reads for the private office of an office that you hold no more.",
        lambda notice: _gone(notice) and _holds_office(notice),
        lambda notice: _page("private-office"),
    ),
)
MATTER = {row.key: row for row in MATTERS}


def tell_once(asks: str, people: Iterable[User], *, about: UUID, not_before: datetime | None = None) -> int:
    """Queue a notice about the same to each of these people, to nobody twice; returns how many are new."""
    rows = [{**_told(asks, person), "about": about} for person in people]
    for row in rows if not_before else ():
        row["due_at"] = Greatest(row["due_at"], not_before)
    return queue_once(about, rows)


def _told(asks: str, person: User) -> dict[str, Any]:
    return {"person": person, "asks": asks, "due_at": goes_at(person, urgent=MATTER[asks].urgent)}


@receiver(forgotten.asked)
def tell_of_password(person: User, **about: Any) -> None:
    """Send the link, or say why there is none."""
    Notice.objects.create(**_told(forgotten.instead(person) or "new_password", person))


@receiver(changes.happened)
def tell_of_change(change: Change, verb: str, **about: Any) -> None:
    """Tell who may agree that a change waits, then who proposed it what became of it, and whose office begins by it."""
    if verb == "proposed":
        tell_of_waiting(change)
    elif verb in ("agreed_to", "turned_down"):
        asks = "change_agreed" if change.agrees else "change_turned_down"
        tell_once(asks, [change.proposed_by], about=change.pk)
        if change.agrees and changes.from_then(change) <= timezone.now():
            tell_of_office(change)


def tell_of_waiting(change: Change) -> int:
    """Tell whoever may agree to a change now, also who came to it since; and again shortly before it lapses."""
    seconds = changes.seconds(change)
    new = tell_once("change_waits", seconds, about=change.pk)
    if change.lapses_at - timezone.now() > REMINDED:
        return new
    return new + tell_once("change_lapses_soon", seconds, about=change.pk)


def tell_of_lapse(change: Change) -> int:
    """Tell who proposed a change that nobody agreed to it in time; returns how many are new."""
    return tell_once("change_lapsed", [change.proposed_by], about=change.pk)


def lapsed() -> QuerySet[Change]:
    """Return the changes that have lapsed, and of which nobody was told yet."""
    rows = Change.objects.lapsed().exclude(pk__in=_told_of("change_lapsed"))
    return rows.select_related("proposed_by")


def tell_of_office(change: Change) -> int:
    """Tell a person that an office or a delegation of theirs has begun by a change; returns how many are new.

    What begins by the app's clock may be to come by the database's, which says who holds what: the mail waits for it.
    """
    if not (change.person and changes.KINDS[change.kind].gives_office):
        return 0
    rows = Holding.objects.filter(person=change.person, office=changes.office_of(change))
    held = rows.filter(since__lte=timezone.now()).last()
    begins = held.since if held else None
    return tell_once("office_begins", [change.person], about=change.pk, not_before=begins)


def begun(today: date) -> QuerySet[Change]:
    """Return the changes agreed to beforehand whose first day has come, and of which nobody was told yet."""
    first, last = (today - LATE).isoformat(), today.isoformat()
    kinds = [kind.key for kind in changes.KINDS.values() if kind.gives_office]
    agreed = Change.objects.filter(
        agrees=True, kind__in=kinds, values__since__gte=first, values__since__lte=last
    )
    return agreed.exclude(pk__in=_told_of("office_begins")).select_related("person")


def tell_of_naming(row: PrivateOffice) -> int:
    """Tell who is named for a private office, and who holds the office; returns how many are new."""
    told = tell_once("private_office_begins", [row.person], about=row.pk)
    return told + tell_once("private_office_named", holders_of(row.office), about=row.pk)


def tell_of_end(row: PrivateOffice) -> int:
    """Tell the same people that it has ended; returns how many are new."""
    told = tell_once("private_office_ends", [row.person], about=row.pk)
    return told + tell_once("private_office_left", holders_of(row.office), about=row.pk)


def ended() -> QuerySet[PrivateOffice]:
    """Return the namings whose last day has passed, and of which nobody was told yet."""
    rows = PrivateOffice.objects.filter(until__lte=Now(), until__gt=Now() - LATE)
    return rows.exclude(pk__in=_told_of("private_office_ends")).select_related("person", "office")


def _told_of(asks: str) -> QuerySet[Notice, Any]:
    return Notice.objects.filter(asks=asks, about__isnull=False).values_list("about")
