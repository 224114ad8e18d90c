"""Writing and reading the sealed content of Part 2 (design.md 4, Part 2)."""

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction

from decisions.models import (
    ExemptionGround,
    Part2Acts,
    Part2Key,
    Part2Paper,
    Part2Submitted,
    Part2Text,
    Snapshot,
)
from pcd import vault

Json = dict[str, Any]


@dataclass(frozen=True)
class GroundReason:
    """Why one ground holds, and, for a qualified ground, why the public interest is in withholding."""

    rationale: str = ""
    public_interest: str = ""


@dataclass(frozen=True, repr=False)
class Part2Content:
    """What a Part 2 paper says; it never prints itself into a log or an error."""

    facts: str = ""
    #: By provision, so that a ground that takes another's place has its reasons.
    grounds: dict[str, GroundReason] = field(default_factory=dict)
    recommendations: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Part2Content(sealed)"


@dataclass(frozen=True, repr=False)
class Decided:
    """What was decided of one recommendation inside Part 2; it never prints itself either."""

    outcome: str
    reason: str = ""
    decided_text: str = ""

    def __repr__(self) -> str:
        return "Decided(sealed)"


def read(paper: Part2Paper) -> Part2Content:
    """Return the content of a Part 2 paper; raises VaultClosed in a process without its key.

    The caller has asked `policy` first.
    """
    sealed = Part2Text.objects.filter(paper=paper).first()
    if sealed is None:
        return Part2Content()
    return _content(_open(paper, bytes(sealed.ciphertext)))


def _content(opened: bytes) -> Part2Content:
    data = json.loads(opened)
    grounds = {key: GroundReason(**value) for key, value in data["grounds"].items()}
    return Part2Content(data["facts"], grounds, tuple(data.get("recommendations", ())))


def reason(content: Part2Content, ground: ExemptionGround) -> GroundReason:
    """Return why a ground holds, as every other ground of its provision does."""
    return content.grounds.get(ground.provision_key, GroundReason())


def keep_submitted(snapshot: Snapshot) -> None:
    """Keep the sealed text of every Part 2 paper beside the snapshot of a submission, for the next round's readers."""
    Part2Submitted.objects.bulk_create(
        Part2Submitted(
            snapshot=snapshot, paper=row.paper_id, ciphertext=row.ciphertext, commitment=row.commitment
        )
        for row in Part2Text.objects.filter(paper__version=snapshot.version_id)
    )


def submitted(snapshot: Snapshot) -> dict[UUID, Part2Content]:
    """Return what Part 2 said at a submission, by paper; not what has been disposed of with its key since.

    The caller has asked `policy` first.
    """
    rows = list(snapshot.part2_submitted.all())
    keys = {key.paper_id: key for key in Part2Key.objects.filter(paper__in=[row.paper for row in rows])}
    return {
        row.paper: _content(
            vault.unseal(
                vault.open_key(keys[row.paper], row=_row_of(row.paper)),
                bytes(row.ciphertext),
                row=_row_of(row.paper),
            )
        )
        for row in rows
        if row.paper in keys
    }


def lines(content: Part2Content) -> list[str]:
    """Return what a Part 2 paper says, in lines that can be compared."""
    reasons = [text for one in content.grounds.values() for text in (one.rationale, one.public_interest)]
    return [
        line
        for text in (content.facts, *content.recommendations, *reasons)
        for line in text.split("\n")
        if line.strip()
    ]


@transaction.atomic
def write(paper: Part2Paper, content: Part2Content) -> None:
    """Seal the content of a Part 2 paper; writing the same content again changes no byte."""
    if Part2Text.objects.filter(paper=paper).exists() and read(paper) == content:
        return
    Part2Text.objects.update_or_create(paper=paper, defaults=sealed(paper, _data(content), _row(paper)))


@transaction.atomic
def decide(paper: Part2Paper, outcomes: Sequence[Decided]) -> str:
    """Seal what was decided of the recommendations inside a paper; returns the commitment, in hexadecimal."""
    acts = sealed(paper, {"outcomes": [asdict(one) for one in outcomes]}, _acts_row(paper))
    Part2Acts.objects.create(paper=paper, **acts)
    return acts["commitment"].hex()


def decided(paper: Part2Paper) -> tuple[Decided, ...]:
    """Return what was decided inside a paper, in the order of its recommendations; empty before the decision."""
    stored = Part2Acts.objects.filter(paper=paper).first()
    if stored is None:
        return ()
    data = json.loads(vault.unseal(key_of(paper), bytes(stored.ciphertext), row=_acts_row(paper)))
    return tuple(Decided(**one) for one in data["outcomes"])


def words(paper: Part2Paper) -> list[str]:
    """Return every sealed text of a paper, for the leak check: what it says and what was decided in it."""
    content = read(paper)
    reasons = [text for one in content.grounds.values() for text in (one.rationale, one.public_interest)]
    acts = [text for one in decided(paper) for text in (one.reason, one.decided_text)]
    return [content.facts, *content.recommendations, *reasons, *acts]


def commitment(salt: bytes, data: Json) -> bytes:
    """Return sha256(salt || text): what the snapshot, and so every signature, says of the sealed text."""
    return hashlib.sha256(salt + _text(data)).digest()


def _text(data: Json) -> bytes:
    return json.dumps(data, sort_keys=True, ensure_ascii=False).encode()


def _data(content: Part2Content) -> Json:
    """Return what is sealed of a paper; without recommendations it is what it was before there could be any."""
    data = asdict(content)
    if not content.recommendations:
        del data["recommendations"]
    return data


def sealed(paper: Part2Paper, data: Json, row: str) -> dict[str, bytes]:
    """Return data of a paper sealed for this row, salted, with the commitment to it."""
    salt = os.urandom(32)
    return {
        "ciphertext": vault.seal(key_of(paper), _text({**data, "salt": salt.hex()}), row=row),
        "commitment": commitment(salt, data),
    }


def holds(paper: Part2Paper) -> bool:
    """Say whether the sealed text still is the one that its commitment was made for."""
    sealed = Part2Text.objects.get(paper=paper)
    data = json.loads(_open(paper, bytes(sealed.ciphertext)))
    return commitment(bytes.fromhex(data["salt"]), _data(read(paper))) == bytes(sealed.commitment)


def acts_hold(paper: Part2Paper, commitment_signed: str) -> bool:
    """Say whether what was decided inside a paper is there, and is what the signed acts were made for."""
    stored = Part2Acts.objects.filter(paper=paper).first()
    if stored is None:
        return False
    data = json.loads(vault.unseal(key_of(paper), bytes(stored.ciphertext), row=_acts_row(paper)))
    salt = bytes.fromhex(data.pop("salt"))
    return commitment(salt, data) == bytes(stored.commitment) == bytes.fromhex(commitment_signed)


def _row(paper: Part2Paper) -> str:
    return _row_of(paper.pk)


def _row_of(pk: UUID) -> str:
    return f"part2:{pk}"


def _acts_row(paper: Part2Paper) -> str:
    return f"part2-acts:{paper.pk}"


def key_of(paper: Part2Paper) -> bytes:
    """Return the key of a Part 2 paper, made at its first use; raises VaultClosed in a process without it."""
    stored = Part2Key.objects.filter(paper=paper).first()
    if stored is None:
        key, wrapped = vault.new_key(row=_row(paper))
        Part2Key.objects.create(paper=paper, wrapped=wrapped.wrapped, wrapped_by=wrapped.wrapped_by)
        return key
    return vault.open_key(stored, row=_row(paper))


def _open(paper: Part2Paper, sealed: bytes) -> bytes:
    return vault.unseal(key_of(paper), sealed, row=_row(paper))
