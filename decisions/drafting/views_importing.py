"""Bringing a decision that was written elsewhere, and looking at what was read beside what stands in the paper."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from decisions import policy
from decisions.checks import run
from decisions.drafting import parts
from decisions.drafting.editing import caption, drafting, paper_url, policy_person, see_other, to_edit
from decisions.drafting.rows import uuid_or_none
from decisions.drafting.uploads import file_field, too_large
from decisions.drafting.views import CHANGE
from decisions.importing import drafts, files, reader
from decisions.importing.reading import Reading
from decisions.models import Version
from decisions.opening import Refused
from decisions.snapshot import labelled
from pcd.forms import Form
from pcd.money import show_money

Row = dict[str, str]


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
    """Show what was read beside what stands in the paper now, field by field, and what is to be looked at."""
    version = to_edit(request, decision)
    source = getattr(version, "imported", None)
    if source is None:
        raise Http404
    reading = {**Reading().as_json(), **source.reading}  # one that was read before a field was added lacks it
    context = {
        "version": version,
        "caption": caption(version),
        "paper": paper_url(version),
        "source": source,
        "rows": list(_beside(version, reading)),
        "history": [row for row in reading["signatures"] if row["name"] or row["date"]],
        "open": [one for one in run.open_findings(version) if one.check == "import"],
        "answers": parts.address(version, "warnings"),
        "set_aside": reading["set_aside"],
        "leftover": reading["leftover"],
    }
    return render(request, "drafting/imported.html", context)


def _beside(version: Version, reading: dict[str, Any]) -> Iterator[Row]:
    """Yield each field as the file had it, as it stands now, and where it is changed."""

    def row(label: str, printed: str, now: str, part: str) -> Row:
        return {"label": label, "source": printed, "now": now, "url": parts.address(version, part)}

    yield row("Title", reading["title"], version.title, "titles")
    yield row("Executive summary", reading["summary"], version.summary, "summary")
    now = labelled(version)
    read = list(_flat(reading["recommendations"]))
    for n in range(max(len(now), len(read))):
        label, item = now[n] if n < len(now) else ("", None)
        yield row(
            f"Recommendation {label or n + 1}",
            read[n] if n < len(read) else "",
            _with_money(item) if item else "",
            f"recommendation:{item.pk}" if item else "recommendations",
        )
    texts = {
        section.kind: "\n\n".join(one.text for one in section.paragraphs.all())
        or section.get_treatment_display()
        for section in version.sections.all()
    }
    for number, entry in enumerate(version.edition.sections, start=1):
        kind = entry["kind"]
        yield row(
            f"{number}. {entry['heading']}",
            _of_kind(reading["sections"], kind),
            texts.get(kind, ""),
            f"section:{kind}",
        )
    yield row(
        "Related decisions",
        "\n".join(link["reference"] for link in reading["links"]),
        "\n".join(f"{link.get_kind_display()} {link.reference}" for link in version.links.all()),
        "links",
    )
    notice = reading["part2"]
    printed = [
        notice.get("marking", ""),
        *notice.get("grounds", []),
        notice.get("ceases", ""),
        notice.get("public_reason", ""),
    ]
    papers = [
        "\n".join(
            [
                paper.get_marking_display(),
                *(str(claim.ground) for claim in paper.claims.all()),
                paper.public_reason,
            ]
        )
        for paper in version.part2_papers.all()
    ]
    exists = version.get_part2_exists_display() or "Not answered"
    yield row("Part 2", "\n".join(text for text in printed if text), "\n".join([exists, *papers]), "part2")
    yield row(
        "Deferral of Part 1",
        reading["deferral"].get("printed", ""),
        version.get_deferred_display(),
        "deferral",
    )


def _flat(items: list[dict[str, Any]]) -> Iterator[str]:
    for item in items:
        yield f"{item['label']} {item['text']}".strip()
        yield from _flat(item["children"])


def _with_money(item: Any) -> str:
    """Return a recommendation with the amounts, contracts and grants that were found in it."""
    lines = [
        f"Amount: {line.get_kind_display()}, {show_money(line.amount)}"
        for line in item.financial_lines.all()
        if line.amount
    ]
    contracts = [
        f"Contract: {award.get_action_display()}"
        + (f", {show_money(award.value)}" if award.value else ", value withheld")
        for award in item.contract_awards.all()
    ]
    grants = [
        f"Grant: {grant.get_direction_display()}, {show_money(grant.amount)}, {grant.counterparty}"
        for grant in item.grants.all()
    ]
    return "\n".join([item.text, *lines, *contracts, *grants])


def _of_kind(sections: list[dict[str, Any]], kind: str) -> str:
    """Return what a file's sections of one kind said, with their headings."""
    return "\n\n".join(
        "\n\n".join(
            [
                f"{section['number']} {section['heading']}".strip(),
                *(f"{one['number']} {one['text']}".strip() for one in section["paragraphs"]),
            ]
        )
        for section in sections
        if section["kind"] == kind
    )
