"""The timeline of a paper, read from the trail: who did what, when, in plain words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from approvals.workflow import TRANSITION
from decisions.models import Decision
from decisions.wording import dated
from pcd import trail
from pcd.people.models import Role

#: Acts that are not moves of the route.
OTHER = {"began": "began the paper", "let_in": "let in the new holder of the office"}


@dataclass(frozen=True)
class Line:
    """One line of the timeline."""

    at: datetime
    who: str
    did: str
    note: str


def lines(decision: Decision) -> list[Line]:
    """Return what happened to a decision, the latest first."""
    return [
        Line(entry.at, entry.actor, _did(entry.verb), _note(entry.detail))
        for entry in trail.entries("decision", decision.pk).order_by("-seq")
    ]


def _did(verb: str) -> str:
    return TRANSITION[verb].done if verb in TRANSITION else OTHER.get(verb, verb)


def _note(detail: dict[str, Any]) -> str:
    notes = []
    if "reference" in detail:
        notes.append(f"as {detail['reference']}")
    if "adviser" in detail:
        notes.append(f"of {detail['adviser']}" if "area" in detail else f": {detail['adviser']}")
    if detail.get("area") and "outcome" in detail:
        notes.append(f"as {Role(detail['area']).label.lower()}")
    if detail.get("until"):
        notes.append(f"until {dated(detail['until'])}")
    if detail.get("capacity") == "acting":
        notes.append("acting")
    return ", ".join(notes)
