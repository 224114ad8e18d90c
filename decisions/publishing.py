"""Publishing: Part 1 is copied across the wall, once, inside the transaction of the act that publishes it."""

import hashlib
from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from decisions import form, wording
from decisions.models import AttachmentContent
from decisions.models.publication import (
    Publication,
    PublicationAttachment,
    PublicationBody,
    RescindedPublication,
)
from decisions.part1 import Part1, from_bytes, to_data
from decisions.snapshot import canonical

#: In characters; PostgreSQL refuses a search vector of more than a megabyte, and publishing must not fail for it.
LONGEST_INDEXED = 250_000


def publish(
    version_id: UUID, part1: Part1, *, snapshot_digest: bytes, acts_digest: bytes, takes_effect: bool = False
) -> Publication:
    """Insert head, body and files of a decided version; the database refuses what is not signed and cleared."""
    content = canonical(to_data(part1))
    digests = {"snapshot_digest": snapshot_digest, "acts_digest": acts_digest}
    return _insert(version_id, part1, content, takes_effect=takes_effect, **digests)


def publish_archived(file_id: UUID, content: bytes, *, published_at: datetime) -> Publication:
    """Insert the very bytes of an old decision that two people approved; they bear no signature of this system."""
    return _insert(
        file_id,
        from_bytes(content),
        content,
        origin=Publication.Origin.ARCHIVE,
        published_at=published_at,
    )


def tell_rescinded(publication_id: UUID, *, reason: str, on: date) -> None:
    """Say beside what was published that it was rescinded, and why; the database takes only what was signed."""
    RescindedPublication.objects.create(publication_id=publication_id, reason=reason, rescinded_on=on)


def _insert(
    publication_id: UUID, part1: Part1, content: bytes, *, takes_effect: bool = False, **more: Any
) -> Publication:
    """Insert a head and its body.

    Raises ValueError for a Part 1 without a number or a date of decision: there is nothing to publish.
    """
    if part1.number is None or part1.decided_on is None:
        raise ValueError("only a numbered decision that has been taken can be published")
    publication = Publication.objects.create(
        id=publication_id,
        body_key=part1.body_key,
        series=part1.series,
        year=part1.year,
        number=part1.number,
        version=part1.version,
        key=part1.key,
        reference=part1.reference,
        title=_fitting(part1.title, 200),
        summary=wording.plain(part1.summary),
        kinds=[kind.key for kind in part1.kinds],
        decider=_fitting(part1.decider, 150),
        outcome=part1.outcome,
        decided_on=part1.decided_on,
        has_part2=part1.part2_exists == "yes",
        links=links(part1, takes_effect=takes_effect),
        largest_amount=wording.largest_decided(part1),
        search_text=search_text(part1),
        **more,
    )
    PublicationBody.objects.create(
        publication=publication, content=content, digest=hashlib.sha256(content).digest()
    )
    for row in part1.attachments:
        content = bytes(AttachmentContent.objects.get(attachment=UUID(row.id)).content)
        PublicationAttachment.objects.create(
            publication=publication,
            file=row.file,
            media_type=form.FILE_TYPES[row.kind.key],
            content=content,
            digest=hashlib.sha256(content).digest(),
            size=len(content),
        )
    return publication


def _fitting(text: str, most: int) -> str:
    """Return the text, cut where the head has no room for an old one; the body has all of it."""
    return text if len(text) <= most else wording.shortened(text, most - 1)


def changes_others(outcomes: Collection[str]) -> bool:
    """Say whether a decision with these outcomes changes another: something is approved, nothing put off."""
    committed = any(key in form.COMMITTING for key in outcomes)
    return committed and not any(key in form.WITHHOLDING for key in outcomes)


def links(part1: Part1, *, takes_effect: bool = False) -> list[str]:
    """Return what this decision is to others, as `kind:key`.

    One that rejects or defers back anything is not said to change another: that part may be the one that would.
    `takes_effect` is what the acts say of it, where no recommendation stands in Part 1.
    """
    outcomes = [row.outcome.key for row in part1.all_recommendations if row.outcome]
    takes_effect |= changes_others(outcomes)
    return [
        f"{link.kind.key if takes_effect else 'relates_to'}:{link.key}"
        for link in part1.links
        if link.key and link.key != part1.key
    ]


def search_text(part1: Part1) -> str:
    """Return all words of Part 1 that a reader may look for; the form's own standing words find nothing."""
    parts = [
        part1.reference,
        part1.form_reference,
        part1.title,
        part1.business_unit,
        part1.business_organisation,
    ]
    parts += [kind.name for kind in part1.kinds]
    parts += [part1.summary, part1.outcome, part1.interests, part1.urgency_reason, part1.retrospective_reason]
    parts += [part1.drafting_officer, part1.head_of_service, part1.decider, part1.dpia_note]
    parts += [part1.authority.reason] if part1.authority else []
    for recommendation in part1.all_recommendations:
        parts += [recommendation.text, recommendation.decided_text, recommendation.outcome_reason]
    for section in part1.sections:
        parts += [section.heading, section.reason, *(paragraph.text for paragraph in section.paragraphs)]
    for line in part1.financial_lines:
        parts += [wording.line_in_words(line), line.funding_source, line.note]
    for award in part1.contract_awards:
        parts += [
            wording.contract_in_words(award),
            award.reference,
            award.extension_options,
            award.break_points,
        ]
        parts += [wording.supplier_in_words(supplier) for supplier in award.suppliers]
    for grant in part1.grants:
        parts += [wording.grant_in_words(grant), grant.purpose, grant.conditions, grant.reasons]
    parts += [wording.link_in_words(link) for link in part1.links]
    parts += [wording.joint_in_words(joint) for joint in part1.joint_deciders]
    for notice in part1.part2:
        parts += [notice.title, notice.public_reason, notice.ceases_event]
        parts += [f"{ground.provision} {ground.title}" for ground in notice.grounds]
    for attachment in part1.attachments:
        parts += [attachment.title, attachment.reason]
    parts += [part1.deferral.reason, *(row.note for row in part1.declarations)]
    parts += [f"{row.name}, {row.office_title}" for row in part1.signatures]
    if part1.archived:
        parts += [line for group in part1.archived.printed for line in group.lines]
        parts += [f"{row.name}, {row.office}" for row in part1.archived.signatures]
    return "\n".join(wording.plain(part) for part in parts if part)[:LONGEST_INDEXED]
