"""The pages of reference data, and of delegations, whose scope is in words of the form."""

from datetime import date
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from decisions.models import BankHoliday, Body, PassedStep
from decisions.reference import kinds
from decisions.reference.forms import DelegateForm
from decisions.reference.subjects import SUBJECT, SUBJECTS
from decisions.wording import day as in_words
from pcd import trail
from pcd.people import changes, history, offices
from pcd.people.access import administrator, reader, see_other
from pcd.people.models import Office, Role
from pcd.people.views_held import proposed

FORMS = require_http_methods(["GET", "HEAD", "POST"])


def _body() -> Body:
    """Return the body that this installation serves."""
    return Body.objects.get(pk=settings.BODY)


@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """List the kinds of reference data, what waits for a second person, and what was changed."""
    reader(request)
    body = _body()
    context = {
        "subjects": SUBJECTS,
        **changes.open_ones(),
        "history": history.of("body", body.pk),
    }
    return render(request, "reference/everything.html", context)


@require_safe
def subject(request: HttpRequest, subject: str) -> HttpResponse:
    """Show one kind of reference data."""
    person, row = reader(request), SUBJECT.get(subject)
    if row is None:
        raise Http404
    context = {
        "subject": row,
        "groups": list(row.groups(_body())),
        "changes": person.holds(Role.ADMINISTRATOR),
    }
    return render(request, "reference/subject.html", context)


@FORMS
def change(request: HttpRequest, subject: str) -> HttpResponse:
    """Change one kind of reference data, or propose it where two people do."""
    by, row = administrator(request), SUBJECT.get(subject)
    if row is None:
        raise Http404
    form = row.form(request.POST if request.method == "POST" else None, body=_body())
    back = reverse("reference-subject", args=[row.key])
    if form.is_valid():
        try:
            with transaction.atomic():
                done = row.save(by, form)
        except offices.NotSound as not_sound:
            for reason in not_sound.reasons:
                form.add_error(next(iter(form.fields)), reason)
        else:
            messages.success(request, f"Done: {done}.")
            return see_other(back)
    context = {
        "form": form,
        "heading": row.button if row.button != "Change" else f"Change: {row.title.lower()}",
        "button": "Propose this" if row.two_people else "Save",
        "back": back,
        "needs_second": row.two_people,
    }
    return render(request, "people/form.html", context)


@FORMS
def end_passed_step(request: HttpRequest, step: UUID) -> HttpResponse:
    """Give a step back, from tomorrow on; it makes the route stricter, so one person does."""
    by, row = administrator(request), get_object_or_404(PassedStep, pk=step)
    back = reverse("reference-subject", args=["passed-steps"])
    if request.method == "POST":
        with transaction.atomic():
            if kinds.end_passed(row):
                trail.write("body", row.body_id, "step_given_back", by=by, step=row.step)
                messages.success(request, "Done: the step is part of the route again from tomorrow.")
        return see_other(back)
    return render(request, "reference/end_passed_step.html", {"row": row, "back": back})


@FORMS
def remove_bank_holiday(request: HttpRequest, day: str) -> HttpResponse:
    """Remove a bank holiday that is to come, as one that was mistyped; what was asked for already keeps its day."""
    by = administrator(request)
    try:
        when = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    row = get_object_or_404(BankHoliday.objects.filter(day__gt=timezone.localdate()), pk=when)
    back = reverse("reference-subject", args=["bank-holidays"])
    if request.method == "POST":
        with transaction.atomic():
            row.delete()
            trail.write("body", _body().pk, "bank_holiday_removed", by=by, day=day)
        messages.success(request, f"Done: {in_words(when)} is no bank holiday any more.")
        return see_other(back)
    return render(request, "reference/remove_bank_holiday.html", {"row": row, "back": back})


@FORMS
def delegate(request: HttpRequest, office: UUID) -> HttpResponse:
    """Propose that somebody signs for an office."""
    by = administrator(request)
    row = get_object_or_404(Office.objects.filter(role__in=offices.SIGNING), pk=office)
    data = request.POST if request.method == "POST" else None
    form = DelegateForm(data, body=_body(), by=by)
    heading = f"Let somebody sign for an office: {row}"
    back = reverse("office", args=[row.pk])
    return proposed(request, form, "delegation", row.pk, by=by, heading=heading, back=back)
