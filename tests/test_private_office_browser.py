"""The pages of a private office in a real browser, wide and narrow."""

from playwright.sync_api import Page

from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.demo.people import make_people
from tests.journey import Traveller
from tests.rig import PASSWORD
from tests.sites import LiveSite


def test_an_office_names_somebody_who_writes_a_note_for_it(live_site: LiveSite, page: Page) -> None:
    people = make_people(PASSWORD)
    version = walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people)
    walk.bring(version, people, "with_chief_executive")
    road = Traveller(live_site, page)
    road.go("/private-office/")
    road.sign_in("chief")
    road.fill(person=str(people["officer2"]), last_day_day="31", last_day_month="12", last_day_year="2099")
    road.page.get_by_label("Yes").check()
    road.look("name a private office")
    road.press("Name them")
    road.look("a private office is named")
    road.go("/")
    road.glance("my work with a private office")
    road.go(f"/papers/{version.decision_id}/briefing/")
    road.fill(text="The terms were read again.\n\nThe cost is as it was.")
    road.look("write a briefing note")
    road.press("Keep this note")
    road.look("a paper with a briefing note")
    assert "The cost is as it was." in road.page.locator("main").inner_text()
    assert road.complaints == []
