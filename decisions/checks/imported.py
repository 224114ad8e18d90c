"""What the import of a paper put right, what it doubts, and what in its history is out of order."""

from collections.abc import Iterator
from datetime import date

from decisions.checks import Check, Found
from decisions.checks.timing import YEAR
from decisions.models import Version

#: What an import doubts and completeness asks for anyway, or what is history and no part of a draft.
ASKED_ANYWAY = {
    "title",
    "summary",
    "recommendations",
    "part2",
    "deferral",
    "reference",
    "decision_maker",
    "declarations",
}


def put_right(version: Version) -> Iterator[Found]:
    """What the import put right and what it doubts, until somebody has looked at it."""
    source = getattr(version, "imported", None)
    if source is None:
        return
    for row in source.reading["corrected"]:
        change = f"‘{row['before']}’ ({row['where']}) was put right to ‘{row['after']}’"
        yield Found(f"On import, {change}. Is that what is meant?", "warnings")
    for row in source.reading["doubts"]:
        if row["where"].partition(".")[0] not in ASKED_ANYWAY:
            yield Found(f"On import ({row['where']}): {row['sentence']}", "warnings")
    if source.reading["leftover"]:
        count = len(source.reading["leftover"])
        lines = "line" if count == 1 else "lines"
        yield Found(f"{count} {lines} of ‘{source.name}’ found no place in the form.", "warnings")


def history(version: Version) -> Iterator[Found]:
    """The dates of an imported paper: signed by the chief executive last, after publication, or a year off."""
    source = getattr(version, "imported", None)
    if source is None:
        return
    printed = {name: date.fromisoformat(day) for name, day in source.reading["dates"].items() if day}
    signed = [
        (row["office"], date.fromisoformat(row["date"]))
        for row in source.reading["signatures"]
        if row["date"]
    ]
    for name, day in out_of_order(printed, signed):
        yield Found(f"On import: {name} ({day.day} {day:%B %Y}). Is the date right?", "warnings")


def out_of_order(printed: dict[str, date], signed: list[tuple[str, date]]) -> Iterator[tuple[str, date]]:
    """Yield what is wrong with a paper's dates, and the date that is probably mistyped."""
    decided = printed.get("signed") or printed.get("decided")
    published = printed.get("published")
    for office, day in signed:
        if "chief" in office.lower() and decided and day > decided:
            yield "the chief executive signed after the decision was taken", day
        if decided and abs(day - decided) > YEAR:
            yield f"{office} signed more than a year from the day of the decision", day
    if decided and published and decided > published:
        yield "it was signed after it was published", decided
    if decided and published and published - decided > YEAR:
        yield f"it was published {(published - decided).days} days after it was signed", published
    if decided and (effective := printed.get("effective")) and abs(effective - decided) > YEAR:
        yield "it takes effect more than a year from the day of the decision", effective


CHECKS = (
    Check(
        "import",
        "what the import put right or doubts",
        "warning",
        "An imported paper is looked at by a person",
        put_right,
        lasting=False,
    ),
    Check(
        "history",
        "the dates of the imported paper",
        "warning",
        "The form: the chief executive endorses, then the decision is taken, then it is published",
        history,
        lasting=False,
    ),
)
