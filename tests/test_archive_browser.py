"""An old decision in a real browser: looked at, corrected, approved by two people, and read by the public."""

from pathlib import Path

from playwright.sync_api import Page

from approvals import clock
from approvals.demo.people import make_people
from tests.archived import brought, folder_of, old_paper
from tests.journey import Traveller
from tests.rig import PASSWORD
from tests.sites import LiveSite


def test_a_batch_is_looked_at_approved_by_two_and_read_by_the_public(
    live_site: LiveSite, page: Page, tmp_path: Path
) -> None:
    people = make_people(PASSWORD)
    nameless = old_paper(5).replace("DMPCD 2013/5", "").replace("DMPCD-2013-5", "a-page")
    brought(folder_of(tmp_path, 96, 97, nameless=nameless), people, batch="Decisions of 2013")
    keeper = Traveller(live_site, page)
    keeper.sign_in("governance")
    keeper.look("my work")
    keeper.follow("Archive of old decisions")
    keeper.look("archive")
    keeper.follow("Decisions of 2013")
    keeper.look("batch")
    keeper.follow("DMPCD 2013/96: Replacement of ladders of store 96")
    keeper.look("file")
    keeper.press("Correct the data")
    keeper.fill(title="Ladders of store 96")
    keeper.press("Save")
    keeper.look("correction refused")
    keeper.fill(why="It was shortened on the cover.")
    keeper.press("Save")
    keeper.follow("Leave it out")
    keeper.look("leave out")
    keeper.go("/")
    keeper.follow("Decisions of 2013")
    keeper.press("Approve this batch")
    keeper.look("approve")
    keeper.proof_grows_old()
    keeper.press("Approve")
    page.fill("[name=password]", PASSWORD)
    keeper.press("Continue")
    assert "A second person must approve it too." in page.inner_text("main")
    keeper.look("approved once")
    keeper.become("governance2", "Decisions of 2013")
    keeper.press("Approve this batch")
    keeper.press("Approve")
    assert "Two people have approved this batch." in page.inner_text("main")
    assert clock.archive() == 2
    keeper.go_public("/What-We-Do/DMPCD-2013-96")
    assert keeper.heading == "Ladders of store 96"
    keeper.look("archived decision")
    keeper.go_public("/decisions/")
    keeper.look("decisions")
    assert keeper.complaints == []
