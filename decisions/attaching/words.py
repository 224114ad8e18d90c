"""The words of a file, for the checks that read them: markings, and what of Part 2 stands in Part 1."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import Any

import openpyxl
import pypdfium2

from decisions.attaching import pdfs, tables
from decisions.importing import word
from decisions.importing.plain import decoded

#: How much is read of one file: no check waits longer for a longer one.
MOST_CHARACTERS, MOST_PAGES, MOST_CELLS = 1_000_000, 1_000, 200_000
#: PDFium knows nothing of threads: two of them in it at once would end the process.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, repr=False)
class Words:
    """What was read of a file, and whether that is all of it: a picture, or a scanned page, says nothing."""

    text: str = ""
    whole: bool = False


def read(kind: str, content: bytes) -> Words:
    """Return the words of a file of this kind; none of a picture, or of one that cannot be read."""
    try:
        words = WORDS[kind](content) if kind in WORDS else Words()
    except Exception:  # what its reader cannot read has no words for the checks, whatever it raises
        return Words()
    cut = len(words.text) > MOST_CHARACTERS
    return Words(words.text[:MOST_CHARACTERS], words.whole and not cut and bool(words.text.strip()))


def of(kind: str, content: bytes) -> str:
    """Return the words of a file as far as they can be read."""
    return read(kind, content).text


def _pdf(content: bytes) -> Words:
    with _ONE_AT_A_TIME, closing(pypdfium2.PdfDocument(content)) as document:
        pages = [_page(document, n) for n in range(min(len(document), MOST_PAGES))]
        whole = len(document) == len(pages) and all(_says_something(page) for page in pages)
    return Words(_apart("\n".join(pages), *pdfs.said(content)), whole)


def _page(document: Any, number: int) -> str:
    # All of its text: what stands outside the edges of the page is not seen, and is there all the same.
    with closing(document[number]) as page, closing(page.get_textpage()) as text:
        return str(text.get_text_range()).replace("\r\n", "\n")


def _says_something(page: str) -> bool:
    """Say whether a page has words: a scan has none, and a font that hides its letters leaves only signs."""
    signs = "".join(page.split())
    return sum(sign.isalnum() for sign in signs) * 2 > len(signs)


def _word(content: bytes) -> Words:
    source = word.read(content)
    return Words(_apart(*(block.text for block in source.blocks), *source.set_aside), True)


def _excel(content: bytes) -> Words:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    rows = (row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
    return _cells(str(cell) for row in rows for cell in row if cell is not None)


def _table(content: bytes) -> Words:
    try:
        return _cells(cell for row in tables.rows_of(content) for cell in row)
    except csv.Error:  # of Part 2, which keeps what is no whole table as well
        return Words(decoded(content), True)


def _cells(cells: Iterator[str]) -> Words:
    read = _apart(*islice(cells, MOST_CELLS))
    return Words(read, next(cells, None) is None)


def _apart(*texts: str) -> str:
    """Put texts under one another so that the last word of one and the first of the next make no name."""
    return ".\n".join(texts)


WORDS: Mapping[str, Callable[[bytes], Words]] = {
    "pdf": _pdf,
    "csv": _table,
    "docx": _word,
    "xlsx": _excel,
}
