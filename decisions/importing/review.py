"""An imported draft beside its source, field by field: what is word for word there, doubted, looked at.

Each field that the file has is looked at once by a person, who accepts it or mends it; what was accepted is bound to
the digest of both sides, so that a field that is changed later is looked at anew.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from decisions import form, part1
from decisions.importing import dates
from decisions.importing.reading import Award, Grant, Line, Reading, cut, placed, screened, walk
from decisions.models import AcceptedField, ImportedFile, Version
from decisions.part1 import Part1
from decisions.snapshot import components, digest, once
from decisions.text import literal, plain
from decisions.wording import (
    contract_in_words,
    day,
    grant_in_words,
    line_in_words,
    link_in_words,
    listed,
    profile_in_words,
    section_in_words,
    vat_in_words,
)

ABOUT, ASKED, FACTS = (
    "About the decision",
    "Recommendations and related decisions",
    "Part 1: facts and advice",
)
CLOSED, NO_PLACE, HISTORY = "Confidentiality", "What found no place", "Kept as history"
_MARKS = re.compile(r"\*\*|\\(?=[\\*_\[\]])")
#: The groups of fields that are looked at, in the order of the page.
GROUPS = (ABOUT, ASKED, FACTS, CLOSED, NO_PLACE)
EXISTS = {"yes": "There is a Part 2", "no": "There is no Part 2"}
DEFERRED = {"yes": "Part 1 is to be deferred", "no": "Part 1 is not to be deferred"}
#: Dates of the file, which the paper does not take over: it is signed and published anew.
DATES = (
    ("signed", "Date signed"),
    ("decided", "Date of decision"),
    ("published", "Date published"),
)


@dataclass(frozen=True)
class Field:
    """A field: its words in the file (`source`) and in the paper (`now`), and the page (`part`) that mends it.

    `place` says where in the file it stands, `names` are what the reading calls it where it corrects or doubts, and
    `notes` what it says of it. `accepted` is who looked at it as it stands.
    """

    group: str
    key: str
    label: str
    part: str
    source: str
    now: str
    place: str = ""
    names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    #: What else is stored in the field, which the words of the paper leave out.
    stored: tuple[Any, ...] = ()
    accepted: AcceptedField | None = None

    @property
    def asked(self) -> bool:
        """Say whether a person has to look at it: whether the file says anything that the paper takes over."""
        return self.group != HISTORY and bool(self.source)

    @property
    def reads(self) -> str:
        """Return the words of the paper as a reader sees them, line by line: without bold and escapes."""
        return _MARKS.sub("", self.now)

    @property
    def digest(self) -> str:
        """Return what an acceptance is bound to."""
        return digest([self.source, self.now, self.stored])

    @property
    def anchor(self) -> str:
        """Return the id of this field on the page."""
        return f"field-{re.sub(r'[^a-z0-9]+', '-', self.key)}"

    @property
    def seen(self) -> str:
        """Return what a page posts to accept this field as it showed it."""
        return f"{self.key} {self.digest}"

    @property
    def exact(self) -> bool:
        """Say whether the paper says word for word what the file says, and the reading doubts nothing of it."""
        same = (
            plain(self.now).split() == self.source.split() or self.now.split() == literal(self.source).split()
        )
        return same and not self.notes


@dataclass(frozen=True)
class Review:
    """All fields of an imported draft, and how far they were looked at."""

    source: ImportedFile
    reading: Reading
    fields: list[Field] = field(default_factory=list)

    @property
    def asked(self) -> list[Field]:
        """Return the fields that a person looks at."""
        return [one for one in self.fields if one.asked]

    @property
    def left(self) -> list[Field]:
        """Return the fields that nobody has looked at as they stand."""
        return [one for one in self.asked if not one.accepted]

    @property
    def looked_at(self) -> str:
        """Return how far it is: "12 of 20 looked at"."""
        return progress(self.asked)

    def home(self, where: str) -> Field | None:
        """Return the field that the reading calls so; None where a person looks at none of that name."""
        return home(where, self.fields)


def progress(fields: list[Field]) -> str:
    """Return how many of these fields were looked at."""
    return f"{sum(bool(one.accepted) for one in fields)} of {len(fields)} looked at"


@once
def of(version: Version) -> Review | None:
    """Return the review of a loaded version; None of a draft that was typed here."""
    source: ImportedFile | None = getattr(version, "imported", None)
    if source is None:
        return None
    reading = Reading.of(source.reading)
    fields = _noted(list(_fields(version, source, reading)), reading)
    accepted = {(row.field, row.digest): row for row in version.accepted_fields.select_related("person")}
    return Review(
        source, reading, [replace(one, accepted=accepted.get((one.key, one.digest))) for one in fields]
    )


def home(where: str, fields: Iterable[Field]) -> Field | None:
    """Return the field that the reading calls so: by its name, a paragraph's number, or the words it begins with."""
    asked = [one for one in fields if one.asked]
    named = [one for one in asked if where == one.key or where in one.names]
    # of a recommendation the money, which is what can be doubted of it
    return named[-1] if named else next((one for one in asked if where and where in one.source), None)


def put_right(row: dict[str, str]) -> str:
    """Return what is said of a correction."""
    return f"‘{row['before']}’ ({row['where']}) was put right to ‘{row['after']}’. Is that what is meant?"


def _noted(fields: list[Field], reading: Reading) -> list[Field]:
    """Return the fields with what the reading put right in them and what it doubts of them."""
    notes: dict[str, list[str]] = {}
    said = [(row["where"], put_right(row)) for row in reading.corrected]
    said += [(row["where"], row["sentence"]) for row in reading.doubts]
    for where, sentence in said:
        if found := home(where, fields):
            notes.setdefault(found.key, []).append(sentence)
    return [replace(one, notes=tuple(notes.get(one.key, ()))) for one in fields]


def _fields(version: Version, source: ImportedFile, reading: Reading) -> Iterator[Field]:
    """Yield every kind of field of the form, then what found no place, then what is history."""
    paper = part1.of_snapshot(components(version))
    yield from _about(reading, paper)
    yield from _recommended(version, source, reading, paper)
    yield from _sections(reading, paper)
    yield from _closed(reading, paper)
    yield from _no_place(reading)
    yield from _history(version, reading, paper)


def _about(reading: Reading, paper: Part1) -> Iterator[Field]:
    yield Field(ABOUT, "title", "Title", "titles", reading.title, paper.title)
    told = [row.where for row in reading.money]
    yield Field(
        ABOUT,
        "kinds",
        "Kind of decision",
        "titles",
        f"Not said in words: told by {listed(list(dict.fromkeys(told)))}." if told and paper.kinds else "",
        "\n".join(kind.name for kind in paper.kinds),
    )
    printed = reading.dates_printed.get("effective", "")
    yield Field(
        ABOUT,
        "dates.effective",
        "Effective date",
        "timing",
        day(dates.whole(printed)) or printed,
        day(paper.effective_on),
    )
    yield Field(ABOUT, "summary", "Executive summary", "summary", reading.summary, paper.summary)


def _recommended(version: Version, source: ImportedFile, reading: Reading, paper: Part1) -> Iterator[Field]:
    rows = {row.id: row for row in paper.all_recommendations}
    read = walk(cut(reading.recommendations, form.RECOMMENDATION_LEVELS))
    for n, (printed, item) in enumerate(read, start=1):
        # what was imported before its places were kept is found by its order
        places = source.places or list(rows)
        row = rows.get(places[n - 1]) if n <= len(places) else None
        page = f"recommendation:{row.id}" if row else "recommendations"
        where = f"recommendation {printed}"
        place = "" if row and row.label == printed else where.capitalize()
        yield Field(
            ASKED,
            f"recommendation:{n}",
            f"Recommendation {row.label if row else printed}",
            page,
            f"{item.heading}: {item.text}" if item.heading else item.text,
            row.text if row else "",
            place=place,
            names=(where,),
            stored=(row.cites,) if row and row.cites else (),
        )
        money = _money(paper, row.label) if row else []
        told = any(one.where == where for one in reading.money)
        told = told or any(one["where"] == where for one in reading.amounts)
        if told or money:
            yield Field(
                ASKED,
                f"money:{n}",
                f"Recommendation {row.label if row else printed}: money, contracts and grants",
                _page([page for page, _, _ in money], "recommendations"),
                item.text,
                "\n".join(text for _, text, _ in money),
                stored=tuple(content for _, _, content in money),
                place=place,
                names=(where,),
            )
    yield Field(
        ASKED,
        "links",
        "Related decisions",
        _page([f"link:{link.id}" for link in paper.links], "links"),
        "\n".join(link["reference"] for link in reading.links),
        "\n".join(map(link_in_words, paper.links)),
    )


def _page(pages: list[str], otherwise: str) -> str:
    """Return the page of the only row, or that of all rows."""
    return pages[0] if len(pages) == 1 else otherwise


def _money(paper: Part1, label: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Return the page, the words and the content of each amount, contract and grant of a recommendation."""
    kinds: tuple[tuple[str, tuple[Any, ...], Callable[[Any], str]], ...] = (
        ("money", paper.financial_lines, line_in_words),
        ("contract", paper.contract_awards, contract_in_words),
        ("grant", paper.grants, grant_in_words),
    )
    return [
        (f"{page}:{row.id}", _with_details(row, in_words(row)), _stored(row))
        for page, rows, in_words in kinds
        for row in rows
        if row.recommendation == label
    ]


#: What the phrase of an amount, a contract or a grant leaves out, and how it is said.
DETAILS: tuple[tuple[str, Callable[[Any], str]], ...] = (
    ("kind", lambda kind: str(kind.name)),
    ("vat", vat_in_words),
    ("funding_source", "from {}".format),
    ("profile", profile_in_words),
    ("reference", "contract {}".format),
    ("extension_options", str),
    ("break_points", str),
)


def _with_details(row: Any, phrase: str) -> str:
    said = [in_words(value) for name, in_words in DETAILS if (value := getattr(row, name, None))]
    more = [text for text in said if text and text.lower() not in phrase.lower()]
    return f"{phrase} ({'; '.join(more)})" if more else phrase


def _stored(row: Any) -> dict[str, Any]:
    """Return all that is stored in a row, but for where it stands."""
    return {name: value for name, value in asdict(row).items() if name not in ("id", "recommendation")}


def _sections(reading: Reading, paper: Part1) -> Iterator[Field]:
    """Yield the sections of the form; what the file has under a heading that the form lacks stands where it went."""
    found = placed(reading.sections, [section.kind for section in paper.sections])
    for section in paper.sections:
        read = [one for kind, one in found if kind == section.kind]
        texts = [
            text
            for one in read
            for text in (
                *((one.heading,) if one.kind != section.kind else ()),
                *(row.text for row in one.paragraphs),
            )
        ]
        written = "\n\n".join(row.text for row in section.paragraphs)
        names = [one.number or one.heading for one in read]
        numbers = [row.number for one in read for row in one.paragraphs if row.number]
        yield Field(
            FACTS,
            f"section:{section.kind}",
            f"{section.number}. {section.heading}",
            f"section:{section.kind}",
            "\n\n".join(texts),
            written or ("" if section.treatment == "text" else section_in_words(section)),
            place=listed([f"{one.number} {one.heading}".strip() for one in read]),
            names=(
                *numbers,
                *(f"section {name}" for name in names),
                *(
                    f"section {one.number or one.heading}, {row.number}"
                    for one in read
                    for row in one.paragraphs
                ),
            ),
        )
    yield Field(
        FACTS,
        "data-protection",
        "Data protection impact assessment",
        "data-protection",
        "\n\n".join(screened(reading)),
        _joined(paper.dpia.name if paper.dpia else "", paper.dpia_note),
    )


def _closed(reading: Reading, paper: Part1) -> Iterator[Field]:
    notice = reading.part2
    printed = [notice.get("title", ""), notice.get("marking", ""), *notice.get("grounds", [])]
    printed += [notice.get("ceases", ""), notice.get("public_reason", "")]
    answer = str(notice.get("printed", "")).lstrip(" –-") or EXISTS.get(str(notice.get("exists", "")), "")
    now = [EXISTS.get(paper.part2_exists, "")]
    for row in paper.part2:
        now += [
            row.title,
            row.marking,
            *(f"{ground.instrument}, {ground.provision}" for ground in row.grounds),
        ]
        now += [row.ceases_event, day(row.ceases_on), row.public_reason]
    yield Field(
        CLOSED,
        "part2",
        "Part 2",
        "part2",
        _joined(answer, *map(str, printed)),
        _joined(*now),
        names=("Part 2", "grounds"),
    )
    deferral = reading.deferral
    yield Field(
        CLOSED,
        "deferral",
        "Deferral of Part 1",
        "deferral",
        _joined(*(deferral.get(name, "") for name in ("printed", "reason", "until_printed"))),
        _joined(DEFERRED.get(paper.deferral.answer, ""), paper.deferral.reason, day(paper.deferral.until)),
    )


def _no_place(reading: Reading) -> Iterator[Field]:
    """Yield what stands in no field of the paper: its lines, money of no recommendation, and what was set aside."""
    items = walk(cut(reading.recommendations, form.RECOMMENDATION_LEVELS))
    taken = {f"recommendation {label}" for label, _ in items}
    below = [
        f"{_briefly(row)} ({row.where})" for row in reading.money if _asks(row) and row.where not in taken
    ]
    left = [*reading.leftover, reading.recommendations_note]
    for key, label, part, lines in (
        ("leftover", "Lines that found no place in the form", "", left),
        ("money:0", "Amounts that belong to no recommendation", "recommendations", below),
        ("set_aside", "Set aside: changes nobody accepted, comments, hidden text", "", reading.set_aside),
    ):
        yield Field(NO_PLACE, key, label, part, _joined(*lines), "")


def _asks(row: Line | Award | Grant) -> bool:
    """Say whether money is asked for, and no amount only compares."""
    return not isinstance(row, Line) or row.role == "asked"


def _briefly(row: Line | Award | Grant) -> str:
    """Return money that was read, in a few words."""
    if isinstance(row, Line):
        return row.printed
    if isinstance(row, Award):
        return f"A contract of £{row.value}" if row.value else "A contract"
    return f"A grant of £{row.amount} to {row.counterparty or 'somebody'}"


def _history(version: Version, reading: Reading, paper: Part1) -> Iterator[Field]:
    """Yield what the paper does not take over: it has a number, officers, dates and signatures of its own."""
    number = paper.reference or "Given when it is submitted"
    officer = version.drafting_officer.full_name
    confirmed = "\n".join(row.statement for row in paper.declarations if row.ticked)
    rows = [
        ("Reference", "", reading.reference, number),
        ("Body", "", reading.body, paper.body),
        ("Who decides", "", reading.decision_maker, ""),
        ("Officer", "owner", reading.author, officer),
        ("Marking", "", reading.marking, ""),
        *((row["name"], "", row["value"], "") for row in reading.particulars),
        *(
            (label, "", reading.dates_printed.get(key) or _day(reading.dates.get(key, "")), "")
            for key, label in DATES
        ),
        (
            "Declarations",
            "declarations",
            "\n".join(
                f"{'Ticked' if row.ticked else 'Not ticked'}: {row.statement}" for row in reading.declarations
            ),
            confirmed or "Confirmed anew by its officer",
        ),
        *(
            (
                f"Signature: {row.office}" if row.office else "Signature",
                "",
                _joined(row.name or "No name", _day(row.date), row.note),
                "",
            )
            for row in reading.signatures
            if row.name or row.date
        ),
    ]
    for n, (label, part, printed, now) in enumerate(rows):
        yield Field(HISTORY, f"history:{n}", label, part, printed, now)


def _joined(*lines: str) -> str:
    return "\n".join(filter(None, lines))


def _day(text: str) -> str:
    return day(date.fromisoformat(text)) if text else ""
