"""Plain text: a paragraph a line, or lines broken to a width."""

import codecs
import re

from decisions.importing.blocks import LABEL_ALONE, Block, Source, block, plainly, row, unwrapped

#: A file none of whose lines is longer is taken for one whose lines were broken to a width.
BROKEN_AT = 110
#: How a file says in which coding its text is; the longer marks first.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CODINGS = ("utf-8-sig", "cp1252", "latin-1")


def read(content: bytes) -> Source:
    """Read the bytes of a text file, in whatever coding it was saved."""
    return Source("text", tuple(blocks(decoded(content))))


def decoded(content: bytes) -> str:
    """Return the text of the bytes; every byte means something in the last of the codings."""
    for mark, coding in MARKS:
        if content.startswith(mark):
            return content.decode(coding, errors="replace")
    for coding in CODINGS:
        try:
            return content.decode(coding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 reads every byte")


def blocks(text: str) -> list[Block]:
    """Return the paragraphs of a text; a line with tabs is a table's row."""
    found: list[Block] = []
    apart = False
    lines = plainly(text.replace("\f", "\n")).splitlines()
    for line in lines:
        if not line.strip():
            apart = True
            continue
        cells = cells_of(line)
        found.append(row(cells, line.strip()) if cells else block(line, apart=apart))
        apart = False
    width = max((len(line) for line in lines), default=0)
    return list(unwrapped(found, width if is_broken(lines, width) else None))


def cells_of(line: str) -> list[str]:
    """Return the cells of a line that is a table's row; a number or a bullet before a tab is no cell."""
    bars = line.count(" | ") + line.rstrip().endswith(" |") > 1
    cells = [cell for cell in re.split(r"\|" if bars else r"\t", line.strip().strip("|")) if cell.strip()]
    labelled = len(cells) == 2 and (LABEL_ALONE.match(cells[0]) or re.fullmatch(r"\d{1,2}", cells[0].strip()))
    return cells if len(cells) > 1 and not labelled else []


def is_broken(lines: list[str], width: int) -> bool:
    """Say whether lines were broken to a width: most of the long ones then end in the middle of a sentence."""
    full = [line.rstrip() for line in lines if len(line) > 0.8 * width]
    open_ended = [line for line in full if not line.endswith((".", ":", ";", "?", "!"))]
    return 50 <= width <= BROKEN_AT and len(full) > 4 and len(open_ended) > 0.6 * len(full)
