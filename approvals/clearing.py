"""Clearing for publication: the leak check over what will be published against all of Part 2."""

import hashlib
import json

from approvals.acts import open_round, part1_of
from decisions import part2, part2_files
from decisions.attaching import words
from decisions.checks.leak import Hit, leaks
from decisions.models import AttachmentContent, Version
from decisions.part1 import Part1, to_data
from decisions.text import plain


def findings(version: Version) -> list[Hit]:
    """Return what of the version's Part 2, its files included, stands in its Part 1 and the files of that."""
    papers = version.part2_papers.all()
    texts = [text for paper in papers for text in part2.words(paper)]
    texts += [
        words.of(part2_files.about(row).kind, part2_files.content(row))
        for paper in papers
        for row in paper.files.all()
    ]
    shown = [text_of(part1_of(version))]
    shown += [
        words.of(row.attachment.kind, bytes(row.content))
        for row in AttachmentContent.objects.filter(attachment__version=version).select_related("attachment")
    ]
    return leaks("\n".join(shown), texts, known=json.dumps(version.edition.wording, ensure_ascii=False))


def text_of(part1: Part1) -> str:
    """Return every word of a Part 1 as one text, amounts as people write them."""

    def walk(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for key, item in value.items() for text in walk(_money(key, item))]
        if isinstance(value, list | tuple):
            return [text for item in value for text in walk(item)]
        return [plain(value), value] if isinstance(value, str) else []

    return "\n".join(walk(to_data(part1)))


def signed_digest(version: Version) -> bytes:
    """Return the digest that a clearance is bound to: of the snapshot's digest and the acts' digest."""
    current = open_round(version)
    decided = current.signatures.filter(office="decision_maker").first() if current else None
    if current is None or decided is None:
        return b""
    return hashlib.sha256(bytes(current.snapshot.digest) + bytes(decided.acts_digest)).digest()


def _money(key: str, item: object) -> object:
    amounts = {"amount", "amount_to", "value", "decided", "approved_before"}
    return f"£{item}" if key in amounts and isinstance(item, str) else item
