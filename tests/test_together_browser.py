"""Writing together in a browser: typing that is kept, comments, an adviser's own section, an earlier text."""

from playwright.sync_api import Page, expect

from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.demo.people import make_people
from approvals.workflow import perform
from decisions.models import KeptText, Version
from tests.drafting import again, url
from tests.journey import Traveller
from tests.rig import PASSWORD
from tests.sites import LiveSite

KEPT = "Not saved yet; kept at"


def legal_text(version: Version) -> list[str]:
    return list(again(version).sections.get(kind="legal").paragraphs.values_list("text", flat=True))


def test_what_is_typed_is_kept_and_nothing_of_it_in_the_browser(live_site: LiveSite, page: Page) -> None:
    version = walk.draft(made_up(1, "Lockers"), make_people(PASSWORD))
    traveller, legal = Traveller(live_site, page), url("paper-section", version, kind="legal")
    traveller.go(legal)
    traveller.sign_in("officer")
    status = page.get_by_role("status").last

    traveller.fill(text="Half a sentence")
    expect(status).to_contain_text(KEPT)
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    traveller.go(url("paper", version))
    traveller.follow("Go on with 4. Legal Comments")
    traveller.look("offered again")
    traveller.follow("Use it")
    assert traveller.field("text").input_value() == "Half a sentence"

    traveller.session_ends()
    traveller.fill(text="Half a sentence, and the other half.")
    expect(status).to_contain_text("Not saved, and not kept")
    traveller.press("Save and continue")
    traveller.sign_in("officer")
    assert legal_text(version) == ["Half a sentence, and the other half."]
    assert not KeptText.objects.exists()


def test_an_adviser_comments_and_writes_and_the_officer_answers(live_site: LiveSite, page: Page) -> None:
    people = make_people(PASSWORD)
    version = walk.draft(made_up(1, "Lockers"), people)
    about = {"adviser": people["legal"], "area": "legal", "with_part2": False, "writes": True}
    perform(version.pk, "request_advice", by=people["officer"], **about)
    traveller = Traveller(live_site, page)
    traveller.go(url("paper", version))
    traveller.sign_in("legal")
    traveller.follow("Comment on paragraph 3.1")
    traveller.fill(text="Which budget pays?")
    traveller.look("comment")
    traveller.press("Comment")
    assert page.url.endswith("#paragraph-3.1")
    assert "Which budget pays?" in traveller.text
    traveller.look("reading with a comment")
    traveller.press("Write section 4. Legal Comments")
    traveller.fill(text="The power is section 1 of an Act.")
    traveller.press("Save")
    assert legal_text(version) == ["The power is section 1 of an Act."]

    traveller.become("officer", version.title)
    traveller.follow("Paragraph 3.1")
    traveller.fill(text="The capital budget.")
    traveller.look("conversation")
    traveller.press("Resolve")
    traveller.look("section with comments")
    traveller.go(url("paper-comments", version))
    traveller.look("all comments")
    traveller.press("Comment on a paragraph")
    traveller.look("what to comment on")
    traveller.go(url("paper-section", version, kind="legal"))
    traveller.look("section of an adviser")
    traveller.follow("Take the section back")
    traveller.look("taking a section back")
    traveller.press("Take the section back")
    assert traveller.field("text").input_value() == "The power is section 1 of an Act."


def test_a_paper_begins_with_an_earlier_decision(live_site: LiveSite, page: Page) -> None:
    people = make_people(PASSWORD)
    earlier = walk.bring(walk.draft(made_up(1, "Lockers"), people), people, "published")
    traveller = Traveller(live_site, page)
    traveller.go("/papers/new/")
    traveller.sign_in("officer2")
    traveller.follow("Begin with an earlier decision")
    traveller.fill(q=str(earlier.decision.number))
    traveller.press("Find")
    traveller.look("earlier decisions")
    traveller.follow(earlier.title)
    traveller.look("beginning with an earlier decision")
    traveller.fill(working_title="Lockers again")
    traveller.press("Begin the paper")
    assert traveller.heading == "Lockers again"
    assert f"This paper began with the text of {earlier.decision.reference}." in traveller.text
