"""The two pages that can stand in the way of a POST and carry its fields on: sign in, and prove it is you."""

import json
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from pcd.people import mail
from pcd.people.carried import Carried
from pcd.people.forms import Prove, ProveByCode, SignIn

# A script that saves in the background must see that nothing was saved, and a browser shows the page all the
# same. (401 would need a WWW-Authenticate header, which makes some browsers ask in a window of their own.)
NOT_YET = 403
#: How a record of allauth's proves somebody, and by which form of the page of proof.
WAYS = {
    "password": "password",
    "totp": "code",
    "recovery_codes": "code",
    "webauthn": "key",
    "socialaccount": "single_sign_on",
}


@never_cache
def sign_in_page(request: HttpRequest, carried: Carried) -> HttpResponse:
    """Show the sign-in page in the place of an answer, with what was typed on it."""
    page = {"form": SignIn(request=request), **other_ways(), **on_page(carried)}
    return render(request, "account/login.html", page, status=NOT_YET)


def other_ways() -> dict[str, object]:
    """Return what else the sign-in page offers here: single sign-on, and a link where a password is forgotten."""
    return {"single_sign_on": settings.OIDC, "mail_goes_out": mail.is_there()}


@never_cache
def prove_page(request: HttpRequest, carried: Carried) -> HttpResponse:
    """Show the page of proof in the place of an answer, with what was typed on it."""
    page = {"ways": ways_to_prove(request), **on_page(carried)}
    return render(request, "account/reauthenticate.html", page, status=NOT_YET)


def ways(request: HttpRequest) -> set[str]:
    """Return the ways by which this person signed in, which are those that prove it again."""
    records = get_authentication_records(request, request.user)
    used = {WAYS.get(record.get("type") or record["method"], "") for record in records} - {""}
    if "single_sign_on" in used:
        return {"single_sign_on"}
    return used or {"password"}


def ways_to_prove(request: HttpRequest, tried: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what the page of proof shows for each way; a form that was tried stands with its errors."""
    tried = {} if tried is None else tried
    show: dict[str, Any] = {
        "password": lambda: Prove(user=request.user),
        "code": lambda: ProveByCode(user=request.user),
        "key": lambda: key_options(request),
        "single_sign_on": lambda: True,
    }
    return {way: tried[way] if way in tried and way != "key" else show[way]() for way in ways(request)}


def key_options(request: HttpRequest) -> str:
    """Return what the browser asks a passkey or security key of this person for."""
    return json.dumps(begin_authentication(request.user))


@never_cache
def set_up_page(request: HttpRequest, carried: Carried) -> HttpResponse:
    """Ask for a second factor first, in another tab, with what was typed on this page."""
    return render(request, "people/set_up_first.html", on_page(carried), status=NOT_YET)


@never_cache
def send_again_page(request: HttpRequest, carried: Carried) -> HttpResponse:
    """Ask for one more click, where the page was opened before the latest sign-in in another tab."""
    return render(request, "people/send_again.html", on_page(carried), status=NOT_YET)


def on_page(carried: Carried) -> dict[str, object]:
    """Return what the templates say about carried fields."""
    return {
        "carried": carried.sealed(),
        "address": carried.address,
        "had_files": carried.had_files,
        "purpose": carried.purpose,
    }
