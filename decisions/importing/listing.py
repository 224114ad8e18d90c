"""Listings: one page that names many decisions, a log, a register or a list of summaries."""

import re

from decisions.importing import dates, markers
from decisions.importing.blocks import Block
from decisions.importing.reading import Reading

#: Beginnings of a line that is an entry: a reference of its own, three figures, or a year and a number.
ENTRY = re.compile(
    r"^(?P<reference>(?:PCD|DMPCD|CEOD)\s?\d+(?:\s/\s\d+)*|\d{4}\.\d{3}|\d{3}(?:/\d{4})?|\d{1,3}/\d{4})\s+(?P<rest>\S.*)$"
)
_TEASER = re.compile(r"(?:\[…\]|\[\.\.\.\]|…)$")
LEAST = 3
_PERSON = re.compile(r"^[A-Z][a-z’'-]+(?: [A-Z][a-z’'-]+){1,2}$")


def _kind(blocks: list[Block]) -> str:
    starts = sum(1 for one in blocks if (found := markers.key(one)) and found[0] == "reference")
    if starts > 1:
        return "keyed"
    rows = [one for one in blocks if ENTRY.match(one.raw)]
    if len(rows) >= LEAST and len(rows) > len(blocks) / 3:
        return "rows"
    teasers = [one for one in blocks if _TEASER.search(one.text)]
    return "teasers" if len(teasers) > 1 and not any(markers.opens(one) for one in blocks) else ""


def is_one(blocks: list[Block]) -> bool:
    """Say whether a file lists many decisions."""
    return bool(_kind(blocks))


def read(blocks: list[Block], reading: Reading) -> None:
    """Read the entries of a listing, each with what it says of its decision."""
    {"keyed": _keyed, "rows": _rows, "teasers": _teasers}[_kind(blocks)](blocks, reading)
    reading.doubt("entries", f"This file lists {len(reading.entries)} decisions. Import the paper of each.")


def _around(one: Block, reading: Reading) -> None:
    if not reading.address and re.match(r"https?://", one.raw):
        words = one.raw.split(maxsplit=1)
        reading.address = words[0]
        reading.leftover.extend(words[1:])
    else:
        reading.leftover.append(one.raw)


def _entry(**values: str) -> dict[str, object]:
    return {"reference": "", "title": "", "summary": "", "decision_maker": "", "dates": {}, **values}


def _keyed(blocks: list[Block], reading: Reading) -> None:
    """A log: each entry begins with its reference's key, even where the reference itself is missing."""
    for one in blocks:
        found = markers.key(one)
        if found and found[0] == "reference":
            reading.entries.append(_entry(reference=found[2]))
            reading.form.append(found[1].strip())
            continue
        if not reading.entries:
            _around(one, reading)
            continue
        entry = reading.entries[-1]
        if found and found[0] in ("decided", "signed", "published"):
            day = dates.found(found[2])
            entry["dates"] = {**dict(entry["dates"]), found[0]: day.isoformat() if day else ""}
            entry["date_printed"] = f"{entry.get('date_printed', '')} {one.raw}".strip()
        elif found:
            entry[found[0]] = found[2]
            reading.form.append(found[1].strip())
        elif not entry["title"]:
            entry["title"] = one.raw
        else:
            entry["summary"] = f"{entry['summary']}\n\n{one.raw}".strip()


def _rows(blocks: list[Block], reading: Reading) -> None:
    """A table or list: a line each, its cells divided by bars."""
    for one in blocks:
        found = ENTRY.match(one.raw)
        if not found:
            _around(one, reading)
            continue
        first, *rest = (cell.strip() for cell in found["rest"].split("|"))
        author = first if len(rest) > 1 and _PERSON.match(first) else ""
        title = rest.pop(0) if author else first
        entry = _entry(
            reference=found["reference"], title=title, summary=" | ".join(cell for cell in rest if cell)
        )
        reading.entries.append({**entry, "author": author} if author else entry)


def _teasers(blocks: list[Block], reading: Reading) -> None:
    """A page of titles, some with the beginning of their text."""
    for one in blocks:
        if re.match(r"https?://|# ", one.raw):
            _around(one, reading)
        elif _TEASER.search(one.text) and reading.entries:
            reading.entries[-1]["summary"] = one.raw
        else:
            reading.entries.append(_entry(title=one.raw))
