"""Changes of offices, absences and delegations: each in the trail, and the rules that keep them sound (design.md 2).

The database refuses what breaks a rule whoever writes it (`approvals/migrations/0010_offices.sql`); here the reasons
are said in plain sentences, all at once.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from pcd import trail
from pcd.people.models import Absence, Holding, Office, Role, User

#: Offices that sign on the route: nobody else's work is delegated.
SIGNING = (Role.HEAD_OF_SERVICE, Role.CHIEF_EXECUTIVE, Role.DECISION_MAKER)


class NotSound(Exception):
    """A change of offices breaks a rule; `reasons` says which, in plain sentences."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


@transaction.atomic
def appoint(
    office: Office,
    person: User,
    *,
    by: User | None,
    acting: bool = False,
    reads_part2: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Holding:
    """Put somebody into an office from now (or `since`) on, in office or acting; `by` is None for the set-up."""
    capacity = Holding.Capacity.ACTING if acting else Holding.Capacity.IN_OFFICE
    held = Holding(office=office, person=person, capacity=capacity, reads_part2=reads_part2, until=until)
    if since is not None:
        held.since = since
    held.save(force_insert=True)
    _note(office, "appointed", held, by)
    return held


@transaction.atomic
def delegate(
    office: Office,
    to: User,
    *,
    by: User,
    until: datetime,
    authority: str,
    kinds: Iterable[str] = (),
    up_to: Decimal | None = None,
    only_in_absence: bool = True,
    since: datetime | None = None,
) -> Holding:
    """Let somebody sign for an office, within a scope, until an end; raises NotSound with every reason why not."""
    since = since or timezone.now()
    if reasons := why_not(office, to, since=since, until=until):
        raise NotSound(*reasons)
    held = Holding.objects.create(
        office=office,
        person=to,
        capacity=Holding.Capacity.DELEGATE,
        kinds=list(kinds),
        up_to=up_to,
        only_in_absence=only_in_absence,
        authority=authority,
        since=since,
        until=until,
    )
    _note(office, "delegated", held, by)
    return held


def why_not(office: Office, to: User, *, since: datetime, until: datetime) -> list[str]:
    """Return why this person may not sign for this office in this period; empty where they may."""
    reasons = []
    if office.role not in SIGNING:
        reasons.append(f"The {office.title} signs nothing on the route, so there is nothing to delegate.")
    if until <= since:
        reasons.append("The delegation must end after it begins.")
        return reasons
    if _holds(office, to, since, until):
        reasons.append(f"{to} holds the office {office.title} in this period.")
    elif _loops(office, to, since, until):
        reasons.append(
            f"Somebody who holds the office {office.title} signs for {to}, directly or through others. "
            "Nobody can sign for each other."
        )
    return reasons


@transaction.atomic
def end(held: Holding, *, by: User | None) -> None:
    """End a holding or a delegation now; access that came with it ends with it."""
    ended = "delegation_ended" if held.delegated else "left"
    if Holding.objects.filter(pk=held.pk).exclude(until__lte=Now()).update(until=Now()):
        _note(held.office, ended, held, by)


@transaction.atomic
def record_absence(person: User, *, until: datetime, by: User, since: datetime | None = None) -> Absence:
    """Record that somebody is away until then; their turns go to whoever signs for their offices."""
    away = Absence(person=person, until=until, recorded_by=by)
    if since is not None:
        away.since = since
    away.save(force_insert=True)
    trail.write("person", person.pk, "away", by=by, until=until.date().isoformat())
    return away


@transaction.atomic
def end_absence(person: User, *, by: User) -> bool:
    """Say that somebody is back; False where they were not away."""
    ended = Absence.objects.current().filter(person=person).update(until=Now())
    if ended:
        trail.write("person", person.pk, "back", by=by)
    return bool(ended)


def absence_of(person: User) -> Absence | None:
    """Return the absence of this person in force now that ends last, or None."""
    return Absence.objects.current().filter(person=person).order_by("until").last()


def on_behalf_of(office: Office) -> str:
    """Return for whom a delegate of this office signs, as it is printed; the database checks it against the same."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT staff.on_behalf_of(%s)", [office.pk])
        said: str = cursor.fetchone()[0]
    return said


def _holds(office: Office, person: User, since: datetime, until: datetime) -> bool:
    own = Holding.objects.own().filter(office=office, person=person, since__lt=until)
    return own.exclude(until__lte=since).exists()


def _loops(office: Office, to: User, since: datetime, until: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT staff.delegation_loops(%s, %s, %s, %s)", [office.pk, to.pk, since, until])
        return bool(cursor.fetchone()[0])


def _note(office: Office, verb: str, held: Holding, by: User | None) -> None:
    trail.write(
        "office",
        office.pk,
        verb,
        by=by,
        person=held.person.full_name,
        capacity=held.capacity,
        until=held.until.date().isoformat() if held.until else "",
    )
