"""Papers that belong together: whether they cross a threshold of the scheme together that each alone does not.

Related are the decisions that a paper links to, and those of the last twelve months with one of its suppliers (by
company number) or contract references. What a reader may not open is to them another paper, without a figure.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Trim, Upper
from django.utils import timezone

from decisions import policy, scheme
from decisions.models import (
    Access,
    ContractAward,
    Decider,
    PublicationBody,
    Scheme,
    Snapshot,
    State,
    Supplier,
    Version,
)
from decisions.references import normalise
from decisions.scheme import Amount, Proposal
from decisions.snapshot import labelled, once, whole
from decisions.wording import counted
from pcd.money import show_money
from pcd.people.models import User

#: The links that make two decisions parts of one matter.
RELATING = ("extends", "implements", "relates_to", "follows")
#: Papers that count: on the route, or decided.
COUNTED = (
    State.WITH_HEAD_OF_SERVICE,
    State.WITH_CHIEF_EXECUTIVE,
    State.WITH_DECISION_MAKER,
    State.DECIDED,
    State.PUBLISHED,
)
TWELVE_MONTHS = timedelta(days=365)


@dataclass(frozen=True)
class Crossing:
    """Who would decide what a paper and its related ones come to together, and which those are."""

    proposal: Proposal
    total: Decimal
    papers: tuple[Version, ...]
    public: frozenset[object]


@once
def crossing(version: Version) -> Crossing | None:
    """Return the strictest decider whom a loaded paper reaches only together with others; None for none.

    A paper that reaches that decider alone crosses no threshold by being added, so it is left out.
    """
    own, weight = scheme.proposal(version), scheme.weight(version)
    if own is None or weight is None:
        return None
    rules, kinds = own.paragraph.scheme, scheme.amounts(version)[0].kinds
    others = [(one, of) for one in related(version) if (of := scheme.weight(one)) is not None]
    decides = Decider(version.decider) if version.decider else own.decider
    for above in sorted(Decider, key=lambda one: -one.strictness):
        if above.strictness <= decides.strictness:
            return None
        group = [(one, of) for one, of in others if _alone(rules, one) < above.strictness]
        total = sum((of for _, of in group), weight)
        found = scheme.decided_by(rules, [Amount(total, kinds)]) if group else None
        if found and found.decider.strictness >= above.strictness:
            papers = tuple(one for one, _ in group)
            return Crossing(found, total, papers, _public(papers))
    return None


def _alone(rules: Scheme, version: Version) -> int:
    found = scheme.decided_by(rules, scheme.amounts(version))
    return found.decider.strictness if found else -1


def _public(papers: tuple[Version, ...]) -> frozenset[object]:
    """Return which of these papers anybody may read, by their keys."""
    bodies = PublicationBody.objects.filter(publication__in=[one.pk for one in papers])
    return frozenset(bodies.values_list("publication", flat=True))


@once
def related(version: Version) -> list[Version]:
    """Return the papers that belong together with a loaded one, in the order of their numbers."""
    linked = {normalise(link.reference) for link in version.links.all() if link.kind in RELATING}
    awards = [award for _, row in labelled(version) for award in row.contract_awards.all()]
    numbers = {one.company_number.upper() for award in awards for one in award.suppliers.all()} - {""}
    contracts = {award.reference.strip().upper() for award in awards} - {""}
    if not (linked or numbers or contracts):
        return []
    others = _others(version)
    found = others.filter(Q(pk__in=_linked(others, linked)) | _shares(numbers, contracts))
    return list(whole(found).order_by("decision__series", "decision__year", "decision__number"))


def _others(version: Version) -> QuerySet[Version]:
    """Return the latest version of every other paper of this body that is on the route or decided."""
    newer = Version.objects.filter(decision=OuterRef("decision"), number__gt=OuterRef("number"))
    found = Version.objects.filter(~Exists(newer), decision__body=version.decision.body_id, state__in=COUNTED)
    return found.exclude(decision=version.decision_id)


def _linked(others: QuerySet[Version], keys: set[str]) -> list[object]:
    """Return the papers with these keys: looked for by their numbers, then compared."""
    tails = [key.rpartition("-")[2] for key in keys]
    numbers = [int(tail) for tail in tails if tail.isdigit() and len(tail) < 10]
    found = others.filter(decision__number__in=numbers) if numbers else others.none()
    return [one.pk for one in found.select_related("decision__series") if one.decision.key in keys]


def _shares(numbers: set[str], contracts: set[str]) -> Q:
    """Return what finds the papers of the last twelve months with one of these suppliers or contracts."""
    recent = Snapshot.objects.filter(version=OuterRef("pk"), taken_at__gte=timezone.now() - TWELVE_MONTHS)
    suppliers = Supplier.objects.filter(award__recommendation__version=OuterRef("pk"))
    awards = ContractAward.objects.filter(recommendation__version=OuterRef("pk"))
    same = Q(Exists(suppliers.annotate(same=Upper("company_number")).filter(same__in=numbers)))
    same |= Q(Exists(awards.annotate(same=Upper(Trim("reference"))).filter(same__in=contracts)))
    return same & Q(Exists(recent))


def shown(version: Version, person: User) -> list[str]:
    """Return the papers that cross a threshold with this one, each as this person may know it."""
    found = crossing(version)
    if found is None:
        return []
    decisions = [one.decision_id for one in found.papers]
    reads = policy.papers(person, Access.PART1).filter(pk__in=decisions).values_list("pk", flat=True)
    own = {one.pk for one in found.papers if one.decision_id in set(reads)}
    return names(found.papers, found.public | own)


def names(papers: Iterable[Version], known: Collection[object]) -> list[str]:
    """Return related papers: the known ones with what they come to, of the others only how many there are."""
    papers = list(papers)
    found = [
        f"{one.decision.reference} ({show_money(scheme.weight(one) or Decimal(0))})"
        for one in papers
        if one.pk in known
    ]
    others = len(papers) - len(found)
    return [
        *found,
        *(["another paper"] if others == 1 else [counted(others, "other paper")] if others else []),
    ]
