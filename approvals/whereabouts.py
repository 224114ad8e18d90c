"""Where papers are: with whom, and since when; lists, search and charts all say it in the same words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, prefetch_related_objects
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from approvals.signing import TURN, able, called, office_of
from decisions.deciders import looked_up
from decisions.models import State, Version
from pcd.models import TrailEntry
from pcd.people.models import Holding, Role

#: Who has a paper when no office does.
OTHERWISE: Mapping[str, str] = {
    State.DECIDED: Role.GOVERNANCE.label,
    State.PUBLISHED: "",
    State.WITHDRAWN: "",
    State.RESCINDED: "",
}


def moves() -> QuerySet[Any]:
    """Return the acts by which papers moved on: `before` and `after` are the states, `at` is when."""
    return (
        TrailEntry.objects.filter(scope="decision", detail__has_key="after")
        .alias(after=KT("detail__after"))
        .annotate(before=KT("detail__before"))
        .exclude(before=F("after"))
    )


def placed(versions: QuerySet[Version]) -> QuerySet[Any]:
    """Return versions with `since`: when they came to where they are now."""
    last = moves().filter(object_id=Cast(OuterRef("decision"), CharField())).order_by("-seq").values("at")[:1]
    return versions.select_related("decision__series", "drafting_officer", "head_of_service").annotate(
        since=Coalesce(Subquery(last), "created_at")
    )


class Holders:
    """Who is there in the offices of the route now, and so with whom papers are: asked once for a whole list."""

    def __init__(self) -> None:
        held = Holding.objects.present().filter(office__role__in=TURN.values())
        self._held = list(held.select_related("office", "person").order_by("person__full_name"))

    def beside(self, versions: Iterable[Any]) -> list[Any]:
        """Return the versions of a list with `whom` (see there), in as many queries for all of them as for one."""
        rows = looked_up(versions)
        fetched = ["recusals"]
        if any(row.delegated for row in self._held):
            # Whether a delegation covers a paper follows from its amounts.
            fetched += [f"recommendations__{one}" for one in ("financial_lines", "contract_awards", "grants")]
        prefetch_related_objects([row for row in rows if row.state in TURN], *fetched)
        for row in rows:
            row.whom = self.whom(row)
        return rows

    def office(self, version: Version) -> str:
        """Return the office that a paper is with, as it is called; empty where it is with nobody."""
        if version.state in TURN:
            return called(version, TURN[version.state])
        return OTHERWISE.get(version.state, Role.DRAFTING_OFFICER.label)

    def people(self, version: Version) -> str:
        """Return who can act in that office, else who can act for it (`able`); empty where nobody can."""
        office = office_of(version)
        held = able([row for row in self._held if row.office.fits(office)], version, office)
        own = [row for row in held if not row.delegated]
        return ", ".join(dict.fromkeys(row.person.full_name for row in own or held))

    def whom(self, version: Version) -> str:
        """Return with whom a paper is, in words: the people of the office, and the office itself."""
        office, people = self.office(version), self.people(version)
        if version.editable:
            return f"{version.drafting_officer}, {office.lower()}"
        if version.state in TURN:
            return f"{people}, {office}" if people else f"{office}, where nobody is now"
        return f"the {office.lower()}" if office else ""
