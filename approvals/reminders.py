"""What comes due by its day: the end of a deferral, the review of an exemption (design.md 7).

The governance team and the drafting officer are reminded 30, 7 and 1 days before, and told once when the day has
come and it has not happened. A clock that was down tells the nearest of these alone.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from approvals.keeping import keeper
from approvals.models import Deferral, Notice
from approvals.notices import tell_once
from approvals.still import latest_deferral
from decisions.models import Part2Paper, State
from pcd.people.models import Role, holders

#: So many days before, the nearest first.
DAYS_BEFORE = (1, 7, 30)


def deferrals(today: date) -> Iterable[Deferral]:
    """Return the steps that defer an unpublished decision to a day that has come or is near."""
    near = Deferral.objects.filter(until__lte=_horizon(today), version__state=State.DECIDED)
    return near.select_related("version__decision")


def exemptions(today: date) -> Iterable[Part2Paper]:
    """Return what is withheld of a decision and is to be looked at again soon or now, unless that has been told."""
    key = Concat(Value("review_due:"), Cast(OuterRef("pk"), CharField()), Value(":"))
    told = Notice.objects.filter(asks="review_due", version=OuterRef("version"), once__startswith=key)
    near = Part2Paper.objects.filter(
        review_on__lte=_horizon(today), version__state__in=(State.DECIDED, State.PUBLISHED)
    )
    return near.exclude(Exists(told)).select_related("version__decision")


def remind_of_deferral(row: Deferral) -> int:
    """Remind of the end of a deferral in force, or say that a publication is overdue."""
    if row != latest_deferral(row.version) or row.until is None:
        return 0
    return _remind(row, row.until, since=timezone.localdate(row.at), soon="deferral_ends", now="overdue")


def remind_of_exemption(row: Part2Paper) -> int:
    """Remind of the review of an exemption, or say that it is due."""
    if row.review_on is None:
        return 0
    begun = timezone.localdate(row.version.created_at)
    return _remind(row, row.review_on, since=begun, soon="review_soon", now="review_due")


def _remind(row: Deferral | Part2Paper, day: date, *, since: date, soon: str, now: str) -> int:
    """Tell the nearest stage that has come, once; none whose day was past before there was anything to tell."""
    left = (day - timezone.localdate()).days
    before = next((days for days in DAYS_BEFORE if 0 < left <= days), 0)
    if left > 0 and (not before or day - timedelta(before) < since):
        return 0
    people = dict.fromkeys([*holders(Role.GOVERNANCE), keeper(row.version)])
    return tell_once(row.version, soon if before else now, people, key=f"{row.pk}:{day}:{before}")


def _horizon(today: date) -> date:
    return today + timedelta(max(DAYS_BEFORE))
