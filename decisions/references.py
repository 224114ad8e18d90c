"""How a decision's reference is written, and how tolerantly it is read (form.md 1, reference)."""

import re
from dataclasses import dataclass

#: Stand for the number and the year of a reference while its shape is made; no series has them in its name.
PLACES = (1_000_001, 1_000_002)
YEARS = range(1900, 2101)


#: References that are known by their letters, wherever they stand.
NAMED = re.compile(
    r"\bDMPCD[\s/-]*\d{4}[\s/-]+\d+\b|\bCEOD\s*\d+\s*[-/]\s*\d{4}\b|\bPCC/D/\d{4}/\d+\b"
    r"|\b(?:PCD|CEOD|DMPCD)\s?-?\d{1,5}\b"
)
_BY_YEAR = r"(?:[A-Z]{1,6}[ /-]?)?(?:\d{4}[/-]\d{1,4}|\d{1,4}[/-]\d{4}|\d{1,4} of \d{4})\b"
#: A number and a year are a reference only behind the word: "decision 2020/031", "Decision Notice No. 31/2020".
_CITED = re.compile(
    r"\b[Dd]ecisions?,? (?:(?:[Nn]otices?|[Rr]ecords?|[Ll]og|[Ff]orm),? )?"
    r"(?:(?:[Nn]umbers?|[Nn]os?\.?|[Rr]ef(?:erence)?s?\.?):? ?)?"
    rf"(?P<all>{_BY_YEAR}(?:(?:, | and |, and | & ){_BY_YEAR}){{0,20}})"
)
_ONE = re.compile(_BY_YEAR)
_SPAN = re.compile(r"(?P<first>\d{4})[/-](?P<last>\d{2})")


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

    def may_be(self, other: "Pattern") -> bool:
        """Say whether a reference of one of the two series can be read as one of the other."""
        both = YEARS[-1], YEARS[-1]  # a number that may be a year
        return self.read(other.reference(*both)) is not None or other.read(self.reference(*both)) is not None


def in_text(text: str) -> list[re.Match[str]]:
    """Return the references of decisions in running text, in their order, each as printed; a financial year is none."""
    found = [
        one
        for cited in _CITED.finditer(text)
        for one in _ONE.finditer(text, *cited.span("all"))
        if not _is_span(one[0])
    ]
    found += [
        one
        for one in NAMED.finditer(text)
        if not any(one.start() < at.end() and at.start() < one.end() for at in found)
    ]
    return sorted(found, key=lambda one: one.start())


def _is_span(text: str) -> bool:
    """Say whether this is two years on end, such as 2020/21."""
    years = _SPAN.fullmatch(text)
    return bool(years and (int(years["first"]) + 1) % 100 == int(years["last"]))


def normalise(text: str) -> str:
    """Return the key that all spellings of one reference share.

    `pcd1637`, `PCD 1637` and `PCD01637` are `pcd-1637`; `DMPCD 2013/96` is `dmpcd-2013-96`.
    An empty text, or one without letters or digits, gives an empty string.
    """
    parts = re.findall(r"[a-z]+|\d+", text.lower())
    return "-".join(part.lstrip("0") or "0" if part.isdigit() else part for part in parts)
