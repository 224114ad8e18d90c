"""Passkeys in a real browser with a virtual authenticator, and the pages of the second factor as people see them."""

import os
from pathlib import Path

from playwright.sync_api import Page

from pcd.people.models import Holding, Office, Role, User
from tests.pages import assert_valid_html, axe_violations, sideways
from tests.sites import LiveSite

PASSWORD = "a long enough pass phrase"
#: A folder for pictures of every page, to be looked at; none by default.
PICTURES = os.environ.get("PCD_PICTURES")


def test_a_passkey_is_added_signs_in_alone_and_proves_it_again(live_site: LiveSite, page: Page) -> None:
    anna = User.objects.create_user("anna", PASSWORD, full_name="Anna Ashworth")
    office = Office.objects.create(key="keeper", title="Keeper of accounts", role=Role.ADMINISTRATOR)
    Holding.objects.create(person=anna, office=office)
    with_virtual_key(page)
    visit(page, live_site, "/accounts/login/")
    page.fill("[name=login]", "anna")
    page.fill("[name=password]", PASSWORD)
    press(page, "Sign in")

    visit(page, live_site, "/accounts/second-factor/")
    visit(page, live_site, "/accounts/second-factor/app/")
    visit(page, live_site, "/accounts/second-factor/keys/add/")
    page.fill("[name=name]", "Work laptop")
    page.check("[name=passwordless]")
    press(page, "Add the key")
    assert page.inner_text("h1") == "Your recovery codes"
    sound(page, "codes")
    visit(page, live_site, "/accounts/second-factor/codes/new/")
    visit(page, live_site, "/accounts/second-factor/")
    assert "Work laptop" in page.inner_text("main")
    page.click("main >> text=Remove")
    sound(page, "key-remove")
    visit(page, live_site, "/accounts/sessions/")
    visit(page, live_site, "/second-factors/")

    press(page, "Sign out")
    page.goto(f"{live_site.staff_url}/accounts/login/")
    press(page, "Sign in with a passkey")
    page.goto(f"{live_site.staff_url}/accounts/sessions/")
    assert page.inner_text("h1") == "Where you are signed in"

    page.goto(f"{live_site.staff_url}/accounts/reauthenticate/?next=/accounts/sessions/")
    assert not page.is_visible("[name=password]"), "who signed in with a passkey proves it with one"
    sound(page, "prove-by-key")
    press(page, "Use your passkey or security key")
    assert page.inner_text("h1") == "Where you are signed in"

    press(page, "Sign out")
    page.goto(f"{live_site.staff_url}/accounts/login/")
    page.fill("[name=login]", "anna")
    page.fill("[name=password]", PASSWORD)
    press(page, "Sign in")
    assert page.inner_text("h1") == "Second step"
    sound(page, "second-step")
    press(page, "Use your passkey or security key")
    page.goto(f"{live_site.staff_url}/accounts/sessions/")
    assert page.inner_text("h1") == "Where you are signed in"

    ben = User.objects.create_user("ben", PASSWORD, full_name="Ben Brook")
    visit(page, live_site, f"/second-factors/{ben.pk}/")


def with_virtual_key(page: Page) -> None:
    """Plug in an authenticator that says yes, as a fingerprint reader does."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).first.click()


def visit(page: Page, site: LiveSite, address: str) -> None:
    page.goto(site.staff_url + address)
    sound(page, address.strip("/").replace("/", "-")[:40])


def sound(page: Page, name: str) -> None:
    """Valid, nothing for axe to find, and no wider than a phone."""
    assert_valid_html(page.content())
    assert axe_violations(page) == []
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert sideways(page) == 0
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
