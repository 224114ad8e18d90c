"""Part 2: the answer and the list of papers, the sealed content, and the page on which it is read."""

from functools import partial
from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe

from decisions import form, part2, part2_files, policy
from decisions.drafting import parts
from decisions.drafting.editing import Edited, caption, drafting, edit, paper_url, policy_person, to_edit
from decisions.drafting.pages import PART2_ANSWER, SEALED
from decisions.drafting.views import CHANGE
from decisions.models import Access, Part2Paper, Part2Reading, Version
from decisions.models.paper import Answer
from decisions.wording import size_in_words

READINGS_SHOWN = 100


def marking(paper: Part2Paper) -> str:
    """Return the marking as printed: OFFICIAL-SENSITIVE [COMMERCIAL]."""
    words = form.choice(form.MARKINGS, paper.marking)
    return f"{words} [{form.choice(form.DESCRIPTORS, paper.descriptor)}]" if paper.descriptor else words


def highest_marking(version: Version) -> str:
    """Return the marking of a page that shows all of a version's Part 2."""
    papers = sorted(
        version.part2_papers.all(), key=lambda paper: (paper.marking == "official", not paper.descriptor)
    )
    return marking(papers[0]) if papers else form.choice(form.MARKINGS, "official")


@CHANGE
@drafting
def answer(request: HttpRequest, *, decision: object) -> HttpResponse:
    """Answer whether there is a Part 2, and list its papers; the first Yes leads on to adding one."""
    version = to_edit(request, decision)
    reads = policy.may(policy_person(request), Access.PART2, version.decision)

    def url(name: str, paper: Part2Paper) -> str:
        return reverse(name, kwargs={"decision": version.decision_id, "row": paper.pk})

    rows = [
        {
            "title": paper.title,
            "marking": marking(paper),
            "change": url("part2-notice", paper),
            "sealed": url("part2-sealed", paper) if reads else "",
            "remove": url("part2-notice-remove", paper) if reads else "",
            "is_sealed": hasattr(paper, "sealed"),
        }
        for paper in version.part2_papers.all()
    ]
    add = reverse("part2-notice-add", kwargs={"decision": version.decision_id})
    next_ = (
        add if request.POST.get("part2_exists") == Answer.YES and not rows else parts.after(version, "part2")
    )
    edited = Edited(
        page=PART2_ANSWER,
        version=version,
        pk=None,
        title="Part 2",
        template="drafting/part2.html",
        then={"next": next_, "list": paper_url(version), "add": add},
        saved="Saved: Part 2.",
        more={"rows": rows, "add": add},
    )
    return edit(request, edited)


@CHANGE
@partial(drafting, marking=form.choice(form.MARKINGS, "official_sensitive"))
def sealed(request: HttpRequest, *, decision: object, row: UUID) -> HttpResponse:
    """Write what is sealed; showing it is a reading, and goes into the diary."""
    version = to_edit(request, decision, Access.PART2)
    paper = SEALED.find(version, row)
    back = reverse("paper-part2-edit", kwargs={"decision": version.decision_id})
    edited = Edited(
        page=SEALED,
        version=version,
        pk=row,
        title="Part 2: exempt facts and advice",
        template="drafting/sealed.html",
        back=back,
        then={"next": back, "list": paper_url(version)},
        saved="Saved and sealed.",
        more={"paper_row": paper, "marking": marking(paper) if paper else ""},
    )
    response = edit(request, edited)
    if response.status_code != 303:  # anything but the redirect after saving shows the sealed text
        policy.note_part2_reading(version.decision, policy_person(request), "view")
    return response


@require_safe
@sensitive_variables()
def reading(request: HttpRequest, *, decision: object) -> HttpResponse:
    """Show Part 2 to whoever may read it, who else may and why, and who has read it."""
    person = policy_person(request)
    version = policy.version_for(person, Access.PART2, decision)
    policy.note_part2_reading(version.decision, person, "view")
    papers = opened(version)
    context = {
        "version": version,
        "caption": caption(version),
        "paper": paper_url(version),
        "papers": papers,
        "marking": highest_marking(version),
        "readers": policy.readers(version.decision, Access.PART2),
        "readings": Part2Reading.objects.filter(decision=version.decision).select_related("person")[
            :READINGS_SHOWN
        ],
        "editable": version.editable and policy.may(person, Access.EDIT, version.decision),
    }
    return render(request, "drafting/part2_reading.html", context)


@sensitive_variables()
def opened(version: Version) -> list[dict[str, Any]]:
    """Return every Part 2 paper as pages of reading show it; the caller has asked `policy` and writes the diary."""
    return [_paper(version, paper) for paper in version.part2_papers.all()]


@sensitive_variables()
def _paper(version: Version, paper: Part2Paper) -> dict[str, Any]:
    content = part2.read(paper)
    return {
        "row": paper,
        "marking": marking(paper),
        "facts": content.facts,
        "recommendations": list(zip_longest(content.recommendations, part2.decided(paper))),
        "grounds": [
            {"ground": claim.ground, "reason": part2.reason(content, claim.ground)}
            for claim in paper.claims.all()
        ],
        "files": sealed_rows(version, paper),
    }


@sensitive_variables()
def sealed_rows(version: Version, paper: Part2Paper) -> list[dict[str, Any]]:
    """Return the files of a Part 2 paper, opened: what each is called and is, and where it is handed out."""
    opened = [(row, part2_files.about(row)) for row in paper.files.all()]
    return [
        {
            "row": row,
            "text": about.title,
            "name": about.name,
            "kind": f"{form.choice(form.ATTACHMENT_KINDS, about.kind)}, {size_in_words(about.size)}",
            "open": reverse("part2-file-open", kwargs={"decision": version.decision_id, "row": row.pk}),
        }
        for row, about in opened
    ]
