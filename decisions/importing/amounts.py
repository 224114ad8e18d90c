"""Amounts in sentences: how much, how sure, for which years, out of which budget."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from decisions.importing.reading import Line
from pcd.money import UNITS

_SIZE = r"(?:\s?(?P<unit{n}>k|mn|m|bn|million|thousand|billion))?(?![\w])"
_FIGURES = r"(?P<number{n}>\d+(?:,\d+)*(?:\.\d+)?)"
#: The sign before an amount, or the word behind it: £5, GBP 5, 5 million pounds.
_SIGN = r"(?:£\s?|\bGBP\s?|(?<![\w.,£])(?=\d[\d,.]*(?: (?:thousand|million|billion))? pounds\b))"
_NUMBER = _SIGN + _FIGURES + _SIZE + r"(?: pounds\b)?"
AMOUNT = re.compile(
    _NUMBER.format(n="")
    + r"(?:\s?(?:(?:-|–|—|to|and)\s?"
    + _NUMBER.format(n="_to")
    + r"|[-–—]"
    + (_FIGURES + _SIZE).format(n="_short")
    + r"(?<=[kmn])))?",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"(?:€|\$|\bEUR\b|\bUSD\b)\s?\d[\d,.]*\d?(?:\s?(?:k|m|bn|million|thousand)\b)?")
_GROUPED = re.compile(r"^\d{1,3}(?:,\d{3})+(?:\.\d+)?$|^\d+(?:\.\d+)?$")
_YEAR = r"(?:FY\s?)?(?P<{n}>(?:20)?\d\d)(?:/(?:20)?|(?<=\d\d\d\d)[-–](?:20)?)(?P<{n}_end>\d\d)"
_YEARS = re.compile(
    rf"(?<![\d/-])\b{_YEAR.format(n='from')}(?:\s*(?:-|–|—|to|and)\s*{_YEAR.format(n='to')})?\b(?![/-]?\d)"
)
_SENTENCE = re.compile(r"(?<=[.;])(?<!excl\.)(?<!incl\.)(?<!approx\.)(?<!c\.)\s+(?=[A-Z(•-])|\n+")

#: What stands before or behind an amount, and what it says of it.
BEFORE = (
    (
        "up_to",
        re.compile(
            r"(?:up\s?to|maximum(?: (?:total )?(?:contract )?(?:value|cost|budget|amount))?(?: of)?|"
            r"not exceed(?:ing)?|no more than|max\.?)\s*$",
            re.IGNORECASE,
        ),
    ),
    (
        "estimate",
        re.compile(
            r"(?:approximately|approx\.?|circa|c\.?|around|about|estimated (?:at|"
            r"value of)|estimate of|expected to be|anticipated to be)\s*$",
            re.IGNORECASE,
        ),
    ),
)
_ANNUAL = re.compile(
    r"^\s*(?:\([^)]*\)\s*)?(?:revenue |running |ongoing )?(?:per annum|"
    r"p\.?\s?a\.?\b|a year|per year|each year|annually)",
    re.IGNORECASE,
)
_VAT = (
    (
        "excluding",
        re.compile(
            r"^\W*(?:\w+ ){0,2}?(?:excl?\.?|exclusive of|excluding|net of|plus|\+)\s*VAT", re.IGNORECASE
        ),
    ),
    (
        "including",
        re.compile(
            r"^\W*(?:\w+ ){0,2}?(?:incl?\.?|"
            r"inclusive of|including)\s*VAT",
            re.IGNORECASE,
        ),
    ),
)
_KINDS = (
    ("capital_receipt", re.compile(r"\breceipts\b|(?:capital|estimated|sale) receipt\b", re.IGNORECASE)),
    ("saving", re.compile(r"\bsav(?:e|es|ing|ings)\b|\bunderspend|\bcosts? (?:fall|reduc)", re.IGNORECASE)),
    ("capital", re.compile(r"\bcapital\b", re.IGNORECASE)),
    ("revenue", re.compile(r"\brevenue\b|\brunning costs?\b|\bBAU\b", re.IGNORECASE)),
    ("income", re.compile(r"\bincome\b|\bgrant funding\b", re.IGNORECASE)),
)
_FUNDED = re.compile(
    r"(?:funded|met|managed|contained|covered)\s+(?:by\s+\w+\s+)?(?:from|within|in|"
    r"by)\s+(?:within\s+)?(?:the\s+)?(?P<source>[^.;,]*(?:,[^.;,]*(?=budget))?(?:budgets?|"
    r"fund|MTFP|reserves?)\b)"
    r"|from\s+(?:the\s+|an\s+)?(?P<budget>[^.;£]{3,90}?\b(?:budgets?|reserves?)\b)",
    re.IGNORECASE,
)
#: Words before an amount by which it is told for comparison and not asked for.
_CONTEXT = re.compile(
    r"\b(?:to date|previous(?:ly)?|original(?:ly)?|initial application|overall|brings?|bringing|"
    r"in addition to|opening balance|out of|budget allocation of|target (?:is|of)|approved on|"
    r"(?<!not )(?:exceeds?|exceeded)|(?:budget|programme) (?:was|is)|made available|last year|threshold|"
    r"in excess of)\b[^£]{0,40}$"
    r"|(?:less than|under|above|below|(?:awards|grants|contracts|applications) (?:of )?over|(?:awards|grants) up to)"
    r"\s*$",
    re.IGNORECASE,
)
#: Words behind an amount that say the same of it.
_CONTEXT_AFTER = re.compile(
    r"^(?:\s*\([^)]*\))*(?:,)?\s*(?:(?:which |that )?(?:was|were|has been|have been) (?:previously |already )?"
    r"(?:approved|agreed|awarded|set)\b|or (?:above|more|over)\b|available\b|target\b|left\b)",
    re.IGNORECASE,
)


#: How many characters on either side of an amount may say what it is.
NEAR = 400


@dataclass(frozen=True)
class Found:
    """An amount in a sentence, and where it stands in it."""

    where: str
    sentence: str
    start: int
    end: int
    printed: str
    amount: str
    amount_to: str


def value(number: str, unit: str | None) -> str:
    """Return an amount as a decimal string in pounds and pence; empty where the number is malformed."""
    if not _GROUPED.match(number):
        return ""
    try:
        pounds = Decimal(number.replace(",", "")) * UNITS[(unit or "").lower()]
    except (InvalidOperation, KeyError):
        return ""
    return str(pounds.quantize(Decimal("0.01")))


def amounts(where: str, text: str) -> Iterator[Found]:
    """Yield the amounts of a text, each in its sentence."""
    for sentence in _SENTENCE.split(text):
        for one in AMOUNT.finditer(sentence):
            unit, to = one["unit"], one["number_to"]
            if one["number_short"]:  # "£1-2m": the second sign is left out, and with it the first size
                low = value(one["number"], unit or one["unit_short"])
                yield _placed(where, one, low, value(one["number_short"], one["unit_short"]))
                continue
            whole = _one(where, one, unit or (one["unit_to"] if to else None), to or "")
            between = re.search(r"between\s*$", whole.sentence[: whole.start], re.IGNORECASE)
            if not to or ((between or " and " not in one[0]) and _rises(whole)):
                yield whole
                continue
            # "£1m and £2m" are two amounts, and so are "from £2m to £1m"
            half = one.end("unit") if unit else one.end("number")
            for start, end in ((one.start(), half), (half, one.end())):
                part = AMOUNT.search(sentence, start, end)
                if part:
                    yield _one(where, part, part["unit"], "")


def _rises(one: Found) -> bool:
    return bool(one.amount and one.amount_to) and Decimal(one.amount) < Decimal(one.amount_to)


def _one(where: str, one: re.Match[str], unit: str | None, to: str) -> Found:
    return _placed(where, one, value(one["number"], unit), value(to, one["unit_to"]) if to else "")


def _placed(where: str, one: re.Match[str], amount: str, to: str) -> Found:
    """Return an amount in its sentence, of which only what is near is looked at."""
    first = max(0, one.start() - NEAR)
    sentence = one.string[first : one.end() + NEAR]
    return Found(where, sentence, one.start() - first, one.end() - first, one[0], amount, to)


def foreign(text: str) -> list[str]:
    """Return the amounts of a text that are in no pounds."""
    return [found[0] for found in _CURRENCY.finditer(text)]


def line(one: Found) -> Line:
    """Return a financial line of an amount and the words around it."""
    before, after = one.sentence[: one.start], one.sentence[one.end :]
    certainty = next((name for name, words in BEFORE if words.search(before)), "exact")
    funded = _FUNDED.search(after) or _FUNDED.search(before)
    source = next((text for text in funded.groups() if text), "").strip() if funded else ""
    first, last = years(after) or years(before) or (None, None)
    return Line(
        where=one.where,
        printed=one.printed,
        role="context" if _CONTEXT.search(before) or _CONTEXT_AFTER.search(after) else "asked",
        kind=_kind(before, after),
        certainty="range" if one.amount_to else certainty,
        amount=one.amount,
        amount_to=one.amount_to,
        vat=_vat(after),
        recurrence="per_annum" if _ANNUAL.search(after) else "one_off",
        year_from=first,
        year_to=last,
        funding_source=source[:200],
    )


def _vat(after: str) -> str:
    return next((name for name, words in _VAT if words.search(after)), "not_stated")


def _kind(before: str, after: str) -> str:
    """Return what the amount is, by the nearest words: those just before it, then those behind."""
    near = re.split(r"£[\d.,]+", before)[-1][-60:]
    for text in (near, re.split(r"[£,;]", after)[0][:80], before):
        if kind := next((kind for kind, words in _KINDS if words.search(text)), ""):
            return kind
    return ""


def years(text: str) -> tuple[int, int | None] | None:
    """Return the financial years that a text names first: the years in which they begin."""
    for one in _YEARS.finditer(text):
        first, last = (_begins(one[name], one[f"{name}_end"]) for name in ("from", "to"))
        if first:
            return first, last
    return None


def _begins(year: str | None, end: str | None) -> int | None:
    """Return the year in which a financial year begins; none where the two do not follow each other (30/11)."""
    if not year or not end:
        return None
    first = int(year) % 100
    return 2000 + first if (first + 1) % 100 == int(end) and len(year) in (2, 4) else None
