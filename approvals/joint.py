"""Joint decisions: what a body elsewhere decided, its signed copy, and a second person's word (form.md 1, deciders).

One person records it, another confirms it against the signed copy, and only then it counts. The copy may hold what is
exempt, there or here, so it is sealed under a key of its own; whoever may read the paper's Part 2 may open it.
"""

import hashlib
from collections.abc import Iterable
from datetime import date

from approvals import copies
from approvals.models import JointConfirmation, JointCopy, JointCopyKey, JointDecision
from decisions.models import JointDecider, State, Version
from decisions.snapshot import once_shown
from pcd.people.models import User


def records(version: Version) -> list[JointDecision]:
    """Return all that was recorded, the oldest first, each with what a second person said of it."""
    rows = version.joint_decisions.select_related("decider", "by", "confirmation__by")
    return list(rows.order_by("at"))


def counted(version: Version) -> list[JointDecision]:
    """Return of each other body the last record that was not refused, where a second person confirmed that it agreed.

    It stands in the order in which the database makes a clearance's digest of it (`staff.joint_counted`). What was
    published before there were confirmations was recorded on one person's word, and stays as published.
    """
    last = _last(row for row in _rows(version) if not hasattr(row, "confirmation") or row.confirmation.agrees)
    return [row for row in last if not row.declined and _counts(row, version)]


def declined(version: Version) -> list[JointDecision]:
    """Return of each other body the last record that a second person confirmed, where it says that it declined.

    What was decided here is not published as it is then (`staff.joint_counted`): it is rescinded, or the other body
    decides anew, which one person's record does not say yet.
    """
    return [row for row in _last(_confirmed(version)) if row.declined]


def declines(version: Version) -> list[JointDecision]:
    """Return of each other body how it declined last, as a second person confirmed, whatever it decided since.

    What it agreed to on an earlier day takes nothing of that back (`staff.guard_taken_back`).
    """
    return _last(row for row in _confirmed(version) if row.declined)


@once_shown
def _rows(version: Version) -> list[JointDecision]:
    rows = version.joint_decisions.select_related("confirmation__by", "decider")
    return list(rows.order_by("decider_id", "at"))


def _confirmed(version: Version) -> list[JointDecision]:
    return [row for row in _rows(version) if hasattr(row, "confirmation") and row.confirmation.agrees]


def _last(rows: Iterable[JointDecision]) -> list[JointDecision]:
    return list({row.decider_id: row for row in rows}.values())


def waiting(version: Version) -> list[JointDecision]:
    """Return what was recorded and waits for a second person."""
    return [row for row in records(version) if row.commitment and not hasattr(row, "confirmation")]


def undecided(version: Version, *, besides_waiting: bool = False) -> list[JointDecider]:
    """Return the bodies elsewhere that have not agreed to a joint decision yet, or declined it, as far as is confirmed.

    `besides_waiting` leaves out those of whom it is recorded and waits for a second person.
    """
    done = {row.decider_id for row in counted(version)}
    if besides_waiting:
        done |= {row.decider_id for row in waiting(version)}
    return [row for row in version.joint_deciders.all() if row.decided_on is None and row.pk not in done]


def record(
    version: Version,
    decider: JointDecider,
    *,
    decided_on: date,
    reference: str,
    copy: bytes,
    by: User,
    declined: bool = False,
) -> JointDecision:
    """Keep what a body elsewhere decided, with the signed copy of it; it does not count yet."""
    about = {"decided_on": decided_on, "reference": reference, "declined": declined}
    row = JointDecision(decider=decider, version=version, by=by, **about)
    sealed = copies.seal(copy, row=_row(row))
    row.commitment = sealed.commitment
    row.save(force_insert=True)
    JointCopyKey.objects.create(decision=row, wrapped=sealed.key.wrapped, wrapped_by=sealed.key.wrapped_by)
    JointCopy.objects.create(decision=row, ciphertext=sealed.ciphertext)
    return row


def confirm(row: JointDecision, *, agrees: bool, reason: str, by: User) -> JointConfirmation:
    """Keep a second person's word on what was recorded; the database checks it once more."""
    return JointConfirmation.objects.create(
        decision=row, agrees=agrees, reason=reason, digest=said(row), by=by
    )


def said(row: JointDecision) -> bytes:
    """Return the digest of what was recorded, its signed copy included; `staff.joint_said` returns the same."""
    parts = (
        *(["declined"] if row.declined else []),
        str(row.decider_id),
        row.decided_on.isoformat(),
        bytes(row.commitment or b"").hex(),
        row.reference,
    )
    return hashlib.sha256("\n".join(parts).encode()).digest()


def digests(version: Version) -> bytes:
    """Return what a clearance covers of a joint decision: the digest of all that was confirmed, one after another."""
    return b"".join(bytes(row.confirmation.digest) for row in counted(version) if row.commitment)


def copy_of(row: JointDecision) -> bytes:
    """Return the signed copy; raises VaultClosed in a process without its key. The caller has asked `policy` first."""
    return copies.opened(row.key, bytes(row.copy.ciphertext), row=_row(row))


def holds(row: JointDecision) -> bool:
    """Say whether the signed copy still is the one that was recorded; raises VaultClosed like `copy_of`."""
    kept = hasattr(row, "copy") and hasattr(row, "key")
    return kept and copies.holds(
        row.key, bytes(row.copy.ciphertext), bytes(row.commitment or b""), row=_row(row)
    )


def _counts(row: JointDecision, version: Version) -> bool:
    if hasattr(row, "confirmation"):
        return row.confirmation.agrees
    return row.commitment is None and version.state in (State.PUBLISHED, State.RESCINDED)


def _row(row: JointDecision) -> str:
    return f"joint-copy:{row.pk}"
