"""What stands in the way of archiving a file, and what somebody should look at before approving it.

To refuse another kind of file, add a function to OBSTACLES.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import Resolver404, resolve
from django.utils import timezone

from decisions.drafting import markings
from decisions.importing.reading import Reading
from decisions.models import ArchiveFile, Decision, Publication
from decisions.references import normalise

#: What stands under the heading of Part 2 where there is nothing.
_NOTHING = re.compile(r"\W*(?:none|nil|no|n\W?a|not applicable)?\W*", re.IGNORECASE)
#: The correction that says of this very file that the text of its Part 2 was published.
PART2_TEXT = "part2_text"
#: The correction that says of this very file that it is open, although it bears a marking that closes a paper.
OPEN = "open"
#: Stands for a page of the public site that is no decision's.
HERE = "here"
#: A file that is one of these has its number.
TAKEN = (ArchiveFile.Status.READ, ArchiveFile.Status.PUBLISHED)


def first(file: ArchiveFile, reading: Reading) -> str:
    """Return the first sentence that stands in the way; nothing where the file can be published."""
    return next((sentence for check in OBSTACLES if (sentence := check(file, reading))), "")


def doubts(file: ArchiveFile, reading: Reading) -> list[str]:
    """Return what somebody should look at before the file is approved."""
    found = [row["sentence"] for row in reading.doubts]
    if file.published_on and file.decided_on and file.published_on < file.decided_on:
        found.append("It was published before it was decided. Check both dates.")
    if OPEN in file.corrections and marked(reading):
        found.append(f"It is marked {marked(reading)[0]}. Check the reason given why it is open.")
    if part2_text(reading):
        found.append("Text stands under the heading of Part 2. Check that it was published.")
    if reading.set_aside:
        found.append("The file holds comments, changes or pages that were not taken over.")
    for own in map(own_page, file.addresses):
        if own and own != file.key:
            where = f"the page of {own}" if own != HERE else "a page of this site"
            found.append(
                f"One of its old addresses is {where} here, so whoever follows it comes to that page."
            )
    others = ArchiveFile.objects.filter(addresses__overlap=file.addresses, status__in=TAKEN).exclude(
        pk=file.pk
    )
    if others.exists():
        found.append("One of its old addresses is another decision's as well; it will lead to that one.")
    return found


def doubted(reading: Reading) -> dict[str, list[str]]:
    """Return by each correction that lets a file pass what makes it doubtful, if anything does."""
    return {OPEN: marked(reading), PART2_TEXT: part2_text(reading)}


def own_page(address: str) -> str:
    """Return which page of the public site stands at an old address: HERE, a decision's key, or nothing.

    Such an address leads nowhere else, because the page answers; the start page alone looks at a query first.
    """
    path, _, query = address.partition("?")
    found = None
    for spelled in (path, f"{path}/"):
        with suppress(Resolver404):
            found = found or resolve(spelled, "decisions.public.urls")
    if found is None:
        return ""
    if not found.kwargs:
        return "" if query and found.url_name == "latest" else HERE
    key = str(found.kwargs["spelling"])
    there = (Publication.objects.filter(body_key=settings.BODY), ArchiveFile.objects.filter(status__in=TAKEN))
    return key if normalise(key) == key and any(rows.filter(key=key).exists() for rows in there) else ""


def issued_here(series: Any, number: Any, year: Any) -> QuerySet[Decision]:
    """Return the decision to which this system gave a number; of a series without years, whatever the year."""
    return Decision.objects.filter(Q(year=year) | Q(series__by_year=False), series=series, number=number)


def part2_text(reading: Reading) -> list[str]:
    """Return what stands under the heading of Part 2 beyond the public notice."""
    return [note for note in reading.part2.get("notes", ()) if not _NOTHING.fullmatch(note)]


def _is_a_list(file: ArchiveFile, reading: Reading) -> str:
    count = len(reading.entries)
    return f"It lists {count} decisions. Bring the paper of each." if count else ""


def marked(reading: Reading) -> list[str]:
    """Return the markings of a paper that close it."""
    return [reading.marking] if markings.is_closed(reading.marking) else reading.marked


def _is_closed(file: ArchiveFile, reading: Reading) -> str:
    marks = marked(reading)
    if any(map(markings.carries_marking, marks)):
        return f"It is marked {marks[0]}. This system holds nothing above OFFICIAL-SENSITIVE."
    if marks and OPEN not in file.corrections:
        return (
            f"It is marked {marks[0]}. If it was published all the same, say why it is open in ‘Correct the data’; "
            "else leave the file out."
        )
    if markings.names_closed(file.name):
        return f"The file is named ‘{file.name}’. Rename it if that is not how it is marked."
    return ""


def _holds_a_part2(file: ArchiveFile, reading: Reading) -> str:
    if not part2_text(reading) or PART2_TEXT in file.corrections:
        return ""
    return (
        "Text stands under the heading of Part 2. If it was published before, say so in ‘Correct the data’; "
        "else leave the file out."
    )


def _has_no_reference(file: ArchiveFile, reading: Reading) -> str:
    return "" if normalise(file.reference) else "No reference was found. Enter it."


def _is_of_another_body(file: ArchiveFile, reading: Reading) -> str:
    body = file.batch.body.short_name
    return "" if file.series else f"‘{file.reference}’ is a number of no series of {body}."


def _was_issued_here(file: ArchiveFile, reading: Reading) -> str:
    issued = issued_here(file.series, file.number, file.year).exists()
    return f"This system issued {file.reference} itself." if issued else ""


def _stands_elsewhere(file: ArchiveFile, reading: Reading) -> str:
    same = ArchiveFile.objects.filter(
        series=file.series, number=file.number, year=file.year, status__in=TAKEN
    )
    other = same.exclude(pk=file.pk).select_related("batch").first()
    return f"{file.reference} is ‘{other.name}’ of ‘{other.batch}’ already." if other else ""


def _is_public(file: ArchiveFile, reading: Reading) -> str:
    public = Publication.objects.filter(body_key=file.batch.body_id, key=file.key)
    return f"{file.reference} is published already." if public.exists() else ""


def _has_no_title(file: ArchiveFile, reading: Reading) -> str:
    return "" if file.title else "No title was found. Enter it."


def _has_no_day(file: ArchiveFile, reading: Reading) -> str:
    return "" if file.decided_on else "No date of decision was found. Enter it."


def _is_to_come(file: ArchiveFile, reading: Reading) -> str:
    today = timezone.localdate()
    dates = (file.decided_on, file.published_on)
    return "One of its dates has not come yet." if any(one and one > today for one in dates) else ""


OBSTACLES: tuple[Callable[[ArchiveFile, Reading], str], ...] = (
    _is_a_list,
    _is_closed,
    _holds_a_part2,
    _has_no_reference,
    _is_of_another_body,
    _was_issued_here,
    _stands_elsewhere,
    _is_public,
    _has_no_title,
    _has_no_day,
    _is_to_come,
)
