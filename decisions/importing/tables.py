"""Tables of money in a text: a row for each recipient or budget, a column for each year, and a total."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from decisions.importing.amounts import AMOUNT, value, years

_RULE = re.compile(r"^[\s|:-]+$")
_TOTAL = re.compile(r"^(?:grand |sub-?)?total\b|^(?:overall|all)\b", re.IGNORECASE)
_SUM = re.compile(
    r"\btotal\b|\bamount\b|\bvalue\b|\bcost\b|\bsum\b|\baward(?:ed)?\b|\bgrant\b", re.IGNORECASE
)
#: A column's heading that says in which size its figures are: "£000", "£m".
_SIZE = re.compile(r"£\s?(?P<size>'?000s?|k|m)?\b|£$", re.IGNORECASE)
_BARE = re.compile(r"^\(?(?P<number>\d{1,3}(?:,\d{3})*(?:\.\d+)?)\)?$")
_SIZES = {"": "", "000": "k", "k": "k", "m": "m"}
GIVES = re.compile(
    r"\bgrants?\b|\brecipients?\b|\borgani[sz]ations?\b|\bapplicants?\b|\bproviders?\b|\bboroughs?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Row:
    """What a table's row says of money; `total` is a decimal string in pounds, as are those by year."""

    name: str
    total: str
    printed: str
    by_year: dict[int, str] = field(default_factory=dict)
    is_total: bool = False


def lines(text: str) -> list[str]:
    """Return the lines of a text that are rows of a table."""
    return [line for line in text.split("\n") if line.startswith("| ")]


def without(text: str) -> str:
    """Return a text without its tables."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("| "))


def rows(text: str) -> Iterator[tuple[str, Row]]:
    """Yield the heading of each table in a text and its rows of money."""
    table = [
        [cell.strip() for cell in line.strip("| ").split(" | ")]
        for line in lines(text)
        if not _RULE.match(line)
    ]
    if len(table) < 2 or any(_cell(cell, "") for cell in table[0]):
        return
    head, *body = table
    for cells in body:
        pairs = [(head[n] if n < len(head) else "", cell) for n, cell in enumerate(cells)][1:]
        found = [(heading, cell, amount) for heading, cell in pairs if (amount := _cell(cell, heading))]
        if not found:
            continue
        by_year = {year[0]: amount for heading, _, amount in found if (year := years(heading))}
        whole = next(((cell, amount) for heading, cell, amount in found if _SUM.search(heading)), None)
        if whole is None and by_year:
            whole = ("", str(sum(map(Decimal, by_year.values()), Decimal(0))))
        printed, total = whole or found[0][1:]
        yield " ".join(head), Row(cells[0], total, printed, by_year, bool(_TOTAL.match(cells[0])))


def _cell(cell: str, heading: str) -> str:
    """Return the amount of a cell: with its own sign, or of figures below a heading that has one."""
    if one := AMOUNT.match(cell):
        return value(one["number"], one["unit"])
    size, figures = _SIZE.search(heading), _BARE.match(cell)
    if not (size and figures):
        return ""
    return value(figures["number"], _SIZES[(size["size"] or "").strip("'s").lower()])
