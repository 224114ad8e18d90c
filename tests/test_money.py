"""Money as people write it: what is shown can be read again, and what cannot be read says why."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcd.money import NotMoney, parse_money, short_money, show_money

AMOUNTS = st.decimals(min_value=Decimal("-9999999999.99"), max_value=Decimal("9999999999.99"), places=2)
ROUND = st.integers(-9_999, 9_999).flatmap(
    lambda n: st.sampled_from([Decimal(n) * Decimal(10) ** p for p in range(7)])
)


@given(AMOUNTS | ROUND)
def test_an_amount_shown_in_full_is_read_as_the_same_amount(amount: Decimal) -> None:
    assert parse_money(show_money(amount)) == amount


@given(AMOUNTS | ROUND)
def test_the_short_form_loses_nothing(amount: Decimal) -> None:
    assert parse_money(short_money(amount)) == amount


@given(st.text(max_size=60) | st.from_regex(r"[£$E-]? ?[0-9,.]{0,50} ?[a-z]{0,3}", fullmatch=True))
def test_any_text_is_an_exact_amount_of_pence_or_a_sentence(text: str) -> None:
    answer: Decimal | str
    try:
        answer = parse_money(text)
    except NotMoney as error:
        answer = str(error)
    assert len(answer) > 20 if isinstance(answer, str) else answer.as_tuple().exponent == -2


@pytest.mark.parametrize(
    ("text", "pounds"),
    [
        ("£1,980,000", "1980000.00"),
        ("1.98m", "1980000.00"),
        ("£225k", "225000.00"),
        (" £ 1.63 million ", "1630000.00"),
        ("2bn", "2000000000.00"),
        ("-£5,000", "-5000.00"),
        ("£-5,000", "-5000.00"),
        ("−12.30", "-12.30"),
        (".5", "0.50"),
        ("0", "0.00"),
        ("-0", "0.00"),
    ],
)
def test_the_ways_in_which_people_write_an_amount(text: str, pounds: str) -> None:
    assert str(parse_money(text)) == pounds


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("E225k", "begins with a letter"),
        ("£2,165,00", "comma in the wrong place"),
        ("1,98m", "comma in the wrong place"),
        ("£225k per annum", "Enter the amount only"),
        ("£225k pa", "Enter the amount only"),
        ("£1m to £2m", "two amounts"),
        ("1 980 000", "space inside"),
        ("1.980.000", "decimal point"),
        ("$5", "not in pounds"),
        ("five", "is not an amount"),
        ("", "is not an amount"),
        ("5x", "not a size"),
        ("1.234", "whole number of pence"),
        ("0." + "1" * 30, "whole number of pence"),
        ("1" * 39, "too large"),
        ("1" * 41, "too long"),
        ("--5", "two minus signs"),
        ("１２", "is not an amount"),
    ],
)
def test_what_is_not_an_amount_says_what_to_do(text: str, says: str) -> None:
    with pytest.raises(NotMoney, match=says):
        parse_money(text)


@pytest.mark.parametrize(
    ("pounds", "full", "short"),
    [
        ("1980000.00", "£1,980,000", "£1.98m"),
        ("1630000", "£1,630,000", "£1.63m"),
        ("225000.00", "£225,000", "£225k"),
        ("1983456.20", "£1,983,456.20", "£1,983,456.20"),
        ("12500", "£12,500", "£12,500"),
        ("999", "£999", "£999"),
        ("0", "£0", "£0"),
        ("1500000000", "£1,500,000,000", "£1.5bn"),
        ("1234567000", "£1,234,567,000", "£1,234,567,000"),
        ("-225000", "-£225,000", "-£225k"),
        ("0.05", "£0.05", "£0.05"),
    ],
)
def test_an_amount_is_written_in_full_and_short(pounds: str, full: str, short: str) -> None:
    assert (show_money(Decimal(pounds)), short_money(Decimal(pounds))) == (full, short)
