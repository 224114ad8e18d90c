"""Proof again of who somebody is, before they sign."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account import app_settings
from allauth.account.authentication import get_authentication_records
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from pcd.people.carried import taken_from
from pcd.people.pages import prove_page

View = Callable[..., HttpResponseBase]


def proved_recently(request: HttpRequest) -> bool:
    """Say whether this person signed in or proved who they are within ACCOUNT_REAUTHENTICATION_TIMEOUT seconds.

    The records are allauth's, so a second factor, a passkey or single sign-on counts here as soon as it is
    switched on. Its own `did_recently_reauthenticate` does not count the sign-in itself, hence this sum.
    """
    # A sign-in elsewhere may be hours old: it proves nothing here until it was asked for anew (max_age=0).
    records = [
        record
        for record in get_authentication_records(request, request.user)
        if record["method"] != "socialaccount" or record.get("reauthenticated")
    ]
    return bool(records) and 0 <= time.time() - records[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT


def proof_required(*, to: str) -> Callable[[View], View]:
    """Ask for proof before this view acts on a POST; `to` ends the sentence "Enter your password to ...".

    The typed fields wait on the page of proof, and the act follows by itself when the password is right.
    The view may be any function view; the same page is shown whether or not there is anything behind the address.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def proven(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != "POST" or proved_recently(request):
                return view(request, *args, **kwargs)
            if not request.user.is_authenticated:
                raise PermissionDenied
            return prove_page(request, taken_from(request, request.user.pk, purpose=to))

        return proven

    return decorate
