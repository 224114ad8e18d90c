"""Telling the parts of a paper apart, by the words that open them."""

import re
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from decisions.importing import markers
from decisions.importing.blocks import Block


@dataclass
class Part:
    """A part of the paper: which one, the words that opened it, and its blocks."""

    name: str
    words: str = ""
    blocks: list[Block] = field(default_factory=list)
    #: The number of the heading that opened it, where it has one.
    number: str = ""


#: The parts that a known heading of a section ends.
BEFORE_SECTIONS = ("head", "summary", "recommendations", "decision", "approval")
#: The parts after which a line like "Deputy Mayor for Policing and Crime" opens the signature.
BEFORE_APPROVAL = ("recommendations", "decision", "summary", "part1")
#: Where other bodies' decision makers sign: after their officers.
AFTER_OFFICERS = ("chief_executive", "declarations", "part2_question", "deferral")


def divided(blocks: list[Block]) -> list[Part]:
    """Tell the parts of a paper apart; where no word opens the recommendations, the words that ask do."""
    parts = [Part("head")]
    for one, after in zip_longest(blocks, blocks[1:]):
        current = parts[-1].name
        opened = markers.opens(one)
        if opened and (may_open(opened[0], opened[2], current, one, parts)):
            name, words, rest = opened
            parts.append(Part(name, one.raw if not rest else words, number=one.number))
            if rest:
                parts[-1].blocks.append(replace(one, text=rest, label="", raw=rest))
        elif current in BEFORE_SECTIONS and (begins(one, after, current) or goes_on(one, parts[-1])):
            parts.append(Part("part1", "", [one]))
        else:
            parts[-1].blocks.append(one)
    named = any(part.name == "recommendations" for part in parts)
    for part in parts:
        if part.name == "decision":
            part.name = "approval" if named else "recommendations"
            named = True
    parts = parts if named else asked(parts)
    if any(part.name == "summary" and part.words for part in parts):
        parts[0].name = "cover"
    return parts


def may_open(name: str, rest: str, current: str, one: Block, parts: list[Part]) -> bool:
    """Say whether words that open a part do so here, and are no section's heading, sentence or signature."""
    if current == "part1" and one.label[:1].isdigit():
        # of papers whose parts are all numbered, the summary and the recommendations are so as well
        return (
            name in ("summary", "recommendations") and not rest and all(part.name != name for part in parts)
        )
    if name == "approval":
        signs = re.match(r"sign", one.text, re.IGNORECASE)
        return current in BEFORE_APPROVAL or (current in AFTER_OFFICERS and not signs)
    return True


def begins(one: Block, after: Block | None, current: str) -> bool:
    """Say whether a section begins here, though no words opened Part 1: a known heading, or 3 before 3.1."""
    if one.cells or len(one.text.split()) > 14:
        return False
    if markers.kinds_of(one.text):
        # "3 Detail" is a heading; "3. Detail" may be an item of a list, unless 3.1 follows
        return (
            not one.label or one.label.isdigit() or bool(after and after.number.startswith(f"{one.number}."))
        )
    if current == "head" or after is None or not one.number.isdigit():
        return False
    return after.number.startswith(f"{one.number}.") and not one.ended


def goes_on(one: Block, part: Part) -> bool:
    """Say whether a known heading goes on with the numbers of the one that opened this part: "6. Recommendation", 7."""
    counted = one.number.isdigit() and part.number.isdigit() and int(one.number) > int(part.number)
    return counted and bool(markers.kinds_of(one.text))


#: A lead to a list of recommendations has so many words at most; a longer paragraph only happens to ask.
LEAD = 40


def asked(parts: list[Part]) -> list[Part]:
    """Open the recommendations where no heading does: at the last words that ask, or at a list of what to do."""
    for names in (("head", "summary"), ("part1",)):
        places = [
            (part, n)
            for part in parts
            if part.name in names
            for n, one in enumerate(part.blocks)
            if not one.label and markers.ASK.match(one.text) and not happens_to_ask(part.blocks[n:])
        ]
        if places:
            part, n = places[-1] if names[0] == "head" else places[0]
            if names[0] == "part1" and any(markers.kinds_of(one.text) for one in part.blocks[:n]):
                continue  # an ask in the middle of a section is a sentence of it
            return opened_at(parts, part, n)
    for part in parts:
        n = to_do(part.blocks) if part.name in ("head", "summary") else 0
        if n:
            return opened_at(parts, part, n)
    return parts


def opened_at(parts: list[Part], part: Part, n: int) -> list[Part]:
    """Open the recommendations at the nth block of a part; what stood before it in Part 1 is the summary."""
    at = parts.index(part)
    before = replace(part, name="summary" if part.name == "part1" else part.name, blocks=part.blocks[:n])
    return [*parts[:at], before, Part("recommendations", "", part.blocks[n:]), *parts[at + 1 :]]


def happens_to_ask(blocks: list[Block]) -> bool:
    """Say whether a long paragraph that asks is followed by the list of what is asked."""
    one, *rest = blocks
    lists = bool(rest) and bool(rest[0].label) and markers.TO_DO.match(rest[0].text)
    return bool(lists) and len(one.text.split()) > LEAD and not one.text.endswith((":", ";"))


def to_do(blocks: list[Block]) -> int:
    """Return where the list at the end of a part begins, if its items say what to do; 0 where there is none."""
    n = len(blocks)
    while n and blocks[n - 1].label:
        n -= 1
    items = blocks[n:]
    return n if items and all(markers.TO_DO.match(one.text) for one in items) else 0
