"""Signatures of papers: they are history, and never a signature of this system."""

import re

from decisions.importing import dates
from decisions.importing.blocks import Block, unmarked
from decisions.importing.parts import Part
from decisions.importing.reading import Reading, Signature

_STATES = re.compile(
    r"^(?:i (?:have|confirm|approve|hereby|am)\b|"
    r"the above (?:request|proposal)\b|any such)",
    re.IGNORECASE,
)

_PERSON = re.compile(
    r"^(?:(?:mr|mrs|ms|dr|sir|dame|pcc|"
    r"cllr)\.? )?[A-Z][\w’'.-]*(?: [A-Z][\w’'.-]+){0,4}\.?$",
    re.IGNORECASE,
)

_NAMED = re.compile(r"(?:signature|signed|sign|print(?: name)?|name)\b\s*:?\s*", re.IGNORECASE)
_DATED = re.compile(r"dated?\s*:?\s*(?=\D{0,12}\d|$)", re.IGNORECASE)
_DATE_WITHIN = re.compile(r"\bdated?\b", re.IGNORECASE)
_BELOW = re.compile(r"\brecorded below\W*$", re.IGNORECASE)
_OFFICE_BEFORE = re.compile(
    r"^(?:PCC|(?:the )?(?:Deputy )?Police(?:, Fire)? and Crime Commissioner(?: for [A-Z]\w+)?),?\s+(?=[A-Z])"
)
#: Headings over a signature that name no office.
_NO_OFFICE = ("approval", "approval of", "report approval", "officer approval", "decision")


def signature(part: Part, reading: Reading) -> None:
    """A signature: the statement, the name, the date."""
    if not part.blocks:
        reading.form.append(part.words)
        return
    office = unmarked(part.words).strip(" :")
    signed = office.lower().startswith("sign")
    found = Signature(office="" if signed or office.lower() in _NO_OFFICE else office)
    if not found.office:
        reading.form.append(part.words)
    if signed:
        signed_by(part.blocks.pop(0).text, found)
    statements: list[str] = []
    for one in part.blocks:
        if named := _NAMED.match(one.text):
            reading.form.append(named[0].strip())
            rest = one.text[named.end() :]
            within = _DATE_WITHIN.search(rest)
            signed_by((rest[: within.start()] if within else rest).strip(" :"), found)
            if within:
                dated_on(within[0], rest[within.end() :], found, reading)
        elif dated := _DATED.match(one.text):
            dated_on(dated[0], one.text[dated.end() :], found, reading)
        elif _STATES.match(one.text) or (statements and _BELOW.search(statements[-1])):
            statements.append(one.printed)
        elif not named_alone(one, part, found, reading, stated=bool(statements)):
            reading.leftover.append(one.raw)
    found.statement = "\n\n".join(statements)
    reading.signatures.append(found)


def named_alone(one: Block, part: Part, found: Signature, reading: Reading, *, stated: bool) -> bool:
    """Take a date, a name or an office that stands alone; False where the line is none of these."""
    if not found.date and dates.whole(one.text):
        dated_on("", one.text, found, reading)
    elif not found.name and _PERSON.match(one.printed) and len(one.text) < 60 and "decisions" not in one.text:
        reading.form.append(one.raw)
        signed_by(one.printed, found)
    elif not found.office and not stated and part.name == "approval" and len(one.text) < 100:
        found.office = one.text
    else:
        return False
    return True


def dated_on(words: str, text: str, found: Signature, reading: Reading) -> None:
    """Take the date of a signature, and keep it as printed beside it."""
    reading.form.extend(word for word in [words.strip(" :")] if word)
    day = dates.found(text)
    found.date = day.isoformat() if day else found.date
    found.note = f"{found.note} {text.strip(' :')}".strip()


def signed_by(text: str, found: Signature) -> None:
    """Take a name, and leave what was said beside it as a note."""
    name = re.sub(r"\s*\(.*\)\s*", "", text).strip(" .")
    found.note = f"{found.note} {text}".strip()
    if name and not name[0].islower():
        found.name = _OFFICE_BEFORE.sub("", name)
