"""The page of somebody outside: no account, a link and a code told apart, what was shared, one answer.

What they typed comes back to whoever was inside once, and has the token to show for it, whatever became of the link;
of the paper they see nothing any more.
"""

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
from approvals.outside import answer, answered, files, knows, live, opens_by, shown
from approvals.workflow import locked
from decisions.drafting.shown import typed_into
from decisions.form import FILE_TYPES
from pcd.downloads import download
from pcd.forms import Form, LongTextField, RadioSelect, TextInput

#: As the sign-in has it.
LIMITS = {"outside": "20/m/ip,10/300s/key"}
#: How long a right code keeps the page open, in seconds.
OPEN_FOR = 12 * 60 * 60
_seal = partial(signing.dumps, salt="approvals.outside")
_unseal = partial(signing.loads, salt="approvals.outside")


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


class Over(Exception):
    """The link opens no more."""


@login_not_required
@never_cache
@sensitive_post_parameters()
@sensitive_variables()
@require_http_methods(["GET", "HEAD", "POST"])
def outside_page(request: HttpRequest, outside: UUID) -> HttpResponse:
    """Ask for the code, show what was shared, take one answer.

    A link that opens no more is as if missing, but to whoever was inside.
    """
    was_inside = "token" in request.POST
    if was_inside:
        _opened_by(request, outside)
    try:
        asked = _live(outside)
        if was_inside and "code" not in request.POST:
            return _inside(request, asked)
        return _at_the_door(request, asked)
    except Over:
        if not was_inside:
            raise Http404 from None
        return _over(request, outside)


def _live(pk: UUID) -> OutsideRequest:
    asked = live(pk)
    if asked is None:
        raise Over
    return asked


def _opened_by(request: HttpRequest, pk: UUID, **limits: Any) -> str:
    """Return by which code the link was opened once; raises Http404 where the token is of another link, or nobody's."""
    try:
        known, code = _unseal(request.POST["token"], **limits)
    except (signing.BadSignature, ValueError):
        known, code = "", ""
    if known != str(pk):
        raise Http404
    return str(code)


def _at_the_door(request: HttpRequest, asked: OutsideRequest) -> HttpResponse:
    """Ask for the code, and let in whoever knows it; what they had typed before goes along."""
    if "code" not in request.POST:
        return _door(request, asked, CodeForm())
    form = CodeForm(request.POST)
    if form.is_valid():
        if not ratelimit.consume(
            request, app="approvals", action="outside", config=LIMITS, key=str(asked.pk)
        ):
            form.add_error("code", "There were too many tries. Wait five minutes and try again")
            return _door(request, asked, form, status=429)
        with transaction.atomic():
            locked(asked.version_id)  # one try after another
            _live(asked.pk)
            right = knows(asked, form.cleaned_data["code"])
        if right:
            return _opened(request, asked, AnswerForm(initial=request.POST.dict()))
        _live(asked.pk)  # the last wrong try ends it
        form.add_error("code", "This is not the code. Check each letter and figure")
    return _door(request, asked, form)


def _door(request: HttpRequest, asked: OutsideRequest, form: Form, *, status: int = 200) -> HttpResponse:
    """Ask for the code; what was typed inside is shown, and posted along."""
    names = ("token", *AnswerForm.base_fields)
    carried = {name: request.POST[name] for name in names if name in request.POST and "token" in request.POST}
    typed = typed_into(AnswerForm(carried)) if carried else []
    return _page(request, asked, form=form, carried=carried, typed=typed, status=status)


def _inside(request: HttpRequest, asked: OutsideRequest) -> HttpResponse:
    """Do what is asked for with a right code behind it: hand out a file, or take the answer."""
    try:
        fresh = _opened_by(request, asked.pk, max_age=OPEN_FOR) == opens_by(asked)[0]
    except Http404:
        fresh = False
    if not fresh:
        return _door(request, asked, CodeForm())
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


def _over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Answer who was inside, and came too late or a second time: their words are theirs, all else is closed."""
    asked, form = OutsideRequest.objects.get(pk=pk), AnswerForm(request.POST)
    said, typed = answered(asked), typed_into(form)
    if said is not None and (not typed or said == form.cleaned_data):
        return render(request, "approvals/outside_done.html", {"asked": asked})
    return _page(request, asked, typed=typed, over=True, status=409)


def _opened(request: HttpRequest, asked: OutsideRequest, form: Form) -> HttpResponse:
    more: dict[str, Any] = {"shown": shown(asked), "files": files(asked)}
    return _page(request, asked, form=form, token=_seal([str(asked.pk), opens_by(asked)[0]]), **more)


def _page(request: HttpRequest, asked: OutsideRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "approvals/outside.html", {"asked": asked, **more}, status=status)
