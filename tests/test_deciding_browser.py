"""A return, a second round and a decision in a real browser: points, the reading view, who takes no part."""

from django.utils import timezone
from playwright.sync_api import Page

from approvals import clock
from approvals.advice import shown
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.demo.people import make_people
from approvals.workflow import perform
from decisions.models import State, Version
from decisions.snapshot import labelled, load
from pcd.people.models import Holding, Office, Role
from tests.journey import Traveller
from tests.rig import PASSWORD
from tests.sites import LiveSite


def test_a_paper_goes_round_twice_and_is_decided_by_the_substitute(live_site: LiveSite, page: Page) -> None:
    people = make_people(PASSWORD)
    version = walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people)
    walk.bring(version, people, "with_chief_executive")
    walk.bring(walk.draft(made_up(2, "Boats"), people), people, "with_chief_executive")
    at = f"/papers/{version.decision_id}/"

    road = Traveller(live_site, page)
    returned_with_points(road, at)
    answered(road, at)
    version, finance = load(version.pk), people["finance"]
    digest = shown(version, finance)
    perform(version.pk, "give_advice", by=finance, outcome="content", text="", digest=digest)
    walk.bring(load(version.pk), people, "with_chief_executive")
    signed_again(road, at)
    Holding.objects.create(office=Office.objects.get(role=Role.DECISION_MAKER), person=people["deputy"])
    no_part(road, at)
    assert Version.objects.get(pk=version.pk).state == State.WITH_DECISION_MAKER
    clock.let_in_successors()
    deferred_back(road, at, labelled(load(version.pk))[0][1].pk.hex)
    assert road.complaints == []


def returned_with_points(road: Traveller, at: str) -> None:
    road.go(f"{at}read/")
    road.sign_in("chief")
    road.look("read as chief executive")
    road.go(at)
    road.follow("Return for amendment")
    road.fill(reason="The cost is not clear.", on_1="Paragraph 3.1", text_1="Say in which year.")
    road.press("Add another point")
    road.look("return with points")
    assert road.page.locator("main textarea").first.input_value() == "The cost is not clear."
    road.fill(on_2="Section 7. Equality Comments", text_2="Who is affected?")
    road.press("Return for amendment")


def answered(road: Traveller, at: str) -> None:
    road.sign_out()
    road.go(at)
    road.sign_in("officer")
    road.look("returned with points")
    road.go(f"{at}section/financial/")
    road.look("section with a point")
    road.fill(text="The masts cost £450,000 in 2027/28, paid from the approved budget.")
    road.press("Save and continue")
    road.look("advice about to fall")
    road.press("Save, and let it fall")
    road.go(at)
    road.look("returned with advice to ask again")
    road.press("Ask all of them again")
    road.look("ask again")
    road.press("Ask fallen advice again")
    road.go(f"{at}act/answer_point/")
    road.look("answer a point")
    road.page.get_by_label("Paragraph 3.1: Say in which year.").check()
    road.fill(how="change")
    road.press("Answer what it was returned for")
    road.go(f"{at}act/answer_point/")
    road.page.locator("[name=point]").check()
    road.fill(how="words", text="Nobody more than others: see the assessment.")
    road.press("Answer what it was returned for")


def signed_again(road: Traveller, at: str) -> None:
    road.sign_out()
    road.go(f"{at}read/")
    road.sign_in("chief")
    road.look("read in the second round")
    road.press("Endorse and sign")
    road.look("endorse in the second round")
    road.press("Endorse and sign")
    assert "Next paper that waits for you" in road.text
    road.look("signed, and the next paper")


def no_part(road: Traveller, at: str) -> None:
    road.sign_out()
    road.go(f"{at}act/decide/")
    road.sign_in("dmpc")
    road.look("decide")
    road.follow("declare it and take no part")
    road.look("take no part")
    road.fill(interest="My brother owns the land.")
    road.press("Declare an interest and take no part")
    road.look("took no part")


def deferred_back(road: Traveller, at: str, key: str) -> None:
    road.sign_out()
    road.go(f"{at}read/")
    road.sign_in("deputy")
    road.look("read as substitute")
    road.press("Decide and sign")
    road.fill(interests_any="no", all_as_recommended="no", meeting_on=timezone.localdate())
    road.press("Decide and sign")
    road.look("outcomes asked for")
    road.fill(**{f"outcome_{key}": "Deferred back"})
    road.press("Decide and sign")
    road.look("deferred back without a reason")
