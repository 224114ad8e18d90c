"""Comments on a paper: all of them, a new one, and one conversation with its answers."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from decisions import policy
from decisions.drafting import comments, parts
from decisions.drafting.comments import Step, Thread
from decisions.drafting.editing import caption, drafting, paper_url, policy_person, see_other
from decisions.drafting.forms import CommentForm
from decisions.drafting.rows import uuid_or_none
from decisions.drafting.views import CHANGE
from decisions.models import Access, Version
from pcd.forms.phrases import lower_first
from pcd.people.models import User

#: What each button of a conversation does, and what the person is told.
DONE = {
    Step.ANSWER: "You have answered.",
    Step.RESOLVE: "The comment is resolved.",
    Step.REOPEN: "The comment is open again.",
}


@require_safe
@drafting
def everything(request: HttpRequest, *, decision: object) -> HttpResponse:
    """List every comment on a paper, open ones first."""
    version = _version(request, decision)
    found = comments.threads(version)
    context = {
        **_around(version, policy_person(request), "Comments"),
        "open": [one for one in found if not one.resolved],
        "resolved": [one for one in found if one.resolved],
    }
    return render(request, "drafting/comments.html", context)


@CHANGE
@drafting
def add(request: HttpRequest, *, decision: object) -> HttpResponse:
    """Comment on what the address names, or choose what to comment on."""
    person, version = policy_person(request), _version(request, decision)
    _open_to(request, person, version)
    places = comments.subjects(version)
    on = places.get(request.GET.get("on", ""))
    if on is None:
        if request.GET.get("on") or request.method == "POST":
            raise Http404
        context = {
            **_around(version, person, "What do you want to comment on?"),
            "places": places.values(),
        }
        return render(request, "drafting/comment_where.html", context)
    asked = CommentForm(request.POST or None)
    pk = uuid_or_none(request.POST.get("new")) or uuid4()
    if request.method == "POST" and asked.is_valid():
        comments.begin(version=version, pk=pk, on=on, text=asked.cleaned_data["text"], by=person)
        messages.success(request, f"You have commented on {lower_first(on.name)}.")
        return see_other(_place(version, person, on.key))
    title = f"Comment on {lower_first(on.name)}"
    context = {**_around(version, person, title), "form": asked, "new": pk, "on": on}
    return render(request, "drafting/comment_add.html", context)


@CHANGE
@drafting
def conversation(request: HttpRequest, *, decision: object, thread: UUID) -> HttpResponse:
    """Show one comment with its answers; answer, resolve or reopen it."""
    person, version = policy_person(request), _version(request, decision)
    one = next((one for one in comments.threads(version) if one.first.pk == thread), None)
    if one is None:
        raise Http404
    step = request.POST.get("then", Step.ANSWER)
    asked = CommentForm(request.POST or None, answers=True, optional=step != Step.ANSWER)
    pk = uuid_or_none(request.POST.get("new")) or uuid4()
    if request.method == "POST":
        _open_to(request, person, version)
        if step not in DONE:
            raise Http404
        if asked.is_valid():
            comments.reply(thread=one, pk=pk, step=step, text=asked.cleaned_data["text"], by=person)
            messages.success(request, DONE[Step(step)])
            return see_other(_place(version, person, one.on))
    context = {
        **_around(version, person, f"Comment on {lower_first(one.where)}"),
        "back": reverse("paper-comments", kwargs={"decision": version.decision_id}),
        "form": asked,
        "new": pk,
        "one": one,
        "part": parts.address(version, one.first.part) if one.on and _writes(version, person) else "",
    }
    return render(request, "drafting/comment.html", context)


def beside(version: Version, person: User, found: list[Thread]) -> dict[str, dict[str, Any]]:
    """Return what stands beside each text on a page of reading: its conversations, and where to say more."""
    may = policy.may_comment(person, version)
    add_url = reverse("comment-add", kwargs={"decision": version.decision_id})
    return {
        place.printed: {
            "threads": [one for one in found if one.on == key],
            "add": f"{add_url}?on={key}" if may else "",
            "name": lower_first(place.name),
        }
        for key, place in comments.subjects(version).items()
    }


def _version(request: HttpRequest, decision: object) -> Version:
    return policy.version_for(policy_person(request), Access.PART1, decision)


def _open_to(request: HttpRequest, person: User, version: Version) -> None:
    """Raise 404 for who has no part in the paper; Closed for a comment that comes after the decision."""
    if policy.may_comment(person, version):
        return
    if request.method == "POST" and version.state not in policy.COMMENTED:
        raise comments.Closed
    raise Http404


def _around(version: Version, person: User, title: str) -> dict[str, Any]:
    return {
        "version": version,
        "caption": caption(version),
        "title": title,
        "back": paper_url(version),
        "may_comment": policy.may_comment(person, version),
    }


def _writes(version: Version, person: User) -> bool:
    return version.editable and policy.may(person, Access.EDIT, version.decision)


def _place(version: Version, person: User, key: str) -> str:
    """Return where what was commented on is read: on the page where this person writes it, or in the paper."""
    place = comments.subjects(version).get(key)
    if place is None:
        return reverse("paper-comments", kwargs={"decision": version.decision_id})
    if _writes(version, person):
        return parts.address(version, place.part)
    return f"{paper_url(version)}#{place.anchor}"
