"""The pages of signing in, in a real browser."""

from django.urls import reverse
from playwright.sync_api import Page

from pcd.people import forgotten
from pcd.people.models import User
from tests.pages import assert_valid_html, axe_violations
from tests.sites import LiveSite

PASSWORD = "a long enough pass phrase"


def test_the_pages_of_signing_in_are_usable_by_everyone(live_site: LiveSite, page: Page) -> None:
    anna = User.objects.create_user("anna", PASSWORD, full_name="Anna Ashworth", email="anna@example.org")
    page.goto(f"{live_site.staff_url}/accounts/password/forgotten/")
    sound(page)
    page.fill("[name=email]", "anna@example.org")
    with page.expect_navigation():
        page.click("main button")
    assert page.inner_text("h1") == "Check your email"
    sound(page)
    page.goto(live_site.staff_url + reverse("account_reset_password_from_key", args=forgotten.key(anna)))
    assert "set-password" in page.url
    sound(page)
    page.goto(f"{live_site.staff_url}/accounts/login/")
    sound(page)
    page.fill("[name=login]", "anna")
    with page.expect_navigation():
        page.press("[name=password]", "Enter")
    sound(page)
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")
    for address in ("reauthenticate/", "password/change/", "logout/"):
        page.goto(f"{live_site.staff_url}/accounts/{address}")
        sound(page)
    with page.expect_navigation():
        page.click("main button")
    assert page.inner_text("h1") == "You are signed out"
    sound(page)


def sound(page: Page) -> None:
    """Valid, nothing for axe to find, and no wider than a phone."""
    assert_valid_html(page.content())
    assert axe_violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 900})
