"""Listings: one page that names many decisions, a log, a register or a list of summaries."""

import re
from typing import Any

from decisions.importing import dates, markers
from decisions.importing.amounts import amounts
from decisions.importing.blocks import Block
from decisions.importing.reading import Reading

#: Beginnings of a line that is an entry: a reference of its own, three figures, or a year and a number.
_REFERENCE = (
    r"(?:PCD|DMPCD|CEOD)\s?\d+(?:\s/\s\d+)*|\d{4}\.\d{3}|\d{4}-\d{3,7}|\d{3}(?:/\d{4})?|"
    r"\d{1,3}\s?[/–-]\s?\d{4}|PCC/\w{1,4}/\d{4}/\d+"
)
ENTRY = re.compile(rf"^(?P<reference>{_REFERENCE})[\s|]+(?P<rest>\S.*)$")
_ALONE = re.compile(rf"^(?P<reference>{_REFERENCE})$")
_TEASER = re.compile(r"(?:\[…\]|\[\.\.\.\]|…)$")
LEAST = 3
_PERSON = re.compile(r"^[A-Z][a-z’'-]+(?: [A-Z][a-z’'-]+){1,2}$")
#: An amount that a slip of the hand spoilt, and another reference beside an entry's own.
_SHOWN = re.compile(r"^Reference (?:code|number) shown: (?P<other>\S.*)$", re.IGNORECASE)


def _kind(blocks: list[Block]) -> str:
    starts = sum(1 for one in blocks if (found := markers.key(one)) and found[0] == "reference")
    if starts > 1:
        return "keyed"
    rows = [one for one in blocks if ENTRY.match(one.raw)]
    if len(rows) >= LEAST and len(rows) > len(blocks) / 3:
        return "rows"
    if sum(1 for one in blocks if _ALONE.match(one.raw)) > 1:
        return "numbered"
    teasers = [one for one in blocks if _TEASER.search(one.text)]
    return "teasers" if len(teasers) > 1 and not any(markers.opens(one) for one in blocks) else ""


def is_one(blocks: list[Block]) -> bool:
    """Say whether a file lists many decisions."""
    return bool(_kind(blocks))


def read(blocks: list[Block], reading: Reading) -> None:
    """Read the entries of a listing, each with what it says of its decision."""
    {"keyed": _keyed, "rows": _rows, "numbered": _numbered, "teasers": _teasers}[_kind(blocks)](
        blocks, reading
    )
    for entry in reading.entries:
        if entry["title"].startswith(f"{entry['reference']} "):
            reading.form.append(entry["reference"])
            entry["title"] = entry["title"].removeprefix(f"{entry['reference']} ")
        _doubted(entry, reading)
    reading.doubt("entries", f"This file lists {len(reading.entries)} decisions. Import the paper of each.")


def _doubted(entry: dict[str, Any], reading: Reading) -> None:
    """Doubt an entry with another reference than its own, or with an amount that cannot be read."""
    where = f"entry {entry['reference'] or entry['title']}"
    for cell in entry["summary"].split(" | "):
        if other := _SHOWN.match(cell):
            reading.doubt(where, f"Its reference is shown as {other['other']} as well.")
        for one in amounts(where, cell):
            if not one.amount:
                reading.doubt(where, f"‘{one.printed}’ is not an amount that can be read.")


def _around(one: Block, reading: Reading) -> None:
    if not reading.address and re.match(r"https?://", one.raw):
        words = one.raw.split(maxsplit=1)
        reading.address = words[0]
        reading.leftover.extend(words[1:])
    else:
        reading.leftover.append(one.raw)


def _entry(**values: str) -> dict[str, Any]:
    return {"reference": "", "title": "", "summary": "", "decision_maker": "", "dates": {}, **values}


def _keyed(blocks: list[Block], reading: Reading) -> None:
    """A log: each entry begins with its reference's key, or with a title that carries it, even without a reference."""
    begun = _titles(blocks)
    for n, one in enumerate(blocks):
        found = markers.key(one)
        if n in begun or (found and found[0] == "reference" and not begun):
            reading.entries.append(_entry(title=one.text if n in begun else ""))
        if not reading.entries:
            _around(one, reading)
            continue
        entry = reading.entries[-1]
        if found and found[0] == "reference":
            entry["reference"] = found[2]
            reading.form.append(found[1].strip())
        elif found and found[0] in ("decided", "signed", "published"):
            day = dates.found(found[2])
            entry["dates"] = {**dict(entry["dates"]), found[0]: day.isoformat() if day else ""}
            entry["date_printed"] = f"{entry.get('date_printed', '')} {one.raw}".strip()
        elif found:
            entry[found[0]] = found[2]
            reading.form.append(found[1].strip())
        elif (named := markers.PARTICULAR.match(one.text)) and markers.BY_THE_WAY.fullmatch(named["name"]):
            reading.form.append(one.raw)
        elif not entry["title"]:
            entry["title"] = one.raw
        elif n not in begun:
            entry["summary"] = f"{entry['summary']}\n\n{one.raw}".strip()


def _titles(blocks: list[Block]) -> set[int]:
    """Return where the titles stand that begin with the reference of the key below them."""
    found = set()
    for n, one in enumerate(blocks):
        if (key := markers.key(one)) and key[0] == "reference" and key[2]:
            above = range(max(0, n - 4), n)
            found.update([at for at in above if blocks[at].text.startswith(f"{key[2]} ")][-1:])
    return found


def _rows(blocks: list[Block], reading: Reading) -> None:
    """A table or list: a line each, its cells divided by bars or tabs."""
    for one in blocks:
        found = ENTRY.match(one.raw)
        if not found:
            _around(one, reading)
            continue
        first, *rest = (cell.strip() for cell in re.split(r"[|\t]", found["rest"]))
        author = first if len(rest) > 1 and _PERSON.match(first) else ""
        title = rest.pop(0) if author else first
        entry = _entry(reference=found["reference"], title=title)
        if rest and (day := dates.whole(rest[-1])):
            entry["dates"], entry["date_printed"] = {"decided": day.isoformat()}, rest.pop()
        entry["summary"] = " | ".join(cell for cell in rest if cell)
        reading.entries.append({**entry, "author": author} if author else entry)


def _numbered(blocks: list[Block], reading: Reading) -> None:
    """A log: each entry begins with a line that is its reference, and goes on with its title."""
    for one in blocks:
        if alone := _ALONE.match(one.raw):
            reading.entries.append(_entry(reference=alone["reference"]))
        elif not reading.entries:
            _around(one, reading)
        elif not reading.entries[-1]["title"]:
            reading.entries[-1]["title"] = one.raw
        else:
            entry = reading.entries[-1]
            entry["summary"] = f"{entry['summary']}\n\n{one.raw}".strip()


def _teasers(blocks: list[Block], reading: Reading) -> None:
    """A page of titles, some with the beginning of their text."""
    for one in blocks:
        if re.match(r"https?://|# ", one.raw):
            _around(one, reading)
        elif _TEASER.search(one.text) and reading.entries:
            reading.entries[-1]["summary"] = one.raw
        else:
            reading.entries.append(_entry(title=one.raw))
