"""The page on which a writer says that words belonged in Part 2, sees where they stand, and has them blotted."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from approvals.moving import stays
from approvals.notices import tell
from decisions import form, policy
from decisions.drafting import moving
from decisions.drafting.editing import caption, drafting, policy_person, see_other
from decisions.drafting.forms_part2 import MovedForm
from decisions.models import Access
from decisions.wording import counted

CONFLICT = 409
#: What a second click is told too.
NOTHING_LEFT = "These words stand nowhere in what is kept any more."
MARKING = form.choice(form.MARKINGS, "official_sensitive")


@require_http_methods(["GET", "HEAD", "POST"])
@partial(drafting, marking=MARKING)
def moved(request: HttpRequest, *, decision: object) -> HttpResponse:
    """Ask for the words, show where they stand, and blot them; they travel in the form alone."""
    person = policy_person(request)
    version = policy.version_for(person, Access.PART1, decision)
    if not policy.may_move_words(person, version):
        raise Http404
    asked = MovedForm(request.POST or None)
    back = reverse("paper-history", kwargs={"decision": version.decision_id})
    context = {
        "version": version,
        "caption": caption(version),
        "title": "This belonged in Part 2",
        "back": back,
        "marking": MARKING,
        "form": asked,
    }
    if request.method != "POST" or not asked.is_valid():
        return render(request, "approvals/moved.html", context)
    passages = asked.cleaned_data["passages"]
    status = 200
    if request.POST.get("then") == "move":
        try:
            with transaction.atomic():
                places, others = moving.move(version=version, passages=passages, by=person)
                tell(version, "blotted", others)
        except moving.StillThere:
            status = CONFLICT
        else:
            told = f"Moved to Part 2: {counted(places, 'place')}." if places else NOTHING_LEFT
            messages.success(request, told)
            return see_other(back)
    context |= {
        "looked": True,
        "now": moving.now(version, passages),
        "places": [one.place for one in moving.still_kept(version, passages)],
        "stays": stays(version, passages),
    }
    return render(request, "approvals/moved.html", context, status=status)
