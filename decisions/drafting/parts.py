"""The task list: the parts of a paper, where each is written, and how far it is.

To add a part with a form of its own, add its page to `pages.py` and a row to PARTS.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from decisions import policy, scheme
from decisions.checks import Finding
from decisions.checks.run import open_findings
from decisions.drafting import pages
from decisions.drafting.forms import Values
from decisions.drafting.pages import Page
from decisions.drafting.rows import ROW
from decisions.importing import review
from decisions.models import Section, Version


@dataclass(frozen=True)
class Part:
    """A part of the paper: `key` names its page in addresses and findings."""

    key: str
    title: str
    group: str
    page: Page | None
    #: The rows whose findings belong to this part, by the beginning of their keys.
    covers: tuple[str, ...] = ()
    view: str = "paper-part"

    def read(self, version: Version, key: str) -> Values:
        """Return what stands in this part, by field; nothing for a part that is a list of rows."""
        row = self.page.find(version, key.partition(":")[2]) if self.page else None
        return self.page.read(row) if self.page and row else {}


PAPER, PART1, REST = "About the decision", "Part 1: facts and advice", "Confidentiality and declarations"
BEFORE = "Before you submit"
#: Stands for the sections of the form's edition, in its order.
SECTIONS = Part("section", "", PART1, pages.SECTION)
PARTS = (
    Part("titles", "Title and kind of decision", PAPER, pages.TITLES),
    Part("owner", "Business owner and head of service", PAPER, pages.OWNER),
    Part("timing", "Effective date, urgency and delay", PAPER, pages.TIMING),
    Part("summary", "Executive summary", PAPER, pages.SUMMARY),
    Part(
        "recommendations",
        "Recommendations, money, contracts and grants",
        PAPER,
        None,
        ("recommendation",),
        "paper-recommendations",
    ),
    Part("links", "Related and joint decisions", PAPER, None, ("link", "joint"), "paper-links"),
    Part("authority", "Who decides", PAPER, pages.AUTHORITY),
    SECTIONS,
    Part("attachments", "Attachments", PART1, None, ("attachment",), "paper-attachments"),
    Part("data-protection", "Data protection impact assessment", PART1, pages.DATA_PROTECTION),
    Part("part2", "Part 2", REST, None, ("part2-notice", "part2-sealed"), "paper-part2-edit"),
    Part("deferral", "Deferral of Part 1", REST, pages.DEFERRAL),
    Part("declarations", "Originating officer declaration", REST, pages.DECLARATIONS),
    Part("import", "What was read of the file", BEFORE, None, view="paper-imported"),
    Part("warnings", "Answers to warnings", BEFORE, pages.WARNINGS),
)
PART = {part.key: part for part in PARTS}
IMPORT = PART["import"]


@dataclass(frozen=True)
class Task:
    """A row of the task list, as plain values."""

    key: str
    title: str
    url: str
    state: str
    tag: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Group:
    """A heading of the task list and its rows."""

    title: str
    tasks: tuple[Task, ...]

    @property
    def params(self) -> dict[str, object]:
        """Return the arguments of the Design System's task list."""
        return {
            "id_prefix": f"tasks-{self.tasks[0].key.replace(':', '-')}",
            "items": [
                {
                    "title": {"text": task.title},
                    "href": task.url,
                    **({"hint": {"text": task.hint}} if task.hint else {}),
                    "status": {"tag": {"text": task.state, "classes": task.tag}}
                    if task.tag
                    else {"text": task.state},
                }
                for task in self.tasks
            ],
        }


def parts(version: Version) -> Iterator[tuple[str, Part, str]]:
    """Yield the parts of this paper in order: key, row, title; the sections as its form's edition has them."""
    for part in PARTS:
        if part is IMPORT and review.of(version) is None:
            continue
        if part is not SECTIONS:
            yield part.key, part, part.title
            continue
        for number, entry in enumerate(version.edition.sections, start=1):
            yield f"section:{entry['kind']}", part, f"{number}. {entry['heading']}"


def called(version: Version, key: str) -> str:
    """Return what people call a page: the part's title, the section's heading, the row's noun; empty for no page."""
    name, _, kind = key.partition(":")
    if name == "section":
        headings = {entry["kind"]: entry["heading"] for entry in version.edition.sections}
        return str(headings.get(kind, kind))
    if name in ROW:
        return ROW[name].noun.capitalize()
    return PART[name].title if name in PART else ""


def is_sealed(key: str) -> bool:
    """Say whether this part is written behind Part 2's wall: to whom it is closed, its page is missing."""
    return key.partition(":")[0] in ("part2-sealed", "part2-file")


def address(version: Version, key: str, anchor: str = "") -> str:
    """Return where a part, or the row that a finding names, is written."""
    name, _, row = key.partition(":")
    decision = version.decision_id
    if name == "section":
        url = reverse("paper-section", kwargs={"decision": decision, "kind": row})
    elif row:
        url = reverse(name, kwargs={"decision": decision, "row": row})
    elif PART[name].page is None:
        url = reverse(PART[name].view, kwargs={"decision": decision})
    else:
        url = reverse("paper-part", kwargs={"decision": decision, "part": name})
    return f"{url}#{anchor}" if anchor else url


def places(version: Version, key: str, row: object, *, called: str, number: int, last: int) -> dict[str, Any]:
    """Return where the `number`-th of `last` rows is changed, removed and moved, and what tells it apart."""
    change = reverse(key, kwargs={"decision": version.decision_id, "row": row})
    return {
        "called": called,
        "change": change,
        "remove": f"{change}remove/",
        "move": f"{change}move/",
        "up": number - 1 if number > 1 else None,
        "down": number + 1 if number < last else None,
    }


def after(version: Version, key: str) -> str:
    """Return the address of the part that follows, or the check page after the last one."""
    keys = [other for other, part, _ in parts(version) if part.group != BEFORE]
    rest = keys[keys.index(key) + 1 :] if key in keys else []
    if not rest:
        return reverse("paper-check", kwargs={"decision": version.decision_id})
    return address(version, rest[0])


def task_list(version: Version, found: Sequence[Finding] | None = None) -> list[Group]:
    """Return the task list of a loaded version; `found` spares a second run of the checks."""
    found = open_findings(version) if found is None else found
    pens = policy.pens(version)
    groups: dict[str, list[Task]] = {}
    for key, part, title in parts(version):
        missing = any(_covers(key, part, one) for one in found)
        state, tag = "Completed", ""
        if missing:
            begun = _begun(version, key, part)
            state, tag = (
                ("In progress", "govuk-tag--light-blue") if begun else ("Not started", "govuk-tag--blue")
            )
        elif not _begun(version, key, part):
            state = "Nothing to answer" if key == "warnings" else "Optional"
        current = review.of(version) if key == IMPORT.key else None
        if current and current.left:
            state, tag = current.looked_at, "govuk-tag--light-blue" if missing else ""
        if key in pens:
            state, tag = "With an adviser", "govuk-tag--grey"
        proposed = scheme.proposal(version) if key == "authority" else None
        hint = proposed.because if proposed else ""
        groups.setdefault(part.group, []).append(Task(key, title, address(version, key), state, tag, hint))
    check = reverse("paper-check", kwargs={"decision": version.decision_id})
    groups[BEFORE].append(Task("check", "Check your answers", check, _left(len(found))))
    return [Group(title, tuple(tasks)) for title, tasks in groups.items()]


def _left(count: int) -> str:
    if not count:
        return "Nothing is missing"
    return f"{count} thing{'' if count == 1 else 's'} missing"


def _covers(key: str, part: Part, one: Finding) -> bool:
    """Say whether this part is where a finding is settled; a warning is, wherever it points to, by its answer."""
    if one.severity == "warning":
        return key in ("warnings", IMPORT.key) if one.part == IMPORT.key else key == "warnings"
    return one.part == key or (one.part.partition(":")[0] in part.covers)


def _begun(version: Version, key: str, part: Part) -> bool:
    """Say whether anything was written in this part yet."""
    if key == "recommendations":
        return bool(version.recommendations.all())
    if key == "links":
        return bool(version.links.all() or version.joint_deciders.all())
    if key == "part2":
        return bool(version.part2_exists or version.part2_papers.all())
    if key == IMPORT.key:
        return True
    if key == "attachments":
        return bool(version.attachments.all())
    values = part.read(version, key)
    ignored = {"working_title"} | (
        {"treatment"} if values.get("treatment") == Section.Treatment.TEXT else set()
    )
    return any(value for name, value in values.items() if name not in ignored)
