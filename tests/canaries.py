"""Papers full of words that stand nowhere else, to be hunted wherever they must not be."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import models
from django.http import QueryDict
from django.utils import timezone

from approvals import advice
from approvals.demo import walk
from approvals.demo.papers import PCD_1637
from approvals.workflow import perform
from decisions.attaching.kinds import Brought
from decisions.checks import run
from decisions.drafting import kept
from decisions.importing.reading import Reading
from decisions.models import (
    Attachment,
    AttachmentCheck,
    Comment,
    ContractAward,
    FinancialLine,
    FundingGrant,
    ImportedFile,
    JointDecider,
    Link,
    Paragraph,
    Part2Paper,
    Recommendation,
    Section,
    Supplier,
    Version,
    WarningAnswer,
)
from decisions.snapshot import load
from pcd.people.models import User
from tests.attached import attach, seal, signed_pdf

PART1_CANARY, PART2_CANARY = "Xanthophyll", "Zugzwang"
#: Of an old decision that nobody has approved yet.
ARCHIVE_CANARY = "Quixotry"
#: The rows of Part 1, and how each hangs on its version; the public notices of Part 2 are among them.
PART1: tuple[tuple[type[models.Model], str], ...] = (
    (Version, "pk"),
    (Section, "version"),
    (Paragraph, "section__version"),
    (Recommendation, "version"),
    (FinancialLine, "recommendation__version"),
    (ContractAward, "recommendation__version"),
    (Supplier, "award__recommendation__version"),
    (FundingGrant, "recommendation__version"),
    (Link, "version"),
    (JointDecider, "version"),
    (Part2Paper, "version"),
    (Attachment, "version"),
)


def words_of(model: type[models.Model]) -> Iterator[tuple[str, int | None]]:
    """Yield the fields of a model that hold free text, and how long it may be."""
    for field in model._meta.concrete_fields:
        if isinstance(field, models.CharField | models.TextField) and not field.choices:
            yield field.name, field.max_length


def draft_with_canaries(
    people: Mapping[str, User],
    part1: str = PART1_CANARY,
    part2: str = PART2_CANARY,
    *,
    deferred_until_days: int = 0,
) -> Version:
    """Return a draft whose every text of Part 1 and of Part 2 holds its word, which stands nowhere else."""
    assert PCD_1637.part2 is not None
    secret = replace(
        PCD_1637.part2,
        facts=f"{part2} facts",
        recommendations=(f"{part2} recommended",),
        grounds={"foia-43-2": (f"{part2} rationale", f"{part2} interest")},
    )
    version = walk.draft(
        replace(
            PCD_1637, part2=secret, deferred_until_days=deferred_until_days, deferral_reason="To be replaced."
        ),
        people,
    )
    attach(version, people["officer"], f"{part1},1\r\n".encode())
    signed = attach(version, people["officer"], signed_pdf(part1), "pdf", as_it_is=True)
    AttachmentCheck.objects.create(attachment=signed, person=people["finance"])
    seal(version.part2_papers.get(), f"{part2} title", f"{part2} name.csv", f"{part2} content,1".encode())
    about: dict[str, Any] = {"position": 1}
    first = version.recommendations.order_by("position")[0]
    FundingGrant.objects.create(**about, recommendation=first, direction="given", amount=1)
    Link.objects.create(**about, version=version, kind="amends")
    JointDecider.objects.create(**about, version=version)
    for model, path in PART1:
        for name, limit in words_of(model):
            words = f"{part1} " * 30 if name == "summary" else f"{part1} {name.replace('_', ' ')}"
            model._default_manager.filter(**{path: version.pk}).update(**{name: words[:limit]})
    version = load(version.pk)
    typed = QueryDict(mutable=True)
    typed["facts"] = f"{part2} facts that are not saved yet"
    page = f"part2-sealed:{version.part2_papers.get().pk}"
    kept.keep(version=version, key=page, data=typed, by=people["officer"])
    return version


def bring(
    version: Version,
    people: Mapping[str, User],
    to: str,
    part1: str = PART1_CANARY,
    part2: str = PART2_CANARY,
) -> Version:
    """Walk such a paper on; what others decided bears its word of Part 1, and the signed copy that of Part 2."""
    if to in ("decided", "cleared", "published"):
        version = walk.bring(version, people, "decided")
        more: dict[str, Any] = {"reference": f"{part1} there", "copy": f"{part2} signed".encode()}
        walk.decide_jointly(version, people, on=date(2026, 1, 2), **more)
    return walk.bring(load(version.pk), people, to)


def paper_with_canaries(
    people: Mapping[str, User],
    part1: str = PART1_CANARY,
    part2: str = PART2_CANARY,
    *,
    inside: str = "",
    deferred_until_days: int = 0,
) -> Version:
    """Return such a draft on which the equality adviser, asked without Part 2, writes their section and gave advice.

    `inside` is the word of what is said about the paper on the staff side and never published (else Part 1's).
    """
    version = draft_with_canaries(people, part1, part2, deferred_until_days=deferred_until_days)
    about, officer = {"version": version}, people["officer"]
    WarningAnswer.objects.create(
        **about, warning="0" * 64, text=f"{inside or part1}, as it is.", person=officer
    )
    ImportedFile.objects.create(
        **about,
        name=f"{inside or part1}.docx",
        digest=b"\0" * 32,
        reading=Reading(title=f"{inside or part1}", leftover=[f"{inside or part1} left over"]).as_json(),
        by=officer,
    )
    for one in run.warnings(load(version.pk)):
        WarningAnswer.objects.create(**about, warning=one.key, text=f"{inside or part1}.", person=officer)
    Comment.objects.create(
        **about,
        step="comment",
        part="summary",
        words=version.summary,
        text=f"{inside or part1}?",
        person=officer,
    )
    perform(
        version.pk,
        "request_advice",
        by=people["officer"],
        adviser=people["equality"],
        area="equality",
        with_part2=False,
        writes=True,
        message=f"{inside or part1}?",
        file=[(f"{inside or part1}.csv", Brought("csv", f"{part2},1".encode(), accessible=True))],
    )
    perform(
        version.pk,
        "ask_outsider",
        by=officer,
        name="Hester Vane",
        organisation="Vane Chambers",
        email="hester@chambers.example",
        area="legal",
        question=f"{part2}?",
        chosen=["summary", f"part2:{version.part2_papers.get().pk}"],
        with_part2=True,
        code="2345-ABCD-6789",
        until=timezone.localdate(),
    )
    perform(
        version.pk,
        "give_advice",
        by=people["equality"],
        outcome="content",
        inner=f"{inside or part1} inside.",
        file=[(f"{inside or part1}.csv", Brought("csv", f"{part2},1".encode(), accessible=True))],
        text=f"{inside or part1}.",
        digest=advice.shown(load(version.pk), people["equality"]),
    )
    return version
