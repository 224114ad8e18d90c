"""The timeline of a paper, read from the trail: who did what, when, in plain words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from approvals.signing import BEFORE_DECISION
from approvals.workflow import TRANSITION
from decisions import deciders
from decisions.drafting.parts import PARTS
from decisions.drafting.rows import ROWS
from decisions.models import State, Version
from decisions.wording import counted, dated
from pcd import trail
from pcd.models import TrailEntry
from pcd.people.models import Role

#: Acts that are not moves of the route.
OTHER = {
    "began": "began the paper",
    "imported": "made the draft of a file",
    "looked_at": "looked at what was read of the file",
    "copied": "took over the text of an earlier decision",
    "outside_opened": "opened what was shared with them",
    "outside_wrong_code": "was not let in: the code was wrong",
    "outside_answered": "answered from outside",
    "moved_words": "replaced words that belonged in Part 2 in what is kept of the text",
}
#: What was written, by the key of its page; the sections are called as the form's edition calls them.
WRITTEN = {
    **{part.key: part.title for part in PARTS},
    **{row.key: f"{'an' if row.noun[0] in 'aeiou' else 'a'} {row.noun}" for row in ROWS},
    "part2-sealed": "the sealed facts and advice of Part 2",
}
#: What goes along with another act; who may read, and why, stands on a page of its own. That an office and its
#: private office write to each other is theirs.
UNSAID = ("granted", "access_ended", "briefed")
#: What of writing is done again and again, and is one line a day.
REPEATED = ("edited", "looked_at", "moved")
#: Verbs that are said otherwise than they are written down.
SAID = {"took_back": "took back"}
#: What stands before the person whom an act names.
NAMED = {
    "hand_over": "to",
    "hand_advice_on": "to",
    "ask_outsider": "namely",
    "renew_outside_code": "namely",
    "end_outside": "namely",
    "add_co_drafter": "with",
    "agree_to_override": "for",
    "refuse_override": "for",
}

#: What an act says besides, where it is so.
TOO = {"writes": "who writes the section", "declined": "by which another body declined"}


@dataclass(frozen=True)
class Line:
    """One line of the timeline."""

    at: datetime
    who: str
    did: str
    note: str
    #: How long the paper had waited where it was, where this act moved it on.
    waited: str = ""


def lines(version: Version) -> list[Line]:
    """Return what happened to a decision, the latest first."""
    names = WRITTEN | {f"section:{entry['kind']}": entry["heading"] for entry in version.edition.sections}
    entries = trail.entries("decision", version.decision_id).exclude(verb__in=UNSAID).order_by("-seq")
    waited = _waited(entries)
    return [
        Line(
            entry.at,
            entry.actor,
            _did(entry, names),
            _note(entry.verb, entry.detail),
            waited.get(entry.seq, ""),
        )
        for entry in _calmed(entries)
    ]


def waiting(version: Version, rows: list[Line]) -> str:
    """Return how long a paper has been where it is now, in words; empty once it goes nowhere any more."""
    if version.state not in (*BEFORE_DECISION, State.DECIDED):
        return ""
    since = next((row.at for row in rows if row.waited), version.created_at)
    return f"{version.get_state_display()} {_span(since, timezone.now())}"


def _waited(entries: Iterable[TrailEntry]) -> dict[int, str]:
    """Return for each act that moved the paper on where it had waited and for how long; `entries`, the latest first."""
    waited: dict[int, str] = {}
    came: datetime | None = None
    for entry in reversed(list(entries)):
        before, after = entry.detail.get("before"), entry.detail.get("after")
        if before != after:
            waited[entry.seq] = f"{State(before).label} {_span(came or entry.at, entry.at)}"
        if came is None or before != after:
            came = entry.at
    return waited


def _span(first: datetime, last: datetime) -> str:
    """Return how many days lie between two moments, as calendars count them."""
    days = (timezone.localdate(last) - timezone.localdate(first)).days
    return f"for {counted(days, 'day')}" if days else "for less than a day"


def _calmed(entries: QuerySet[TrailEntry]) -> Iterator[TrailEntry]:
    """Yield every entry, but of one person's writing the same part again and again in a day only the latest."""

    def run(entry: TrailEntry) -> tuple[object, ...]:
        if entry.verb not in REPEATED:
            return (entry.seq,)
        return entry.actor_id, entry.verb, entry.detail.get("part"), timezone.localdate(entry.at)

    for _, same in groupby(entries, key=run):
        yield next(same)


def _did(entry: TrailEntry, names: dict[str, str]) -> str:
    if "part" in entry.detail:
        return f"{SAID.get(entry.verb, entry.verb)} {names.get(entry.detail['part'], 'the paper')}"
    return TRANSITION[entry.verb].done if entry.verb in TRANSITION else OTHER.get(entry.verb, entry.verb)


def _note(verb: str, detail: dict[str, Any]) -> str:
    notes = []
    if "reference" in detail:
        notes.append(f"as {detail['reference']}")
    if detail.get("of"):
        notes.append(detail["of"])
    if "adviser" in detail:
        notes.append(f"{'from' if 'part' in detail else 'of'} {detail['adviser']}")
    if "person" in detail:
        notes.append(f"{NAMED.get(verb, 'of')} {detail['person']}")
    if detail.get("area") and "outcome" in detail:
        notes.append(f"as {Role(detail['area']).label.lower()}")
    if "agrees" in detail:
        agrees = "which agrees: they declined" if detail.get("declined") else "which agrees"
        notes.append(agrees if detail["agrees"] else "which does not agree")
    else:
        notes += [said for name, said in TOO.items() if detail.get(name)]
    if detail.get("until"):
        notes.append(f"until {dated(detail['until'])}")
    if "places" in detail:
        notes.append(f"in {counted(detail['places'], 'place')}")
    if detail.get("capacity") in ("acting", "delegate"):
        notes.append({"acting": "acting", "delegate": "as delegate"}[detail["capacity"]])
    if detail.get("on_behalf_of"):
        notes.append(f"for {detail['on_behalf_of']}")
    if detail.get("passed"):
        offices = " and the ".join(Role(step).label.lower() for step in detail["passed"])
        own = set(detail["passed"]) & set(
            deciders.ROUTES.get(detail.get("decider", ""), deciders.Route()).passes
        )
        notes.append(f"past the step of the {offices}, which this {'paper' if own else 'body'} does not have")
    return ", ".join(notes)
