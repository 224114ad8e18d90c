"""Clearing for publication: the leak check over what will be published against all of Part 2."""

import hashlib
import json
from dataclasses import replace
from pathlib import PurePath

from approvals import joint
from approvals.acts import open_round, part1_of
from decisions import part2, part2_files
from decisions.attaching import words
from decisions.checks.leak import Hit, leaks
from decisions.models import AttachmentContent, Version
from decisions.part1 import Part1, to_data
from decisions.text import plain


def findings(version: Version) -> list[Hit]:
    """Return what of the version's Part 2, its files included, stands in its Part 1 and the files of that.

    Where there is a Part 2, a file that the check could not read, or not all of it, is a finding of its own.
    """
    papers = list(version.part2_papers.all())
    if not papers:
        return []
    texts = [text for paper in papers for text in part2.words(paper)]
    shown, unread = [text_of(part1_of(version))], []
    rows = AttachmentContent.objects.filter(attachment__version=version).select_related("attachment")
    for row in rows.order_by("attachment__position"):
        read = words.read(row.attachment.kind, bytes(row.content))
        shown.append(read.text)
        if not read.whole:
            unread.append(Hit("unread", f"Attachment {row.attachment.position}"))
    for file in (file for paper in papers for file in paper.files.all()):
        about = part2_files.about(file)
        read = words.read(about.kind, part2_files.content(file))
        # Its title and its name are looked for as words within a sentence: a name may be their first.
        name = PurePath(about.name).stem.replace("_", " ").replace("-", " ")
        texts += [read.text, f"the {about.title}", f"the {name}"]
        if not read.whole:
            unread.append(Hit("unread", f"The file ‘{about.title}’ of Part 2"))
    known = json.dumps(version.edition.wording, ensure_ascii=False)
    return [*leaks("\n".join(shown), texts, known=known), *unread]


def text_of(part1: Part1) -> str:
    """Return every word of a Part 1 as one text, amounts as people write them; the scheme's own are no news."""
    if part1.authority:
        part1 = replace(part1, authority=replace(part1.authority, text=""))

    def walk(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for key, item in value.items() for text in walk(_money(key, item))]
        if isinstance(value, list | tuple):
            return [text for item in value for text in walk(item)]
        return [plain(value), value] if isinstance(value, str) else []

    return "\n".join(walk(to_data(part1)))


def signed_digest(version: Version) -> bytes:
    """Return the digest that a clearance is bound to: of the snapshot's digest, the acts' digest, and those of what
    others decided where it is a joint decision. `staff.cleared_digest` returns the same.
    """
    current = open_round(version)
    decided = current.signatures.filter(office="decision_maker").first() if current else None
    if current is None or decided is None:
        return b""
    signed = bytes(current.snapshot.digest) + bytes(decided.acts_digest)
    return hashlib.sha256(signed + joint.digests(version)).digest()


def cleared(version: Version) -> bool:
    """Say whether what would be published now was cleared; the database asks it again (`staff.cleared_digest`).

    What was signed stays, so that only what others decided can make a clearance one of something else.
    """
    rows = version.clearances.all()
    if not rows or not version.joint_deciders.all():
        return bool(rows)
    digest = signed_digest(version)
    return any(bytes(row.digest) == digest for row in rows)


def _money(key: str, item: object) -> object:
    amounts = {"amount", "amount_to", "value", "decided", "approved_before"}
    return f"£{item}" if key in amounts and isinstance(item, str) else item
