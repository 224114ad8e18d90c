"""From the reading of an old paper to the Part1 of the archive: its words as printed, its amounts as data.

Nothing is signed, declared or decided by this mapping: what the paper says of that is history, and stands as printed.
Where the data differ from the words, an editorial note says so. No word of the paper is lost: what has no field of
its own stands under a heading of ours in `archived.printed`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from decisions import form
from decisions.importing import grounds
from decisions.importing.drafts import kinds_of
from decisions.importing.reading import Award, Item, Line, Reading, Section, walk
from decisions.importing.reading import Grant as ReadGrant
from decisions.models import ExemptionGround, Series
from decisions.part1 import (
    Archived,
    ContractAward,
    Deferral,
    EditorialNote,
    FinancialLine,
    Grant,
    Ground,
    Link,
    Named,
    Paragraph,
    Part1,
    Part2Notice,
    Printed,
    PrintedSignature,
    Recommendation,
    Supplier,
    YearAmount,
)
from decisions.part1 import Section as PrintedSection
from decisions.references import normalise
from decisions.text import literal

#: A number that opens a line would become a list's, and be counted anew.
_COUNTED = re.compile(r"^(\s*\d+)([.)])(?=\s)", re.MULTILINE)
_APPROVES = re.compile(r"\bhas my approval\b|\bI (?:hereby )?approve\b", re.IGNORECASE)
_EXCEPT = re.compile(r"\bexcept|\bsubject to\b|\bnot\b", re.IGNORECASE)
NOT_STATED = Named("not_stated", "Not stated")


@dataclass(frozen=True)
class Recorded:
    """The data under which an old decision is found, each corrected where the paper has it wrong."""

    series: Series
    year: int | None
    number: int
    title: str
    decider: str
    decided_on: date
    published_on: date | None
    addresses: tuple[str, ...]
    notes: tuple[EditorialNote, ...]

    @property
    def key(self) -> str:
        """Return the permanent key, e.g. `dmpcd-2013-96`."""
        return self.series.pattern.key(self.number, self.year)

    @property
    def reference(self) -> str:
        """Return the reference, e.g. `DMPCD 2013/96`."""
        return self.series.pattern.reference(self.number, self.year)


def part1_of(reading: Reading, recorded: Recorded) -> Part1:
    """Make the Part1 of an old paper of what was read and of the data under which it is recorded."""
    outcome = _named(form.OUTCOMES, "approved") if approved(reading) else None
    part2 = _part2(reading)
    corrected = [EditorialNote(row["where"], row["before"], row["after"]) for row in reading.corrected]
    pattern = recorded.series.pattern
    return Part1(
        body_key=recorded.series.body_id,
        body=recorded.series.body.name,
        series=recorded.series.key,
        year=recorded.year,
        number=recorded.number,
        version=1,
        key=recorded.key,
        reference=recorded.reference,
        form_reference=pattern.form_reference(recorded.number, recorded.year),
        title=recorded.title,
        kinds=tuple(_named(form.KINDS, key) for key in kinds_of(reading)),
        business_unit="",
        business_organisation="",
        drafting_officer=reading.author,
        head_of_service="",
        summary=as_printed(reading.summary),
        recommended_to=as_printed(reading.recommendations_lead),
        recommendations=_recommendations(reading.recommendations, outcome),
        part1_heading="",
        sections=tuple(_section(row, place) for place, row in enumerate(reading.sections, start=1)),
        dpia=None,
        dpia_note="",
        financial_lines=tuple(_lines(reading, outcome)),
        contract_awards=tuple(_awards(reading, outcome)),
        grants=tuple(_grants(reading, outcome)),
        links=tuple(_links(reading)),
        part2_exists=str(reading.part2.get("exists", "")),
        part2=part2,
        part2_question="",
        deferral_question="",
        deferral=Deferral(
            reading.deferral.get("deferred", ""),
            reading.deferral.get("reason", ""),
            _day(reading.deferral.get("until", "")),
        ),
        urgency_reason="",
        retrospective_reason="",
        effective_on=_day(reading.dates.get("effective", "")),
        declarations=(),
        interests_statement="",
        interests="",
        decider=recorded.decider,
        outcome="",
        decided_on=recorded.decided_on,
        signatures=(),
        notices=(),
        snapshot_digest="",
        acts_digest="",
        editorial_notes=(*recorded.notes, *corrected),
        archived=Archived(
            source=reading.file,
            published_on=recorded.published_on,
            addresses=recorded.addresses,
            recommendations_note=as_printed(reading.recommendations_note),
            signatures=tuple(
                PrintedSignature(row.office, row.name, _day(row.date), row.statement, row.note)
                for row in reading.signatures
            ),
            printed=tuple(
                Printed(heading, lines)
                for heading, texts in _printed(reading)
                if (lines := tuple(text.strip() for text in texts if text and text.strip()))
            ),
            form=tuple(reading.form),
        ),
    )


def as_printed(text: str) -> str:
    """Return plain words so that a page shows each of them, the numbers that open its lines included."""
    return _COUNTED.sub(r"\1\\\2", literal(text))


def approved(reading: Reading) -> bool:
    """Say whether the paper prints that whoever decided approved it all."""
    texts = [row.statement for row in reading.signatures if "chief" not in row.office.lower()]
    sentences = [sentence for text in texts for sentence in re.split(r"(?<=[.;])\s+", text)]
    return any(_APPROVES.search(one) and not _EXCEPT.search(one) for one in sentences)


def _named(choices: form.Choices, key: str) -> Named:
    return Named(key, form.choice(choices, key))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _recommendations(
    items: list[Item], outcome: Named | None, before: str = ""
) -> tuple[Recommendation, ...]:
    rows = []
    for place, item in enumerate(items, start=1):
        own = f"{before}{item.label or place}."
        below = _recommendations(item.children, outcome, own)
        text = as_printed("\n\n".join(part for part in (item.heading, item.text) if part))
        rows.append(Recommendation(own, item.label, text, "", outcome=outcome, children=below))
    return tuple(rows)


def _section(row: Section, place: int) -> PrintedSection:
    heading = " ".join([*([f"{row.number}."] if row.number else []), row.heading])
    paragraphs = tuple(Paragraph(one.number, as_printed(one.text)) for one in row.paragraphs)
    return PrintedSection(row.kind, place, heading, "text", "", paragraphs)


def _labels(reading: Reading) -> dict[str, str]:
    """Return the label of each recommendation by the name that an amount's place has for it."""
    return {f"recommendation {label}": label for label, _ in walk(reading.recommendations)}


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None


def _lines(reading: Reading, outcome: Named | None) -> Iterator[FinancialLine]:
    """Yield the amounts that the recommendations ask for; what only compares is no line."""
    labels = _labels(reading)
    found = [row for row in reading.financial_lines if row.where in labels and row.amount]
    for place, row in enumerate((row for row in found if row.role == "asked"), start=1):
        yield _line(row, f"line-{place}", labels[row.where], outcome)


def _line(row: Line, own: str, recommendation: str, outcome: Named | None) -> FinancialLine:
    amount, amount_to = _decimal(row.amount), _decimal(row.amount_to)
    return FinancialLine(
        id=own,
        recommendation=recommendation,
        kind=_named(form.LINE_KINDS, row.kind) if row.kind else NOT_STATED,
        certainty=_named(form.CERTAINTY, row.certainty),
        amount=amount,
        amount_to=amount_to,
        vat=_named(form.VAT, row.vat),
        recurrence=_named(form.RECURRENCE, row.recurrence),
        year_from=row.year_from,
        year_to=row.year_to,
        funding_source=row.funding_source,
        approved_before=None,
        note="",
        profile=_profile(row),
        decided=amount if outcome else None,
        decided_to=amount_to if outcome else None,
        outcome=outcome,
    )


def _profile(row: Line | ReadGrant) -> tuple[YearAmount, ...]:
    return tuple(YearAmount(year, Decimal(amount)) for year, amount in sorted(row.by_year.items()))


def _awards(reading: Reading, outcome: Named | None) -> Iterator[ContractAward]:
    labels = _labels(reading)
    found = [row for row in reading.contract_awards if row.where in labels]
    for place, row in enumerate(found, start=1):
        yield _award(row, f"contract-{place}", labels[row.where], outcome)


def _award(row: Award, own: str, recommendation: str, outcome: Named | None) -> ContractAward:
    value = _decimal(row.value)
    return ContractAward(
        id=own,
        recommendation=recommendation,
        action=_named(form.CONTRACT_ACTIONS, row.action),
        subject="",
        reference=row.reference,
        suppliers=tuple(
            Supplier(one.get("name", ""), one.get("company_number", "")) for one in row.suppliers
        ),
        suppliers_withheld=False,
        certainty=_named(form.CERTAINTY, row.certainty) if value else NOT_STATED,
        value=value,
        vat=_named(form.VAT, row.vat),
        initial_months=row.initial_months,
        extension_options=row.extension_options,
        longest_months=row.longest_months,
        break_points=row.break_points,
        route_to_market=_named(form.ROUTES_TO_MARKET, row.route_to_market) if row.route_to_market else None,
        framework=row.framework,
        decided=value if outcome else None,
        outcome=outcome,
    )


def _grants(reading: Reading, outcome: Named | None) -> Iterator[Grant]:
    labels = _labels(reading)
    found = [row for row in reading.grants if row.where in labels and row.amount]
    for place, row in enumerate(found, start=1):
        amount = Decimal(row.amount)
        yield Grant(
            id=f"grant-{place}",
            recommendation=labels[row.where],
            direction=_named(form.GRANT_DIRECTIONS, row.direction),
            counterparty=row.counterparty,
            counterparty_withheld=False,
            certainty=_named(form.CERTAINTY, row.certainty),
            amount=amount,
            profile=_profile(row),
            purpose="",
            conditions="",
            reasons="",
            decided=amount if outcome else None,
            outcome=outcome,
        )


def _links(reading: Reading) -> Iterator[Link]:
    """Yield the decisions that the paper names; that one was changed or replaced is not said on a guess."""
    for place, row in enumerate(reading.links, start=1):
        kind = "relates_to" if row["kind"] in ("amends", "supersedes") else row["kind"]
        key = normalise(row["reference"])
        yield Link(f"link-{place}", _named(form.LINK_KINDS, kind), row["reference"], key, "")


def _part2(reading: Reading) -> tuple[Part2Notice, ...]:
    """Return the notice of Part 2 as data; a ground of the wrong Act is put right, and noted."""
    notice = reading.part2
    if not notice.get("grounds") and not notice.get("title"):
        return ()
    claimed = grounds.claimed(notice.get("grounds", []), reading)
    known = ExemptionGround.objects.in_bulk(claimed)
    marking, descriptor = grounds.marking(str(notice.get("marking", "")))
    said = form.choice(form.MARKINGS, marking)
    return (
        Part2Notice(
            title=str(notice.get("title", "")),
            marking=f"{said} [{form.choice(form.DESCRIPTORS, descriptor)}]" if descriptor else said,
            grounds=tuple(
                Ground(key, known[key].get_instrument_display(), known[key].provision, known[key].title)
                for key in claimed
            ),
            ceases_on=_day(str(notice.get("ceases_on", ""))),
            ceases_event=str(notice.get("ceases_event", "")),
            public_reason=as_printed(str(notice.get("public_reason", ""))),
        ),
    )


def _printed(reading: Reading) -> Iterator[tuple[str, list[str]]]:
    """Yield, under headings of ours, every printed line that has no place of its own on the page."""
    notice, deferral = reading.part2, reading.deferral
    yield (
        "At the head of the paper",
        [
            reading.address,
            reading.body,
            reading.reference,
            *reading.dates_printed.values(),
            reading.marking,
            *(f"{row['name']}: {row['value']}" for row in reading.particulars),
        ],
    )
    yield (
        "About Part 2",
        [
            notice.get("title", ""),
            notice.get("marking", ""),
            *notice.get("grounds", []),
            notice.get("ceases", ""),
            notice.get("public_reason", ""),
            *notice.get("notes", []),
            notice.get("printed", ""),
        ],
    )
    yield (
        "About the publication of Part 1",
        [deferral.get("printed", ""), deferral.get("reason", ""), deferral.get("until_printed", "")],
    )
    yield "Declarations printed on the paper", [f"{row.statement} {row.mark}" for row in reading.declarations]
    yield "Other text of the paper", reading.leftover
