"""What contradicts itself in a paper: each check on a paper that trips it and on one that does not."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from approvals.demo import walk
from approvals.demo.papers import PCD_1637, DemoPaper, DemoRecommendation
from decisions.checks import run
from decisions.checks.consistency import CHECKS
from decisions.models import (
    ContractAward,
    ExemptionClaim,
    FinancialLine,
    Paragraph,
    Part2Paper,
    Recommendation,
    Supplier,
    Version,
    WarningAnswer,
)
from tests.drafting import again, signed_in, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def sound_once(stage: walk.People) -> Version:
    """A paper with a contract, money and a Part 2 that says the same everywhere."""
    return walk.draft(PCD_1637, stage)


@pytest.fixture
def paper(db: None, sound_once: Version) -> Version:
    """That paper, as stored; what a test spoils in it is undone with it."""
    return again(sound_once)


def warned(version: Version) -> list[str]:
    return [row.sentence for check in CHECKS for row in check(again(version))]


def having(**fields: Any) -> Callable[[Version], None]:
    return lambda version: (Version.objects.filter(pk=version.pk).update(**fields), None)[1]


def saying(kind: str, text: str) -> Callable[[Version], None]:
    """Let the first paragraph of a section say this."""

    def change(version: Version) -> None:
        Paragraph.objects.filter(section__version=version, section__kind=kind, position=1).update(text=text)

    return change


def recommending(text: str, position: int = 1) -> Callable[[Version], None]:
    def change(version: Version) -> None:
        Recommendation.objects.filter(version=version, parent=None, position=position).update(text=text)

    return change


def parts_of_the_first(version: Version) -> None:
    first = Recommendation.objects.get(version=version, parent=None, position=1)
    for position, amount in enumerate((1_000_000, 900_000), start=1):
        part = Recommendation.objects.create(version=version, parent=first, position=position, text="A part")
        FinancialLine.objects.create(
            recommendation=part, position=1, kind="capital", amount=Decimal(amount), year_from=2024
        )


def shorter_at_longest(version: Version) -> None:
    ContractAward.objects.filter(recommendation__version=version).update(initial_months=72)


def both_grounds(version: Version) -> None:
    notice = Part2Paper.objects.get(version=version)
    for key in ("foia-30", "foia-31-1"):
        ExemptionClaim.objects.get_or_create(paper=notice, ground_id=key)


def withheld_because(text: str) -> Callable[[Version], None]:
    return lambda version: (version.part2_papers.update(public_reason=text), None)[1]


BREAKS: tuple[tuple[str, Callable[[Version], None], str], ...] = (
    ("misread", saying("financial", "It costs E225k pa."), "Paragraph 3.1 says ‘E225k’. Write the amount"),
    (
        "malformed",
        having(summary="It costs £2,165,00."),
        "The executive summary says ‘£2,165,00’, which is not an",
    ),
    ("unfinished", having(title="Lockers TBC"), "The title says ‘TBC’. Is it finished?"),
    (
        "to insert",
        saying("legal", "By [insert name]."),
        "Paragraph 4.1 says ‘[insert name]’. Is it finished?",
    ),
    (
        "route",
        saying("commercial", "Value for money comes from competitively tendering the work."),
        "Recommendation 3 asks for a direct award, but paragraph 5.1 speaks of competition.",
    ),
    (
        "sum",
        parts_of_the_first,
        "Recommendation 1 is about £1,980,000 (capital), and its parts add up to £1,900,000.",
    ),
    (
        "citation",
        recommending("Approve the budget in paragraph 3.9."),
        "Recommendation 1 refers to paragraph 3.9,",
    ),
    (
        "Act",
        withheld_because("Data Protection Section 31 applies."),
        "Section 31 is of the Freedom of Information",
    ),
    ("grounds", both_grounds, "Part 2 claims sections 30 and 31 together"),
    ("term", shorter_at_longest, "Recommendation 3: the longest term of the contract is shorter"),
)


def test_a_sound_paper_is_warned_of_nothing(paper: Version) -> None:
    assert warned(paper) == []


@pytest.mark.parametrize(("change", "sentence"), [row[1:] for row in BREAKS], ids=[row[0] for row in BREAKS])
def test_what_contradicts_itself_is_said(
    paper: Version, change: Callable[[Version], None], sentence: str
) -> None:
    change(paper)
    assert [one for one in warned(paper) if sentence in one], warned(paper)


SOUND: tuple[Callable[[Version], None], ...] = (
    saying("financial", "It costs £225k pa, £2,165,000.50 in all, under form E225."),
    saying("commercial", "No competition is possible, since one supplier holds the licence."),
    recommending("Approve the budget in paragraphs 3.1 to 3.2."),
    withheld_because("Section 31 of the Freedom of Information Act 2000 applies."),
)


@pytest.mark.parametrize("change", SOUND)
def test_what_is_right_is_not_warned_of(paper: Version, change: Callable[[Version], None]) -> None:
    change(paper)
    assert warned(paper) == []


def made_up(number: int, **fields: Any) -> DemoPaper:
    recommendation = DemoRecommendation(
        "Approve a contract.",
        awards=(
            {
                "action": "award",
                "certainty": "up_to",
                "value": Decimal(1000),
                "suppliers": (("Example Lockers Ltd", "01234567"),),
            },
        ),
    )
    return DemoPaper(
        f"Paper {number}", f"Paper {number}", "word " * 30, ("contract_award",), (recommendation,), **fields
    )


def test_a_supplier_with_another_companys_number_is_said_once_that_is_public(people: walk.People) -> None:
    earlier = walk.draft(made_up(1), people)
    version = walk.draft(made_up(2), people)
    Supplier.objects.filter(award__recommendation__version=version).update(name="Trading Name")
    assert warned(version) == []
    walk.bring(earlier, people, "published")
    assert warned(version) == [
        "Recommendation 1: Trading Name has company number 01234567, and a published decision has "
        "Example Lockers Ltd with 01234567."
    ]


def test_a_reason_that_stands_on_every_paper_is_said(people: walk.People, paper: Version) -> None:
    assert PCD_1637.part2 is not None
    for number in (1, 2):
        walk.bring(walk.draft(made_up(number, part2=PCD_1637.part2), people), people, "published")
    assert warned(paper) == [
        "The public reason of Part 2 is word for word that of other decisions. Say why here."
    ]


def test_a_title_with_another_number_is_said(people: walk.People) -> None:
    version = walk.bring(walk.draft(made_up(1), people), people, "with_head_of_service")
    number = version.decision.number
    assert number is not None
    version.title = f"PCD {number + 1} Lockers"
    assert [row.sentence for check in CHECKS for row in check(version)] == [
        f"The title says PCD {number + 1}, and the paper's number is PCD {number}."
    ]
    version.title = f"PCD {number} Lockers"
    assert [row for check in CHECKS for row in check(version)] == []


# Answering


@pytest.fixture
def unsure(paper: Version) -> Version:
    """That paper with one warning."""
    having(title="Lockers TBC")(paper)
    return again(paper)


def answer(client: Client, version: Version, text: str) -> Any:
    key = run.warnings(version)[0].key
    seen = client.get(url("paper-part", version, part="warnings")).context["seen"]
    return client.post(
        url("paper-part", version, part="warnings"), {f"answer_{key}": text, "seen": seen, "then": "next"}
    )


def test_an_answer_settles_a_warning_and_another_text_needs_another(
    unsure: Version, people: walk.People
) -> None:
    client = signed_in(people["officer"])
    assert "say why it is right" in text_of(client.get(url("paper-check", unsure)))
    assert answer(client, unsure, "It is the name of the scheme.").status_code == 303
    assert run.open_findings(again(unsure)) == []
    assert "Nothing is missing" in text_of(client.get(url("paper-check", unsure)))
    having(title="Lockers TBD")(unsure)
    assert [one.sentence for one in run.open_findings(again(unsure))] == [
        "The title says ‘TBD’. Is it finished?"
    ]


def test_an_empty_answer_is_none(unsure: Version, people: walk.People) -> None:
    client = signed_in(people["officer"])
    answer(client, unsure, "It is the name of the scheme.")
    answer(client, unsure, "  ")
    assert not WarningAnswer.objects.filter(version=unsure).exists()


def test_those_who_sign_read_the_answers(unsure: Version, people: walk.People) -> None:
    answer(signed_in(people["officer"]), unsure, "It is the name of the scheme.")
    walk.bring(again(unsure), people, "with_head_of_service")
    page = text_of(signed_in(people["head"]).get(f"/papers/{unsure.decision_id}/act/review/"))
    assert "The title says ‘TBC’. Is it finished?" in page
    assert "It is the name of the scheme." in page
