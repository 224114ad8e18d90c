"""From a reading to a draft: each field in its place of the body's own form, and what that changed in words.

The only module here that writes. A draft from a file is a draft like any other: its officer looks at what was put
right and what is doubted (`checks/consistency.py`, imported), and nothing of it is signed or declared yet.
"""

import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from decisions import form, history
from decisions.drafting import writes
from decisions.importing import grounds, markers
from decisions.importing.reading import Award, Grant, Item, Line, Reading, cut, placed, screened, walk
from decisions.importing.reading import Section as ReadSection
from decisions.models import (
    Decision,
    ExemptionClaim,
    ImportedFile,
    Link,
    Paragraph,
    Part2Paper,
    Recommendation,
    Section,
    Version,
)
from decisions.snapshot import load
from decisions.text import literal, paragraphs
from pcd import trail
from pcd.people.models import User

_IN_PART2 = re.compile(
    r"^(?:this |the )?(?:section|information|advice|comments?|"
    r"details?)?\W*(?:is|are)?\s*(?:included|contained|set out|provided|given|held) "
    r"in (?:the )?(?:(?:restricted |exempt |confidential )?part (?:2|two|ii)(?: (?:paper|report|form))?|"
    r"(?:restricted|exempt|confidential) (?:section of the report|report|paper))\.?$",
    re.IGNORECASE,
)
_VERB_LEAD = re.compile(
    r"\b(?:is|are) (?:asked|recommended|requested|"
    r"invited) to\s+(?P<verb>\w[^:;]*?)\s*[:;]?\s*$",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"^.{0,160}?\b(?:is|are) (?:asked|"
    r"recommended|requested|invited) to\s+",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"\bparagraph (\d{1,2}\.\d{1,3})\b", re.IGNORECASE)
#: What a recommendation is about, by what was found in it.
KINDS = (
    ("capital", "financial_lines", "kind", "capital"),
    ("revenue", "financial_lines", "kind", "revenue"),
    ("initiate_procurement", "contract_awards", "action", "initiate"),
    ("contract_award", "contract_awards", "action", "award"),
    ("extension", "contract_awards", "action", "extend"),
    ("extension", "contract_awards", "action", "uplift"),
    ("novation", "contract_awards", "action", "novate"),
    ("grant_received", "grants", "direction", "received"),
    ("grant_given", "grants", "direction", "given"),
)


@transaction.atomic
def draft(reading: Reading, content: bytes, *, by: User, decision_id: uuid.UUID | None = None) -> Decision:
    """Make a draft of a reading, by its officer; the same id again is the same draft (a second click)."""
    decision_id = decision_id or uuid.uuid4()
    if Decision.objects.filter(pk=decision_id).exists():
        return writes.begin(decision_id=decision_id, working_title="", by=by)
    decision = writes.begin(
        decision_id=decision_id, working_title=(reading.title or reading.file)[:200], by=by
    )
    version = decision.versions.get()
    _fields(version, reading)
    _sections(version, reading)
    places = _recommendations(version, reading)
    _part2(version, reading, by)
    _links(version, reading)
    version.save()
    ImportedFile.objects.create(
        version=version,
        name=reading.file[:255],
        digest=hashlib.sha256(content).digest(),
        reading=reading.as_json(),
        places=places,
        by=by,
    )
    trail.write("decision", decision.pk, "imported", by=by)
    history.record(load(version.pk), verb="imported", part="", by=by)
    return decision


def _fields(version: Version, reading: Reading) -> None:
    version.title = reading.title[:200]
    if len(reading.title) > 200:
        reading.doubt("title", "It had more than 200 characters and was cut. Shorten it.")
    version.summary = literal(reading.summary)
    version.kinds = kinds_of(reading)
    version.part2_exists = str(reading.part2.get("exists", ""))
    version.deferred = reading.deferral.get("deferred", "")
    version.deferral_reason = reading.deferral.get("reason", "")
    version.deferred_until = _day(reading.deferral.get("until", ""))
    version.effective_on = _day(reading.dates.get("effective", ""))
    if screened(reading):
        version.dpia = "screened_out"


def kinds_of(reading: Reading) -> list[str]:
    """Return the kinds of decision that a paper's amounts, contracts and grants tell of."""
    found = {
        kind: None
        for kind, rows, name, value in KINDS
        if any(getattr(row, name) == value for row in getattr(reading, rows))
    }
    return list(found)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _sections(version: Version, reading: Reading) -> None:
    """Write each section where the form has its kind; one that the form has not goes below the one before it."""
    rows = {row.kind: row for row in version.sections.all()}
    texts: dict[str, list[str]] = {}
    here = [entry["kind"] for entry in version.edition.sections]
    for kind, section in placed(reading.sections, here):
        if kind != section.kind:
            reading.doubt(
                f"section {section.number or section.heading}",
                f"This form has no section ‘{section.heading}’.",
            )
        for other in section.kinds[1:]:
            reading.doubt(
                f"section {section.number}", f"‘{section.heading}’ is also about {_title(other)}: part it."
            )
        texts.setdefault(kind, []).extend(_paragraphs(section, with_heading=kind != section.kind))
    for kind, words in texts.items():
        row = rows[kind]
        if len(words) == 1 and _IN_PART2.match(words[0]):
            row.treatment = Section.Treatment.IN_PART2
            row.save(update_fields=["treatment"])
            continue
        blocks = [block for text in words for block in paragraphs(text)]
        Paragraph.objects.bulk_create(
            Paragraph(section=row, position=position, text=block)
            for position, block in enumerate(blocks, start=1)
        )


def _paragraphs(section: ReadSection, *, with_heading: bool) -> Iterable[str]:
    """Yield a section's paragraphs, with its heading before them where it is no section of the form."""
    if with_heading:
        yield f"**{literal(section.heading)}**"
    yield from (literal(one.text) for one in section.paragraphs)


def _title(kind: str) -> str:
    return form.SECTION_KIND[kind].title.lower() if kind in form.SECTION_KIND else kind


def _recommendations(version: Version, reading: Reading) -> list[str]:
    """Write the tree of recommendations; return the ids of its rows, in their order."""
    numbers = {
        f"{number}.{paragraph.position}": paragraph
        for number, entry in enumerate(version.edition.sections, start=1)
        for paragraph in Paragraph.objects.filter(section__version=version, section__kind=entry["kind"])
    }
    lead = _VERB_LEAD.search(reading.recommendations_lead)
    tree = cut(reading.recommendations, form.RECOMMENDATION_LEVELS)
    labels = {id(item): label for label, item in walk(tree)}
    made: list[str] = []

    def write(read: list[Item], items: list[Item], parent: Recommendation | None) -> None:
        for position, (whole, item) in enumerate(zip(read, items, strict=True), start=1):
            full = labels[id(item)]
            text = _worded(item, lead["verb"] if lead and parent is None else "")
            if item.text != whole.text:
                reading.doubt(
                    f"recommendation {full}",
                    "It went deeper than three levels; its parts were put into its text.",
                )
            cited = _PARAGRAPH.search(item.text)
            row = Recommendation.objects.create(
                version=version,
                parent=parent,
                position=position,
                text=literal(f"{item.heading}: {text}" if item.heading else text),
                cites=numbers.get(cited[1]) if cited else None,
            )
            made.append(str(row.pk))
            _money(row, f"recommendation {full}", reading)
            if item.children:
                write(whole.children, item.children, row)

    write(reading.recommendations, tree, None)
    return made


def _worded(item: Item, verb: str) -> str:
    """Return a recommendation as this form words it: it begins with its verb, after "is recommended to:"."""
    text = item.text
    if markers.ASK.match(text) and (asked := _ASKED.match(text)):
        text = text[asked.end() :]
    elif verb and not re.match(r"(?:approve|note|agree|delegate|consider)\b", text, re.IGNORECASE):
        text = f"{verb} {text}"
    return text[:1].upper() + text[1:]


def _money(row: Recommendation, where: str, reading: Reading) -> None:
    lines = [
        line
        for line in reading.financial_lines
        if line.where == where and line.amount and line.role == "asked"
    ]
    for line in lines:
        if not line.kind:
            reading.doubt(
                where, f"Whether {line.printed} is capital or revenue is not said; it stands as revenue."
            )
    awards = [award for award in reading.contract_awards if award.where == where]
    if any(not award.value for award in awards):
        reading.doubt(where, "No value of the contract was found; it stands as withheld.")
    grants = [grant for grant in reading.grants if grant.where == where]
    writes.money(row, lines=map(_line, lines), awards=map(_award, awards), grants=map(_grant, grants))


def _line(line: Line) -> dict[str, Any]:
    return {
        "kind": line.kind or "revenue",
        "certainty": line.certainty,
        "amount": Decimal(line.amount),
        "amount_to": Decimal(line.amount_to) if line.amount_to else None,
        "vat": line.vat,
        "recurrence": line.recurrence,
        "year_from": line.year_from,
        "year_to": line.year_to,
        "funding_source": line.funding_source[:200],
        "profile": _profile(line.by_year),
    }


def _award(award: Award) -> dict[str, Any]:
    return {
        "action": award.action,
        "certainty": award.certainty if award.value else "withheld",
        "value": Decimal(award.value) if award.value else None,
        "vat": award.vat,
        "reference": award.reference[:100],
        "initial_months": award.initial_months,
        "longest_months": award.longest_months,
        "extension_options": award.extension_options[:200],
        "break_points": award.break_points[:200],
        "route_to_market": award.route_to_market,
        "framework": award.framework[:200],
        "suppliers": award.suppliers,
    }


def _profile(by_year: Mapping[int, str]) -> list[dict[str, Any]]:
    return [{"year": year, "amount": amount} for year, amount in by_year.items()]


def _grant(grant: Grant) -> dict[str, Any]:
    year = grant.year_from if grant.year_to in (None, grant.year_from) else None
    by_year = grant.by_year or ({year: grant.amount} if year is not None else {})
    return {
        "direction": grant.direction,
        "counterparty": grant.counterparty[:200],
        "certainty": grant.certainty if grant.certainty in dict(form.CONTRACT_CERTAINTY) else "estimate",
        "amount": Decimal(grant.amount),
        "profile": _profile(by_year),
    }


def _links(version: Version, reading: Reading) -> None:
    """Write the related decisions; what would change another one is a guess that somebody looks at."""
    for position, link in enumerate(reading.links, start=1):
        row = Link.objects.create(
            version=version, position=position, kind=link["kind"], reference=link["reference"][:60]
        )
        if row.kind in ("amends", "supersedes"):
            reading.doubt("links", f"It was read as: {row}. See whether that is what it does.")


def _part2(version: Version, reading: Reading, by: User) -> None:
    """Write the public notice of Part 2; what is sealed was never in a Part 1 file."""
    notice = reading.part2
    if not notice.get("grounds") and not notice.get("title"):
        return
    marking, descriptor = grounds.marking(str(notice.get("marking", "")))
    paper = Part2Paper.objects.create(
        version=version,
        position=1,
        title=str(notice.get("title") or reading.title)[:200],
        marking=marking,
        descriptor=descriptor,
        ceases="event" if notice.get("ceases_event") else "date" if notice.get("ceases_on") else "",
        ceases_on=_day(str(notice.get("ceases_on", ""))),
        ceases_event=str(notice.get("ceases_event", ""))[:200],
        public_reason=str(notice.get("public_reason", "")),
        owner=by,
    )
    for key in grounds.claimed(notice.get("grounds", []), reading):
        ExemptionClaim.objects.create(paper=paper, ground_id=key)
