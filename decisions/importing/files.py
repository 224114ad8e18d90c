"""Opening a file that somebody brings: what it is by its content, and what is refused, in words."""

import io
import logging
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePath

import pikepdf

from decisions.drafting.markings import carries_marking
from decisions.importing import plain, portable, web, word
from decisions.importing.blocks import Source

logger = logging.getLogger(__name__)

LARGEST = 25 * 1024 * 1024
#: How much a file may hold once it is unpacked, and in how many parts: a bomb is small outside.
UNPACKED, PARTS = 150 * 1024 * 1024, 2_000
WORD, PDF, HTML, TEXT = "Word document", "PDF", "saved web page", "text file"
#: The names that each kind of file may have; a file without an ending may be any.
ENDINGS = {
    WORD: (".docx",),
    PDF: (".pdf",),
    HTML: (".html", ".htm", ".xhtml"),
    TEXT: (".txt", ".text", ".md", ""),
}
_WORD_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_PDF_ACTIVE = {"/JavaScript", "/JS"}
_PDF_ACTIONS = ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm")
BRING = "Bring a Word document (.docx), a PDF with text, a saved web page or a text file."

#: What a file is by its first bytes, where it is nothing that can be read, and what to do.
FOREIGN: tuple[tuple[bytes, str], ...] = (
    (
        b"\xd0\xcf\x11\xe0",
        "is protected by a password, or is from an old version of Office. Remove the password and save it as .docx.",
    ),
    (b"{\\rtf", "is a rich text file. Open it in Word and save it as .docx."),
    (b"\x89PNG", "is a picture. A picture has no text to read: bring the document itself."),
    (b"\xff\xd8\xff", "is a picture. A picture has no text to read: bring the document itself."),
    (b"GIF8", "is a picture. A picture has no text to read: bring the document itself."),
    (b"MZ", "is a program and cannot be read."),
    (b"\x7fELF", "is a program and cannot be read."),
    (b"\x1f\x8b", f"is a packed archive. Unpack it. {BRING}"),
)


class Refused(Exception):
    """A file that is not read; its words say why, and what to do."""


def read(content: bytes, name: str) -> Source:
    """Read a file into blocks; raises Refused with a sentence that begins with the file's name."""
    try:
        kind = known(content, name)
        return _whole(READERS[kind](content))
    except Refused as refusal:
        raise Refused(f"‘{PurePath(name).name}’ {refusal}") from None
    # other people's parsers raise whatever they like on what somebody made to break them
    except Exception as error:
        logger.warning("A file that was brought could not be read: %s", type(error).__name__)
        raise Refused(
            f"‘{PurePath(name).name}’ is damaged: it cannot be read. Open it in the program that it was written with, "
            "and save it again."
        ) from None


def known(content: bytes, name: str) -> str:
    """Return what kind of file it is, by its content; raises Refused for what cannot be read or may not be held."""
    if carries_marking(PurePath(name).stem.replace("_", " ")):
        raise Refused(
            "is marked above OFFICIAL-SENSITIVE in its name. This system may not hold it; nothing was kept."
        )
    if not content.strip(b"\0 \t\r\n"):
        raise Refused("is empty.")
    if len(content) > LARGEST:
        raise Refused(
            f"is larger than {LARGEST // 1024 // 1024} MB. Remove its pictures, or bring it in parts."
        )
    if foreign := next((sentence for start, sentence in FOREIGN if content.startswith(start)), ""):
        raise Refused(foreign)
    kind = _kind(content)
    ending = PurePath(name).suffix.lower()
    if ending not in ENDINGS[kind] and ending:
        raise Refused(
            f"is a {kind} although its name ends in {ending}. Check that it is the right file, and rename it."
        )
    return kind


def _kind(content: bytes) -> str:
    if content.startswith(b"PK\x03\x04"):
        _zip(content)
        return WORD
    if b"%PDF-" in content[:1024]:
        _pdf(content)
        return PDF
    beginning = content[:4096].lower()
    if b"<svg" in beginning and b"<html" not in beginning:
        raise Refused(f"is a drawing (SVG), which may hold a program. {BRING}")
    if re.search(rb"<(?:!doctype html|html|head|body|article|main|div|p)\b", beginning):
        return HTML
    if b"\0" in content and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Refused(f"is of a kind that cannot be read. {BRING}")
    return TEXT


def _zip(content: bytes) -> None:
    """Refuse what is no Word document, holds macros, is broken, or would fill the machine."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
                raise Refused("would be far too large once unpacked. It is not opened.")
            if any(part.flag_bits & 1 for part in parts):
                raise Refused("is protected by a password. Remove the password first.")
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names:
                raise Refused(f"is a packed archive. Unpack it. {BRING}")
            types = _unpacked(packed, "[Content_Types].xml", 1024 * 1024).decode("utf-8", "replace")
            if "vbaProject.bin" in " ".join(names) or "macroEnabled" in types:
                raise Refused("holds macros (programs). Save it as .docx, which cannot hold any.")
            if _WORD_MAIN not in types:
                raise Refused(f"is an Office file, but no Word document. {BRING}")
            total = 0
            for part in parts:
                data = _unpacked(packed, part.filename, UNPACKED - total)
                total += len(data)
                if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in data[:2048]:
                    raise Refused("holds definitions that no Word document needs. It is not opened.")
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, OSError):
        raise Refused("is damaged: it cannot be unpacked. Open it in Word and save it again.") from None


def _unpacked(packed: zipfile.ZipFile, name: str, most: int) -> bytes:
    with packed.open(name) as part:
        data = part.read(most + 1)
    if len(data) > most:
        raise Refused("would be far too large once unpacked. It is not opened.")
    return data


def _pdf(content: bytes) -> None:
    """Refuse what is protected, broken, holds a program or another file, or would fill the machine."""
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            if document.is_encrypted:
                raise Refused("is protected by a password. Remove the protection first.")
            total = 0
            for one in document.objects:
                total += _active(one, UNPACKED - total)
    except pikepdf.PasswordError:
        raise Refused("is protected by a password. Remove the password first.") from None
    except (pikepdf.PdfError, ValueError, RecursionError):
        raise Refused("is damaged: it cannot be opened. Print it to a new PDF.") from None


def _active(one: pikepdf.Object, most: int) -> int:
    """Return the unpacked size of an object; raises Refused where it does something, or holds a file."""
    for part in _within(one):
        if set(part.keys()) & _PDF_ACTIVE or part.get("/S") in _PDF_ACTIONS:
            raise Refused("holds a program (JavaScript or another action). Print it to a new PDF.")
        if part.get("/Type") == "/EmbeddedFile":
            raise Refused("holds another file inside. Take that file out, or print this one to a new PDF.")
    if not isinstance(one, pikepdf.Stream) or "/FlateDecode" not in str(one.get("/Filter", "")):
        return 0
    try:
        size = len(zlib.decompressobj().decompress(one.read_raw_bytes(), max(most, 0) + 1))
    except zlib.error:
        return 0
    if size > most:
        raise Refused("would be far too large once unpacked. It is not opened.")
    return size


def _within(one: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Yield the dictionaries that an object is, or holds directly; what it points to is an object of its own."""
    if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        yield one
        below = [one[key] for key in one.keys()]  # noqa: SIM118 - a stream is no mapping
    else:
        below = list(one) if isinstance(one, pikepdf.Array) else []
    for part in below:
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            yield from _within(part)


def _whole(source: Source) -> Source:
    """Refuse a source without a word, and one that carries a marking that this system may not hold."""
    if not any(one.text.strip() for one in source.blocks):
        raise Refused(
            "has no text that can be read. If it is a scan, have its text recognised first, or type the decision in."
        )
    if any(carries_marking(one.text) for one in source.blocks) or carries_marking(source.title):
        raise Refused("is marked above OFFICIAL-SENSITIVE. This system may not hold it; nothing was kept.")
    return source


READERS: dict[str, Callable[[bytes], Source]] = {
    WORD: word.read,
    PDF: portable.read,
    HTML: web.read,
    TEXT: plain.read,
}
