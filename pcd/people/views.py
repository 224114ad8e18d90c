"""Signing in and out, proving who one is, changing a password: allauth's views with our pages."""

import json
from typing import Any

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.internal.stagekit import get_pending_stage
from allauth.account.views import LoginView, LogoutView, PasswordChangeView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCode
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.webauthn.views import LoginWebAuthnView, ReauthenticateWebAuthnView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from pcd.people.carried import CARRIED, Carried, Lost, carried_by
from pcd.people.pages import on_page, other_ways, send_again_page, sign_in_page, ways, ways_to_prove
from pcd.people.replay import SOMEBODY_ELSE, dropped, replay

KEY_REFUSED = "That passkey cannot sign in here. Try another one, or your password."

unreported = method_decorator([sensitive_post_parameters(), never_cache], name="dispatch")


class CarriesOn:
    """Keeps carried fields on the page while the password is not right yet."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the carried fields, or why they are lost."""
        page: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # a mixin of allauth's views
        try:
            carried = carried_by(self.request)
        except Lost as reason:
            return {**page, "lost": str(reason)}
        return {**page, **on_page(carried)} if carried else page


@method_decorator(login_not_required, name="dispatch")
@unreported
class SignIn(CarriesOn, LoginView):
    """User name and password; goes on with what was typed (AccountAdapter.post_login)."""

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Go on; a second factor is asked for on a page in this place, where something was typed."""
        answer: HttpResponseBase = super().form_valid(form)
        carries = CARRIED in self.request.POST and at_second_factor(self.request)
        return second_factor_page(self.request) if carries else answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what else there is than a password."""
        return {**super().get_context_data(**kwargs), **other_ways()}


@unreported
class SecondFactor(CarriesOn, AuthenticateView):
    """The second factor at a sign-in: a code, a recovery code, a passkey or security key."""

    template_name = "mfa/authenticate.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Name what the person has, and what the browser asks a key for."""
        page = super().get_context_data(**kwargs)
        kinds = set(self.stage.login.user.authenticator_set.values_list("type", flat=True))
        options = json.dumps(page["js_data"]["request_options"]) if "webauthn" in kinds else ""
        errors = self.webauthn_form.errors.get("credential") if self.webauthn_form.is_bound else None
        return {**page, "has_codes": kinds - {"webauthn"}, "key": options, "key_errors": errors}


@method_decorator(login_not_required, name="dispatch")
@unreported
class SignInWithKey(LoginWebAuthnView):
    """A passkey alone; goes on with what was typed."""

    def form_invalid(self, form: Any) -> HttpResponseBase:
        """Say so on the page that carries on, or on the sign-in page."""
        try:
            carried = carried_by(self.request)
        except Lost:
            carried = None
        messages.error(self.request, KEY_REFUSED)
        if carried:
            return sign_in_page(self.request, carried)
        return HttpResponseRedirect(reverse("account_login"))


def at_second_factor(request: HttpRequest) -> bool:
    """Say whether the password was right and the second factor is waited for."""
    return isinstance(get_pending_stage(request), AuthenticateStage)


def second_factor_page(request: HttpRequest) -> HttpResponseBase:
    """Show the page of the second factor in the place of another."""
    request.method = "GET"
    answer: HttpResponseBase = SecondFactor.as_view()(request)
    return answer


@method_decorator(login_not_required, name="dispatch")
class SignOut(LogoutView):
    """Signs out by POST; a visit by GET asks first."""


class Proves(CarriesOn):
    """What the three ways to prove it have in common: only those by which the person signed in, and then on."""

    way: str
    template_name = "account/reauthenticate.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Nobody proves it in a weaker way than they signed in."""
        if request.method == "POST" and self.way not in ways(request):
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show every way, the one that was tried with its errors."""
        page = super().get_context_data(**kwargs)
        form = page["form"]
        tried = form if form.is_bound else None
        return {**page, "ways": ways_to_prove(self.request, {self.way: tried} if tried else {})}

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Record the proof and do what was asked for."""
        if CARRIED in self.request.POST:
            self.prove(form)
            return resume(self.request)
        answer: HttpResponseBase = super().form_valid(form)  # type: ignore[misc]
        return answer

    def prove(self, form: Any) -> None:
        """Record the proof."""
        form.save()

    def form_invalid(self, form: Any) -> HttpResponseBase:
        """Show the page again."""
        answer: HttpResponseBase = self.render_to_response(self.get_context_data(form=form))  # type: ignore[attr-defined]
        return answer

    def _check_reauthentication_method_available(self, request: HttpRequest) -> Any:
        # This page stands in the place of others (carry_on); allauth asks only whether this is its address.
        return None


@unreported
class ProveItIsYou(Proves, ReauthenticateView):
    """The password again, then on with the act that waited for it.

    allauth's records make the proof; a code and a key are alternatives on this page, each a form of its own that
    posts `carried` along and ends in `resume`. Single sign-on opens another tab, so that the typed fields stay here.
    Its `ReauthenticationRequired` is not used: it would keep the typed fields in the session.
    """

    way = "password"

    def prove(self, form: Any) -> None:
        """Record the proof by a password."""
        reauthenticate_by_password(self.request)


@unreported
class ProveByCode(Proves, ReauthenticateByCode):
    """A code again."""

    way = "code"


@unreported
class ProveByKey(Proves, ReauthenticateWebAuthnView):
    """A passkey or security key again."""

    way = "key"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Leave out what allauth's script would be told."""
        return Proves.get_context_data(self, **kwargs)


@unreported
class ChangePassword(PasswordChangeView):
    """A new password; every other session of this person ends."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only for people who sign in with a password."""
        if not request.user.is_authenticated or not request.user.has_usable_password():
            raise Http404
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


@login_not_required
@require_safe
@never_cache
def signed_out(request: HttpRequest) -> HttpResponseBase:
    """Say that they are signed out."""
    if request.user.is_authenticated:
        return HttpResponseRedirect("/")
    return render(request, "account/signed_out.html")


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Nothing lives at the bare address."""
    return HttpResponseRedirect("/")


@sensitive_post_parameters()
@never_cache
@require_POST
def resume(request: HttpRequest) -> HttpResponseBase:
    """Go on with what waits on the posted page."""
    try:
        carried = carried_by(request)
    except Lost as reason:
        return dropped(request, str(reason))
    return replay(request, carried) if carried else HttpResponseRedirect("/")


def carry_on(request: HttpRequest) -> HttpResponseBase | None:
    """Take a carrying page's next step at the address of what it carries; None: ask for the sign-in first.

    There, and not under /accounts/, so that a form that comes back with errors posts to its own address again.
    """
    signed_in, waits = request.user.is_authenticated, at_second_factor(request)
    for field, (sign_in, prove) in STEPS.items():
        if field in request.POST:
            view = (
                prove if signed_in else SecondFactor if waits and field in ("code", "credential") else sign_in
            )
            return view.as_view()(request) if view else None if not signed_in else resume(request)
    return resume(request) if signed_in else None


#: The field of a form that carries, and the view that takes it: of a stranger, and of one who proves it is them.
STEPS: dict[str, tuple[Any, Any]] = {
    "login": (SignIn, None),
    "password": (None, ProveItIsYou),
    "code": (None, ProveByCode),
    "credential": (SignInWithKey, ProveByKey),
}


@sensitive_post_parameters()
@never_cache
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """Answer a POST whose CSRF token is not of this sign-in: a forged one, or a tab older than the latest sign-in.

    Only a page that we made for a person carries fields (typed_by, carried: signed, not to be guessed), and
    even then nothing is done before that person has clicked once more on a page of ours.
    """
    try:
        carried = carried_by(request)
    except Lost:
        carried = None
    if carried:
        return _older_tab(request, carried)
    if request.user.is_authenticated and request.path_info == reverse("account_login"):
        return HttpResponseRedirect("/")  # an older sign-in page: they are where it leads
    return render(request, "people/forged.html", status=403)


def _older_tab(request: HttpRequest, carried: Carried) -> HttpResponseBase:
    if not request.user.is_authenticated:
        return sign_in_page(request, carried)
    if carried.person != request.user.pk:
        return dropped(request, SOMEBODY_ELSE)
    return send_again_page(request, carried)
