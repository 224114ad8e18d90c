"""In a real browser: the chief executive decides what the scheme leaves to them, and the public reads it."""

from playwright.sync_api import Page

from approvals import clock
from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.demo.people import make_people
from decisions.models import Decider
from decisions.snapshot import load
from tests.journey import Traveller
from tests.rig import PASSWORD
from tests.sites import LiveSite


def test_the_chief_executive_decides(live_site: LiveSite, page: Page) -> None:
    people = make_people(PASSWORD)
    version = walk.draft(made_up(0, "Lockers for the dog section"), people)
    walk.name_decider(version, Decider.DELEGATED_OFFICER)
    version = walk.bring(load(version.pk), people, "with_decision_maker")
    at = f"/papers/{version.decision_id}/"

    traveller = Traveller(live_site, page)
    traveller.go(at)
    traveller.sign_in("chief")
    traveller.look("paper of the chief executive")
    traveller.press("Decide and sign")
    traveller.look("decide as chief executive")
    assert "Edwin Tarrant, Chief Executive Officer" in traveller.text
    version = walk.bring(load(version.pk), people, "published")
    clock.render()
    traveller.go_public(f"/decisions/{version.decision.key}/")
    traveller.look("public page of a decision of the chief executive")
    assert "The Chief Executive Officer is recommended to:" in traveller.text
    assert "Deputy Mayor" not in traveller.text
