"""Money that contradicts itself: spoilt amounts, parts that do not add up, words and rows that differ (form.md 7)."""

import re
from collections.abc import Iterator
from decimal import Decimal

from decisions import form
from decisions.checks import Check, Found
from decisions.checks.texts import texts
from decisions.importing.amounts import amounts, line
from decisions.models import FinancialLine, Recommendation, Version
from decisions.snapshot import labelled
from pcd.money import show_money

#: A letter that a scanner puts for the pound sign, and groups of figures that are no number.
MISREAD = re.compile(r"(?<![\w£])[Ef]\d[\d,]*(?:\.\d+)?\s?(?:k|m|bn|million|billion)\b")
MALFORMED = re.compile(r"£\s?(?=\d)(?!\d{1,3}(?:,\d{3})+(?!,?\d)|\d+(?!,?\d))[\d,]*\d")
_NOTES = re.compile(r"^(?:to )?not(?:e|es|ing)\b", re.IGNORECASE)
_STATED = "The form: every amount is stated in pounds, with its pence where it has any"
_BELONGS = "The form: each amount, contract and grant belongs to a recommendation"


def misread(version: Version) -> Iterator[Found]:
    """A letter that stands for a pound sign: E225k."""
    for name, part, text in texts(version):
        for found in MISREAD.findall(text):
            yield Found(f"{name} says ‘{found}’. Write the amount with a pound sign.", part)


def malformed(version: Version) -> Iterator[Found]:
    """Groups of figures that are no number: £2,165,00."""
    for name, part, text in texts(version):
        for found in MALFORMED.findall(text):
            yield Found(f"{name} says ‘{found}’, which is not an amount. Check its figures.", part)


def totals(version: Version) -> Iterator[Found]:
    """Parts that do not add up to the amount of the recommendation above them."""
    children: dict[object, list[FinancialLine]] = {}
    rows = labelled(version)
    for _, row in rows:
        children.setdefault(row.parent_id, []).extend(row.financial_lines.all())
    for label, row in rows:
        for one in row.financial_lines.all():
            parts = [
                part
                for part in children.get(row.pk, ())
                if part.kind == one.kind and part.recurrence == one.recurrence
            ]
            if not parts or one.amount is None or any(part.amount is None for part in parts):
                continue
            total = sum((part.amount or Decimal(0) for part in parts), Decimal(0))
            if total != one.amount:
                kind = form.choice(form.LINE_KINDS, one.kind).lower()
                yield Found(
                    f"Recommendation {label} is about {show_money(one.amount)} ({kind}), and its parts add up to "
                    f"{show_money(total)}.",
                    f"money:{one.pk}",
                )


def shares(version: Version) -> Iterator[Found]:
    """Amounts by year, or by supplier, that do not add up to their total."""
    for label, row in labelled(version):
        named: list[tuple[str, str, Decimal | None, list[Decimal]]] = [
            (f"{kind}:{one.pk}", "years", one.amount, [Decimal(year["amount"]) for year in one.profile])
            for kind, rows in (("money", row.financial_lines.all()), ("grant", row.grants.all()))
            for one in rows
        ]
        for award in row.contract_awards.all():
            values = [one.value for one in award.suppliers.all()]
            whole = [value for value in values if value is not None]
            if len(whole) == len(values):
                named.append((f"contract:{award.pk}", "suppliers", award.value, whole))
        for part, by, total, parts in named:
            if parts and total is not None and sum(parts) != total:
                yield Found(
                    f"Recommendation {label}: the amounts of its {by} add up to {show_money(sum(parts, Decimal(0)))}, "
                    f"and the total is {show_money(total)}.",
                    part,
                )


def said(version: Version) -> Iterator[Found]:
    """An amount that a recommendation asks for in words, and none of its rows has."""
    rows = labelled(version)
    for label, row in rows:
        spoken = [] if _NOTES.match(row.text) else list(amounts("", row.text))
        held = set(_held(row, rows)) if spoken else set()
        for one in spoken:
            asked = line(one)
            if not one.amount or asked.role != "asked" or Decimal(one.amount) in held:
                continue
            wanting = (
                f"no amount, contract or grant below it is {show_money(Decimal(one.amount))}"
                if held
                else "nothing below it says so: add the amount, contract or grant"
            )
            yield Found(
                f"Recommendation {label} says {one.printed}, and {wanting}.", f"recommendation:{row.pk}"
            )


def _held(row: Recommendation, rows: list[tuple[str, Recommendation]]) -> Iterator[Decimal]:
    """Yield every amount of a recommendation and of those around it: its parts, and the one that it is a part of."""
    around = [one for _, one in rows if one.parent_id == row.pk or one.pk in (row.pk, row.parent_id)]
    for one in around:
        for money in one.financial_lines.all():
            yield from _given(money.amount, money.amount_to, money.approved_before)
            yield from (Decimal(year["amount"]) for year in money.profile)
        for grant in one.grants.all():
            yield from _given(grant.amount)
            yield from (Decimal(year["amount"]) for year in grant.profile)
        for award in one.contract_awards.all():
            yield from _given(award.value, *(supplier.value for supplier in award.suppliers.all()))


def _given(*values: Decimal | None) -> Iterator[Decimal]:
    yield from (value for value in values if value is not None)


CHECKS = (
    Check("amount", "an amount whose pound sign was misread", "error", _STATED, misread),
    Check("figures", "an amount whose figures are no number", "error", _STATED, malformed),
    Check("money", "parts that do not add up to their total", "warning", _BELONGS, totals),
    Check("shares", "amounts by year or supplier that do not add up", "warning", _BELONGS, shares),
    Check("said", "an amount in words that no row has", "warning", _BELONGS, said),
)
