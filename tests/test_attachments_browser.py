"""Attaching files in a real browser: the part first, dropped or chosen, its sending shown; then read by the public."""

from pathlib import Path

from playwright.sync_api import Page

from approvals.demo import walk
from approvals.demo.papers import PCD_1637
from approvals.demo.people import make_people
from decisions import policy
from decisions.models import Access, AttachmentCheck
from decisions.snapshot import load
from tests.attached import TABLE, attach, pdf, seal, signed_pdf
from tests.journey import Traveller
from tests.rig import PASSWORD
from tests.sites import LiveSite

#: A file that somebody drags from their desktop onto the form.
DROP = """({name, text}) => {
  const dragged = new DataTransfer();
  dragged.items.add(new File([text], name));
  const form = document.querySelector("form[data-upload]");
  form.dispatchEvent(new DragEvent("dragover", {dataTransfer: dragged, bubbles: true}));
  form.dispatchEvent(new DragEvent("drop", {dataTransfer: dragged, bubbles: true}));
}"""
#: Keeps what the page says while a file is being sent.
LISTEN = """() => {
  window.said = [];
  new MutationObserver(() => window.said.push(document.querySelector(".pcd-progress")?.textContent || ""))
    .observe(document.querySelector("form[data-upload]"), {childList: true, subtree: true, characterData: true});
}"""


def sent(officer: Traveller, said: str) -> None:
    """Add the file, and wait for the page that says so: it stands in the place of the form's."""
    officer.page.locator("main").get_by_role("button", name="Add the file").click()
    officer.page.get_by_text(said).first.wait_for()


def test_a_file_is_dropped_or_chosen_and_its_sending_is_shown(
    live_site: LiveSite, page: Page, tmp_path: Path
) -> None:
    people = make_people(PASSWORD)
    version = walk.draft(PCD_1637, people)
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(pdf(tagged=False))
    officer = Traveller(live_site, page)
    officer.go(f"/papers/{version.decision_id}/")
    officer.sign_in("officer")
    officer.follow("Attachments")
    officer.look("no attachments")
    officer.press("Add a file")
    officer.look("which part")
    officer.fill(part="part1")
    officer.press("Continue")
    officer.look("add to part 1")

    page.evaluate(DROP, {"name": "costs.csv", "text": "a,b\n1\n"})
    page.evaluate(LISTEN)
    officer.fill(title="Costs")
    sent(officer, "row 2 has 1 column")
    assert "The file is being read" in "".join(page.evaluate("window.said"))
    officer.look("file refused")
    assert page.input_value("[name=title]") == "Costs"
    page.evaluate(DROP, {"name": "costs.csv", "text": TABLE.decode()})
    sent(officer, "The attachment has been added.")
    assert page.url.endswith("/attachments/")
    page.go_back()
    page.get_by_role("heading", name="Add an attachment to Part 1").wait_for()

    page.set_input_files("[name=file]", scan)
    officer.fill(title="Scan of the survey")
    sent(officer, "Not everyone can read this file.")
    officer.look("who can read it")
    officer.fill(accessible_version="Costs")
    officer.press("Save")
    officer.press("Add another file")
    officer.press("Continue")
    page.set_input_files("[name=file]", scan)
    officer.fill(title="What the survey cost")
    officer.look("add to part 2")
    sent(officer, "sealed and added to Part 2")
    officer.look("files of part 2")
    officer.follow("Change What the survey cost")
    officer.look("change a file of part 2")
    assert officer.complaints == []


def test_a_signed_file_is_checked_and_the_public_fetches_what_was_attached(
    live_site: LiveSite, page: Page
) -> None:
    people = make_people(PASSWORD)
    version = walk.draft(PCD_1637, people)
    colleague = people["officer2"]
    policy.grant(
        version.decision, [colleague], Access.PART1, reason="Named", source="test", by=people["officer"]
    )
    attach(version, people["officer"], title="Costs")
    lease = attach(
        version,
        people["officer"],
        signed_pdf(),
        "pdf",
        title="Lease of the mast",
        as_it_is=True,
        reason="A scan.",
    )
    seal(version.part2_papers.get(), "What the lease costs")
    reader = Traveller(live_site, page)
    reader.go(f"/papers/{version.decision_id}/attachments/")
    reader.sign_in("officer")
    reader.look("attachments")
    reader.go(f"/papers/{version.decision_id}/part-2/")
    reader.look("part 2 with files")
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out").click()
    reader.go(f"/papers/{version.decision_id}/")
    reader.sign_in("officer2")
    reader.look("paper with a file to check")
    reader.follow("Check ‘Lease of the mast’, which goes out as it is")
    reader.look("check a signed file")
    reader.press("I have read it, and it can go out as it is")
    assert AttachmentCheck.objects.get(attachment=lease).person == colleague

    walk.bring(load(version.pk), people, "published")
    reader.go_public("/decisions/pcd-1637/")
    reader.look("public page with attachments")
    with page.expect_download() as download:
        page.get_by_role("link", name="Costs (CSV table, 1 kB)").click()
    assert download.value.suggested_filename == "pcd-1637-1-costs.csv"
    assert Path(download.value.path()).read_bytes() == TABLE
    assert reader.complaints == []
