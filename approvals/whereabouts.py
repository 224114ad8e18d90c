"""Where papers are: with whom, and since when; lists, search and charts all say it in the same words."""

from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from approvals.signing import TURN, called, office_of
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
    """Who is there in the offices of the route now: asked once for a whole list."""

    def __init__(self) -> None:
        held = Holding.objects.present().filter(office__role__in=TURN.values())
        self._held = list(held.select_related("office", "person").order_by("person__full_name"))

    def office(self, version: Version) -> str:
        """Return the office that a paper is with, as it is called; empty where it is with nobody."""
        if version.state in TURN:
            return called(version, TURN[version.state])
        return OTHERWISE.get(version.state, Role.DRAFTING_OFFICER.label)

    def people(self, version: Version) -> str:
        """Return who is there in that office, else who signs for it; empty where nobody does."""
        office = office_of(version)
        held = [row for row in self._held if row.office.fits(office)]
        own = [row for row in held if not row.delegated]
        return ", ".join(row.person.full_name for row in own or held)

    def whom(self, version: Version) -> str:
        """Return with whom a paper is, in words: the people of the office, and the office itself."""
        office, people = self.office(version), self.people(version)
        if version.editable:
            return f"{version.drafting_officer}, {office.lower()}"
        if version.state in TURN:
            return f"{people}, {office}" if people else f"{office}, where nobody is now"
        return f"the {office.lower()}" if office else ""
