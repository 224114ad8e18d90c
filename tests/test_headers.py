"""The headers of every response, and pages of refusal that tell nobody what there is."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from pytest_django.fixtures import Settings

from pcd.headers import SAFE, Headers
from tests.pages import assert_valid_html
from tests.public import PublicClient


def through(site: str, settings: Settings, **headers: str) -> HttpResponse:
    """A view's response after it has passed the middleware of a site."""
    settings.SITE = site
    view: Callable[[HttpRequest], HttpResponse] = lambda request: HttpResponse("body", headers=headers)  # noqa: E731
    return Headers(view)(RequestFactory().get("/"))


@pytest.mark.parametrize("site", ["staff", "public"])
def test_every_response_has_the_safe_headers(site: str, settings: Settings) -> None:
    response = through(site, settings)
    assert {name: response[name] for name in SAFE} == dict(SAFE)


def test_no_cache_keeps_a_staff_page_whatever_its_view_says(settings: Settings) -> None:
    for said in ({}, {"Cache-Control": "public, max-age=3600"}):
        assert through("staff", settings, **said)["Cache-Control"] == "no-store, private"


def test_a_public_page_may_be_kept_and_is_asked_for_again_unless_its_view_says_more(
    settings: Settings,
) -> None:
    assert through("public", settings)["Cache-Control"] == "public, no-cache"
    assert through("public", settings, **{"Cache-Control": "max-age=5"})["Cache-Control"] == "max-age=5"


def test_the_sites_pass_their_responses_through_it(client: Client, public_client: PublicClient) -> None:
    assert client.get("/healthz")["Permissions-Policy"] == SAFE["Permissions-Policy"]
    assert public_client.get("/healthz")["Permissions-Policy"] == SAFE["Permissions-Policy"]


@pytest.mark.parametrize("code", ["400", "403", "404", "500"])
def test_a_page_of_refusal_is_the_same_whatever_was_asked(code: str) -> None:
    asked = [RequestFactory().get(path) for path in ("/papers/1/", "/papers/2/?q=<b>")]
    pages = {
        render_to_string(
            f"{code}.html", {"request_path": request.path, "exception": "No such paper"}, request
        )
        for request in asked
    }
    assert len(pages) == 1
    page = pages.pop()
    assert "paper" not in page
    assert_valid_html(page)
