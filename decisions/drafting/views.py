"""Papers: the list of them, a new one, and the pages of the parts that are one form."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from decisions import form, policy, related
from decisions.checks import run
from decisions.checks.completeness import asked
from decisions.drafting import comments, parts, writes
from decisions.drafting.editing import (
    Edited,
    caption,
    drafting,
    edit,
    paper_url,
    policy_person,
    see_other,
    to_edit,
)
from decisions.drafting.forms import NewPaperForm
from decisions.drafting.pages import SECTION, Page
from decisions.drafting.rows import uuid_or_none
from decisions.models import Access, Pen, State, Version
from decisions.references import normalise
from decisions.wording import listed

PAGE_SIZE = 25
CHANGE = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    """List the papers that this person may read, by state and by words of the title or the reference."""
    person = policy_person(request)
    state, words = request.GET.get("state", ""), searched(request.GET.get("q", ""))
    found = _latest(person)
    if state in State.values:
        found = found.filter(state=state)
    for word in words.split():
        found = found.filter(Q(working_title__icontains=word) | Q(title__icontains=word) | _numbered(words))
    page = Paginator(found.order_by("-created_at", "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    filters = urlencode({name: value for name, value in (("state", state), ("q", words)) if value})
    context = {
        "page": page,
        "state": state,
        "q": words,
        "states": [("", "Any state"), *State.choices],
        "filters": f"{filters}&" if filters else "",
        "filtered": bool(filters),
    }
    return render(request, "drafting/papers.html", context)


def searched(text: str) -> str:
    """Return what was searched for, with single spaces and without what the database cannot take."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:200]


def _latest(person: Any) -> QuerySet[Version]:
    """Return the latest version of each paper that the person may read."""
    newer = Version.objects.filter(decision=OuterRef("decision"), number__gt=OuterRef("number"))
    readable = policy.papers(person, Access.PART1)
    return Version.objects.filter(~Exists(newer), decision__in=readable).select_related(
        "decision__series", "drafting_officer"
    )


def _numbered(words: str) -> Q:
    """Match a reference however it is written: `PCD 1637`, `pcd1637` or only the number."""
    number = normalise(words).rpartition("-")[2]
    return Q(decision__number=int(number)) if number.isdecimal() and len(number) < 10 else Q(pk__in=())


@CHANGE
def new(request: HttpRequest) -> HttpResponse:
    """Begin a paper; its id is on the page already, so that a second click begins no second one."""
    person = policy_person(request)
    if not policy.may_draft(person):
        raise PermissionDenied
    asked = NewPaperForm(request.POST or None)
    decision_id = uuid_or_none(request.POST.get("new")) or uuid4()
    if request.method == "POST" and asked.is_valid():
        decision = writes.begin(
            decision_id=decision_id, working_title=asked.cleaned_data["working_title"], by=person
        )
        return see_other(reverse("paper", kwargs={"decision": decision.pk}))
    return render(request, "drafting/new.html", {"form": asked, "new": decision_id})


@CHANGE
@drafting
def part(request: HttpRequest, *, decision: object, part: str) -> HttpResponse:
    """Write a part that is one form."""
    row = parts.PART.get(part)
    version = to_edit(request, decision)
    if row is None or row.page is None or row is parts.SECTIONS:
        raise Http404
    more: dict[str, Any] = {}
    if part == "declarations":
        more = {"consulted": _consulted(version), "not_asked": _not_asked(version)}
    elif part == "authority":
        more = {"related": listed(related.shown(version, policy_person(request)))}
    elif part == "warnings":
        more = {
            "guidance": form.GUIDANCE["warning_answer"]
            if run.warnings(version)
            else form.GUIDANCE["no_warning"]
        }
    return edit(request, _edited(version, part, row.page, row.title, **more))


@CHANGE
@drafting
def section(request: HttpRequest, *, decision: object, kind: str) -> HttpResponse:
    """Write one section of Part 1; where an adviser writes it, show the paper's writers what it says now."""
    version = to_edit(request, decision, section=kind)
    key, title = _section(version, kind)
    pen = policy.pens(version).get(key)
    if pen and pen.person != policy_person(request):
        if request.method == "POST":
            raise writes.SomebodyElses
        return _read_only(request, version, key, title, pen)
    guidance = form.SECTION_KIND[kind].guidance
    return edit(request, _edited(version, key, SECTION, title, pk=kind, guidance=guidance, pen=pen))


@CHANGE
@drafting
def take_back(request: HttpRequest, *, decision: object, kind: str) -> HttpResponse:
    """Ask whether to take a section back from the adviser who writes it, then do it; its text stays."""
    version = to_edit(request, decision)
    key, title = _section(version, kind)
    back = parts.address(version, key)
    if request.method == "POST":
        if writes.take_back(version=version, part=key, by=policy_person(request)):
            messages.success(request, f"{title} is yours to write again. Its text is as it was.")
        else:
            messages.info(request, f"{title} was yours to write already.")
        return see_other(back)
    pen = policy.pens(version).get(key)
    if pen is None:
        return see_other(back)
    context = {"caption": caption(version), "title": f"Take back {title}", "pen": pen, "back": back}
    return render(request, "drafting/take_back.html", context)


def _section(version: Version, kind: str) -> tuple[str, str]:
    """Return a section's key and title; 404 where the form's edition does not have it."""
    key = f"section:{kind}"
    title = next((title for other, _, title in parts.parts(version) if other == key), None)
    if title is None:
        raise Http404
    return key, title


def _read_only(request: HttpRequest, version: Version, key: str, title: str, pen: Pen) -> HttpResponse:
    context = {
        "caption": caption(version),
        "title": title,
        "back": paper_url(version),
        "pen": pen,
        "version": version,
        "conversations": comments.about(version, key),
        "part": key,
        "section": parts.SECTIONS.read(version, key),
        "take_back": reverse("section-take-back", kwargs={"decision": version.decision_id, "kind": pen.kind}),
    }
    return render(request, "drafting/section_read_only.html", context)


def _edited(version: Version, key: str, page: Page, title: str, *, pk: object = None, **more: Any) -> Edited:
    template = f"drafting/{key}.html" if key in ("declarations", "authority") else "drafting/edit.html"
    return Edited(
        page=page,
        version=version,
        pk=pk,
        title=title,
        template=template,
        # the other parts are not an adviser's to go on to
        then={} if more.get("pen") else {"next": parts.after(version, key), "list": paper_url(version)},
        saved=f"Saved: {title}.",
        more=more,
    )


def _consulted(version: Version) -> list[dict[str, str]]:
    """Return the statements that follow from advice or from the review, and are no boxes."""
    wording = version.edition.wording["declarations"]
    office = version.head_of_service.title if version.head_of_service else "head of service"
    return [
        {
            "title": row.title,
            "text": wording[row.key].format(head_of_service=office),
            "follows": "This follows from the advice on the paper."
            if row.advice
            else "This follows from the review.",
        }
        for row in form.DECLARATIONS
        if row not in form.CONFIRMED
    ]


def _not_asked(version: Version) -> list[dict[str, str]]:
    """Return the statements that nobody confirms, because their section is not applicable."""
    headings = {entry["kind"]: entry["heading"] for entry in version.edition.sections}
    confirmed = asked(version)
    return [
        {"title": row.title, "section": headings.get(row.section, row.section)}
        for row in form.CONFIRMED
        if row not in confirmed
    ]
