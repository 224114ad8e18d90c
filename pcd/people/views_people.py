"""The pages of people: who can sign in, what each holds, and what happened to them."""

from typing import Any
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from pcd.forms import EmailInput, ModelForm
from pcd.people import accounts, changes, history, offices
from pcd.people.access import administrator, reader, see_other
from pcd.people.models import Holding, Role, User
from pcd.people.offices import NotSound
from pcd.people.views_offices import AbsenceForm, back_on

FORMS = require_http_methods(["GET", "HEAD", "POST"])


class PersonForm(ModelForm):
    """What is known of a person."""

    class Meta:
        model = User
        fields: tuple[str, ...] = accounts.FIELDS
        widgets = {"email": EmailInput()}  # noqa: RUF012 - as Django reads it
        labels = {"full_name": "Full name", "job_title": "Job title", "email": "Email address"}  # noqa: RUF012
        help_texts = {  # noqa: RUF012
            "full_name": "As it is printed where they sign",
            "job_title": "Printed where they sign for an office of somebody else",
        }

    def clean_email(self) -> str:
        """Single sign-on finds a person by their address, so two people do not share one."""
        email: str = self.cleaned_data["email"]
        if email and User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise ValidationError("Somebody else has this email address. Enter another one")
        return email


class NewPersonForm(PersonForm):
    """A new person, with the name by which they sign in."""

    class Meta(PersonForm.Meta):
        fields = ("full_name", "username", "job_title", "email")
        labels = PersonForm.Meta.labels | {"username": "User name"}
        error_messages = {"username": {"unique": "Somebody else has this user name. Enter another one"}}  # noqa: RUF012


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """List everybody, with the offices that they hold."""
    person = reader(request)
    held = Holding.objects.current().select_related("office")
    rows = User.objects.prefetch_related(Prefetch("holdings", held, to_attr="held"))
    context = {
        "active": [row for row in rows if row.is_active],
        "inactive": [row for row in rows if not row.is_active],
        "changes": person.holds(Role.ADMINISTRATOR),
    }
    return render(request, "people/people.html", context)


@require_safe
def person(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show one person: offices, absences, sessions and history."""
    asks, who = reader(request), get_object_or_404(User, pk=person)
    context = {
        "who": who,
        "holdings": who.holdings.select_related("office").order_by("-since"),
        "absences": who.absences.select_related("recorded_by").order_by("-since"),
        "away": offices.absence_of(who),
        "sessions": UserSession.objects.filter(user=who).count(),
        **changes.open_ones(person=who),
        "history": history.of("person", who.pk),
        "changes": asks.holds(Role.ADMINISTRATOR),
    }
    return render(request, "people/person.html", context)


@FORMS
def add(request: HttpRequest) -> HttpResponse:
    """Add a person, who holds no office yet."""
    by = administrator(request)
    form = NewPersonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        who = accounts.add(by=by, **form.cleaned_data)
        messages.success(request, f"Done: you added {who}. They hold no office yet.")
        return see_other(_page(who))
    return _form(request, form, "Add a person", "Add this person", reverse("people"))


@FORMS
def change(request: HttpRequest, person: UUID) -> HttpResponse:
    """Change somebody's name, job title or address."""
    by, who = administrator(request), get_object_or_404(User, pk=person)
    name = str(who)  # a form that is not valid has written into the row
    form = PersonForm(request.POST if request.method == "POST" else None, instance=who)
    if accounts.address_takes_two(who):
        form.fields["email"].help_text = "Another address takes effect when a second person agrees to it"
    if form.is_valid():
        try:
            waits = accounts.change(who, by=by, **form.cleaned_data)
        except NotSound as not_sound:
            for reason in not_sound.reasons:
                form.add_error("email", reason)
        else:
            also = " The new email address waits for a second person." if waits else ""
            messages.success(request, f"Done: what is known of {who} is saved.{also}")
            return see_other(_page(who))
    return _form(request, form, f"Change what is known of {name}", "Save", _page(who))


@FORMS
def active(request: HttpRequest, person: UUID) -> HttpResponse:
    """Deactivate somebody, which ends their sessions and offices at once, or reactivate them."""
    by, who = administrator(request), get_object_or_404(User, pk=person)
    reasons: tuple[str, ...] = ()
    if request.method == "POST":
        ends = "deactivate" in request.POST
        try:
            (accounts.deactivate if ends else accounts.reactivate)(who, by=by)
        except NotSound as not_sound:
            reasons = not_sound.reasons
        else:
            said = (
                "is deactivated and signed out everywhere"
                if ends
                else "can sign in again. They hold no office yet"
            )
            messages.success(request, f"Done: {who} {said}.")
            return see_other(_page(who))
    return render(request, "people/active.html", {"who": who, "reasons": reasons, "back": _page(who)})


@FORMS
def absence(request: HttpRequest, person: UUID) -> HttpResponse:
    """Record that somebody is away, or back: one who fell ill cannot say so themselves."""
    by, who = administrator(request), get_object_or_404(User, pk=person)
    away = offices.absence_of(who)
    form = AbsenceForm(request.POST if request.method == "POST" and not away else None)
    form.fields["last_day"].label = "What is the last day that they are away?"
    form.fields["last_day"].help_text = "They are back on the day after it. For example, 12 3 2027."
    if request.method == "POST" and away:
        if "back" in request.POST:
            offices.end_absence(who, by=by)
            messages.success(request, f"Done: {who} is recorded as back.")
        return see_other(_page(who))
    if form.is_valid():
        offices.record_absence(who, until=back_on(form), by=by)
        messages.success(request, f"Done: {who} is recorded as away.")
        return see_other(_page(who))
    if away:
        return render(request, "people/back.html", {"who": who, "away": away, "back": _page(who)})
    return _form(request, form, f"Record that {who} is away", "Record this absence", _page(who))


def _page(who: User) -> str:
    return reverse("person", args=[who.pk])


def _form(request: HttpRequest, form: Any, heading: str, button: str, back: str) -> HttpResponse:
    context = {"form": form, "heading": heading, "button": button, "back": back}
    return render(request, "people/form.html", context)
