"""How money, terms, dates and contracts are said."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decisions import wording
from decisions.part1 import ContractAward, FinancialLine, Named, Section
from pcd.money import parse_money
from tests.published import decided, drafted


def line(index: int = 0, **changes: object) -> FinancialLine:
    return replace(drafted().financial_lines[index], **changes)  # type: ignore[arg-type]


def award(**changes: object) -> ContractAward:
    return replace(drafted().contract_awards[0], **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (60, "five years"),
        (18, "18 months"),
        (12, "one year"),
        (1, "one month"),
        (6, "six months"),
        (144, "12 years"),
        (None, ""),
        (0, ""),
    ],
)
def test_a_term_is_said_in_years_where_it_is_whole_years(months: int | None, said: str) -> None:
    assert wording.term_in_words(months) == said


@pytest.mark.parametrize(("start", "said"), [(2027, "2027/28"), (1999, "1999/00"), (None, "")])
def test_a_financial_year_is_named_by_both_its_years(start: int | None, said: str) -> None:
    assert wording.financial_year(start) == said


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (line(), "£1.98m capital in 2024/25"),
        (line(year_to=2026), "£1.98m capital over 2024/25 to 2026/27"),
        (line(1), "£225k per annum from FY 2027/28"),
        (line(1, year_to=2029), "£225k per annum from FY 2027/28 to FY 2029/30"),
        (line(1, year_from=None, year_to=2029), "£225k per annum until FY 2029/30"),
        (line(certainty=Named("up_to", "")), "up to £1.98m capital in 2024/25"),
        (line(certainty=Named("estimate", "")), "an estimated £1.98m capital in 2024/25"),
        (
            line(certainty=Named("range", ""), amount=Decimal("1200000"), amount_to=Decimal("1500000")),
            "£1.2m to £1.5m capital in 2024/25",
        ),
        (
            line(certainty=Named("withheld", ""), amount=None),
            "capital amount withheld: see Part 2 in 2024/25",
        ),
        (line(amount=Decimal("1980000.01"), year_from=None), "£1,980,000.01 capital"),
    ],
)
def test_a_financial_line_is_said_as_the_form_says_it(row: FinancialLine, said: str) -> None:
    assert wording.line_in_words(row) == said


def test_what_was_decided_of_an_amount_is_said_beside_what_was_asked() -> None:
    paper = decided()
    assert wording.decided_in_words(paper.financial_lines[0]) == "£1.98m"
    assert wording.decided_in_words(paper.contract_awards[0]) == "up to £1.5m"
    assert wording.decided_in_words(line()) == ""
    rejected = line(outcome=Named("rejected", "Rejected"))
    assert wording.decided_in_words(rejected) == "nothing: rejected"
    withheld = line(amount=None, certainty=Named("withheld", ""), outcome=Named("approved", "Approved"))
    assert wording.decided_in_words(withheld) == "amount withheld: see Part 2"


def test_a_range_approved_as_it_stands_keeps_both_ends() -> None:
    row = line(
        certainty=Named("range", ""),
        amount=Decimal(1000),
        amount_to=Decimal(2000),
        decided=Decimal(1000),
        decided_to=Decimal(2000),
        outcome=Named("approved", "Approved"),
    )
    assert wording.decided_in_words(row) == "£1k to £2k"
    changed = replace(row, decided=Decimal(1500), decided_to=None)
    assert wording.decided_in_words(changed) == "£1,500"
    assert (
        wording.largest_decided(replace(decided(), financial_lines=(row,), contract_awards=(), grants=()))
        == 2000
    )


def test_the_largest_amount_counts_what_was_decided() -> None:
    assert wording.largest_decided(decided()) == Decimal("1980000.00")
    assert wording.largest_decided(drafted()) is None


def test_a_contract_is_one_phrase_with_everything_in_it() -> None:
    assert wording.contract_in_words(award()) == (
        "Contract for hardware and support with Brightwell Systems Ltd and Tarn & Fell plc, "
        "up to £1.63m excluding VAT, for up to five years including extension options, "
        "by direct award under the Northern Resellers framework"
    )


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("Hardware and support", "Contract for hardware and support"),
        ("IT hardware", "Contract for IT hardware"),
        ("Wi-Fi in all stations", "Contract for Wi-Fi in all stations"),
        ("4G masts", "Contract for 4G masts"),
        ("Alder Systems licences", "Contract for Alder Systems licences"),
        ("A new roof", "Contract for a new roof"),
        ("The Larkspur platform", "Contract for the Larkspur platform"),
        ("", "Contract"),
    ],
)
def test_the_subject_of_a_contract_stands_within_the_sentence(subject: str, said: str) -> None:
    assert wording.contract_in_words(award(subject=subject)).startswith(f"{said} with Brightwell Systems Ltd")


def test_a_contract_whose_supplier_and_value_are_withheld_says_so() -> None:
    hidden = award(
        suppliers=(),
        suppliers_withheld=True,
        value=None,
        certainty=Named("withheld", ""),
        extension_options="",
        longest_months=None,
        route_to_market=None,
        framework="",
    )
    assert wording.contract_in_words(hidden) == (
        "Contract for hardware and support with a supplier whose name is withheld, "
        "amount withheld: see Part 2, for three years"
    )
    assert wording.suppliers_in_words(hidden) == "withheld: see Part 2"


@pytest.mark.parametrize(
    ("treatment", "reason", "said"),
    [
        ("in_part2", "", "This section is in Part 2."),
        ("not_applicable", "No contract is let.", "Not applicable, because no contract is let."),
        ("not_applicable", "MPS staff do it", "Not applicable, because MPS staff do it."),
        ("not_applicable", "", "Not applicable."),
        ("text", "", "Nothing is written here yet."),
    ],
)
def test_a_section_without_text_says_why(treatment: str, reason: str, said: str) -> None:
    assert wording.section_in_words(Section("legal", 4, "Legal", treatment, reason, ())) == said


def test_the_day_of_an_instant_is_the_day_it_was_in_london() -> None:
    assert wording.day(datetime(2024, 6, 30, 23, 30, tzinfo=UTC)) == "1 July 2024"
    assert wording.day(datetime(2024, 1, 31, 23, 30, tzinfo=UTC)) == "31 January 2024"
    assert wording.day(date(2024, 3, 12)) == "12 March 2024"
    assert wording.day(None) == ""
    assert wording.moment(datetime(2024, 6, 30, 23, 5, tzinfo=UTC)) == "1 July 2024 at 12:05am"
    assert wording.moment(datetime(2024, 1, 1, 12, 0, tzinfo=UTC)) == "1 January 2024 at 12:00pm"


def test_the_wait_for_publication_is_counted_in_days_of_london() -> None:
    decided_on = date(2024, 6, 30)
    assert wording.wait_in_words(decided_on, datetime(2024, 6, 30, 10, tzinfo=UTC)).endswith(
        "day of the decision."
    )
    assert "1 day after" in wording.wait_in_words(decided_on, datetime(2024, 6, 30, 23, 30, tzinfo=UTC))
    assert "1,005 days after" in wording.wait_in_words(decided_on, datetime(2027, 4, 1, 10, tzinfo=UTC))


@given(amount=st.decimals(0, 10**12 - 1, places=2))
def test_no_amount_loses_a_penny_in_words(amount: Decimal) -> None:
    said = wording.amount_in_words(Named("up_to", ""), amount)
    assert parse_money(said.removeprefix("up to ")) == amount


@given(text=st.text())
def test_plain_text_has_no_marks_that_a_browser_would_read(text: str) -> None:
    assert wording.shortened(wording.plain(text), 50) is not None
    assert "  " not in wording.plain(text)


@given(text=st.text(st.characters(exclude_categories=["C"]), max_size=400), length=st.integers(20, 60))
def test_a_shortened_text_is_never_longer_than_asked(text: str, length: int) -> None:
    short = wording.shortened(text, length)
    assert len(short) <= length + 1
    assert short == text or (short.endswith("…") and text.startswith(short[:-1]))


def test_iso_dates_inside_a_text_are_said_in_words() -> None:
    assert wording.dated("Finance team, 2024-03-31") == "Finance team, 31 March 2024"
    assert wording.dated("part 2023-02-30 of 9") == "part 2023-02-30 of 9"
