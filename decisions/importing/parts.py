"""Telling the parts of a paper apart, by the words that open them."""

from dataclasses import dataclass, field, replace

from decisions.importing import markers
from decisions.importing.blocks import Block


@dataclass
class Part:
    """A part of the paper: which one, the words that opened it, and its blocks."""

    name: str
    words: str = ""
    blocks: list[Block] = field(default_factory=list)


#: The parts after which a line like "Deputy Mayor for Policing and Crime" opens the signature.
BEFORE_APPROVAL = ("recommendations", "decision", "summary", "part1")


def divided(blocks: list[Block]) -> list[Part]:
    """Tell the parts of a paper apart; where no word opens the recommendations, the words that ask do."""
    parts = [Part("head")]
    for one, after in zip(blocks, [*blocks[1:], None], strict=True):
        current = parts[-1].name
        opened = None if current == "part1" and one.label and one.label[0].isdigit() else markers.opens(one)
        if opened and (opened[0] != "approval" or current in BEFORE_APPROVAL):
            name, words, rest = opened
            parts.append(Part(name, one.raw if not rest else words))
            if rest:
                parts[-1].blocks.append(replace(one, text=rest, label="", raw=rest))
        elif current in ("head", "summary", "recommendations", "decision") and begins(one, after, current):
            parts.append(Part("part1", "", [one]))
        else:
            parts[-1].blocks.append(one)
    named = any(part.name == "recommendations" for part in parts)
    for part in parts:
        if part.name == "decision":
            part.name = "approval" if named else "recommendations"
            named = True
    return parts if named else asked(parts)


def begins(one: Block, after: Block | None, current: str) -> bool:
    """Say whether a section begins here, though no words opened Part 1: a known heading, or 3 before 3.1."""
    if one.cells or len(one.text.split()) > 14:
        return False
    if markers.kinds_of(one.text):
        return not one.label or bool(after and after.number.startswith(f"{one.number}."))
    if current == "head" or after is None or not one.number.isdigit():
        return False
    return after.number.startswith(f"{one.number}.") and not one.ended


def asked(parts: list[Part]) -> list[Part]:
    """Open the recommendations at the last words that ask, where the paper has no heading for them."""
    for name in (("head", "summary"), ("part1",)):
        places = [
            (part, n)
            for part in parts
            if part.name in name
            for n, one in enumerate(part.blocks)
            if not one.label and markers.ASK.match(one.text)
        ]
        if places:
            part, n = places[-1] if name[0] == "head" else places[0]
            if name[0] == "part1" and any(markers.kinds_of(one.text) for one in part.blocks[:n]):
                continue  # an ask in the middle of a section is a sentence of it
            at = parts.index(part) + 1
            found = Part("recommendations", "", part.blocks[n:])
            before = replace(part, blocks=part.blocks[:n])
            if name[0] == "part1":
                before = replace(before, name="summary")
            return [*parts[: at - 1], before, found, *parts[at:]]
    return parts
