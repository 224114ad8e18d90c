"""What is recorded of an old decision: what was read, what was corrected, and what stands in its way.

The one place that fills a row of the archive: everything in it follows from the reading, the corrections and the
addresses, so that a correction is never lost when another is made.
"""

import hashlib
from datetime import date

from decisions import wording
from decisions.archive import obstacles
from decisions.importing.archive import Recorded, part1_of
from decisions.importing.reading import Reading
from decisions.models import ArchiveFile, FormEdition, Series
from decisions.part1 import EditorialNote, to_data
from decisions.snapshot import canonical, digest

#: What may be corrected, by the name of its column, and what it is called.
FIELDS = {
    "reference": "Reference",
    "title": "Title",
    "decided_on": "Date of decision",
    "published_on": "Date of first publication",
    obstacles.OPEN: "Whether it is open, though marked",
    obstacles.PART2_TEXT: "Whether the text of its Part 2 was published",
}
#: What is said of a file by ticking a box.
SAID = {obstacles.OPEN: "it was published all the same", obstacles.PART2_TEXT: "it was published before"}
DAYS = ("decided_on", "published_on")


def printed(reading: Reading) -> dict[str, str]:
    """Return what the paper itself says of each field; a date as ISO, nothing where it says nothing."""
    return {
        "reference": " ".join(reading.reference.split()),
        "title": " ".join(reading.title.split()),
        "decided_on": reading.dates.get("decided") or reading.dates.get("signed", ""),
        "published_on": reading.dates.get("published", ""),
        obstacles.OPEN: "",
        obstacles.PART2_TEXT: "",
    }


def said(name: str, value: str) -> str:
    """Return a value in words."""
    if name in SAID and value:
        return SAID[name]
    return wording.day(date.fromisoformat(value)) if name in DAYS and value else value


def reading_of(file: ArchiveFile) -> Reading:
    """Return what was read of a file; raises ValueError for one that could not be read."""
    if file.reading is None:
        raise ValueError("this file could not be read")
    return Reading.of(file.reading)


def recorded(file: ArchiveFile) -> dict[str, str]:
    """Return what is recorded in each field: what was corrected, else what is printed."""
    return {**printed(reading_of(file)), **{name: row["value"] for name, row in file.corrections.items()}}


def correct(file: ArchiveFile, values: dict[str, str], *, why: str) -> list[str]:
    """Put fields right, each with its reason; returns the fields that are not what they were."""
    before, read = recorded(file), printed(reading_of(file))
    changed = [name for name, value in values.items() if value != before[name]]
    corrections = dict(file.corrections)
    for name in changed:
        corrections.pop(name, None)
        if values[name] != read[name]:
            corrections[name] = {"value": values[name], "why": why}
    file.corrections = corrections
    return changed


def settle(file: ArchiveFile) -> None:
    """Fill the file's row from its reading and corrections: to be published, or refused with the reason."""
    reading, values = reading_of(file), recorded(file)
    file.series, file.number, file.year = _numbered(file, values["reference"])
    file.title = values["title"]
    file.decided_on, file.published_on = (
        date.fromisoformat(values[name]) if values[name] else None for name in DAYS
    )
    if file.series is not None and file.number is not None:
        file.reference = file.series.pattern.reference(file.number, file.year)
        file.key = file.series.pattern.key(file.number, file.year)
    else:
        file.reference, file.key = values["reference"][:60], ""
    file.why = obstacles.first(file, reading)
    file.status = ArchiveFile.Status.REFUSED if file.why else ArchiveFile.Status.READ
    file.content = b"" if file.why else _content(file, reading)
    file.content_digest = hashlib.sha256(file.content).digest() if file.content else b""
    file.doubts = obstacles.doubts(file, reading)


def seen(file: ArchiveFile) -> str:
    """Return the digest of what a page showed of a file: the hidden `seen` by which a later save knows it."""
    shown = {"status": file.status, "corrections": file.corrections, "addresses": list(file.addresses)}
    return digest(shown)


def _content(file: ArchiveFile, reading: Reading) -> bytes:
    series, number, decided_on = file.series, file.number, file.decided_on
    if series is None or number is None or decided_on is None:
        raise ValueError("a file without number or date is not published")
    read = printed(reading)
    notes = [
        EditorialNote(FIELDS[name], said(name, read[name]), said(name, row["value"]), row["why"])
        for name, row in file.corrections.items()
    ]
    decider = reading.decision_maker
    if not decider:
        decider = str(FormEdition.in_force(series.body).wording["decider"])
        notes.append(EditorialNote("Decision maker", "", decider))
    return canonical(
        to_data(
            part1_of(
                reading,
                Recorded(
                    series=series,
                    year=file.year,
                    number=number,
                    title=file.title,
                    decider=decider,
                    decided_on=decided_on,
                    published_on=file.published_on,
                    addresses=tuple(file.addresses),
                    notes=tuple(notes),
                ),
            )
        )
    )


def _numbered(file: ArchiveFile, reference: str) -> tuple[Series | None, int | None, int | None]:
    """Return the series, the number and the year that a reference names; nothing where it is no series of ours."""
    for series in Series.objects.filter(body=file.batch.body_id).select_related("body"):
        if found := series.pattern.read(reference):
            return series, *found
    return None, None, None
