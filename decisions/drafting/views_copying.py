"""Beginning a paper with an earlier decision: look for it by its reference, look at what comes over, begin."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from decisions import policy, wording
from decisions.drafting import copying
from decisions.drafting.editing import policy_person, see_other
from decisions.drafting.forms import NewPaperForm
from decisions.drafting.rows import uuid_or_none
from decisions.drafting.views import CHANGE, searched
from decisions.part1 import Part1
from decisions.wording import counted
from pcd.people.models import User

#: What is told once after copying, so that nobody takes the draft for the whole.
LEFT_OUT = "These did not come over from {}: {}. Write again what this paper needs of them."


@CHANGE
def begin_from(request: HttpRequest) -> HttpResponse:
    """Find an earlier decision, or begin with the one that the address names."""
    person = policy_person(request)
    if not policy.may_draft(person):
        raise PermissionDenied
    if "source" in request.GET:
        return _begin(request, person)
    words = searched(request.GET.get("q", ""))
    return render(request, "drafting/begin_from.html", {"q": words, "rows": copying.found(person, words)})


def _begin(request: HttpRequest, person: User) -> HttpResponse:
    """Ask for a working title and begin; the new paper's id is on the page, so that a second click begins none."""
    pk = uuid_or_none(request.GET.get("source"))
    only = uuid_or_none(request.GET.get("recommendation"))
    source = copying.source_of(person, pk, str(only or "")) if pk else None
    if source is None:
        raise Http404
    text = source.text
    title = wording.shortened(text.title, copying.LONGEST_TITLE)
    asked = NewPaperForm(request.POST or None, initial={"working_title": title})
    decision_id = uuid_or_none(request.POST.get("new")) or uuid4()
    if request.method == "POST" and asked.is_valid():
        decision = copying.begin(
            source,
            decision_id=decision_id,
            working_title=asked.cleaned_data["working_title"],
            by=person,
        )
        left = copying.left_out(source, decision.versions.select_related("edition").get())
        messages.warning(
            request, LEFT_OUT.format(source.row.reference or "the earlier paper", wording.listed(left))
        )
        return see_other(reverse("paper", kwargs={"decision": decision.pk}))
    context = {
        "form": asked,
        "new": decision_id,
        "back": reverse("paper-new-from"),
        "source": source.row,
        "text": text,
        "comes": _comes(text),
        "taken_up": source.taken_up,
    }
    return render(request, "drafting/begin_copy.html", context)


def _comes(text: Part1) -> list[str]:
    """Return how much of each kind comes over, in words."""
    counts = (
        (len(text.all_recommendations), "recommendation"),
        (len(text.financial_lines), "amount"),
        (len(text.contract_awards), "contract"),
        (sum(bool(section.paragraphs) for section in text.sections), "section"),
    )
    return [counted(number, noun) for number, noun in counts if number]
