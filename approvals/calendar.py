"""The calendar: what becomes public when, and what falls due, of the papers that one may read.

A day may be told, also outside this site, with a paper's reference; its title and its text stay here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from approvals import due, joint
from approvals.clearing import cleared
from approvals.models import Deferral
from approvals.reminders import DAYS_BEFORE
from approvals.still import WITHHELD
from approvals.work import days_late
from decisions import policy, working_days
from decisions.models import Access, Part2Paper, State, Version
from pcd.people.models import User

#: Of a paper that was never submitted.
NO_NUMBER = "No number yet"
#: What a line of a calendar file may hold (RFC 5545, 3.1).
LONGEST_LINE = 75


@dataclass(frozen=True)
class Entry:
    """One thing of one day; `key` tells it apart for ever, so that a calendar that is fetched again doubles nothing."""

    day: date
    version: Version
    what: str
    key: str
    #: It waits until it is done, so that it is late once its day has passed.
    waits: bool = True

    @property
    def reference(self) -> str:
        """Return the paper's reference, or that it has none yet."""
        return self.version.decision.reference or NO_NUMBER

    @property
    def late(self) -> str:
        """Return in words by how much this is late; empty where it is not."""
        return days_late(self.day, timezone.localdate()) if self.waits else ""


def entries(person: User) -> list[Entry]:
    """Return what is to come and what is late, by day, of the papers whose Part 1 this person may read."""
    readable, today = policy.papers(person, Access.PART1), timezone.localdate()
    found = (row for kind in KINDS for row in kind(readable))
    rows = [row for row in found if row.day >= today or row.late]
    return sorted(rows, key=lambda row: (row.day, row.reference, row.what))


def undated(person: User) -> list[Version]:
    """Return the papers that are cleared and not deferred: they become public once somebody publishes them."""
    rows = _decided(policy.papers(person, Access.PART1)).filter(clearances__isnull=False, until=None)
    rows = rows.order_by("decision__series", "decision__number").distinct()
    return [row for row in rows if cleared(row)]


def _decided(readable: QuerySet[Any]) -> QuerySet[Any]:
    last = Deferral.objects.filter(version=OuterRef("pk")).order_by("-at").values("until")[:1]
    return (
        Version.objects.filter(state=State.DECIDED, decision__in=readable)
        .select_related("decision__series")
        .annotate(until=Subquery(last))
        .prefetch_related("clearances", "joint_deciders")
    )


def _public(readable: QuerySet[Any]) -> Iterator[Entry]:
    today = timezone.localdate()
    for row in _decided(readable).filter(until__isnull=False):
        yield Entry(row.until, row, _once(row), f"public-{row.pk}")
        for before in DAYS_BEFORE:
            on = row.until - timedelta(days=before)
            if on >= today:
                yield Entry(
                    on, row, "Is the deferral still needed?", f"deferral-{before}-{row.pk}", waits=False
                )


def _once(row: Version) -> str:
    """Say what has to happen before a deferred paper is public on its day; who else decides it is not named outside."""
    if cleared(row):
        return "Becomes public"
    others = "all have agreed and " if row.joint_deciders.all() and joint.undecided(row) else ""
    return f"Becomes public once {others}it is cleared: the deferral ends"


def _advice(readable: QuerySet[Any]) -> Iterator[Entry]:
    holidays, today = working_days.bank_holidays(), timezone.localdate()
    for row in due.open_requests().filter(version__decision__in=readable):
        on = due.due(row, row.version.questions.all(), holidays, today)
        if on:
            stopped = due.stands_still(row, row.version.questions.all())
            what = f"{row.get_area_display()}: advice is due"
            yield Entry(on, row.version, what, f"advice-{row.pk}", waits=not stopped)


def _exemptions(readable: QuerySet[Any]) -> Iterator[Entry]:
    """The days of the public notice of Part 2, of what is signed: a draft's may still change."""
    papers = Part2Paper.objects.filter(version__decision__in=readable, version__state__in=WITHHELD)
    for row in papers.select_related("version__decision__series"):
        if row.review_on:
            yield Entry(row.review_on, row.version, "The exemption of Part 2 is reviewed", f"review-{row.pk}")
        if row.ceases_on:
            yield Entry(
                row.ceases_on, row.version, "Part 2 ceases to be exempt: a person decides", f"ceases-{row.pk}"
            )


KINDS: tuple[Callable[[QuerySet[Any]], Iterator[Entry]], ...] = (_public, _advice, _exemptions)


def months(rows: Iterable[Entry]) -> list[tuple[date, list[Entry]]]:
    """Return entries by month, each month by its first day."""
    return [(first, list(same)) for first, same in groupby(rows, key=lambda row: row.day.replace(day=1))]


def table(rows: Iterable[Entry]) -> Iterator[list[str]]:
    """Yield entries as a table, its headings first."""
    yield ["Day", "Reference", "What", "Late"]
    for row in rows:
        yield [row.day.isoformat(), row.reference, row.what, row.late]


def as_ics(rows: Iterable[Entry], made_at: datetime) -> bytes:
    """Return entries as a calendar file (RFC 5545): whole days, references and what it is, nothing else."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//PCD//decision register//EN"]
    for row in rows:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{row.key}@pcd",
            f"DTSTAMP:{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{row.day:%Y%m%d}",
            f"SUMMARY:{_escaped(f'{row.reference}: {row.what}')}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def _escaped(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text


def _folded(line: str) -> str:
    """Break a line that is too long; what we write is ASCII, so that letters are bytes."""
    size = LONGEST_LINE - 1
    return "\r\n ".join(line[at : at + size] for at in range(0, len(line), size))
