"""What is recorded of an old decision: what was read, what was corrected, and what stands in its way.

The one place that fills a row of the archive: everything in it follows from the reading, the corrections and the
addresses, so that a correction is never lost when another is made.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from decisions import wording
from decisions.importing.archive import Recorded, part1_of
from decisions.importing.reading import Reading
from decisions.models import ArchiveFile, Decision, Publication, Series
from decisions.part1 import EditorialNote, Part1, from_bytes, to_data
from decisions.references import normalise
from decisions.snapshot import canonical, digest

#: What may be corrected, by the name of its column, and what it is called.
FIELDS = {
    "reference": "Reference",
    "title": "Title",
    "decided_on": "Date of decision",
    "published_on": "Date of first publication",
}
DAYS = ("decided_on", "published_on")
#: A paper with one of these in its own marking is no Part 1.
CLOSED = ("SENSITIVE", "CONFIDENTIAL", "RESTRICTED", "SECRET")
#: A file that is one of these has its number.
TAKEN = (ArchiveFile.Status.READ, ArchiveFile.Status.PUBLISHED)


@dataclass(frozen=True)
class Case:
    """A file under judgement: what was read, and what is to be recorded."""

    file: ArchiveFile
    reading: Reading
    series: Series | None
    number: int | None
    year: int | None


def printed(reading: Reading) -> dict[str, str]:
    """Return what the paper itself says of each field; a date as ISO, nothing where it says nothing."""
    return {
        "reference": reading.reference,
        "title": reading.title,
        "decided_on": reading.dates.get("decided") or reading.dates.get("signed", ""),
        "published_on": reading.dates.get("published", ""),
    }


def said(name: str, value: str) -> str:
    """Return a value in words."""
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
    case = Case(file, reading, file.series, file.number, file.year)
    file.why = next((sentence for check in OBSTACLES if (sentence := check(case))), "")
    file.status = ArchiveFile.Status.REFUSED if file.why else ArchiveFile.Status.READ
    file.content = b"" if file.why else _content(file, reading)
    file.content_digest = hashlib.sha256(file.content).digest() if file.content else b""
    file.doubts = _doubts(file, reading)


def seen(file: ArchiveFile) -> str:
    """Return the digest of what a page showed of a file: the hidden `seen` by which a later save knows it."""
    shown = {"status": file.status, "corrections": file.corrections, "addresses": list(file.addresses)}
    return digest(shown)


def _doubts(file: ArchiveFile, reading: Reading) -> list[str]:
    """Return what somebody should look at before the file is approved."""
    found = [row["sentence"] for row in reading.doubts]
    if file.published_on and file.decided_on and file.published_on < file.decided_on:
        found.append("It was published before it was decided. Check both dates.")
    if reading.part2.get("notes"):
        found.append("Text stands under the heading of Part 2. Check that it was published.")
    if reading.set_aside:
        found.append("The file holds comments, changes or pages that were not taken over.")
    others = ArchiveFile.objects.filter(addresses__overlap=file.addresses, status__in=TAKEN).exclude(
        pk=file.pk
    )
    if others.exists():
        found.append("One of its old addresses is another decision's as well; it will lead to that one.")
    return found


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
        decider = str(series.body.form_editions.latest().wording["decider"])
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


# What stands in the way of a file, the first sentence that is true.


def _is_a_list(case: Case) -> str:
    count = len(case.reading.entries)
    return f"It lists {count} decisions. Bring the paper of each." if count else ""


def _is_closed(case: Case) -> str:
    marking = case.reading.marking
    closed = any(word in marking.upper() for word in CLOSED) and "NOT " not in marking.upper()
    return f"It is marked {marking}. Only what was published before is brought." if closed else ""


def _has_no_reference(case: Case) -> str:
    return "" if normalise(case.file.reference) else "No reference was found. Enter it."


def _is_of_another_body(case: Case) -> str:
    body = case.file.batch.body.short_name
    return "" if case.series else f"‘{case.file.reference}’ is a number of no series of {body}."


def _was_issued_here(case: Case) -> str:
    issued = Decision.objects.filter(series=case.series, number=case.number, year=case.year).exists()
    return f"This system issued {case.file.reference} itself." if issued else ""


def _stands_elsewhere(case: Case) -> str:
    same = Q(series=case.series, number=case.number, year=case.year, status__in=TAKEN)
    other = ArchiveFile.objects.filter(same).exclude(pk=case.file.pk).select_related("batch").first()
    return f"{case.file.reference} is ‘{other.name}’ of ‘{other.batch}’ already." if other else ""


def _is_public(case: Case) -> str:
    public = Publication.objects.filter(body_key=case.file.batch.body_id, key=case.file.key)
    return f"{case.file.reference} is published already." if public.exists() else ""


def _has_no_title(case: Case) -> str:
    return "" if case.file.title else "No title was found. Enter it."


def _has_no_day(case: Case) -> str:
    return "" if case.file.decided_on else "No date of decision was found. Enter it."


def _is_to_come(case: Case) -> str:
    today = timezone.localdate()
    dates = (case.file.decided_on, case.file.published_on)
    return "One of its dates has not come yet." if any(one and one > today for one in dates) else ""


OBSTACLES: tuple[Callable[[Case], str], ...] = (
    _is_a_list,
    _is_closed,
    _has_no_reference,
    _is_of_another_body,
    _was_issued_here,
    _stands_elsewhere,
    _is_public,
    _has_no_title,
    _has_no_day,
    _is_to_come,
)


def beside(file: ArchiveFile) -> list[dict[str, str]]:
    """Return each field as the paper prints it, beside what is recorded of it."""
    reading = reading_of(file)
    read, now = printed(reading), recorded(file)
    rows = [(label, said(name, read[name]), said(name, now[name])) for name, label in FIELDS.items()]
    if file.content:
        part1 = from_bytes(bytes(file.content))
        notice = reading.part2.get("grounds", [])
        grounds = [f"{one.instrument}, {one.provision}" for paper in part1.part2 for one in paper.grounds]
        rows += [
            ("Decision maker", reading.decision_maker, part1.decider),
            ("Amounts", _lines(row.printed for row in reading.financial_lines), _money(part1)),
            ("Part 2", _lines([reading.part2.get("printed", ""), *notice]), _lines(grounds)),
            ("Old addresses", reading.address, _lines(file.addresses)),
        ]
    return [{"label": label, "printed": one, "recorded": other} for label, one, other in rows]


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text)


def _money(part1: Part1) -> str:
    """Return the amounts, contracts and grants that are recorded, each with its recommendation."""
    rows = [(row.recommendation, wording.line_in_words(row)) for row in part1.financial_lines]
    rows += [(row.recommendation, wording.contract_in_words(row)) for row in part1.contract_awards]
    rows += [(row.recommendation, wording.grant_in_words(row)) for row in part1.grants]
    return _lines(f"{label}: {words}" for label, words in rows)
