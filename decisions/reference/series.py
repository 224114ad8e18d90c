"""Series of numbers: the ways in which references may be written, and which series cannot stand beside each other."""

from dataclasses import dataclass

from decisions.models import Body, Series
from decisions.references import Pattern


@dataclass(frozen=True)
class Way:
    """A way of writing references: on the form and elsewhere, with a year where numbers begin again with each."""

    on_form: str
    in_text: str

    @property
    def by_year(self) -> bool:
        """Say whether numbers begin again each year."""
        return "{year}" in self.in_text

    @property
    def lettered(self) -> bool:
        """Say whether the letters of the series are printed."""
        return "{series}" in self.in_text

    def of(self, letters: str) -> Pattern:
        """Return the pattern of a series with these letters."""
        return Pattern(letters.lower(), on_form=self.on_form, in_text=self.in_text, by_year=self.by_year)

    def shown(self, letters: str, number: int = 12, year: int = 2027) -> str:
        """Return how references look: "ABC12 on the form, ABC 12 elsewhere", or once where both are the same."""
        pattern = self.of(letters)
        ways = pattern.form_reference(number, year), pattern.reference(number, year)
        return f"{ways[0]} on the form, {ways[1]} elsewhere" if ways[0] != ways[1] else ways[0]


WAYS = {
    "running": Way("{series}{number}", "{series} {number}"),
    "year_first": Way("{series} {year}/{number}", "{series} {year}/{number}"),
    "year_last": Way("{series} {number} - {year}", "{series} {number} - {year}"),
    "no_letters": Way("{year}/{number}", "{year}/{number}"),
}


def taken(body: Body, letters: str) -> str:
    """Return why a series of this body cannot have these letters; empty where it can."""
    for row in body.series.filter(key__iexact=letters):
        return f"{letters.upper()} stands for the series “{row.name}”. Enter other letters"
    return ""


def confused(body: Body, pattern: Pattern) -> str:
    """Return why references cannot be written in this way; empty where each is known from those of every series."""
    for row in body.series.order_by("name"):
        if pattern.may_be(row.pattern):
            return f"A reference could be read as one of the series “{row.name}”. Select another way"
    return ""


def issuing(body: Body, made_by: str) -> Series | None:
    """Return the series that gives a decision maker's decisions their numbers, or None."""
    return body.series.filter(made_by=made_by, issues=True).first()
