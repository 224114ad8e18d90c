"""The beginning of a paper: its keys, its title, and the executive summary."""

import re
from dataclasses import replace

from decisions.importing import dates, markers
from decisions.importing.blocks import Block, broken_off, continued, joined
from decisions.importing.parts import Part
from decisions.importing.reading import Reading
from decisions.references import normalise

_ADDRESS = re.compile(r"^https?://\S+")

_OWN_NUMBER = re.compile(
    r"^(?:(?:request for (?:an? )?)?(?:(?:dmpc|p(?:f)?cc|mopac|ceo) )?decision(?: log| notice| record)?"
    r"(?: number| no\.?)?\s*[-–—:]?\s*(?P<reference>[A-Z]{0,6}[ /-]?\d[\d/. -]*(?: of )?\d+)|(?P<bare>\d{1,3}/\d{4}))"
    r"\s*(?:[-–—:]\s*(?P<title>.*))?$",
    re.IGNORECASE,
)

_FILE_NOTE = re.compile(r"\s*\((?:application|image|text)[^)]*\)$")

_BODY = (
    re.compile(
        r"^(?P<body>.*(?:commissioner|mayor's office|mayor’s office|opcc|mopac).*?)\s*[-–—]\s*(?:decision|request).*$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:office of )?(?:the )?(?P<body>police(?:,? fire)? (?:and|&) crime commissioner for \w+(?:[ ,]+\w+){0,4}"
        r"|(?:\w+ ){1,3}police(?:,? fire)? (?:and|&) crime commissioner)$",
        re.IGNORECASE,
    ),
)
_DAY_ALONE = 30
_DEAR = re.compile(r"^Dear\b.{0,60}$")


def cover(part: Part, reading: Reading) -> None:
    """The beginning of a paper whose summary has a place of its own."""
    reading.leftover.extend(one.raw for one in opened(part.blocks, reading))


def head(part: Part, reading: Reading) -> None:
    """The beginning: the keys, the title, and, in papers without a heading for it, the summary."""
    if free := opened(part.blocks, reading):
        summary(Part("summary", "", free), reading)


def opened(blocks: list[Block], reading: Reading) -> list[Block]:
    """Take the keys, the title and what stands around them; return what is none of these."""
    blocks = beside(blocks)
    has_title = any((found := markers.key(one)) and found[0] == "title" for one in blocks)
    free: list[Block] = []
    # of a letter the addresses stand before the salutation, and its subject behind it
    salutation = next((n for n, one in enumerate(blocks) if _DEAR.match(one.text)), -1)
    for n, one in enumerate(blocks):
        if around(one, reading):
            continue
        other = markers.PARTICULAR.match(markers.DATE_BEHIND.sub("Date: ", markers.line(one)))
        if other and (has_title or markers.BY_THE_WAY.fullmatch(other["name"])):
            reading.form.extend([one.label] if one.label else [])
            reading.particulars.append({"name": other["name"], "value": other["value"]})
        elif (
            len(one.text) <= _DAY_ALONE and (day := dates.whole(one.text)) and "decided" not in reading.dates
        ):
            reading.dates["decided"], reading.dates_printed["decided"] = day.isoformat(), one.text
            reading.doubt("dates.decided", f"‘{one.text}’ stands alone. Is it the date of the decision?")
        elif n <= salutation or (has_title and not reading.title):
            reading.leftover.append(one.raw)
        elif not reading.title and not one.cells and len(one.text) <= 300 and not (free and one.ended):
            reading.title = one.printed
        else:
            free.append(one)
    return free


def beside(blocks: list[Block]) -> list[Block]:
    """Put a value that stands on the line below its name beside it: "Reference code:", "PCD 1"."""
    found: list[Block] = []
    for one in blocks:
        if found and markers.DATED.fullmatch(found[-1].text) and dates.whole(one.text):
            found[-1] = joined(replace(found[-1], text=f"{found[-1].text.rstrip(': ')}:"), one)
            continue
        name = markers.name_alone(found[-1]) if found else ""
        if name and not markers.key(one) and markers.VALUES[name].fullmatch(one.text):
            found[-1] = joined(replace(found[-1], text=f"{found[-1].text.rstrip(': ')}:"), one)
        else:
            found.append(one)
    return found


def around(one: Block, reading: Reading) -> bool:
    """Take a line that says what the paper is, and not what it is about; False where it is no such line."""
    if _ADDRESS.match(one.text) and not reading.address:
        reading.address, *rest = one.text.split(maxsplit=1)
        reading.leftover.extend(rest)
    elif found := markers.key(one):
        keyed(found, reading)
    elif (own := _OWN_NUMBER.match(one.text)) and not reading.reference:
        titled(own, one, reading)
    elif any(words.fullmatch(one.text) for words in markers.FURNITURE):
        reading.form.append(one.raw)
    elif (body := _matched(_BODY, one.text)) and not reading.body:
        reading.body = body["body"].strip()
        reading.form.append(one.raw)
    elif markers.POINTERS.search(one.raw) or markers.POINTERS.search(one.text):
        reading.leftover.append(one.raw)
    elif not one.cells and reading.title and normalise(one.text) == normalise(reading.title):
        reading.form.append(one.raw)
    else:
        return False
    return True


def _matched(patterns: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    return next((found for one in patterns if len(text) <= 300 and (found := one.match(text))), None)


def titled(own: re.Match[str], one: Block, reading: Reading) -> None:
    """Take the reference and the title of a line like "Decision Log 008/2013 – Suspension of ..."."""
    reading.reference = " ".join((own["reference"] or own["bare"]).split())
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
        # what stands at its own name counts before what a heading said
        reading.form.append(getattr(reading, name))
        setattr(reading, name, value)
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
        elif before and kept and broken_off(before.text, one):
            kept[-1] = continued(kept[-1], one.text)
        else:
            kept.append(one.printed)
        before = one
    reading.summary = "\n\n".join(kept)
