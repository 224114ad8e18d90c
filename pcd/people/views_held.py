"""The pages of offices: who holds each, who signs for it, and what was proposed and done."""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from pcd.forms import DateField, Form, RadioSelect, TextInput, YesNoField
from pcd.people import changes, history, new_offices, offices
from pcd.people.access import administrator, reader, see_other
from pcd.people.models import MAYOR, Absence, Holding, Office, Role, User
from pcd.people.offices import NotSound

FORMS = require_http_methods(["GET", "HEAD", "POST"])
PROPOSED = "Done: you proposed this. It takes effect when a second person agrees."


class ProposalForm(Form):
    """What two people change."""

    def proposal(self) -> dict[str, Any]:
        """Return what is proposed, as a change keeps it."""
        return dict(self.cleaned_data)


class PeriodForm(ProposalForm):
    """Who, from when and until when."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        label="Who?",
        empty_label="Choose a person",
        error_messages={"required": "Choose a person"},
    )
    since = DateField(
        label="First day",
        help_text="Leave this empty to begin as soon as a second person agrees. For example, 12 3 2027.",
        required=False,
    )
    last_day = DateField(label="Last day", help_text="Leave this empty if no end is known.", required=False)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = self.fields["person"]
        choice.queryset = User.objects.filter(is_active=True).exclude(pk=by.pk)  # type: ignore[attr-defined]
        for name in ("since", "last_day"):
            self.fields[name].earliest = timezone.localdate()  # type: ignore[attr-defined]

    def proposal(self) -> dict[str, Any]:
        """Return what is proposed, as a change keeps it."""
        said = self.cleaned_data
        days = {name: changes.written(said[name]) for name in ("since", "last_day")}
        return {"person": said["person"], **days}


class AppointForm(PeriodForm):
    """Whom to put into an office, and how."""

    capacity = forms.ChoiceField(
        label="In office, or acting?",
        choices=[("in_office", "In office"), ("acting", "Acting, until somebody is in office")],
        widget=RadioSelect(),
        error_messages={"required": "Select whether they are in office or acting"},
    )
    reads_part2 = YesNoField(
        label="May they be given Part 2 for the leak check?",
        help_text="Whoever compares what is published with Part 2 needs it.",
    )
    field_order = ("person", "capacity", "reads_part2", "since", "last_day")

    def __init__(self, *args: Any, office: Office, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if office.role != Role.GOVERNANCE:
            del self.fields["reads_part2"]

    def proposal(self) -> dict[str, Any]:
        """Return what is proposed, as a change keeps it."""
        said = self.cleaned_data
        how = {"acting": said["capacity"] == "acting", "reads_part2": bool(said.get("reads_part2"))}
        return super().proposal() | how


class TitleForm(ProposalForm):
    """What an office is called."""

    title = forms.CharField(
        label="Title of the office",
        help_text="As it is printed under a signature. For example, Director of Estates.",
        max_length=150,
        widget=TextInput(),
        error_messages={"required": "Enter a title"},
    )

    def __init__(self, *args: Any, office: Office | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office

    def clean_title(self) -> str:
        """Two offices have two titles."""
        title = " ".join(self.cleaned_data["title"].split())
        if why := new_offices.why_not_title(title, but=self.office):
            raise forms.ValidationError(why)
        return title


class NewOfficeForm(TitleForm):
    """What a new office does on the route, and what it is called."""

    role = forms.ChoiceField(
        label="What does the office do?",
        widget=RadioSelect(),
        error_messages={"required": "Select what the office does"},
    )
    field_order = ("role", "title")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mayor = [(MAYOR, new_offices.does(MAYOR))] * (not new_offices.why_not_role(MAYOR))
        self.fields["role"].choices = [*Role.choices, *mayor]  # type: ignore[attr-defined]

    def clean_role(self) -> str:
        """Some roles have one office."""
        role: str = self.cleaned_data["role"]
        if why := new_offices.why_not_role(role):
            raise forms.ValidationError(why)
        return role

    def proposal(self) -> dict[str, Any]:
        """Return what is proposed, as a change keeps it."""
        said = self.cleaned_data
        return said | {"key": new_offices.key_of(said["role"], said["title"])}


@require_safe
def everyone(request: HttpRequest) -> HttpResponse:
    """List the offices: who holds each, who acts, who signs for it, and which are vacant."""
    person = reader(request)
    held = Holding.objects.current().select_related("person")
    rows = list(Office.objects.prefetch_related(Prefetch("holdings", held, to_attr="held")))
    for row in rows:
        _sort(row, row.held)
    context = {
        "offices": rows,
        **changes.open_ones(kind="new_office"),
        "changes": person.holds(Role.ADMINISTRATOR),
    }
    return render(request, "people/offices.html", context)


@require_safe
def office(request: HttpRequest, office: UUID) -> HttpResponse:
    """Show one office: who holds it and held it, what waits for a second person, and its history."""
    person, row = reader(request), get_object_or_404(Office, pk=office)
    now = timezone.now()
    every = list(row.holdings.select_related("person").order_by("-since"))
    _sort(row, list(row.holdings.current().select_related("person")))
    context = {
        "office": row,
        "to_come": [held for held in every if held.since > now],
        "past": [held for held in every if held.until and held.until <= now],
        **changes.open_ones(about=row.pk),
        "history": history.of("office", row.pk),
        "changes": person.holds(Role.ADMINISTRATOR),
        "signs": row.role in offices.SIGNING,
    }
    return render(request, "people/office.html", context)


@FORMS
def add(request: HttpRequest) -> HttpResponse:
    """Propose a new office."""
    by = administrator(request)
    form = NewOfficeForm(request.POST if request.method == "POST" else None)
    back = reverse("offices")
    return proposed(
        request, form, "new_office", settings.BODY, by=by, heading="Propose a new office", back=back
    )


@FORMS
def rename(request: HttpRequest, office: UUID) -> HttpResponse:
    """Propose another title for an office."""
    by, row = administrator(request), get_object_or_404(Office, pk=office)
    data = request.POST if request.method == "POST" else None
    form = TitleForm(data, office=row, initial={"title": row.title})
    back = reverse("office", args=[row.pk])
    heading = f"Propose another title: {row}"
    return proposed(
        request, form, "office_title", row.pk, by=by, heading=heading, back=back, before=row.title
    )


@FORMS
def appoint(request: HttpRequest, office: UUID) -> HttpResponse:
    """Propose that somebody holds an office."""
    by, row = administrator(request), get_object_or_404(Office, pk=office)
    form = AppointForm(request.POST if request.method == "POST" else None, office=row, by=by)
    return proposed(
        request,
        form,
        "appointment",
        row.pk,
        by=by,
        heading=f"Appoint somebody: {row}",
        back=reverse("office", args=[row.pk]),
    )


@FORMS
def end(request: HttpRequest, holding: UUID) -> HttpResponse:
    """End a holding or a delegation, at once: it only takes away."""
    by = administrator(request)
    held = get_object_or_404(
        Holding.objects.exclude(until__lte=Now()).select_related("office", "person"), pk=holding
    )
    reasons: tuple[str, ...] = ()
    back = reverse("office", args=[held.office_id])
    if request.method == "POST":
        try:
            offices.end(held, by=by)
        except NotSound as not_sound:
            reasons = not_sound.reasons
        else:
            said = "signs for" if held.delegated else "holds"
            messages.success(request, f"Done: {held.person} {said} the office {held.office} no more.")
            return see_other(back)
    return render(request, "people/end.html", {"held": held, "reasons": reasons, "back": back})


def proposed(
    request: HttpRequest,
    form: ProposalForm,
    kind: str,
    about: object,
    *,
    by: User,
    heading: str,
    back: str,
    template: str = "people/form.html",
    beside: dict[str, Any] | None = None,
    **more: Any,
) -> HttpResponse:
    """Show a form and propose what it says; every reason why it cannot be is shown at once, beside what was typed.

    `beside` is what the template shows besides the form, and `more` what the change keeps besides what was typed.
    """
    if form.is_valid():
        try:
            changes.propose(kind, about, by=by, **form.proposal(), **more)
        except NotSound as not_sound:
            for reason in not_sound.reasons:
                form.add_error(next(iter(form.fields)), reason)
        else:
            messages.success(request, PROPOSED)
            return see_other(back)
    context = {
        "form": form,
        "heading": heading,
        "button": "Propose this",
        "back": back,
        "needs_second": True,
        **(beside or {}),
    }
    return render(request, template, context)


def _sort(office: Any, held: list[Holding]) -> None:
    """Set who is in office, acting and signs for an office, and who of them is away."""
    away = set(
        Absence.objects.current()
        .filter(person__in=[row.person_id for row in held])
        .values_list("person", flat=True)
    )
    for row in held:
        row.away = row.person_id in away  # type: ignore[attr-defined]
    office.own = [row for row in held if not row.delegated]
    office.delegates = [row for row in held if row.delegated]
