"""Publishing what two people have approved: file by file, each whole or not at all, whenever the clock comes by."""

from datetime import date, datetime, time

from django.db.models import QuerySet

from decisions.models import Alias, ArchiveFile, NumberEvent
from decisions.publishing import publish_archived
from decisions.wording import LONDON
from pcd import trail

#: How many are published at one tick, so that nothing else of the clock waits for long.
AT_ONCE = 200


def due() -> QuerySet[ArchiveFile]:
    """Return what is approved and not published yet, as much as is done at once."""
    return ArchiveFile.objects.filter(status=ArchiveFile.Status.READ, batch__approved_at__isnull=False)[
        :AT_ONCE
    ]


def release(found: ArchiveFile) -> int:
    """Copy one old decision across the wall, with its number and its old addresses; returns how many were copied.

    Its date of publication is the old one; where none is known it stands in lists by the day of its decision.
    """
    file = (
        ArchiveFile.objects.select_for_update(of=("self",)).select_related("series", "batch").get(pk=found.pk)
    )
    if file.status != ArchiveFile.Status.READ or file.series is None or file.number is None:
        return 0  # another clock was faster
    day = file.published_on or file.decided_on
    if day is None:
        return 0
    published_at = midnight(day)
    publication = publish_archived(file.pk, bytes(file.content), published_at=published_at)
    NumberEvent.objects.create(
        body_key=publication.body_key,
        series=publication.series,
        year=publication.year,
        number=publication.number,
        key=publication.key,
        reference=publication.reference,
        became=NumberEvent.Became.PUBLISHED,
        at=published_at,
    )
    Alias.objects.bulk_create(
        [Alias(path=path, publication=publication) for path in file.addresses], ignore_conflicts=True
    )
    ArchiveFile.objects.filter(pk=file.pk).update(status=ArchiveFile.Status.PUBLISHED)
    if not file.batch.files.filter(status=ArchiveFile.Status.READ).exists():
        count = file.batch.files.filter(status=ArchiveFile.Status.PUBLISHED).count()
        trail.write("archive", file.batch_id, "published", by=None, files=count)
    return 1


def midnight(day: date) -> datetime:
    """Return the first moment of a day in London: the time of day of an old publication is not known."""
    return datetime.combine(day, time(), LONDON)
