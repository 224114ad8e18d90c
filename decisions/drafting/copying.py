"""Beginning with an earlier decision: its Part 1, as text, in a new draft of the form as it is today.

What is copied is read from a Part1, which has no field for Part 2. Numbers, dates, declarations, answers, advice, the
deferral and the notices of Part 2 belong to the earlier paper alone.
"""

import uuid
from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction

from decisions import history, part1, policy
from decisions.drafting import writes
from decisions.models import (
    Access,
    ContractAward,
    Decision,
    FinancialLine,
    FundingGrant,
    Paragraph,
    PublicationBody,
    Recommendation,
    Section,
    Supplier,
    Version,
)
from decisions.part1 import Part1
from decisions.references import normalise
from decisions.snapshot import components, load
from pcd import trail
from pcd.people.models import Office, Role, User

#: The fields that an amount, a contract and a grant keep as they are; choices are kept by their key.
LINE = ("amount", "amount_to", "year_from", "year_to", "funding_source", "approved_before", "note")
LINE_CHOICES = ("kind", "certainty", "vat", "recurrence")
AWARD = (
    *("subject", "reference", "suppliers_withheld", "value", "initial_months", "extension_options"),
    *("longest_months", "break_points", "framework"),
)
AWARD_CHOICES = ("action", "certainty", "vat", "route_to_market")
GRANT = ("counterparty", "counterparty_withheld", "amount", "purpose", "conditions", "reasons")
GRANT_CHOICES = ("direction", "certainty")


def found(person: User, words: str) -> list[Decision]:
    """Return the decisions with this reference, however it is written, that this person may begin with."""
    key = normalise(words)
    number = key.rpartition("-")[2]
    if not number.isdecimal() or len(number) > 9:
        return []
    numbered = policy.may_begin_from(person).filter(number=int(number)).select_related("series")
    return [row for row in numbered.order_by("-year", "series__key") if key in (number, row.key)]


def text_of(person: User, decision: Decision) -> Part1:
    """Return the Part 1 that this person may begin with: as it stands, or, where they do not read it, as published."""
    if policy.may(person, Access.PART1, decision):
        latest = decision.versions.values_list("pk", flat=True).latest("number")
        return part1.of_snapshot(components(load(latest)))
    versions = decision.versions.values("pk")
    body = PublicationBody.objects.filter(publication__in=versions).latest("publication__version")
    return part1.from_bytes(bytes(body.content))


@transaction.atomic
def begin(source: Decision, text: Part1, *, decision_id: uuid.UUID, working_title: str, by: User) -> Decision:
    """Begin a paper with the text of an earlier one; the same id again is the same paper (a second click)."""
    if Decision.objects.filter(pk=decision_id).exists():
        return writes.begin(decision_id=decision_id, working_title=working_title, by=by)
    decision = writes.begin(decision_id=decision_id, working_title=working_title, by=by)
    version = Version.objects.select_for_update().get(decision=decision)
    if version.begun_from_id:  # the first click was under way
        return decision
    version.begun_from = source
    _fields(version, text)
    version.save()
    paragraphs = dict(_sections(version, text))
    _recommendations(version, text, text.recommendations, paragraphs)
    trail.write("decision", decision.pk, "copied", by=by, of=source.reference)
    history.record(load(version.pk), verb="copied", part="", by=by)
    return decision


def _fields(version: Version, text: Part1) -> None:
    version.title, version.summary = text.title, text.summary
    version.kinds = [kind.key for kind in text.kinds]
    version.business_unit, version.business_organisation = text.business_unit, text.business_organisation
    heads = Office.objects.filter(role=Role.HEAD_OF_SERVICE)
    version.head_of_service = heads.filter(title=text.head_of_service).first()


def _sections(version: Version, text: Part1) -> Iterable[tuple[str, Paragraph]]:
    """Write the sections that this edition of the form has; yield each paragraph by its label in the earlier paper."""
    rows = {row.kind: row for row in version.sections.all()}
    here = {entry["kind"] for entry in version.edition.sections}
    for section in text.sections:
        row = rows.get(section.kind)
        if row is None or section.kind not in here or section.treatment == Section.Treatment.IN_PART2:
            continue
        row.treatment, row.reason = section.treatment, section.reason
        row.save(update_fields=["treatment", "reason"])
        for position, paragraph in enumerate(section.paragraphs, start=1):
            made = Paragraph.objects.create(section=row, position=position, text=paragraph.text)
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
        lines = (line for line in text.financial_lines if line.recommendation == row.label)
        for place, line in enumerate(lines, start=1):
            FinancialLine.objects.create(
                recommendation=made,
                position=place,
                profile=_profile(line),
                **_as_asked(line, LINE, LINE_CHOICES),
            )
        awards = (award for award in text.contract_awards if award.recommendation == row.label)
        for place, award in enumerate(awards, start=1):
            contract = ContractAward.objects.create(
                recommendation=made,
                position=place,
                notices=list(award.notices),
                **_as_asked(award, AWARD, AWARD_CHOICES),
            )
            Supplier.objects.bulk_create(
                Supplier(award=contract, position=at, **asdict(one))
                for at, one in enumerate(award.suppliers, start=1)
            )
        grants = (grant for grant in text.grants if grant.recommendation == row.label)
        for place, grant in enumerate(grants, start=1):
            FundingGrant.objects.create(
                recommendation=made,
                position=place,
                profile=_profile(grant),
                **_as_asked(grant, GRANT, GRANT_CHOICES),
            )
        _recommendations(version, text, row.children, paragraphs, made)


def _as_asked(
    row: part1.FinancialLine | part1.ContractAward | part1.Grant,
    fields: tuple[str, ...],
    choices: tuple[str, ...],
) -> dict[str, object]:
    """Return what was asked for, not what was decided on it."""
    keys = {name: getattr(getattr(row, name), "key", "") for name in choices}
    return {**{name: getattr(row, name) for name in fields}, **keys}


def _profile(row: part1.FinancialLine | part1.Grant) -> list[dict[str, object]]:
    return [{"year": one.year, "amount": str(one.amount)} for one in row.profile]
