"""Who must decide a paper: what the scheme of delegation says of its kinds and amounts, and why.

The scheme is dated reference data (`decisions/models/scheme.py`). Of all its paragraphs that apply, the strictest
decider counts; a stricter one may always be named instead, a less strict one never.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from decisions import form
from decisions.models import (
    Body,
    Decider,
    FinancialLine,
    Recommendation,
    Scheme,
    SchemeParagraph,
    Version,
)
from decisions.snapshot import labelled, once
from pcd.forms.phrases import lower_first
from pcd.money import show_money

#: Of which kind of decision a contract is, by what is done with it.
OF_CONTRACT = {
    "initiate": "initiate_procurement",
    "award": "contract_award",
    "extend": "extension",
    "uplift": "extension",
    "vary": "extension",
    "novate": "novation",
}
#: Of which kind a grant is, by its direction.
OF_GRANT = {"received": "grant_received", "given": "grant_given"}
#: The lines that cost money, or may; what comes in counts by its kind (a grant received, property) instead.
COSTS = ("capital", "revenue", "guarantee")


@dataclass(frozen=True)
class Amount:
    """An amount that counts, and the kinds of decision it is of; None is not stated here, and so as high as any."""

    value: Decimal | None
    kinds: frozenset[str]


@dataclass(frozen=True)
class Proposal:
    """Who must decide, the paragraph that says so, and why, in a sentence."""

    decider: Decider
    title: str
    paragraph: SchemeParagraph
    because: str


@once
def proposal(version: Version) -> Proposal | None:
    """Return who must decide a loaded version: the strictest of all that apply.

    None where its body has no scheme, or nothing says yet what kind of decision it is.
    """
    found = amounts(version)
    scheme = scheme_of(version) if found else None
    return decided_by(scheme, found) if scheme else None


def scheme_of(version: Version) -> Scheme | None:
    """Return the scheme that a paper is under: that of today while it is written, then the one it relied on."""
    if version.scheme_paragraph and not version.editable:
        return version.scheme_paragraph.scheme
    return in_force(version.decision.body)


def in_force(body: Body) -> Scheme | None:
    """Return the body's scheme of today, with its paragraphs."""
    begun = body.schemes.filter(valid_from__lte=timezone.localdate()).order_by("-valid_from")
    return begun.prefetch_related("paragraphs").first()


def decided_by(scheme: Scheme, found: list[Amount]) -> Proposal | None:
    """Return who decides these amounts under a scheme; None where it says nothing of them."""
    applying = [one for kind in sorted(_kinds(found)) for one in _applying(scheme, kind, found)]
    if not applying:
        return None
    paragraph, kind, amount = max(applying, key=_strictest)
    decider = Decider(paragraph.decider)
    return Proposal(decider, scheme.title(decider), paragraph, _because(paragraph, kind, amount))


def _applying(
    scheme: Scheme, kind: str, found: list[Amount]
) -> list[tuple[SchemeParagraph, str, Decimal | None]]:
    """Return what a scheme says of one kind of decision, or what it says of everything else."""
    values = [one.value for one in found if kind in one.kinds]
    paragraphs = list(scheme.paragraphs.all())
    said = [
        (paragraph, kind, value)
        for paragraph in paragraphs
        for value in values
        if not paragraph.otherwise
        and (not paragraph.kinds or kind in paragraph.kinds)
        and _within(paragraph, value)
    ]
    return said or [(row, kind, value) for row in paragraphs if row.otherwise for value in values]


def _within(paragraph: SchemeParagraph, value: Decimal | None) -> bool:
    """Say whether an amount is one of a paragraph's: from its threshold on, and below the next."""
    if value is None:
        return paragraph.amount_to is None
    above = paragraph.amount_from is None or value >= paragraph.amount_from
    return above and (paragraph.amount_to is None or value < paragraph.amount_to)


def _strictest(one: tuple[SchemeParagraph, str, Decimal | None]) -> tuple[int, bool, bool, Decimal]:
    """Order what applies: by who decides, then what says more (no catch-all), then by the amount that called for it."""
    paragraph, _, value = one
    strictness = Decider(paragraph.decider).strictness
    return strictness, not paragraph.otherwise, value is None, value or Decimal(0)


def _because(paragraph: SchemeParagraph, kind: str, value: Decimal | None) -> str:
    name = form.choice(form.KINDS, kind)
    of = " whose amount is not stated" if value is None else f" of {show_money(value)}" if value else ""
    if paragraph.amount_from is None and paragraph.amount_to is None:
        of = ""  # it is no matter of the amount
    return f"{name}{of}: paragraph {paragraph.number} says that {lower_first(paragraph.text)}"


def choices(proposed: Proposal) -> list[tuple[str, str]]:
    """Return who may decide: whom the scheme proposes, and whoever of this body is stricter."""
    scheme, least = proposed.paragraph.scheme, proposed.decider.strictness
    return [
        (one.value, scheme.title(one)) for one in Decider if one in scheme.titles and one.strictness >= least
    ]


@once
def amounts(version: Version) -> list[Amount]:
    """Return every amount of a loaded paper that counts: its whole, its contracts together and one by one, its grants.

    The whole is of every kind that is selected or that a row calls for. Where no amount is stated it may be any.
    """
    rows = [row for _, row in labelled(version)]
    awards = [award for row in rows for award in row.contract_awards.all()]
    grants = [grant for row in rows for grant in row.grants.all()]
    own = [
        *(Amount(award.value, frozenset({OF_CONTRACT[award.action]})) for award in awards),
        *(Amount(grant.amount, frozenset({OF_GRANT[grant.direction]})) for grant in grants),
    ]
    kinds = frozenset(version.kinds) | _kinds(own)
    if not kinds:
        return []
    stated = own or any(row.financial_lines.all() for row in rows)
    whole = _sum(_costs(rows)) if stated else None
    contracts = frozenset(OF_CONTRACT[award.action] for award in awards)
    together = [Amount(_sum(award.value for award in awards), contracts)] if len(awards) > 1 else []
    return [Amount(whole, kinds), *together, *own]


def weight(version: Version) -> Decimal | None:
    """Return how much a loaded paper is about: the largest of its amounts; None where one of them is not stated."""
    values = [one.value for one in amounts(version)]
    return None if None in values else max((one for one in values if one is not None), default=Decimal(0))


def _kinds(found: list[Amount]) -> frozenset[str]:
    return frozenset().union(*(one.kinds for one in found))


def _costs(rows: list[Recommendation]) -> Iterator[Decimal | None]:
    """Yield what each line costs; a line that divides the one above it into parts is in that one already."""
    by_key = {row.pk: row for row in rows}

    def divides(row: Recommendation, line: FinancialLine) -> bool:
        above = by_key.get(row.parent_id) if row.parent_id else None
        return above is not None and (
            any(
                (one.kind, one.recurrence) == (line.kind, line.recurrence)
                for one in above.financial_lines.all()
            )
            or divides(above, line)
        )

    for row in rows:
        for line in row.financial_lines.all():
            if line.kind in COSTS and not divides(row, line):
                yield most(line)


def most(line: FinancialLine) -> Decimal | None:
    """Return the most that a line may cost: the upper end of a range, and every year that it names."""
    most = line.amount if line.amount_to is None else line.amount_to
    if most is None or line.recurrence != "per_annum":
        return most
    return most * (line.year_to - line.year_from + 1 if line.year_from and line.year_to else 1)


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    found = list(values)
    return None if None in found else sum((one for one in found if one is not None), Decimal(0))
