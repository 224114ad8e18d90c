"""The exceptions report: where the route did not run as usual, by reference alone and with no word of a paper.

To report another exception, add a row to EXCEPTIONS; page and CSV follow.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db.models import Count, F, Min, OuterRef, QuerySet, Subquery
from django.utils import timezone

from approvals.models import Clearance, Deferral, HandOver, Override, Round
from decisions import snapshot
from decisions.models import Attachment, MovedWords, Publication, Version
from decisions.wording import counted, day
from pcd.people.models import Role

#: The paper's row, with what its reference is made of.
PAPER = "version__decision__series"


@dataclass(frozen=True)
class Period:
    """From which day to which, both included, in Europe/London."""

    first: date
    last: date

    def of(self, rows: QuerySet[Any], at: str = "at") -> QuerySet[Any]:
        """Return the rows whose moment `at` falls into this period, the latest first."""
        return rows.filter(**{f"{at}__date__range": (self.first, self.last)}).order_by(f"-{at}")


@dataclass(frozen=True)
class Found:
    """One exception: when, of which paper, what in safe words, and who did it."""

    at: datetime
    version: Version
    what: str
    who: str = ""

    @property
    def reference(self) -> str:
        """Return the paper's reference, all that is told of it."""
        return self.version.decision.reference or "No number yet"

    @property
    def day(self) -> date:
        """Return the day, in Europe/London."""
        return timezone.localdate(self.at)


@dataclass(frozen=True)
class Kind:
    """One kind of exception."""

    key: str
    heading: str
    rows: Callable[[Period], Iterable[Found]]


def _submitted() -> QuerySet[Any]:
    """Return the versions that were submitted, with when they were last."""
    last = Round.objects.filter(version=OuterRef("pk")).order_by("-number").values("opened_at")[:1]
    submitted = Version.objects.annotate(submitted=Subquery(last)).filter(submitted__isnull=False)
    return submitted.select_related("decision__series", "drafting_officer")


def _urgent(period: Period) -> Iterator[Found]:
    for row in period.of(_submitted().exclude(urgency_reason=""), "submitted"):
        yield Found(row.submitted, row, "Submitted as urgent", str(row.drafting_officer))


def _retrospective(period: Period) -> Iterator[Found]:
    for row in period.of(_submitted().exclude(retrospective_reason=""), "submitted"):
        yield Found(row.submitted, row, "Submitted for a decision in retrospect", str(row.drafting_officer))


def _unadvised(period: Period) -> Iterator[Found]:
    """Each round says what it was submitted without: the paper's own rows say so of the last alone."""
    for row in period.of(Round.objects.select_related(PAPER, "snapshot", "opened_by"), "opened_at"):
        for area in snapshot.read(bytes(row.snapshot.content)).get("unobtained_advice", {}):
            said = f"{Role(area).label}: submitted without advice"
            yield Found(row.opened_at, row.version, said, str(row.opened_by))


def _warnings(period: Period) -> Iterator[Found]:
    answered = _submitted().annotate(answers=Count("warning_answers", distinct=True)).filter(answers__gt=0)
    for row in period.of(answered, "submitted"):
        yield Found(row.submitted, row, counted(row.answers, "warning answered", "warnings answered"))


def _hits(period: Period) -> Iterator[Found]:
    for row in period.of(Clearance.objects.filter(hits__gt=0).select_related(PAPER, "by")):
        yield Found(row.at, row.version, f"{counted(row.hits, 'place')} found and answered", str(row.by))


def _redated(period: Period) -> Iterator[Found]:
    """A day of review is signed with the text: it was re-dated where a round says another than the round before."""
    again = period.of(Round.objects.filter(number__gt=1), "opened_at")
    reported = set(again.values_list("pk", flat=True))
    rounds = Round.objects.filter(version__in=again.order_by().values("version")).order_by(
        "version", "number"
    )
    for before, after in pairwise(rounds.select_related(PAPER, "snapshot", "opened_by")):
        days = _reviews(after)
        if after.pk in reported and any(days.get(key, on) != on for key, on in _reviews(before).items()):
            yield Found(
                after.opened_at, after.version, "An exemption's review was re-dated", str(after.opened_by)
            )


def _reviews(signed: Round) -> dict[str, Any]:
    """Return the day of review of each Part 2 paper that a round is about, by the paper's key."""
    paper = snapshot.read(bytes(signed.snapshot.content))
    return {key: notice["review_on"] for key, notice in paper.items() if key.startswith("part2:")}


def _renewed(period: Period) -> Iterator[Found]:
    renewed = Deferral.objects.filter(step=Deferral.Step.RENEW, until__isnull=False)
    for row in period.of(renewed.select_related(PAPER, "by")):
        yield Found(row.at, row.version, f"Deferred again, until {day(row.until)}", str(row.by))


def _as_they_are(period: Period) -> Iterator[Found]:
    out = Publication.objects.filter(pk=OuterRef("version")).values("published_at")
    files = Attachment.objects.filter(as_it_is=True).annotate(out=Subquery(out))
    for row in period.of(files.select_related(PAPER, "check_made__person"), "out"):
        checked = getattr(row, "check_made", None)
        yield Found(
            row.out,
            row.version,
            "A file went out as it is",
            f"Checked by {checked.person}" if checked else "",
        )


def _moved(period: Period) -> Iterator[Found]:
    for row in period.of(MovedWords.objects.select_related(PAPER, "person")):
        yield Found(row.at, row.version, f"Words replaced in {counted(row.places, 'place')}", str(row.person))


def _overridden(period: Period) -> Iterator[Found]:
    agreed = Override.objects.exclude(consented_by=None).select_related(
        "person", "consented_by", f"round__{PAPER}"
    )
    for row in period.of(agreed, "consented_at"):
        said = f"{row.person} acts as {Role(row.office).label.lower()}, agreed by {row.consented_by}"
        yield Found(row.consented_at or row.asked_at, row.round.version, said, str(row.person))


def _handed(period: Period) -> Iterator[Found]:
    late = HandOver.objects.annotate(first=Min("version__rounds__opened_at")).filter(at__gt=F("first"))
    for row in period.of(late.select_related(PAPER, "by", "to")):
        yield Found(row.at, row.version, f"Handed over to {row.to}", str(row.by))


EXCEPTIONS = (
    Kind("urgent", "Urgent decisions", _urgent),
    Kind("retrospective", "Decisions in retrospect", _retrospective),
    Kind("unadvised", "Without advice that must be had", _unadvised),
    Kind("overridden", "Acts in two parts, agreed to by a second person", _overridden),
    Kind("warnings", "Warnings of the checks, answered", _warnings),
    Kind("hits", "Words of Part 2 found in what is published, answered", _hits),
    Kind("moved", "Words moved out of Part 1", _moved),
    Kind("redated", "Reviews of exemptions, re-dated", _redated),
    Kind("renewed", "Deferrals of publication, renewed", _renewed),
    Kind("files", "Files that went out as they are", _as_they_are),
    Kind("handed", "Handed over after submission", _handed),
)


def report(period: Period) -> list[tuple[Kind, list[Found]]]:
    """Return every kind of exception with what was found of it in a period."""
    return [(kind, list(kind.rows(period))) for kind in EXCEPTIONS]


def table(found: Iterable[tuple[Kind, list[Found]]]) -> Iterator[list[str]]:
    """Yield a report as a table, its headings first."""
    yield ["Exception", "Day", "Reference", "What", "Who"]
    for kind, rows in found:
        for row in rows:
            yield [kind.heading, row.day.isoformat(), row.reference, row.what, row.who]
