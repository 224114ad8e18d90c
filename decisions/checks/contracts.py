"""Contracts that contradict themselves: the route to market, the supplier's number, the term (form.md 7)."""

import re
from collections.abc import Iterator

from django.db.models import Q
from django.db.models.functions import Lower

from decisions.checks import Check, Found
from decisions.checks.texts import texts, within
from decisions.models import ContractAward, Recommendation, State, Supplier, Version
from decisions.snapshot import labelled

#: In small letters, as the texts are when they are looked through: twice as quick as looking for either.
COMPETES = re.compile(
    r"\bcompetitive(?:ly)?\b[^.]{0,80}\b(?:tender|procur|process)|\bcompetitively\b|\bmini[- ]competition|"
    r"\b(?:open|restricted) (?:procedure|tender|competition)\b",
)
DIRECT = re.compile(r"\bdirect(?:ly)? award|\bsingle (?:action |source )?tender")
_NOT = re.compile(r"\b(?:no|not|without|rather than|instead of|never)\b[^.,;]{0,40}$")
NO_COMPETITION = ("direct_award", "single_tender")
COMPETITION = ("open", "mini_competition")


def _says(text: str, words: re.Pattern[str]) -> bool:
    """Say whether a text speaks of this, and not of its absence."""
    text = text.lower()
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
        (label, award, (supplier.name, supplier.company_number))
        for label, row in labelled(version)
        for award in row.contract_awards.all()
        for supplier in award.suppliers.all()
        if supplier.company_number
    ]
    here = sorted({supplier for _, _, supplier in named})
    known = [("a published decision has", one) for one in (_published(here) if here else ())]
    known += [("the paper also has", one) for one in here]
    others = {one: [(where, other) for where, other in known if _differ(one, other)] for one in here}
    for label, award, one in named:
        for where, (other, number) in others[one]:
            yield Found(
                f"Recommendation {label}: {one[0]} has company number {one[1]}, "
                f"and {where} {other} with {number}.",
                f"contract:{award.pk}",
            )


def _differ(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Say whether of a supplier's name and number one is the other's and one is not."""
    return (one[0].lower() == other[0].lower()) != (one[1].lower() == other[1].lower())


def _published(here: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the names and numbers of published suppliers that share one with these; of a draft nothing is told."""
    rows = Supplier.objects.filter(award__recommendation__version__state=State.PUBLISHED).annotate(
        small=Lower("name")
    )
    shared = Q(small__in=[name.lower() for name, _ in here]) | Q(company_number__in=[own for _, own in here])
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
