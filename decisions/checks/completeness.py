"""Completeness: everything that a paper still lacks before it can be submitted, all at once.

To require a field of the paper, add a row to NEEDED; to add a check, write a function from a loaded version
to what it finds and add a row to CHECKS.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from decisions import form, part2
from decisions.checks import Check, Finding, Found
from decisions.models import Part2Paper, PassedStep, Section, Version
from decisions.models.paper import Answer
from decisions.snapshot import labelled
from decisions.text import words
from decisions.wording import day
from pcd.vault import VaultClosed


@dataclass(frozen=True)
class Needed:
    """A field that must not be empty, the page that asks for it, and what to say where it is."""

    field: str
    part: str
    sentence: str
    anchor: str = ""


NEEDED = (
    Needed("title", "titles", "Enter the public title."),
    Needed("kinds", "titles", "Select what kind of decision it is."),
    Needed("business_unit", "owner", "Enter the unit that owns the proposal."),
    Needed("business_organisation", "owner", "Enter the organisation that owns the proposal."),
    Needed("head_of_service", "owner", "Select the head of service."),
    Needed("dpia", "data-protection", "Say whether a data protection impact assessment is required."),
    Needed("part2_exists", "part2", "Say whether there is a Part 2."),
    Needed("deferred", "deferral", "Say whether the publication of Part 1 is to be deferred."),
)
#: What the public notice of every Part 2 paper must say (form.md 2).
NEEDED_OF_NOTICE = (
    Needed("title", "part2-notice", "enter its public title."),
    Needed("marking", "part2-notice", "select its marking."),
    Needed("ceases", "part2-notice", "say when it ceases to be exempt."),
    Needed("review_on", "part2-notice", "enter the date of the next review.", "review_on_day"),
    Needed("public_reason", "part2-notice", "enter the public sentence why it is withheld."),
)

#: What stands under a ground that a paper claims already and nobody may claim any more.
NOT_IN_FORCE = "Not in force today: take it off before the paper is submitted."


def findings(version: Version) -> list[Finding]:
    """Return everything that is missing; `version` should come from `snapshot.load`."""
    return [finding for check in CHECKS for finding in check.findings(version)]


def _missing(sentence: str, part: str, anchor: str = "") -> Found:
    return Found(sentence, part, f"id_{anchor}" if anchor else "")


def needed(version: Version) -> Iterator[Found]:
    """Every field of NEEDED."""
    passed = PassedStep.in_force(version.decision.body)
    for row in NEEDED:
        if not getattr(version, row.field) and row.field not in passed:
            yield _missing(row.sentence, row.part, row.anchor or row.field)


def summary(version: Version) -> Iterator[Found]:
    """The summary's length in words (form.md 1, executive summary)."""
    least, most = form.SUMMARY_WORDS
    count = words(version.summary)
    if version.notice_only:
        return
    if not count:
        yield _missing("Write the executive summary.", "summary", "summary")
    elif not least <= count <= most:
        change = "Lengthen" if count < least else "Shorten"
        sentence = f"{change} the executive summary: it has {count} words and must have {least} to {most}."
        yield _missing(sentence, "summary", "summary")


def recommendations(version: Version) -> Iterator[Found]:
    """At least one recommendation, and none of them empty."""
    rows = labelled(version)
    if not rows and not version.notice_only:
        yield _missing("Add at least one recommendation.", "recommendations")
    for label, row in rows:
        if not row.text.strip():
            yield _missing(f"Recommendation {label}: write the text.", f"recommendation:{row.pk}", "text")


def sections(version: Version) -> Iterator[Found]:
    """Every section is text, or in Part 2, or not applicable, because (form.md 1, sections)."""
    if version.notice_only:
        return
    rows = {row.kind: row for row in version.sections.all()}
    for number, entry in enumerate(version.edition.sections, start=1):
        row = rows.get(entry["kind"])
        name, part = f"Section {number}, {entry['heading']}", f"section:{entry['kind']}"
        if row is None or (row.treatment == Section.Treatment.TEXT and not row.paragraphs.all()):
            yield _missing(
                f"{name}: write the text, or say that it is in Part 2 or not applicable.", part, "text"
            )
        elif row.treatment == Section.Treatment.NOT_APPLICABLE and not row.reason.strip():
            yield _missing(f"{name}: say why it is not applicable.", part, "reason")
        elif row.treatment == Section.Treatment.IN_PART2 and version.part2_exists == Answer.NO:
            yield _missing(
                f"{name} is said to be in Part 2, but the paper says that there is no Part 2.", "part2"
            )


def notice_only(version: Version) -> Iterator[Found]:
    """A decision of which only a notice is published has its whole text in Part 2, and says there what is asked for."""
    if not version.notice_only:
        return
    written = [("the executive summary", "summary", bool(version.summary.strip()))]
    written += [
        (f"recommendation {label}", f"recommendation:{row.pk}", True) for label, row in labelled(version)
    ]
    written += [
        (f"the section {row.get_kind_display()}", f"section:{row.kind}", bool(row.paragraphs.all()))
        for row in version.sections.all()
    ]
    written += [
        (f"attachment {number}, {row.title},", f"attachment:{row.pk}", True)
        for number, row in enumerate(version.attachments.all(), start=1)
    ]
    for name, part, stands in written:
        if stands:
            yield _missing(f"Only a notice of this decision is published, so move {name} to Part 2.", part)
    papers = list(version.part2_papers.all())
    try:
        asked_for = any(part2.read(paper).recommendations for paper in papers)
    except VaultClosed:
        return
    if papers and not asked_for:
        yield _missing(
            "Part 2: write what is recommended.", f"part2-sealed:{papers[0].pk}", "recommendations"
        )


def part2_papers(version: Version) -> Iterator[Found]:
    """A Part 2 said to exist has papers, each with its notice, its grounds and its sealed content."""
    papers = list(version.part2_papers.all())
    if version.part2_exists == Answer.YES and not papers:
        yield _missing("Add the Part 2 paper.", "part2")
    if version.part2_exists != Answer.YES and papers:
        yield _missing("There is a Part 2 paper, so answer Yes to Part 2, or remove the paper.", "part2")
    for name, paper in _named(version):
        yield from _notice(name, paper)
        yield from _sealed(name, paper)


def _named(version: Version) -> Iterator[tuple[str, Part2Paper]]:
    """Yield each Part 2 paper with what a sentence calls it."""
    papers = list(version.part2_papers.all())
    for position, paper in enumerate(papers, start=1):
        yield "Part 2" if len(papers) == 1 else f"Part 2, paper {position}", paper


def _notice(name: str, paper: Part2Paper) -> Iterator[Found]:
    part = f"part2-notice:{paper.pk}"
    for row in NEEDED_OF_NOTICE:
        if not getattr(paper, row.field):
            yield _missing(f"{name}: {row.sentence}", part, row.anchor or row.field)
    if not paper.claims.all():
        yield _missing(f"{name}: select at least one ground of exemption.", part, "grounds")
    if paper.ceases == Part2Paper.Cessation.EVENT and not paper.ceases_event:
        yield _missing(f"{name}: say which event ends the exemption.", part, "ceases_event")
    if paper.ceases and not paper.ceases_on:
        expected = " expected" if paper.ceases == Part2Paper.Cessation.EVENT else ""
        yield _missing(
            f"{name}: enter the date{expected} on which it ceases to be exempt.", part, "ceases_on_day"
        )


def grounds_in_force(version: Version) -> Iterator[Found]:
    """A ground that has ended, or is to come, is claimed by no paper that is submitted today."""
    for name, paper in _named(version):
        for ground in (claim.ground for claim in paper.claims.all()):
            if not ground.is_in_force():
                when = f"ended on {day(ground.valid_until)}" if ground.is_past() else "has not begun"
                sentence = (
                    f"{name}: {ground.provision} ({ground.title}) {when} as a ground of exemption. "
                    "Take it off and select one that is in force."
                )
                yield _missing(sentence, f"part2-notice:{paper.pk}", "grounds")


def _sealed(name: str, paper: Part2Paper) -> Iterator[Found]:
    part = f"part2-sealed:{paper.pk}"
    try:
        content = part2.read(paper)
    except VaultClosed:
        return  # a process without the key can say nothing of what is inside
    if not content.facts.strip():
        yield _missing(f"{name}: write the exempt facts and advice.", part, "facts")
    for claim in paper.claims.all():
        ground, reason = claim.ground, part2.reason(content, claim.ground)
        if not reason.rationale.strip():
            sentence = f"{name}: say why {ground.provision} ({ground.title}) applies."
            yield _missing(sentence, part, f"rationale_{ground.provision_key}")
        if not ground.absolute and not reason.public_interest.strip():
            sentence = f"{name}: give the public interest reason for {ground.provision} ({ground.title})."
            yield _missing(sentence, part, f"public_interest_{ground.provision_key}")


def attachments(version: Version) -> Iterator[Found]:
    """What not everyone can read says how they read it; what goes out as it is was looked at by a second person."""
    for number, row in enumerate(version.attachments.all(), start=1):
        name, part = f"Attachment {number}, {row.title}", f"attachment:{row.pk}"
        other = row.accessible_version_id and row.kind not in form.PICTURES
        if not (row.accessible or other or row.reason.strip()):
            sentence = (
                "say what the picture shows."
                if row.kind in form.PICTURES
                else "it has no tags, so name its accessible version, or say why there is none."
            )
            yield _missing(f"{name}: {sentence}", part, "reason")
        if row.as_it_is and not hasattr(row, "check_made"):
            yield _missing(
                f"{name}: it goes out as it is, so a second person has to look at it.", "attachments"
            )


def deferral(version: Version) -> Iterator[Found]:
    """A deferral has a reason and a day to come (form.md 3)."""
    if version.deferred != Answer.YES:
        return
    if not version.deferral_reason.strip():
        yield _missing("Say why publication is to be deferred.", "deferral", "deferral_reason")
    if not version.deferred_until:
        yield _missing(
            "Enter the date until which publication is deferred.", "deferral", "deferred_until_day"
        )
    elif version.deferred_until <= timezone.localdate():
        sentence = "The date until which publication is deferred must be in the future."
        yield _missing(sentence, "deferral", "deferred_until_day")


def asked(version: Version) -> list[form.Statement]:
    """Return what the drafting officer confirms: nothing is covered in a section that is not applicable."""
    left_out = {
        row.kind for row in version.sections.all() if row.treatment == Section.Treatment.NOT_APPLICABLE
    }
    return [statement for statement in form.CONFIRMED if statement.section not in left_out]


def declarations(version: Version) -> Iterator[Found]:
    """Every statement that the drafting officer makes in person is confirmed (form.md 4)."""
    confirmed = {row.statement for row in version.declarations.all()}
    for statement in asked(version):
        if statement.key not in confirmed:
            yield _missing(f"Confirm the declaration: {statement.title}.", "declarations", statement.key)


_ORDER = "Elected Local Policing Bodies (Specified Information) Order 2011: a record of each decision"
CHECKS = (
    Check(
        "needed", "answers that every paper needs", "error", "The form: every question is answered", needed
    ),
    Check(
        "summary",
        "the length of the summary",
        "error",
        "The form: an executive summary of 25 to 400 words",
        summary,
    ),
    Check("recommendations", "the recommendations", "error", _ORDER, recommendations),
    Check(
        "sections",
        "the sections of Part 1",
        "error",
        "The form: each section is written, in Part 2, or not applicable, because",
        sections,
    ),
    Check(
        "notice_only",
        "what may stand beside a bare notice",
        "error",
        "The form: a notice says only that there is a decision, and why no more is said",
        notice_only,
    ),
    Check(
        "part2",
        "the exempt paper, its grounds and its end",
        "error",
        "Freedom of Information Act 2000, sections 2(2)(b) and 17: each ground has a reason of its own",
        part2_papers,
    ),
    Check(
        "grounds_in_force",
        "grounds that are in force",
        "error",
        "Reference data: each ground of exemption has a first and perhaps a last day",
        grounds_in_force,
        lasting=False,
    ),
    Check(
        "attachments",
        "files that not everyone can read, or that go out as they are",
        "error",
        "Public Sector Bodies (Websites and Mobile Applications) Accessibility Regulations 2018",
        attachments,
    ),
    Check(
        "deferral",
        "the deferral of Part 1",
        "error",
        "The form: a deferral has a reason and a date",
        deferral,
        lasting=False,
    ),
    Check(
        "declarations",
        "the originating officer's declarations",
        "error",
        "The form: originating officer declaration",
        declarations,
    ),
)
