"""The words of a file, for the checks that read them: markings, and what of Part 2 stands in Part 1."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock
from typing import Any

import openpyxl
import pikepdf
import pypdfium2

from decisions.attaching import pdfs, tables
from decisions.importing import word
from decisions.importing.plain import decoded

#: How much is read of one file: no check waits longer for a longer one.
MOST_CHARACTERS, MOST_PAGES, MOST_CELLS = 1_000_000, 1_000, 200_000
#: How far beyond the edges of its page a letter may stand, in points: boxes of letters are no more exact.
EDGE = 1
#: PDFium knows nothing of threads: two of them in it at once would end the process.
_ONE_AT_A_TIME = Lock()


@dataclass(frozen=True, repr=False)
class Words:
    """What was read of a file, and whether that is all of it: a picture, or a scanned page, says nothing.

    `outside` says that some of it stands beyond the edges of its page, where nobody sees it.
    """

    text: str = ""
    whole: bool = False
    outside: bool = False


def read(kind: str, content: bytes, document: pikepdf.Pdf | None = None) -> Words:
    """Return the words of a file of this kind; none of a picture, or of one that cannot be read.

    `document` is the PDF where it is open already.
    """
    try:
        words = (
            _pdf(content, document) if kind == "pdf" else WORDS[kind](content) if kind in WORDS else Words()
        )
    except Exception:  # what its reader cannot read has no words for the checks, whatever it raises
        return Words()
    cut = len(words.text) > MOST_CHARACTERS
    return replace(
        words,
        text=words.text[:MOST_CHARACTERS],
        whole=words.whole and not cut and bool(words.text.strip()),
    )


def of(kind: str, content: bytes) -> str:
    """Return the words of a file as far as they can be read."""
    return read(kind, content).text


def _pdf(content: bytes, opened: pikepdf.Pdf | None) -> Words:
    with _ONE_AT_A_TIME, closing(pypdfium2.PdfDocument(content)) as document:
        read = [_page(document, n) for n in range(min(len(document), MOST_PAGES))]
        pages = [text for text, _ in read]
        whole = len(document) == len(pages) and all(_says_something(page) for page in pages)
    with nullcontext(opened) if opened is not None else pikepdf.open(io.BytesIO(content)) as document:
        said = pdfs.said(document)
    return Words(_apart("\n".join(pages), *said), whole, any(outside for _, outside in read))


def _page(document: Any, number: int) -> tuple[str, bool]:
    """Return all text of a page, and whether some of it stands outside its edges: not seen, and there all the same."""
    with closing(document[number]) as page, closing(page.get_textpage()) as text:
        left, bottom, right, top = page.get_cropbox()
        edges = {"left": left - EDGE, "bottom": bottom - EDGE, "right": right + EDGE, "top": top + EDGE}
        everything, seen = str(text.get_text_range()), str(text.get_text_bounded(**edges))
        return everything.replace("\r\n", "\n"), _letters(seen) < _letters(everything)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


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
    "csv": _table,
    "docx": _word,
    "xlsx": _excel,
}
