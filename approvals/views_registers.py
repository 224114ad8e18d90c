"""The lists of people, offices and the archive, and the diary of Part 2, each as a CSV file for who sees the page."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from approvals.views_lists import as_csv
from decisions import policy
from decisions.attaching.tables import Row
from decisions.drafting.editing import policy_person
from decisions.models import Access, Decision, Part2Reading
from pcd.people.access import reader
from pcd.people.models import Holding, Office, User


@require_safe
def people_csv(request: HttpRequest) -> HttpResponse:
    """Hand out everybody who can sign in or could, with the offices that they hold today."""
    reader(request)
    return as_csv(_people(), "people")


@require_safe
def offices_csv(request: HttpRequest) -> HttpResponse:
    """Hand out who holds each office today, acts in it or signs for it; a vacant one has a row without a name."""
    reader(request)
    return as_csv(_offices(), "offices")


@require_safe
def archive_csv(request: HttpRequest) -> HttpResponse:
    """Hand out the batches of old decisions."""
    person = policy_person(request)
    if not policy.may_archive(person):
        raise Http404
    return as_csv(_batches(person), "archive-batches")


@require_safe
def diary_csv(request: HttpRequest, decision: str) -> HttpResponse:
    """Hand out who has read a paper's Part 2, when and how, to whoever may read it; nothing of what they read."""
    version = policy.version_for(policy_person(request), Access.PART2, decision)
    return as_csv(_readings(version.decision), "part-2-diary")


def _people() -> Iterator[Row]:
    yield ["Name", "User name", "Job title", "Offices", "Can sign in"]
    held = Prefetch("holdings", Holding.objects.current().select_related("office"), to_attr="held")
    for row in User.objects.prefetch_related(held):
        offices = "; ".join(f"{one.office} ({one.get_capacity_display()})" for one in row.held)
        yield [row.full_name, row.username, row.job_title, offices, "yes" if row.is_active else "no"]


def _offices() -> Iterator[Row]:
    yield ["Office", "Person", "Capacity", "Since", "Last day", "On the authority of"]
    held = Prefetch("holdings", Holding.objects.current().select_related("person"), to_attr="held")
    for row in Office.objects.prefetch_related(held):
        for one in row.held:
            last = one.last_day.isoformat() if one.last_day else ""
            yield [
                row.title,
                str(one.person),
                one.get_capacity_display(),
                _day(one.since),
                last,
                one.authority,
            ]
        if not row.held:
            yield [row.title, "", "vacant", "", "", ""]


def _batches(person: User) -> Iterator[Row]:
    yield ["Batch", "Files", "Brought by", "Brought on", "Approved on"]
    for row in policy.batches(person).annotate(number=Count("files")).select_related("made_by"):
        approved = _day(row.approved_at) if row.approved_at else ""
        yield [row.name, str(row.number), str(row.made_by), _day(row.made_at), approved]


def _readings(decision: Decision) -> Iterator[Row]:
    yield ["Person", "At", "How"]
    for row in Part2Reading.objects.filter(decision=decision).select_related("person"):
        yield [str(row.person), timezone.localtime(row.at).isoformat(timespec="seconds"), row.how]


def _day(at: datetime) -> str:
    return timezone.localdate(at).isoformat()
