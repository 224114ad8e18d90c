"""What this installation decides where django-allauth leaves a choice."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from pcd.people.carried import Lost, carried_by
from pcd.people.pages import sign_in_page
from pcd.people.proof import proved_recently
from pcd.people.replay import dropped, replay

#: Where a session keeps with which password a sign-in began, as a keyed hash.
BEGAN_WITH = "began_with"
REPLACED = "The password was replaced after you began to sign in. Sign in again."


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up; whoever signs in goes on where they were."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "The user name or password is not right",
        "incorrect_password": "The password is not right",
        "enter_current_password": "The current password is not right",
        "too_many_login_attempts": "That was wrong too many times. Wait five minutes, then try again",
        "rate_limited": "That was wrong too many times. Wait five minutes, then try again",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Administrators make accounts; nobody makes their own."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Go on to addresses of this very site only."""
        request = context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Refuse a deactivated person with the same words as a wrong password."""
        person = super().authenticate(request, **credentials)
        return person if person and person.is_active else None

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **about: Any) -> HttpResponse | None:
        """Note with which password a sign-in began: it may wait for its second step."""
        request.session[BEGAN_WITH] = user.get_session_auth_hash()
        answer: HttpResponse | None = super().pre_login(request, user, **about)
        return answer

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Let nobody in whose password was replaced while the second step waited; what was typed is kept."""
        began_with = request.session.pop(BEGAN_WITH, "")
        if constant_time_compare(began_with, user.get_session_auth_hash()):
            super().login(request, user)
            return
        request.session.flush()
        messages.error(request, REPLACED)
        try:
            carried = carried_by(request)
        except Lost:
            carried = None
        again = sign_in_page(request, carried) if carried else redirect("account_login")
        raise ImmediateHttpResponse(again)

    def is_reauthentication_required(self, *, app: str) -> bool:
        """The sign-in itself is proof for as long as any other (allauth would ask again at once)."""
        return not proved_recently(context.request)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **about: Any) -> HttpResponse:
        """Go on with what was typed before the session ended, else to the page that was asked for.

        This is the end of every way of signing in: a page of a second factor or of single sign-on that posts
        the hidden input `carried` along is served by the same lines.
        """
        answer = super().post_login(request, user, **about)
        try:
            carried = carried_by(request)
        except Lost as reason:
            return dropped(request, str(reason))
        return replay(request, carried) if carried else answer  # type: ignore[return-value]  # streams are no pages

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Say that they are signed out."""
        return reverse("account_signed_out")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Go back to work."""
        return resolve_url(settings.LOGIN_REDIRECT_URL)
