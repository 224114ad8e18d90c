"""A return, a second round and a decision in a real browser: points, the reading view, who takes no part."""

import io

from django.utils import timezone
from playwright.sync_api import Page
from pypdf import PdfReader

from approvals import clock
from approvals.advice import shown
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, PCD_1637, made_up
from approvals.demo.people import make_people
from approvals.workflow import perform
from decisions.models import State, Version
from decisions.snapshot import labelled, load
from pcd.people import offices
from pcd.people.models import Holding, Office, Role
from tests.journey import Traveller, one_line
from tests.pages import pdf_failures
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
    Holding.objects.create(office=Office.objects.get(key="dmpc"), person=people["deputy"])
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


CONDITION = "Only if the reserve stays above five per cent."
WHY_REJECTED = "The framework ends before the work begins."


def test_what_is_printed_of_two_rounds_says_all_of_it(live_site: LiveSite, page: Page) -> None:
    """Advice with conditions, a return, an acting chief executive, a decision in part: on paper and on the page."""
    people = make_people(PASSWORD)
    version = walk.draft(PCD_1637, people)
    at = f"/papers/{version.decision_id}/"
    ask_for(version, people, "finance")
    walk.advise(version, people, "legal")

    road = Traveller(live_site, page)
    content_with_conditions(road, at)
    walk.bring(load(version.pk), people, "with_chief_executive")
    returned_in_a_word(road, at)
    changed_and_asked_again(road, at)
    content_with_conditions(road, at, again=True)
    walk.bring(load(version.pk), people, "with_head_of_service")
    walk.review(load(version.pk), people)
    offices.end(Holding.objects.get(person=people["chief"]), by=people["admin"])
    chief = Office.objects.get(role=Role.CHIEF_EXECUTIVE)
    offices.appoint(chief, people["officer2"], by=people["admin"], acting=True)
    clock.let_in_successors()
    endorsed_acting(road, at)
    keys = [row.pk.hex for _, row in labelled(load(version.pk))]
    decided_in_part(road, at, keys)
    walk.bring(load(version.pk), people, "published")
    clock.render()
    printed_says_all(road)
    assert road.complaints == []


def ask_for(version: Version, people: walk.People, area: str) -> None:
    asked = {"adviser": people[area], "area": area, "with_part2": True}
    perform(version.pk, "request_advice", by=people["officer"], **asked)


def content_with_conditions(road: Traveller, at: str, *, again: bool = False) -> None:
    if again:
        road.sign_out()
    road.go(f"{at}act/give_advice/")
    road.sign_in("finance")
    road.look("advise")
    road.fill(outcome="with_conditions", text=CONDITION)
    road.press("Give advice")


def returned_in_a_word(road: Traveller, at: str) -> None:
    road.sign_out()
    road.go(f"{at}read/")
    road.sign_in("chief")
    assert CONDITION in road.text
    road.look("read with conditions")
    road.go(f"{at}act/return_for_amendment/")
    road.fill(reason="Say when the work begins.")
    road.press("Return for amendment")


def changed_and_asked_again(road: Traveller, at: str) -> None:
    road.sign_out()
    road.go(f"{at}section/financial/")
    road.sign_in("officer")
    text = road.page.locator("main textarea").first.input_value()
    road.fill(text=f"{text} The work begins in June 2027.")
    road.press("Save and continue")
    assert "Finance adviser, Wilma Ashgrove: content, with conditions" in road.text
    road.press("Save, and let it fall")
    road.go(f"{at}act/ask_again/")
    road.press("Ask fallen advice again")


def endorsed_acting(road: Traveller, at: str) -> None:
    road.sign_out()
    road.go(f"{at}read/")
    road.sign_in("officer2")
    assert "The work begins in June 2027." in road.text
    road.look("read as acting chief executive")
    road.press("Endorse and sign")
    assert "You sign as Tomas Birchall, Chief Executive Officer Acting" in road.text
    road.look("endorse as acting chief executive")
    road.press("Endorse and sign")


def decided_in_part(road: Traveller, at: str, keys: list[str]) -> None:
    road.sign_out()
    road.go(f"{at}act/decide/")
    road.sign_in("dmpc")
    assert CONDITION in road.text
    road.fill(interests_any="no", all_as_recommended="no")
    for number, key in enumerate(keys, start=1):
        rejected = number == 2
        road.fill(**{f"outcome_{key}": "Rejected" if rejected else "Approved"})
        if rejected:
            road.fill(**{f"reason_{key}": WHY_REJECTED})
    road.look("decide in part")
    road.press("Decide and sign")
    road.go(at)
    road.look("decided in part")


def printed_says_all(road: Traveller) -> None:
    road.go_public("/decisions/pcd-1637/")
    road.look("published in part")
    pdf = road.page.request.get(f"{road.site.public_url}/decisions/pcd-1637.pdf").body()
    assert pdf_failures(pdf) == []
    printed = one_line(" ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages))
    for words in (one_line(road.page.locator("main").inner_text()), printed):
        assert "except recommendation 2, which is rejected" in words
        assert WHY_REJECTED in words
        assert "Tomas Birchall" in words
        assert "Acting" in words
        assert "The work begins in June 2027." in words
        assert "has been consulted on this proposal" in words
        assert CONDITION not in words, "conditions stay inside"
