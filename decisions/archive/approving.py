"""Approving a batch: two people, each over the very bytes that will be public; numbering then begins above them."""

from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.db.models.functions import Now

from decisions import policy
from decisions.archive import obstacles
from decisions.models import ArchiveApproval, ArchiveBatch, ArchiveFile, Counter, Series
from pcd import trail
from pcd.people.models import User, holders

#: How many different people approve a batch; the database counts them too.
NEEDED = 2


class NotNow(Exception):
    """A batch cannot be approved now; `reasons` says why, in plain sentences, all at once."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(*reasons)
        self.reasons = reasons


def digest_of(batch: ArchiveBatch) -> bytes:
    """Return the digest of what a batch will publish, as the database counts it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT staff.archive_digest(%s)", [batch.pk])
        return bytes(cursor.fetchone()[0])


def standing(batch: ArchiveBatch) -> QuerySet[ArchiveApproval]:
    """Return the approvals that count: of what the batch holds now, by people who look after the archive now."""
    return batch.approvals.filter(
        digest=digest_of(batch), person__in=holders(*policy.ARCHIVISTS)
    ).select_related("person")


def fallen(batch: ArchiveBatch) -> QuerySet[ArchiveApproval]:
    """Return the approvals that count no longer: a file has changed since, or the person has left the office."""
    return batch.approvals.exclude(pk__in=standing(batch)).select_related("person")


def to_publish(batch: ArchiveBatch) -> QuerySet[ArchiveFile]:
    """Return the files that the batch will publish."""
    return batch.files.filter(status=ArchiveFile.Status.READ)


def waiting_for(person: User) -> list[ArchiveBatch]:
    """Return the batches that wait for this person's approval."""
    open_batches = policy.batches(person).filter(approved_at=None, files__status=ArchiveFile.Status.READ)
    return [batch for batch in open_batches.distinct() if not standing(batch).filter(person=person).exists()]


def why_not(batch: ArchiveBatch) -> list[str]:
    """Return all that stands in the way of approving a batch; empty where nothing does."""
    if not to_publish(batch).exists():
        return ["There is nothing in this batch to publish."]
    issued = obstacles.issued_here(OuterRef("series"), OuterRef("number"), OuterRef("year"))
    return [
        f"This system has issued {file.reference} itself. Leave ‘{file.name}’ out."
        for file in to_publish(batch).filter(Exists(issued))
    ]


def approve(batch_id: UUID, *, by: User, shown: bytes) -> ArchiveBatch:
    """Approve a batch as it was shown; the second person's approval lets the clock publish it.

    Once more by the same person changes nothing. Raises NotNow with every reason why it cannot be approved.
    """
    with transaction.atomic():
        batch = ArchiveBatch.objects.select_for_update().get(pk=batch_id)
        given = ArchiveApproval.objects.filter(batch=batch, person=by, digest=shown).exists()
        if given and shown == digest_of(batch):
            return batch
        if batch.approved_at is not None:
            raise NotNow("This batch has been approved by two people already.")
        if shown != digest_of(batch):
            raise NotNow("The batch has changed since you opened the page. Look at it again.")
        if reasons := why_not(batch):
            raise NotNow(*reasons)
        ArchiveApproval.objects.create(batch=batch, person=by, digest=shown)
        files = to_publish(batch).count()
        trail.write("archive", batch.pk, "approved", by=by, digest=shown.hex(), files=files)
        if standing(batch).values("person").distinct().count() >= NEEDED:
            _begin_numbering_above(batch)
            ArchiveBatch.objects.filter(pk=batch.pk).update(approved_at=Now())
            batch.refresh_from_db()
    return batch


def _begin_numbering_above(batch: ArchiveBatch) -> None:
    """Raise each series' counter to the highest number of the batch, so that none of them is issued again."""
    highest = (
        to_publish(batch).filter(series__issues=True).values("series", "year").annotate(last=Max("number"))
    )
    for row in highest.order_by("series", "year"):
        series = Series.objects.get(pk=row["series"])
        begin = max(series.first_number - 1, row["last"])
        Counter.objects.get_or_create(series=series, year=row["year"], defaults={"last_number": begin})
        counter = Counter.objects.select_for_update().get(series=series, year=row["year"])
        if counter.last_number < row["last"]:
            counter.last_number = row["last"]
            counter.save(update_fields=["last_number"])
