"""Bringing old decisions into a batch, by the chunk: a run that was ended goes on where it was."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from decisions.archive import obstacles, records
from decisions.archive.listed import Listed, address, kept
from decisions.archive.many import Read, digest_of, read_all
from decisions.models import ArchiveBatch, ArchiveFile
from decisions.opening import Refused
from pcd import trail
from pcd.people.models import User

#: How many files are written at once: no more are read again after a run was ended.
CHUNK = 10
DROPPED = "This old address names no page, or is too long, and leads nowhere:"
LISTED = "The list that came with the files says so."


@dataclass
class Report:
    """What became of the files of one run."""

    batch: str
    read: int = 0
    there_already: int = 0
    refused: list[dict[str, str]] = field(default_factory=list)
    doubts: list[dict[str, str]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return asdict(self)


def open_batch(name: str, *, by: User) -> ArchiveBatch:
    """Return the batch of this name, made if there is none; raises Refused for one that was approved."""
    with transaction.atomic():
        batch, made = ArchiveBatch.objects.get_or_create(
            body_id=settings.BODY, name=name, defaults={"made_by": by}
        )
        if made:
            trail.write("archive", batch.pk, "began", by=by)
    if batch.approved_at is not None:
        raise Refused(f"The batch ‘{name}’ has been approved. Name another one for what is new.")
    return batch


def bring(
    batch: ArchiveBatch, listed: Sequence[Listed], *, by: User, tell: Callable[[int, int], None]
) -> Report:
    """Read files into a batch and report; `tell` hears, after each chunk, how many of how many are done.

    A file that was brought before is passed over, by its bytes; one that was refused in this batch is read again.
    """
    report = Report(batch.name)
    known = {bytes(digest) for digest in _kept(batch)}
    waiting: dict[Any, Listed] = {}
    for one in listed:
        digest = digest_of(one.path)
        if digest is None:
            report.refused.append({"file": one.name, "why": f"‘{one.name}’ cannot be opened."})
        elif digest in known:
            report.there_already += 1
        else:
            known.add(digest)
            waiting[one.path] = one
    reads, done = read_all(waiting), 0
    while chunk := list(islice(reads, CHUNK)):
        with transaction.atomic():
            for read in chunk:
                _keep(batch, waiting[read.path], read, report)
        done += len(chunk)
        tell(done, len(waiting))
    if done:
        trail.write("archive", batch.pk, "brought", by=by, files=done, refused=len(report.refused))
    return report


def _kept(batch: ArchiveBatch) -> Any:
    """Return the digests of what is not to be read again: what any batch has, and what was left out of this one."""
    left_out = Q(batch=batch, status=ArchiveFile.Status.LEFT_OUT)
    return ArchiveFile.objects.filter(Q(status__in=obstacles.TAKEN) | left_out).values_list(
        "digest", flat=True
    )


def _keep(batch: ArchiveBatch, listed: Listed, read: Read, report: Report) -> None:
    """Write one file's row: to be published, or refused with the reason."""
    file = ArchiveFile.objects.filter(batch=batch, digest=read.digest).first()
    file = file or ArchiveFile(batch=batch, digest=read.digest)
    file.name, file.reading, file.why = listed.name, read.reading, read.why
    file.status = ArchiveFile.Status.REFUSED
    if read.reading is not None:
        own = read.reading["address"]
        file.addresses = list(dict.fromkeys([*listed.addresses, *([address(own)] if kept(own) else [])]))
        dropped = [*listed.dropped, *([own] if own and not kept(own) else [])]
        report.doubts += [{"file": file.name, "doubt": f"{DROPPED} ‘{one[:60]}’."} for one in dropped]
        records.correct(file, listed.given, why=LISTED)
        records.settle(file)
    try:
        with transaction.atomic():
            file.save()
    except IntegrityError:  # another run had the same file or number, or the batch has just been approved
        report.refused.append({"file": listed.name, "why": "The batch changed meanwhile. Run this again."})
        return
    if file.why:
        report.refused.append({"file": file.name, "why": file.why})
    else:
        report.read += 1
        report.doubts += [{"file": file.name, "doubt": doubt} for doubt in file.doubts]
