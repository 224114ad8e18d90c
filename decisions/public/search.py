"""Finding published decisions: the words, the filters, and pages of results."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.postgres.search import SearchQuery
from django.core.paginator import Page, Paginator
from django.db.models import Case, Exists, Max, Min, OuterRef, Q, QuerySet, When

from decisions.models.publication import NumberEvent, Publication
from decisions.references import normalise
from decisions.wording import KIND_NAMES

LONGEST_SEARCH = 200
PAGE_SIZE = 20
#: Counting stops here, so that a page costs the same however many decisions there are.
MOST_RESULTS = 10_000
#: How many pages are linked on each side of the current one.
NEIGHBOURS = 1


@dataclass(frozen=True)
class Filters:
    """What a reader asked for; what cannot be understood is left out, never an error."""

    words: str = ""
    kind: str = ""
    year: int | None = None
    part2: str = ""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Filters":
        """Read the query string of `/decisions/`."""
        return cls(
            words=clean(data.get("q", "")),
            kind=data["kind"] if data.get("kind") in KIND_NAMES else "",
            year=year_of(data.get("year", "")),
            part2=data["part2"] if data.get("part2") in ("yes", "no") else "",
        )

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that are set, as a query string names them."""
        values = {"q": self.words, "kind": self.kind, "year": str(self.year or ""), "part2": self.part2}
        return {name: value for name, value in values.items() if value}


def clean(text: str) -> str:
    """Return what was typed without control characters, in single spaces and not too long to search for."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[: LONGEST_SEARCH * 4]).split())[
        :LONGEST_SEARCH
    ]


def year_of(text: str) -> int | None:
    """Return a year that somebody may have decided in."""
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() and text >= "1900" else None


def heads() -> QuerySet[Publication]:
    """Return what was published here and whether it was rescinded, without the columns that only the index reads."""
    own = Publication.objects.filter(body_key=settings.BODY).select_related("rescission")
    return own.defer("search_text", "search")


def latest() -> QuerySet[Publication]:
    """Return the latest version of each decision, the newest first."""
    newer = Publication.objects.filter(
        body_key=OuterRef("body_key"), key=OuterRef("key"), version__gt=OuterRef("version")
    )
    return heads().filter(~Exists(newer)).order_by("-published_at", "-number")


def found(filters: Filters) -> QuerySet[Publication]:
    """Return the decisions that match, the newest first; one asked for by its reference stands before the rest."""
    rows = latest()
    if filters.words:
        rows = _with_words(rows, filters.words)
    if filters.kind:
        rows = rows.filter(kinds__contains=[filters.kind])
    if filters.year:
        rows = rows.filter(decided_on__range=(date(filters.year, 1, 1), date(filters.year, 12, 31)))
    if filters.part2:
        rows = rows.filter(has_part2=filters.part2 == "yes")
    return rows


def _with_words(rows: QuerySet[Publication], words: str) -> QuerySet[Publication]:
    key = normalise(words)
    # A number alone is looked for by the search: it stands in the text of every decision as part of its reference.
    searched = key if key.isdigit() else words
    matches = Q(search=SearchQuery(searched, config="english", search_type="websearch"))
    if not any(character.isdigit() for character in key):
        return rows.filter(matches)
    named = Q(number=int(key)) if key.isdigit() and len(key) < 10 else Q(key=key)
    return rows.filter(matches | Q(key=key)).order_by(
        Case(When(named, then=0), default=1), "-published_at", "-number"
    )


def years() -> list[int]:
    """Return the years that decisions were taken in, the latest first."""
    ends = Publication.objects.filter(body_key=settings.BODY).aggregate(
        first=Min("decided_on"), last=Max("decided_on")
    )
    if ends["first"] is None:
        return []
    return list(range(ends["last"].year, ends["first"].year - 1, -1))


def numbers(*, became: str = "", year: int | None = None) -> QuerySet[NumberEvent]:
    """Return what became of every number issued here: its latest event, the highest number first."""
    newest = (
        NumberEvent.objects.filter(body_key=settings.BODY).order_by("key", "-at").distinct("key").values("pk")
    )
    rows = NumberEvent.objects.filter(pk__in=newest).order_by("-year", "series", "-number")
    if became:
        rows = rows.filter(became=became)
    return rows.filter(at__year=year) if year else rows


class Pages(Paginator[Any]):
    """Pages of results that stop counting at MOST_RESULTS."""

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows, PAGE_SIZE)
        self.rows = rows

    @cached_property
    def count(self) -> int:
        """How many rows there are, or MOST_RESULTS."""
        return self.rows.order_by()[:MOST_RESULTS].count()

    @property
    def more(self) -> bool:
        """Whether there may be more rows than were counted."""
        return self.count == MOST_RESULTS


def links(page: Page[Any], chosen: dict[str, str]) -> dict[str, Any]:
    """Return the arguments of the pagination component; empty where there is one page."""
    last = page.paginator.num_pages
    if last < 2:
        return {}

    def address(number: int) -> str:
        return "?" + urlencode({**chosen, "page": number})

    near = range(page.number - NEIGHBOURS, page.number + NEIGHBOURS + 1)
    shown = sorted({1, last, *(number for number in near if 1 <= number <= last)})
    items: list[dict[str, Any]] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number - before > 1:
            items.append({"ellipsis": True})
        items.append({"number": number, "href": address(number), "current": number == page.number})
    result: dict[str, Any] = {"items": items}
    if page.has_previous():
        result["previous"] = {"href": address(page.number - 1)}
    if page.has_next():
        result["next"] = {"href": address(page.number + 1)}
    return result
