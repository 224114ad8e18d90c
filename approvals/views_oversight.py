"""The pages of those who see how the route runs: waiting times as charts, and the exceptions report."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from approvals import exceptions, workload
from approvals.exceptions import Period
from approvals.finding import day_of
from approvals.views_lists import as_csv
from decisions import policy
from decisions.drafting.editing import policy_person
from decisions.models import Access

#: What the report looks back over where nobody says otherwise.
YEAR = timedelta(days=365)

View = Callable[[HttpRequest], HttpResponse]


def overseers(view: View) -> View:
    """Answer only those who see how the route runs; to everybody else the page is missing."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if not policy.may_oversee(policy_person(request)):
            raise Http404
        return view(request)

    return require_safe(answer)


def _measured() -> tuple[Any, Any, date]:
    today = timezone.localdate()
    return workload.waits(today), workload.open_now(timezone.now()), today


@overseers
def workload_page(request: HttpRequest) -> HttpResponse:
    """Show how long papers wait and how many are open, with the numbers behind the charts."""
    rows, opened, today = _measured()
    context = {
        "figures": workload.figures(rows, opened, today),
        "steps": workload.by_step(rows),
        "monthly": workload.by_month(rows),
        "opened": opened,
    }
    return render(request, "approvals/workload.html", context)


@overseers
def workload_csv(request: HttpRequest) -> HttpResponse:
    """Hand out the numbers behind the charts."""
    rows, opened, _ = _measured()
    return as_csv(workload.table(rows, opened), "workload")


@overseers
def exceptions_page(request: HttpRequest) -> HttpResponse:
    """Show where the route did not run as usual; a reference leads to the paper where this person may read it."""
    period = _period(request)
    readable = policy.papers(policy_person(request), Access.PART1).values_list("pk", flat=True)
    context = {"period": period, "report": exceptions.report(period), "readable": set(readable)}
    return render(request, "approvals/exceptions.html", context)


@overseers
def exceptions_csv(request: HttpRequest) -> HttpResponse:
    """Hand out the same report."""
    return as_csv(exceptions.table(exceptions.report(_period(request))), "exceptions")


def _period(request: HttpRequest) -> Period:
    """Read the two days of the address; what is no day is left out."""
    today = timezone.localdate()
    last = day_of(request.GET.get("to", "")) or today
    return Period(day_of(request.GET.get("from", "")) or last - YEAR, last)
