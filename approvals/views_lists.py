"""The pages of lists: the calendar, the search and its saved filters, and each list as a CSV file."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from approvals import calendar, finding, saved, work
from approvals.finding import Filters
from approvals.whereabouts import Holders
from decisions.attaching.tables import Row, written
from decisions.drafting.editing import policy_person, see_other
from decisions.models import State
from decisions.public.search import MOST_RESULTS, Pages, links
from decisions.wording import KIND_NAMES
from pcd.downloads import download
from pcd.forms import Form, TextInput
from pcd.people.models import User

FORMS = require_http_methods(["GET", "HEAD", "POST"])
TAKEN = "You have another search with this name. Enter another name"


class NameForm(Form):
    """The name of a search."""

    name = forms.CharField(label="Name of this search", max_length=60, widget=TextInput(width=20))


def as_csv(rows: Iterable[Row], name: str) -> HttpResponse:
    """Answer with a table as a CSV file in which no spreadsheet finds a formula."""
    return download(written(rows), name=f"{name}.csv", media_type="text/csv; charset=utf-8")


@require_safe
def my_work_csv(request: HttpRequest) -> HttpResponse:
    """Hand out the lists of My work."""
    return as_csv(work.table(policy_person(request)), "my-work")


@require_safe
def calendar_page(request: HttpRequest) -> HttpResponse:
    """Show what becomes public and what falls due, by month; what is late stands first."""
    person = policy_person(request)
    rows = calendar.entries(person)
    context = {
        "late": [row for row in rows if row.late],
        "months": calendar.months(row for row in rows if not row.late),
        "undated": calendar.undated(person),
    }
    return render(request, "approvals/calendar.html", context)


@require_safe
def calendar_csv(request: HttpRequest) -> HttpResponse:
    """Hand out the calendar as a table."""
    return as_csv(calendar.table(calendar.entries(policy_person(request))), "calendar")


@require_safe
def calendar_ics(request: HttpRequest) -> HttpResponse:
    """Hand out the calendar for a calendar program: references only."""
    content = calendar.as_ics(calendar.entries(policy_person(request)), timezone.now())
    return download(content, name="calendar.ics", media_type="text/calendar; charset=utf-8")


@FORMS
def search(request: HttpRequest) -> HttpResponse:
    """Search the papers that this person may read; POST keeps the search under a name."""
    person, filters = policy_person(request), Filters.of(request.GET)
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            saved.keep(person, name=form.cleaned_data["name"], filters=filters)
        except saved.NameTaken:
            form.add_error("name", TAKEN)
        else:
            messages.success(request, "Done: you saved this search. You find it on My work.")
            return see_other(_address("search", filters))
    pages = Pages(finding.found(person, filters))
    page = pages.get_page(request.GET.get("page"))
    Holders().beside(page)
    context = {
        "filters": filters,
        "selects": _selects(person, filters),
        "pages": pages,
        "page": page,
        "pagination": links(page, filters.chosen),
        "form": form,
        "csv": _address("search-csv", filters),
    }
    return render(request, "approvals/search.html", context)


def _selects(person: User, filters: Filters) -> list[dict[str, Any]]:
    choices: tuple[tuple[str, str, str, Iterable[tuple[Any, Any]], str], ...] = (
        ("state", "State", "Any state", State.choices, filters.state),
        ("kind", "Kind", "All kinds", KIND_NAMES.items(), filters.kind),
        (
            "office",
            "With",
            "Anybody",
            finding.offices().values_list("pk", "title"),
            str(filters.office or ""),
        ),
        (
            "owner",
            "Drafting officer",
            "Anybody",
            finding.owners(person).values_list("pk", "full_name"),
            str(filters.owner or ""),
        ),
    )
    return [
        {
            "id": name,
            "name": name,
            "label": {"text": label},
            "items": [
                {"value": "", "text": every},
                *(
                    {"value": str(key), "text": str(text), "selected": str(key) == chosen}
                    for key, text in rows
                ),
            ],
        }
        for name, label, every, rows, chosen in choices
    ]


def _address(name: str, filters: Filters) -> str:
    return f"{reverse(name)}?{urlencode(filters.chosen)}" if filters.chosen else reverse(name)


@require_safe
def search_csv(request: HttpRequest) -> HttpResponse:
    """Hand out what a search finds."""
    found = finding.found(policy_person(request), Filters.of(request.GET))[:MOST_RESULTS]
    return as_csv(_table(found), "papers")


def _table(found: Iterable[Any]) -> Iterator[Row]:
    yield ["Reference", "Title", "State", "With", "Since", "Drafting officer", "Begun"]
    for row in Holders().beside(found):
        begun, since = (timezone.localdate(at).isoformat() for at in (row.created_at, row.since))
        names = [row.decision.reference, row.title or row.working_title]
        yield [*names, row.get_state_display(), row.whom, since, str(row.drafting_officer), begun]


@FORMS
def saved_search(request: HttpRequest, search: UUID) -> HttpResponse:
    """Rename a saved search of one's own, or remove it."""
    row = saved.own(policy_person(request), search)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": row.name})
    if request.method == "POST" and "remove" in request.POST:
        saved.remove(row)
        messages.success(request, "Done: you removed a saved search.")
        return see_other(reverse("my-work"))
    if request.method == "POST" and form.is_valid():
        try:
            saved.rename(row, name=form.cleaned_data["name"])
        except saved.NameTaken:
            form.add_error("name", TAKEN)
        else:
            messages.success(request, "Done: you renamed a saved search.")
            return see_other(reverse("my-work"))
    return render(request, "approvals/saved_search.html", {"saved": row, "form": form})
