"""Recommendations, money and contracts: added, changed, ordered, removed, and typed as people type."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from approvals.demo import walk
from approvals.demo.papers import PCD_1637
from decisions.models import ContractAward, FinancialLine, Recommendation, Version
from decisions.snapshot import labelled
from tests.drafting import (
    CONTRACT,
    MONEY,
    again,
    begun,
    error_at,
    hidden,
    save,
    signed_in,
    text_of,
    url,
    value_of,
)

pytestmark = pytest.mark.django_db


def recommend(
    client: Client, version: Version, text: str, under: Recommendation | None = None
) -> Recommendation:
    """Add a recommendation, below another or at the end."""
    address = url("recommendation-add", version) + (f"?under={under.pk}" if under else "")
    assert save(client, address, text=text).status_code == 303
    return Recommendation.objects.get(version=version, text=text.strip())


def printed(version: Version) -> list[tuple[str, str]]:
    """Return labels and texts as printed."""
    return [(label, row.text) for label, row in labelled(again(version))]


def test_recommendations_are_added_nested_and_numbered_as_the_form_numbers_them(
    officer: Client, paper: Version
) -> None:
    first = recommend(officer, paper, "Approve the masts")
    below = recommend(officer, paper, "Approve the first mast", first)
    recommend(officer, paper, "Approve its foundations", below)
    recommend(officer, paper, "Note the risks")

    assert printed(paper) == [
        ("1", "Approve the masts"),
        ("1a", "Approve the first mast"),
        ("1a(i)", "Approve its foundations"),
        ("2", "Note the risks"),
    ]


def test_nothing_stands_below_the_third_level(officer: Client, paper: Version) -> None:
    row = None
    for text in ("Level one", "Level two", "Level three"):
        row = recommend(officer, paper, text, row)
    assert row is not None
    address = f"{url('recommendation-add', paper)}?under={row.pk}"

    assert officer.get(address).status_code == 404
    assert officer.post(address, {"text": "Level four"}).status_code == 404
    page = officer.get(url("paper-recommendations", paper)).content.decode()
    assert f"?under={row.pk}" not in page


def test_a_second_click_on_save_adds_no_second_row(officer: Client, paper: Version) -> None:
    address = url("recommendation-add", paper)
    page = hidden(officer, address)

    for _ in range(2):
        assert officer.post(address, {**page, "text": "Approve"}).status_code == 303
    other = officer.post(address, {**page, "text": "Approve something else"})

    assert [row.text for row in Recommendation.objects.all()] == ["Approve"]
    assert other.status_code == 409


def test_the_id_of_a_row_of_another_paper_is_not_taken_over(
    officer: Client, people: walk.People, paper: Version
) -> None:
    theirs = begun(signed_in(people["officer2"]), "Other")
    row = recommend(signed_in(people["officer2"]), theirs, "Approve theirs")

    answer = officer.post(url("recommendation-add", paper), {"new": str(row.pk), "text": "Mine now"})

    assert answer.status_code == 404
    row.refresh_from_db()
    assert (row.text, row.version_id) == ("Approve theirs", theirs.pk)
    assert officer.get(url("recommendation", paper, row=row.pk)).status_code == 404
    assert officer.post(url("recommendation-remove", paper, row=row.pk)).status_code == 303
    assert Recommendation.objects.filter(pk=row.pk).exists()


def test_rows_are_moved_and_a_second_click_moves_no_further(officer: Client, paper: Version) -> None:
    for text in ("A", "B", "C"):
        recommend(officer, paper, text)
    last = Recommendation.objects.get(text="C")

    for _ in range(2):
        assert officer.post(url("recommendation-move", paper, row=last.pk), {"to": "2"}).status_code == 303

    assert [text for _, text in printed(paper)] == ["A", "C", "B"]
    officer.post(url("recommendation-move", paper, row=last.pk), {"to": "1"})
    assert [text for _, text in printed(paper)] == ["C", "A", "B"]


@pytest.mark.parametrize("to", ["", "up", "-1", "99999999"])
def test_a_move_to_nowhere_is_missing(officer: Client, paper: Version, to: str) -> None:
    row = recommend(officer, paper, "A")

    assert officer.post(url("recommendation-move", paper, row=row.pk), {"to": to}).status_code == 404


def test_removing_asks_first_says_what_goes_too_and_leaves_the_others(
    officer: Client, paper: Version
) -> None:
    first = recommend(officer, paper, "Approve the masts")
    recommend(officer, paper, "Approve the first mast", first)
    recommend(officer, paper, "Note the risks")
    save(officer, url("money-add", paper, within=first.pk), **MONEY)
    address = url("recommendation-remove", paper, row=first.pk)

    asked = text_of(officer.get(address))
    assert "1 recommendation under it and its rows" in asked
    assert "1 amount" in asked
    assert Recommendation.objects.count() == 3
    for _ in range(2):
        assert officer.post(address).status_code == 303

    assert printed(paper) == [("1", "Note the risks")]
    assert not FinancialLine.objects.exists()


@pytest.fixture
def masts(officer: Client, paper: Version) -> dict[str, str]:
    """The addresses of a recommendation, of its amount and its contract, and of what is added to it."""
    row = recommend(officer, paper, "Approve the masts")
    save(officer, url("money-add", paper, within=row.pk), **MONEY)
    save(officer, url("contract-add", paper, within=row.pk), **CONTRACT)
    return {
        "recommendation": url("recommendation", paper, row=row.pk),
        "recommendation-add": f"{url('recommendation-add', paper)}?under={row.pk}",
        "money": url("money", paper, row=FinancialLine.objects.get().pk),
        "money-add": url("money-add", paper, within=row.pk),
        "contract": url("contract", paper, row=ContractAward.objects.get().pk),
        "contract-add": url("contract-add", paper, within=row.pk),
    }


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("recommendation", {"text": "Typed meanwhile"}),
        ("recommendation-add", {"text": "Typed meanwhile"}),
        ("money", {**MONEY, "purpose": "Typed meanwhile"}),
        ("money-add", {**MONEY, "purpose": "Typed meanwhile"}),
        ("contract", {**CONTRACT, "subject": "Typed meanwhile"}),
        ("contract-add", {**CONTRACT, "subject": "Typed meanwhile"}),
    ],
)
def test_what_was_typed_into_something_removed_meanwhile_is_shown_and_not_saved(
    officer: Client, paper: Version, masts: dict[str, str], name: str, typed: dict[str, str]
) -> None:
    page = hidden(officer, masts[name])
    officer.post(masts["recommendation"] + "remove/")

    answer = officer.post(masts[name], {**page, **typed})

    assert answer.status_code == 409
    assert "This has been removed since you opened the page" in text_of(answer)
    assert "Typed meanwhile" in text_of(answer)
    assert printed(paper) == []
    assert officer.get(masts[name]).status_code == 404


def test_a_row_removed_meanwhile_is_moved_nowhere_and_told(officer: Client, paper: Version) -> None:
    row = recommend(officer, paper, "Approve the masts")
    officer.post(url("recommendation-remove", paper, row=row.pk))

    answer = officer.post(url("recommendation-move", paper, row=row.pk), {"to": "1"}, follow=True)

    assert answer.redirect_chain == [(url("paper-recommendations", paper), 303)]
    assert "The recommendation had been removed already." in text_of(answer)


def test_the_add_buttons_of_a_recommendation_save_it_first(officer: Client, paper: Version) -> None:
    page = hidden(officer, url("recommendation-add", paper))

    answer = officer.post(url("recommendation-add", paper), {**page, "text": "Approve", "then": "money"})

    row = Recommendation.objects.get()
    assert answer.headers["Location"] == url("money-add", paper, within=row.pk)
    assert "Approve" in text_of(officer.get(answer.headers["Location"]))


# Money as people type it


@pytest.fixture
def row(officer: Client, paper: Version) -> Recommendation:
    """A recommendation of the paper."""
    return recommend(officer, paper, "Approve the masts")


def typed_money(client: Client, paper: Version, row: Recommendation, **typed: Any) -> Any:
    """Add a money line."""
    return save(client, url("money-add", paper, within=row.pk), **{**MONEY, **typed})


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("£1.98m", "1980000"), ("225k", "225000"), ("2,165,000.50", "2165000.50"), ("£ 1 bn", "1000000000")],
)
def test_money_is_read_as_the_form_writes_it(
    officer: Client, paper: Version, row: Recommendation, typed: str, stored: str
) -> None:
    assert typed_money(officer, paper, row, amount=typed).status_code == 303

    assert FinancialLine.objects.get().amount == Decimal(stored)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("E225k", "‘E225k’ begins with a letter."),
        ("£2,165,00", "‘£2,165,00’ has a comma in the wrong place."),
        ("about 5", "‘about 5’"),
        ("-5", "Amount must be £0 or more"),
        ("", "Enter the amount, like £1.98m or £225,000"),
    ],
)
def test_what_is_no_amount_is_told_at_the_field_and_stands_there_as_typed(
    officer: Client, paper: Version, row: Recommendation, typed: str, told: str
) -> None:
    answer = typed_money(officer, paper, row, amount=typed, funding_source="The reserve", year_from="2027-28")

    assert error_at(answer, "amount").startswith(told)
    assert value_of(answer, "amount") == typed
    assert value_of(answer, "funding_source") == "The reserve"
    assert value_of(answer, "year_from") == "2027-28"
    assert not FinancialLine.objects.exists()


@pytest.mark.parametrize("typed", ["2027/28", "2027-28", "2027", "FY 2027/28", "2027/2028"])
def test_a_financial_year_is_read_however_it_is_written(
    officer: Client, paper: Version, row: Recommendation, typed: str
) -> None:
    assert typed_money(officer, paper, row, year_from=typed).status_code == 303

    line = FinancialLine.objects.get()
    assert line.year_from == 2027
    assert value_of(officer.get(url("money", paper, row=line.pk)), "year_from") == "2027/28"


@pytest.mark.parametrize("typed", ["27/28", "2027/29", "next year", "1066"])
def test_what_is_no_financial_year_is_told_at_the_field(
    officer: Client, paper: Version, row: Recommendation, typed: str
) -> None:
    answer = typed_money(officer, paper, row, year_from=typed)

    assert error_at(answer, "year_from").startswith("First financial year must be")
    assert value_of(answer, "year_from") == typed


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"certainty": "withheld", "amount": "5"}, "amount"),
        ({"certainty": "range", "amount": "5"}, "amount_to"),
        ({"certainty": "range", "amount": "5", "amount_to": "4"}, "amount_to"),
        ({"certainty": "exact", "amount": "5", "amount_to": "6"}, "certainty"),
        ({"year_from": "2028/29", "year_to": "2027/28"}, "year_to"),
        ({"year_to": "2027/28"}, "year_from"),
    ],
)
def test_amounts_and_years_that_do_not_go_together_are_told(
    officer: Client, paper: Version, row: Recommendation, typed: dict[str, str], field: str
) -> None:
    assert error_at(typed_money(officer, paper, row, **typed), field)


@pytest.mark.parametrize(
    "typed",
    [
        {"certainty": "withheld", "amount": ""},
        {"certainty": "range", "amount": "5", "amount_to": "6"},
        {"certainty": "up_to"},
    ],
)
def test_each_certainty_takes_its_own_amounts(
    officer: Client, paper: Version, row: Recommendation, typed: dict[str, str]
) -> None:
    assert typed_money(officer, paper, row, **typed).status_code == 303


def test_money_rows_are_changed_moved_and_removed(
    officer: Client, paper: Version, row: Recommendation
) -> None:
    for amount in ("1", "2", "3"):
        typed_money(officer, paper, row, amount=amount)
    first, second, third = FinancialLine.objects.all()

    save(officer, url("money", paper, row=first.pk), **{**MONEY, "amount": "10"})
    officer.post(url("money-move", paper, row=third.pk), {"to": "1"})
    officer.post(url("money-remove", paper, row=second.pk))

    assert [line.amount for line in FinancialLine.objects.all()] == [3, 10]


# Contracts


def typed_contract(client: Client, paper: Version, row: Recommendation, **typed: Any) -> Any:
    """Add a contract."""
    return save(client, url("contract-add", paper, within=row.pk), **{**CONTRACT, **typed})


def test_another_supplier_is_added_without_script_and_keeps_what_was_typed(
    officer: Client, paper: Version, row: Recommendation
) -> None:
    more = typed_contract(
        officer, paper, row, supplier_0_name="Alder Ltd", value="E5", add_supplier="1", subject="Masts"
    )

    assert more.status_code == 200
    assert value_of(more, "supplier_0_name") == "Alder Ltd"
    assert value_of(more, "supplier_1_name") == ""
    assert (value_of(more, "value"), value_of(more, "subject")) == ("E5", "Masts")
    assert "There is a problem" not in text_of(more)
    assert value_of(more, "supplier_count") == "2"
    assert not ContractAward.objects.exists()


def test_a_supplier_is_taken_out_of_the_middle(officer: Client, paper: Version, row: Recommendation) -> None:
    names = {f"supplier_{index}_name": name for index, name in enumerate(("Alder", "Birch", "Cedar"))}

    fewer = typed_contract(officer, paper, row, **names, supplier_count="3", remove_supplier="1")

    assert [value_of(fewer, f"supplier_{index}_name") for index in range(2)] == ["Alder", "Cedar"]
    assert value_of(fewer, "supplier_count") == "2"


def test_a_contract_keeps_its_suppliers_in_order_and_loses_those_left_empty(
    officer: Client, paper: Version, row: Recommendation
) -> None:
    typed_contract(
        officer, paper, row, supplier_count="3", supplier_0_name="Birch", supplier_2_name="Alder",
        supplier_2_number="01234567",
    )  # fmt: skip

    award = ContractAward.objects.get()
    assert [(one.name, one.company_number) for one in award.suppliers.all()] == [
        ("Birch", ""),
        ("Alder", "01234567"),
    ]
    page = officer.get(url("contract", paper, row=award.pk))
    assert value_of(page, "supplier_1_number") == "01234567"
    save(officer, url("contract", paper, row=award.pk), **{**CONTRACT, "supplier_0_name": "Alder"})
    assert [one.name for one in award.suppliers.all()] == ["Alder"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"supplier_0_number": "1"}, "supplier_0_name"),
        ({"suppliers_withheld": "true", "supplier_0_name": "Alder"}, "suppliers_withheld"),
        ({"certainty": "withheld"}, "value"),
        ({"value": ""}, "value"),
        ({"initial_months": "24", "longest_months": "12"}, "longest_months"),
        ({"initial_months": "two"}, "initial_months"),
        ({"notices": "javascript:alert(1)"}, "notices"),
        ({"action": "bribe"}, "action"),
    ],
)
def test_what_does_not_go_together_in_a_contract_is_told(
    officer: Client, paper: Version, row: Recommendation, typed: dict[str, str], field: str
) -> None:
    assert error_at(typed_contract(officer, paper, row, **typed), field)
    assert not ContractAward.objects.exists()


def test_two_people_who_change_one_contract_see_each_others_suppliers(
    officer: Client, paper: Version, row: Recommendation
) -> None:
    typed_contract(officer, paper, row, supplier_0_name="Alder")
    address = url("contract", paper, row=ContractAward.objects.get().pk)
    page = hidden(officer, address)
    save(
        officer,
        address,
        **{**CONTRACT, "supplier_0_name": "Birch", "supplier_1_name": "Cedar", "supplier_count": "2"},
    )

    conflict = officer.post(address, {**page, **CONTRACT, "supplier_0_name": "Dogwood"})

    assert conflict.status_code == 409
    assert all(name in text_of(conflict) for name in ("Birch", "Cedar", "Dogwood"))


def test_the_money_of_pcd_1637_is_written_through_the_pages(officer: Client, people: walk.People) -> None:
    typed_in = ("amount", "year_from", "year_to", "funding_source", "approved_before", "note")
    chosen = ("kind", "certainty", "vat", "recurrence")
    model, paper = walk.draft(PCD_1637, people), begun(officer)
    for _, wanted in labelled(model):
        made = recommend(officer, paper, wanted.text + " ")
        for line in wanted.financial_lines.all():
            page = officer.get(url("money", model, row=line.pk))
            typed = {name: value_of(page, name) for name in typed_in} | {
                name: getattr(line, name) for name in chosen
            }
            assert typed_money(officer, paper, made, **typed).status_code == 303

    def money(version: Version) -> list[Any]:
        rows = FinancialLine.objects.filter(recommendation__version=version).order_by(
            "recommendation__position"
        )
        return list(rows.values(*typed_in, *chosen))

    assert [text for _, text in printed(paper)] == [row.text for _, row in labelled(model)]
    assert money(paper) == money(model)
