"""Writing and reading the sealed files of Part 2: their bytes, and what they are called (design.md 4, Part 2)."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from decisions import part2
from decisions.models import Part2File, Part2FileContent
from pcd import vault
from pcd.vault import VaultClosed


@dataclass(frozen=True, repr=False)
class About:
    """What a file of Part 2 is: its words never print themselves into a log or an error."""

    title: str
    name: str
    kind: str
    size: int
    digest: str

    def __repr__(self) -> str:
        return "About(sealed)"


def about(file: Part2File) -> About:
    """Return what a file is called and is; raises VaultClosed in a process without its key.

    The caller has asked `policy` first.
    """
    return About(**_opened(file)[0])


def content(file: Part2File) -> bytes:
    """Return the bytes of a file; raises VaultClosed like `about`."""
    sealed = Part2FileContent.objects.get(file=file)
    return vault.unseal(part2.key_of(file.paper), bytes(sealed.ciphertext), row=f"part2-file:{file.pk}")


@transaction.atomic
def write(file: Part2File, *, title: str, name: str, kind: str, content: bytes) -> None:
    """Seal the bytes of a new file, and what it is called."""
    Part2FileContent.objects.create(
        file=file, ciphertext=vault.seal(part2.key_of(file.paper), content, row=f"part2-file:{file.pk}")
    )
    _say(file, About(title, name, kind, len(content), hashlib.sha256(content).hexdigest()))


def rename(file: Part2File, title: str) -> None:
    """Seal another title; its bytes stay."""
    _say(file, About(**{**asdict(about(file)), "title": title}))


def holds(file: Part2File) -> bool:
    """Say whether a file still is the one that its commitment was made for; what cannot be opened is not."""
    try:
        said, salt = _opened(file)
        whole = hashlib.sha256(content(file)).hexdigest() == said["digest"]
    except VaultClosed:
        return False
    return whole and part2.commitment(salt, said) == bytes(file.commitment)


def _say(file: Part2File, said: About) -> None:
    sealed = part2.sealed(file.paper, asdict(said), _row(file))
    file.about, file.commitment = sealed["ciphertext"], sealed["commitment"]
    file.save(update_fields=["about", "commitment"])


def _opened(file: Part2File) -> tuple[dict[str, Any], bytes]:
    said = json.loads(vault.unseal(part2.key_of(file.paper), bytes(file.about), row=_row(file)))
    return said, bytes.fromhex(said.pop("salt"))


def _row(file: Part2File) -> str:
    return f"part2-file-about:{file.pk}"
