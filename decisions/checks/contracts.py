"""Contracts that contradict themselves: the route to market, the supplier's number, the term (form.md 7)."""

import re
from collections.abc import Iterator

from django.db.models import Q
from django.db.models.functions import Lower

from decisions.checks import Check, Found
from decisions.checks.texts import texts, within
from decisions.models import ContractAward, Recommendation, State, Supplier, Version
from decisions.snapshot import labelled

COMPETES = re.compile(
    r"\bcompetitive(?:ly)?\b[^.]{0,80}\b(?:tender|procur|process)|\bcompetitively\b|\bmini[- ]competition|"
    r"\b(?:open|restricted) (?:procedure|tender|competition)\b",
    re.IGNORECASE,
)
DIRECT = re.compile(r"\bdirect(?:ly)? award|\bsingle (?:action |source )?tender", re.IGNORECASE)
_NOT = re.compile(r"\b(?:no|not|without|rather than|instead of|never)\b[^.,;]{0,40}$", re.IGNORECASE)
NO_COMPETITION = ("direct_award", "single_tender")
COMPETITION = ("open", "mini_competition")


def _says(text: str, words: re.Pattern[str]) -> bool:
    """Say whether a text speaks of this, and not of its absence."""
    return any(not _NOT.search(text[: found.start()]) for found in words.finditer(text))


def _asks(row: Recommendation, words: re.Pattern[str], routes: tuple[str, ...]) -> bool:
    return _says(row.text, words) or any(one.route_to_market in routes for one in row.contract_awards.all())


def route_to_market(version: Version) -> Iterator[Found]:
    """A direct award in one place, and competition in another, whichever way round."""
    elsewhere = [one for one in texts(version) if not _is_recommendation(one.part)]
    places = {
        words: next((one for one in elsewhere if _says(one.words, words)), None)
        for words in (COMPETES, DIRECT)
    }
    for label, row in labelled(version):
        direct, competes = _asks(row, DIRECT, NO_COMPETITION), _asks(row, COMPETES, COMPETITION)
        if direct and competes:
            yield Found(
                f"Recommendation {label} speaks of a direct award and of competition. Say which it is.",
                f"recommendation:{row.pk}",
            )
        for asked, other, said in (
            (direct, COMPETES, "asks for a direct award, but {name} speaks of competition."),
            (competes, DIRECT, "asks for competition, but {name} speaks of a direct award."),
        ):
            place = places[other]
            if asked and not (direct and competes) and place:
                yield Found(f"Recommendation {label} {said.format(name=within(place.name))}", place.part)


def _is_recommendation(part: str) -> bool:
    return part.startswith("recommendation:")


def suppliers(version: Version) -> Iterator[Found]:
    """A company number under another name, or a name with another number, here or in a published decision."""
    named = [
        (label, award, supplier)
        for label, row in labelled(version)
        for award in row.contract_awards.all()
        for supplier in award.suppliers.all()
        if supplier.company_number
    ]
    published = _published([supplier for _, _, supplier in named]) if named else []
    here = sorted({(supplier.name, supplier.company_number) for _, _, supplier in named})
    for label, award, supplier in named:
        name, own = supplier.name.lower(), supplier.company_number.lower()
        for where, others in (("a published decision has", published), ("the paper also has", here)):
            for other, number in others:
                if (other.lower() == name) != (number.lower() == own):
                    yield Found(
                        f"Recommendation {label}: {supplier.name} has company number {supplier.company_number}, "
                        f"and {where} {other} with {number}.",
                        f"contract:{award.pk}",
                    )


def _published(suppliers: list[Supplier]) -> list[tuple[str, str]]:
    """Return the names and numbers of published suppliers that share one with these; of a draft nothing is told."""
    rows = Supplier.objects.filter(award__recommendation__version__state=State.PUBLISHED).annotate(
        small=Lower("name")
    )
    shared = Q(small__in=[one.name.lower() for one in suppliers]) | Q(
        company_number__in=[one.company_number for one in suppliers]
    )
    found = (
        rows.filter(shared).exclude(company_number="").order_by("name").values_list("name", "company_number")
    )
    return list(found.distinct())


def terms(version: Version) -> Iterator[Found]:
    """A contract whose longest term is shorter than its first one."""
    for label, row in labelled(version):
        for award in row.contract_awards.all():
            if _shorter(award):
                yield Found(
                    f"Recommendation {label}: the longest term of the contract is shorter than its initial term.",
                    f"contract:{award.pk}",
                )


def _shorter(award: ContractAward) -> bool:
    return bool(award.initial_months and award.longest_months and award.longest_months < award.initial_months)


_CONTRACTS = "Elected Local Policing Bodies (Specified Information) Order 2011: contracts and their parties"
CHECKS = (
    Check(
        "route_to_market",
        "a direct award in one place and competition in another",
        "warning",
        "Procurement Act 2023, sections 20 and 41: competition is the rule, and a direct award is justified",
        route_to_market,
    ),
    Check("supplier", "a supplier with another company number", "warning", _CONTRACTS, suppliers),
    Check(
        "term",
        "the term of a contract",
        "error",
        "The form: initial term, extension options and longest term of each contract",
        terms,
    ),
)
