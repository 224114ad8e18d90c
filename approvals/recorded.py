"""Decisions taken orally, on paper or at a meeting, and recorded afterwards (form.md 8).

One of the governance team records what was decided, with its signed original; a second person compares the two and
attests it, and only then it may stand in the place of the decision maker's signature. The original is sealed like
Part 2, which it may hold.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from approvals import copies
from approvals.acts import open_round
from approvals.models import RecordedCopy, RecordedCopyKey, RecordedDecision, RecordedWord, Signature
from approvals.signing import office_as, signs_as
from decisions import form
from decisions.models import Version
from decisions.snapshot import labelled
from decisions.wording import day
from pcd.people.models import Holding, Role, User


def waiting(version: Version) -> list[RecordedDecision]:
    """Return what was recorded in the open round and waits for a second person."""
    current = open_round(version)
    return list(current.recorded.filter(word=None).select_related("by", "decider")) if current else []


def of(version: Version) -> list[RecordedDecision]:
    """Return all that was recorded of a version, the oldest first, with what a second person said of it."""
    rows = RecordedDecision.objects.filter(round__version=version).select_related("by", "decider", "word__by")
    return list(rows.order_by("at"))


def deciders(version: Version, at: datetime | None = None) -> list[User]:
    """Return who held the office that decides this version, at a moment or ever, the latest first.

    They decided, and do not sign here: it does not matter whether they are away, or have left since.
    """
    held = Holding.objects.ever(office_as(version, Role.DECISION_MAKER)).own().order_by("-since")
    no_part = {row.person_id for row in version.recusals.all()}
    rows = held if at is None else held.at(at)
    return list(dict.fromkeys(row.person for row in rows if row.person_id not in no_part))


def holding_of(version: Version, row: RecordedDecision) -> Holding:
    """Return the holding by which somebody decided; raises ValueError where they did not hold the office then."""
    held = Holding.objects.ever(office_as(version, Role.DECISION_MAKER)).own().at(row.decided_at)
    found = held.filter(person=row.decider).first()
    if found is None:
        raise ValueError("they did not hold the office then")
    return found


def record(
    version: Version,
    decider: User,
    acts: bytes,
    *,
    how: str,
    decided_at: datetime,
    present: str,
    original: str,
    copy: bytes,
    by: User,
) -> RecordedDecision:
    """Keep what the decision maker decided, with its signed original; it does not count yet.

    Raises ValueError where no round is open.
    """
    current = open_round(version)
    if current is None:
        raise ValueError("no round is open")
    row = RecordedDecision(
        round=current,
        how=how,
        decided_at=decided_at,
        present=present,
        original=original,
        decider=decider,
        acts=acts,
        acts_digest=hashlib.sha256(acts).digest(),
        by=by,
    )
    sealed = copies.seal(copy, row=_row(row))
    row.commitment = sealed.commitment
    row.save(force_insert=True)
    RecordedCopyKey.objects.create(record=row, wrapped=sealed.key.wrapped, wrapped_by=sealed.key.wrapped_by)
    RecordedCopy.objects.create(record=row, ciphertext=sealed.ciphertext)
    return row


def attest(row: RecordedDecision, *, agrees: bool, reason: str, by: User) -> RecordedWord:
    """Keep a second person's word on what was recorded; the database checks it once more."""
    return RecordedWord.objects.create(record=row, agrees=agrees, reason=reason, digest=said(row), by=by)


def sign(version: Version, row: RecordedDecision, holding: Holding, *, statement: str) -> Signature:
    """Put an attested record into the place of the signature of the holding's person; the database checks it."""
    who = signs_as(version, row.decider, holding)
    authority = "; ".join(one for one in (who.authority, in_words(row)) if one)
    return Signature.objects.create(
        round=row.round,
        office=Role.DECISION_MAKER,
        signer=row.decider,
        held=holding.office,
        statement=statement,
        digest=bytes(row.round.snapshot.digest),
        acts=bytes(row.acts),
        acts_digest=bytes(row.acts_digest),
        **who._replace(authority=authority)._asdict(),
    )


def in_words(row: RecordedDecision) -> str:
    """Return what is printed of an attested record; `staff.attested` returns the same."""
    on = day(timezone.localdate(row.decided_at))
    return f"taken {row.get_how_display()} on {on}; recorded by {row.by}, attested by {row.word.by}"


def said(row: RecordedDecision) -> bytes:
    """Return the digest of what was recorded, its original included; `staff.recorded_said` returns the same."""
    parts = (
        *(str(row.round_id), row.how, row.decided_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")),
        *(str(row.decider_id), bytes(row.acts_digest).hex(), bytes(row.commitment).hex()),
        *(row.present, row.original),
    )
    return hashlib.sha256("\n".join(parts).encode()).digest()


def outcomes(version: Version, row: RecordedDecision) -> dict[str, Any]:
    """Return what was recorded, in words, for whoever compares it with the original."""
    acts = json.loads(bytes(row.acts))
    given = [
        {
            "label": label,
            "text": one.text,
            "outcome": form.choice(form.OUTCOMES, acts["outcomes"][str(one.pk)]["outcome"]),
            **{name: acts["outcomes"][str(one.pk)].get(name, "") for name in ("reason", "decided_text")},
        }
        for label, one in labelled(version)
    ]
    return {"row": row, "interests": acts["interests"], "outcomes": given, "outcome": acts["outcome"]}


def copy_of(row: RecordedDecision) -> bytes:
    """Return the signed original; raises VaultClosed in a process without its key. The caller asked `policy` first."""
    return copies.opened(row.key, bytes(row.copy.ciphertext), row=_row(row))


def holds(row: RecordedDecision) -> bool:
    """Say whether the signed original still is the one that was recorded; raises VaultClosed like `copy_of`."""
    kept = hasattr(row, "copy") and hasattr(row, "key")
    return kept and copies.holds(row.key, bytes(row.copy.ciphertext), bytes(row.commitment), row=_row(row))


def _row(row: RecordedDecision) -> str:
    return f"recorded-copy:{row.pk}"
