"""What contradicts itself in a paper: each check on a paper that trips it and on one that does not."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals.context import Context
from approvals.demo import walk
from approvals.demo.papers import PCD_1637, DemoPaper, DemoRecommendation
from approvals.numbers import take_number
from approvals.workflow import TRANSITION, why_not
from decisions import form, part2
from decisions.checks import completeness, consistency, run
from decisions.checks.imported import out_of_order
from decisions.models import (
    ContractAward,
    ExemptionClaim,
    ExemptionGround,
    FinancialLine,
    Paragraph,
    Part2Paper,
    Recommendation,
    Supplier,
    Version,
    WarningAnswer,
)
from decisions.snapshot import labelled
from pcd.people.models import Role
from tests.drafting import again, save, signed_in, text_of, url
from tests.pages import assert_valid_html
from tests.signing import sign_in

pytestmark = pytest.mark.django_db
CHECKS = [check for check in run.CHECKS if check not in completeness.CHECKS]


@pytest.fixture(scope="module")
def sound_once(stage: walk.People) -> Version:
    """A paper with a contract, money and a Part 2 that says the same everywhere."""
    return walk.draft(PCD_1637, stage)


@pytest.fixture
def paper(db: None, sound_once: Version) -> Version:
    """That paper, as stored; what a test spoils in it is undone with it."""
    return again(sound_once)


def warned(version: Version) -> list[str]:
    """What the checks say, but for those of completeness."""
    found = again(version)
    return [row.sentence for check in CHECKS for row in check.findings(found)]


def having(**fields: Any) -> Callable[[Version], None]:
    return lambda version: (Version.objects.filter(pk=version.pk).update(**fields), None)[1]


def numbered_for_the_chief_executive(version: Version) -> None:
    """Give the Deputy Mayor's paper a number of the chief executive's decisions."""
    take_number(version.decision, Role.CHIEF_EXECUTIVE)


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


def notice(**fields: Any) -> Callable[[Version], None]:
    return lambda version: (version.part2_papers.update(**fields), None)[1]


def claiming(*keys: str, reason: str = "It would.") -> Callable[[Version], None]:
    """Let Part 2 claim these grounds besides its own, each with this reason."""

    def change(version: Version) -> None:
        paper = Part2Paper.objects.get(version=version)
        for key in keys:
            ExemptionClaim.objects.get_or_create(paper=paper, ground_id=key)
        given = {claim.ground_id: part2.GroundReason(reason, "It is.") for claim in paper.claims.all()}
        part2.write(paper, part2.Part2Content("Facts.", given))

    return change


def claiming_reworded(version: Version) -> None:
    """Let Part 2 claim section 36 in the words of another ground, which came in its place."""
    days = {"valid_from": date(2020, 1, 1), "position": 9}
    ground = ExemptionGround(key="foia-36-v2", instrument="foia", provision="section 36", **days)
    ground.save(force_insert=True)
    claiming("foia-36-v2")(version)


def award(**fields: Any) -> Callable[[Version], None]:
    return lambda version: (
        ContractAward.objects.filter(recommendation__version=version).update(**fields),
        None,
    )[1]


def suppliers_worth(*values: int) -> Callable[[Version], None]:
    def change(version: Version) -> None:
        rows = Supplier.objects.filter(award__recommendation__version=version)
        for row, value in zip(rows, values, strict=True):
            Supplier.objects.filter(pk=row.pk).update(value=value)

    return change


def one_number_for_two(version: Version) -> None:
    Supplier.objects.filter(award__recommendation__version=version).update(company_number="01234567")


def by_year(version: Version) -> None:
    line = FinancialLine.objects.get(recommendation__version=version, kind="capital")
    line.profile = [{"year": 2024, "amount": "980000.00"}, {"year": 2025, "amount": "900000.00"}]
    line.save(update_fields=["profile"])


def both(*changes: Callable[[Version], None]) -> Callable[[Version], None]:
    def change(version: Version) -> None:
        for one in changes:
            one(version)

    return change


def days(count: int) -> Any:
    return timezone.localdate() + timedelta(days=count)


COMPETING = "Value for money comes from competitively tendering the work."
#: The check that is tripped, what trips it, and what it then says.
BREAKS: tuple[tuple[str, Callable[[Version], None], str], ...] = (
    ("amount", saying("financial", "It costs E225k pa."), "Paragraph 3.1 says ‘E225k’. Write the amount"),
    (
        "figures",
        having(summary="It costs £2,165,00."),
        "The executive summary says ‘£2,165,00’, which is not an",
    ),
    (
        "decider",
        having(decider="", scheme_paragraph=None),
        "Confirm who decides. Capital of £2,205,000: paragraph 4.17",
    ),
    (
        "decider",
        having(kinds=["capital", "revenue", "contract_award", "budget"]),
        "Confirm again who decides, as the scheme now says: Budget or virement: paragraph 2.1",
    ),
    (
        "numbered",
        numbered_for_the_chief_executive,
        "is of the series “Decisions of the Chief Executive Officer (example)”, and a number stays.",
    ),
    ("unfinished", having(title="Lockers TBC"), "The title says ‘TBC’. Is it finished?"),
    (
        "unfinished",
        saying("legal", "By [insert name]."),
        "Paragraph 4.1 says ‘[insert name]’. Is it finished?",
    ),
    (
        "route_to_market",
        saying("commercial", COMPETING),
        "Recommendation 3 asks for a direct award, but paragraph 5.1 speaks of competition.",
    ),
    (
        "route_to_market",
        saying("introduction", COMPETING),
        "Recommendation 3 asks for a direct award, but paragraph 1.1 speaks of competition.",
    ),
    (
        "route_to_market",
        both(recommending("Approve the contract.", 3), award(route_to_market="open")),
        "Recommendation 3 asks for competition, but paragraph 5.1 speaks of a direct award.",
    ),
    (
        "route_to_market",
        award(route_to_market="open"),
        "Recommendation 3 speaks of a direct award and of competition. Say which it is.",
    ),
    (
        "money",
        parts_of_the_first,
        "Recommendation 1 is about £1,980,000 (capital), and its parts add up to £1,900,000.",
    ),
    (
        "shares",
        by_year,
        "Recommendation 1: the amounts of its years add up to £1,880,000, and the total is £1,980,000.",
    ),
    (
        "shares",
        suppliers_worth(1_000_000, 600_000),
        "Recommendation 3: the amounts of its suppliers add up to £1,600,000, and the total is £1,630,000.",
    ),
    (
        "said",
        recommending("Approve project capital of £1.89m."),
        "Recommendation 1 says £1.89m, and no amount, contract or grant below it is £1,890,000.",
    ),
    (
        "citation",
        recommending("Approve the budget in paragraph 3.9."),
        "Recommendation 1 refers to paragraph 3.9,",
    ),
    (
        "kinds",
        having(kinds=["capital", "revenue", "contract_award", "grant_given"]),
        "The kind ‘Grant given’ is selected, and no recommendation has what it is about.",
    ),
    (
        "kinds",
        having(kinds=["capital", "revenue"]),
        "The paper has what the kind ‘Contract award’ is about, and it is not selected.",
    ),
    ("unreadable", saying("legal", "By \ufffd."), "Paragraph 4.1 has a character that cannot be read"),
    ("marking", saying("issues", "SECRET"), "Paragraph 2.1 carries a marking above OFFICIAL-SENSITIVE."),
    (
        "grounds",
        notice(public_reason="Data Protection Section 31 applies."),
        "Section 31 is of the Freedom of Information",
    ),
    ("grounds_together", claiming("foia-30", "foia-31-1"), "Part 2 claims sections 30 and 31 together"),
    (
        "opinion",
        claiming("foia-36"),
        "Part 2 claims section 36: write into its reason who the qualified person",
    ),
    ("opinion", claiming_reworded, "Part 2 claims section 36: write into its reason who"),
    (
        "opinion",
        claiming("foia-36", reason="The qualified person holds that it would."),
        "and on which date they gave it.",
    ),
    (
        "intended",
        claiming("foia-22"),
        "Part 2 claims section 22, which is for information that will be published.",
    ),
    (
        "term",
        award(initial_months=72),
        "Recommendation 3: the longest term of the contract is shorter",
    ),
    (
        "supplier",
        one_number_for_two,
        "Quillmoor Computing Ltd has company number 01234567, and the paper also has Tamarisk Row Systems Ltd",
    ),
    (
        "deferral_far",
        having(deferred="yes", deferral_reason="x", deferred_until=days(414)),
        "414 days from now. Is the year right?",
    ),
    ("effective", having(effective_on=days(400)), "more than a year from today. Is the year right?"),
    ("effective", having(effective_on=days(-3)), "before it is taken, and no reason is given for that."),
    ("exemption_dates", notice(ceases_on=days(-1)), "which is past."),
    ("exemption_dates", notice(ceases="date", ceases_on=days(5000)), "Is the year right?"),
    (
        "exemption_dates",
        notice(ceases_on=days(20), review_on=days(30)),
        "Part 2 is to be reviewed after it has ceased to be exempt.",
    ),
)
#: Checks that need more than a change of one paper: each has a test of its own below, or with the import.
ELSEWHERE = {"own_route", "together", "reference", "stock_reason", "import", "import_review", "history"}


def test_every_check_has_a_paper_that_trips_it() -> None:
    assert {key for key, _, _ in BREAKS} | ELSEWHERE == {check.key for check in CHECKS}


def test_every_check_says_what_it_is_and_which_rule_asks_for_it() -> None:
    assert len({check.key for check in run.CHECKS}) == len(run.CHECKS)
    assert all(check.title and check.clause for check in run.CHECKS)


def test_a_sound_paper_is_warned_of_nothing(paper: Version) -> None:
    assert warned(paper) == []


@pytest.mark.parametrize(
    ("key", "change", "sentence"), BREAKS, ids=[f"{row[0]} {n}" for n, row in enumerate(BREAKS)]
)
def test_what_contradicts_itself_is_said(
    paper: Version, key: str, change: Callable[[Version], None], sentence: str
) -> None:
    change(paper)
    found = [row for check in CHECKS for row in check.findings(again(paper))]
    assert [row.check for row in found if sentence in row.sentence] == [key], [row.sentence for row in found]


SOUND: tuple[Callable[[Version], None], ...] = (
    saying("financial", "It costs £225k pa, £2,165,000.50 in all, under form E225."),
    saying("financial", "It costs £1,500,000, over three years, £500, and £2,000,000,000, at most."),
    saying("commercial", "No competition is possible, since one supplier holds the licence."),
    saying("commercial", "The award is made without a competitive process."),
    recommending("Approve the budget of £1.98m in paragraphs 3.1 to 3.2."),
    recommending("Note that contracts above £500,000 need approval."),
    notice(public_reason="Section 31 of the Freedom of Information Act 2000 applies."),
    saying("issues", "The Secret platform is upgraded, and its data stay SECRET in all that follows."),
    having(deferred="yes", deferral_reason="x", deferred_until=days(90)),
    notice(ceases_event="the death of the person concerned", ceases_on=days(15000)),
    having(effective_on=days(30)),
    having(effective_on=days(-3), retrospective_reason="The wall had fallen."),
    suppliers_worth(1_000_000, 630_000),
    claiming(
        "foia-36", reason="The qualified person, the Monitoring Officer, gave that opinion on 3 March 2025."
    ),
    both(claiming("foia-22"), notice(ceases="date", ceases_on=days(60), review_on=days(30))),
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


@pytest.mark.parametrize(
    ("field", "text", "name"),
    [
        ("title", "PCD {} Lockers", "The title"),
        ("summary", "This paper (PCD {}) follows PCD 12.", "The executive summary"),
    ],
)
def test_a_paper_that_calls_itself_by_another_number_is_said(
    people: walk.People, field: str, text: str, name: str
) -> None:
    version = walk.bring(walk.draft(made_up(1), people), people, "with_head_of_service")
    number = version.decision.number
    assert number is not None

    def said(printed: int) -> list[str]:
        fresh = again(version)
        setattr(fresh, field, text.format(printed))
        return [row.sentence for check in CHECKS for row in check.findings(fresh)]

    assert said(number + 1) == [f"{name} says PCD {number + 1}, and the paper's number is PCD {number}."]
    assert said(number) == []


def test_what_is_asked_of_a_paper_that_was_not_loaded_is_asked_anew(paper: Version) -> None:
    found = Version.objects.get(pk=paper.pk)
    before = [label for label, _ in labelled(found)]
    assert [label for label, _ in labelled(paper)] == before
    Recommendation.objects.create(version=paper, position=99, text="Note the risks.")
    assert len(labelled(found)) == len(before) + 1
    assert [label for label, _ in labelled(paper)] == before, "a loaded one stays as it was loaded"


DECIDED = date(2024, 3, 12)
#: The dates that a paper prints, its signatures, and what is out of order in them.
HISTORIES: tuple[tuple[dict[str, date], list[tuple[str, date]], list[str]], ...] = (
    (
        {"signed": DECIDED, "published": date(2024, 3, 20)},
        [("Chief Executive Officer", date(2024, 3, 11))],
        [],
    ),
    ({"signed": DECIDED}, [("Chief Executive", date(2024, 3, 13))], ["the chief executive signed after"]),
    ({"signed": DECIDED, "published": date(2024, 3, 1)}, [], ["it was signed after it was published"]),
    (
        {"signed": DECIDED, "published": date(2025, 4, 30)},
        [],
        ["it was published 414 days after it was signed"],
    ),
    ({"decided": DECIDED}, [("Deputy Mayor", date(2026, 3, 12))], ["Deputy Mayor signed more than a year"]),
    ({"signed": DECIDED, "effective": date(2042, 3, 12)}, [], ["it takes effect more than a year"]),
    ({"published": DECIDED}, [("Chief Executive", date(2024, 3, 13))], []),
)


@pytest.mark.parametrize(("printed", "signed", "said"), HISTORIES)
def test_dates_of_an_imported_paper_that_are_out_of_order_are_said(
    printed: dict[str, date], signed: list[tuple[str, date]], said: list[str]
) -> None:
    found = [sentence for sentence, _ in out_of_order(printed, signed)]
    assert len(found) == len(said)
    assert all(sentence.startswith(start) for sentence, start in zip(found, said, strict=True)), found


# As one writes, and on the day of publication


def test_what_is_open_in_a_part_is_named_as_soon_as_it_is_saved(paper: Version, people: walk.People) -> None:
    client = signed_in(people["officer"])
    summary = url("paper-part", paper, part="summary")
    answer = save(client, summary, summary="It costs E225k, Quagga TBC.", then="next")
    page = text_of(client.get(answer.url))
    assert (
        "Still to settle in this part: the length of the summary, words that look unfinished and an amount whose "
        "pound sign was misread. See what they say" in page
    )
    assert "Quagga" not in str(answer.cookies)
    answer = save(client, summary, summary=PCD_1637.summary, then="next")
    assert "Still to settle" not in text_of(client.get(answer.url))


def test_a_warning_says_which_rule_asks_for_it(paper: Version, people: walk.People) -> None:
    saying("commercial", COMPETING)(paper)
    client, rule = signed_in(people["officer"]), "Procurement Act 2023, sections 20 and 41"
    assert rule in text_of(client.get(url("paper-check", paper)))
    assert rule in text_of(client.get(url("paper-part", paper, part="warnings")))


@pytest.mark.parametrize(
    ("action", "state", "person", "way_out"),
    [
        (
            "decide",
            "with_decision_maker",
            "dmpc",
            "Return it for amendment , and Ines Calloway puts it right.",
        ),
        ("clear_for_publication", "decided", "governance", "Tell Ines Calloway: they begin a new paper"),
        ("publish", "cleared", "governance", "defer publication of this one."),
    ],
)
def test_an_error_is_asked_about_again_before_anything_is_decided_or_published(
    people: walk.People,
    monkeypatch: pytest.MonkeyPatch,
    *,
    action: str,
    state: str,
    person: str,
    way_out: str,
) -> None:
    version = walk.bring(walk.draft(made_up(1), people), people, state)
    monkeypatch.setattr(form, "SUMMARY_WORDS", (1, 5))
    reasons = why_not(TRANSITION[action], Context(again(version), people[person], {"confirmed": True}))
    assert "Shorten the executive summary: it has 30 words and must have 1 to 5." in reasons
    client = sign_in(Client(), people[person])
    answer = client.get(reverse("act", args=[version.decision_id, action]))
    assert_valid_html(answer.content.decode())
    page = text_of(answer)
    assert "Shorten the executive summary" in page
    assert way_out in page


def test_a_warning_that_comes_up_after_submission_is_shown_to_who_signs_and_who_publishes(
    people: walk.People, monkeypatch: pytest.MonkeyPatch
) -> None:
    came_up = "Warnings since it was submitted"
    version = walk.bring(walk.draft(made_up(1), people), people, "with_head_of_service")
    steps = (
        ("review", "with_head_of_service", "head"),
        ("decide", "with_decision_maker", "dmpc"),
        ("clear_for_publication", "decided", "governance"),
        ("publish", "cleared", "governance"),
    )
    for action, state, person in steps:
        version = walk.bring(again(version), people, state)
        client, page = sign_in(Client(), people[person]), reverse("act", args=[version.decision_id, action])
        assert came_up not in text_of(client.get(page))
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(consistency, "UNFINISHED", re.compile("decision"))
            shown = client.get(page)
            assert_valid_html(shown.content.decode())
            assert came_up in text_of(shown)
            assert not why_not(
                TRANSITION[action], Context(again(version), people[person], {}, confirming=True)
            )


def test_what_stops_and_what_needs_an_answer_stand_apart_each_with_its_rule(
    unsure: Version, people: walk.People
) -> None:
    having(summary="")(unsure)
    page = text_of(signed_in(people["officer"]).get(url("paper-check", unsure)))
    stops, asks = page.index("What must be put right before you submit"), page.index("What needs your answer")
    assert stops < page.index("The form: an executive summary of 25 to 400 words") < asks
    [warning] = run.warnings(again(unsure))
    assert asks < page.index(warning.sentence) < page.index(warning.clause)


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
