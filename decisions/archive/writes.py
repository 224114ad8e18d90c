"""What people change in a batch before it is approved: a correction, a file left out or put back."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction

from decisions.archive import records
from decisions.models import ArchiveBatch, ArchiveFile
from pcd import trail
from pcd.people.models import User


class Approved(Exception):
    """The batch has been approved since the page was opened; nothing of it changes any more."""


class Changed(Exception):
    """Somebody else changed the file since the page was opened."""


def correct(
    file_id: UUID, *, by: User, seen: str, values: dict[str, str], addresses: list[str], why: str
) -> ArchiveFile:
    """Put an old decision's data right, its words staying as printed; raises Approved or Changed."""

    def change(file: ArchiveFile) -> dict[str, object]:
        changed = records.correct(file, values, why=why)
        file.addresses = addresses
        records.settle(file)
        return {"fields": changed, "digest": bytes(file.content_digest).hex()}

    return _write(file_id, "corrected", change, by=by, seen=seen)


def leave_out(file_id: UUID, *, by: User, seen: str, why: str) -> ArchiveFile:
    """Leave a file out of its batch, with a reason; raises Approved or Changed."""

    def change(file: ArchiveFile) -> dict[str, object]:
        file.status, file.why = ArchiveFile.Status.LEFT_OUT, why
        return {}

    return _write(file_id, "left_out", change, by=by, seen=seen)


def _write(
    file_id: UUID, verb: str, change: Callable[[ArchiveFile], dict[str, object]], *, by: User, seen: str
) -> ArchiveFile:
    """Change a file in one transaction with its entry in the trail, its batch locked first as an approval does."""
    with transaction.atomic():
        batch = ArchiveBatch.objects.select_for_update(of=("self",)).get(files=file_id)
        file = ArchiveFile.objects.select_related("batch__body").get(pk=file_id)
        if batch.approved_at is not None:
            raise Approved
        before, detail = records.seen(file), change(file)
        if before != seen and records.seen(file) != before:
            raise Changed
        if records.seen(file) == before:
            return file  # a second click, or nothing to change
        file.save()
        trail.write("archive", batch.pk, verb, by=by, file=str(file.pk), **detail)
    return file
