"""Real decisions, read: each word in a field or left over, and each field as a person would fill it in."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from decisions.importing import files, reader
from decisions.importing.blocks import plainly
from decisions.importing.reading import Item, Reading
from tests.real_expected import EXPECTED, LISTINGS, Expected

FOLDER = Path(__file__).parent / "real_decisions"
FILES = sorted(FOLDER.glob("*.txt"))
#: Fields that repeat what stands in another, so that they prove nothing.
DERIVED = ("file", "format", "amounts", "financial_lines", "contract_awards", "grants", "links", "doubts")


def read(name: str) -> Reading:
    return reader.read(files.read((FOLDER / name).read_bytes(), name), file=name)


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", plainly(text)))


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for below in value.values() if isinstance(value, dict) else value:
            yield from strings(below)


def kept(reading: Reading) -> Counter[str]:
    """The words in all fields."""
    found: Counter[str] = Counter()
    for name, value in reading.as_json().items():
        if name not in DERIVED:
            for text in strings(value):
                found += words(text)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_word_of_a_real_decision_is_lost(path: Path) -> None:
    lost = words(path.read_text()) - kept(read(path.name))
    assert lost == Counter()


def assert_items(items: list[Item], expected: tuple[Any, ...], place: str) -> None:
    assert [item.label for item in items] == [row[0] for row in expected], place
    for item, row in zip(items, expected, strict=True):
        _, first, last, *below = row
        assert item.text.startswith(first), f"{place}: {item.text}"
        assert item.text.endswith(last), f"{place}: {item.text}"
        assert_items(item.children, below[0] if below else (), f"{place} {item.label}")


def assert_read(found: Reading, paper: Expected) -> None:
    """Each field is as a person would fill it in."""
    assert (found.reference, found.title, found.decision_maker) == (
        paper.reference,
        paper.title,
        paper.decision_maker,
    )
    assert found.summary.startswith(paper.summary[0])
    assert found.summary.endswith(paper.summary[1])
    assert_items(found.recommendations, paper.recommendations, paper.file)
    assert [(row.number, row.heading) for row in found.sections] == list(paper.sections)
    assert sorted(row.amount for row in found.financial_lines) == sorted(paper.lines)
    assert [row.value for row in found.contract_awards] == list(paper.contracts)
    assert sorted(row.amount for row in found.grants) == sorted(paper.grants)
    assert found.dates.get("signed", "") == paper.signed
    assert not paper.decided or found.dates["decided"] == paper.decided
    assert set(paper.links) <= {(row["kind"], row["reference"]) for row in found.links}


@pytest.mark.parametrize("paper", EXPECTED, ids=lambda paper: paper.file)
def test_a_real_decision_is_read_as_a_person_reads_it(paper: Expected) -> None:
    assert_read(read(paper.file), paper)


@pytest.mark.parametrize("paper", EXPECTED, ids=lambda paper: paper.file)
def test_what_is_left_over_of_a_real_decision_says_nothing_of_it(paper: Expected) -> None:
    furniture = re.compile(
        r"^(# Excerpt|Please re(view|fer to) PDF below|Document title \||All decisions must be added)"
    )
    assert [text for text in read(paper.file).leftover if not furniture.match(text)] == []


@pytest.mark.parametrize(("name", "count"), LISTINGS.items())
def test_a_page_that_lists_decisions_is_read_entry_by_entry(name: str, count: int) -> None:
    found = read(name)
    assert len(found.entries) == count
    assert all(entry["title"] for entry in found.entries)


def test_every_real_file_is_either_a_decision_or_a_listing_here() -> None:
    assert {path.name for path in FILES} == {paper.file for paper in EXPECTED} | set(LISTINGS)
