"""The two pages that can stand in the way of a POST and carry its fields on: sign in, and prove it is you."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from pcd.people.carried import Carried
from pcd.people.forms import Prove, SignIn

# A script that saves in the background must see that nothing was saved, and a browser shows the page all the
# same. (401 would need a WWW-Authenticate header, which makes some browsers ask in a window of their own.)
NOT_YET = 403


@never_cache
def sign_in_page(request: HttpRequest, carried: Carried) -> HttpResponse:
    """Show the sign-in page in the place of an answer, with what was typed on it."""
    page = {"form": SignIn(request=request), **on_page(carried)}
    return render(request, "account/login.html", page, status=NOT_YET)


@never_cache
def prove_page(request: HttpRequest, carried: Carried) -> HttpResponse:
    """Show the page of proof in the place of an answer, with what was typed on it."""
    page = {"form": Prove(user=request.user), **on_page(carried)}
    return render(request, "account/reauthenticate.html", page, status=NOT_YET)


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
