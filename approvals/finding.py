"""Finding papers on the staff site: references in any spelling, words of Part 1, filters; only what one may read.

Part 2 is encrypted and in no index; no table of it is searched, its public notice included.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Case, Exists, Func, IntegerField, OuterRef, Q, QuerySet, When
from django.db.models.lookups import Exact

from approvals.signing import TURN
from approvals.whereabouts import placed
from decisions import policy
from decisions.models import (
    Access,
    Attachment,
    ContractAward,
    FinancialLine,
    FundingGrant,
    JointDecider,
    Link,
    Paragraph,
    Recommendation,
    Section,
    Series,
    State,
    Supplier,
    Version,
)
from decisions.public.search import clean
from decisions.references import YEARS
from decisions.wording import KIND_NAMES
from pcd.people.models import Office, Role, User

#: The rows of Part 1 that hold words, how each hangs on its version, and its words. The first ones have an index
#: (decisions/migrations/0020_searched.py, the same fields in the same order); of the others a paper has a few.
SEARCHED: tuple[tuple[type[models.Model], str, tuple[str, ...]], ...] = (
    (Version, "pk", ("working_title", "title", "summary", "urgency_reason", "retrospective_reason")),
    (Paragraph, "section__version", ("text",)),
    (Recommendation, "version", ("text",)),
    (Section, "version", ("reason",)),
    (FinancialLine, "recommendation__version", ("funding_source", "note")),
    (ContractAward, "recommendation__version", ("subject", "reference", "framework")),
    (Supplier, "award__recommendation__version", ("name", "company_number")),
    (FundingGrant, "recommendation__version", ("counterparty", "purpose", "conditions", "reasons")),
    (Link, "version", ("reference", "note")),
    (JointDecider, "version", ("body", "office", "reference")),
    (Attachment, "version", ("title",)),
)
#: More words than these narrow nothing down.
MOST_TERMS = 8
_TERM = re.compile(r'"([^"]+)"|(\S+)')
LONGEST_NUMBER = 9


@dataclass(frozen=True)
class Filters:
    """What was asked for; what cannot be understood is left out, never an error."""

    words: str = ""
    state: str = ""
    kind: str = ""
    office: UUID | None = None
    owner: UUID | None = None
    begun_from: date | None = None
    begun_to: date | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Filters":
        """Read a query string, or what was saved of one."""
        return cls(
            words=clean(data.get("q", "")),
            state=data["state"] if data.get("state") in State.values else "",
            kind=data["kind"] if data.get("kind") in KIND_NAMES else "",
            office=_id(data.get("office", "")),
            owner=_id(data.get("owner", "")),
            begun_from=day_of(data.get("from", "")),
            begun_to=day_of(data.get("to", "")),
        )

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that are set, as a query string names them."""
        values = {
            "q": self.words,
            "state": self.state,
            "kind": self.kind,
            "office": str(self.office or ""),
            "owner": str(self.owner or ""),
            "from": self.begun_from.isoformat() if self.begun_from else "",
            "to": self.begun_to.isoformat() if self.begun_to else "",
        }
        return {name: value for name, value in values.items() if value}


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def day_of(text: str) -> date | None:
    """Return a day of an address, as an input for days writes it; None for what is none of this age."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def readable(person: User) -> QuerySet[Version]:
    """Return the latest version of each paper whose Part 1 this person may read."""
    newer = Version.objects.filter(decision=OuterRef("decision"), number__gt=OuterRef("number"))
    return Version.objects.filter(~Exists(newer), decision__in=policy.papers(person, Access.PART1))


def found(person: User, filters: Filters) -> QuerySet[Any]:
    """Return what matches of the papers that this person may read, the newest first."""
    rows = readable(person)
    order: list[Any] = ["-created_at", "pk"]
    if filters.words:
        named = _named(filters.words)
        rows = rows.filter(named | _worded(filters.words))
        order.insert(0, Case(When(named, then=0), default=1))
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.kind:
        rows = rows.filter(kinds__contains=[filters.kind])
    if filters.office:
        rows = rows.filter(_with(filters.office))
    if filters.owner:
        rows = rows.filter(drafting_officer=filters.owner)
    if filters.begun_from:
        rows = rows.filter(created_at__date__gte=filters.begun_from)
    if filters.begun_to:
        rows = rows.filter(created_at__date__lte=filters.begun_to)
    return placed(rows).order_by(*order)


def offices() -> QuerySet[Office]:
    """Return the offices that a paper may be with."""
    return Office.objects.filter(role__in=(*TURN.values(), Role.GOVERNANCE)).order_by("title")


def owners(person: User) -> QuerySet[User]:
    """Return the drafting officers of the papers that this person may read, by name."""
    return User.objects.filter(pk__in=readable(person).values("drafting_officer")).order_by("full_name")


def _with(office_id: UUID) -> Q:
    """Match papers that are with this office: a head of service has their own, any other office all of its state."""
    office = Office.objects.filter(pk=office_id).first()
    if office is None:
        return Q(pk__in=())
    if office.role == Role.GOVERNANCE:
        return Q(state=State.DECIDED)
    state = Q(state__in=[state for state, role in TURN.items() if role == office.role])
    return state & Q(head_of_service=office) if office.role == Role.HEAD_OF_SERVICE else state


def _named(words: str) -> Q:
    """Match a paper by its reference, however it is written: `PCD 1637`, `pcd01637`, or only the number."""
    if words.isdecimal():
        return Q(decision__number=int(words)) if len(words) <= LONGEST_NUMBER else Q(pk__in=())
    named = Q(pk__in=())
    for series in Series.objects.all():
        if read := series.pattern.read(words):
            number, year = read
            one = Q(decision__series=series, decision__number=number)
            named |= one & Q(decision__year=year) if series.by_year else one
    return named


def _worded(words: str) -> Q:
    """Match papers in whose Part 1 every word stands somewhere; words in quotation marks stand beside each other."""
    matching = Q()
    for term, kind in _terms(words):
        query = SearchQuery(term, config="english", search_type=kind)
        empty = Exact(Func(query, function="numnode", output_field=IntegerField()), 0)  # only "the", "and"
        matching &= Q(*(_stands_in(row, query) for row in SEARCHED), _connector=Q.OR) | Q(empty)
    return matching


def _terms(words: str) -> Iterator[tuple[str, str]]:
    for phrase, word in _TERM.findall(words)[:MOST_TERMS]:
        yield (phrase, "phrase") if phrase else (word, "plain")


def _stands_in(row: tuple[type[models.Model], str, tuple[str, ...]], query: SearchQuery) -> Q:
    model, path, fields = row
    rows = model._default_manager.alias(words=SearchVector(*fields, config="english")).filter(words=query)
    return Q(pk__in=rows.values(path))
