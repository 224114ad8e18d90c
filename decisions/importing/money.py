"""The money of a paper: each amount in its place, the lines, the contracts and the grants.

Amounts of recommendations, of the summary and of the financial section become lines, contracts and grants; `amounts`
of the reading lists every amount of the paper with its place.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from decisions.importing import tables
from decisions.importing.amounts import BEFORE, Found, amounts, foreign, line, years
from decisions.importing.blocks import Block
from decisions.importing.contracts import awards, is_contract
from decisions.importing.reading import Grant, Line, Reading, walk

#: A pound sign that a scanner read as E or f, in front of figures with a size: `E225k`.
_MISREAD = re.compile(r"(?<![\w£])[Ef](?=(\d[\d,]*(?:\.\d+)?\s?(?:k|m|bn|million|thousand|billion)\b))")
#: So many amounts of one text are told apart; a text with more is a ledger, whose amounts are only listed.
MOST = 300
_RECEIVED = re.compile(r"\baccept|\breceiv|\bbid\b|\bgrant (?:award )?of .* from\b", re.IGNORECASE)
_TO = re.compile(
    r"^(?:\s*each)?\s*(?:\([^)]*\)\s*)?(?:from [^,;.£]{3,40}? )?"
    r"(?:(?:of )?(?:additional |further )?(?:grant |funding )*(?:in (?:FY\s?)?\d\d[\d/-]* )?)to (?:the )?"
    r"(?P<name>[A-Z][^,;.£(|]*?)"
    r"(?=\s+(?:to|for|and £|towards|over|in respect)\b|\s*[,;.(|]|\s+and\s*$|$)"
)
#: The recipient named before the amount: "award Galop up to £200,000".
_GIVEN_TO = re.compile(
    r"(?:award|grant) (?:the )?(?P<name>[A-Z][\w&’' -]+?)\s*(?:(?:grant funding |a grant |funding )?(?:of )?"
    r"(?:up to|a maximum of)?)\s*$"
)
_FROM = re.compile(
    r"from (?:the )?(?P<name>[A-Z][\w&’' ()]*?)(?=\s+(?:to|for|as|"
    r"in|of|towards|over)\b|[,;.)]|$)|(?P<office>Home Office)\b"
)


#: Words behind a name that are no part of it: what is done, when, and how.
_BEHIND = re.compile(
    r"\s+(?:(?:is|are|was|were|be|been|will|shall|has|have|had|which|who|whose|subject|during|each|per|under|via|as)\b"
    r"|(?:in|from|on|at|until|by) (?:(?:the|a|an|each|both|respect|FY|financial|this|next)\b|£?\d|"
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)\b)).*$",
    re.DOTALL,
)
_GIVES = re.compile(r"\bto (?:offer|award|give)\b|\baward(?:ed|ing)?\b", re.IGNORECASE)
_EACH = re.compile(r"\b(\d{1,2}) grants\b[^£]*$", re.IGNORECASE)


def mended(one: Block, reading: Reading) -> Block:
    """Put right what a scanner misread in a block's amounts, and say so."""
    if not _MISREAD.search(one.text):
        return one
    for found in _MISREAD.finditer(one.text):
        reading.correct(one.number or one.text[:40], f"{found[0]}{found[1]}", f"£{found[1]}")
    return replace(
        one, text=_MISREAD.sub("£", one.text), cells=tuple(_MISREAD.sub("£", cell) for cell in one.cells)
    )


def texts(reading: Reading) -> Iterator[tuple[str, str]]:
    """Yield every text of the paper with its place, the recommendations first."""
    yield from ((f"recommendation {label}", item.text) for label, item in walk(reading.recommendations))
    yield "recommendations", reading.recommendations_lead
    yield "recommendations", reading.recommendations_note
    yield "summary", reading.summary
    for section in reading.sections:
        name = section.number or section.heading
        for paragraph in section.paragraphs:
            yield (
                (f"section {name}, {paragraph.number}" if paragraph.number else f"section {name}"),
                paragraph.text,
            )
    yield "title", reading.title


def found(reading: Reading) -> None:
    """Fill the amounts, lines, contracts and grants of a reading from its texts."""
    kinds = {section.number or section.heading: section.kind for section in reading.sections}
    single = len(walk(reading.recommendations)) == 1
    for where, text in texts(reading):
        kind = kinds.get(where.removeprefix("section ").split(",")[0], "")
        counts = (
            where.startswith("recommendation") or where == "summary" or kind in ("financial", "commercial")
        )
        if counts and tables.lines(text):
            # what stands in a table below the only recommendation belongs to it
            tabled("recommendation 1" if single and where == "recommendations" else where, text, reading)
        for one in amounts(where, text):
            noted(one, reading)
        for one in islice(amounts(where, tables.without(text)), MOST) if counts else ():
            placed(one, reading)
        for printed in foreign(text):
            reading.doubt(where, f"‘{printed}’ is not in pounds. Enter the amount in pounds.")
    reading.contract_awards = awards(reading, list(texts(reading)))
    taken = {(award.value) for award in reading.contract_awards}
    reading.financial_lines = [
        line
        for line in reading.financial_lines
        if line.amount not in taken or line.kind in ("capital", "revenue")
    ]
    for row in reading.financial_lines:
        row.kind = row.kind or inherited(row, reading.financial_lines)


def inherited(line: Line, lines: list[Line]) -> str:
    """Return the kind of the recommendation above a line: the parts of a capital budget are capital."""
    above = [row for row in lines if row.kind and re.match(rf"{re.escape(row.where)}(?!\d|$)", line.where)]
    return above[-1].kind if above and line.where.startswith("recommendation ") else ""


def noted(one: Found, reading: Reading) -> None:
    """List an amount with its place, and doubt one that cannot be read."""
    reading.amounts.append(
        {"where": one.where, "printed": one.printed, "amount": one.amount, "amount_to": one.amount_to}
    )
    if not one.amount:
        reading.doubt(one.where, f"‘{one.printed}’ is not an amount that can be read. Enter the amount.")
    elif re.fullmatch(r"£\s?\d{1,3}\.\d", one.printed):
        reading.doubt(one.where, f"‘{one.printed}’ seems to lack its size, such as m or k.")


def tabled(where: str, text: str, reading: Reading) -> None:
    """Take the rows of a table: grants, where it speaks of recipients, and otherwise lines; a total is no row."""
    asked = " ".join(item.text for item in reading.recommendations)
    around = f"{tables.without(text)} {reading.recommendations_lead} {asked}"
    for heading, row in tables.rows(text):
        span = (min(row.by_year), max(row.by_year)) if row.by_year else (None, None)
        last = span[1] if span[1] != span[0] else None
        if tables.GIVES.search(f"{heading} {around}"):
            if not row.is_total:
                reading.grants.append(
                    Grant(where, "given", row.total, counterparty=row.name, by_year=row.by_year)
                )
                reading.grants[-1].year_from, reading.grants[-1].year_to = span[0], last
        else:
            sentence, start = f"{row.name} {row.printed}", len(row.name) + 1
            fresh = line(Found(where, sentence, start, len(sentence), row.printed, row.total, ""))
            fresh.by_year, fresh.year_from, fresh.year_to = row.by_year, span[0], last
            fresh.role = "context" if row.is_total else fresh.role
            reading.financial_lines.append(fresh)


def placed(one: Found, reading: Reading) -> None:
    """Put an amount among the grants or the lines; one that is there already is only completed."""
    grant = granted(one)
    if grant:
        same = next((row for row in reading.grants if row.amount == grant.amount), None)
        if same is None or (same.where == grant.where and same.counterparty != grant.counterparty):
            times = (
                _EACH.search(one.sentence[: one.start]) if " each" in one.sentence[one.end :][:6] else None
            )
            reading.grants.extend(replace(grant) for _ in range(int(times[1]) if times else 1))
        elif not same.counterparty:
            same.counterparty = grant.counterparty
        return
    fresh = line(one)
    apart = one.where.startswith("recommendation ")
    same_line = next(
        (
            row
            for row in reading.financial_lines
            if row.amount == fresh.amount and row.amount and not (apart and row.where != one.where)
        ),
        None,
    )
    if same_line is None:
        if not any(row.amount == fresh.amount and row.amount for row in reading.grants):
            reading.financial_lines.append(fresh)
        return
    for name in ("kind", "funding_source", "year_from", "year_to"):
        if not getattr(same_line, name):
            setattr(same_line, name, getattr(fresh, name))
    if same_line.recurrence == "one_off":
        same_line.recurrence = fresh.recurrence
    if same_line.vat == "not_stated":
        same_line.vat = fresh.vat


def granted(one: Found) -> Grant | None:
    """Return a grant, where the sentence speaks of one and not of a contract or a budget."""
    sentence = one.sentence
    if not re.search(
        r"\bgrants?\b|\bto (?:award|offer)\b|\ballocation of\b|\bawards to\b|\bfunding (?:in [\d/-]+ )?to\b",
        sentence,
        re.IGNORECASE,
    ):
        to = _TO.search(sentence[one.end :])
        if not (to and re.match(r"^£", sentence.strip())):
            return None
    if re.search(
        r"\bpower to grant\b|\bgrant (?:the|this|an?) (?:application|request|permission)",
        sentence,
        re.IGNORECASE,
    ):
        return None
    if is_contract(sentence) and not re.search(r"\bgrants?\b", sentence, re.IGNORECASE):
        return None
    if re.search(
        r"\bcosts?\b|\bbudgets? (?:was|were|of)\b|changes",
        sentence[max(0, one.start - 40) : one.start],
        re.IGNORECASE,
    ):
        return None
    before, after = sentence[: one.start], sentence[one.end :]
    first, last = years(after) or years(before) or (None, None)
    certainty = next((name for name, words in BEFORE if words.search(before)), "exact")
    received = bool(_RECEIVED.search(sentence)) and not _TO.search(after)
    name = ""
    if received:
        giver = _FROM.search(sentence)
        name = re.sub(r"\s*\(.*$", "", giver["name"] or giver["office"] or "") if giver else ""
    elif to := _TO.search(after) or _GIVEN_TO.search(before):
        name = to["name"]
    elif not (re.search(r"grant", before[-40:] + after[:40], re.IGNORECASE) and _GIVES.search(sentence)):
        return None
    return Grant(
        where=one.where,
        direction="received" if received else "given",
        amount=one.amount,
        certainty=certainty,
        counterparty=_BEHIND.sub("", name).strip(" ."),
        year_from=first,
        year_to=last,
    )
