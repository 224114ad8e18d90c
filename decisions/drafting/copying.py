"""Beginning with an earlier decision: its Part 1, as text, in a new draft of the form as it is today.

What is copied is read from a Part1, which has no field for Part 2. Numbers, dates, declarations, answers, advice, the
deferral and the notices of Part 2 belong to the earlier paper alone.
"""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db import transaction

from decisions import history, part1, policy
from decisions.drafting import writes
from decisions.models import (
    Access,
    Decision,
    Link,
    Paragraph,
    Publication,
    PublicationBody,
    Recommendation,
    Section,
    State,
    Version,
)
from decisions.part1 import Part1
from decisions.references import normalise
from decisions.snapshot import components, load
from decisions.wording import counted, shortened
from pcd import trail
from pcd.people.models import Office, Role, User

#: A title of a paper is no longer; an old one may be.
LONGEST_TITLE = 199
#: The rows of a recommendation, by what `writes.money` calls them: where they stand in a Part1, the fields that they
#: keep as they are, and the choices, which are kept by their key.
COPIED = {
    "lines": (
        "financial_lines",
        ("amount", "amount_to", "year_from", "year_to", "funding_source", "approved_before", "note"),
        ("kind", "certainty", "vat", "recurrence"),
    ),
    "awards": (
        "contract_awards",
        (
            *("subject", "reference", "suppliers_withheld", "value", "initial_months", "extension_options"),
            *("longest_months", "break_points", "framework"),
        ),
        ("action", "certainty", "vat", "route_to_market"),
    ),
    "grants": (
        "grants",
        ("counterparty", "counterparty_withheld", "amount", "purpose", "conditions", "reasons"),
        ("direction", "certainty"),
    ),
}


@dataclass(frozen=True)
class Source:
    """An earlier decision that a paper may begin with: of this register, or of the archive."""

    row: Decision | Publication
    whole: Part1
    #: The one recommendation to go on with, by its id: it was deferred back.
    only: str = ""

    @property
    def text(self) -> Part1:
        """Return what comes over; the amounts of an old paper were read from its words, so people enter them again."""
        rows: dict[str, Any] = dict.fromkeys(("financial_lines", "contract_awards", "grants"), ())
        if self.whole.archived:
            return replace(self.whole, **rows)
        return replace(self.whole, recommendations=(self.taken_up,)) if self.taken_up else self.whole

    @property
    def taken_up(self) -> part1.Recommendation | None:
        """Return the one recommendation to go on with; None where the whole paper is begun with."""
        return next(
            (row for row in self.whole.all_recommendations if self.only and row.id == self.only), None
        )


def found(person: User, words: str) -> list[Source]:
    """Return the decisions with this reference, however it is written, that this person may begin with."""
    key = normalise(words)
    number = key.rpartition("-")[2]
    if not number.isdecimal() or len(number) > 9:
        return []
    numbered: list[Decision | Publication] = [
        *policy.may_begin_from(person)
        .filter(number=int(number))
        .select_related("series")
        .order_by("-year", "series__key"),
        *policy.archived().filter(number=int(number)).order_by("-year", "series"),
    ]
    return [Source(row, text_of(person, row)) for row in numbered if key in (number, row.key)]


def source_of(person: User, pk: uuid.UUID, only: str = "") -> Source | None:
    """Return the decision of this id, if this person may begin a paper with it, or with one recommendation of it."""
    rows: list[Decision | Publication] = [
        *policy.may_begin_from(person).filter(pk=pk).select_related("series"),
        *policy.archived().filter(pk=pk),
    ]
    return next((Source(row, text_of(person, row), only) for row in rows), None)


def text_of(person: User, row: Decision | Publication) -> Part1:
    """Return the Part 1 that this person may begin with: as it stands, or, where they do not read it, as published."""
    if isinstance(row, Publication):
        return part1.from_bytes(bytes(row.body.content))
    if policy.may(person, Access.PART1, row):
        latest = row.versions.values_list("pk", flat=True).latest("number")
        return part1.of_snapshot(components(load(latest)))
    versions = row.versions.values("pk")
    body = PublicationBody.objects.filter(publication__in=versions).latest("publication__version")
    return part1.from_bytes(bytes(body.content))


def taken_up_as(row: part1.Recommendation) -> str:
    """Return how a paper's link says which recommendation it goes on with."""
    return f"recommendation {row.label}, which was deferred back"


#: How the link of a paper that is submitted again under a new number says so (form.md 8).
SUBMITTED_AGAIN = "withdrawn, and submitted again here"


def _goes_on(source: "Source") -> str:
    """Return how a paper that begins with this one goes on with it; empty where it only takes its text."""
    if source.taken_up:
        return taken_up_as(source.taken_up)
    withdrawn = Version.objects.filter(decision=source.row.pk, state=State.WITHDRAWN)
    return SUBMITTED_AGAIN if source.row.reference and withdrawn.exists() else ""


@transaction.atomic
def begin(source: Source, *, decision_id: uuid.UUID, working_title: str, by: User) -> Decision:
    """Begin a paper with the text of an earlier one; the same id again is the same paper (a second click)."""
    if Decision.objects.filter(pk=decision_id).exists():
        return writes.begin(decision_id=decision_id, working_title=working_title, by=by)
    decision = writes.begin(decision_id=decision_id, working_title=working_title, by=by)
    version = Version.objects.select_for_update().get(decision=decision)
    if version.begun_from_id or version.begun_from_archived_id:  # the first click was under way
        return decision
    version.begun_from = source.row if isinstance(source.row, Decision) else None
    version.begun_from_archived = source.row if isinstance(source.row, Publication) else None
    text = source.text
    _fields(version, text)
    version.save()
    paragraphs = dict(_sections(version, text))
    _recommendations(version, text, text.recommendations, paragraphs)
    if note := _goes_on(source):
        Link.objects.create(
            version=version, position=1, kind="follows", reference=source.row.reference, note=note
        )
    trail.write("decision", decision.pk, "copied", by=by, of=source.row.reference)
    history.record(load(version.pk), verb="copied", part="", by=by)
    return decision


def left_out(source: Source, version: Version) -> list[str]:
    """Return in words what of an earlier decision did not come over into this version; Part 2 never does."""
    whole, comes = source.whole, source.text
    here = {entry["kind"] for entry in version.edition.sections}
    counts = (
        (len(whole.financial_lines) - len(comes.financial_lines), "amount"),
        (len(whole.contract_awards) - len(comes.contract_awards), "contract"),
        (len(whole.grants) - len(comes.grants), "grant"),
        (sum(section.kind not in here for section in whole.sections), "section that this form does not have"),
        (
            sum(section.treatment == Section.Treatment.IN_PART2 for section in whole.sections),
            "section in Part 2",
        ),
        (len(whole.links), "related decision"),
        (len(whole.joint_deciders), "joint decision maker"),
        (len(whole.attachments), "attachment"),
    )
    return [
        *(counted(number, noun) for number, noun in counts if number),
        *(["the data protection answer"] if whole.dpia else []),
        *(["printed text that stands under no section"] if whole.archived and whole.archived.printed else []),
        *(["Part 2"] if whole.part2_exists == "yes" else []),
        "its declarations",
        "its advice",
    ]


def _fields(version: Version, text: Part1) -> None:
    version.title, version.summary = shortened(text.title, LONGEST_TITLE), text.summary
    version.kinds = [kind.key for kind in text.kinds]
    version.business_unit, version.business_organisation = text.business_unit, text.business_organisation
    heads = Office.objects.filter(role=Role.HEAD_OF_SERVICE)
    version.head_of_service = heads.filter(title=text.head_of_service).first()


def _sections(version: Version, text: Part1) -> Iterable[tuple[str, Paragraph]]:
    """Write the sections that this edition of the form has; yield each paragraph by its label in the earlier paper."""
    rows = {row.kind: row for row in version.sections.all()}
    last: Counter[str] = Counter()  # an old paper may have two sections of one kind
    here = {entry["kind"] for entry in version.edition.sections}
    for section in text.sections:
        row = rows.get(section.kind)
        if row is None or section.kind not in here or section.treatment == Section.Treatment.IN_PART2:
            continue
        row.treatment, row.reason = section.treatment, section.reason
        row.save(update_fields=["treatment", "reason"])
        for paragraph in section.paragraphs:
            last[section.kind] += 1
            made = Paragraph.objects.create(section=row, position=last[section.kind], text=paragraph.text)
            yield paragraph.label, made


def _recommendations(
    version: Version,
    text: Part1,
    rows: Iterable[part1.Recommendation],
    paragraphs: dict[str, Paragraph],
    parent: Recommendation | None = None,
) -> None:
    for position, row in enumerate(rows, start=1):
        made = Recommendation.objects.create(
            version=version,
            parent=parent,
            position=position,
            text=row.text,
            cites=paragraphs.get(row.cites),
        )
        writes.money(made, **{kind: list(_of(row, text, kind)) for kind in COPIED})
        _recommendations(version, text, row.children, paragraphs, made)


def _of(row: part1.Recommendation, text: Part1, kind: str) -> Iterator[dict[str, Any]]:
    """Yield the columns of a recommendation's rows of one kind: what was asked for, not what was decided on it."""
    where, fields, choices = COPIED[kind]
    for one in getattr(text, where):
        if one.recommendation == row.label:
            columns: dict[str, Any] = {name: getattr(one, name) for name in fields}
            columns |= {name: getattr(getattr(one, name), "key", "") for name in choices}
            yield columns | {name: make(one) for name, make in MADE.items() if hasattr(one, name)}


#: What a row has in parts, and what these become.
MADE: dict[str, Callable[[Any], list[Any]]] = {
    "profile": lambda row: [{"year": one.year, "amount": str(one.amount)} for one in row.profile],
    "notices": lambda row: list(row.notices),
    "suppliers": lambda row: [asdict(one) for one in row.suppliers],
}
