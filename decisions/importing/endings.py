"""The end of a paper: the notice of Part 2, the deferral and the declarations."""

import re

from decisions.importing import dates
from decisions.importing.parts import Part
from decisions.importing.reading import Declaration, Reading

_TICK = re.compile(r"[✓✔√☑☒🗹]|\b(?:yes|ticked)\b|^\s*x\s*$", re.IGNORECASE)

_BOX = re.compile("[☐□]")

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

#: The beginning of a ground of exemption, or what one names.
GROUND = re.compile(
    r"^(?:the \w+ is )?exempt\b.*\b(?:article|section|s\.?\s?\d\d|under|foia|order|eir)|"
    r"^(?:foia?|freedom of information act(?: 2000)?|article|section|s\.?\s?)\W*(?:section |s\.?)?\d",
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
        text = one.text
        if re.search(r"(?:classification|protective) marking", text, re.IGNORECASE):
            stem = re.match(r".*?(?: is\s*:?|:)", text) or re.match(r".*", text)
            value = text[stem.end() :].strip() if stem else ""
            reading.form.append(stem[0] if stem else text)
            notice["marking"] = value
            awaits = "" if value else "marking"
        elif awaits:
            notice[awaits] = text
            awaits = ""
        elif found := re.match(
            r"part (?:2|ii) of (?P<title>.+?) (?:is|are) exempt\b.*$", text, re.IGNORECASE
        ):
            notice["title"] = found["title"]
            reading.form.append(one.raw)
        elif GROUND.search(text) and not re.search(r"cease\w* to be", text, re.IGNORECASE):
            grounds.append(text)
        elif grounds and (one.label or text[:1].islower()) and not notice.get("ceases"):
            grounds[-1] = f"{grounds[-1]} {one.printed}"
        elif re.search(r"cease\w* to be exempt", text, re.IGNORECASE):
            ceases(text, notice)
        else:
            notes.append(one.printed)
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
    awaits = ""
    for one in part.blocks:
        if is_question := re.search(r"\bto be deferred\b\s*\??", one.text, re.IGNORECASE):
            found["deferred"] = answer(one.text[is_question.end() :])
            found["printed"] = one.printed
        elif reason := re.match(r"if yes,?(?: for)? what reason\s*:?", one.text, re.IGNORECASE):
            reading.form.append(reason[0])
            found["reason"] = one.text[reason.end() :].strip()
            awaits = "" if found["reason"] else "reason"
        elif until := re.match(r"until what date.*?(?::|$)", one.text, re.IGNORECASE):
            reading.form.append(until[0])
            found["until_printed"] = one.text[until.end() :].strip()
            awaits = "" if found["until_printed"] else "until_printed"
        elif awaits:
            found[awaits] = f"{found[awaits]} {one.printed}".strip()
        else:
            reading.form.append(one.raw)
    day = dates.found(found.get("until_printed", ""))
    found["until"] = day.isoformat() if day else ""
    if found["until"] == "" and found.get("until_printed"):
        reading.doubt(
            "deferral", f"‘{found['until_printed']}’ is no date. Enter the date until which it is deferred."
        )
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
        statement = cells[0] if one.cells else " ".join(_BOX.sub(" ", _TICK.sub(" ", one.text)).split())
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
