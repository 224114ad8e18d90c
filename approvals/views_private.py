"""The pages of private offices: whom an office names, and the notes between them."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from approvals import private
from approvals.views import person_of
from decisions import policy
from decisions.drafting.editing import see_other
from decisions.models import Access
from pcd.forms import Form, RadioSelect, Textarea, YesNoField
from pcd.people import offices
from pcd.people.models import Office, PrivateOffice, User
from pcd.people.offices import NotSound
from pcd.people.proof import proof_required
from pcd.people.views_offices import LastDayForm, back_on

FORMS = require_http_methods(["GET", "HEAD", "POST"])


class NameForm(LastDayForm):
    """Whom to name, for which office, and what they read."""

    office = forms.ModelChoiceField(
        Office.objects.none(),
        label="For which office?",
        empty_label=None,
        widget=RadioSelect(),
        error_messages={"required": "Choose an office"},
    )
    person = forms.ModelChoiceField(
        User.objects.none(),
        label="Who?",
        empty_label="Choose a person",
        error_messages={"required": "Choose a person"},
    )
    reads_part2 = YesNoField(
        label="Do they read Part 2?",
        help_text="Part 2 is not published. Say yes only if they need it to prepare for you.",
        error_messages={"required": "Say whether they read Part 2"},
    )
    field_order = ("office", "person", "reads_part2", "last_day")

    def __init__(self, *args: Any, names_for: list[Office], by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].label = "What is the last day that they read for you?"
        self.fields["last_day"].help_text = "For example, 12 3 2027."
        self.fields["person"].queryset = User.objects.filter(is_active=True).exclude(pk=by.pk)  # type: ignore[attr-defined]
        self.fields["office"].queryset = Office.objects.filter(pk__in=[one.pk for one in names_for])  # type: ignore[attr-defined]
        if len(names_for) == 1:
            self.fields["office"].widget = forms.HiddenInput()
            self.initial["office"] = names_for[0].pk


@FORMS
def private_office(request: HttpRequest) -> HttpResponseBase:
    """Show whom the offices of this person have named; name somebody, or end a naming."""
    person = person_of(request)
    names_for = offices.names_for(person)
    if not names_for:
        raise Http404
    rows = PrivateOffice.objects.filter(office__in=names_for)
    if request.method == "POST" and "end" in request.POST:
        return _ended(request, get_object_or_404(rows, pk=_uuid(request.POST["end"])), by=person)
    return _named(request, names_for=names_for, by=person)


@proof_required(to="name somebody for your private office")
def _named(request: HttpRequest, *, names_for: list[Office], by: User) -> HttpResponse:
    form = NameForm(request.POST if request.method == "POST" else None, names_for=names_for, by=by)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = private.name(
                said["office"],
                said["person"],
                by=by,
                until=back_on(form),
                reads_part2=said["reads_part2"],
            )
        except NotSound as not_sound:
            for reason in not_sound.reasons:
                form.add_error("person", reason)
        else:
            messages.success(request, f"Done: {row.person} reads what is with the {row.office}.")
            return see_other(reverse("private-office"))
    context = {
        "form": form,
        "rows": PrivateOffice.objects.current()
        .filter(office__in=names_for)
        .select_related("person", "office", "named_by"),
    }
    return render(request, "people/private_office.html", context)


def _ended(request: HttpRequest, row: PrivateOffice, *, by: User) -> HttpResponse:
    offices.end_private_office(row, by=by)
    messages.success(request, f"Done: {row.person} reads for the {row.office} no more.")
    return see_other(reverse("private-office"))


def _uuid(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise Http404 from None


class NoteForm(Form):
    """One note."""

    text = forms.CharField(
        label="Your note",
        widget=Textarea(rows=10),
        max_length=20_000,
        error_messages={"required": "Enter your note"},
    )


@FORMS
@sensitive_post_parameters("text")
@sensitive_variables()
def briefing(request: HttpRequest, decision: str) -> HttpResponse:
    """Show the notes for the office that a paper is with, and write another."""
    person = person_of(request)
    version = policy.version_for(person, Access.PART1, decision)
    office = private.writes_for(version, person)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if office is None and request.method != "POST":
        raise Http404
    if office is None:
        form.add_error("text", "The paper has moved on, so this note was not kept. Copy it if you need it")
    elif request.method == "POST" and form.is_valid():
        private.write(version, form.cleaned_data["text"], by=person)
        messages.success(request, "Done: your note is kept.")
        return see_other(reverse("paper", args=[version.decision_id]))
    context = {
        "decision": version.decision,
        "name": version.title,
        "office": office,
        "reads_part2": policy.may(person, Access.PART2, version.decision),
        "form": form,
    }
    return render(request, "approvals/briefing.html", context, status=409 if office is None else 200)
