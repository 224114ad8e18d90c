"""Dates as papers print them."""

import re
from datetime import date

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_NAMES = "|".join(f"{month[:3]}(?:{month[3:]})?" if month != "may" else "may" for month in MONTHS)
_WRITTEN = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({_NAMES}|sept)\.?,?\s+(\d{{4}})\b", re.IGNORECASE
)
_FIGURES = re.compile(r"\b(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4}|\d{2})\b")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_AMERICAN = re.compile(rf"\b({_NAMES}|sept)\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.IGNORECASE)
_DAYS = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?"
_WHOLE = re.compile(
    rf"{_DAYS}(?:{_WRITTEN.pattern}|{_FIGURES.pattern}|{_ISO.pattern}|{_AMERICAN.pattern})", re.IGNORECASE
)


def found(text: str) -> date | None:
    """Return the first date in a text, day before month as in Britain; None where there is none that exists."""
    if one := _WRITTEN.search(text):
        return _made(int(one[3]), _month(one[2]), int(one[1]))
    if one := _ISO.search(text):
        return _made(int(one[1]), int(one[2]), int(one[3]))
    if one := _FIGURES.search(text):
        year = int(one[3])
        return _made(year + 2000 if year < 100 else year, int(one[2]), int(one[1]))
    if one := _AMERICAN.search(text):
        return _made(int(one[3]), _month(one[1]), int(one[2]))
    return None


def whole(text: str) -> date | None:
    """Return the date that a text is, and nothing else."""
    return found(text) if _WHOLE.fullmatch(text.strip(" .")) else None


def _month(name: str) -> int:
    return next(n for n, month in enumerate(MONTHS, start=1) if month.startswith(name[:3].lower()))


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
