"""Dates that are probably mistyped: too far away, in the past, or out of order (form.md 7)."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils import timezone

from decisions.checks import Check, Found
from decisions.models import Part2Paper, Version
from decisions.models.paper import Answer

YEAR = timedelta(days=366)
#: How long an exemption runs at most before somebody should look whether a year was mistyped.
LONGEST_EXEMPTION = 10 * YEAR


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def deferral(version: Version) -> Iterator[Found]:
    """A deferral of more than a year: 414 days were once a mistyped year."""
    until = version.deferred_until
    if version.deferred == Answer.YES and until and until - timezone.localdate() > YEAR:
        days = (until - timezone.localdate()).days
        yield Found(
            f"Publication is deferred until {_day(until)}, {days} days from now. Is the year right?",
            "deferral",
            "id_deferred_until_day",
        )


def effective(version: Version) -> Iterator[Found]:
    """An effective date that is more than a year away, or past although the paper is not retrospective."""
    day = version.effective_on
    if day is None:
        return
    if abs(day - timezone.localdate()) > YEAR:
        yield Found(
            f"The decision takes effect on {_day(day)}, more than a year from today. Is the year right?",
            "timing",
        )
    elif day < timezone.localdate() and not version.retrospective_reason:
        yield Found(
            f"The decision takes effect on {_day(day)}, before it is taken, and no reason is given for that.",
            "timing",
        )


def exemptions(version: Version) -> Iterator[Found]:
    """The end and the review of an exemption: past, very far away, or in the wrong order."""
    today = timezone.localdate()
    for paper in version.part2_papers.all():
        part = f"part2-notice:{paper.pk}"
        ends, review = paper.ceases_on, paper.review_on
        if ends and ends <= today:
            yield Found(f"Part 2 ceases to be exempt on {_day(ends)}, which is past.", part)
        # an event, such as a death, may well be expected long after
        dated = paper.ceases == Part2Paper.Cessation.DATE
        if ends and dated and ends - today > LONGEST_EXEMPTION:
            yield Found(f"Part 2 ceases to be exempt on {_day(ends)}. Is the year right?", part)
        if review and review <= today:
            yield Found(f"Part 2 is to be reviewed on {_day(review)}, which is past.", part)
        if ends and review and review > ends:
            yield Found("Part 2 is to be reviewed after it has ceased to be exempt.", part)


CHECKS = (
    Check(
        "deferral_far",
        "a deferral of more than a year",
        "warning",
        "The form: deferral periods should be kept to the shortest length strictly necessary",
        deferral,
    ),
    Check(
        "effective",
        "the date on which the decision takes effect",
        "warning",
        "The form: a decision that is taken afterwards says why",
        effective,
    ),
    Check(
        "exemption_dates",
        "the end and the review of an exemption",
        "warning",
        "The form: each exemption has an end, and a review before it",
        exemptions,
    ),
)
