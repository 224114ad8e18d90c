"""Whose office takes a decision, which steps that leaves out, and whose number it bears."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from decisions.models import Decider, PassedStep, Series, Version
from pcd.people.models import MAYOR, Office, Role


@dataclass(frozen=True)
class Route:
    """The steps that a decider passes, with the words printed there, and whose series numbers the decision."""

    passes: Mapping[str, str] = field(default_factory=dict)
    numbers: Role = Role.DECISION_MAKER


#: The route of each decider; the database knows the steps (`staff.passed_by_decider`), and a test compares the two.
ROUTES: Mapping[str, Route] = {
    Decider.DELEGATED_OFFICER: Route(
        {
            Role.HEAD_OF_SERVICE: "The head of service takes this decision. "
            "Nobody reviews what they decide themselves, so this step is passed.",
            Role.CHIEF_EXECUTIVE: "A delegated officer takes this decision. "
            "It needs no endorsement, so this step is passed.",
        },
        Role.CHIEF_EXECUTIVE,
    ),
    Decider.CHIEF_EXECUTIVE: Route(
        {
            Role.CHIEF_EXECUTIVE: "The chief executive takes this decision. "
            "Nobody endorses what they decide themselves, so this step is passed.",
        },
        Role.CHIEF_EXECUTIVE,
    ),
    Decider.DECISION_MAKER: Route(),
    Decider.MAYOR: Route(),
}


def route(version: Version) -> Route:
    """Return the route of whoever decides; a paper that names nobody is the decision maker's."""
    return ROUTES[version.decider or Decider.DECISION_MAKER]


def decides(version: Version) -> Office | Role | None:
    """Return whose office takes this decision: one office, or any with a role; None where there is no such office."""
    if version.decider == Decider.DELEGATED_OFFICER:
        return version.head_of_service
    if version.decider == Decider.CHIEF_EXECUTIVE:
        return Role.CHIEF_EXECUTIVE
    if version.decider == Decider.MAYOR:
        return version.mayors_office if hasattr(version, "mayors_office") else _mayors_office()
    return Role.DECISION_MAKER


def _mayors_office() -> Office | None:
    return Office.objects.filter(key=MAYOR, role=Role.DECISION_MAKER).first()


def looked_up(versions: Iterable[Any]) -> list[Any]:
    """Return the versions of a list with the Mayor's office beside them, which is looked up once for all of them."""
    rows = list(versions)
    if any(row.decider == Decider.MAYOR for row in rows):
        office = _mayors_office()
        for row in rows:
            row.mayors_office = office
    return rows


def decided_by(office: Office) -> Q:
    """Return which versions this office decides: `decides` the other way round, for lists."""
    if office.role == Role.HEAD_OF_SERVICE:
        return Q(decider=Decider.DELEGATED_OFFICER, head_of_service=office)
    if office.role == Role.CHIEF_EXECUTIVE:
        return Q(decider=Decider.CHIEF_EXECUTIVE)
    return Q(decider=Decider.MAYOR) if office.key == MAYOR else Q(decider__in=("", Decider.DECISION_MAKER))


def passes(version: Version) -> dict[str, str]:
    """Return the steps that a paper passes if it is submitted today: its body's, and those of whoever decides."""
    return dict(route(version).passes) | PassedStep.in_force(version.decision.body)


def series(version: Version) -> Series | None:
    """Return the series that numbers this decision; None where the body has none for whoever decides."""
    return version.decision.body.series.filter(made_by=route(version).numbers, issues=True).first()
