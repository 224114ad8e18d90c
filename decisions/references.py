"""How a decision's reference is written, and how tolerantly it is read (form.md 1, reference)."""

import re
from dataclasses import dataclass


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


def normalise(text: str) -> str:
    """Return the key that all spellings of one reference share.

    `pcd1637`, `PCD 1637` and `PCD01637` are `pcd-1637`; `DMPCD 2013/96` is `dmpcd-2013-96`.
    An empty text, or one without letters or digits, gives an empty string.
    """
    parts = re.findall(r"[a-z]+|\d+", text.lower())
    return "-".join(part.lstrip("0") or "0" if part.isdigit() else part for part in parts)
