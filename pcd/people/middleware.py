"""Nobody passes without signing in, and nothing typed is lost when a session ends."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

from pcd.people.carried import CARRIED, Lost, about_signing_in, carried_by, typed_by
from pcd.people.pages import set_up_page, sign_in_page
from pcd.people.replay import SOMEBODY_ELSE, dropped
from pcd.people.second_factor import is_missing
from pcd.people.sessions import keep_or_end
from pcd.people.views import carry_on


class LoginRequired(LoginRequiredMiddleware):
    """Login is the default; a view that is public says so with `login_not_required`."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        """Let signed-in people pass, unless the page they send was made for somebody else."""
        keep_or_end(request)
        if request.user.is_authenticated and request.method == "POST":
            maker = typed_by(request)
            if maker and maker != request.user.pk:
                return dropped(request, SOMEBODY_ELSE)
        login_required = getattr(view_func, "login_required", True)
        # What is carried is another page's, wherever it is posted to.
        asks = CARRIED in request.POST or not about_signing_in(request.path_info)
        if login_required and asks and request.user.is_authenticated and is_missing(request):
            return self.second_factor_first(request)
        if CARRIED in request.POST and login_required:
            answer = carry_on(request)
            if answer:
                return answer
        return super().process_view(request, view_func, view_args, view_kwargs)

    def second_factor_first(self, request: HttpRequest) -> HttpResponseBase:
        """Lead to setting up a second factor, and keep what was typed."""
        try:
            carried = carried_by(request)
        except Lost as reason:
            return dropped(request, str(reason))
        return set_up_page(request, carried) if carried else redirect("mfa_index")

    def handle_no_permission(  # type: ignore[override]  # Django only ever redirects
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseBase:
        """Ask to sign in: on a page that carries what was typed, or by the usual redirect."""
        try:
            carried = carried_by(request)
        except Lost as reason:
            carried = None
            messages.error(request, str(reason))
        if carried:
            return sign_in_page(request, carried)
        return super().handle_no_permission(request, view_func)
