"""The end of a paper: the notice of Part 2, the deferral, the declarations and the signatures."""

import re

from decisions.importing import dates
from decisions.importing.parts import Part
from decisions.importing.reading import Declaration, Reading, Signature

_TICK = re.compile(r"[✓✔√☑☒🗹]|\b(?:yes|ticked)\b", re.IGNORECASE)

_STATEMENTS = (
    ("financial", re.compile(r"financial advice", re.IGNORECASE)),
    ("legal", re.compile(r"legal advice", re.IGNORECASE)),
    ("equalities", re.compile(r"equalit(?:y|ies) advice", re.IGNORECASE)),
    ("commercial", re.compile(r"commercial (?:issues|advice)", re.IGNORECASE)),
    ("privacy", re.compile(r"gdpr|data (?:privacy|protection)", re.IGNORECASE)),
    ("drafting_officer", re.compile(r"drafting officer", re.IGNORECASE)),
    (
        "head_of_service",
        re.compile(r"(?:assistant |deputy )?director|head of (?:service|unit)", re.IGNORECASE),
    ),
)

_NAMED = re.compile(
    r"(?:drafting officer|head of (?:service|unit)|"
    r"director(?:/head of service)?)?\s*:?\s*(?:the )?(?P<name>.+?) has (?:drafted|reviewed)",
    re.IGNORECASE,
)

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


def part2(part: Part, reading: Reading) -> None:
    """The public notice of the exempt paper: its marking, its grounds, its end, and the sentence why."""
    reading.form.append(part.words)
    notice = reading.part2
    notice.setdefault("exists", "yes")
    grounds: list[str] = notice.setdefault("grounds", [])
    notes: list[str] = notice.setdefault("notes", [])
    awaits = ""
    for one in part.blocks:
        text = one.printed
        if re.search(r"(?:classification|protective) marking", text, re.IGNORECASE):
            stem, _, value = text.partition(" is:")
            reading.form.append(one.raw if not value else f"{stem} is:")
            notice["marking"] = value.strip()
            awaits = "" if value else "marking"
        elif awaits:
            notice[awaits] = text
            awaits = ""
        elif found := re.match(
            r"part (?:2|ii) of (?P<title>.+?) (?:is|are) exempt\b.*$", text, re.IGNORECASE
        ):
            notice["title"] = found["title"]
            reading.form.append(one.raw)
        elif re.match(r"exempt\b.*\b(?:article|section|under|foia|order)", text, re.IGNORECASE):
            grounds.append(text)
        elif grounds and (one.label or text[:1].islower()) and not notice.get("ceases"):
            grounds[-1] = f"{grounds[-1]} {text}"
        elif re.search(r"cease\w* to be exempt", text, re.IGNORECASE):
            ceases(text, notice)
        else:
            notes.append(text)
    reading.part2["grounds"] = grounds


def ceases(text: str, notice: dict[str, object]) -> None:
    """Take when the paper ceases to be exempt: a date or an event, and the public sentence why it is withheld."""
    first, stop, rest = text.partition(". ")
    notice["ceases"] = first + stop.strip()
    notice["public_reason"] = rest.strip()
    if day := dates.found(first):
        notice["ceases_on"] = day.isoformat()
    elif event := re.search(
        r"cease\w* to be exempt\s+(?:upon|on|at|after|when|following)\s+(.+?)\.?$", first, re.IGNORECASE
    ):
        notice["ceases_event"] = event[1]


def notices(part: Part, reading: Reading) -> None:
    """The notices printed on the form: the form's own words."""
    reading.form.append(part.words)
    reading.form.extend(one.raw for one in part.blocks)


def answer(text: str) -> str:
    """Return what was answered: "yes", "no", or nothing where both stand there or none."""
    said = {word.lower() for word in re.findall(r"\b(yes|no)\b", text, re.IGNORECASE)}
    return said.pop() if len(said) == 1 else ""


def deferral(part: Part, reading: Reading) -> None:
    """Whether the publication of Part 1 is deferred, why, and until when."""
    reading.form.append(part.words)
    found = reading.deferral
    for one in part.blocks:
        if is_question := re.search(r"\bto be deferred\b\s*\??", one.text, re.IGNORECASE):
            found["deferred"] = answer(one.text[is_question.end() :])
            found["printed"] = one.printed
        elif reason := re.match(r"if yes,?(?: for)? what reason\s*:?", one.text, re.IGNORECASE):
            reading.form.append(reason[0])
            found["reason"] = one.text[reason.end() :].strip()
        elif until := re.match(r"until what date.*?(?::|$)", one.text, re.IGNORECASE):
            reading.form.append(until[0])
            found["until_printed"] = one.text[until.end() :].strip()
            day = dates.found(found["until_printed"])
            found["until"] = day.isoformat() if day else ""
        else:
            reading.form.append(one.raw)
    if not found.get("deferred"):
        reading.doubt("deferral", "Whether publication is deferred is not answered. Answer Yes or No.")


def part2_question(part: Part, reading: Reading) -> None:
    """Is there a Part 2 form?"""
    reading.form.append(part.words)
    asked_before = "is there a part" in part.words.lower()
    for one in part.blocks:
        question = re.search(r"is there a part (?:2|ii) form\b", one.text, re.IGNORECASE)
        if question or asked_before:
            said = answer(one.text[question.end() if question else 0 :])
            reading.part2["exists"] = said
            reading.part2["printed"] = one.text
            if not said:
                reading.doubt("part2", "Whether there is a Part 2 is not answered. Answer Yes or No.")
            asked_before = False
        else:
            reading.form.append(one.raw)


def declarations(part: Part, reading: Reading) -> None:
    """What the originating officer declared, and what was ticked."""
    reading.form.append(part.words)
    for one in part.blocks:
        cells = one.cells or (one.text,)
        key = next((key for key, words in _STATEMENTS if words.match(cells[0])), "")
        rest = " ".join(cells[1:])
        statement = cells[0] if one.cells else " ".join(_TICK.sub(" ", one.text).split())
        if key:
            mark = rest or " ".join(_TICK.findall(one.text))
            name = _NAMED.search(statement) if key in ("drafting_officer", "head_of_service") else None
            reading.declarations.append(
                Declaration(
                    key, statement, bool(_TICK.search(mark)), name["name"].strip() if name else "", mark
                )
            )
        elif reading.declarations and not one.cells:
            last = reading.declarations[-1]
            last.statement = f"{last.statement} {one.text}".strip()
            last.ticked = last.ticked or bool(_TICK.search(one.text))
        else:
            reading.form.append(one.raw)
    for row in reading.declarations:
        if not row.ticked:
            reading.doubt(f"declarations.{row.key}", f"‘{row.statement[:60]}’ is not ticked.")


def signature(part: Part, reading: Reading) -> None:
    """A signature: the statement, the name, the date. It is history, and never a signature of this system."""
    if not part.blocks:
        reading.form.append(part.words)
        return
    office = part.words.strip(" :")
    signed = office.lower().startswith("sign")
    found = Signature(office="" if signed else office)
    if signed:
        reading.form.append(part.words)
        signed_by(part.blocks.pop(0).text, found)
    statements: list[str] = []
    for one in part.blocks:
        if named := re.match(
            r"(?:signature|signed|sign|print(?: name)?|name)\b\s*:?\s*", one.text, re.IGNORECASE
        ):
            reading.form.append(named[0].strip())
            name, _, on = one.text[named.end() :].partition("Date")
            signed_by(name.strip(" :"), found)
            dated_on(on, found, reading)
        elif dated := re.match(r"date\s*:?\s*(?=\d|$)", one.text, re.IGNORECASE):
            dated_on(one.text[dated.end() :], found, reading)
        elif _STATES.match(one.text):
            statements.append(one.printed)
        elif (
            not found.name and _PERSON.match(one.text) and len(one.text) < 60 and "decisions" not in one.text
        ):
            reading.form.append(one.raw)
            signed_by(one.text, found)
        elif not statements and not found.date and part.name == "approval" and len(one.text) < 100:
            found.office = one.text
            reading.form.append(part.words)
        else:
            reading.leftover.append(one.raw)
    found.statement = "\n\n".join(statements)
    reading.signatures.append(found)


def dated_on(text: str, found: Signature, reading: Reading) -> None:
    """Take the date of a signature, and keep it as printed beside it."""
    reading.form.append("Date")
    day = dates.found(text)
    found.date = day.isoformat() if day else found.date
    found.note = f"{found.note} {text.strip(' :')}".strip()


def signed_by(text: str, found: Signature) -> None:
    """Take a name, and leave what was said beside it as a note."""
    name = re.sub(r"\s*\(.*\)\s*", "", text).strip(" .")
    found.note = f"{found.note} {text}".strip()
    if name and not name[0].islower():
        found.name = re.sub(r"^PCC ", "", name)
