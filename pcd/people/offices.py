"""Changes of offices, absences and delegations: each in the trail, and the rules that keep them sound (design.md 2).

The database refuses what breaks a rule whoever writes it (`approvals/migrations/0010_offices.sql`); here the reasons
are said in plain sentences, all at once.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Greatest, Now
from django.dispatch import Signal
from django.utils import timezone

from pcd import trail
from pcd.people.models import Absence, Holding, Office, PrivateOffice, Role, User, holders_of

#: Offices that sign on the route: nobody else's work is delegated.
SIGNING = (Role.HEAD_OF_SERVICE, Role.CHIEF_EXECUTIVE, Role.DECISION_MAKER)


#: Somebody serves an office (`row=`) no more; `by=` is None for the clock and single sign-on.
private_office_ended = Signal()


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


def why_not_appointed(office: Office, person: User, *, since: datetime, until: datetime | None) -> list[str]:
    """Return why this person may not hold this office in this period; empty where they may."""
    if until is not None and until <= since:
        return ["The last day must not be before the first."]
    reasons = [] if person.is_active else [f"{person} is deactivated."]
    period = Q(until=None) | Q(until__gt=since), Q(since__lt=until) if until else Q()
    for held in Holding.objects.filter(*period, office=office, person=person)[:1]:
        does = "signs for" if held.delegated else "holds"
        reasons.append(f"{person} {does} the office {office.title} in this period already. End that first.")
    # Whoever signs for this office signs for all its holders, so nobody for whom this person signs.
    for delegation in Holding.objects.filter(*period, office=office, capacity=Holding.Capacity.DELEGATE):
        if _reaches(delegation.person, person, since, until):
            reasons.append(
                f"{person} signs for {delegation.person}, directly or through others, who signs for the office "
                f"{office.title}. Nobody can sign for each other."
            )
    return reasons


def why_not_ended(*ended: Holding) -> list[str]:
    """Return why these holdings may not end: somebody has to stay who can appoint others."""
    if not any(held.office.role == Role.ADMINISTRATOR and not held.delegated for held in ended):
        return []
    held = Holding.objects.current().own().filter(office__role=Role.ADMINISTRATOR)
    list(held.select_for_update(of=("self",)))  # no two administrators leave at once
    left = held.exclude(pk__in=[row.pk for row in ended])  # asked anew: another may have left just now
    return [] if left.exists() else ["This is the last administrator. Appoint another one first."]


@transaction.atomic
def end(held: Holding, *, by: User | None) -> None:
    """End a holding or a delegation now; access that came with it ends with it.

    One that is to come ends as it begins. Raises NotSound where nobody would be left to look after people.
    """
    if by is not None and (reasons := why_not_ended(held)):
        raise NotSound(*reasons)
    ended = "delegation_ended" if held.delegated else "left"
    now = Greatest(Now(), F("since") + timedelta(microseconds=1))
    if Holding.objects.filter(pk=held.pk).exclude(until__lte=Now()).update(until=now):
        _note(held.office, ended, held, by)
        if held.office not in names_for(held.person):
            end_namings(by=by, office=held.office, named_by=held.person)


def names_for(person: User) -> list[Office]:
    """Return the signing offices that this person holds in their own right now: they name their private offices."""
    held = Holding.objects.current().own().filter(person=person, office__role__in=SIGNING)
    return list(Office.objects.filter(pk__in=held.values("office")))


def why_not_named(office: Office, person: User, *, by: User, until: datetime) -> list[str]:
    """Return why this person may not be named for the private office; empty where they may."""
    reasons = []
    if office not in names_for(by):
        reasons.append(f"Only who holds the office {office.title} names its private office.")
    if until <= timezone.now():
        reasons.append("The last day must be today or later.")
    if not person.is_active:
        reasons.append(f"{person} is deactivated.")
    if holders_of(office).filter(pk=person.pk).exists():
        reasons.append(f"{person} holds the office {office.title}.")
    if PrivateOffice.objects.current().filter(office=office, person=person).exists():
        reasons.append(f"{person} is in this private office already. End that first.")
    return reasons


@transaction.atomic
def name_private_office(
    office: Office, person: User, *, by: User, until: datetime, reads_part2: bool = False
) -> PrivateOffice:
    """Name somebody to prepare and read for an office from now on; raises NotSound with every reason why not."""
    if reasons := why_not_named(office, person, by=by, until=until):
        raise NotSound(*reasons)
    row = PrivateOffice.objects.create(
        office=office, person=person, reads_part2=reads_part2, until=until, named_by=by
    )
    _note_private("private_office_named", row, by)
    return row


@transaction.atomic
def end_private_office(row: PrivateOffice, *, by: User) -> bool:
    """End a naming now; False where it has ended. Raises NotSound unless `by` holds the office in their own right."""
    if row.office not in names_for(by):
        raise NotSound(f"Only who holds the office {row.office.title} ends this.")
    return bool(end_namings(by=by, pk=row.pk))


@transaction.atomic
def end_namings(*, by: User | None, **which: object) -> int:
    """End the namings that match, now, and say so in the trail; returns how many."""
    rows = PrivateOffice.objects.filter(**which, until__gt=Now()).select_related("office", "person")
    ended = list(rows.select_for_update(of=("self",)))
    for row in ended:
        PrivateOffice.objects.filter(pk=row.pk).update(until=Now())
        _note_private("private_office_ended", row, by)
        private_office_ended.send(sender=PrivateOffice, row=row, by=by)
    return len(ended)


@transaction.atomic
def record_absence(person: User, *, until: datetime, by: User, since: datetime | None = None) -> Absence:
    """Record that somebody is away until then; their turns go to whoever signs for their offices."""
    away = Absence(person=person, until=until, recorded_by=by)
    if since is not None:
        away.since = since
    away.save(force_insert=True)
    trail.write("person", person.pk, "away", by=by, until=away.last_day.isoformat())
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


def _reaches(delegate: User, person: User, since: datetime, until: datetime | None) -> bool:
    """Say whether a delegate is this person, or is signed for, directly or through others, by this person."""
    period = Q(until=None) | Q(until__gt=since), Q(since__lt=until) if until else Q()
    held = Holding.objects.filter(*period)
    reached: set[UUID] = set()
    found = {delegate.pk}
    while found - reached:
        reached |= found
        own = held.own().filter(person__in=reached).values("office")
        found = set(
            held.filter(office__in=own, capacity=Holding.Capacity.DELEGATE).values_list("person", flat=True)
        )
    return person.pk in reached


def _note(office: Office, verb: str, held: Holding, by: User | None) -> None:
    trail.write(
        "office",
        office.pk,
        verb,
        by=by,
        person=held.person.full_name,
        capacity=held.capacity,
        until=held.last_day.isoformat() if held.last_day else "",
    )


def _note_private(verb: str, row: PrivateOffice, by: User | None) -> None:
    trail.write(
        "office",
        row.office_id,
        verb,
        by=by,
        person=row.person.full_name,
        reads_part2=row.reads_part2,
        until=row.last_day.isoformat(),
    )
