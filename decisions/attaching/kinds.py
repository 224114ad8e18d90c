"""What may be attached, to which part; the one way in for every file of a paper.

To take another kind, add it to `form.ATTACHMENT_KINDS` and `form.FILE_TYPES`, and a row to KINDS.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
    Opened,
    Refused,
    check_ending,
    opened,
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
    publish: Callable[[Opened], bytes] | None
    accessible: Callable[[Opened], bool] = lambda file: False


#: By what a file is, told by its content.
KINDS = {
    PDF: Kind(
        "pdf",
        (".pdf",),
        lambda file: pdfs.clean(file.document),
        lambda file: pdfs.is_accessible(file.document),
    ),
    PNG: Kind("png", (".png",), lambda file: pictures.clean(file.content)),
    JPEG: Kind("jpeg", (".jpg", ".jpeg"), lambda file: pictures.clean(file.content)),
    TEXT: Kind("csv", (".csv",), lambda file: tables.clean(file.content), lambda file: True),
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
        with _opened(content, name, BRING_PART1) as file:
            made = [_check(one, file) for one in _published(file, as_it_is=as_it_is, sheets=sheets)]
    except Refused as refusal:
        raise Refused(f"‘{PurePath(name).name}’ {refusal}") from None
    return made


def _published(file: Opened, *, as_it_is: bool, sheets: tuple[str, ...]) -> list[Brought]:
    kind = KINDS[file.kind]
    if as_it_is:
        if file.kind != PDF:
            raise Refused("is no PDF. Only a PDF that others have signed goes out as it is.")
        pdfs.check_signed(file)
        return [Brought(kind.key, file.content, kind.accessible(file))]
    if file.kind == EXCEL:
        return [Brought("csv", table, True, sheet) for sheet, table in tables.of_excel(file.content, sheets)]
    if kind.publish is None:
        raise Refused(
            f"is a {file.kind}, which can hold more than it shows. Save it as a tagged PDF for Part 1, or "
            "bring it to Part 2."
        )
    clean = kind.publish(file)
    return [Brought(kind.key, clean, kind.accessible(file))]


def for_part2(content: bytes, name: str) -> Brought:
    """Return a file of Part 2, which is kept as it is; raises Refused like `for_part1`."""
    try:
        with _opened(content, name, BRING_PART2) as file:
            return _check(Brought(KINDS[file.kind].key, content), file)
    except Refused as refusal:
        raise Refused(f"‘{PurePath(name).name}’ {refusal}") from None


@contextmanager
def _opened(content: bytes, name: str, bring: str) -> Iterator[Opened]:
    with opened(content, name, bring=bring) as file:
        if file.kind not in KINDS:
            raise Refused(f"is a {file.kind} and cannot be attached. {bring}")
        check_ending(file.kind, name, ENDINGS)
        yield file


def _check(brought: Brought, file: Opened) -> Brought:
    """Refuse what grew too large on the way, carries a marking, or, made for publication, has words nobody sees."""
    if len(brought.content) > LARGEST:
        raise Refused("is too large once it has been made fit for publication. Make it smaller.")
    read = words.read(brought.kind, brought.content, file.pdf)
    if carries_marking(read.text):
        raise Refused(MARKED.format(where=""))
    if read.outside and brought.content is not file.content:
        raise Refused(pdfs.CUT)
    return brought
