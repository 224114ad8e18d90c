"""The words of a file, for the checks that read them: markings, and what of Part 2 stands in Part 1."""

import csv
import io
from collections.abc import Callable, Mapping
from contextlib import closing
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


def of(kind: str, content: bytes) -> str:
    """Return the words of a file of this kind; none of a picture, or of one that cannot be read."""
    try:
        return WORDS[kind](content)[:MOST_CHARACTERS] if kind in WORDS else ""
    except Exception:  # what its reader cannot read has no words for the checks, whatever it raises
        return ""


def _pdf(content: bytes) -> str:
    with _ONE_AT_A_TIME, closing(pypdfium2.PdfDocument(content)) as document:
        pages = [_page(document, n) for n in range(min(len(document), MOST_PAGES))]
    return _apart("\n".join(pages), *pdfs.said(content))


def _page(document: Any, number: int) -> str:
    # All of its text: what stands outside the edges of the page is not seen, and is there all the same.
    with closing(document[number]) as page, closing(page.get_textpage()) as text:
        return str(text.get_text_range()).replace("\r\n", "\n")


def _word(content: bytes) -> str:
    source = word.read(content)
    return _apart(*(block.text for block in source.blocks), *source.set_aside)


def _excel(content: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    rows = (row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True))
    return _apart(*islice((str(cell) for row in rows for cell in row if cell is not None), MOST_CELLS))


def _table(content: bytes) -> str:
    cells = (cell for row in tables.rows_of(content) for cell in row)
    try:
        return _apart(*islice(cells, MOST_CELLS))
    except csv.Error:  # of Part 2, which keeps what is no whole table as well
        return decoded(content)


def _apart(*texts: str) -> str:
    """Put texts under one another so that the last word of one and the first of the next make no name."""
    return ".\n".join(texts)


WORDS: Mapping[str, Callable[[bytes], str]] = {
    "pdf": _pdf,
    "csv": _table,
    "docx": _word,
    "xlsx": _excel,
}
