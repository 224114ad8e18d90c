"""What was read of one file: every field that `import_decision --json` prints, and what found no place."""

from __future__ import annotations  # cattrs resolves the tree of recommendations by it

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import cattrs


@dataclass
class Item:
    """A recommendation as printed, with what stands below it, and the heading that stood above it."""

    label: str
    text: str
    heading: str = field(default="", kw_only=True)
    children: list[Item] = field(default_factory=list)


@dataclass
class Paragraph:
    """A paragraph of a section, with its number as printed."""

    number: str
    text: str


@dataclass
class Section:
    """A section as printed; `kinds` are all that a merged one stands for, its own `kind` first."""

    number: str
    heading: str
    kind: str
    paragraphs: list[Paragraph] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)


@dataclass
class Line:
    """An amount of money asked for; amounts are decimal strings in pounds, years those in which they begin."""

    where: str
    printed: str
    #: "asked", or "context" where it only compares: approved to date, a threshold, a total.
    role: str = "asked"
    kind: str = ""
    certainty: str = "exact"
    amount: str = ""
    amount_to: str = ""
    vat: str = "not_stated"
    recurrence: str = "one_off"
    year_from: int | None = None
    year_to: int | None = None
    funding_source: str = ""
    #: Its parts by the year in which a financial year begins, where a table gives them.
    by_year: dict[int, str] = field(default_factory=dict)


@dataclass
class Award:
    """A contract: what is done, with whom, up to which value, for how long, by which route."""

    where: str
    action: str
    value: str = ""
    certainty: str = "exact"
    vat: str = "not_stated"
    suppliers: list[dict[str, str]] = field(default_factory=list)
    reference: str = ""
    initial_months: int | None = None
    longest_months: int | None = None
    extension_options: str = ""
    break_points: str = ""
    route_to_market: str = ""
    framework: str = ""


@dataclass
class Grant:
    """A grant received or given."""

    where: str
    direction: str
    amount: str
    certainty: str = "exact"
    counterparty: str = ""
    year_from: int | None = None
    year_to: int | None = None
    by_year: dict[int, str] = field(default_factory=dict)


@dataclass
class Signature:
    """A signature of the paper: history, and never a signature of this system."""

    office: str
    name: str = ""
    date: str = ""
    statement: str = ""
    note: str = ""


@dataclass
class Declaration:
    """A statement of the originating officer, and whether it was ticked."""

    key: str
    statement: str
    ticked: bool
    name: str = ""
    mark: str = ""


@dataclass
class Reading:
    """All that was found in one file; each word of the file is in a field, or in `leftover`."""

    file: str = ""
    format: str = ""
    address: str = ""
    body: str = ""
    reference: str = ""
    title: str = ""
    decision_maker: str = ""
    author: str = ""
    marking: str = ""
    #: Lines that are nothing but a marking which closes the paper, wherever they stand; not that of its Part 2.
    marked: list[str] = field(default_factory=list)
    #: Other lines of the form "name: value" at the paper's beginning.
    particulars: list[dict[str, str]] = field(default_factory=list)
    dates: dict[str, str] = field(default_factory=dict)
    dates_printed: dict[str, str] = field(default_factory=dict)
    summary: str = ""
    recommendations_lead: str = ""
    recommendations: list[Item] = field(default_factory=list)
    recommendations_note: str = ""
    sections: list[Section] = field(default_factory=list)
    financial_lines: list[Line] = field(default_factory=list)
    contract_awards: list[Award] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    amounts: list[dict[str, str]] = field(default_factory=list)
    links: list[dict[str, str]] = field(default_factory=list)
    part2: dict[str, Any] = field(default_factory=dict)
    deferral: dict[str, str] = field(default_factory=dict)
    declarations: list[Declaration] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    #: The form's own words that were recognised: labels, headings and notices, in order.
    form: list[str] = field(default_factory=list)
    #: What the file held beside its text, and is never taken over: tracked changes, comments, scripts.
    set_aside: list[str] = field(default_factory=list)
    corrected: list[dict[str, str]] = field(default_factory=list)
    doubts: list[dict[str, str]] = field(default_factory=list)
    leftover: list[str] = field(default_factory=list)

    @property
    def money(self) -> list[Line | Award | Grant]:
        """Return the amounts, contracts and grants."""
        return [*self.financial_lines, *self.contract_awards, *self.grants]

    def doubt(self, where: str, sentence: str) -> None:
        """Note what a person must look at, once."""
        row = {"where": where, "sentence": sentence}
        if row not in self.doubts:
            self.doubts.append(row)

    def correct(self, where: str, before: str, after: str) -> None:
        """Note what was put right, with its words before and after."""
        self.corrected.append({"where": where, "before": before, "after": after})

    @classmethod
    def of(cls, data: dict[str, Any]) -> Reading:
        """Return the reading of plain values; one that was kept before a field was added lacks it."""
        return cattrs.structure(data, cls)

    def as_json(self) -> dict[str, Any]:
        """Return the reading as plain values."""
        return asdict(self)


#: Fields whose words stand in another field as well.
DERIVED = (
    "file",
    "format",
    "amounts",
    "financial_lines",
    "contract_awards",
    "grants",
    "links",
    "doubts",
    "marked",
)


def words(text: str) -> Counter[str]:
    """Return the words and figures of a text, and how often each stands in it."""
    return Counter(re.findall(r"[^\W_]+", text))


def words_of(reading: Reading) -> Counter[str]:
    """Return the words of all fields, each counted where it stands first."""
    found: Counter[str] = Counter()
    waiting: list[Any] = [value for name, value in reading.as_json().items() if name not in DERIVED]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            found.update(words(value))
        elif isinstance(value, dict | list):
            waiting.extend(value.values() if isinstance(value, dict) else value)
    return found


def full_label(before: str, item: Item, position: int) -> str:
    """Return the label of an item below another with the other's before it, unless it says so itself; 2.1 is not 21."""
    label = item.label or str(position)
    if before and item.label.startswith(before) and label != before:
        return label
    return f"{before}.{label}" if before[-1:].isdigit() and label[0].isdigit() else f"{before}{label}"


def walk(items: list[Item], before: str = "") -> list[tuple[str, Item]]:
    """Return every recommendation with its full label: "1", "1a", "1a(i)"; an unlabelled one is counted."""
    rows: list[tuple[str, Item]] = []
    for position, item in enumerate(items, start=1):
        full = full_label(before, item, position)
        rows.append((full, item))
        rows.extend(walk(item.children, full))
    return rows


def cut(items: list[Item], levels: int) -> list[Item]:
    """Return the tree no deeper than so many levels; what stood below is a list in the text of the last one."""
    if levels > 1:
        return [replace(item, children=cut(item.children, levels - 1)) for item in items]
    return [replace(item, text="\n".join([item.text, *_flat(item.children)]), children=[]) for item in items]


def _flat(items: list[Item]) -> list[str]:
    return [line for item in items for line in (f"- {item.text}", *_flat(item.children))]


def placed(sections: list[Section], kinds: Iterable[str]) -> list[tuple[str, Section]]:
    """Return each section with the kind it stands under in a form with these; what it lacks stays below the last."""
    known = list(kinds)
    last, found = known[0], []
    for section in sections:
        last = section.kind if section.kind in known else last
        found.append((last, section))
    return found


_NO_DPIA = re.compile(r"\bDPIA is not required\b|screening questions have been completed", re.IGNORECASE)


def screened(reading: Reading) -> list[str]:
    """Return the paragraphs that say that no data protection impact assessment is needed."""
    found = (one.text for section in reading.sections for one in section.paragraphs)
    return [text for text in found if _NO_DPIA.search(text)]
