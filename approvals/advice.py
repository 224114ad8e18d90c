"""Advice holds on a text: which components each area covers, and whether what was said still holds (design.md 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from approvals.models import Advice, AdviceRequest
from decisions.models import Version
from decisions.snapshot import component_digests, load
from pcd.people.models import Role

#: What each adviser's advice covers; a trailing * stands for every component that begins so.
COVERS: Mapping[str, tuple[str, ...]] = {
    Role.FINANCE: ("recommendations", "money", "section:financial"),
    Role.LEGAL: ("recommendations", "contracts", "section:legal", "part2*"),
    Role.COMMERCIAL: ("recommendations", "contracts", "section:commercial"),
    Role.EQUALITY: ("summary", "section:equality"),
    Role.DATA_PROTECTION: ("section:privacy", "data_protection"),
}
#: Without these no paper is submitted: the form says that both teams have been consulted (form.md 4).
MANDATORY = (Role.FINANCE, Role.LEGAL)


@dataclass(frozen=True)
class Standing:
    """How one request for advice stands, as plain values for pages."""

    request: AdviceRequest
    given: Advice | None
    current: bool

    @property
    def label(self) -> str:
        """Return the state in one word or two."""
        if self.given is None:
            return "Asked"
        return self.given.get_outcome_display() if self.current else "Fallen: the text has changed"


def covered(area: str, digests: Mapping[str, str]) -> dict[str, str]:
    """Return the digests of the components that an area covers, out of all of a version's."""
    names = COVERS[area]
    return {
        key: value
        for key, value in digests.items()
        if any(key == name or (name.endswith("*") and key.startswith(name[:-1])) for name in names)
    }


def standings(version: Version) -> list[Standing]:
    """Return every request on this version with its last answer and whether that still holds."""
    digests = component_digests(version)
    requests = version.advice_requests.select_related("adviser").prefetch_related("advice__adviser")
    result = []
    for request in requests:
        given = max(request.advice.all(), key=lambda row: row.given_at, default=None)
        current = given is not None and given.covers == covered(request.area, digests)
        result.append(Standing(request, given, current))
    return result


def unanswered(version: Version, adviser: Any) -> AdviceRequest | None:
    """Return the request that this adviser has still to answer, or to answer again; None if there is none."""
    if not version.advice_requests.filter(adviser=adviser).exists():
        return None
    for standing in standings(load(version.pk)):
        if standing.request.adviser_id == adviser.pk and not standing.current:
            return standing.request
    return None


def consulted(version: Version) -> dict[str, dict[str, str]]:
    """Return for each area whose advice holds on the present text: the team and the date (form.md 4)."""
    teams = version.edition.wording["teams"]
    result: dict[str, dict[str, str]] = {}
    for standing in standings(version):
        if standing.current and standing.given and standing.given.outcome != Advice.Outcome.NOT_CONTENT:
            on: date = timezone.localdate(standing.given.given_at)
            result[standing.request.area] = {"team": teams[standing.request.area], "on": on.isoformat()}
    return result


def why_not(version: Version) -> list[str]:
    """Return in plain sentences which mandatory advice is missing, has fallen or is against."""
    held = consulted(version)
    rows = standings(version)
    reasons = []
    for area in MANDATORY:
        if area in held:
            continue
        latest = next((row for row in reversed(rows) if row.request.area == area and row.given), None)
        name = Role(area).label.lower()
        if latest and latest.current:
            reasons.append(f"The {name} is not content. Change the text and ask again.")
        elif latest:
            reasons.append(f"The text has changed since the {name} gave advice. Ask the {name} again.")
        elif any(row.request.area == area for row in rows):
            reasons.append(f"The {name} has been asked and has not answered yet.")
        else:
            reasons.append(f"Ask the {name} for advice.")
    return reasons
