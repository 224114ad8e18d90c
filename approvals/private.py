"""The private office of an office that signs: it reads what is with the office, prepares, and never acts (design.md 2).

Its access is worked out anew (`settle`) whenever a paper moves, whenever a naming begins or ends, and by the clock.
Notes between an office and its private office are sealed under keys of their own and never published.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver

from approvals.matters import tell_of_end, tell_of_naming
from approvals.models import BriefingNote, BriefingNoteKey
from approvals.signing import TURN, holding_for, office_of
from approvals.whereabouts import placed
from decisions import policy
from decisions.deciders import looked_up
from decisions.models import Access, Grant, Version
from decisions.snapshot import once_shown
from pcd import trail, vault
from pcd.people import offices
from pcd.people.models import Holding, Office, PrivateOffice, User

#: Why they read; no act of the route asks for a grant of this kind, and nobody comments by it (`policy.TAKES_PART`).
SOURCE = "private_office"


def serving(version: Version) -> list[PrivateOffice]:
    """Return who serves the office that a paper is with now; nobody where it is with no office that signs."""
    if version.state not in TURN:
        return []
    asked = office_of(version)
    rows = PrivateOffice.objects.current().filter(office__role=TURN[version.state])
    # Whoever takes no part because of an interest has nobody read for them either.
    rows = rows.exclude(named_by__in=version.recusals.values("person"))
    return [row for row in rows.select_related("office", "person") if row.office.fits(asked)]


def settle(version: Version, *, by: User | None) -> int:
    """Let in the private office of the office that a paper is with, and nobody else by it; returns how many grants."""
    decision = version.decision
    wanted: dict[tuple[UUID, str, str], PrivateOffice] = {
        (row.person_id, access, f"Private office of the {row.office.title}"): row
        for row in serving(version)
        for access in (Access.PART1, *([Access.PART2] if row.reads_part2 else []))
    }
    live = Grant.objects.live().filter(decision=decision, source=SOURCE)
    inside = set(live.values_list("person", "access", "reason"))
    for person, access, reason in inside - set(wanted):
        policy.end_grants(decision, person=person, access=access, reason=reason, source=SOURCE, by=by)
    new = [key for key in wanted if key not in inside]
    for key in new:
        row, (_, access, reason) = wanted[key], key
        policy.grant(
            decision, [row.person], Access(access), reason=reason, source=SOURCE, by=by, until=row.until
        )
    return len(new)


@transaction.atomic
def name(office: Office, person: User, *, by: User, until: datetime, reads_part2: bool) -> PrivateOffice:
    """Name somebody for an office and let them in at once; raises NotSound (`pcd/people/offices.py`)."""
    row = offices.name_private_office(office, person, by=by, until=until, reads_part2=reads_part2)
    _settle_all(office, by=by)
    tell_of_naming(row)
    return row


@receiver(offices.private_office_ended)
def close(row: PrivateOffice, by: User | None, **about: Any) -> None:
    """End what somebody read for an office with their naming, at once, whatever ended it."""
    _settle_all(row.office, by=by)
    tell_of_end(row)


def _settle_all(office: Office, *, by: User | None) -> None:
    for version in Version.objects.filter(state__in=TURN).select_related("decision", "head_of_service"):
        if office.fits(office_of(version)):
            settle(version, by=by)


@dataclass(frozen=True)
class Desk:
    """An office that somebody serves, and the papers that are with it, each with `since`."""

    office: Office
    papers: list[Any]


def desks(person: User) -> list[Desk]:
    """Return what is with each office that this person serves, the oldest first."""
    mine = list(PrivateOffice.objects.current().filter(person=person).select_related("office"))
    if not mine:
        return []
    readable = placed(
        Version.objects.filter(state__in=TURN, decision__in=policy.papers(person, Access.PART1))
    )
    papers = looked_up(readable.order_by("since"))
    served = dict.fromkeys(row.office for row in mine)
    return [Desk(one, [row for row in papers if one.fits(office_of(row))]) for one in served]


# Briefing notes


@dataclass(frozen=True, repr=False)
class Note:
    """A note as its readers see it."""

    by: str
    at: datetime
    office: str
    text: str


@once_shown
def _no_part(version: Version, person: User) -> bool:
    """Say whether this person takes no part because of an interest, or was named by somebody who takes none."""
    recused = version.recusals.values("person")
    served = PrivateOffice.objects.current().filter(person=person, named_by__in=recused)
    return version.recusals.filter(person=person).exists() or served.exists()


@once_shown
def writes_for(version: Version, person: User) -> Office | None:
    """Return for which office this person may write a note on a paper now: its holder's turn, or its private office."""
    if _no_part(version, person):
        return None
    held = holding_for(version, person)
    if held is not None:
        return held.office
    return next((row.office for row in serving(version) if row.person_id == person.pk), None)


@transaction.atomic
def write(version: Version, text: str, *, by: User) -> BriefingNote:
    """Seal a note for the office that the paper is with; raises ValueError where this person writes none for it."""
    office = writes_for(version, by)
    if office is None:
        raise ValueError("this person neither holds nor serves the office that the paper is with")
    knows = policy.may(by, Access.PART2, version.decision)
    note = BriefingNote(version=version, office=office, by=by, holds_part2=knows)
    key, wrapped = vault.new_key(row=_row(note))
    note.sealed = vault.seal(key, text.encode(), row=_row(note))
    note.save(force_insert=True)
    BriefingNoteKey.objects.create(note=note, wrapped=wrapped.wrapped, wrapped_by=wrapped.wrapped_by)
    trail.write("decision", version.decision_id, "briefed", by=by, office=office.title)
    return note


def notes(version: Version, person: User) -> list[BriefingNote]:
    """Return the notes that this reader of the paper may open: of offices they hold, or act for or serve now.

    None on a paper in which they take no part because of an interest: they are for who decides instead.
    """
    if _no_part(version, person):
        return []
    own = Holding.objects.current().own().filter(person=person).values("office")
    now = writes_for(version, person)
    rows = BriefingNote.objects.filter(Q(office__in=own) | Q(office=now), version=version).select_related(
        "key", "by", "office"
    )
    return list(
        rows if policy.may(person, Access.PART2, version.decision) else rows.exclude(holds_part2=True)
    )


def beside(version: Version, person: User) -> dict[str, Any]:
    """Return what a paper's page shows of notes to this reader: them, for whom they may write one, what they open."""
    rows = notes(version, person)
    return {
        "briefing": [Note(row.by.full_name, row.at, row.office.title, _words(row)) for row in rows],
        "writes_for": writes_for(version, person),
        "notes_open_part2": any(row.holds_part2 for row in rows),
    }


def _words(note: BriefingNote) -> str:
    try:
        key = vault.open_key(note.key, row=_row(note))
    except vault.VaultClosed:
        return "The key of this note is missing. Tell the administrator."
    return vault.unseal(key, bytes(note.sealed), row=_row(note)).decode()


def _row(note: BriefingNote) -> str:
    return f"briefing:{note.pk}"
