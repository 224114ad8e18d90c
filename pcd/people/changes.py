"""Changes that two people make: an administrator proposes, somebody else agrees, and only then they take effect.

What only takes away (ending a holding, deactivating somebody) needs one person. The database refuses a change whose
two people are one, or that is about one of them, whoever writes it (`migrations/0006_changes.sql`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.dispatch import Signal
from django.utils import timezone

from pcd import trail
from pcd.people import offices
from pcd.people.models import Change, Office, Role, User, holders
from pcd.people.offices import NotSound

#: Who reads people, offices and reference data; who agrees to a change. An administrator alone makes one.
READERS = (Role.ADMINISTRATOR, Role.GOVERNANCE, Role.AUDITOR)
DECIDERS = (Role.ADMINISTRATOR, Role.GOVERNANCE)

Facts = list[tuple[str, str]]
CHANGED_SINCE = "What this rests on has changed since it was proposed. Turn it down and propose it anew."

TOO_LATE = (
    "You cannot decide this any more: it has lapsed, or who proposed it or you left an office just now."
)


class NotYours(Exception):
    """This person has no say in this change, or it has been decided or has lapsed."""


@dataclass(frozen=True)
class Kind:
    """What may be changed by two people: how it is said, and what happens when the second agrees.

    `carry_out` raises NotSound with every reason why the change cannot be; it runs within the caller's transaction.
    """

    key: str
    title: Callable[[Change], str]
    facts: Callable[[Change], Facts]
    carry_out: Callable[[Change], None]
    #: The scope of the trail in which it is told.
    scope: str
    #: What kind of change it is, in words that name nobody: they stand in mails.
    words: str
    #: The person whom it is about holds an office by it, or signs for one.
    gives_office: bool = False


KINDS: dict[str, Kind] = {}

#: A change was proposed or decided: `change=`, `verb=` (as on the trail); sent within the transaction that did it,
#: when what was agreed to has taken effect.
happened = Signal()


def register(*kinds: Kind) -> None:
    """Add kinds of change to the table."""
    KINDS.update({kind.key: kind for kind in kinds})


def title(change: Change) -> str:
    """Return what a change is, in words."""
    return KINDS[change.kind].title(change)


def facts(change: Change) -> Facts:
    """Return what a change says, as labels and texts; while it waits to give an office, also who reads whose mail."""
    kind = KINDS[change.kind]
    asks = change.decided_by_id is None and kind.gives_office
    return [*kind.facts(change), *(_address(change.person) if asks and change.person else [])]


def _address(person: User) -> Facts:
    """Return by which address a person is known, and who changed it last: whoever reads its mail may get in as them."""
    now: Facts = [("Email address", person.email or "None")]
    changed = (
        trail.entries("person", person.pk).filter(verb="changed", detail__what__contains=["email"]).last()
    )
    if changed is None:
        return now
    day, before = timezone.localdate(changed.at), changed.detail.get("email_before") or "none"
    return [
        *now,
        ("Email address last changed", f"{said(written(day))} by {changed.actor}. Before: {before}"),
    ]


@transaction.atomic
def propose(kind: str, about: object, *, by: User, person: User | None = None, **values: Any) -> Change:
    """Propose a change; raises NotSound with every reason why nobody could agree to it."""
    if person == by:
        raise NotSound("Nobody proposes anything for themselves. Another administrator does.")
    change = Change(kind=kind, about=str(about), person=person, values=values, proposed_by=by)
    same = Change.objects.waiting().filter(kind=kind, about=change.about, person=person, values=values)
    if same.exists():
        raise NotSound("The same change is proposed already and waits for a second person.")
    _tried(change)
    change.save(force_insert=True)
    _note(change, "proposed", by)
    happened.send(sender=Change, change=change, verb="proposed")
    return change


@transaction.atomic
def decide(change: Change, *, by: User, agrees: bool, reason: str = "") -> None:
    """Agree to a change, which takes effect with it, or turn it down; raises NotYours, or NotSound with the reasons."""
    change = Change.objects.select_for_update().get(pk=change.pk)
    if not may_decide(by, change):
        raise NotYours
    if agrees and not change.proposed_by.holds(Role.ADMINISTRATOR):
        raise NotSound(f"{change.proposed_by}, who proposed it, is no administrator any more. Turn it down.")
    verb = "agreed_to" if agrees else "turned_down"
    _decided(change, by, verb, reason="" if agrees else reason)
    if agrees:
        _carried_out(change)
    happened.send(sender=Change, change=change, verb=verb)


@transaction.atomic
def withdraw(change: Change, *, by: User) -> None:
    """Take back what one has proposed oneself; raises NotYours."""
    change = Change.objects.select_for_update().get(pk=change.pk)
    if not may_withdraw(by, change):
        raise NotYours
    _decided(change, by, "withdrawn", reason="Withdrawn by who proposed it.")
    happened.send(sender=Change, change=change, verb="withdrawn")


def _decided(change: Change, by: User, verb: str, *, reason: str) -> None:
    change.decided_by, change.decided_at, change.agrees = by, timezone.now(), verb == "agreed_to"
    change.reason = reason
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError as refusal:  # by the database's clock, or by what somebody did just now
        raise NotSound(TOO_LATE) from refusal
    _note(change, verb, by)


def may_decide(person: User, change: Change) -> bool:
    """Say whether this person is the second pair of eyes for a change that waits."""
    waits = change.decided_by_id is None and not change.lapsed
    return waits and seconds(change).filter(pk=person.pk).exists()


def seconds(change: Change) -> QuerySet[User]:
    """Return who may decide a change while it waits: neither who proposed it nor whom it is about."""
    parties = [pk for pk in (change.proposed_by_id, change.person_id) if pk]
    return holders(*DECIDERS).exclude(pk__in=parties)


def may_withdraw(person: User, change: Change) -> bool:
    """Say whether this person may take the change back: it waits, and it is their own proposal."""
    return change.decided_by_id is None and change.proposed_by_id == person.pk


def waiting_for(person: User) -> list[Change]:
    """Return the changes that wait for this person, the oldest first."""
    if not person.holds(*DECIDERS):
        return []
    waiting = Change.objects.waiting().exclude(proposed_by=person).select_related("proposed_by", "person")
    return [change for change in waiting if change.person_id != person.pk]


def open_ones(**which: Any) -> dict[str, list[tuple[Change, str]]]:
    """Return the changes that match and that nobody decided, each with its words, as a page lists them."""
    rows = Change.objects.filter(**which).select_related("proposed_by", "person")
    lists = {"waiting": rows.waiting(), "lapsed": rows.lapsed()}
    return {name: [(change, title(change)) for change in found] for name, found in lists.items()}


def _carried_out(change: Change) -> None:
    try:
        with transaction.atomic():
            KINDS[change.kind].carry_out(change)
    except IntegrityError as refusal:
        raise NotSound(CHANGED_SINCE) from refusal


def _tried(change: Change) -> None:
    """Carry a change out and undo it: the database's own rules are among the reasons why it cannot be."""
    with transaction.atomic():
        _carried_out(change)
        transaction.set_rollback(True)


def _note(change: Change, verb: str, by: User) -> None:
    about = {"kind": change.kind, "change": str(change.pk)}
    whom = {"person": change.person.full_name} if change.person else {"says": title(change)}
    trail.write(KINDS[change.kind].scope, change.about, verb, by=by, **about, **whom)
    if change.person and KINDS[change.kind].scope == "office":
        office = Office.objects.get(pk=change.about).title
        trail.write("person", change.person.pk, verb, by=by, **about, office=office)


# Values that JSON does not have, and back


def written(day: date | None) -> str:
    """Return a day as it stands in a change's values."""
    return day.isoformat() if day else ""


def begin_of(day: str) -> datetime:
    """Return the moment at which a day of a change's values begins."""
    return timezone.make_aware(datetime.combine(date.fromisoformat(day), time.min))


def from_then(change: Change) -> datetime:
    """Return from when a change holds: its day, or now where that has come."""
    day = change.values.get("since")
    return max(begin_of(day), timezone.now()) if day else timezone.now()


def until_then(change: Change) -> datetime | None:
    """Return the end of the last day of a change's values, or None."""
    last = change.values.get("last_day")
    return begin_of(last) + timedelta(days=1) if last else None


def said(day: str) -> str:
    """Return a day of a change's values in words."""
    when = date.fromisoformat(day)
    return f"{when.day} {when:%B %Y}"


def period(change: Change) -> Facts:
    """Return from when and until when a change holds."""
    since, last = change.values.get("since"), change.values.get("last_day")
    return [
        ("From", said(since) if since else "When the second person agrees"),
        ("Last day", said(last) if last else "No end"),
    ]


def office_of(change: Change) -> Office:
    """Return the office that a change is about."""
    return Office.objects.get(pk=change.about)


def yes(answer: object) -> str:
    """Return yes or no."""
    return "Yes" if answer else "No"


# An appointment, the one kind that needs no word of the form


def _appoint(change: Change) -> None:
    # Locked, so that no two changes put the same person into it.
    office, person = Office.objects.select_for_update().get(pk=change.about), change.person
    if person is None:
        raise NotSound("An appointment is of a person.")
    since, until = from_then(change), until_then(change)
    if reasons := offices.why_not_appointed(office, person, since=since, until=until):
        raise NotSound(*reasons)
    offices.appoint(
        office,
        person,
        by=change.decided_by or change.proposed_by,
        acting=change.values["acting"],
        reads_part2=change.values["reads_part2"],
        since=since,
        until=until,
    )


def _facts(change: Change) -> Facts:
    office = office_of(change)
    reads: Facts = (
        [("Reads Part 2 for the leak check", yes(change.values["reads_part2"]))]
        if office.role == Role.GOVERNANCE
        else []
    )
    capacity = "Acting" if change.values["acting"] else "In office"
    return [
        ("Office", office.title),
        ("Person", str(change.person)),
        ("Capacity", capacity),
        *period(change),
        *reads,
    ]


register(
    Kind(
        "appointment",
        lambda row: f"{row.person} as {office_of(row)}",
        _facts,
        _appoint,
        scope="office",
        words="an appointment to an office",
        gives_office=True,
    )
)
