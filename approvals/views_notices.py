"""The pages of mail: how one gets it, and in the demo what went out."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Min
from django.db.models.functions import Now
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from approvals import outbox
from approvals.demo import mails as demo
from approvals.models import Notice
from approvals.views import person_of
from decisions.drafting.editing import see_other
from pcd.forms import Form, RadioSelect

AT_ONCE, DAILY = "at_once", "daily"
#: When the one mail a day may come.
HOURS = range(7, 19)


class MailForm(Form):
    """At once, or once a day and at which hour."""

    when = forms.ChoiceField(
        label="When do you want to get mail?",
        choices=[(AT_ONCE, "At once"), (DAILY, "Once a day")],
        widget=RadioSelect(
            hints={
                AT_ONCE: "One mail for each thing that you are asked or told",
                DAILY: "One mail with all of them, on working days",
            },
            reveals={DAILY: "hour"},
        ),
    )
    hour = forms.TypedChoiceField(
        label="At",
        choices=[(hour, f"{hour % 12 or 12}{'am' if hour < 12 else 'pm'}") for hour in HOURS],
        coerce=int,
        initial=9,
        required=False,
    )

    def chosen(self) -> int | None:
        """Return the hour of the daily mail, or None for mail at once."""
        return int(self.cleaned_data["hour"] or 9) if self.cleaned_data["when"] == DAILY else None


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """Show how this person gets mail, and change it."""
    person = person_of(request)
    shown: dict[str, Any] = {"when": AT_ONCE if person.digest_at is None else DAILY}
    if person.digest_at is not None:
        shown["hour"] = person.digest_at
    form = MailForm(request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        outbox.choose(person, form.chosen())
        messages.success(request, "Saved how you get mail")
        return see_other(reverse("notices"))
    waiting = Notice.objects.waiting().filter(person=person, due_at__gt=Now())
    context = {
        "form": form,
        "next": waiting.aggregate(count=Count("pk"), at=Min("due_at")) if person.digest_at else None,
        "urgent": [row.subject for row in outbox.SAID.values() if row.urgent],
    }
    return render(request, "approvals/notices.html", context)


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """Show what the outbox of the demo sent, exactly as the mail; elsewhere there is no such page."""
    if not settings.DEMO_MAILS:
        raise Http404
    return render(request, "approvals/mails.html", {"mails": demo.kept()})
