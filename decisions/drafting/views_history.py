"""The history of a draft: who saved what and when, and the difference between any two moments in words."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from decisions import differences, history, policy
from decisions.drafting import parts
from decisions.drafting.editing import caption, paper_url, policy_person
from decisions.models import Access, MovedWords, Revision, Version
from decisions.part1 import of_snapshot
from decisions.wording import listed, moment

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
    listed_here = {row.number for row in page}
    chosen = rows.filter(number__in={first or 0, last or 0} - listed_here)
    there = sorted((*page, *chosen), key=lambda row: -row.number)
    context: dict[str, Any] = {
        "version": version,
        "caption": caption(version),
        "paper": paper_url(version),
        "page": page,
        "saves": [_save(version, row) for row in page],
        "offered": [_save(version, row) for row in there],
        "moved": [
            {"row": row, "parts": listed([parts.called(version, key) for key in row.parts])}
            for row in MovedWords.objects.filter(version=version).select_related("person")
        ],
        "move": policy.may_move_words(person, version),
    }
    if first is not None and last is not None:
        first, last = sorted((first, last))
        if not {first or last, last} <= {row.number for row in there}:
            raise Http404
        old = history.content(version, first) if first else None
        context |= {
            "first": first,
            "last": last,
            "compared": f"&from={first}&to={last}",  # another page of saves still offers the two
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


def _save(version: Version, row: Revision) -> dict[str, Any]:
    """Return a save for the page, with what a list calls it."""
    part = _part(version, row)
    return {"row": row, "part": part, "called": f"Save {row.number}, {moment(row.at)}, {row.person}, {part}"}


def _part(version: Version, row: Revision) -> str:
    """Return what was saved, as the page calls it."""
    return parts.called(version, row.part) or WHOLE.get(row.verb, "The whole paper")
