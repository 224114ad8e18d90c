"""A returned paper: why, at which text, how that was answered, what changed since, and which advice to ask again."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.views.decorators.debug import sensitive_variables

from approvals import advice
from approvals.models import ReturnAnswer, ReturnPoint, Round
from decisions import differences, part2
from decisions.drafting import comments, parts
from decisions.drafting.comments import Subject
from decisions.models import MovedWords, Version
from decisions.part1 import of_snapshot
from decisions.snapshot import component_digests, components, read
from pcd.people.models import Holding, User

Json = dict[str, Any]
#: What a component of the text is called that is no page of its own.
COMPONENTS = {
    "recommendations": "the recommendations",
    "money": "the money",
    "contracts": "the contracts",
    "grants": "the grants",
    "joint_deciders": "who decides jointly",
    "attachments": "the attachments",
    "summary": "the executive summary",
    "data_protection": "the data protection answer",
}


@dataclass(frozen=True)
class Point:
    """A point of the last return, and how far it is met."""

    row: ReturnPoint
    answer: ReturnAnswer | None
    #: The text that it concerns is not what was returned.
    changed: bool


@dataclass(frozen=True)
class Fallen:
    """Advice that fell, to be asked again: of whom, and what has changed."""

    row: advice.Standing
    changed: tuple[str, ...]


@dataclass(frozen=True)
class Since:
    """What changed since somebody returned the paper; `part2` only for who may read it."""

    by: User | None
    changes: list[differences.Changed]
    part2: list[differences.Changed]
    #: Words were moved to Part 2 once: what went is not shown, for it may be they.
    moved: bool


def places(version: Version) -> dict[str, Subject]:
    """Return what a reason of a return may concern, by key: summary, recommendations, sections and paragraphs."""
    found: dict[str, Subject] = {}
    headings = {key: title for key, _, title in parts.parts(version) if key.startswith("section:")}
    for key, place in comments.subjects(version).items():
        if place.paragraph and place.part in headings:
            _add_section(found, place.part, headings.pop(place.part))
        found[key] = place
    for part, title in headings.items():  # sections in Part 2, or not applicable
        _add_section(found, part, title)
    return found


def _add_section(found: dict[str, Subject], part: str, title: str) -> None:
    found[part] = Subject(part, None, f"Section {title}", "", part, "")


def key_of(row: ReturnPoint) -> str:
    """Return what `places` calls the text that a point concerns."""
    return f"paragraph:{row.paragraph}" if row.paragraph else row.part


def last(version: Version) -> Round | None:
    """Return the round that a paper came back from, while it is written again."""
    return version.rounds.exclude(closed_at=None).select_related("closed_by", "snapshot").last()


def points(version: Version) -> list[Point]:
    """Return the points of the last return of a loaded version, in their order."""
    came_back = last(version)
    if came_back is None:
        return []
    rows = list(came_back.points.select_related("answer__by"))
    if not rows:
        return []
    before, now = _texts(read(bytes(came_back.snapshot.content))), _texts(components(version))
    return [
        Point(row, getattr(row, "answer", None), before.get(key_of(row)) != now.get(key_of(row)))
        for row in rows
    ]


def unanswered(version: Version) -> list[Point]:
    """Return the points of the last return that nobody has answered."""
    return [one for one in points(version) if one.answer is None]


def about(version: Version, part: str) -> list[Point]:
    """Return the points of the last return that one page of drafting is about."""
    return [one for one in points(version) if one.row.part == part] if version.editable else []


def _texts(content: Json) -> dict[str, str]:
    """Return what a snapshot says at each place."""

    def recommendations(rows: list[Json]) -> Iterator[tuple[str, str]]:
        for row in rows:
            yield f"recommendation:{row['id']}", row["text"]
            yield from recommendations(row["children"])

    found = {"summary": str(content["summary"]), **dict(recommendations(content["recommendations"]))}
    for key, section in content.items():
        if key.startswith("section:"):
            found[key] = "\n\n".join(
                [section["treatment"], section["reason"], *(row["text"] for row in section["paragraphs"])]
            )
            found |= {f"paragraph:{row['id']}": row["text"] for row in section["paragraphs"]}
    return found


def fallen(version: Version) -> list[Fallen]:
    """Return the advice that fell by a change and was not asked again, of advisers still in office."""
    digests = component_digests(version)
    held = set(Holding.objects.current().values_list("person", "office__role"))
    return [
        Fallen(row, _changed(version, row.given.covers, advice.covered(row.request, digests)))
        for row in advice.standings(version)
        if row.given is not None
        and not row.holds
        and not row.asked_again
        and (row.request.adviser_id, row.request.area) in held
    ]


def _changed(version: Version, before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    return in_words(version, [key for key in {**now, **before} if before.get(key) != now.get(key)])


def in_words(version: Version, keys: Iterable[str]) -> tuple[str, ...]:
    """Return what components of the text are called on this paper, each once."""
    titles = {key: title for key, _, title in parts.parts(version)}
    names = (COMPONENTS.get(key) or (f"section {titles[key]}" if key in titles else "Part 2") for key in keys)
    return tuple(dict.fromkeys(names))


@sensitive_variables()
def since_last_round(version: Version, *, reads_part2: bool) -> Since | None:
    """Return what changed from the round before to this one, or to the text as it is written now; None in the first.

    The earlier text stays as it was signed; where words were moved to Part 2, what went is left out.
    """
    rounds = list(version.rounds.select_related("snapshot", "closed_by").order_by("number"))
    this = rounds[-1] if rounds and rounds[-1].closed_at is None else None
    earlier = [row for row in rounds if row.closed_at is not None]
    if not earlier:
        return None
    before = earlier[-1]
    now = read(bytes(this.snapshot.content)) if this else components(version)
    changes = differences.between(of_snapshot(read(bytes(before.snapshot.content))), of_snapshot(now))
    moved = MovedWords.objects.filter(version=version).exists()
    inside = _part2(version, before) if reads_part2 else []
    return Since(
        before.closed_by,
        differences.without_what_went(changes) if moved else changes,
        inside,
        moved,
    )


@sensitive_variables()
def _part2(version: Version, before: Round) -> list[differences.Changed]:
    """Return what changed in Part 2, paper by paper."""
    old = part2.submitted(before.snapshot)
    papers = {paper.pk: paper for paper in version.part2_papers.all()}
    now = {pk: part2.read(paper) for pk, paper in papers.items()}
    titles = {pk: paper.title for pk, paper in papers.items()}

    def said(found: Mapping[UUID, part2.Part2Content]) -> dict[str, list[str]]:
        return {
            f"Part 2: {titles.get(pk) or 'a paper that is gone'}": part2.lines(one)
            for pk, one in found.items()
        }

    return differences.compared(said(old), said(now)) if old else []
