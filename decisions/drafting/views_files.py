"""Files that go with a paper: which part they belong to, bringing them, their lists, and handing them out."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from decisions import form, policy
from decisions import part2_files as sealed_files
from decisions.attaching import pdfs
from decisions.drafting import parts, writes
from decisions.drafting.editing import (
    caption,
    drafting,
    missing,
    paper_url,
    policy_person,
    see_other,
    to_edit,
)
from decisions.drafting.forms_files import AttachForm, BringForm, PartForm, SealForm
from decisions.drafting.pages import ATTACHMENT, PART2_FILE
from decisions.drafting.rows import uuid_or_none
from decisions.drafting.uploads import too_large
from decisions.drafting.views import CHANGE
from decisions.drafting.views_part2 import highest_marking, marking, sealed_rows
from decisions.models import Access, Attachment, AttachmentContent, Part2File, Version
from decisions.snapshot import attachment_files
from decisions.wording import counted, size_in_words
from pcd.downloads import download

PART1_PLACE = ("Part 1", "It is published with the decision. Anybody can read it.")
PART2_HINT = "It is sealed. Only people named on this paper can read it."
NO_PAPER = "Add the Part 2 paper first, and then its file."


def _url(name: str, version: Version, **rest: object) -> str:
    return reverse(name, kwargs={"decision": version.decision_id, **rest})


@require_safe
@drafting
def attachments(request: HttpRequest, *, decision: object) -> HttpResponse:
    """List the files of Part 1 with what can be done with each, and say how many files Part 2 has."""
    version = to_edit(request, decision)
    reads = policy.may(policy_person(request), Access.PART2, version.decision)
    sealed = sum(len(paper.files.all()) for paper in version.part2_papers.all())
    files = list(attachment_files(version).items())
    context = {
        "version": version,
        "title": "Attachments",
        "caption": caption(version),
        "back": paper_url(version),
        "rows": [
            {
                "row": row,
                "text": row.title,
                "kind": f"{row.get_kind_display()}, {size_in_words(row.size)}",
                "open": _url("attachment-file", version, file=file),
                "check": _url("attachment-check", version, row=row.pk),
                "checked": getattr(row, "check_made", None),
                **_places("attachment", version, row, number, len(files)),
            }
            for number, (file, row) in enumerate(files, start=1)
        ],
        "sealed": counted(sealed, "file"),
        "sealed_url": _url("paper-part2-files", version) if reads else "",
        "add": _url("attachment-add", version),
        "after": parts.after(version, "attachments"),
    }
    return render(request, "drafting/attachments.html", context)


def _places(
    key: str, version: Version, row: Attachment | Part2File, number: int, last: int
) -> dict[str, Any]:
    """Return where a file of a list is changed, removed and moved."""
    return {
        "change": _url(key, version, row=row.pk),
        "remove": _url(f"{key}-remove", version, row=row.pk),
        "move": _url(f"{key}-move", version, row=row.pk),
        "up": number - 1 if number > 1 else None,
        "down": number + 1 if number < last else None,
    }


@CHANGE
@drafting
def choose(request: HttpRequest, *, decision: object) -> HttpResponse:
    """Ask which part a file belongs to, before the file itself: Part 2 unless somebody says otherwise."""
    version = to_edit(request, decision)
    places, leads_to, papers = {}, {}, list(version.part2_papers.all())
    if policy.may(policy_person(request), Access.PART2, version.decision):
        for paper in papers:
            name = "Part 2" if len(papers) == 1 else f"Part 2: {paper.title}"
            places[str(paper.pk)] = (name, PART2_HINT)
            leads_to[str(paper.pk)] = _url("part2-file-add", version, paper=paper.pk)
        if not papers:
            places["part2"], leads_to["part2"] = ("Part 2", PART2_HINT), _url("paper-part2-edit", version)
    first = next(iter(places), None)
    places["part1"], leads_to["part1"] = PART1_PLACE, _url("attachment-bring", version)
    sent = request.POST if request.method == "POST" else None
    asked = PartForm(sent, places=places, initial={"part": first})
    if request.method == "POST" and asked.is_valid():
        chosen = asked.cleaned_data["part"]
        if chosen == "part2":
            messages.info(request, NO_PAPER)
        return see_other(leads_to[chosen])
    context = {"form": asked, "caption": caption(version), "back": _url("paper-attachments", version)}
    return render(request, "drafting/attachment_part.html", context)


@CHANGE
@drafting
def attach(request: HttpRequest, *, decision: object) -> HttpResponse:
    """Bring a file of Part 1; its id is on the page already, so that a second click brings no second one."""
    version = to_edit(request, decision)
    pk = uuid_or_none(request.POST.get("new")) or uuid4()
    asked = AttachForm(request.POST or None, request.FILES or None, version=version)
    if request.method != "POST" or too_large(request, asked) or not asked.is_valid():
        return _bring(
            request, version, asked, pk, title="Add an attachment to Part 1", back="paper-attachments"
        )
    first = writes.attach(
        version=version,
        pk=pk,
        title=asked.cleaned_data["title"],
        files=asked.brought,
        as_it_is=asked.cleaned_data["as_it_is"],
        by=policy_person(request),
    )
    messages.success(request, "The attachment has been added.")
    if first.accessible:
        return see_other(_url("paper-attachments", version))
    messages.warning(request, "Not everyone can read this file. Say here how they read what it says.")
    return see_other(_url("attachment", version, row=first.pk))


@CHANGE
@partial(drafting, marking=form.choice(form.MARKINGS, "official_sensitive"))
@sensitive_variables()
def seal(request: HttpRequest, *, decision: object, paper: UUID) -> HttpResponse:
    """Bring a file of Part 2; it is sealed before it is stored."""
    version = to_edit(request, decision, Access.PART2)
    within = next((one for one in version.part2_papers.all() if one.pk == paper), None)
    if within is None:
        raise missing(request)
    pk = uuid_or_none(request.POST.get("new")) or uuid4()
    asked = SealForm(request.POST or None, request.FILES or None, version=version)
    if request.method != "POST" or too_large(request, asked) or not asked.is_valid():
        about = {"title": "Add a file to Part 2", "back": "paper-part2-files", "marked": marking(within)}
        return _bring(request, version, asked, pk, **about)
    writes.seal(
        version=version,
        paper=within,
        pk=pk,
        title=asked.cleaned_data["title"],
        name=asked.cleaned_data["file"].name,
        file=asked.brought,
        by=policy_person(request),
    )
    messages.success(request, "The file has been sealed and added to Part 2.")
    return see_other(_url("paper-part2-files", version))


def _bring(
    request: HttpRequest,
    version: Version,
    asked: BringForm,
    pk: UUID,
    *,
    title: str,
    back: str,
    marked: str = "",
) -> HttpResponse:
    context = {
        "form": asked,
        "new": pk,
        "title": title,
        "caption": caption(version),
        "back": _url(back, version),
        "marking": marked,
    }
    return render(request, "drafting/attach.html", context)


@require_safe
@drafting
@sensitive_variables()
def part2_files(request: HttpRequest, *, decision: object) -> HttpResponse:
    """List the files of Part 2 with what can be done with each; showing them is a reading."""
    version = to_edit(request, decision, Access.PART2)
    policy.note_part2_reading(version.decision, policy_person(request), "view")
    context = {
        "title": "Files of Part 2",
        "caption": caption(version),
        "back": _url("paper-attachments", version),
        "marking": highest_marking(version),
        "papers": [
            {
                "paper": paper,
                "add": _url("part2-file-add", version, paper=paper.pk),
                "rows": [
                    {**one, **_places("part2-file", version, one["row"], number, len(paper.files.all()))}
                    for number, one in enumerate(sealed_rows(version, paper), start=1)
                ],
            }
            for paper in version.part2_papers.all()
        ],
    }
    return render(request, "drafting/part2_files.html", context)


@require_safe
def attachment_file(request: HttpRequest, *, decision: object, file: str) -> HttpResponse:
    """Hand out a file of Part 1 to whoever may read the paper."""
    version = policy.version_for(policy_person(request), Access.PART1, decision)
    row = attachment_files(version).get(file)
    if row is None:
        raise Http404
    content = AttachmentContent.objects.get(attachment=row).content
    return download(bytes(content), name=file, media_type=form.FILE_TYPES[row.kind])


@require_safe
@sensitive_variables()
def part2_file(request: HttpRequest, *, decision: object, row: UUID) -> HttpResponse:
    """Hand out a file of Part 2 to whoever may read it, and write it into the diary."""
    version = policy.version_for(policy_person(request), Access.PART2, decision)
    file = PART2_FILE.find(version, row)
    if file is None:
        raise Http404
    policy.note_part2_reading(version.decision, policy_person(request), "download")
    about = sealed_files.about(file)
    return download(sealed_files.content(file), name=about.name, media_type=form.FILE_TYPES[about.kind])


@CHANGE
def check(request: HttpRequest, *, decision: object, row: UUID) -> HttpResponse:
    """Let a second person who may read the paper look at a file that goes out as it is."""
    person = policy_person(request)
    version = policy.version_for(person, Access.PART1, decision)
    found = ATTACHMENT.find(version, row)
    if found is None or not found.as_it_is:
        raise Http404
    own = found.added_by_id == person.pk
    if request.method == "POST" and not own:
        try:
            writes.check(version=version, attachment=found, by=person)
        except (writes.Submitted, writes.Gone):
            messages.info(request, "This paper has moved on since you opened the page.")
        else:
            messages.success(request, "Done: you have checked the file.")
        return see_other(paper_url(version))
    file = next(name for name, other in attachment_files(version).items() if other.pk == found.pk)
    context = {
        "title": "Check a file that goes out as it is",
        "caption": caption(version),
        "back": paper_url(version),
        "row": found,
        "kind": f"{found.get_kind_display()}, {size_in_words(found.size)}",
        "digest": bytes(found.digest).hex(),
        "open": _url("attachment-file", version, file=file),
        "holds": pdfs.holds(bytes(AttachmentContent.objects.get(attachment=found).content)),
        "checked": getattr(found, "check_made", None),
        "own": own,
        "editable": version.editable,
    }
    return render(
        request, "drafting/attachment_check.html", context, status=409 if request.method == "POST" else 200
    )
