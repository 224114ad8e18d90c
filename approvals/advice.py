"""Advice holds on a text: which components each area covers, and whether what was said still holds (design.md 4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from approvals.models import Advice, AdviceRequest
from decisions.models import Version
from decisions.snapshot import component_digests, digest
from pcd import vault
from pcd.people.models import Role

#: What each adviser's advice covers. Whoever is asked with Part 2 covers all of Part 2 as well.
COVERS: Mapping[str, tuple[str, ...]] = {
    Role.FINANCE: ("recommendations", "money", "contracts", "section:financial"),
    Role.LEGAL: ("recommendations", "contracts", "section:legal"),
    Role.COMMERCIAL: ("recommendations", "contracts", "section:commercial"),
    Role.EQUALITY: ("summary", "section:equality"),
    Role.DATA_PROTECTION: ("section:privacy", "data_protection"),
}
#: What nobody is asked about, and why: a change there lets no advice fall.
COVERED_BY_NOBODY: Mapping[str, str] = {
    "head": "titles, owner and dates are the drafting officer's and the head of service's",
    "wording": "the form's own words",
    "section:introduction": "background, on which no area advises",
    "section:issues": "the drafting officer's weighing, which signatories judge",
    "section:supporting": "a list of papers",
    "deferral": "the governance team's",
    "declarations": "the drafting officer's own acts",
}
#: Without these no paper is submitted: the form says that both teams have been consulted (form.md 4).
MANDATORY = (Role.FINANCE, Role.LEGAL)


@dataclass(frozen=True)
class Standing:
    """How one request for advice stands, as plain values for pages."""

    request: AdviceRequest
    given: Advice | None
    current: bool
    superseded: bool = False
    text: str = ""

    @property
    def label(self) -> str:
        """Return the state in one word or two."""
        if self.given is None:
            return "Asked"
        if self.superseded:
            return "Asked again since"
        return self.given.get_outcome_display() if self.current else "Fallen: the text has changed"


def covered(request: AdviceRequest, digests: Mapping[str, str]) -> dict[str, str]:
    """Return the digests of the components that a request covers, out of all of a version's."""
    return {
        key: value
        for key, value in digests.items()
        if key in COVERS[request.area] or (request.with_part2 and key.startswith("part2"))
    }


def standings(version: Version, *, reads_part2: bool = False) -> list[Standing]:
    """Return every request on this version with its last answer and whether that still holds.

    Advice given by somebody who read Part 2 may hold Part 2; its text is only there for who may read Part 2.
    """
    digests = component_digests(version)
    requests = list(version.advice_requests.select_related("adviser").prefetch_related("advice__adviser"))
    newest = {(request.adviser_id, request.area): request.pk for request in requests}
    result = []
    for request in requests:
        given = max(request.advice.all(), key=lambda row: row.given_at, default=None)
        superseded = newest[request.adviser_id, request.area] != request.pk
        current = given is not None and not superseded and given.covers == covered(request, digests)
        text = words_of(given) if given and (reads_part2 or given.sealed is None) else ""
        result.append(Standing(request, given, current, superseded, text))
    return result


def unanswered(version: Version, adviser: Any) -> AdviceRequest | None:
    """Return the request that this adviser has still to answer, or to answer again; None if there is none."""
    for standing in standings(version):
        if standing.request.adviser_id == adviser.pk and not standing.current and not standing.superseded:
            return standing.request
    return None


def shown(version: Version, adviser: Any) -> str:
    """Return the digest of what this adviser is asked about, as it stands: a page shows it, an answer returns it."""
    request = unanswered(version, adviser)
    return digest(covered(request, component_digests(version))) if request else ""


def record(request: AdviceRequest, version: Version, *, outcome: str, text: str) -> Advice:
    """Keep what the adviser says of the loaded version's text; sealed where they could read Part 2."""
    advice = Advice(
        request=request,
        adviser=request.adviser,
        outcome=outcome,
        covers=covered(request, component_digests(version)),
    )
    if request.with_part2 and text:
        key, wrapped = vault.new_key(row=_row(advice))
        advice.sealed = vault.seal(key, text.encode(), row=_row(advice))
        advice.key, advice.key_wrapped_by = wrapped.wrapped, wrapped.wrapped_by
    else:
        advice.text = text
    advice.save(force_insert=True)
    return advice


def words_of(advice: Advice) -> str:
    """Return what an adviser wrote; raises VaultClosed in a process without the keys of Part 2."""
    if advice.sealed is None:
        return advice.text
    key = vault.open_key(vault.WrappedKey(bytes(advice.key or b""), advice.key_wrapped_by), row=_row(advice))
    return vault.unseal(key, bytes(advice.sealed), row=_row(advice)).decode()


def _row(advice: Advice) -> str:
    return f"advice:{advice.pk}"


def consulted(version: Version) -> dict[str, dict[str, str]]:
    """Return for each area whose advice holds on the present text: the team and the date (form.md 4).

    One adviser who is not content outweighs any number who are. Where there is a Part 2, only legal advice by
    somebody who read it counts.
    """
    teams = version.edition.wording["teams"]
    rows = [row for row in standings(version) if row.current and row.given]
    against = {row.request.area for row in rows if _outcome(row) == Advice.Outcome.NOT_CONTENT}
    result: dict[str, dict[str, str]] = {}
    for row in rows:
        area = row.request.area
        unread = area == Role.LEGAL and version.part2_exists == "yes" and not row.request.with_part2
        if row.given and area not in against and not unread:
            on: date = timezone.localdate(row.given.given_at)
            result[area] = {"team": teams[area], "on": on.isoformat()}
    return result


def _outcome(row: Standing) -> str:
    return row.given.outcome if row.given else ""


def why_not(version: Version) -> list[str]:
    """Return in plain sentences which mandatory advice is missing, has fallen or is against."""
    held = consulted(version)
    rows = standings(version)
    reasons = []
    for area in MANDATORY:
        if area in held:
            continue
        mine = [row for row in rows if row.request.area == area and not row.superseded]
        name = Role(area).label.lower()
        if any(row.current and _outcome(row) == Advice.Outcome.NOT_CONTENT for row in mine):
            reasons.append(f"The {name} is not content. Change the text and ask again.")
        elif any(row.current for row in mine):
            reasons.append(f"The {name} has not read Part 2. Ask the {name} again, with Part 2.")
        elif any(row.given for row in mine):
            reasons.append(f"The text has changed since the {name} gave advice. Ask the {name} again.")
        elif mine:
            reasons.append(f"The {name} has been asked and has not answered yet.")
        else:
            reasons.append(f"Ask the {name} for advice.")
    return reasons
