"""Writing and reading the sealed content of Part 2 (design.md 4, Part 2)."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field

from django.db import transaction

from decisions.models import Part2Key, Part2Paper, Part2Text
from pcd import vault


@dataclass(frozen=True)
class GroundReason:
    """Why one ground holds, and, for a qualified ground, why the public interest is in withholding."""

    rationale: str = ""
    public_interest: str = ""


@dataclass(frozen=True, repr=False)
class Part2Content:
    """What a Part 2 paper says; it never prints itself into a log or an error."""

    facts: str = ""
    grounds: dict[str, GroundReason] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "Part2Content(sealed)"


def read(paper: Part2Paper) -> Part2Content:
    """Return the content of a Part 2 paper; raises VaultClosed in a process without its key.

    The caller has asked `policy` first.
    """
    sealed = Part2Text.objects.filter(paper=paper).first()
    if sealed is None:
        return Part2Content()
    data = json.loads(_open(paper, bytes(sealed.ciphertext)))
    grounds = {key: GroundReason(**value) for key, value in data["grounds"].items()}
    return Part2Content(facts=data["facts"], grounds=grounds)


@transaction.atomic
def write(paper: Part2Paper, content: Part2Content) -> None:
    """Seal the content of a Part 2 paper; writing the same content again changes no byte."""
    if Part2Text.objects.filter(paper=paper).exists() and read(paper) == content:
        return
    salt = os.urandom(32)
    text = json.dumps({**asdict(content), "salt": salt.hex()}, sort_keys=True, ensure_ascii=False).encode()
    Part2Text.objects.update_or_create(
        paper=paper,
        defaults={
            "ciphertext": vault.seal(key_of(paper), text, row=_row(paper)),
            "commitment": commitment(salt, content),
        },
    )


def commitment(salt: bytes, content: Part2Content) -> bytes:
    """Return sha256(salt || text): what the snapshot, and so every signature, says of the sealed text."""
    text = json.dumps(asdict(content), sort_keys=True, ensure_ascii=False).encode()
    return hashlib.sha256(salt + text).digest()


def holds(paper: Part2Paper) -> bool:
    """Say whether the sealed text still is the one that its commitment was made for."""
    sealed = Part2Text.objects.get(paper=paper)
    data = json.loads(_open(paper, bytes(sealed.ciphertext)))
    return commitment(bytes.fromhex(data["salt"]), read(paper)) == bytes(sealed.commitment)


def _row(paper: Part2Paper) -> str:
    return f"part2:{paper.pk}"


def key_of(paper: Part2Paper) -> bytes:
    """Return the key of a Part 2 paper, made at its first use; raises VaultClosed in a process without it."""
    stored = Part2Key.objects.filter(paper=paper).first()
    if stored is None:
        key, wrapped = vault.new_key(row=_row(paper))
        Part2Key.objects.create(paper=paper, wrapped=wrapped.wrapped, wrapped_by=wrapped.wrapped_by)
        return key
    return vault.open_key(vault.WrappedKey(bytes(stored.wrapped), stored.wrapped_by), row=_row(paper))


def _open(paper: Part2Paper, sealed: bytes) -> bytes:
    return vault.unseal(key_of(paper), sealed, row=_row(paper))
