"""The middle of a paper: what is recommended, and the numbered sections of Part 1."""

import re
from dataclasses import replace

from decisions.importing import markers
from decisions.importing.beginnings import keyed, summary
from decisions.importing.blocks import Block, broken_off, continued, joined
from decisions.importing.parts import Part
from decisions.importing.reading import Item, Paragraph, Reading, Section
from decisions.importing.trees import is_heading, tree


def recommendations(part: Part, reading: Reading) -> None:
    """What is recommended: the words that lead to it, the tree of recommendations, and what stands behind."""
    if part.words:
        reading.form.append(part.words)
    blocks: list[Block] = []
    for one in part.blocks:
        if markers.POINTERS.search(one.raw) or (one.cells and "download" in one.text.lower()):
            reading.leftover.append(one.raw)
        elif found := markers.key(one) if not one.label and len(one.text) < 200 else None:
            keyed(found, reading)
        elif blocks and broken_off(blocks[-1].text, one):
            blocks[-1] = joined(blocks[-1], one)
        else:
            blocks.append(one)
    listed = [n for n, one in enumerate(blocks) if one.label]
    if not listed:
        single(blocks, reading)
        return
    # a heading over the first item is no lead to all
    first = listed[0] - int(headed(blocks, listed[0]))
    lead, items = blocks[:first], blocks[first:]
    note: list[Block] = []
    while items and not items[-1].label:
        note.insert(0, items.pop())
    if lead and re.search(r"\binclud", lead[-1].text, re.IGNORECASE):
        above = Item("", lead[-1].text, tree(items))
        reading.recommendations = [above]
        lead = lead[:-1]
    else:
        reading.recommendations = tree(items)
        lead += asked_above(reading)
    if reading.summary or not lead or markers.ASK.match(lead[0].text) or lead[0].ended:
        reading.recommendations_lead = "\n\n".join(one.text for one in lead)
    else:
        reading.leftover.extend(one.raw for one in lead)
    reading.recommendations_note = "\n\n".join(one.printed for one in note)


def asked_above(reading: Reading) -> list[Block]:
    """Return the lead that is numbered like what it leads to: "2.1 The DMPC is asked to approve:", then 2.1.1."""
    above, *others = reading.recommendations
    if others or not above.children or not above.text.endswith(":") or not markers.ASK.match(above.text):
        return []
    reading.form.append(above.label)
    reading.recommendations = above.children
    return [Block(above.text, above.text)]


def headed(blocks: list[Block], n: int) -> bool:
    """Say whether a heading stands right above the nth block."""
    return n > 0 and is_heading(blocks[n - 1], blocks[n:]) and not markers.ASK.match(blocks[n - 1].text)


def single(blocks: list[Block], reading: Reading) -> None:
    """One recommendation, as a sentence: what follows it explains it, or is the summary where there is none."""
    if not blocks:
        return
    at = next((n for n, one in enumerate(blocks) if markers.ASK.match(one.text)), 0)
    found, rest = blocks[at], [*blocks[:at], *blocks[at + 1 :]]
    lead, colon, text = found.text.partition(" to: ")
    if colon and len(lead) < 120:
        reading.recommendations_lead, found = f"{lead} to:", replace(found, text=text)
    reading.recommendations = [Item("", found.text)]
    if not reading.summary:
        summary(Part("summary", "", rest), reading)
    else:
        reading.recommendations_note = "\n\n".join(one.printed for one in rest)


def part1(part: Part, reading: Reading) -> None:
    """The numbered sections, with their headings and paragraphs."""
    if part.words:
        reading.form.append(part.words)
    current: Section | None = None
    for n, one in enumerate(part.blocks):
        after = part.blocks[n + 1] if n + 1 < len(part.blocks) else None
        if begins_section(one, after, current):
            heading = one.text.strip()
            kinds = list(markers.kinds_of(heading.rstrip(".:"))) or ["other"]
            current = Section(one.number, heading, kinds[0], [], kinds)
            reading.sections.append(current)
        elif markers.POINTERS.search(one.raw):
            reading.leftover.append(one.raw)
        elif current is None:
            kinds = ["other"]
            current = Section("", part.words.strip(" :"), "other", [], kinds)
            reading.sections.append(current)
            take(one, current)
        else:
            take(one, current)


def begins_section(one: Block, after: Block | None, current: Section | None) -> bool:
    """Say whether a block of Part 1 is the heading of a section."""
    text = one.text.strip()
    if one.cells or len(text.split()) > 14:
        return False
    if markers.kinds_of(text.rstrip(".:")):
        return True
    if one.heading:
        return True
    counted = one.number.isdigit() and not one.text.rstrip().endswith((".", ";", ",", ":"))
    if counted and after is not None and after.number.startswith(f"{one.number}."):
        return True
    return bool(current is None and not one.label and text.isupper() and len(text) > 3)


def take(one: Block, section: Section) -> None:
    """Put a block into a section: as a paragraph, as the rest of a broken one, or as an item of a list."""
    last = section.paragraphs[-1] if section.paragraphs else None
    numbered = bool(last and last.number and "." in last.number)
    if last and broken_off(last.text, one):
        last.text = continued(last.text, one.text)
    elif last and one.cells:
        fresh = not last.text.rstrip().endswith("|")
        rule = "\n| " + " | ".join("---" for _ in one.cells) + " |" if fresh else ""
        last.text = f"{last.text}{chr(10) * (2 if fresh else 1)}{one.printed}{rule}"
    elif last and numbered and one.label and "." not in one.number:
        items = re.search(r"\n(?:- |\S{1,5} )[^\n]*$", last.text)
        last.text = f"{last.text}{chr(10) * (1 if items else 2)}{one.printed}"
    else:
        section.paragraphs.append(Paragraph(one.number, one.printed if one.cells else one.text))
