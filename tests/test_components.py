"""The page of components, and what every page stands on: tags, frame, styles, no inline code."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Browser

from pcd.components import EXAMPLES, components
from pcd.macros import component, environment
from tests.pages import PHONE, assert_valid_html, axe_violations, sideways

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "static" / "build"
TYPES = {".css": "text/css", ".js": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
POLICY = "default-src 'self'; style-src 'self'; script-src 'self'"


class Somebody:
    """A person who is signed in, for templates."""

    is_authenticated = True

    def __str__(self) -> str:
        """The name in the header."""
        return "Robin Ashdown"

    def holds(self, *roles: object) -> bool:
        """Whether an office is held: here none, so that the navigation shows what everybody sees."""
        return False


@pytest.fixture
def request_of_staff() -> HttpRequest:
    request: Any = RequestFactory().get("/components/")
    request.user = Somebody()
    request._messages = [Message(constants.SUCCESS, "Saved."), Message(constants.SUCCESS, "<b>Sent.")]
    return request  # type: ignore[no-any-return]


@pytest.fixture
def html(request_of_staff: HttpRequest) -> str:
    return components(request_of_staff).content.decode()


def draw(template: str, **context: Any) -> str:
    """A piece of template, drawn."""
    return Template("{% load govuk %}" + template).render(Context(context))


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("width", [1280, PHONE])
def test_axe_finds_nothing_wrong_with_any_component(
    browser: Browser, html: str, width: int, script: bool
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))

    def answer(route: Any) -> None:
        path = BUILD / route.request.url.split("/static/build/")[-1]
        if path.is_file():
            route.fulfill(body=path.read_bytes(), content_type=TYPES[path.suffix])
        else:
            route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    page.route("**/*", answer)
    page.goto("http://components.test/components/")
    if script:
        assert axe_violations(page) == []
        assert "govuk-frontend-supported" in (page.locator("body").get_attribute("class") or "")
    assert page.locator("#id_wrong-day_day").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width if script else True
    assert sideways(page) == 0 if script else True
    assert problems == []
    context.close()


def test_the_page_is_valid_html(html: str) -> None:
    assert_valid_html(html)


def test_every_component_that_the_styles_know_has_an_example(html: str) -> None:
    styled = set(
        re.findall(
            r'@use "govuk-frontend/dist/govuk/components/([a-z-]+)"',
            (ROOT / "static/src/pcd.scss").read_text(),
        )
    )
    within = {
        "character-count", "checkboxes", "date-input", "error-message", "fieldset", "file-upload", "hint", "input",
        "label", "password-input", "radios", "select", "textarea", "service-navigation", "skip-link",
    }  # fmt: skip
    assert styled == {example.component for example in EXAMPLES} | within
    for name in within:
        assert f"govuk-{name}" in html, name


def test_every_example_can_be_drawn() -> None:
    for example in EXAMPLES:
        assert f"govuk-{example.component}" in component(example.component, example.params)


def test_messages_of_a_kind_share_one_banner() -> None:
    texts = ((constants.SUCCESS, "Saved."), (constants.INFO, "Noted."), (constants.SUCCESS, "<b>Sent."))
    drawn = draw("{% message_banners messages %}", messages=[Message(*text) for text in texts])
    assert drawn.count('data-module="govuk-notification-banner"') == 2
    assert drawn.index("Saved.") < drawn.index("&lt;b&gt;Sent.") < drawn.index("Noted.")
    assert draw("{% message_banners messages %}") == ""


def test_arguments_may_be_written_with_underscores_and_nested() -> None:
    drawn = draw(
        '{% govuk "summary-list" params=facts %}',
        facts={"rows": [{"key": {"text": "A"}, "value": {"text": "B"}, "actions": {"items": [
            {"href": "#", "text": "Change", "visually_hidden_text": "a", "attributes": {"data-x_y": "1"}}]}}]},
    )  # fmt: skip
    assert 'data-x_y="1"' in drawn
    assert "visually-hidden" in drawn


def test_an_argument_that_a_component_does_not_have_is_an_error() -> None:
    with pytest.raises(TypeError, match="button has no txt"):
        component("button", {"txt": "Save"})


def test_what_stands_in_a_block_becomes_the_component_and_is_escaped_once() -> None:
    drawn = draw(
        '{% govukblock "details" summary_text="Why" %}<p>{{ text }}</p>{% endgovukblock %}', text="<b>"
    )
    assert "<p>&lt;b&gt;</p>" in drawn


def test_texts_are_escaped() -> None:
    assert "<b>" not in draw('{% govuk "button" text=text %}', text="<b>")
    assert environment().autoescape is True


def test_the_navigation_marks_the_nearest_page_and_leaves_out_what_is_missing() -> None:
    request = RequestFactory().get("/accounts/login/")
    drawn = draw('{% navigation "no-such-page" "Nowhere" "account_login" "Sign in" %}', request=request)
    assert "Nowhere" not in drawn
    assert re.search(r'href="/accounts/login/"\s+aria-current="page"', drawn)


@pytest.mark.parametrize("base", ["staff.html", "public.html"])
def test_no_page_has_inline_code_and_all_it_loads_is_our_own(base: str) -> None:
    page = render_to_string(base, {}, RequestFactory().get("/"))
    assert_valid_html(page)
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    loaded = re.findall(r'<(?:link|script|img)[^>]*(?:href|src)="([^"]+)"', page)
    assert loaded
    assert all(address.startswith("/static/build/") for address in loaded)
    assert '<html lang="en-GB"' in page
    assert "crown" not in page.lower()


def test_the_styles_name_only_files_that_the_build_has_and_no_crest() -> None:
    for sheet in ("pcd.css", "pdf.css"):
        text = (BUILD / sheet).read_text()
        named = re.findall(r'url\("?([^")]+)"?\)', text)
        assert named
        assert [name for name in named if not (BUILD / name).is_file()] == []
        assert not re.search("crest|crown|GDS Transport", text)


def test_a_page_with_a_refused_form_says_so_in_its_title() -> None:
    form = {"errors": {"title": ["Enter the title"]}}
    assert "<title>Error: " in render_to_string("public.html", {"form": form}, RequestFactory().get("/"))
    assert "<title>Error: " not in render_to_string("public.html", {}, RequestFactory().get("/"))
