"""A decision of 40 recommendations, 60 contracts, 8 suppliers and 30 pages is worked on about as fast as PCD 1637."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from playwright.sync_api import Page

from approvals.demo import walk
from approvals.demo.papers import PCD_1637, DemoPaper, DemoRecommendation
from approvals.demo.people import make_people
from decisions import form
from decisions.models import Version
from tests.drafting import again, url
from tests.journey import Traveller
from tests.rig import PASSWORD
from tests.sites import LiveSite

SUPPLIERS = tuple((f"Supplier {number} Ltd", f"0163700{number}") for number in range(8))
SENTENCE = (
    "The service needs what this paragraph asks for, and says why in plain words that a reader follows. "
)
#: How often each page is opened; the quickest counts, because the machine has other work.
TIMES = 7
#: How much longer than for PCD 1637 a page may take.
TWICE = 2
#: From the click until the page and all that it needs is there, as the browser measures it, in milliseconds.
TAKEN = (
    "() => { const [n] = performance.getEntriesByType('navigation'); return n.loadEventEnd - n.startTime }"
)


def large() -> DemoPaper:
    """30 pages of about 450 words in eight sections, and 60 contracts in 40 recommendations."""
    text = "\n\n".join([SENTENCE * 5] * 19)
    award: dict[str, Any] = {
        "action": "award",
        "subject": "Vehicles and their equipment",
        "certainty": "up_to",
        "value": Decimal(250_000),
        "longest_months": 48,
        "route_to_market": "framework_call_off",
        "framework": "Hollin framework",
        "suppliers": SUPPLIERS,
    }
    return replace(
        PCD_1637,
        title="Vehicles for five years",
        kinds=("contract_award",),
        recommendations=tuple(
            DemoRecommendation(
                f"Approve contracts {number} of the programme of vehicles.",
                awards=(award,) * (2 if number % 2 else 1),
            )
            for number in range(40)
        ),
        sections={kind.key: text for kind in form.SECTION_KINDS},
    )


def drafting(version: Version) -> dict[str, str]:
    """Return the pages of an officer on which the size of the paper could be felt."""
    return {
        "task list": url("paper", version),
        "section": url("paper-section", version, kind="legal"),
        "recommendations": url("paper-recommendations", version),
        "check your answers": url("paper-check", version),
        "preview": url("paper-preview", version),
    }


def opened(page: Page, address: str) -> float:
    """Return how long a page takes until it is there, in milliseconds."""
    page.goto(address)
    return float(page.evaluate(TAKEN))


def saved(traveller: Traveller, address: str) -> float:
    """Return how long a save of a section takes until the next page is there, in milliseconds."""
    traveller.go(address)
    traveller.fill(text=f"{traveller.field('text').input_value()} More.")
    traveller.press("Save and continue")
    return float(traveller.page.evaluate(TAKEN))


def ratio(take: Callable[[str], float], small: str, big: str) -> float:
    """Return how many times as long the large paper takes, both taken in turn, each at its quickest."""
    pairs = [(take(small), take(big)) for _ in range(TIMES)]
    return round(min(slow for _, slow in pairs) / min(quick for quick, _ in pairs), 2)


def test_a_large_paper_takes_less_than_twice_as_long(live_site: LiveSite, page: Page) -> None:
    people = make_people(PASSWORD)
    small, big = (walk.draft(paper, people) for paper in (PCD_1637, large()))
    traveller = Traveller(live_site, page)
    traveller.sign_in("officer")
    ratios = {
        name: ratio(lambda address: opened(page, live_site.staff_url + address), address, drafting(big)[name])
        for name, address in drafting(small).items()
    }
    section = drafting(small)["section"], drafting(big)["section"]
    ratios["save"] = ratio(lambda address: saved(traveller, address), *section)
    public = [
        f"{live_site.public_url}/decisions/{walk.bring(again(row), people, 'published').decision.key}/"
        for row in (small, big)
    ]
    ratios["public page"] = ratio(lambda address: opened(page, address), *public)
    assert {name: times for name, times in ratios.items() if times >= TWICE} == {}, ratios
