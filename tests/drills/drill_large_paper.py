"""A decision of 40 recommendations, 60 contracts, 8 suppliers and 30 pages is worked on about as fast as PCD 1637."""

from collections.abc import Callable, Iterable
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
SENTENCE = "The service needs what line {} of part {} asks for, and says why in words that a reader follows. "
#: How often each page is opened; the quickest counts, because the machine has other work.
TIMES = 15
#: How many papers of each size are published; each is published once.
OFTEN = 6
#: How much longer than for PCD 1637 a page may take.
TWICE = 2
#: From the click until the page and all that it needs is there, as the browser measures it, in milliseconds.
TAKEN = (
    "() => { const [n] = performance.getEntriesByType('navigation'); return n.loadEventEnd - n.startTime }"
)


def large() -> DemoPaper:
    """30 pages of about 450 words in eight sections, and 60 contracts in 40 recommendations."""
    sections = {
        kind.key: "\n\n".join(
            "".join(SENTENCE.format(5 * paragraph + line, part) for line in range(5))
            for paragraph in range(19)
        )
        for part, kind in enumerate(form.SECTION_KINDS, start=1)
    }
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
        sections=sections,
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


def published(traveller: Traveller, address: str) -> float:
    """Return how long it takes to publish a cleared paper until the next page is there, in milliseconds."""
    traveller.go(address)
    traveller.press("Publish")
    traveller.press("Publish")
    return float(traveller.page.evaluate(TAKEN))


def ratio(take: Callable[[str], float], small: Iterable[str], big: Iterable[str]) -> float:
    """Return how many times as long the large paper takes, both taken in turn, each at its quickest."""
    pairs = [(take(one), take(other)) for one, other in zip(small, big, strict=True)]
    return round(min(slow for _, slow in pairs) / min(quick for quick, _ in pairs), 2)


def test_a_large_paper_takes_less_than_twice_as_long(live_site: LiveSite, page: Page) -> None:
    people = make_people(PASSWORD)
    small, big = (walk.draft(paper, people) for paper in (PCD_1637, large()))
    traveller = Traveller(live_site, page)
    traveller.sign_in("officer")
    ratios = {
        name: ratio(
            lambda address: opened(page, live_site.staff_url + address),
            [address] * TIMES,
            [drafting(big)[name]] * TIMES,
        )
        for name, address in drafting(small).items()
    }
    ratios["save"] = ratio(
        lambda address: saved(traveller, address),
        [drafting(small)["section"]] * TIMES,
        [drafting(big)["section"]] * TIMES,
    )
    cleared = [
        [
            walk.bring(row, people, "cleared")
            for row in (again(first), *(walk.draft(paper, people) for _ in range(OFTEN - 1)))
        ]
        for first, paper in ((small, PCD_1637), (big, large()))
    ]
    traveller.sign_out()
    traveller.sign_in("governance")
    ratios["publishing"] = ratio(
        lambda address: published(traveller, address),
        *([url("paper", row) for row in rows] for rows in cleared),
    )
    public = [f"{live_site.public_url}/decisions/{again(rows[0]).decision.key}/" for rows in cleared]
    ratios["public page"] = ratio(lambda address: opened(page, address), *([one] * TIMES for one in public))
    print(ratios)
    assert {name: times for name, times in ratios.items() if times >= TWICE} == {}, ratios
