"""What goes with a request for advice and with advice: files both ways, and words for the paper's people only.

All of it is sealed under keys of its own and never published. Who has no part in the paper (the governance team, an
auditor) does not open it; where its author could read Part 2, only readers of Part 2 do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from approvals.models import Enclosure, EnclosureKey
from decisions import policy
from decisions.attaching.kinds import Brought
from decisions.models import Access, Version
from pcd import vault
from pcd.people.models import User

Part = Enclosure.Part


@dataclass(frozen=True, repr=False)
class File:
    """A file as a page offers it: where its bytes are asked for, and what it is called."""

    id: UUID
    name: str


@dataclass(frozen=True, repr=False)
class Beside:
    """What one person may open beside one request or advice."""

    inner: str = ""
    files: list[File] = field(default_factory=list)
    #: Whether a word of it may be Part 2.
    opens_part2: bool = False


def keep(
    content: bytes,
    *,
    part: Enclosure.Part,
    holds_part2: bool,
    name: str = "",
    kind: str = "",
    **goes_with: Any,
) -> Enclosure:
    """Seal a text or a file, its name with it; it goes with `request=`, `advice=` or `outside=`."""
    row = Enclosure(part=part, kind=kind, holds_part2=holds_part2, **goes_with)
    key, wrapped = vault.new_key(row=_row(row))
    row.ciphertext = vault.seal(key, name.encode() + b"\0" + content, row=_row(row))
    row.save(force_insert=True)
    EnclosureKey.objects.create(enclosure=row, wrapped=wrapped.wrapped, wrapped_by=wrapped.wrapped_by)
    return row


def keep_all(
    inner: str, files: Iterable[tuple[str, Brought]], *, author: User, version: Version, **goes_with: Any
) -> int:
    """Seal the inner words, if there are any, and each file; returns how many. A reader of Part 2 may write of it."""
    more: dict[str, Any] = {"holds_part2": policy.may(author, Access.PART2, version.decision), **goes_with}
    kept = [keep(inner.encode(), part=Part.INNER, **more)] if inner else []
    kept += [keep(one.content, part=Part.FILE, name=name, kind=one.kind, **more) for name, one in files]
    return len(kept)


def opened(row: Enclosure) -> tuple[str, bytes]:
    """Return a name and the content; raises VaultClosed without its key. The caller has asked `for_person` first."""
    name, _, content = vault.unseal(
        vault.open_key(row.key, row=_row(row)), bytes(row.ciphertext), row=_row(row)
    ).partition(b"\0")
    return name.decode(), content


def for_person(version: Version, person: User) -> QuerySet[Enclosure]:
    """Return what this person may open of what goes with the requests and the advice on a version."""
    of_version = (
        Q(request__version=version) | Q(advice__request__version=version) | Q(outside__version=version)
    )
    rows = Enclosure.objects.filter(of_version).select_related("key")
    if not policy.takes_part(person, version.decision):
        return rows.none()
    return rows if policy.may(person, Access.PART2, version.decision) else rows.exclude(holds_part2=True)


def beside(version: Version, person: User) -> dict[UUID, Beside]:
    """Return what this person may open, by the id of the request, the advice or the question to somebody outside."""
    found: dict[UUID, Beside] = {}
    for row in for_person(version, person).exclude(part=Part.SHARED):
        owner: Any = row.request_id or row.advice_id or row.outside_id
        before = found.get(owner, Beside())
        try:
            name, content = opened(row)
        except vault.VaultClosed:
            name, content = "a file whose key is missing", b"Its key is missing. Tell the administrator."
        file = row.part == Part.FILE
        found[owner] = Beside(
            before.inner if file else content.decode(),
            [*before.files, File(row.pk, name)] if file else before.files,
            before.opens_part2 or row.holds_part2,
        )
    return found


def _row(row: Enclosure) -> str:
    return f"enclosure:{row.pk}"
