"""What the import of a paper put right, what it doubts, and what in its history is out of order."""

from collections.abc import Iterator
from datetime import date

from decisions.checks import Check, Found
from decisions.checks.timing import YEAR
from decisions.importing import review
from decisions.models import Version
from decisions.snapshot import digest
from decisions.wording import counted

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


def looked_at(version: Version) -> Iterator[Found]:
    """The fields that were read of a file and that nobody has looked at beside it."""
    current = review.of(version)
    if current and current.left:
        number = counted(len(current.left), "field was", "fields were")
        yield Found(
            f"{number} read from ‘{current.source.name}’ and not looked at. Accept or mend each, or say why not.",
            "import",
            about=digest([field.seen for field in current.left]),
        )


def put_right(version: Version) -> Iterator[Found]:
    """What the import put right and what it doubts, until somebody accepts the field or answers."""
    current = review.of(version)
    if current is None:
        return
    reading = current.reading
    said = [(row["where"], f"On import, {review.put_right(row)}") for row in reading.corrected]
    said += [
        (row["where"], f"On import ({row['where']}): {row['sentence']}")
        for row in reading.doubts
        if row["where"].partition(".")[0] not in ASKED_ANYWAY
    ]
    if reading.leftover:
        lines = counted(len(reading.leftover), "line")
        said.append(("leftover", f"{lines} of ‘{current.source.name}’ found no place in the form."))
    for where, sentence in said:
        field = current.home(where)
        if field is None:
            yield Found(sentence, "warnings")
        elif not field.accepted:
            yield Found(sentence, "import", field.anchor)


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
        "import_review",
        "what was read of the file, field by field",
        "warning",
        "Each field of an imported paper is looked at beside its source, and accepted or mended",
        looked_at,
        lasting=False,
    ),
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
