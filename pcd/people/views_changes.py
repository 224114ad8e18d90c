"""The page of a change that waits for its second person, or was decided."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from pcd.forms import Form, LongTextField, RadioSelect
from pcd.people import changes
from pcd.people.access import reader, see_other
from pcd.people.models import Change, User
from pcd.people.offices import NotSound
from pcd.people.proof import proof_required


class DecideForm(Form):
    """Whether the second person agrees."""

    agrees = forms.ChoiceField(
        label="Do you agree to this?",
        choices=[("yes", "Yes, it takes effect"), ("no", "No, turn it down")],
        widget=RadioSelect(reveals={"no": "reason"}),
        error_messages={"required": "Select whether you agree"},
    )
    reason = LongTextField(
        label="Why not?",
        help_text="It stands in the history for good: name no paper.",
        rows=3,
        max_length=300,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the reason where it is turned down."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("agrees") == "no" and not said.get("reason"):
            self.add_error("reason", ValidationError("Enter why you turn it down"))
        return said


@require_http_methods(["GET", "HEAD", "POST"])
@proof_required(to="decide on this change")
def change(request: HttpRequest, change: UUID) -> HttpResponse:
    """Show a change; whoever is its second pair of eyes agrees to it or turns it down."""
    person = reader(request)
    row = get_object_or_404(Change.objects.select_related("proposed_by", "decided_by", "person"), pk=change)
    may = changes.may_decide(person, row)
    if request.method == "POST" and "withdraw" in request.POST:
        return _withdrawn(request, row, person)
    form = DecideForm(request.POST if request.method == "POST" and may else None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            changes.decide(row, by=person, agrees=said["agrees"] == "yes", reason=said["reason"])
        except NotSound as not_sound:
            for reason in not_sound.reasons:
                form.add_error("agrees", reason)
        except changes.NotYours:
            return see_other(request.path)  # somebody else was first: the page says who
        else:
            done = "agreed to it" if said["agrees"] == "yes" else "turned it down"
            messages.success(request, f"Done: you {done}.")
            return see_other(reverse("my-work"))
    elif request.method == "POST" and not may:
        return see_other(request.path)  # a second click: the page says what became of it
    context = {
        "change": row,
        "title": changes.title(row),
        "facts": changes.facts(row),
        "form": form,
        "may": may,
        "withdraws": changes.may_withdraw(person, row),
    }
    return render(request, "people/change.html", context)


def _withdrawn(request: HttpRequest, row: Change, person: User) -> HttpResponse:
    try:
        changes.withdraw(row, by=person)
    except changes.NotYours:
        return see_other(request.path)  # somebody decided first: the page says who
    messages.success(request, "Done: you withdrew your proposal.")
    return see_other(reverse("my-work"))
