"""Attachments: which part a file belongs to, and those of Part 1: bringing, listing, checking, handing out."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from decisions import form, policy
from decisions.attaching import pdfs, tables
from decisions.drafting import parts, resting, writes
from decisions.drafting.editing import (
    caption,
    drafting,
    paper_url,
    policy_person,
    see_other,
    to_edit,
    told,
)
from decisions.drafting.forms_files import AttachForm, BringForm, PartForm
from decisions.drafting.pages import ATTACHMENT
from decisions.drafting.rows import uuid_or_none
from decisions.drafting.uploads import too_large
from decisions.drafting.views import CHANGE
from decisions.models import Access, AttachmentContent, Version
from decisions.snapshot import attachment_files
from decisions.wording import counted, size_in_words
from pcd.downloads import download

PART1_PLACE = ("Part 1", "It is published with the decision. Anybody can read it.")
PART2_HINT = "It is sealed. Only people named on this paper can read it."
MARKED = "In {} an apostrophe stands before the text, so that no spreadsheet takes it for a formula."
NO_PAPER = "Add the Part 2 paper first, and then its file."


def url(name: str, version: Version, **rest: object) -> str:
    """Return the address of a page of this paper."""
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
                "open": url("attachment-file", version, file=file),
                "check": url("attachment-check", version, row=row.pk),
                "checked": getattr(row, "check_made", None),
                **parts.places(
                    version, "attachment", row.pk, called=row.title, number=number, last=len(files)
                ),
            }
            for number, (file, row) in enumerate(files, start=1)
        ],
        "sealed": counted(sealed, "file"),
        "sealed_url": url("paper-part2-files", version) if reads else "",
        "add": url("attachment-add", version),
        "after": parts.after(version, "attachments"),
    }
    return render(request, "drafting/attachments.html", context)


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
            leads_to[str(paper.pk)] = url("part2-file-add", version, paper=paper.pk)
        if not papers:
            places["part2"], leads_to["part2"] = ("Part 2", PART2_HINT), url("paper-part2-edit", version)
    first = next(iter(places), None)
    places["part1"], leads_to["part1"] = PART1_PLACE, url("attachment-bring", version)
    sent = request.POST if request.method == "POST" else None
    asked = PartForm(sent, places=places, initial={"part": first})
    if request.method == "POST" and asked.is_valid():
        chosen = asked.cleaned_data["part"]
        if chosen == "part2":
            messages.info(request, NO_PAPER)
        return see_other(leads_to[chosen])
    context = {"form": asked, "caption": caption(version), "back": url("paper-attachments", version)}
    return render(request, "drafting/attachment_part.html", context)


@CHANGE
@drafting
def attach(request: HttpRequest, *, decision: object) -> HttpResponse:
    """Bring a file of Part 1; its id is on the page already, so that a second click brings no second one."""
    version = to_edit(request, decision)
    pk = uuid_or_none(request.POST.get("new")) or uuid4()
    asked = AttachForm(request.POST or None, request.FILES or None, version=version)
    if request.method != "POST" or too_large(request, asked) or not asked.is_valid():
        return bring_page(
            request,
            version,
            asked,
            pk,
            title="Add an attachment to Part 1",
            back="paper-attachments",
            changes="attachments",
        )
    first = writes.attach(
        version=version,
        pk=pk,
        title=asked.cleaned_data["title"],
        files=asked.brought,
        as_it_is=asked.cleaned_data["as_it_is"],
        by=policy_person(request),
        told=told(request),
    )
    messages.success(request, "The attachment has been added.")
    if marked := sum(tables.marked(one.content) for one in asked.brought if one.kind == "csv"):
        messages.warning(request, MARKED.format(counted(marked, "cell")))
    if first.accessible:
        return see_other(url("paper-attachments", version))
    messages.warning(request, "Not everyone can read this file. Say here how they read what it says.")
    return see_other(url("attachment", version, row=first.pk))


def bring_page(
    request: HttpRequest,
    version: Version,
    asked: BringForm,
    pk: UUID,
    *,
    title: str,
    back: str,
    changes: str,
    marked: str = "",
) -> HttpResponse:
    """Show the form that takes a file; `marked` stands above it where the file is Part 2.

    A file cannot be sent along once more, so what falls when the component `changes` is told before it is chosen.
    """
    context = {
        "form": asked,
        "new": pk,
        "title": title,
        "caption": caption(version),
        "back": url(back, version),
        "marking": marked,
        "falling": resting.covering(version, changes),
    }
    return render(request, "drafting/attach.html", context)


@require_safe
def attachment_file(request: HttpRequest, *, decision: object, file: str) -> HttpResponse:
    """Hand out a file of Part 1 to whoever may read the paper."""
    version = policy.version_for(policy_person(request), Access.PART1, decision)
    row = attachment_files(version).get(file)
    if row is None:
        raise Http404
    content = AttachmentContent.objects.get(attachment=row).content
    return download(bytes(content), name=file, media_type=form.FILE_TYPES[row.kind])


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
        "open": url("attachment-file", version, file=file),
        "holds": pdfs.holds(bytes(AttachmentContent.objects.get(attachment=found).content)),
        "checked": getattr(found, "check_made", None),
        "own": own,
        "editable": version.editable,
    }
    return render(
        request, "drafting/attachment_check.html", context, status=409 if request.method == "POST" else 200
    )
