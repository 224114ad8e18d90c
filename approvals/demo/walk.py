"""Walking the route: brings a demo paper (or a test's) to any state by the acts of the people concerned."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from approvals import joint
from approvals.advice import consulted
from approvals.advice import shown as shown_question
from approvals.clearing import findings
from approvals.demo.papers import ORDINARY, DemoPaper, DemoRecommendation
from approvals.signing import shown
from approvals.workflow import perform
from decisions import form, part2, policy, scheme
from decisions.attaching.kinds import Brought
from decisions.drafting import writes
from decisions.models import (
    Access,
    Body,
    Contributor,
    Decider,
    Decision,
    Declaration,
    ExemptionClaim,
    FormEdition,
    Link,
    Paragraph,
    Part2Paper,
    Recommendation,
    Section,
    Version,
)
from decisions.part2 import Decided, GroundReason, Part2Content
from decisions.snapshot import labelled, load
from decisions.text import paragraphs
from pcd import trail
from pcd.people import changes
from pcd.people.models import Holding, Office, Role, User

People = Mapping[str, User]
#: In place of a signed copy: what a page takes is a PDF.
SIGNED = b"A signed copy"
#: What a demo paper says of a supplier.
SUPPLIER = ("name", "company_number")


@transaction.atomic
def draft(paper: DemoPaper, people: People, *, officer: str = "officer") -> Version:
    """Write a complete draft, as its officer would; returns the version."""
    person = people[officer]
    body = Body.objects.get(pk=settings.BODY)
    decision = Decision.objects.create(body=body, created_by=person)
    until = (
        timezone.localdate() + timedelta(days=paper.deferred_until_days)
        if paper.deferred_until_days
        else None
    )
    version = Version.objects.create(
        decision=decision,
        edition=FormEdition.in_force(body),
        working_title=paper.working_title,
        title=paper.title,
        kinds=list(paper.kinds),
        business_unit=paper.unit,
        business_organisation=paper.organisation,
        drafting_officer=person,
        head_of_service=Office.objects.filter(role=Role.HEAD_OF_SERVICE).order_by("key")[0],
        summary=paper.summary,
        part2_exists="yes" if paper.part2 else "no",
        notice_only=paper.notice_only,
        deferred="yes" if until else "no",
        deferral_reason=paper.deferral_reason,
        deferred_until=until,
        dpia="screened_out",
    )
    Contributor.objects.create(version=version, person=person)
    trail.write("decision", decision.pk, "began", by=person)
    policy.grant(
        decision,
        Holding.objects.of(Role.DRAFTING_OFFICER).filter(person=person),
        Access.EDIT,
        Access.PART1,
        Access.PART2,
        reason="Drafting officer",
        source="drafted",
        by=person,
    )
    _write_sections(version, paper)
    _write_recommendations(version, paper.recommendations)
    _write_part2(version, paper, person)
    for title, table in paper.tables:
        file = Brought("csv", table.encode(), accessible=True)
        writes.attach(version=version, pk=uuid4(), title=title, files=[file], as_it_is=False, by=person)
    for position, link in enumerate(paper.links, start=1):
        Link.objects.create(version=version, position=position, **link)
    for statement in form.CONFIRMED:
        Declaration.objects.create(version=version, statement=statement.key, person=person)
    name_decider(version)
    return load(version.pk)


#: Who of the demo people takes decisions, where it is not the Deputy Mayor.
DECIDES: dict[str, str] = {
    Decider.DELEGATED_OFFICER: "head",
    Decider.CHIEF_EXECUTIVE: "chief",
    Decider.MAYOR: "mayor",
}


def name_decider(version: Version, least: Decider = Decider.DECISION_MAKER) -> None:
    """Let decide whom the scheme proposes, or this one instead of somebody less strict."""
    proposed = scheme.proposal(load(version.pk))
    if proposed is None:
        return
    decider = max(proposed.decider, least, key=lambda one: one.strictness)
    Version.objects.filter(pk=version.pk).update(
        decider=decider,
        scheme_paragraph=proposed.paragraph,
        decider_reason="" if decider == proposed.decider else "The subject is of wide public interest.",
    )


def _write_sections(version: Version, paper: DemoPaper) -> None:
    for entry in version.edition.sections:
        kind = entry["kind"]
        hidden = kind in paper.in_part2
        section = Section.objects.create(
            version=version, kind=kind, treatment="in_part2" if hidden else "text"
        )
        if not hidden and not paper.notice_only:
            text = paper.sections.get(kind, ORDINARY[kind])
            for position, block in enumerate(paragraphs(text), start=1):
                Paragraph.objects.create(section=section, position=position, text=block)


def _write_recommendations(
    version: Version, rows: tuple[DemoRecommendation, ...], parent: Recommendation | None = None
) -> None:
    for position, row in enumerate(rows, start=1):
        kind, _, number = row.cites.partition(":")
        cites = Paragraph.objects.filter(
            section__version=version, section__kind=kind, position=number or 0
        ).first()
        made = Recommendation.objects.create(
            version=version, parent=parent, position=position, text=row.text, cites=cites
        )
        awards = (
            {
                **award,
                "suppliers": [dict(zip(SUPPLIER, one, strict=True)) for one in award.get("suppliers", ())],
            }
            for award in row.awards
        )
        writes.money(made, lines=row.lines, awards=awards, grants=row.grants)
        _write_recommendations(version, row.children, made)


def _write_part2(version: Version, paper: DemoPaper, owner: User) -> None:
    if paper.part2 is None:
        return
    row = Part2Paper.objects.create(
        version=version,
        position=1,
        title=paper.part2.title,
        marking="official_sensitive",
        descriptor=paper.part2.descriptor,
        ceases="event",
        ceases_event=paper.part2.ceases_event,
        ceases_on=paper.part2.ceases_on,
        review_on=paper.part2.review_on,
        public_reason=paper.part2.public_reason,
        owner=owner,
    )
    for key in paper.part2.grounds:
        ExemptionClaim.objects.create(paper=row, ground_id=key)
    grounds = {key: GroundReason(*reasons) for key, reasons in paper.part2.grounds.items()}
    part2.write(row, Part2Content(paper.part2.facts, grounds, paper.part2.recommendations))


def be_small(people: People, small: bool = True) -> None:
    """Let two people say that the body is a small office, or that it is none any more."""
    if Body.objects.get(pk=settings.BODY).small_office != small:
        row = changes.propose("small_office", settings.BODY, by=people["admin"], small_office=small)
        changes.decide(row, by=people["governance"], agrees=True)


def advise(version: Version, people: People, *areas: str, with_part2: bool = True) -> Version:
    """Ask those of these advisers whose advice does not hold on the text, and let each be content."""
    version = load(version.pk)
    held = consulted(version)
    for area in (area for area in areas if area not in held):
        asked = perform(
            version.pk,
            "request_advice",
            by=version.drafting_officer,
            adviser=people[area],
            area=area,
            with_part2=with_part2,
        )
        version = perform(
            version.pk,
            "give_advice",
            by=people[area],
            outcome="content",
            text="",
            digest=shown_question(asked, people[area]),
        )
    return version


def submit(version: Version, people: People) -> Version:
    """Submit a paper whose advice holds."""
    return perform(version.pk, "submit", by=version.drafting_officer, confirmed=True)


def review(version: Version, people: People) -> Version:
    """Let the head of service confirm."""
    return perform(version.pk, "review", by=people["head"], digest=shown(version))


def endorse(version: Version, people: People) -> Version:
    """Let the chief executive sign."""
    return perform(version.pk, "endorse", by=people["chief"], digest=shown(version))


def decide(version: Version, people: People, **exceptions: dict[str, Any]) -> Version:
    """Let whoever decides sign: all approved, but for exceptions by the recommendation's label (`r2=...`)."""
    outcomes = {
        str(row.pk): exceptions.get(f"r{label}", {"outcome": "approved"}) for label, row in labelled(version)
    }
    inside = {paper: part2.read(paper).recommendations for paper in version.part2_papers.all()}
    return perform(
        version.pk,
        "decide",
        by=people[DECIDES.get(version.decider, "dmpc")],
        digest=shown(version),
        interests="None.",
        outcomes=outcomes,
        sealed={
            paper: [Decided(**exceptions.get("inside", {"outcome": "approved"})) for _ in rows]
            for paper, rows in inside.items()
            if rows
        },
    )


def decide_jointly(version: Version, people: People, *, on: date, copy: bytes = SIGNED, **more: Any) -> None:
    """Let the governance team record what every other body decided, and a second person confirm it."""
    for decider in joint.undecided(load(version.pk), besides_waiting=True):
        perform(
            version.pk,
            "record_joint_decision",
            by=people["governance2"],
            **{
                "decider": str(decider.pk),
                "decided_on": on,
                "declined": False,
                "reference": "",
                "file": copy,
                **more,
            },
        )
    for row in joint.waiting(load(version.pk)):
        perform(
            version.pk,
            "confirm_joint_decision",
            by=people["governance"],
            recorded=str(row.pk),
            agrees=True,
            reason="",
        )


def clear(version: Version, people: People) -> Version:
    """Let the governance team clear it, answering whatever the leak check finds."""
    answers = ["It is public already." for _ in findings(load(version.pk))]
    return perform(version.pk, "clear_for_publication", by=people["governance"], answers=answers)


def publish(version: Version, people: People) -> Version:
    """Let the governance team publish."""
    return perform(version.pk, "publish", by=people["governance"], confirmed=True)


def rescind(version: Version, people: People, reason: str = "The sale fell through.") -> None:
    """Let whoever decided take it back."""
    perform(
        version.pk,
        "rescind",
        by=people[DECIDES.get(version.decider, "dmpc")],
        digest=shown(version),
        reason=reason,
    )


#: The stations in order, and the act that leads to each.
STEPS = (
    ("in_advice", lambda version, people: advise(version, people, "finance", "legal")),
    ("with_head_of_service", submit),
    ("with_chief_executive", review),
    ("with_decision_maker", endorse),
    ("decided", decide),
    ("cleared", clear),
    ("published", publish),
)


def bring(version: Version, people: People, to: str) -> Version:
    """Walk a complete draft on to a station of STEPS, or to the first after it that the body has (`draft` stays)."""
    stations = ["draft", *(name for name, _ in STEPS)]
    here, wanted = stations.index(_station(version)), stations.index(to)
    while here < wanted:
        version = STEPS[here][1](version, people)
        here = max(here + 1, stations.index(_station(version)))  # a step may be passed, or have nothing to do
    return load(version.pk)


def _station(version: Version) -> str:
    return "cleared" if version.state == "decided" and version.clearances.exists() else version.state
