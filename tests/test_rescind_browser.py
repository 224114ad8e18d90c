"""In a real browser: a paper passes a step that the body does not have, and its decision is rescinded once public."""

from playwright.sync_api import Page

from approvals import clock
from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.demo.people import make_people
from decisions.models import Body, PassedStep, Version
from tests.journey import Traveller
from tests.rig import PASSWORD
from tests.sites import LiveSite


def test_a_decision_past_a_step_is_rescinded(live_site: LiveSite, page: Page) -> None:
    people = make_people(PASSWORD)
    words = "This body has no chief executive; this step is passed."
    PassedStep.objects.create(
        body=Body.objects.get(), step="chief_executive", words=words, since="2026-01-01"
    )
    version = walk.bring(walk.draft(made_up(18, "Sale of a cottage"), people), people, "with_head_of_service")
    at = f"/papers/{version.decision_id}/"

    traveller = Traveller(live_site, page)
    traveller.go(at)
    traveller.sign_in("head")
    traveller.look("paper past a step")
    walk.bring(version, people, "published")
    clock.render()
    traveller.sign_out()
    traveller.sign_in("dmpc")
    traveller.go(at)
    traveller.follow("Rescind the decision")
    traveller.look("rescind")
    traveller.press("Rescind the decision")
    traveller.look("rescind with nothing")
    traveller.fill(reason="The buyer withdrew from the sale on the day after it was approved.")
    traveller.press("Rescind the decision")
    traveller.look("paper rescinded")
    assert "Rescinded by Celestine Rowbotham" in traveller.text
    assert Version.objects.get(pk=version.pk).state == "rescinded"
    for path, name in (
        ("/", "start"),
        (f"/decisions/{version.decision.key}/", "page"),
        ("/register/", "register"),
    ):
        traveller.go_public(path)
        traveller.look(f"public {name} of what is rescinded")
        assert "escinded" in traveller.text
