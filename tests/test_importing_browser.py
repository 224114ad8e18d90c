"""Bringing a file in a real browser: chosen, read, looked at, its warnings answered; every page sound for everyone."""

from pathlib import Path

from playwright.sync_api import Page

from approvals.demo.people import make_people
from tests.brought import as_word
from tests.journey import Traveller
from tests.rig import PASSWORD
from tests.sites import LiveSite
from tests.test_importing_drafts import PAPER


def test_a_word_file_is_brought_and_its_warnings_are_answered(
    live_site: LiveSite, page: Page, tmp_path: Path
) -> None:
    make_people(PASSWORD)
    brought, wrong = tmp_path / "PCD1637.docx", tmp_path / "notes.csv"
    brought.write_bytes(as_word(PAPER.decode()))
    wrong.write_text("a,b")
    officer = Traveller(live_site, page)
    officer.go("/papers/new/")
    officer.sign_in("officer")
    officer.follow("Bring a Word document, a PDF or another file")
    officer.look("import")
    page.set_input_files("[name=file]", wrong)
    officer.press("Read the file")
    assert "is a text file although its name ends in .csv" in page.inner_text("main")
    officer.look("import refused")
    page.set_input_files("[name=file]", brought)
    officer.press("Read the file")
    assert officer.heading == "Check what was read"
    officer.look("imported")
    imported = page.url
    page.goto(imported.replace("/import/", "/edit/summary/"))
    page.fill("[name=summary]", "The upgrade costs E225k, and its price is TBC.")
    officer.press("Save and continue")
    assert "Still to settle in this part" in page.inner_text("main")
    officer.look("saved with something to settle")
    page.goto(imported)
    page.check(".govuk-checkboxes__input >> nth=0")
    officer.press("Accept 1 field that is word for word")
    assert "2 of 21 looked at" in page.inner_text("main")
    officer.look("imported and looked at in part")
    page.locator("#field-title").get_by_role("link", name="Change title").click()
    page.fill("[name=title]", "IT Platform Upgrade, second phase")
    officer.press("Save")
    assert page.url == f"{imported}#field-title"
    assert "1 of 3 looked at" in page.inner_text("main")
    for box in page.locator(".govuk-checkboxes__input").all():
        box.check()
    officer.press("Accept 3 fields that are word for word")
    officer.press("Accept 7 fields that are word for word")
    assert "21 of 21 looked at" in page.inner_text("main")
    page.get_by_role("button", name="Go on to the task list").click()
    officer.look("task list of an import")
    officer.follow("Answers to warnings")
    officer.look("warnings")
    for box in page.locator("main textarea").all():
        box.fill("Looked at, and it is right.")
    officer.press("Save and continue")
    officer.look("check your answers")
    assert "say why it is right" not in page.inner_text("main")
    assert officer.complaints == []
