"""Every text of Part 1, with what it is called and the page that mends it."""

from typing import NamedTuple

from decisions.models import Section, Version
from decisions.snapshot import labelled, once


class Text(NamedTuple):
    """A text of Part 1."""

    name: str
    part: str
    words: str


@once
def texts(version: Version) -> list[Text]:
    """Return every text of Part 1 in the order of the form."""
    found = [
        Text("The title", "titles", version.title),
        Text("The executive summary", "summary", version.summary),
    ]
    found += [
        Text(f"Recommendation {label}", f"recommendation:{row.pk}", row.text)
        for label, row in labelled(version)
    ]
    sections = {row.kind: row for row in version.sections.all()}
    for number, entry in enumerate(version.edition.sections, start=1):
        row = sections.get(entry["kind"])
        paragraphs = row.paragraphs.all() if row and row.treatment == Section.Treatment.TEXT else ()
        found += [
            Text(f"Paragraph {number}.{position}", f"section:{entry['kind']}", paragraph.text)
            for position, paragraph in enumerate(paragraphs, start=1)
        ]
    found += [
        Text("The public reason of Part 2", f"part2-notice:{paper.pk}", paper.public_reason)
        for paper in version.part2_papers.all()
    ]
    return found


def within(name: str) -> str:
    """Return what a text is called in the middle of a sentence."""
    return name[:1].lower() + name[1:]
