"""The history of a draft: who saved what and when, and the difference between any two moments in words."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from decisions import differences, history, policy
from decisions.drafting.editing import caption, paper_url, policy_person
from decisions.drafting.parts import PART
from decisions.drafting.rows import ROW
from decisions.models import Access, Revision, Version
from decisions.part1 import of_snapshot

PAGE_SIZE = 50


@require_safe
def revisions(request: HttpRequest, *, decision: object) -> HttpResponse:
    """List what was saved to whoever writes or wrote it; with `from` and `to`, show the difference."""
    person = policy_person(request)
    version = policy.version_for(person, Access.PART1, decision)
    if not policy.may(person, Access.EDIT, version.decision):
        raise Http404
    rows = Revision.objects.filter(version=version).select_related("person")
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    first, last = _number(request, "from"), _number(request, "to")
    context: dict[str, Any] = {
        "version": version,
        "caption": caption(version),
        "paper": paper_url(version),
        "page": page,
        "rows": [{"revision": row, "part": _part(version, row)} for row in page],
        "numbers": list(rows.values_list("number", flat=True)),
    }
    if first is not None and last is not None:
        first, last = sorted((first, last))
        if not rows.filter(number=last).exists() or (first and not rows.filter(number=first).exists()):
            raise Http404
        old = history.content(version, first) if first else None
        context |= {
            "first": first,
            "last": last,
            "changes": differences.between(
                of_snapshot(old) if old else None, of_snapshot(history.content(version, last))
            ),
        }
    return render(request, "drafting/history.html", context)


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 7 else None


#: What a save is called that is about the whole paper, by its verb.
WHOLE = {
    "began": "Began the paper",
    "imported": "Made the draft of a file",
    "copied": "Took over an earlier text",
}


def _part(version: Version, row: Revision) -> str:
    """Return what was saved, as the page calls it."""
    name, _, kind = row.part.partition(":")
    if name == "section":
        headings = {entry["kind"]: entry["heading"] for entry in version.edition.sections}
        return str(headings.get(kind, kind))
    if name in ROW:
        return ROW[name].noun.capitalize()
    return PART[name].title if name in PART else WHOLE.get(row.verb, "The whole paper")
