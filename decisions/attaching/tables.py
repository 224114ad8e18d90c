"""Tables: CSV files read and written anew, and the sheets of an Excel file as CSV files, by their values."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

import openpyxl
from django.core.exceptions import ValidationError
from openpyxl.worksheet.worksheet import Worksheet

from decisions.importing.plain import decoded
from decisions.opening import Refused
from decisions.wording import counted, listed
from pcd.forms.phrases import readable

DELIMITERS = ",;\t|"
#: How much of sheets is read, in bytes of their XML: about 100,000 cells, in some seconds.
MOST_OF_SHEETS = 5 * 1024 * 1024
#: What a spreadsheet takes for the beginning of a formula, in a cell that is no number.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[-+]?\s?[£$€]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?\s?%?")
#: What people write where there is no number.
NONE = "-"

Row = list[str]


def clean(content: bytes) -> bytes:
    """Return a CSV in UTF-8 with commas, every row as long as the first, in which no cell is a formula.

    Raises Refused for what is no such table.
    """
    try:
        readable("".join(set(decoded(content))))
        return written(read(content))
    except ValidationError:
        raise Refused("holds characters that nobody can read. Save it again as CSV, in UTF-8.") from None
    except csv.Error:
        raise Refused("is damaged: its rows cannot be told apart. Save it again as CSV.") from None


def written(rows: Iterable[Row]) -> bytes:
    """Return rows as the bytes of a CSV file, by RFC 4180."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: a number as it is, any other with a mark before it."""
    if (
        not cell.lstrip(" ").startswith(FORMULA)
        or cell.strip(" ") == NONE
        or _NUMBER.fullmatch(cell.strip(" "))
    ):
        return cell
    return f"'{cell}"


def marked(content: bytes) -> int:
    """Return how many cells of a published table have a mark before them, so that they are no formula."""
    cells = (cell for row in rows_of(content) for cell in row)
    return sum(cell.startswith("'") and harmless(cell[1:]) == cell for cell in cells)


def read(content: bytes) -> list[Row]:
    """Return the rows of a table; raises Refused where one is longer or shorter than the first."""
    rows = list(rows_of(content))
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows[0]):
            raise Refused(
                f"is no table: row {number} has {counted(len(row), 'column')}, and the first has {len(rows[0])}."
            )
    return rows


def rows_of(content: bytes) -> Iterator[Row]:
    """Yield the rows that are not empty, by the sign that divides the first line most.

    Raises csv.Error where rows cannot be told apart.
    """
    text = decoded(content).removeprefix("\ufeff")
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return (row for row in rows if any(cell.strip() for cell in row))


def of_excel(content: bytes, wanted: tuple[str, ...]) -> list[tuple[str, bytes]]:
    """Return the sheets wanted, each with its name as a CSV of its values; the only sheet needs no name.

    Raises Refused where something is hidden, where a formula has no value, and where several sheets have not been
    chosen from.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(part.file_size for part in packed.infolist() if "xl/" in part.filename) > MOST_OF_SHEETS:
            raise Refused("has too many cells. Save the sheet that is to be published as CSV.")
    try:
        values, formulas = (
            openpyxl.load_workbook(io.BytesIO(content), data_only=only, keep_links=False)
            for only in (True, False)
        )
    except Exception:  # a broken workbook makes its reader raise whatever it likes
        raise Refused("is damaged: it cannot be opened. Open it in Excel and save it again.") from None
    hidden = [sheet.title for sheet in values.worksheets if sheet.sheet_state != "visible"]
    if hidden:
        raise Refused(f"has hidden sheets: {listed(hidden)}. Show or delete them, and save it again.")
    names = [sheet.title for sheet in values.worksheets]
    if not wanted and len(names) != 1:
        raise Refused(
            f"has the sheets {listed(names)}. Enter the names of those that are to be published, one in each line."
        )
    if unknown := [name for name in wanted if name not in names]:
        raise Refused(f"has no sheet {listed(unknown)}. Its sheets are {listed(names)}.")
    return [
        (name if len(names) > 1 else "", written(_values(values[name], formulas[name])))
        for name in wanted or names
    ]


def _values(sheet: Worksheet, formulas: Worksheet) -> Iterator[Row]:
    """Yield the rows of a sheet as far as anything stands in them, as text."""
    outlines = (*sheet.row_dimensions.values(), *sheet.column_dimensions.values())
    if any(outline.hidden for outline in outlines):
        raise Refused(f"has hidden rows or columns in the sheet {sheet.title}. Show or delete them.")
    rows = [[_text(cell.value) for cell in row] for row in sheet.iter_rows()]
    for row, before in zip(sheet.iter_rows(), formulas.iter_rows(), strict=True):
        for cell, formula in zip(row, before, strict=True):
            if cell.value is None and formula.value is not None:
                raise Refused(
                    f"has a formula without a value in {sheet.title}!{cell.coordinate}. Open it in Excel, and save it."
                )
    filled = [n for row in rows for n, cell in enumerate(row, start=1) if cell]
    if not filled:
        raise Refused(f"has nothing in the sheet {sheet.title}.")
    width = max(filled)
    yield from (row[:width] for row in rows if any(row))


def _text(value: Any) -> str:
    if isinstance(value, datetime) and value.time() == time():
        value = value.date()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return "" if value is None else str(value)
