"""A paper with a wide table in its text, on a phone: the table scrolls, the pages around it do not."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page

from approvals.demo import walk
from approvals.demo.papers import PCD_1637
from approvals.demo.people import make_people
from decisions.text import markup, plain
from tests.pages import PHONE, axe_violations, sideways
from tests.rig import PASSWORD
from tests.sites import LiveSite

WIDE = "| Masts | Cables |\n|---|---|\n" + f"| {'W' * 40} | {'M' * 40} |\n"


def test_a_table_of_the_text_stands_in_a_box_that_scrolls_and_that_keys_reach() -> None:
    boxed = markup(f"Before.\n\n{WIDE}\nAfter &lt;table.")

    assert boxed.count('<div class="pcd-scroll" tabindex="0" role="group" aria-label="Table"><table') == 1
    assert boxed.count("</table></div>") == 1
    assert "Masts" in plain(WIDE)


@pytest.mark.parametrize("address", ["", "act/decide/", "preview/"])
def test_pages_with_the_paper_are_as_wide_as_a_phone(live_site: LiveSite, page: Page, address: str) -> None:
    people = make_people(PASSWORD)
    wide = replace(PCD_1637, sections={**PCD_1637.sections, "legal": f"The costs are these.\n\n{WIDE}"})
    version = walk.draft(wide, people)
    walk.endorse(walk.bring(version, people, "with_chief_executive"), people)
    page.goto(f"{live_site.staff_url}/accounts/login/")
    page.fill("[name=login]", "dmpc")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in", exact=True).click()
    page.set_viewport_size({"width": PHONE, "height": 640})

    page.goto(f"{live_site.staff_url}/papers/{version.decision_id}/{address}")

    assert page.locator(".pcd-paper .pcd-scroll >> text=Masts").count()
    assert sideways(page) == 0
    assert axe_violations(page) == []
