"""What somebody says of their own offices: that they are away, and that they are back."""

from datetime import datetime, time, timedelta

from django.contrib import messages
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pcd.forms import DateField, Form
from pcd.people import offices
from pcd.people.models import User


class LastDayForm(Form):
    """A last day, today or later."""

    called = "The last day"
    last_day = DateField(label="Last day", error_messages={"required": "Enter the last day"})

    def clean_last_day(self) -> object:
        """Nothing lasts until a day that has passed."""
        day = self.cleaned_data["last_day"]
        if day < timezone.localdate():
            raise ValidationError(f"{self.called} must be today or later")
        return day


class AbsenceForm(LastDayForm):
    """Until when."""

    called = "The last day that you are away"
    last_day = DateField(
        label="What is the last day that you are away?",
        help_text="You are back on the day after it. For example, 12 3 2027.",
        error_messages={"required": "Enter the last day that you are away"},
    )


def back_on(form: Form) -> datetime:
    """Return when an absence, or anything with a last day, ends: as the day after its last one begins."""
    return timezone.make_aware(datetime.combine(form.cleaned_data["last_day"] + timedelta(days=1), time.min))


@require_http_methods(["GET", "HEAD", "POST"])
def absence(request: HttpRequest) -> HttpResponse:
    """Let somebody say that they are away, and until when, or that they are back before."""
    person = request.user
    if not isinstance(person, User):
        raise TypeError("LoginRequired lets nobody else through")
    away = offices.absence_of(person)
    if request.method == "POST" and "back" in request.POST:
        if offices.end_absence(person, by=person):
            messages.success(request, "You are back. What waits for your offices is asked of you again.")
        return _done()
    form = AbsenceForm(request.POST if request.method == "POST" and not away else None)
    if request.method == "POST" and not away and form.is_valid():
        offices.record_absence(person, until=back_on(form), by=person)
        messages.success(
            request, "You are recorded as away. What waits for your offices goes to who signs for them."
        )
        return _done()
    if request.method == "POST" and away:
        return _done()  # a second click
    return render(request, "people/absence.html", {"form": form, "away": away})


def _done() -> HttpResponse:
    response = redirect("my-work")
    response.status_code = 303
    return response
