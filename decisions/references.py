"""How a decision's reference is written, and how tolerantly it is read (form.md 1, reference)."""

import re
from dataclasses import dataclass

#: Stand for the number and the year of a reference while its shape is made; no series has them in its name.
PLACES = (1_000_001, 1_000_002)
YEARS = range(1900, 2101)


@dataclass(frozen=True)
class Pattern:
    """A series' way of writing references; both patterns may use {series}, {year} and {number}."""

    series: str
    on_form: str
    in_text: str
    by_year: bool = False

    def form_reference(self, number: int, year: int | None = None) -> str:
        """Return the reference as the form prints it, e.g. `PCD1637`."""
        return self.on_form.format(series=self.series.upper(), number=number, year=year)

    def reference(self, number: int, year: int | None = None) -> str:
        """Return the reference as it is written everywhere else, e.g. `PCD 1637`."""
        return self.in_text.format(series=self.series.upper(), number=number, year=year)

    def key(self, number: int, year: int | None = None) -> str:
        """Return the permanent key of addresses and comparison, e.g. `pcd-1637`, `dmpcd-2013-96` or `2026-31`."""
        return normalise(self.reference(number, year))

    def read(self, text: str) -> tuple[int, int | None] | None:
        """Return the number and the year of a reference of this series, however it is written; None of another's."""
        shape = normalise(self.reference(*PLACES)).split("-")
        parts = normalise(text).split("-")
        if len(parts) != len(shape):
            return None
        found: dict[int, int] = {}
        for expected, part in zip(shape, parts, strict=True):
            if expected in map(str, PLACES):
                if not part.isdigit() or len(part) > 9:
                    return None
                found[int(expected)] = int(part)
            elif part != expected:
                return None
        number, year = (found.get(place) for place in PLACES)
        return None if number is None or (self.by_year and year not in YEARS) else (number, year)


def normalise(text: str) -> str:
    """Return the key that all spellings of one reference share.

    `pcd1637`, `PCD 1637` and `PCD01637` are `pcd-1637`; `DMPCD 2013/96` is `dmpcd-2013-96`.
    An empty text, or one without letters or digits, gives an empty string.
    """
    parts = re.findall(r"[a-z]+|\d+", text.lower())
    return "-".join(part.lstrip("0") or "0" if part.isdigit() else part for part in parts)
