"""What comes due by its day: the end of a deferral, the review of an exemption (design.md 7).

The governance team and the drafting officer are reminded 30, 7 and 1 days before, of an exemption its owner too, and
told once when the day has come and it has not happened. A clock that was down tells the nearest of these alone.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from approvals.keeping import keeper
from approvals.models import Deferral, Notice
from approvals.notices import tell_once
from approvals.still import WITHHELD, latest_deferral
from decisions.models import Part2Paper, State
from pcd.people.models import Role, holders

#: The days on which an exemption comes back: it is looked at again, or ceases. A person decides, never the clock.
COMES_BACK = ("review_on", "ceases_on")
#: So many days before, the nearest first.
DAYS_BEFORE = (1, 7, 30)


def deferrals(today: date) -> Iterable[Deferral]:
    """Return the steps that defer an unpublished decision to a day that has come or is near."""
    near = Deferral.objects.filter(until__lte=_horizon(today), version__state=State.DECIDED)
    return near.select_related("version__decision")


def exemptions(today: date, field: str) -> Iterable[Part2Paper]:
    """Return what is withheld of a decision and comes back soon or now (`COMES_BACK`), unless that has been told."""
    pk, day = (Cast(OuterRef(name), CharField()) for name in ("pk", field))
    key = Concat(Value("review_due:"), pk, Value(":"), day, Value(":"))
    told = Notice.objects.filter(asks="review_due", version=OuterRef("version"), once__startswith=key)
    near = Part2Paper.objects.filter(**{f"{field}__lte": _horizon(today)}, version__state__in=WITHHELD)
    return near.exclude(Exists(told)).select_related("version__decision", "owner")


def remind_of_deferral(row: Deferral) -> int:
    """Remind of the end of a deferral in force, or say that a publication is overdue."""
    if row != latest_deferral(row.version) or row.until is None:
        return 0
    return _remind(row, row.until, since=timezone.localdate(row.at), soon="deferral_ends", now="overdue")


def remind_of_exemption(row: Part2Paper, field: str) -> int:
    """Remind that an exemption comes back, or say that it does."""
    begun = timezone.localdate(row.version.created_at)
    return _remind(row, getattr(row, field), since=begun, soon="review_soon", now="review_due")


def _remind(row: Deferral | Part2Paper, day: date, *, since: date, soon: str, now: str) -> int:
    """Tell the nearest stage that has come, once; none whose day was past before there was anything to tell."""
    left = (day - timezone.localdate()).days
    before = next((days for days in DAYS_BEFORE if 0 < left <= days), 0)
    if left > 0 and (not before or day - timedelta(before) < since):
        return 0
    owner = getattr(row, "owner", None)
    people = dict.fromkeys([*holders(Role.GOVERNANCE), keeper(row.version), *([owner] if owner else [])])
    return tell_once(row.version, soon if before else now, people, key=f"{row.pk}:{day}:{before}")


def _horizon(today: date) -> date:
    return today + timedelta(max(DAYS_BEFORE))
