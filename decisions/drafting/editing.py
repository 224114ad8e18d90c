"""What every page of drafting has in common: fetch and authorise, show, save, and lose nothing that was typed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.debug import sensitive_variables

from decisions import policy
from decisions.checks import run
from decisions.drafting import comments, kept, resting, writes
from decisions.drafting.forms import PaperForm, Values
from decisions.drafting.forms_rows import with_suppliers_changed
from decisions.drafting.pages import Page, seen_of
from decisions.drafting.rows import ROW
from decisions.drafting.shown import answer, typed_fields
from decisions.form import MARKINGS, choice
from decisions.models import Access, Version
from decisions.wording import listed

#: Posted beside what the person typed.
MECHANICAL = ("csrfmiddlewaretoken", "typed_by", "carried", "seen", "new", "then")
CONFLICT = 409
#: In the address of a page that was opened beside what was read of a file: the place there to come back to.
BESIDE = "imported"
#: What a save is told that came too late: the heading, and why nothing was saved.
TOO_LATE = {
    writes.Submitted: (
        "This paper has been submitted since you opened the page",
        "Its text does not change any more, so what you typed has not been saved.",
    ),
    writes.Gone: (
        "This has been removed since you opened the page",
        "There is nothing left to save into, so what you typed has not been saved.",
    ),
    writes.SomebodyElses: (
        "Somebody else writes this section now",
        "Only one of you writes it at a time, so what you typed has not been saved.",
    ),
    comments.Closed: (
        "Nobody comments on this paper any more",
        "It has been decided or withdrawn since you opened the page, so what you typed has not been saved.",
    ),
}

View = Callable[..., HttpResponse]
#: Writes what was typed.
Save = Callable[[Values], writes.Saved | None]


@dataclass
class Edited:
    """A page about to be shown or saved: where it stands and what is around it."""

    page: Page
    version: Version
    pk: object
    title: str
    template: str = "drafting/edit.html"
    back: str = ""
    #: Where each button leads, by its value of `then`.
    then: dict[str, str] = field(default_factory=dict)
    saved: str = "Saved."
    more: dict[str, Any] = field(default_factory=dict)
    #: The key of a page that adds a row; of every other it follows from what is edited.
    adds: str = ""

    @property
    def key(self) -> str:
        """Return the key of the page, with the row's own where it has one."""
        return self.adds or (f"{self.page.key}:{self.pk}" if self.pk else self.page.key)


def paper_url(version: Version) -> str:
    """Return the address of the paper's own page, which holds the task list."""
    return reverse("paper", kwargs={"decision": version.decision_id})


def back_of(request: HttpRequest, version: Version) -> str:
    """Return where a page goes back to: to what was read of the file if it was opened there, else to the paper."""
    place = request.GET.get(BESIDE)
    if place is None:
        return paper_url(version)
    return f"{reverse('paper-imported', kwargs={'decision': version.decision_id})}#{quote(place)}"


def caption(version: Version) -> str:
    """Return what stands above each heading: the reference once there is one, and the working title."""
    return " · ".join(part for part in (version.decision.reference, version.working_title) if part)


def to_edit(request: HttpRequest, decision: object, *also: Access, section: str = "") -> Version:
    """Fetch and authorise in one call; 404 for hidden and missing, Submitted for a save that came too late.

    `section` lets in the adviser who writes that section too; to whom it was closed meanwhile, says so to a save.
    """
    person = policy_person(request)
    try:
        if section:
            return policy.section_for(person, decision, section)
        version = policy.version_for(person, Access.EDIT, decision)
    except Http404:
        if request.method == "POST" and policy.papers(person, Access.EDIT).filter(pk=str(decision)).exists():
            raise writes.Submitted from None
        if request.method == "POST" and section and policy.had_pen(person, decision, section):
            raise writes.SomebodyElses from None
        raise
    for access in also:
        if not policy.may(person, access, version.decision):
            raise Http404
    return version


def policy_person(request: HttpRequest) -> Any:
    """Return who asks; LoginRequired has let nobody through without a session."""
    return request.user


def missing(request: HttpRequest) -> Http404 | writes.Gone:
    """Return what to raise for a row that is not in the paper: a save must not lose what was typed into it."""
    return writes.Gone() if request.method == "POST" else Http404()


def drafting(view: View, marking: str = "") -> View:
    """Wrap a view so that a save that came too late answers with what was typed, status 409.

    `marking` stands above that page where what was typed is Part 2; so it does for a row that is sealed.
    """

    @wraps(view)
    @sensitive_variables()
    def wrapped(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except tuple(TOO_LATE) as late:
            heading, lead = TOO_LATE[type(late)]
            context = {
                "heading": heading,
                "lead": lead,
                "marking": marking or _marking_of(kwargs.get("key")),
                "typed": typed_fields(request.POST, MECHANICAL),
                "decision": kwargs["decision"],
            }
            return render(request, "drafting/too_late.html", context, status=CONFLICT)
        except resting.LetsFall as found:
            context = {
                "falling": found.falling,
                "marking": marking or _marking_of(kwargs.get("key")),
                "typed": pairs(request.POST, "csrfmiddlewaretoken", "typed_by"),
                "files": bool(request.FILES),
            }
            return render(request, "drafting/lets_fall.html", context, status=CONFLICT)

    return wrapped


def told(request: HttpRequest) -> list[str]:
    """Return the keys of what the page said would fall with this save."""
    return request.POST.getlist("told")


def pairs(posted: QueryDict, *without: str) -> list[tuple[str, str]]:
    """Return what was posted, name by name, to be sent along once more."""
    return [(name, value) for name, values in posted.lists() for value in values if name not in without]


def _marking_of(key: str | None) -> str:
    return choice(MARKINGS, "official_sensitive") if key in ROW and ROW[key].sealed else ""


@sensitive_variables()
def edit(request: HttpRequest, edited: Edited) -> HttpResponse:
    """Show the form of a stored row, or save what was typed into it."""
    row = edited.page.find(edited.version, edited.pk)
    if row is None:
        raise missing(request)

    def save(values: Values) -> writes.Saved | None:
        return writes.save(
            page=edited.page,
            version=edited.version,
            pk=edited.pk,
            values=values,
            seen=request.POST.get("seen", ""),
            by=policy_person(request),
            told=told(request),
        )

    values = edited.page.read(row)
    return _answer(request, edited, row, save, initial=values, seen=seen_of(values))


@sensitive_variables()
def create(request: HttpRequest, edited: Edited, save: Save) -> HttpResponse:
    """Show the empty form of a new row, or add it; its id travels with the form, so that it is added once."""
    return _answer(request, edited, None, save, initial={}, seen=writes.NOTHING)


@sensitive_variables()
def _answer(
    request: HttpRequest,
    edited: Edited,
    row: Any,
    save: Save,
    *,
    initial: Values,
    seen: str,
) -> HttpResponse:
    person = policy_person(request)
    if BESIDE in request.GET:
        edited.back = back_of(request, edited.version)
        edited.then = {
            name: url for name, url in edited.then.items() if name not in ("next", "list", "paper")
        }
        edited.more |= {"beside": True}
    about: dict[str, Any] = {"version": edited.version, "row": row, "by": person}
    if request.method != "POST":
        typed = kept.offered(edited.version, edited.key, person)
        if typed and "kept" in request.GET:
            initial, seen = as_typed(edited, typed.data, about), typed.data.get("seen", "")
            edited.more |= {"new": typed.data["new"]} if "new" in typed.data else {}
        elif typed:
            edited.more |= {"kept": typed, "use_kept": _with_kept(request)}
        return show(request, edited, edited.page.form(initial=initial, **about), seen=seen)
    if "discard_kept" in request.POST:
        kept.forget(edited.version, edited.key, person)
        return see_other(request.get_full_path())
    seen = request.POST.get("seen", "")
    if (changed := with_suppliers_changed(request.POST)) is not None:
        return show(
            request, edited, edited.page.form(initial=as_typed(edited, changed, about), **about), seen=seen
        )
    form = edited.page.form(request.POST, **about)
    if not form.is_valid():
        return show(request, edited, form, seen=seen)
    try:
        saved = save(form.values())
    except writes.Changed as conflict:
        return _conflict(request, edited, form, conflict)
    kept.forget(edited.version, edited.key, person)
    if saved:  # a page that is only passed has nothing to tell
        messages.success(request, edited.saved)
        still_open(request, edited, saved.version)
        for note in saved.notes:
            messages.warning(request, note)
    return see_other(edited.then.get(request.POST.get("then", ""), edited.back or paper_url(edited.version)))


def still_open(request: HttpRequest, edited: Edited, now: Version) -> None:
    """Tell what the checks say of the part that was just saved; what they quote of the paper stays on its page."""
    here = [one for one in run.open_findings(now) if one.part == edited.key]
    if here:
        link = format_html(
            '<a class="govuk-notification-banner__link" href="{}">See what they say</a>',
            reverse("paper-check", kwargs={"decision": edited.version.decision_id}),
        )
        titles = list(dict.fromkeys(one.title for one in here))
        messages.info(request, format_html("Still to settle in this part: {}. {}", listed(titles), link))


def _with_kept(request: HttpRequest) -> str:
    """Return the address of this page with what was kept of it."""
    query = request.GET.copy()
    query["kept"] = "1"
    return f"{request.path}?{query.urlencode()}"


def show(request: HttpRequest, edited: Edited, form: PaperForm, *, seen: str) -> HttpResponse:
    """Show the form's page."""
    context = {
        "form": form,
        "seen": seen,
        "version": edited.version,
        "title": edited.title,
        "caption": caption(edited.version),
        "back": edited.back or paper_url(edited.version),
        "paper": paper_url(edited.version),
        "keep": reverse("paper-keep", kwargs={"decision": edited.version.decision_id, "page": edited.key}),
        "conversations": comments.about(edited.version, edited.key),
        "part": edited.key,
        **edited.more,
    }
    return render(request, edited.template, context)


def as_typed(edited: Edited, data: QueryDict, about: dict[str, Any]) -> Values:
    """Return what was typed, unchecked, so that a page can be shown again without complaint."""
    form = edited.page.form(data, **about)
    typed = {name: bound.widget.value_from_datadict(data, {}, name) for name, bound in form.fields.items()}
    return {**typed, "supplier_count": data.get("supplier_count", "1")}


def see_other(url: str) -> HttpResponseRedirect:
    """Redirect after a POST, so that neither a second click nor the back button acts again."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def _conflict(
    request: HttpRequest, edited: Edited, form: PaperForm, conflict: writes.Changed
) -> HttpResponse:
    """Show both texts: what this person typed, and what somebody else saved since."""
    about: dict[str, Any] = {"version": edited.version, "row": conflict.row, "by": form.by}
    theirs = edited.page.form(initial=conflict.now, **about)
    mine = edited.page.form(initial=form.values(), **about)
    rows = [
        {"label": label, "yours": answer(mine, name), "theirs": answer(theirs, name)}
        for name, label in {
            name: field.label for each in (theirs, mine) for name, field in each.fields.items()
        }.items()
        if answer(mine, name) != answer(theirs, name)
    ]
    context = {
        "rows": rows,
        "typed": pairs(request.POST, *MECHANICAL),
        "seen": seen_of(conflict.now),
        "new": request.POST.get("new", ""),
        "then": request.POST.get("then", ""),
        "title": edited.title,
        "caption": caption(edited.version),
        "path": request.path,
        "query": request.META.get("QUERY_STRING", ""),
    }
    return render(request, "drafting/conflict.html", {**context, **edited.more}, status=CONFLICT)
