"""Which advice is mandatory on a paper, and why, by the body's dated rules (`AdviceRule`; form.md 4)."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from decisions import form, scheme
from decisions.models import AdviceRule, ContractAward, Version
from decisions.models.reference import holding_on
from pcd.money import show_money
from pcd.people.models import ADVISER_ROLES, Role


@dataclass(frozen=True)
class Needed:
    """One mandatory advice: of which area, why in words, and where the body says so."""

    area: str
    because: str
    clause: str

    @property
    def sentence(self) -> str:
        """Return it in words: "Commercial advice is needed: the contract is a direct award."."""
        return f"{called(self.area)} is needed: {self.because}."

    def as_json(self) -> dict[str, str]:
        """Return what a round keeps of it."""
        return asdict(self)


def called(area: str) -> str:
    """Return what the advice of an area is called: "Legal advice"."""
    return f"{Role(area).label.removesuffix(' adviser')} advice"


def conditions(rule: AdviceRule) -> str:
    """Return on which papers a rule asks for advice, by all its conditions: what `_meets` looks at, in words."""
    kinds, routes = (
        " or ".join(f"“{name}”" for key, name in names if key in chosen)
        for names, chosen in ((form.KINDS, rule.kinds), (form.ROUTES_TO_MARKET, rule.routes_to_market))
    )
    amount = (
        "" if rule.amount_from is None else f"{show_money(rule.amount_from)} or more, or of a withheld amount"
    )
    said = [f"of the kind {kinds}"] if kinds else []
    if routes:
        said.append(f"with a contract by {routes}" + (f" of {amount}" if amount else ""))
    elif amount:
        said.append(f"on an amount of {amount}")
    said += ["with personal data whose impact assessment is not screened out"] * rule.personal_data
    return f"Papers {', and '.join(said)}" if said else "Every paper"


def rules(version: Version, today: date) -> list[AdviceRule]:
    """Return the rules of a paper's body that hold on a day."""
    return list(AdviceRule.objects.filter(holding_on(today), body=version.decision.body_id))


def needed(version: Version, today: date | None = None) -> list[Needed]:
    """Return which advice a loaded version needs by the rules of the day, each area once, in the order of the areas."""
    found: dict[str, list[AdviceRule]] = {}
    for rule in rules(version, today or timezone.localdate()):
        if _meets(rule, version):
            found.setdefault(rule.area, []).append(rule)
    return [
        Needed(
            role, " and ".join(_each(row.because for row in met)), "; ".join(_each(row.clause for row in met))
        )
        for role in ADVISER_ROLES
        if (met := found.get(role))
    ]


def _each(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _meets(rule: AdviceRule, version: Version) -> bool:
    """Say whether a paper meets every condition of a rule."""
    rows = list(version.recommendations.all())
    awards = [award for row in rows for award in row.contract_awards.all()]
    if rule.routes_to_market:
        awards = [award for award in awards if award.route_to_market in rule.routes_to_market]
        if not awards:
            return False
    if rule.kinds and not set(rule.kinds) & set(version.kinds):
        return False
    if rule.personal_data and version.dpia in ("", "screened_out"):
        return False
    amounts = [award.value for award in awards] if rule.routes_to_market else _amounts(rows, awards)
    return rule.amount_from is None or _reaches(amounts, rule.amount_from)


def _amounts(rows: list[Any], awards: list[ContractAward]) -> list[Decimal | None]:
    """Return every amount that a paper asks for, as much as it may become; None is withheld."""
    lines = [line for row in rows for line in row.financial_lines.all()]
    grants = [grant for row in rows for grant in row.grants.all()]
    return [
        *map(scheme.most, lines),
        *(award.value for award in awards),
        *(grant.amount for grant in grants),
    ]


def _reaches(amounts: Sequence[Decimal | None], threshold: Decimal) -> bool:
    """Say whether an amount reaches a threshold: of one that Part 2 withholds nobody here knows, so it is taken to."""
    return any(amount is None or amount >= threshold for amount in amounts)
