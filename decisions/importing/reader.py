"""From blocks to a reading: the parts of a paper are told apart by their opening words, then read one by one.

Every block ends in one place: a field, the form's own words, or `leftover`. Nothing is dropped.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from decisions.drafting.markings import closing_cells, closing_lines
from decisions.importing import dates, listing, markers, money
from decisions.importing.beginnings import cover, head, summary
from decisions.importing.blocks import PAGE_MARK, Block, Source, parted
from decisions.importing.bodies import part1, recommendations
from decisions.importing.endings import declarations, deferral, notices, part2, part2_question
from decisions.importing.parts import Part, divided
from decisions.importing.reading import Reading, words, words_of
from decisions.importing.signatures import signature
from decisions.references import NAMED, in_text, normalise

#: The words after which the marking of Part 2 stands, on the next line.
_OF_PART2 = r"\bmarking (?:for|of) part (?:2|ii)\b"
_MARKING_OF_PART2 = re.compile(rf"{_OF_PART2}(?: is)?\s*:?\s*$", re.IGNORECASE)

READERS: dict[str, Callable[[Part, Reading], None]] = {
    "cover": cover,
    "head": head,
    "summary": summary,
    "recommendations": recommendations,
    "approval": signature,
    "part1": part1,
    "part2": part2,
    "notices": notices,
    "deferral": deferral,
    "part2_question": part2_question,
    "declarations": declarations,
    "chief_executive": signature,
}

MISSING = (
    ("reference", "No reference was found. Enter it, or leave it empty for a new number."),
    ("title", "No title was found. Enter one."),
    ("decision_maker", "Who decides was not found."),
    ("summary", "No executive summary was found."),
    ("recommendations", "No recommendation was found."),
)

_LINK_KINDS = (
    ("amends", re.compile(r"amend(?:ment|s|ed|ing)?\b|vari(?:ation|es)\b", re.IGNORECASE)),
    ("supersedes", re.compile(r"supersed|replac", re.IGNORECASE)),
    ("extends", re.compile(r"\bexten(?:d|sion)", re.IGNORECASE)),
    ("implements", re.compile(r"\bimplement", re.IGNORECASE)),
    (
        "follows",
        re.compile(r"approv|agreed|previous|decision|further to|following|outlined|award", re.IGNORECASE),
    ),
)


def read(source: Source, *, file: str = "", mend: bool = True) -> Reading:
    """Read one file into the fields of a decision; what is not understood stands in `leftover` and `doubts`.

    Without `mend` what a scanner misread stays as it was printed.
    """
    reading = Reading(file=file, format=source.kind, set_aside=list(source.set_aside), marked=marked(source))
    for one in source.blocks:
        if one.margin:
            (reading.form if PAGE_MARK.match(one.raw) else reading.leftover).append(one.raw)
    reading.form.extend(one.label for one in source.blocks if one.label == "o")
    blocks = [
        markers.numbered(money.mended(one, reading) if mend else one)
        for whole in markers.unrowed([one for one in source.blocks if not one.margin])
        for one in parted(whole)
    ]
    if listing.is_one(blocks):
        listing.read(blocks, reading)
    else:
        for part in divided(blocks):
            READERS[part.name](part, reading)
        completed(reading, blocks, source)
    keep_whole(reading, source)
    return reading


def marked(source: Source) -> list[str]:
    """Return the lines that mark the paper as closed; not the one that answers how its Part 2 is marked."""
    found = closing_lines(source.title)
    for before, one in pairwise((Block("", ""), *source.blocks)):
        asked = (before.raw, *one.cells[:-1])
        if one.margin or not any(map(_MARKING_OF_PART2.search, asked)):
            found += closing_lines(one.raw)
            lines = [
                line
                for above, line in pairwise(("", *one.lines))
                if not (_MARKING_OF_PART2.search(above) or re.search(_OF_PART2, line, re.IGNORECASE))
            ]
            found += [*closing_lines("\n".join(lines)), *closing_cells(lines)]
    return list(dict.fromkeys(found))


def read_as_printed(source: Source, *, file: str = "") -> Reading:
    """Read one file with its words as printed; what was put right stands in its amounts and contracts alone."""
    reading = read(source, file=file)
    if not reading.corrected:
        return reading
    printed = read(source, file=file, mend=False)
    data = ("amounts", "financial_lines", "contract_awards", "grants", "corrected")
    return replace(printed, **{name: getattr(reading, name) for name in data})


def keep_whole(reading: Reading, source: Source) -> None:
    """Leave over every line some words of which stand in no field: the last guard that none is lost."""
    have = words_of(reading)
    for one in source.blocks:
        printed = words(one.raw)
        if any(count > have[word] for word, count in printed.items()):
            reading.leftover.append(one.raw)
        have.subtract(printed)


def completed(reading: Reading, blocks: list[Block], source: Source) -> None:
    """Find what stands nowhere by itself: reference, decision maker, dates, money, links; and doubt what is missing."""
    everything = "\n".join(one.text for one in blocks)
    if not reading.reference:
        places = [
            reading.title,
            *reading.leftover,
            reading.address.rsplit("/", 1)[-1].replace("-", " ").upper(),
        ]
        own = next((one for text in places if (one := NAMED.search(text))), None)
        if own:
            reading.reference = " ".join(own[0].split())
            reading.doubt(
                "reference", f"‘{reading.reference}’ was taken from elsewhere on the page. Check it."
            )
    own_title(reading)
    if not reading.decision_maker:
        reading.decision_maker = decider(reading, everything)
    for signed in reading.signatures:
        signed.office = signed.office or reading.decision_maker
    approval = next(
        (one for one in reading.signatures if one.date and "chief" not in one.office.lower()), None
    )
    dated = next((row for row in reading.particulars if markers.DATED.fullmatch(row["name"])), None)
    if (
        dated
        and (day := dates.found(dated["value"]))
        and not approval
        and not {"decided", "signed"} & reading.dates.keys()
    ):
        # a bare date at the beginning is that of the decision where no clearer one stands
        reading.particulars.remove(dated)
        reading.form.append(dated["name"])
        reading.dates["decided"], reading.dates_printed["decided"] = day.isoformat(), dated["value"]
    if approval and "signed" not in reading.dates:
        reading.dates["signed"] = approval.date
    money.found(reading)
    links(reading, everything)
    for name, sentence in MISSING:
        if not getattr(reading, name):
            reading.doubt(name, sentence)
    if not reading.part2.get("exists") and _PART2.search(everything):
        reading.part2["exists"] = "yes"
        reading.doubt("part2", "The text speaks of a Part 2. Check that there is one, and on which grounds.")


_PART2 = re.compile(r"\b(?:part (?:2|two|ii)|exempt report)\b", re.IGNORECASE)


def own_title(reading: Reading) -> None:
    """Take the paper's own reference out of its title; another one there is a doubt."""
    found = NAMED.match(reading.title)
    if not found:
        return
    inside = normalise(found[0].strip())
    rest = reading.title[found.end() :].lstrip(" -–—:")
    if inside == normalise(reading.reference) and rest:
        reading.form.append(found[0])
        reading.title = rest
    elif inside != normalise(reading.reference):
        reading.doubt(
            "reference", f"The title says {found[0].strip()}, and the reference says {reading.reference}."
        )


_DMPC = re.compile(r"\bDMPC\b|deputy mayor", re.IGNORECASE)
_COMMISSIONER = re.compile(r"\bP(?:F)?CC\b|police(?:, fire)? and crime commissioner", re.IGNORECASE)
_DECIDERS = re.compile(r"deputy mayor|\bmayor\b|commissioner|\bP(?:F)?CC\b", re.IGNORECASE)


def named(office: str) -> str:
    """Return an office that was printed in capitals as it is written."""
    words = (word if word in ("AND", "FOR", "OF", "THE") else word.capitalize() for word in office.split())
    return (
        " ".join(word.lower() if word.isupper() else word for word in words) if office.isupper() else office
    )


def decider(reading: Reading, everything: str) -> str:
    """Return who decides, by the body that is named, the words that ask, and the text, in this order."""
    if re.search(r"commissioner", reading.body, re.IGNORECASE):
        return named(reading.body)
    signer = next((one.office for one in reading.signatures if _DECIDERS.search(one.office)), "")
    if signer and not _DMPC.search(signer):
        return signer.removesuffix(" Approval")
    if signer or _DMPC.search(everything):
        return "Deputy Mayor for Policing and Crime"
    if found := _COMMISSIONER.search(everything):
        reading.doubt("decision_maker", "Who decides is not said on its own line. Check it.")
        return (
            "Police, Fire and Crime Commissioner"
            if "f" in found[0].lower()
            else "Police and Crime Commissioner"
        )
    return ""


def links(reading: Reading, everything: str) -> None:
    """Find the other decisions that the paper names, and what it does to them."""
    own = normalise(reading.reference)
    seen: set[str] = set()
    for sentence in re.split(r"(?<=[.;])\s+(?=[A-Z(])|\n", everything):
        for found in in_text(sentence):
            printed_as = " ".join(found[0].split()).rstrip("/- ")
            if normalise(printed_as) in seen | {own, ""} or own.endswith(normalise(printed_as)):
                continue
            seen.add(normalise(printed_as))
            near = sentence[max(0, found.start() - 60) : found.end() + 20]
            kind = next((kind for kind, words in _LINK_KINDS if words.search(near)), "")
            kind = kind or ("follows" if re.search(r"\bapproved\b", sentence) else "relates_to")
            reading.links.append({"kind": kind, "reference": printed_as})
