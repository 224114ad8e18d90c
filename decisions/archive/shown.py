"""An old decision as its page shows it: what the paper prints, beside what is recorded of it."""

from collections.abc import Iterable

from decisions import wording
from decisions.archive.obstacles import doubted
from decisions.archive.records import FIELDS, printed, reading_of, recorded, said
from decisions.models import ArchiveFile
from decisions.part1 import Part1, from_bytes


def beside(file: ArchiveFile) -> list[dict[str, str]]:
    """Return each field as the paper prints it, beside what is recorded of it."""
    reading = reading_of(file)
    read, now = printed(reading), recorded(file)
    doubts = doubted(reading)
    rows = [
        (label, _lines(doubts[name]) if name in doubts else said(name, read[name]), said(name, now[name]))
        for name, label in FIELDS.items()
        if doubts.get(name, True)
    ]
    if file.content:
        part1 = from_bytes(bytes(file.content))
        notice = reading.part2.get("grounds", [])
        grounds = [f"{one.instrument}, {one.provision}" for paper in part1.part2 for one in paper.grounds]
        rows += [
            ("Decision maker", reading.decision_maker, part1.decider),
            ("Amounts", _lines(row.printed for row in reading.financial_lines), _money(part1)),
            ("Part 2", _lines([reading.part2.get("printed", ""), *notice]), _lines(grounds)),
            ("Old addresses", reading.address, _lines(file.addresses)),
        ]
    return [{"label": label, "printed": one, "recorded": other} for label, one, other in rows]


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(text for text in texts if text)


def _money(part1: Part1) -> str:
    """Return the amounts, contracts and grants that are recorded, each with its recommendation."""
    rows = [(row.recommendation, wording.line_in_words(row)) for row in part1.financial_lines]
    rows += [(row.recommendation, wording.contract_in_words(row)) for row in part1.contract_awards]
    rows += [(row.recommendation, wording.grant_in_words(row)) for row in part1.grants]
    return _lines(f"{label}: {words}" for label, words in rows)
