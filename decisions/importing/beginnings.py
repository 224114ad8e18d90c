"""The beginning of a paper: its keys, its title, and the executive summary."""

import re

from decisions.importing import dates, markers
from decisions.importing.blocks import Block
from decisions.importing.parts import Part
from decisions.importing.reading import Reading
from decisions.references import normalise

_ADDRESS = re.compile(r"^https?://\S+")

_OWN_NUMBER = re.compile(
    r"^(?:request for (?:an? )?)?(?:(?:dmpc|pcc|mopac|ceo) )?decision(?: log| notice| record| number)?\s*[-–—:]?\s*"
    r"(?P<reference>[A-Z]{0,6}[ /-]?\d[\d/. -]*\d)\s*(?:[-–—:]\s*(?P<title>.*))?$",
    re.IGNORECASE,
)

_FILE_NOTE = re.compile(r"\s*\((?:application|image|text)[^)]*\)$")

_BODY = re.compile(
    r"^(?P<body>.*(?:commissioner|mayor's office|mayor’s office|opcc|mopac).*?)\s*[-–—]\s*(?:decision|request).*$",
    re.IGNORECASE,
)


def head(part: Part, reading: Reading) -> None:
    """The beginning: the keys, the title, and, in papers without a heading for it, the summary."""
    has_title = any((found := markers.key(one)) and found[0] == "title" for one in part.blocks)
    free: list[Block] = []
    for one in part.blocks:
        if around(one, reading):
            continue
        other = markers.PARTICULAR.match(one.text) if has_title else None
        if other:
            reading.particulars.append({"name": other["name"], "value": other["value"]})
        elif has_title and not reading.title:
            reading.leftover.append(one.raw)
        elif not reading.title and not one.cells and len(one.text) <= 300 and not (free and one.ended):
            reading.title = one.printed
        else:
            free.append(one)
    if free:
        summary(Part("summary", "", free), reading)


def around(one: Block, reading: Reading) -> bool:
    """Take a line that says what the paper is, and not what it is about; False where it is no such line."""
    if _ADDRESS.match(one.text) and not reading.address:
        reading.address, *rest = one.text.split(maxsplit=1)
        reading.leftover.extend(rest)
    elif found := markers.key(one):
        keyed(found, reading)
    elif (own := _OWN_NUMBER.match(one.text)) and not reading.reference:
        titled(own, one, reading)
    elif (body := _BODY.match(one.text)) and not reading.body:
        reading.body = body["body"].strip()
        reading.form.append(one.raw)
    elif any(words.fullmatch(one.text) for words in markers.FURNITURE):
        reading.form.append(one.raw)
    elif markers.POINTERS.search(one.raw) or markers.POINTERS.search(one.text):
        reading.leftover.append(one.raw)
    elif not one.cells and reading.title and normalise(one.text) == normalise(reading.title):
        reading.form.append(one.raw)
    else:
        return False
    return True


def titled(own: re.Match[str], one: Block, reading: Reading) -> None:
    """Take the reference and the title of a line like "Decision Log 008/2013 – Suspension of ..."."""
    reading.reference = " ".join(own["reference"].split())
    title = (own["title"] or "").strip()
    if not title:
        reading.form.append(one.raw)
        return
    reading.title = _FILE_NOTE.sub("", title)
    reading.form.append(one.raw)


def keyed(found: tuple[str, str, str], reading: Reading) -> None:
    """Put the value of a "name: value" line into its field; a second one is a doubt, and left over."""
    name, words, value = found
    reading.form.append(words.strip())
    if not value:
        return
    if name in ("signed", "decided", "published", "effective"):
        reading.dates_printed[name] = value
        day = dates.found(value)
        if day:
            reading.dates[name] = day.isoformat()
        else:
            reading.doubt(f"dates.{name}", f"‘{value}’ is not a date that exists. Enter the date.")
    elif normalise(getattr(reading, name)) == normalise(value):
        reading.form.append(value)
    elif getattr(reading, name):
        reading.leftover.append(value)
        reading.doubt(name, f"It is given twice; the second time as ‘{value}’.")
    else:
        setattr(reading, name, value)


def summary(part: Part, reading: Reading) -> None:
    """The executive summary: its paragraphs, lists and tables as they stand."""
    if part.words:
        reading.form.append(part.words)
    kept: list[str] = [reading.summary] if reading.summary else []
    before: Block | None = None
    for one in part.blocks:
        if found := markers.key(one) if len(one.text) < 200 else None:
            keyed(found, reading)
        elif (own := _OWN_NUMBER.match(one.text)) and not reading.reference:
            titled(own, one, reading)
        elif markers.POINTERS.search(one.raw):
            reading.leftover.append(one.raw)
        elif broken(before, one):
            kept[-1] = f"{kept[-1]} {one.text}"
        else:
            kept.append(one.printed)
        before = one
    reading.summary = "\n\n".join(kept)


def broken(before: Block | None, one: Block) -> bool:
    """Say whether a page or a line broke this paragraph off the one before."""
    return bool(
        before
        and not before.ended
        and not before.cells
        and not one.cells
        and not one.label
        and one.text[:1].islower()
    )
