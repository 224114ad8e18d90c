"""A traveller through the sites in a real browser: types, presses, and looks hard at each page once."""

import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from playwright.sync_api import Locator, Page, Response

from tests.pages import PHONE, assert_valid_html, axe_violations, sideways
from tests.rig import PASSWORD
from tests.sites import DESKTOP, LiveSite

Typed = str | date | list[str] | bool
#: Where to put pictures of every page, for somebody who wants to look at them; none are made otherwise.
SHOTS = os.environ.get("PCD_SHOTS", "")


def one_line(text: str) -> str:
    """The text in single spaces."""
    return " ".join(text.split())


class Traveller:
    """One browser page that goes from desk to desk."""

    def __init__(self, site: LiveSite, page: Page) -> None:
        self.site, self.page = site, page
        self.looked_at: dict[str, list[str]] = {}
        self.complaints: list[str] = []
        self.answers: list[Response] = []
        page.on("response", self._hear)
        page.on("console", lambda message: self._note(message.type, message.text))

    def _hear(self, response: Response) -> None:
        request = response.request
        if request.is_navigation_request() and not 300 <= response.status < 400:
            self.answers.append(response)

    def _note(self, kind: str, text: str) -> None:
        # A page that asks to sign in again answers 403, a refusal 409; Chromium writes both to its console.
        if kind in ("error", "warning") and "status of 40" not in text:
            self.complaints.append(text)

    # Going

    def go(self, path: str) -> None:
        """Open an address of the staff site."""
        self.page.goto(self.site.staff_url + path)

    def go_public(self, path: str) -> None:
        """Open an address of the public site."""
        self.page.goto(self.site.public_url + path)

    def follow(self, link: str) -> None:
        """Follow a link of the page by its words, as they are heard."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("link", name=link, exact=True).click()

    def press(self, button: str) -> None:
        """Press a button of the page."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("button", name=button, exact=True).click()

    def sign_in(self, username: str) -> None:
        """Sign in on the page of signing in, which is open or is opened."""
        if not self.page.locator("[name=login]").count():
            self.go("/accounts/login/")
        self.page.fill("[name=login]", username)
        self.page.fill("[name=password]", PASSWORD)
        self.press("Sign in")

    def sign_out(self) -> None:
        """Sign out."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Sign out").click()

    def become(self, username: str, paper: str) -> None:
        """Sign out, sign in as somebody else, and open the paper from their own work."""
        self.sign_out()
        self.sign_in(username)
        assert self.heading == "My work"
        self.look("my work")
        self.glance(f"my work of {username}")
        self.follow(paper)

    # Typing

    def fill(self, **typed: Typed) -> None:
        """Type into the fields of the page: texts and dates; choose one by its value; tick some by theirs."""
        for name, value in typed.items():
            self._fill(name, value)

    def _fill(self, name: str, value: Typed) -> None:
        if isinstance(value, date):
            for part in ("day", "month", "year"):
                self.field(f"{name}_{part}").fill(str(getattr(value, part)))
        elif isinstance(value, list):
            for one in value:
                self.field(name, one).check()
        elif isinstance(value, bool):
            self.field(name).set_checked(value)
        elif self.field(name).first.get_attribute("type") == "radio":
            self.field(name, value).check()
        elif self.field(name).evaluate("box => box.tagName") == "SELECT":
            self.field(name).select_option(label=value)
        else:
            self.field(name).fill(value)

    def field(self, name: str, value: str = "") -> Locator:
        """Return a field of the page by its name, or the choice of it with this value."""
        return self.page.locator(f'main [name="{name}"]' + (f'[value="{value}"]' if value else ""))

    # Looking

    @property
    def heading(self) -> str:
        """The page's main heading."""
        return one_line(self.page.locator("h1").inner_text())

    @property
    def text(self) -> str:
        """All that a reader sees of the page's own part, in single spaces."""
        return one_line(self.page.inner_text("main"))

    def look(self, name: str) -> None:
        """Check a page the first time that it is met: its HTML, axe, its width on a phone; keep pictures if asked."""
        if name in self.looked_at:
            return
        assert_valid_html(self.answers[-1].text())
        self.looked_at[name] = axe_violations(self.page)
        self._picture(name, "wide")
        self.page.set_viewport_size({"width": PHONE, "height": 640})
        if wider := sideways(self.page):
            self.looked_at[name].append(f"{wider} pixels too wide on a phone")
        self._picture(name, "phone")
        self.page.set_viewport_size(DESKTOP)
        assert not self.looked_at[name], (name, self.looked_at[name])

    def glance(self, name: str) -> None:
        """Keep pictures, if asked, of a page whose kind has been looked at already."""
        if SHOTS and name not in self.looked_at:
            self.look(name)

    def _picture(self, name: str, width: str) -> None:
        if SHOTS:
            number = len(self.looked_at)
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            file = f"{number:02d}-{name.replace(' ', '-')}-{width}.png"
            self.page.screenshot(path=Path(SHOTS) / file, full_page=True)

    # Time passes

    def session_ends(self) -> None:
        """Let every session end, as after an hour without a click."""
        Session.objects.all().delete()

    def proof_grows_old(self) -> None:
        """Let the last proof of who this is be more than the allowed time ago."""
        cookie = next(
            one["value"]
            for one in self.page.context.cookies()
            if one.get("name") == settings.SESSION_COOKIE_NAME and "value" in one
        )
        session = SessionStore(cookie)
        records = session["account_authentication_methods"]
        session["account_authentication_methods"] = [
            {**record, "at": time.time() - 60 - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT}
            for record in records
        ]
        session.save()


def missing(texts: list[str], within: str, said: Callable[[str], str] = one_line) -> list[str]:
    """Return those of the typed texts, paragraph by paragraph, that do not stand in a text."""
    paragraphs = [part for text in texts for part in text.split("\n\n") if part.strip()]
    whole = said(within)
    return [part for part in paragraphs if said(part) not in whole]
