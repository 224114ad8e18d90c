"""A date as three texts, read to a real date or refused with a sentence and the boxes at fault."""

import calendar
import re
from datetime import date

from django.core.exceptions import ValidationError

ALL = ("day", "month", "year")
MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
NUMBER = re.compile(r"[0-9]{1,4}")


def refuse(label: str, words: str, *parts: str) -> ValidationError:
    """The error of a date; its code names the boxes to mark."""
    return ValidationError(f"{label} {words}", code=" ".join(parts or ALL))


def split(texts: list[str]) -> list[str]:
    """The three boxes, also when a whole date such as "12 3 2024" or "12/03/2024" was put into the first."""
    if texts[0] and not any(texts[1:]):
        pieces = re.split(r"[\s/.\-]+", texts[0])
        return pieces if len(pieces) == len(ALL) else texts
    return texts


def number(text: str) -> int | None:
    """A whole number of at most four digits."""
    return int(text) if NUMBER.fullmatch(text) else None


def parse_date(texts: list[str], label: str) -> date | None:
    """The date of a day, a month (number or name) and a year; None when all are empty; raises ValidationError."""
    texts = split([text.strip() for text in texts])
    if not any(texts):
        return None
    missing = [part for part, text in zip(ALL, texts, strict=True) if not text]
    if missing:
        raise refuse(label, f"must include a {' and a '.join(missing)}", *missing)
    day, year = number(texts[0]), number(texts[2])
    month = MONTHS.get(texts[1].lower().rstrip(".")) or number(texts[1])
    if year is not None and len(texts[2]) != 4:
        raise refuse(label, "must have a year of four numbers, like 2024", "year")
    values = dict(zip(ALL, (day, month, year), strict=True))
    if wrong := [part for part, value in values.items() if not value]:
        raise refuse(label, "must be a real date, like 12 3 2024", *wrong)
    try:
        return date(year or 0, month or 0, day or 0)
    except ValueError:
        at_fault = "month" if (month or 0) > 12 else "day"
        raise refuse(label, "must be a real date, like 12 3 2024", at_fault) from None
