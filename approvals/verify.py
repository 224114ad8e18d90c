"""Verifying the evidence: stored bytes, signatures, publications, trail; each failure names its row (design.md 9)."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q

from approvals import clearing, joint, recorded
from approvals.acts import part1_of, passed
from approvals.models import JointDecision, RecordedDecision, Rescission, Round, Signature
from approvals.signing import TURN
from decisions import deciders, part2, part2_files
from decisions.archive import approving
from decisions.models import (
    ArchiveFile,
    AttachmentContent,
    Decision,
    Part2File,
    Part2Paper,
    Publication,
    PublicationAttachment,
    PublicationFile,
    RescindedPublication,
    State,
    Version,
)
from decisions.part1 import from_bytes
from decisions.snapshot import disagreements, load
from pcd import trail
from pcd.people.models import Holding, Role
from pcd.vault import VaultClosed


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was signed, with the row that shows it."""

    row: str
    what: str


def faults(decision: Decision) -> list[Fault]:
    """Return everything that does not hold of one decision; empty where all is well."""
    return [fault for check in CHECKS for fault in check(decision)]


def archive_faults(publication: Publication) -> list[Fault]:
    """Return everything that does not hold of an archived decision: it has no signature, and two people's approval."""
    file = ArchiveFile.objects.filter(pk=publication.pk).select_related("batch").first()
    if file is None:
        return [Fault(f"publication {publication.pk}", "nobody brought it into the archive")]
    found = [*_bytes(publication), *_broken("archive", file.batch_id)]
    if bytes(publication.body.content) != bytes(file.content):
        found.append(Fault(f"publication {publication.pk}", "it does not say what was approved"))
    if approving.standing(file.batch).values("person").distinct().count() < approving.NEEDED:
        found.append(Fault(f"batch {file.batch_id}", "two people have not approved what it holds"))
    return found


def _rounds(decision: Decision) -> Iterator[Fault]:
    """The stored text is what its digest says and, while it counts, what the rows say."""
    for row in Round.objects.filter(version__decision=decision).select_related("snapshot", "version"):
        content = bytes(row.snapshot.content)
        if hashlib.sha256(content).digest() != bytes(row.snapshot.digest):
            yield Fault(f"snapshot {row.snapshot_id}", "its digest is not that of its bytes")
        if row.closed_at is None:
            for name in disagreements(load(row.version_id), content):
                yield Fault(f"version {row.version_id}", f"its rows no longer say what was submitted: {name}")


def _signatures(decision: Decision) -> Iterator[Fault]:
    """Every signature covers the text of its round and the acts beside it; every state has its signatures."""
    rows = Signature.objects.filter(round__version__decision=decision).select_related(
        "round__snapshot", "round__version__head_of_service", "held"
    )
    for row in rows:
        version = row.round.version
        counts = row.round.closed_at is None and row.office == Role.DECISION_MAKER
        if counts and not row.held.fits(deciders.decides(version)):
            yield Fault(f"signature {row.pk}", "it is not of the office that decides this paper")
        if not _held_then(row):
            yield Fault(f"signature {row.pk}", "its signer was not in that office then, in that capacity")
        if bytes(row.digest) != hashlib.sha256(bytes(row.round.snapshot.content)).digest():
            yield Fault(f"signature {row.pk}", "it does not cover the text of its round")
        if bytes(row.acts_digest) != hashlib.sha256(bytes(row.acts)).digest():
            yield Fault(f"signature {row.pk}", "it does not cover what was decided")
        inside = json.loads(bytes(row.acts)).get("part2", {}) if row.acts and settings.PART2_KEYS else {}
        for paper in Part2Paper.objects.filter(pk__in=inside):
            if not _holds(part2.acts_hold, paper, inside[str(paper.pk)]):
                yield Fault(f"Part 2 acts {paper.pk}", "they are not what was signed")
    for version in decision.versions.filter(state__in=(State.DECIDED, State.PUBLISHED, State.RESCINDED)):
        signed = {
            row.office for row in rows if row.round.version_id == version.pk and row.round.closed_at is None
        }
        for office in sorted({*TURN.values()} - signed - {*passed(version)}):
            yield Fault(f"version {version.pk}", f"no counting signature of the {office.replace('_', ' ')}")


def _held_then(row: Signature) -> bool:
    """Say whether the signer held the office when they signed, acted in it or signed for it, as the signature says.

    What was decided elsewhere was decided when the record says.
    """
    attested = RecordedDecision.objects.filter(
        round=row.round_id, decider=row.signer_id, acts_digest=row.acts_digest, word__agrees=True
    )
    moments = attested.values_list("decided_at", flat=True)
    held = Holding.objects.at(next(iter(moments), row.signed_at)).filter(person=row.signer, office=row.held)
    return held.filter(capacity=row.capacity).exists()


def _sealed(decision: Decision) -> Iterator[Fault]:
    """What is sealed in Part 2 is what its commitment was made for; without its keys it stays shut."""
    papers = Part2Paper.objects.filter(version__decision=decision, sealed__isnull=False)
    for paper in papers if settings.PART2_KEYS else ():
        if not _holds(part2.holds, paper):
            yield Fault(f"Part 2 {paper.pk}", "it is not the text that its commitment was made for")


def _holds(asked: Callable[..., bool], *about: Any) -> bool:
    """Say whether something sealed holds; what cannot be opened with its key does not."""
    try:
        return asked(*about)
    except (VaultClosed, ValueError):
        return False


def _attachments(decision: Decision) -> Iterator[Fault]:
    """Every file is the one whose digest or commitment was signed; without Part 2's keys its files stay shut."""
    for row in AttachmentContent.objects.filter(attachment__version__decision=decision).select_related(
        "attachment"
    ):
        if hashlib.sha256(bytes(row.content)).digest() != bytes(row.attachment.digest):
            yield Fault(f"attachment {row.pk}", "its digest is not that of its bytes")
    sealed = Part2File.objects.filter(paper__version__decision=decision).select_related("paper")
    for file in sealed if settings.PART2_KEYS else ():
        if not part2_files.holds(file):
            yield Fault(f"Part 2 file {file.pk}", "it is not the file that its commitment was made for")


def _joint(decision: Decision) -> Iterator[Fault]:
    """What others decided is what one person recorded and another confirmed, and their acts stand in the trail."""
    done = {
        (act.verb, act.actor_id, *(act.detail.get(name) for name in ("recorded", "digest", "agrees")))
        for act in trail.entries("decision", decision.pk)
    }
    rows = JointDecision.objects.filter(version__decision=decision, commitment__isnull=False)
    for row in rows.select_related("confirmation", "copy", "key"):
        named, own, said = f"joint decision {row.pk}", str(row.pk), joint.said(row).hex()
        word = getattr(row, "confirmation", None)
        if ("record_joint_decision", str(row.by_id), own, said, None) not in done:
            yield Fault(named, "it is not what was recorded")
        if word and (
            bytes(word.digest).hex() != said
            or ("confirm_joint_decision", str(word.by_id), own, said, word.agrees) not in done
        ):
            yield Fault(named, "it is not what a second person confirmed")
        if settings.PART2_KEYS and not _holds(joint.holds, row):
            yield Fault(named, "its signed copy is not the one that was recorded")


def _recorded(decision: Decision) -> Iterator[Fault]:
    """What was decided otherwise is what one person recorded and another attested."""
    rows = RecordedDecision.objects.filter(round__version__decision=decision)
    for row in rows.select_related("by", "word__by", "copy", "key"):
        named, word = f"recorded decision {row.pk}", getattr(row, "word", None)
        if word and bytes(word.digest) != recorded.said(row):
            yield Fault(named, "it is not what a second person attested")
        if settings.PART2_KEYS and not _holds(recorded.holds, row):
            yield Fault(named, "its signed original is not the one that was recorded")


def _publications(decision: Decision) -> Iterator[Fault]:
    """What is public is what was signed, and files are what they were."""
    for version in Version.objects.filter(decision=decision, state__in=(State.PUBLISHED, State.RESCINDED)):
        publication = Publication.objects.filter(pk=version.pk).select_related("body").first()
        if publication is None and version.state == State.RESCINDED:
            continue  # it was taken back before it was published
        if publication is None:
            yield Fault(f"version {version.pk}", "it is published, and there is no publication")
            continue
        yield from _bytes(publication)
        if from_bytes(bytes(publication.body.content)) != part1_of(load(version.pk)):
            yield Fault(f"publication {publication.pk}", "it does not say what was signed")
        if not version.clearances.filter(digest=clearing.signed_digest(version)).exists():
            yield Fault(f"publication {publication.pk}", "it is not what was cleared")


def _rescinded(decision: Decision) -> Iterator[Fault]:
    """What was rescinded was signed over what had been decided, and what is public says it in the same words."""
    versions = Version.objects.filter(decision=decision).select_related("rescission")
    for version in versions.filter(Q(state=State.RESCINDED) | Q(rescission__isnull=False)):
        row: Rescission | None = getattr(version, "rescission", None)
        if row is None or version.state != State.RESCINDED:
            yield Fault(
                f"version {version.pk}", "it is rescinded without a signature, or the other way round"
            )
            continue
        acts, named = bytes(row.acts), f"rescission {row.pk}"
        said = json.loads(acts)
        decided = Signature.objects.filter(
            round__version=version, round__closed_at=None, office=Role.DECISION_MAKER
        ).first()
        taken_back = (bytes(decided.digest), bytes(decided.acts_digest).hex()) if decided else None
        if hashlib.sha256(acts).digest() != bytes(row.acts_digest) or said["reason"] != row.reason:
            yield Fault(named, "it does not cover its reason")
        if taken_back != (bytes(row.digest), said["decided"]):
            yield Fault(named, "it does not cover what was decided")
        done = {(act.actor_id, act.detail.get("acts")) for act in trail.entries("decision", decision.pk)}
        if (str(row.signer_id), bytes(row.acts_digest).hex()) not in done:
            yield Fault(named, "the trail does not know it")
        if Publication.objects.filter(pk=version.pk).exists():
            told = RescindedPublication.objects.filter(pk=version.pk).first()
            if not told or (told.reason, told.rescinded_on.isoformat()) != (row.reason, said["rescinded_on"]):
                yield Fault(f"publication {version.pk}", "it does not say that, and why, it was rescinded")


def _bytes(publication: Publication) -> Iterator[Fault]:
    """What is stored of a publication is what its digests say."""
    if hashlib.sha256(bytes(publication.body.content)).digest() != bytes(publication.body.digest):
        yield Fault(f"publication {publication.pk}", "its digest is not that of its bytes")
    files: list[PublicationFile | PublicationAttachment] = [
        *PublicationFile.objects.filter(publication=publication),
        *PublicationAttachment.objects.filter(publication=publication),
    ]
    for file in files:
        if hashlib.sha256(bytes(file.content)).digest() != bytes(file.digest):
            yield Fault(f"file {file.pk}", "its digest is not that of its bytes")


def _trail(decision: Decision) -> Iterator[Fault]:
    """The trail's chain has no gap, no changed entry and its own end."""
    yield from _broken("decision", decision.pk)


def _broken(scope: str, object_id: UUID) -> Iterator[Fault]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, fault FROM staff.pcd_trail_broken WHERE scope = %s AND object_id = %s",
            [scope, str(object_id)],
        )
        for seq, fault in cursor.fetchall():
            yield Fault(f"trail {object_id} entry {seq}", f"the chain is broken: {fault}")


CHECKS: tuple[Callable[[Decision], Iterator[Fault]], ...] = (
    _rounds,
    _signatures,
    _sealed,
    _attachments,
    _joint,
    _recorded,
    _publications,
    _rescinded,
    _trail,
)
