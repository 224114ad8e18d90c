"""The page of somebody outside: no account, a link and a code told apart, what was shared, one answer."""

from functools import partial
from typing import Any
from uuid import UUID

from allauth.core.internal import ratelimit
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from approvals import enclosures
from approvals.effects import tell_of_outside_answer
from approvals.models import Advice, OutsideRequest
from approvals.outside import answer, files, knows, live, shown
from approvals.workflow import locked
from decisions.form import FILE_TYPES
from pcd.downloads import download
from pcd.forms import Form, LongTextField, RadioSelect, TextInput

#: As the sign-in has it.
LIMITS = {"outside": "20/m/ip,10/300s/key"}
#: How long a right code keeps the page open, in seconds.
OPEN_FOR = 12 * 60 * 60
_seal = partial(signing.dumps, salt="approvals.outside")
_unseal = partial(signing.loads, salt="approvals.outside", max_age=OPEN_FOR)


class CodeForm(Form):
    """The code that was told apart."""

    code = forms.CharField(
        label="Your code",
        help_text="Whoever asks for your advice has told it to you, not by email. For example, 2345-ABCD-6789.",
        max_length=40,
        widget=TextInput(width=20),
        error_messages={"required": "Enter your code"},
    )


class AnswerForm(Form):
    """What somebody outside advises."""

    outcome = forms.ChoiceField(
        label="Are you content with what you were shown?",
        choices=Advice.Outcome.choices,
        widget=RadioSelect(),
    )
    text = LongTextField(label="Your advice", error_messages={"required": "Enter your advice"}, rows=10)


@login_not_required
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def outside_page(request: HttpRequest, outside: UUID) -> HttpResponse:
    """Ask for the code, show what was shared, take one answer; a link that opens no more is as if missing."""
    asked = _live(outside)
    if request.method != "POST":
        return _page(request, asked, form=CodeForm())
    if "token" in request.POST:
        return _inside(request, asked)
    form = CodeForm(request.POST)
    if form.is_valid():
        if not ratelimit.consume(
            request, app="approvals", action="outside", config=LIMITS, key=str(asked.pk)
        ):
            form.add_error("code", "There were too many tries. Wait five minutes and try again")
            return _page(request, asked, form=form, status=429)
        with transaction.atomic():
            locked(asked.version_id)  # one try after another
            _live(asked.pk)
            right = knows(asked, form.cleaned_data["code"])
        if right:
            return _opened(request, asked, AnswerForm())
        _live(asked.pk)  # the last wrong try ends it
        form.add_error("code", "This is not the code. Check each letter and figure")
    return _page(request, asked, form=form)


def _live(pk: UUID) -> OutsideRequest:
    asked = live(pk)
    if asked is None:
        raise Http404
    return asked


def _inside(request: HttpRequest, asked: OutsideRequest) -> HttpResponse:
    """Do what is asked for with a right code behind it: hand out a file, or take the answer."""
    try:
        known = _unseal(request.POST["token"])
    except signing.BadSignature:
        known = ""
    if known != str(asked.pk):
        raise Http404
    if "file" in request.POST:
        rows = asked.enclosures.filter(part=enclosures.Part.FILE).select_related("key")
        try:
            found = get_object_or_404(rows, pk=UUID(request.POST["file"]))
        except ValueError:
            raise Http404 from None
        name, content = enclosures.opened(found)
        return download(content, name=name, media_type=FILE_TYPES[found.kind])
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _opened(request, asked, form)
    with transaction.atomic():
        locked(asked.version_id)
        answer(_live(asked.pk), **form.cleaned_data)
        tell_of_outside_answer(asked)
    return render(request, "approvals/outside_done.html", {"asked": asked})


def _opened(request: HttpRequest, asked: OutsideRequest, form: Form) -> HttpResponse:
    more: dict[str, Any] = {"shown": shown(asked), "files": files(asked), "token": _seal(str(asked.pk))}
    return _page(request, asked, form=form, **more)


def _page(request: HttpRequest, asked: OutsideRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "approvals/outside.html", {"asked": asked, **more}, status=status)
