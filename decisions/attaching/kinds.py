"""What may be attached, to which part; the one way in for every file of a paper.

To take another kind, add it to `form.ATTACHMENT_KINDS` and `form.FILE_TYPES`, and a row to KINDS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from decisions.attaching import pdfs, pictures, tables, words
from decisions.drafting.markings import carries_marking
from decisions.opening import (
    EXCEL,
    JPEG,
    LARGEST,
    MARKED,
    PDF,
    PNG,
    TEXT,
    WORD,
    Refused,
    check_ending,
    kind_of,
)


@dataclass(frozen=True, repr=False)
class Brought:
    """A file as it is kept; its bytes never print themselves into a log or an error."""

    kind: str
    content: bytes
    accessible: bool = False
    #: The sheet that a table was made of, where an Excel file has several.
    sheet: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of file: its key in the form, its names, and what it becomes in Part 1 (None: it is not published)."""

    key: str
    endings: tuple[str, ...]
    publish: Callable[[bytes], bytes] | None
    accessible: Callable[[bytes], bool] = lambda content: False


#: By what a file is, told by its content.
KINDS = {
    PDF: Kind("pdf", (".pdf",), pdfs.clean, pdfs.is_accessible),
    PNG: Kind("png", (".png",), pictures.clean),
    JPEG: Kind("jpeg", (".jpg", ".jpeg"), pictures.clean),
    TEXT: Kind("csv", (".csv",), tables.clean, lambda content: True),
    WORD: Kind("docx", (".docx",), None),
    EXCEL: Kind("xlsx", (".xlsx",), None),
}
ENDINGS = {opened: kind.endings for opened, kind in KINDS.items()}
BRING_PART1 = "Bring a PDF, a PNG or JPEG picture, a CSV table or an Excel file, whose sheets become tables."
BRING_PART2 = "Bring a PDF, a PNG or JPEG picture, a CSV table, a Word document or an Excel file."


def for_part1(
    content: bytes, name: str, *, as_it_is: bool = False, sheets: tuple[str, ...] = ()
) -> list[Brought]:
    """Return what is published of a file; raises Refused with a sentence that begins with the file's name.

    One file, but for an Excel file, of which each of the `sheets` becomes a table. `as_it_is` is for a PDF that
    somebody else has signed: not a byte of it changes.
    """
    try:
        opened = _opened(content, name, BRING_PART1)
        kind = KINDS[opened]
        if as_it_is:
            if opened != PDF:
                raise Refused("is no PDF. Only a PDF that others have signed goes out as it is.")
            pdfs.check_signed(content)
            made = [Brought(kind.key, content, kind.accessible(content))]
        elif opened == EXCEL:
            made = [Brought("csv", table, True, sheet) for sheet, table in tables.of_excel(content, sheets)]
        elif kind.publish is None:
            raise Refused(
                f"is a {opened}, which can hold more than it shows. Save it as a tagged PDF for Part 1, or "
                "bring it to Part 2."
            )
        else:
            clean = kind.publish(content)
            made = [Brought(kind.key, clean, kind.accessible(clean))]
        for one in made:
            _check(one)
    except Refused as refusal:
        raise Refused(f"‘{PurePath(name).name}’ {refusal}") from None
    return made


def for_part2(content: bytes, name: str) -> Brought:
    """Return a file of Part 2, which is kept as it is; raises Refused like `for_part1`."""
    try:
        brought = Brought(KINDS[_opened(content, name, BRING_PART2)].key, content)
        _check(brought)
    except Refused as refusal:
        raise Refused(f"‘{PurePath(name).name}’ {refusal}") from None
    return brought


def _opened(content: bytes, name: str, bring: str) -> str:
    opened = kind_of(content, name, bring=bring)
    if opened not in KINDS:
        raise Refused(f"is a {opened} and cannot be attached. {bring}")
    check_ending(opened, name, ENDINGS)
    return opened


def _check(brought: Brought) -> None:
    """Refuse what grew too large on the way, and what carries a marking that this system may not hold."""
    if len(brought.content) > LARGEST:
        raise Refused("is too large once it has been made fit for publication. Make it smaller.")
    if carries_marking(words.of(brought.kind, brought.content)):
        raise Refused(MARKED.format(where=""))
