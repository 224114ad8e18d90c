"""Exemptions that do not hold as they are claimed: the wrong Act, grounds that exclude each other, stock reasons."""

import re
from collections.abc import Iterator

from django.db.models import Count
from django.db.models.functions import Lower

from decisions import part2
from decisions.checks import Check, Found
from decisions.checks.texts import texts
from decisions.importing import dates
from decisions.models import Part2Paper, State, Version
from pcd.vault import VaultClosed

MISLABELLED = re.compile(r"\bData Protection(?: Act(?: \d{4})?)?,? [Ss]ection (\d\d)\b")
_OPINION = re.compile(r"\bqualified person\b", re.IGNORECASE)


def mislabelled(version: Version) -> Iterator[Found]:
    """Sections of the Freedom of Information Act under the name of another Act."""
    for name, part, text in texts(version):
        for number in MISLABELLED.findall(text):
            yield Found(
                f"{name} says ‘Data Protection Section {number}’. Section {number} is of the Freedom of "
                "Information Act 2000.",
                part,
            )


def _claims(version: Version) -> Iterator[tuple[Part2Paper, str, set[str]]]:
    """Yield each Part 2 paper, the page of its notice, and the provisions that it claims."""
    for paper in version.part2_papers.all():
        claimed = {claim.ground.provision_key for claim in paper.claims.all()}
        yield paper, f"part2-notice:{paper.pk}", claimed


def together(version: Version) -> Iterator[Found]:
    """Sections 30 and 31 for the same paper."""
    for _, part, claimed in _claims(version):
        if {"foia-30", "foia-31-1"} <= claimed:
            yield Found(
                "Part 2 claims sections 30 and 31 together; section 31 holds only where 30 does not.", part
            )


def opinion(version: Version) -> Iterator[Found]:
    """Section 36 without the qualified person, their opinion and its date among the sealed reasons."""
    for paper, _, claimed in _claims(version):
        if "foia-36" not in claimed:
            continue
        try:
            reason = part2.read(paper).grounds.get("foia-36", part2.GroundReason()).rationale
        except VaultClosed:
            continue  # a process without the key can say nothing of what is inside
        if not (_OPINION.search(reason) and dates.found(reason)):
            yield Found(
                "Part 2 claims section 36: write into its reason who the qualified person is, what their opinion is "
                "and on which date they gave it.",
                f"part2-sealed:{paper.pk}",
                "id_rationale_foia-36",
            )


def intended(version: Version) -> Iterator[Found]:
    """Section 22 without a day on which the information is to be published."""
    for paper, part, claimed in _claims(version):
        if "foia-22" in claimed and paper.ceases != Part2Paper.Cessation.DATE:
            yield Found(
                "Part 2 claims section 22, which is for information that will be published. Enter the date of that.",
                part,
                "id_ceases",
            )


def stock(version: Version) -> Iterator[Found]:
    """A reason that stands word for word on other papers."""
    papers = version.part2_papers.all()
    copied = stock_texts(version) if papers else set()
    for paper in papers:
        if paper.public_reason.strip().lower() in copied:
            yield Found(
                "The public reason of Part 2 is word for word that of other decisions. Say why here.",
                f"part2-notice:{paper.pk}",
            )


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


CHECKS = (
    Check(
        "grounds",
        "a section of another Act",
        "warning",
        "Freedom of Information Act 2000, Part II: the exemptions stand in this Act",
        mislabelled,
    ),
    Check(
        "grounds_together",
        "two grounds that exclude each other",
        "warning",
        "Freedom of Information Act 2000, section 31(1): not exempt by virtue of section 30",
        together,
    ),
    Check(
        "opinion",
        "the qualified person's opinion",
        "warning",
        "Freedom of Information Act 2000, section 36(2): in the reasonable opinion of a qualified person",
        opinion,
    ),
    Check(
        "intended",
        "the day of the intended publication",
        "warning",
        "Freedom of Information Act 2000, section 22(1): held with a view to its publication",
        intended,
    ),
    Check(
        "stock_reason",
        "a reason copied from other decisions",
        "warning",
        "Freedom of Information Act 2000, section 17(1): a refusal says why the exemption applies here",
        stock,
    ),
)
