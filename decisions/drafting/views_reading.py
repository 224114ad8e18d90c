"""Reading what was written: "check your answers"."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from decisions import policy
from decisions.advising import needed
from decisions.checks import Finding
from decisions.checks.run import open_findings
from decisions.drafting import answers, parts
from decisions.drafting.editing import caption, drafting, paper_url, policy_person, to_edit
from decisions.models import Access

#: What stands above the findings of each weight.
HEADINGS = {"error": "What must be put right before you submit", "warning": "What needs your answer"}


@require_safe
@drafting
def check(request: HttpRequest, *, decision: object) -> HttpResponse:
    """Show every answer with a way to change it, and above them all that is missing."""
    person, version = policy_person(request), to_edit(request, decision)
    reads = policy.may(person, Access.PART2, version.decision)
    found = open_findings(version)

    def row(one: Finding) -> dict[str, str]:
        return {
            "sentence": one.sentence,
            "clause": one.clause,
            "href": parts.address(version, one.part, one.anchor)
            if reads or not parts.is_sealed(one.part)
            else "",
            "answer": parts.address(version, "warnings", f"id_answer_{one.key}")
            if one.severity == "warning"
            else "",
        }

    context = {
        "version": version,
        "caption": caption(version),
        "paper": paper_url(version),
        "open": [
            {"title": title, "id": severity, "rows": rows}
            for severity, title in HEADINGS.items()
            if (rows := [row(one) for one in found if one.severity == severity])
        ],
        "needed": needed(version),
        "groups": answers.groups(version, person, reads_part2=reads),
    }
    return render(request, "drafting/check.html", context)
