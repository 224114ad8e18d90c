"""Other bodies' layouts, made up: every field of each is right, and the same in every kind of file."""

import html
import re
from pathlib import Path

import pytest

from decisions.importing.reading import Reading
from tests.brought import as_page, as_pdf, as_word
from tests.made_up_expected import MADE_UP
from tests.real_expected import Expected
from tests.test_importing_files import read, said
from tests.test_importing_real import assert_read, kept, words

FOLDER = Path(__file__).parent / "made_up_decisions"


def text_of(name: str) -> str:
    return (FOLDER / name).read_text()


def said_in(text: str) -> str:
    """The words of a paper; of a web page those that a reader sees."""
    bare = re.sub(r"<(script|style|title)>.*?</\1>|<[^>]+>", " ", text)
    return html.unescape(bare) if text.startswith("<!DOCTYPE") else text


def paper(name: str) -> Reading:
    return read(text_of(name).encode(), name)


@pytest.mark.parametrize("expected", MADE_UP, ids=lambda expected: expected.file)
def test_a_paper_of_another_layout_is_read_as_a_person_reads_it(expected: Expected) -> None:
    assert_read(paper(expected.file), expected)
    assert words(said_in(text_of(expected.file))) - kept(paper(expected.file)) == {}


def test_every_made_up_paper_is_expected_here() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == [expected.file for expected in MADE_UP]


@pytest.mark.parametrize(
    ("kind", "make"), [("docx", as_word), ("html", as_page), ("pdf", as_pdf)], ids=["Word", "web page", "PDF"]
)
@pytest.mark.parametrize("name", ["04-framework.txt", "07-exempt.txt", "10-dotted.txt"])
def test_it_reads_the_same_in_every_kind_of_file(name: str, kind: str, make: object) -> None:
    assert callable(make)
    assert said(read(make(text_of(name)), f"paper.{kind}")) == said(paper(name))
