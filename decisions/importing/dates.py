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


def found(text: str) -> date | None:
    """Return the first date in a text, day before month as in Britain; None where there is none that exists."""
    if one := _WRITTEN.search(text):
        month = next(n for n, name in enumerate(MONTHS, start=1) if name.startswith(one[2][:3].lower()))
        return _made(int(one[3]), month, int(one[1]))
    if one := _ISO.search(text):
        return _made(int(one[1]), int(one[2]), int(one[3]))
    if one := _FIGURES.search(text):
        year = int(one[3])
        return _made(year + 2000 if year < 100 else year, int(one[2]), int(one[1]))
    return None


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
