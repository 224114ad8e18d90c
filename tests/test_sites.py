"""The two sites as processes: each alive, ready, and without the other's powers."""

import urllib.request

from playwright.sync_api import Page

from tests.public import PublicClient
from tests.sites import LiveSite


def test_both_sites_are_alive_and_ready_in_a_browser(live_site: LiveSite, page: Page) -> None:
    for address in (live_site.staff_url, live_site.public_url):
        for path in ("healthz", "readyz"):
            answer = page.goto(f"{address}/{path}")
            assert answer is not None
            assert answer.status == 200


def test_the_public_site_sets_no_cookie(live_site: LiveSite) -> None:
    with urllib.request.urlopen(f"{live_site.public_url}/healthz") as answer:
        assert answer.headers["Set-Cookie"] is None
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_the_public_client_answers_as_the_public_site(public_client: PublicClient) -> None:
    assert public_client.get("/healthz").status_code == 200
    assert public_client.get("/accounts/login/").status_code == 404
