"""What in a paper's words is unfinished, points nowhere or says another number (form.md 7).

To add a check, write a function from a loaded version to what it finds, and a row in CHECKS.
"""

import re
from collections.abc import Iterator

from decisions import form
from decisions.checks import Check, Found
from decisions.checks.texts import texts
from decisions.drafting.markings import carries_marking
from decisions.models import Version
from decisions.references import normalise
from decisions.snapshot import labelled
from pcd.characters import REPLACEMENT

UNFINISHED = re.compile(
    r"\b(?:TBC|TBD|XX+|to be confirmed|lorem ipsum)\b|"
    r"\[(?:insert|add|name|date)[^\]]*\]",
    re.IGNORECASE,
)
PARAGRAPH = re.compile(
    r"\bparagraphs? (\d{1,2}\.\d{1,3})(?:\s?(?:-|"
    r"–|to|and)\s?(\d{1,2}\.\d{1,3}))?",
    re.IGNORECASE,
)
REFERENCE = re.compile(r"\b([A-Z]{3,6})\s?(\d{1,5})\b")
_OWN = re.compile(r"\bthis (?:decision|paper|report)\W{1,3}([A-Z]{3,6}\s?\d{1,5})\b", re.IGNORECASE)
#: What each kind of decision is about: at least one of these rows is in the paper.
CONTENT: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "capital": ("financial_lines", "kind", ("capital", "capital_receipt")),
    "revenue": ("financial_lines", "kind", ("revenue", "saving", "income")),
    "initiate_procurement": ("contract_awards", "action", ("initiate",)),
    "contract_award": ("contract_awards", "action", ("award",)),
    "extension": ("contract_awards", "action", ("extend", "uplift", "vary")),
    "novation": ("contract_awards", "action", ("novate",)),
    "grant_received": ("grants", "direction", ("received",)),
    "grant_given": ("grants", "direction", ("given",)),
}
#: Kinds that their rows call for; an amount may be revenue without the decision being about revenue.
CALLED_FOR = ("contract_award", "extension", "novation", "grant_received", "grant_given")


def unfinished(version: Version) -> Iterator[Found]:
    """Words that stand for something still to be written."""
    for name, part, text in texts(version):
        if found := UNFINISHED.search(text):
            yield Found(f"{name} says ‘{found[0]}’. Is it finished?", part)


def citations(version: Version) -> Iterator[Found]:
    """A paragraph that is referred to and does not exist."""
    found = texts(version)
    there = {name.removeprefix("Paragraph ") for name, _, _ in found if name.startswith("Paragraph ")}
    for name, part, text in found:
        for cited in PARAGRAPH.finditer(text):
            for number in (one for one in cited.groups() if one and one not in there):
                yield Found(f"{name} refers to paragraph {number}, which does not exist.", part)


def own_reference(version: Version) -> Iterator[Found]:
    """A title, or words about this very paper, with another number than the paper's own."""
    series = version.decision.series
    if not series:
        return
    for name, part, text in texts(version):
        pattern = REFERENCE if part == "titles" else _OWN
        for one in pattern.finditer(text):
            said = one[0] if part == "titles" else one[1]
            if said.lower().startswith(series.key) and normalise(said) != version.decision.key:
                yield Found(
                    f"{name} says {said}, and the paper's number is {version.decision.reference}.", part
                )


def kinds(version: Version) -> Iterator[Found]:
    """A kind of decision without what it is about, and what calls for a kind that was not selected."""
    if version.notice_only:
        return
    rows = [row for _, row in labelled(version)]
    for kind, (name, field, values) in CONTENT.items():
        about = any(getattr(one, field) in values for row in rows for one in getattr(row, name).all())
        title = form.choice(form.KINDS, kind)
        if kind in version.kinds and rows and not about:
            yield Found(
                f"The kind ‘{title}’ is selected, and no recommendation has what it is about.",
                "titles",
                "id_kinds",
            )
        elif about and version.kinds and kind in CALLED_FOR and kind not in version.kinds:
            yield Found(
                f"The paper has what the kind ‘{title}’ is about, and it is not selected.",
                "titles",
                "id_kinds",
            )


def unreadable(version: Version) -> Iterator[Found]:
    """Characters that a file had and nobody can read."""
    for name, part, text in texts(version):
        if REPLACEMENT in text:
            yield Found(
                f"{name} has a character that cannot be read, shown as {REPLACEMENT}. Delete it.", part
            )


def marking(version: Version) -> Iterator[Found]:
    """A marking that this system may not hold, on a line of its own."""
    for name, part, text in texts(version):
        if carries_marking(text):
            yield Found(
                f"{name} carries a marking above OFFICIAL-SENSITIVE. Take it out of this system.", part
            )


CHECKS = (
    Check(
        "unfinished", "words that look unfinished", "warning", "The form: every part is answered", unfinished
    ),
    Check(
        "citation",
        "a paragraph that does not exist",
        "warning",
        "The form: a recommendation may refer to a paragraph, and paragraph numbers are fixed on submission",
        citations,
    ),
    Check(
        "reference",
        "another reference than the paper's own",
        "warning",
        "The form: one reference for each decision",
        own_reference,
    ),
    Check(
        "kinds",
        "the kinds of decision and what the paper holds",
        "warning",
        "The form: what kind of decision it is",
        kinds,
    ),
    Check(
        "unreadable",
        "a character that cannot be read",
        "error",
        "What is signed reads as it is printed",
        unreadable,
    ),
    Check(
        "marking",
        "a marking that may not be held here",
        "error",
        "Government Security Classifications: SECRET and TOP SECRET are kept elsewhere",
        marking,
    ),
)
