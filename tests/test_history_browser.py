"""Two people in one paper, in two browsers: the second save is refused with both texts, and nothing is lost."""

from pathlib import Path

from playwright.sync_api import Browser, Page

from approvals.demo.people import make_people
from decisions import policy
from decisions.models import Access
from tests.drafting import again, begun, save, signed_in, url
from tests.journey import Traveller
from tests.rig import PASSWORD
from tests.sites import LiveSite, watched


def test_two_browsers_in_one_section_lose_nothing(
    live_site: LiveSite, browser: Browser, page: Page, tmp_path: Path
) -> None:
    people = make_people(PASSWORD)
    version = begun(signed_in(people["officer"]))
    policy.grant(
        version.decision,
        [people["officer2"]],
        Access.EDIT,
        Access.PART1,
        reason="Co-drafter",
        source="test",
        by=people["officer"],
    )
    with watched(browser, tmp_path) as other_page:
        first, second = Traveller(live_site, page), Traveller(live_site, other_page)
        legal = url("paper-section", version, kind="legal")
        for traveller, name in ((first, "officer"), (second, "officer2")):
            traveller.go(legal)
            traveller.sign_in(name)
            assert traveller.heading == "4. Legal Comments"
        first.fill(text="The first officer's words.")
        second.fill(text="The second officer's words.")
        first.press("Save and continue")
        second.press("Save and continue")
        second.look("conflict")
        assert second.heading == "Somebody else has saved this page since you opened it"
        assert "The first officer's words." in second.text
        assert "The second officer's words." in second.text
        second.press("Save what I typed in its place")
        second.go(url("paper-history", version))
        second.look("history")
        second.follow("What changed in save 3")
        second.look("difference")
        assert "first" in " ".join(second.page.locator("del").all_inner_texts())
        assert "second" in " ".join(second.page.locator("ins").all_inner_texts())
    paragraphs = again(version).sections.get(kind="legal").paragraphs.values_list("text", flat=True)
    assert list(paragraphs) == ["The second officer's words."]


def test_words_that_belonged_in_part_2_are_moved(live_site: LiveSite, page: Page) -> None:
    people = make_people(PASSWORD)
    officer = signed_in(people["officer"])
    version = begun(officer)
    traveller = Traveller(live_site, page)
    summary = url("paper-part", version, part="summary")
    for text in ("Wintergreen Holdings bid lowest, TBC.", "The bids are in Part 2."):
        save(officer, summary, summary=text, then="next")
    legal = url("paper-section", version, kind="legal")
    save(officer, legal, text="Wintergreen Holdings bid lowest.", treatment="text", then="next")
    traveller.go(url("paper-history", version))
    traveller.sign_in("officer")
    traveller.follow("This belonged in Part 2")
    traveller.look("moved")
    traveller.fill(words="Wintergreen Holdings bid lowest")
    traveller.press("Find them")
    traveller.look("still-there")
    assert "Part 1 still holds them" in traveller.text
    save(officer, legal, text="The bids are lawful, TBC.", treatment="text", then="next")
    traveller.press("Look again")
    traveller.look("found")
    traveller.press("Replace them")
    assert "Moved to Part 2: 2 places." in traveller.text
    traveller.look("history-moved")
    traveller.follow("What changed in save 2")
    traveller.look("difference-moved")
    assert "[moved to Part 2], TBC." in traveller.text
    traveller.go(url("paper-check", version))
    traveller.look("check-apart")
    assert not traveller.complaints
