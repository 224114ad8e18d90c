"""Signing in and out, proving who one is, changing a password: allauth's views with our pages."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.views import LoginView, LogoutView, PasswordChangeView, ReauthenticateView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from pcd.people.carried import CARRIED, Carried, Lost, carried_by
from pcd.people.pages import on_page, send_again_page, sign_in_page
from pcd.people.replay import SOMEBODY_ELSE, dropped, replay

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


@method_decorator(login_not_required, name="dispatch")
class SignOut(LogoutView):
    """Signs out by POST; a visit by GET asks first."""


@unreported
class ProveItIsYou(CarriesOn, ReauthenticateView):
    """The password again, then on with the act that waited for it.

    allauth's records make the proof, so further ways to prove it (TOTP, passkey, single sign-on) are added as
    alternatives on this page: each a form of its own that posts `carried` along and ends in `resume`.
    Its `ReauthenticationRequired` is not used: it would keep the typed fields in the session.
    """

    def form_valid(self, form: Any) -> HttpResponseBase:
        """Record the proof and do what was asked for."""
        if CARRIED in self.request.POST:
            reauthenticate_by_password(self.request)
            return resume(self.request)
        answer: HttpResponseBase = super().form_valid(form)
        return answer

    def _check_reauthentication_method_available(self, request: HttpRequest) -> Any:
        # This page stands in the place of others (carry_on); allauth asks only whether this is its address.
        if request.user.is_authenticated and request.user.has_usable_password():
            return None
        return super()._check_reauthentication_method_available(request)


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
    view: Callable[[HttpRequest], HttpResponseBase] = resume
    if not request.user.is_authenticated:
        if "login" not in request.POST:
            return None
        view = SignIn.as_view()
    elif "password" in request.POST and "login" not in request.POST:
        view = ProveItIsYou.as_view()
    return view(request)


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
