"""The public site in a real browser: for everyone, on a phone, and without JavaScript."""

from datetime import timedelta
from typing import Any

from playwright.sync_api import Browser, Page

from decisions import pdf
from tests.pages import assert_valid_html, axe_violations
from tests.published import PUBLISHED_AT, add_event, add_publication, decided, unlocked_database
from tests.sites import LiveSite

PAGES = (
    "/",
    "/decisions/",
    "/decisions/?q=heron&kind=capital&year=2024&part2=yes&page=2",
    "/decisions/?q=zeppelin",
    "/decisions/pcd-1637/",
    "/decisions/pcd-1637/v1/",
    "/decisions/pcd-1640/",
    "/decisions/pcd-1559.pdf",
    "/register/",
    "/register/?state=withdrawn&year=2001",
    "/accessibility/",
    "/privacy/",
    "/nowhere/",
)


def fill(live_site: LiveSite, *, more: int = 0) -> None:
    """A site with a corrected decision, numbers in other states, and so many more decisions."""
    with unlocked_database(live_site.database):
        for number, became in ((1637, "issued"), (1637, "published"), (1640, "issued"), (1641, "withdrawn")):
            add_event(number, became)
        pdf.add_pdf(add_publication(decided()))
        add_publication(decided(version=2, title="Heron, corrected"), at=PUBLISHED_AT + timedelta(days=3))
        for number in range(1500, 1500 + more):
            paper = decided(number, title=f"Made-up decision {number}")
            add_publication(paper, at=PUBLISHED_AT + timedelta(days=number - 1600))


def test_every_public_page_is_valid_accessible_and_fits_a_phone(live_site: LiveSite, page: Page) -> None:
    fill(live_site, more=41)  # three pages of the list
    for address in PAGES:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(live_site.public_url + address)
        assert axe_violations(page) == [], address
        assert_valid_html(page.request.get(live_site.public_url + address).text())
        page.set_viewport_size({"width": 320, "height": 700})
        wide: Any = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        assert not wide, f"{address} is wider than a phone"


def test_a_reader_finds_a_decision_by_its_number_without_javascript(
    live_site: LiveSite, browser: Browser
) -> None:
    fill(live_site)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_site.public_url)
    page.get_by_label("Search decisions").fill("pcd1637")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="PCD 1637: Heron, corrected").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Heron, corrected"
    page.get_by_role("link", name="Version 1").click()
    with page.expect_response("**/v1.pdf") as answer:
        page.get_by_role("link", name="Download as PDF").click()
    assert answer.value.headers["content-type"] == "application/pdf"
    context.close()
