"""Bringing a decision that was written elsewhere, and looking at what was read beside what stands in the paper."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from decisions import differences, policy
from decisions.checks import run
from decisions.drafting import parts, writes
from decisions.drafting.editing import BESIDE, caption, drafting, paper_url, policy_person, see_other, to_edit
from decisions.drafting.rows import uuid_or_none
from decisions.drafting.uploads import file_field, too_large
from decisions.drafting.views import CHANGE
from decisions.importing import drafts, files, reader, review
from decisions.importing.reading import Reading
from decisions.importing.review import Field
from decisions.models import Version
from decisions.opening import Refused
from decisions.snapshot import load
from decisions.wording import counted
from pcd.forms import Form


class ImportForm(Form):
    """One file, read while it is checked; nothing of a refused one is kept."""

    heading = "file"
    file = file_field(
        "Bring a decision that is written already",
        "A Word document (.docx), a PDF with text, a saved web page or a text file, smaller than 25 MB. "
        "Part 1 only: tracked changes and comments are reported and not taken over.",
    )
    reading: Reading
    content: bytes

    def clean_file(self) -> Any:
        """Read the file into the fields of a decision; raises ValidationError with what is wrong with it."""
        brought = self.cleaned_data["file"]
        self.content = brought.read()
        try:
            source = files.read(self.content, brought.name)
        except Refused as refused:
            raise ValidationError(str(refused)) from None
        self.reading = reader.read(source, file=brought.name)
        if self.reading.entries:
            count = len(self.reading.entries)
            raise ValidationError(
                f"‘{brought.name}’ lists {count} decisions. Bring the paper of one decision."
            )
        return brought


@CHANGE
def bring(request: HttpRequest) -> HttpResponse:
    """Read a file to a draft; its id is on the page already, so that a second click makes no second one."""
    person = policy_person(request)
    if not policy.may_draft(person):
        raise PermissionDenied
    decision_id = uuid_or_none(request.POST.get("new")) or uuid4()
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if not too_large(request, form) and form.is_valid():
        decision = drafts.draft(form.reading, form.content, by=person, decision_id=decision_id)
        return see_other(reverse("paper-imported", kwargs={"decision": decision.pk}))
    return render(request, "drafting/import.html", {"form": form, "new": decision_id})


@CHANGE
@drafting
def imported(request: HttpRequest, *, decision: object) -> HttpResponse:
    """Show what was read beside what stands in the paper now, field by field; or accept what somebody looked at."""
    version = to_edit(request, decision)
    current = review.of(version)
    if current is None:
        raise Http404
    if request.method == "POST":
        return _accepted(request, version)
    groups = [(title, [one for one in current.asked if one.group == title]) for title in review.GROUPS]
    context = {
        "version": version,
        "caption": caption(version),
        "paper": paper_url(version),
        "source": current.source,
        "review": current,
        "done": len(current.asked) - len(current.left),
        "groups": [_group(version, title, fields) for title, fields in groups if fields],
        "history": [one for one in current.fields if one.group == review.HISTORY and one.source],
        "open": [
            one for one in run.open_findings(version) if (one.check, one.part) == ("import", "warnings")
        ],
        "answers": parts.address(version, "warnings"),
    }
    return render(request, "drafting/imported.html", context)


def _accepted(request: HttpRequest, version: Version) -> HttpResponse:
    """Accept what is ticked, and, by its button, what a group has word for word; what changed meanwhile is not.

    Goes on to the next field that nobody has looked at: there the page says how far it is.
    """
    together = request.POST.get("together", "")
    seen = {*request.POST.getlist("accept"), *request.POST.getlist(f"exact:{together}")}
    done = writes.accept(version=version, seen=seen, by=policy_person(request))
    current = review.of(load(version.pk))
    left = current.left if current else []
    changed = {one.key for one in left} & {one.partition(" ")[0] for one in seen}
    if changed:
        number = counted(len(changed), "field has", "fields have")
        messages.warning(request, f"{number} changed since you opened the page. Look again.")
    elif not seen:
        messages.info(request, "Nothing was ticked, so nothing has been accepted.")
    elif not left:
        messages.success(request, "Everything that was read of the file has been looked at.")
    elif done:
        return see_other(f"{request.path}#{left[0].anchor}")
    return see_other(request.path)


def _group(version: Version, title: str, fields: list[Field]) -> dict[str, Any]:
    """Return a group of fields as the page shows it."""
    waiting = [one for one in fields if not one.accepted]
    exact = [one for one in waiting if one.exact]
    return {
        "title": title,
        "progress": review.progress(fields),
        "fields": _shown(version, fields),
        "exact": exact,
        "together": f"Accept {counted(len(exact), 'field that is', 'fields that are')} word for word",
        "doubtful": [one for one in waiting if not one.exact],
    }


def _shown(version: Version, fields: list[Field]) -> list[dict[str, Any]]:
    """Return each field with its two sides and the page that mends it, which comes back here."""
    return [
        {
            "field": one,
            "mend": f"{parts.address(version, one.part)}?{BESIDE}={one.anchor}" if one.part else "",
            "sides": differences.sides(one.source, one.reads),
        }
        for one in fields
    ]
