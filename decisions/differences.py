"""What changed between two states of a paper, in words: by heading, with what went and what came."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from decisions.moved import MOVED
from decisions.part1 import Part1
from decisions.text import plain
from decisions.wording import (
    attachment_in_words,
    authority_in_words,
    contract_in_words,
    day,
    grant_in_words,
    joint_in_words,
    line_in_words,
    link_in_words,
    section_in_words,
)

#: What was moved to Part 2 is one word, so that no half of it stands as gone or new.
_WORD = re.compile(rf"{re.escape(MOVED)}|\s+|(?:(?!{re.escape(MOVED)})\S)+")
#: How alike two lines must be for their words to be compared; other lines went and came whole.
ALIKE = 0.4
#: How alike two texts must be for the words to be marked that only one of them has.
NEARLY = 0.8


@dataclass(frozen=True)
class Piece:
    """Words that stayed ("same"), went ("gone") or came ("new")."""

    kind: str
    text: str


@dataclass(frozen=True)
class Changed:
    """A heading of the paper and its changed lines, each as pieces."""

    heading: str
    lines: tuple[tuple[Piece, ...], ...]


def said(part1: Part1) -> dict[str, list[str]]:
    """Return what a paper says, by heading, in lines that can be compared."""
    found: dict[str, list[str]] = {
        "Title and kind of decision": [part1.title, *(kind.name for kind in part1.kinds)],
        "Business owner and head of service": [
            part1.business_unit,
            part1.business_organisation,
            part1.drafting_officer,
            part1.head_of_service,
        ],
        "Effective date, urgency and delay": [
            day(part1.effective_on) if part1.effective_on else "",
            part1.urgency_reason,
            part1.retrospective_reason,
        ],
        "Who decides": [
            line for row in (part1.authority,) if row for line in (authority_in_words(row), row.reason)
        ],
        "Executive summary": part1.summary.split("\n"),
        "Recommendations": [
            f"{row.label}. {row.text}" + (f" (paragraph {row.cites})" if row.cites else "")
            for row in part1.all_recommendations
        ],
        "Money": [f"{row.recommendation}: {line_in_words(row)}" for row in part1.financial_lines],
        "Contracts": [f"{row.recommendation}: {contract_in_words(row)}" for row in part1.contract_awards],
        "Grants": [
            f"{row.recommendation}: {line}"
            for row in part1.grants
            for line in (grant_in_words(row), row.conditions, row.reasons)
        ],
        "Related decisions": [link_in_words(row) for row in part1.links],
        "Decided jointly": [joint_in_words(row) for row in part1.joint_deciders],
    }
    for section in part1.sections:
        lines = [f"{one.label} {one.text}" for one in section.paragraphs] or [section_in_words(section)]
        found[f"{section.number}. {section.heading}"] = [line for text in lines for line in text.split("\n")]
    found["Data protection impact assessment"] = [part1.dpia.name if part1.dpia else "", part1.dpia_note]
    found["Part 2"] = [
        part1.part2_exists,
        *(
            line
            for notice in part1.part2
            for line in (
                notice.title,
                notice.marking,
                *(f"{ground.instrument}, {ground.provision}" for ground in notice.grounds),
                notice.ceases_event,
                day(notice.ceases_on) if notice.ceases_on else "",
                notice.public_reason,
            )
        ),
    ]
    found["Attachments"] = [
        line
        for row in part1.attachments
        for line in (
            f"{row.number}. {attachment_in_words(row)}",
            row.accessible_version,
            row.reason,
            row.digest,
        )
    ]
    until = day(part1.deferral.until) if part1.deferral.until else ""
    found["Deferral of Part 1"] = [part1.deferral.answer, part1.deferral.reason, until]
    found["Originating officer declaration"] = [row.statement for row in part1.declarations if row.ticked]
    return {
        heading: [plain(line).strip() for line in lines if line.strip()] for heading, lines in found.items()
    }


def between(old: Part1 | None, new: Part1) -> list[Changed]:
    """Return what changed from one state to the other (None: from nothing), heading by heading."""
    return compared(said(old) if old else {}, said(new))


def compared(before: dict[str, list[str]], after: dict[str, list[str]]) -> list[Changed]:
    """Return what changed between two texts of lines by heading."""
    changes = []
    for heading in [*after, *(heading for heading in before if heading not in after)]:
        lines = tuple(_lines(before.get(heading, []), after.get(heading, [])))
        if lines:
            changes.append(Changed(heading, lines))
    return changes


def without_what_went(changes: list[Changed]) -> list[Changed]:
    """Return the changes without the words that went: they may be words that belonged in Part 2."""
    kept = (
        Changed(
            one.heading,
            tuple(
                left for line in one.lines if (left := tuple(piece for piece in line if piece.kind != "gone"))
            ),
        )
        for one in changes
    )
    return [one for one in kept if one.lines]


def sides(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Return two texts side by side: what only the first has is "gone", what only the second has "new".

    Texts that are not nearly the same are read whole, without a mark on every other word.
    """
    one, other = _WORD.findall(old), _WORD.findall(new)
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    if matcher.quick_ratio() < NEARLY or matcher.ratio() < NEARLY:
        return [Piece("same", old)], [Piece("same", new)]
    pieces = _pieces(one, other, matcher)
    return [row for row in pieces if row.kind != "new"], [row for row in pieces if row.kind != "gone"]


def _lines(old: list[str], new: list[str]) -> Iterator[tuple[Piece, ...]]:
    """Yield the lines that changed; of a line that only changed in part, its words."""
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        gone, come = old[i1:i2], new[j1:j2]
        pairs = min(len(gone), len(come))
        for one, other in zip(gone[:pairs], come[:pairs], strict=True):
            yield from _words(one, other)
        yield from ((Piece("gone", line),) for line in gone[pairs:])
        yield from ((Piece("new", line),) for line in come[pairs:])


def _words(old: str, new: str) -> Iterator[tuple[Piece, ...]]:
    one, other = _WORD.findall(old), _WORD.findall(new)
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    if matcher.quick_ratio() < ALIKE:
        yield (Piece("gone", old),)
        yield (Piece("new", new),)
        return
    yield tuple(_pieces(one, other, matcher))


def _pieces(one: list[str], other: list[str], matcher: difflib.SequenceMatcher[str]) -> list[Piece]:
    pieces: list[Piece] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(one[i1:i2])))
            continue
        pieces.extend(
            Piece(kind, text)
            for kind, text in (("gone", "".join(one[i1:i2])), ("new", "".join(other[j1:j2])))
            if text
        )
    return pieces
