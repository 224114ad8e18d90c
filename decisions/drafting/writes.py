"""Saving: lock the version, look again whether it may change and whether it is what the page showed, then write.

Each function is one transaction and the only place where the rows of a draft are written.
"""

import hashlib
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.http import Http404

from decisions import form, history, part2_files, policy
from decisions.attaching.kinds import Brought
from decisions.drafting import kept, resting
from decisions.drafting.forms import Values
from decisions.drafting.pages import Notes, Page, seen_of
from decisions.drafting.rows import ROW, RowKind
from decisions.importing import review
from decisions.importing.review import Field
from decisions.models import (
    AcceptedField,
    Access,
    Attachment,
    AttachmentCheck,
    AttachmentContent,
    ContractAward,
    Contributor,
    Decision,
    FinancialLine,
    FormEdition,
    FundingGrant,
    Part2File,
    Part2Paper,
    Pen,
    Recommendation,
    Section,
    Supplier,
    Version,
)
from decisions.models.paper import EDITABLE
from decisions.snapshot import load
from pcd import trail
from pcd.people.models import Holding, Role, User

ATTACHMENT, PART2_FILE = ROW["attachment"], ROW["part2-file"]
#: Seen by nobody: what a page for a new row says that it showed.
NOTHING = ""


class Saved(NamedTuple):
    """What a save made of the paper, and what the person should be told besides."""

    version: Version
    notes: Notes


class Submitted(Exception):
    """The paper is no longer a draft, so its text does not change."""


class Changed(Exception):
    """Somebody else saved since the page was shown; `now` is what stands in the row."""

    def __init__(self, row: Any, now: Values) -> None:
        super().__init__("changed since")
        self.row, self.now = row, now


class Gone(Exception):
    """Somebody else removed the row since the page was shown."""


class SomebodyElses(Exception):
    """An adviser has this section's pen, or had it until it was taken back: this person does not write here now."""


@transaction.atomic
def begin(*, decision_id: uuid.UUID, working_title: str, by: User) -> Decision:
    """Begin a paper under this id; the same id again is the same paper (a second click)."""
    decision, made = Decision.objects.get_or_create(
        pk=decision_id, defaults={"body_id": settings.BODY, "created_by": by}
    )
    if not made:
        if decision.created_by_id != by.pk:
            raise Http404
        return decision
    version = Version.objects.create(
        decision=decision,
        edition=FormEdition.in_force(settings.BODY),
        working_title=working_title,
        drafting_officer=by,
    )
    Section.objects.bulk_create(Section(version=version, kind=kind.key) for kind in form.SECTION_KINDS)
    Contributor.objects.create(version=version, person=by)
    trail.write("decision", decision.pk, "began", by=by)
    policy.grant(
        decision,
        Holding.objects.of(Role.DRAFTING_OFFICER).filter(person=by),
        Access.EDIT,
        Access.PART1,
        Access.PART2,
        reason="Drafting officer",
        source="drafted",
        by=by,
    )
    history.record(load(version.pk), verb="began", part="", by=by)
    return decision


def money(
    row: Recommendation,
    *,
    lines: Iterable[Mapping[str, Any]] = (),
    awards: Iterable[Mapping[str, Any]] = (),
    grants: Iterable[Mapping[str, Any]] = (),
) -> None:
    """Write the amounts, contracts and grants of a new recommendation, each by its columns, in their order.

    Called inside the transaction that begins a paper; a contract's `suppliers` are rows of their own.
    """
    for model, found in ((FinancialLine, lines), (ContractAward, awards), (FundingGrant, grants)):
        for position, given in enumerate(found, start=1):
            columns = dict(given)
            suppliers = columns.pop("suppliers", ())
            made: Any = model.objects.create(recommendation=row, position=position, **columns)
            Supplier.objects.bulk_create(
                Supplier(award=made, position=n, **one) for n, one in enumerate(suppliers, start=1)
            )


@transaction.atomic
def save(
    *,
    page: Page,
    version: Version,
    pk: object,
    values: Values,
    seen: str,
    by: User,
    told: Collection[str] = (),
) -> Saved | None:
    """Save what was typed; None where it changes nothing.

    `seen` is the digest of what the page showed; raises Changed, Submitted, Gone or SomebodyElses.
    """
    fresh = locked(version)
    row = page.find(fresh, pk)
    if row is None:
        raise Gone
    part = f"section:{row.kind}" if isinstance(row, Section) else page.key
    pen = policy.pens(fresh).get(part)
    if pen.person_id != by.pk if pen else not policy.may(by, Access.EDIT, fresh.decision):
        raise SomebodyElses
    stands = page.read(row)
    if seen_of(values) == seen_of(stands):
        return None
    if seen != seen_of(stands):
        raise Changed(row, stands)
    notes = page.write(row, values, by)
    now = _wrote(fresh, "edited", part, by, told, drafts=pen is None)
    return Saved(now, [f"Tell {fresh.drafting_officer}: {note}" for note in notes] if pen else notes)


@transaction.atomic
def add(
    *,
    kind: RowKind,
    version: Version,
    pk: uuid.UUID,
    values: Values,
    by: User,
    place: dict[str, Any],
    told: Collection[str] = (),
) -> Saved | None:
    """Add a row under this id at the end of its list; the same id again is the same row (a second click)."""
    fresh = locked(version)
    if kind.page.find(fresh, pk) is not None:
        return save(page=kind.page, version=version, pk=pk, values=values, seen=NOTHING, by=by, told=told)
    _unused(kind, pk)
    _still_there(fresh, place)
    columns = {field.name for field in kind.model._meta.concrete_fields if not field.is_relation}
    row: Any = kind.model(
        pk=pk, **place, **{name: value for name, value in values.items() if name in columns}
    )
    _append(kind, row)
    notes = kind.page.write(row, values, by)
    return Saved(_wrote(fresh, "added", kind.key, by, told), notes)


@transaction.atomic
def attach(
    *,
    version: Version,
    pk: uuid.UUID,
    title: str,
    files: Sequence[Brought],
    as_it_is: bool,
    by: User,
    told: Collection[str] = (),
) -> Attachment:
    """Keep files of Part 1 at the end of the list, and return the first; the same id again is the same file."""
    fresh = locked(version)
    if (there := ATTACHMENT.page.find(fresh, pk)) is not None:
        return there  # type: ignore[no-any-return]
    _unused(ATTACHMENT, pk)
    rows = [
        Attachment(
            pk=uuid.uuid5(pk, str(number)) if number else pk,
            version=fresh,
            title=f"{title}: {one.sheet}" if len(files) > 1 else title,
            kind=one.kind,
            size=len(one.content),
            digest=hashlib.sha256(one.content).digest(),
            accessible=one.accessible,
            as_it_is=as_it_is,
            added_by=by,
        )
        for number, one in enumerate(files)
    ]
    for row, one in zip(rows, files, strict=True):
        _append(ATTACHMENT, row)
        AttachmentContent.objects.create(attachment=row, content=one.content)
    _wrote(fresh, "added", ATTACHMENT.key, by, told)
    return rows[0]


@transaction.atomic
def seal(
    *,
    version: Version,
    paper: Part2Paper,
    pk: uuid.UUID,
    title: str,
    name: str,
    file: Brought,
    by: User,
    told: Collection[str] = (),
) -> None:
    """Keep a file of Part 2, sealed, at the end of its paper's list; the same id again is the same file."""
    fresh = locked(version)
    if PART2_FILE.page.find(fresh, pk) is not None:
        return
    _unused(PART2_FILE, pk)
    _still_there(fresh, {"paper": paper})
    row = Part2File(pk=pk, paper=paper, about=b"", commitment=b"")
    _append(PART2_FILE, row)
    part2_files.write(row, title=title, name=name, kind=file.kind, content=file.content)
    _wrote(fresh, "added", PART2_FILE.key, by, told)


@transaction.atomic
def check(*, version: Version, attachment: Attachment, by: User) -> None:
    """Write down that a second person looked at a file that goes out as it is; they do not write the paper by it."""
    fresh = locked(version)
    if ATTACHMENT.page.find(fresh, attachment.pk) is None:
        raise Gone
    _, made = AttachmentCheck.objects.get_or_create(attachment=attachment, defaults={"person": by})
    if made:
        trail.write("decision", version.decision_id, "checked", by=by, part=ATTACHMENT.key)


@transaction.atomic
def remove(*, kind: RowKind, version: Version, pk: object, by: User, told: Collection[str] = ()) -> bool:
    """Remove a row and what belongs to it; False where it is gone already."""
    fresh = locked(version)
    row = kind.page.find(fresh, pk)
    if row is None:
        return False
    row.delete()
    if kind.key == "part2-notice":
        kept.dispose(fresh, pk)
    _wrote(fresh, "removed", kind.key, by, told)
    return True


@transaction.atomic
def take_back(*, version: Version, part: str, by: User) -> bool:
    """Take a section back from the adviser who writes it, its text as it stands; False where nobody has its pen."""
    pen = policy.pens(locked(version)).get(part)
    if pen is None:
        return False
    Pen.objects.filter(pk=pen.pk).update(until=Now())
    trail.write("decision", version.decision_id, "took_back", by=by, part=part, adviser=pen.person.full_name)
    return True


@transaction.atomic
def move(
    *, kind: RowKind, version: Version, pk: object, to: int, by: User, told: Collection[str] = ()
) -> bool:
    """Make a row the `to`-th of its list, counted from 1; False where it stands there already."""
    fresh = locked(version)
    row = kind.page.find(fresh, pk)
    if row is None:
        raise Gone
    rows = list(kind.siblings(row))
    ordered = [other for other in rows if other.pk != row.pk]
    ordered.insert(min(max(to, 1), len(rows)) - 1, row)
    if [other.pk for other in ordered] == [other.pk for other in rows]:
        return False
    for position, other in enumerate(ordered, start=1):
        if other.position != position:
            other.position = position
            other.save(update_fields=["position"])
    _wrote(fresh, "moved", kind.key, by, told)
    return True


@transaction.atomic
def accept(*, version: Version, seen: Collection[str], by: User) -> list[Field]:
    """Accept the fields of an imported draft that a page showed as they still stand; returns those it accepted now."""
    current = review.of(locked(version))
    fields = [one for one in current.left if one.seen in seen] if current else []
    AcceptedField.objects.bulk_create(
        AcceptedField(version=version, field=one.key, digest=one.digest, person=by) for one in fields
    )
    if fields:
        keys = [one.key for one in fields]
        trail.write("decision", version.decision_id, "looked_at", by=by, fields=keys)
    return fields


def locked(version: Version) -> Version:
    """Lock the version's row and read the whole paper again; raises Submitted unless it may still change."""
    state = Version.objects.select_for_update().values_list("state", flat=True).get(pk=version.pk)
    if state not in EDITABLE:
        raise Submitted
    fresh = load(version.pk)
    resting.before(fresh)
    return fresh


def _unused(kind: RowKind, pk: uuid.UUID) -> None:
    """Refuse the id of a row of another paper."""
    if kind.model._default_manager.filter(pk=pk).exists():
        raise Http404


def _append(kind: RowKind, row: Any) -> None:
    """Store a new row at the end of its list."""
    row.position = (kind.siblings(row).aggregate(last=Max("position"))["last"] or 0) + 1
    row.save(force_insert=True)


def _still_there(fresh: Version, place: dict[str, Any]) -> None:
    """Raise Gone where the recommendation or Part 2 paper that a new row belongs to was removed meanwhile."""
    there = {row.pk for row in (*fresh.recommendations.all(), *fresh.part2_papers.all())}
    for name in ("parent", "recommendation", "paper"):
        if place.get(name) is not None and place[name].pk not in there:
            raise Gone


def _wrote(
    version: Version, verb: str, part: str, by: User, told: Collection[str], *, drafts: bool = True
) -> Version:
    """Write down that this person wrote in this version, and where; return it as it stands now, kept in its history.

    Contributors neither review nor decide it; an adviser in the section that they were asked for does not draft
    (design.md 2). The trail names the part by its key, never a word. Raises LetsFall where something falls of which
    the person was not `told`.
    """
    if drafts:
        Contributor.objects.get_or_create(version=version, person=by)
    trail.write("decision", version.decision_id, verb, by=by, part=part)
    now = load(version.pk)
    resting.check(version, now, told)
    history.record(now, verb=verb, part=part, by=by)
    return now
