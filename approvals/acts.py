"""What the route adds to a snapshot: outcomes, interests, who was consulted, signatures (schema pcd.acts/1)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from approvals import advice, joint
from approvals.models import Round, Signature
from decisions import deciders, form, part1, part2
from decisions.models import Part2Paper, Version
from decisions.publishing import changes_others
from decisions.snapshot import canonical, once_shown, read, snapshot_bytes

SCHEMA = "pcd.acts/1"
Sealed = Mapping[Part2Paper, Sequence[part2.Decided]]
#: What is printed of a decision whose recommendations all stand in Part 2, where not all were approved.
IN_PART = "The above request has my approval in part."
#: What is printed where nothing is approved.
REJECTED = "The above request does not have my approval."
NOTED = "Nothing in the above request is approved: see the outcome of each recommendation."


@once_shown
def open_round(version: Version) -> Round | None:
    """Return the round that counts: the one not closed by a return."""
    return version.rounds.filter(closed_at=None).select_related("snapshot").first()


def passed(version: Version) -> dict[str, str]:
    """Return the steps that this paper passes because of its body or of who decides, with the words printed there.

    They are frozen with the submission; a draft passes what it would pass today.
    """
    current = open_round(version)
    return dict(current.passes) if current else deciders.passes(version)


def decision_acts(
    version: Version,
    content: dict[str, Any],
    *,
    interests: str,
    outcomes: dict[str, Any],
    sealed: Sealed,
    on: str,
    at: str = "",
) -> bytes:
    """Return the canonical bytes that the decision maker signs beside the snapshot.

    `outcomes` is, by recommendation id: outcome, reason, decided_text, amounts (decided, by line or award id).
    `sealed` is, by Part 2 paper: what was decided inside it, of which the bytes hold the commitment only.
    `on` is the day of the decision, `at` says where it was taken, if not in signing it.
    """
    inside = [one.outcome for rows in sealed.values() for one in rows]
    acts = {
        "schema": SCHEMA,
        "interests": interests,
        "outcomes": outcomes,
        "outcome": outcome_sentence(content, outcomes, inside),
        "takes_effect": takes_effect(content, outcomes, inside),
        "decided_on": on,
        **advised(version),
    }
    if at:
        acts["decided_at"] = at
    if took_no_part := _took_no_part(version):
        acts["took_no_part"] = took_no_part
    if sealed:
        acts["part2"] = {str(paper.pk): part2.decide(paper, rows) for paper, rows in sealed.items()}
    return canonical(acts)


def advised(version: Version) -> dict[str, Any]:
    """Return whose advice holds on the text, and of which areas it is mandatory (form.md 4)."""
    return {
        "consulted": advice.consulted(version),
        "needed": [one.area for one in advice.mandatory(version)],
    }


def outcome_sentence(content: dict[str, Any], outcomes: dict[str, Any], inside: list[str]) -> str:
    """Return what the form prints: "The above request has my approval.", and the exceptions in words.

    The outcomes `inside` Part 2 are told only where nothing is recommended outside it, and never one by one.
    """
    approval: str = content["wording"]["approval"]
    rows = list(_walk(content["recommendations"]))
    if not rows and any(outcome != "approved" for outcome in inside):
        return IN_PART if any(outcome in form.COMMITTING for outcome in inside) else REJECTED
    others = [(row["label"], outcomes[row["id"]]["outcome"]) for row in rows]
    exceptions = [
        f"recommendation {label}, which is {form.choice(form.OUTCOMES, outcome).lower()}"
        for label, outcome in others
        if outcome != "approved"
    ]
    if not exceptions:
        return approval
    if not any(outcome in form.COMMITTING for _, outcome in others):
        return REJECTED if all(outcome == "rejected" for _, outcome in others) else NOTED
    *before, last = exceptions
    listed = f"{', '.join(before)}, and {last}" if before else last
    return f"{approval.removesuffix('.')}, except {listed}."


def takes_effect(content: dict[str, Any], outcomes: dict[str, Any], inside: list[str]) -> bool:
    """Say whether the decision changes those that it says it changes (`changes_others`).

    Where all is recommended `inside` Part 2, all must be approved: what more there is to say is not told outside it.
    """
    given = [row["outcome"] for row in outcomes.values()]
    if not given:
        return bool(outcome_sentence(content, outcomes, inside) == content["wording"]["approval"])
    return changes_others(given)


def acts(version: Version) -> dict[str, Any]:
    """Return everything that the route adds to what may become public of this version, as it stands now."""
    current = open_round(version)
    signatures = list(current.signatures.order_by("signed_at")) if current else []
    decided = next((bytes(row.acts) for row in signatures if row.office == "decision_maker"), b"")
    content: dict[str, Any] = (
        json.loads(decided) if decided else {**advised(version), "took_no_part": _took_no_part(version)}
    )
    others = {
        str(row.decider_id): {"decided_on": row.decided_on.isoformat(), "reference": row.reference}
        for row in joint.counted(version)
    }
    return {
        **content,
        "signatures": [_printed(row) for row in signatures],
        "joint": others,
        "declined": {str(row.decider_id): row.decided_on.isoformat() for row in joint.declined(version)},
        "passed": [{"step": step, "words": words} for step, words in passed(version).items()],
    }


def part1_of(version: Version) -> part1.Part1:
    """Return the Part 1 of a version: of the round's snapshot where there is one, else of the rows as they are."""
    current = open_round(version)
    if current is None:
        return part1.of_snapshot(read(snapshot_bytes(version)), acts(version))
    decided = current.signatures.filter(office="decision_maker").first()
    return part1.of_snapshot(
        read(bytes(current.snapshot.content)),
        acts(version),
        snapshot_digest=bytes(current.snapshot.digest).hex(),
        acts_digest=bytes(decided.acts_digest).hex() if decided else "",
    )


def _took_no_part(version: Version) -> list[dict[str, str]]:
    """Return who declared an interest and took no part, as it is printed."""
    return [
        {"name": row.name, "office_title": row.office_title, "interest": row.interest}
        for row in version.recusals.all()
    ]


def _printed(row: Signature) -> dict[str, str]:
    return {
        "office": row.office,
        "statement": row.statement,
        "name": row.name,
        "office_title": row.office_title,
        "capacity": row.capacity,
        "on_behalf_of": row.on_behalf_of,
        "authority": row.authority,
        "at": row.signed_at.isoformat(),
    }


def _walk(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for row in rows for item in (row, *_walk(row["children"]))]
