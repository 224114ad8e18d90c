"""Consistency: what in a paper contradicts itself (form.md 7). A warning needs an answer in words, an error stops.

To add a check, write a function from a loaded version to findings and add it to CHECKS.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from django.db.models import Count, Q
from django.db.models.functions import Lower

from decisions import form
from decisions.checks import Finding, Severity
from decisions.models import ContractAward, FinancialLine, Part2Paper, Section, State, Supplier, Version
from decisions.references import normalise
from decisions.snapshot import labelled
from pcd.money import show_money

Text = tuple[str, str, str]

#: A letter that a scanner puts for the pound sign, and groups of figures that are no number.
MISREAD = re.compile(r"(?<![\w£])[Ef]\d[\d,]*(?:\.\d+)?\s?(?:k|m|bn|million|billion)\b")
MALFORMED = re.compile(r"£\s?(?=\d)(?!\d{1,3}(?:,\d{3})+(?![\d,])|\d+(?![\d,]))[\d,]*\d")
UNFINISHED = re.compile(
    r"\b(?:TBC|TBD|XX+|to be confirmed|lorem ipsum)\b|"
    r"\[(?:insert|add|name|date)[^\]]*\]",
    re.IGNORECASE,
)
COMPETES = re.compile(
    r"\bcompetitive(?:ly)?\b[^.]*\b(?:tender|procur|"
    r"process)|\bcompetitively\b|\bmini[- ]competition",
    re.IGNORECASE,
)
DIRECT = re.compile(r"\bdirect(?:ly)? award|\bsingle tender", re.IGNORECASE)
NO_COMPETITION = ("direct_award", "single_tender")
MISLABELLED = re.compile(r"\bData Protection(?: Act(?: \d{4})?)?,? [Ss]ection (\d\d)\b")
PARAGRAPH = re.compile(
    r"\bparagraphs? (\d{1,2}\.\d{1,3})(?:\s?(?:-|"
    r"–|to|and)\s?(\d{1,2}\.\d{1,3}))?",
    re.IGNORECASE,
)
REFERENCE = re.compile(r"\b([A-Z]{3,6})\s?(\d{1,5})\b")


def texts(version: Version) -> list[Text]:
    """Return every text of Part 1: what it is called, the page that mends it, and its words."""
    found: list[Text] = [
        ("The title", "titles", version.title),
        ("The executive summary", "summary", version.summary),
    ]
    found += [
        (f"Recommendation {label}", f"recommendation:{row.pk}", row.text) for label, row in labelled(version)
    ]
    sections = {row.kind: row for row in version.sections.all()}
    for number, entry in enumerate(version.edition.sections, start=1):
        row = sections.get(entry["kind"])
        paragraphs = row.paragraphs.all() if row and row.treatment == Section.Treatment.TEXT else ()
        found += [
            (f"Paragraph {number}.{position}", f"section:{entry['kind']}", paragraph.text)
            for position, paragraph in enumerate(paragraphs, start=1)
        ]
    for paper in version.part2_papers.all():
        found.append(("The public reason of Part 2", f"part2-notice:{paper.pk}", paper.public_reason))
    return found


def _finding(check: str, severity: Severity, sentence: str, part: str) -> Finding:
    return Finding(check, severity, sentence, part)


def amounts(version: Version) -> Iterator[Finding]:
    """Amounts that a scanner or a slip of the hand spoilt: E225k, £2,165,00."""
    for name, part, text in texts(version):
        for found in MISREAD.findall(text):
            yield _finding(
                "amount", "error", f"{name} says ‘{found}’. Write the amount with a pound sign.", part
            )
        for found in MALFORMED.findall(text):
            yield _finding(
                "amount", "error", f"{name} says ‘{found}’, which is not an amount. Check its figures.", part
            )


def unfinished(version: Version) -> Iterator[Finding]:
    """Words that stand for something still to be written."""
    for name, part, text in texts(version):
        if found := UNFINISHED.search(text):
            yield _finding("unfinished", "warning", f"{name} says ‘{found[0]}’. Is it finished?", part)


def route_to_market(version: Version) -> Iterator[Finding]:
    """A direct award in one place, and competition in another."""
    sections = {row.kind: row for row in version.sections.all()}
    commercial = sections.get("commercial")
    competing = next(
        (
            n
            for n, row in enumerate(commercial.paragraphs.all() if commercial else (), start=1)
            if COMPETES.search(row.text)
        ),
        None,
    )
    if competing is None:
        return
    kinds = [entry["kind"] for entry in version.edition.sections]
    place = f"{kinds.index('commercial') + 1}.{competing}" if "commercial" in kinds else ""
    for label, row in labelled(version):
        if DIRECT.search(row.text) or any(
            award.route_to_market in NO_COMPETITION for award in row.contract_awards.all()
        ):
            yield _finding(
                "route_to_market",
                "warning",
                f"Recommendation {label} asks for a direct award, but paragraph {place} speaks of competition.",
                "section:commercial",
            )


def money(version: Version) -> Iterator[Finding]:
    """Parts that do not add up to the total above them (form.md 7)."""
    children: dict[object, list[FinancialLine]] = {}
    rows = labelled(version)
    for _, row in rows:
        children.setdefault(row.parent_id, []).extend(row.financial_lines.all())
    for label, row in rows:
        for line in row.financial_lines.all():
            parts = [
                one
                for one in children.get(row.pk, ())
                if one.kind == line.kind and one.recurrence == line.recurrence
            ]
            if not parts or line.amount is None or any(one.amount is None for one in parts):
                continue
            total = sum((one.amount or Decimal(0) for one in parts), Decimal(0))
            if total != line.amount:
                yield _finding(
                    "money",
                    "warning",
                    f"Recommendation {label} is about {show_money(line.amount)} "
                    f"({form.choice(form.LINE_KINDS, line.kind).lower()}), and its parts add up to "
                    f"{show_money(total)}.",
                    f"money:{line.pk}",
                )


def citations(version: Version) -> Iterator[Finding]:
    """A paragraph that is referred to and does not exist."""
    there = {
        name.removeprefix("Paragraph ") for name, _, _ in texts(version) if name.startswith("Paragraph ")
    }
    for name, part, text in texts(version):
        for found in PARAGRAPH.finditer(text):
            for number in (one for one in found.groups() if one and one not in there):
                yield _finding(
                    "citation", "warning", f"{name} refers to paragraph {number}, which does not exist.", part
                )


def own_reference(version: Version) -> Iterator[Finding]:
    """A title that carries another number than the paper's own."""
    series = version.decision.series
    for found in REFERENCE.finditer(version.title):
        if series and found[1].lower() == series.key and normalise(found[0]) != version.decision.key:
            yield _finding(
                "reference",
                "warning",
                f"The title says {found[0]}, and the paper's number is {version.decision.reference}.",
                "titles",
            )


def grounds(version: Version) -> Iterator[Finding]:
    """Exemptions: sections of another Act, two grounds that exclude each other, a reason copied from other papers."""
    for name, part, text in texts(version):
        for number in MISLABELLED.findall(text):
            yield _finding(
                "grounds",
                "warning",
                f"{name} says ‘Data Protection Section {number}’. Section {number} is of the Freedom of "
                "Information Act 2000.",
                part,
            )
    papers = version.part2_papers.all()
    stock = stock_texts(version) if papers else set()
    for paper in papers:
        part, claimed = f"part2-notice:{paper.pk}", {claim.ground_id for claim in paper.claims.all()}
        if {"foia-30", "foia-31-1"} <= claimed:
            sentence = "Part 2 claims sections 30 and 31 together; section 31 holds only where 30 does not."
            yield _finding("grounds", "warning", sentence, part)
        if paper.public_reason.strip().lower() in stock:
            sentence = "The public reason of Part 2 is word for word that of other decisions. Say why here."
            yield _finding("grounds", "warning", sentence, part)


def stock_texts(version: Version) -> set[str]:
    """Return those of the version's public reasons that stand word for word in two or more published decisions."""
    reasons = [paper.public_reason.strip() for paper in version.part2_papers.all()]
    same = (
        Part2Paper.objects.filter(version__state=State.PUBLISHED)
        .exclude(version__decision=version.decision_id)
        .annotate(reason=Lower("public_reason"))
        .filter(reason__in=[reason.lower() for reason in reasons if reason])
        .values("reason")
        .annotate(decisions=Count("version__decision", distinct=True))
    )
    return {row["reason"] for row in same if row["decisions"] > 1}


def suppliers(version: Version) -> Iterator[Finding]:
    """A company number under another name, or a name with another number, than in a published decision."""
    named = [
        (label, award, supplier)
        for label, row in labelled(version)
        for award in row.contract_awards.all()
        for supplier in award.suppliers.all()
        if supplier.company_number
    ]
    published = _published([supplier for _, _, supplier in named]) if named else []
    for label, award, supplier in named:
        name, number = supplier.name.lower(), supplier.company_number.lower()
        for other, other_number in published:
            if (other.lower() == name) != (other_number.lower() == number):
                yield _finding(
                    "supplier",
                    "warning",
                    f"Recommendation {label}: {supplier.name} has company number {supplier.company_number}, "
                    f"and a published decision has {other} with {other_number}.",
                    f"contract:{award.pk}",
                )


def _published(suppliers: list[Supplier]) -> list[tuple[str, str]]:
    """Return the names and numbers of published suppliers that share one with these; of a draft nothing is told."""
    rows = Supplier.objects.filter(award__recommendation__version__state=State.PUBLISHED).annotate(
        small=Lower("name")
    )
    shared = Q(small__in=[one.name.lower() for one in suppliers]) | Q(
        company_number__in=[one.company_number for one in suppliers]
    )
    found = (
        rows.filter(shared).exclude(company_number="").order_by("name").values_list("name", "company_number")
    )
    return list(found.distinct())


def terms(version: Version) -> Iterator[Finding]:
    """A contract whose longest term is shorter than its first one."""
    for label, row in labelled(version):
        for award in row.contract_awards.all():
            if _shorter(award):
                yield _finding(
                    "term",
                    "error",
                    f"Recommendation {label}: the longest term of the contract is shorter than its initial term.",
                    f"contract:{award.pk}",
                )


def _shorter(award: ContractAward) -> bool:
    return bool(award.initial_months and award.longest_months and award.longest_months < award.initial_months)


#: What an import doubts and completeness asks for anyway, or what is history and no part of a draft.
ASKED_ANYWAY = {
    "title",
    "summary",
    "recommendations",
    "part2",
    "deferral",
    "reference",
    "decision_maker",
    "declarations",
}


def imported(version: Version) -> Iterator[Finding]:
    """What the import put right, and what it doubts, until somebody has looked at it."""
    source = getattr(version, "imported", None)
    if source is None:
        return
    for row in source.reading["corrected"]:
        change = f"‘{row['before']}’ ({row['where']}) was put right to ‘{row['after']}’"
        sentence = f"On import, {change}. Is that what is meant?"
        yield _finding("import", "warning", sentence, "summary")
    for row in source.reading["doubts"]:
        if row["where"].partition(".")[0] not in ASKED_ANYWAY:
            yield _finding("import", "warning", f"On import ({row['where']}): {row['sentence']}", "summary")
    if source.reading["leftover"]:
        count = len(source.reading["leftover"])
        sentence = (
            f"{count} {'line' if count == 1 else 'lines'} of ‘{source.name}’ found no place in the form."
        )
        yield _finding("import", "warning", sentence, "summary")


Check = Callable[[Version], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    amounts,
    unfinished,
    route_to_market,
    money,
    citations,
    own_reference,
    grounds,
    suppliers,
    terms,
    imported,
)
