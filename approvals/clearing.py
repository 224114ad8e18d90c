"""Clearing for publication: the leak check over what will be published against all of Part 2."""

import hashlib
import json

from approvals.acts import open_round, part1_of
from decisions import part2
from decisions.checks.leak import Hit, leaks
from decisions.models import Version
from decisions.part1 import Part1, to_data
from decisions.text import plain


def findings(version: Version) -> list[Hit]:
    """Return what of the version's Part 2 stands in its Part 1 as it would be published."""
    texts = [text for paper in version.part2_papers.all() for text in part2.words(paper)]
    return leaks(
        text_of(part1_of(version)), texts, known=json.dumps(version.edition.wording, ensure_ascii=False)
    )


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
