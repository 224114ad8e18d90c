"""The files of Part 2: bringing, listing and handing them out, each look at them noted."""

from functools import partial
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from decisions import form, part2_files, policy
from decisions.drafting import parts, writes
from decisions.drafting.editing import caption, drafting, missing, policy_person, see_other, to_edit, told
from decisions.drafting.forms_files import SealForm
from decisions.drafting.pages import PART2_FILE
from decisions.drafting.rows import uuid_or_none
from decisions.drafting.uploads import too_large
from decisions.drafting.views import CHANGE
from decisions.drafting.views_files import bring_page, url
from decisions.drafting.views_part2 import highest_marking, marking, sealed_rows
from decisions.models import Access
from pcd.downloads import download


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
        return bring_page(
            request,
            version,
            asked,
            pk,
            title="Add a file to Part 2",
            back="paper-part2-files",
            changes=f"part2:{within.pk}",
            marked=marking(within),
        )
    writes.seal(
        version=version,
        paper=within,
        pk=pk,
        title=asked.cleaned_data["title"],
        name=asked.cleaned_data["file"].name,
        file=asked.brought,
        by=policy_person(request),
        told=told(request),
    )
    messages.success(request, "The file has been sealed and added to Part 2.")
    return see_other(url("paper-part2-files", version))


@require_safe
@drafting
@sensitive_variables()
def files(request: HttpRequest, *, decision: object) -> HttpResponse:
    """List the files of Part 2 with what can be done with each; showing them is a reading."""
    version = to_edit(request, decision, Access.PART2)
    policy.note_part2_reading(version.decision, policy_person(request), "view")
    papers = [(paper, sealed_rows(version, paper)) for paper in version.part2_papers.all()]
    context = {
        "title": "Files of Part 2",
        "caption": caption(version),
        "back": url("paper-attachments", version),
        "marking": highest_marking(version),
        "papers": [
            {
                "paper": paper,
                "add": url("part2-file-add", version, paper=paper.pk),
                "rows": [
                    one
                    | parts.places(
                        version,
                        "part2-file",
                        one["row"].pk,
                        called=one["text"],
                        number=number,
                        last=len(rows),
                    )
                    for number, one in enumerate(rows, start=1)
                ],
            }
            for paper, rows in papers
        ],
    }
    return render(request, "drafting/part2_files.html", context)


@require_safe
@sensitive_variables()
def file(request: HttpRequest, *, decision: object, row: UUID) -> HttpResponse:
    """Hand out a file of Part 2 to whoever may read it, and write it into the diary."""
    version = policy.version_for(policy_person(request), Access.PART2, decision)
    found = PART2_FILE.find(version, row)
    if found is None:
        raise Http404
    policy.note_part2_reading(version.decision, policy_person(request), "download")
    about = part2_files.about(found)
    return download(part2_files.content(found), name=about.name, media_type=form.FILE_TYPES[about.kind])
