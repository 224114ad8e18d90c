"""Opening a file that somebody brings: what it is by its content, and what no part of this system takes, in words.

Importing and attachments open their files here; what each of them takes is in its own table.
"""

import base64
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePath

import pikepdf

from decisions.drafting.markings import carries_marking

LARGEST = 25 * 1024 * 1024
#: How much a file may hold once it is unpacked, and in how many parts: a bomb is small outside.
UNPACKED, PARTS = 150 * 1024 * 1024, 2_000
WORD, EXCEL, PDF, HTML, TEXT = "Word document", "Excel file", "PDF", "saved web page", "text file"
PNG, JPEG, GIF = "PNG picture", "JPEG picture", "GIF picture"
PICTURES = {b"\x89PNG": PNG, b"\xff\xd8\xff": JPEG, b"GIF8": GIF}
_OFFICE = "application/vnd.openxmlformats-officedocument."
#: What an Office file says that it is.
_MAIN = {
    f"{_OFFICE}wordprocessingml.document.main+xml": WORD,
    f"{_OFFICE}spreadsheetml.sheet.main+xml": EXCEL,
}
_PDF_ACTIVE = {"/JavaScript", "/JS"}
_PDF_ACTIONS = ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm")
#: Where a PDF names other files that it holds; that such a file says what it is, is optional.
_PDF_FILES = {"/EF", "/RF", "/AF", "/EmbeddedFiles"}
MARKED = "is marked above OFFICIAL-SENSITIVE{where}. This system may not hold it; nothing was kept."
TOO_MUCH = "would be far too large once unpacked. It is not opened."

#: What a file is by its first bytes, where nobody here can do anything with it, and what to do.
FOREIGN: tuple[tuple[bytes, str], ...] = (
    (
        b"\xd0\xcf\x11\xe0",
        "is protected by a password, or is from an old version of Office. Remove the password and save it as "
        ".docx or .xlsx.",
    ),
    (b"{\\rtf", "is a rich text file. Open it in Word and save it as .docx."),
    (b"MZ", "is a program and cannot be read."),
    (b"\x7fELF", "is a program and cannot be read."),
    (b"\x1f\x8b", "is a packed archive. Unpack it. {bring}"),
)


class Refused(Exception):
    """A file that is not taken; its words say why, and what to do."""


@dataclass(frozen=True, repr=False)
class Opened:
    """An open file: what it is by its content, and of a PDF its objects, so that it is read but once."""

    kind: str
    content: bytes
    pdf: pikepdf.Pdf | None = None

    @property
    def document(self) -> pikepdf.Pdf:
        """Return the PDF; raises ValueError for what is none."""
        if self.pdf is None:
            raise ValueError("this file is no PDF")
        return self.pdf


def kind_of(content: bytes, name: str, *, bring: str) -> str:
    """Return what a file is by its content; raises Refused as `opened` does."""
    with opened(content, name, bring=bring) as file:
        return file.kind


@contextmanager
def opened(content: bytes, name: str, *, bring: str) -> Iterator[Opened]:
    """Open a file while a block runs; raises Refused for what nobody takes or may hold.

    `bring` is the sentence that says what to bring instead.
    """
    if carries_marking(PurePath(name).stem.replace("_", " ")):
        raise Refused(MARKED.format(where=" in its name"))
    if not content.strip(b"\0 \t\r\n"):
        raise Refused("is empty.")
    if len(content) > LARGEST:
        raise Refused(
            f"is larger than {LARGEST // 1024 // 1024} MB. Remove its pictures, or bring it in parts."
        )
    if foreign := next((sentence for start, sentence in FOREIGN if content.startswith(start)), ""):
        raise Refused(foreign.format(bring=bring))
    if b"%PDF-" in content[:1024] and not content.startswith(b"PK\x03\x04"):
        with _pdf(content) as document:
            yield Opened(PDF, content, document)
    else:
        yield Opened(_kind(content, bring), content)


def check_ending(kind: str, name: str, endings: Mapping[str, Collection[str]]) -> None:
    """Refuse a name that says another kind than the content; a file without an ending may be any."""
    ending = PurePath(name).suffix.lower()
    if ending and ending not in endings[kind]:
        raise Refused(
            f"is {'an' if kind[0] in 'AE' else 'a'} {kind} although its name ends in {ending}. Check that it is "
            "the right file, and rename it."
        )


def _kind(content: bytes, bring: str) -> str:
    if content.startswith(b"PK\x03\x04"):
        return _office(content, bring)
    if picture := next((kind for start, kind in PICTURES.items() if content.startswith(start)), ""):
        return picture
    beginning = content[:4096].lower()
    if b"<svg" in beginning and b"<html" not in beginning:
        raise Refused(f"is a drawing (SVG), which may hold a program. {bring}")
    if re.search(rb"<(?:!doctype html|html|head|body|article|main|div|p)\b", beginning):
        return HTML
    if b"\0" in content and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise Refused(f"is of a kind that cannot be read. {bring}")
    return TEXT


def _office(content: bytes, bring: str) -> str:
    """Say which Office file it is; refuse what is none, holds macros, is broken, or would fill the machine."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
                raise Refused(TOO_MUCH)
            if any(part.flag_bits & 1 for part in parts):
                raise Refused("is protected by a password. Remove the password first.")
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names:
                raise Refused(f"is a packed archive. Unpack it. {bring}")
            types = _unpacked(packed, "[Content_Types].xml", 1024 * 1024).decode("utf-8", "replace")
            if "vbaProject.bin" in " ".join(names) or "macroEnabled" in types:
                raise Refused("holds macros (programs). Save it as .docx or .xlsx, which cannot hold any.")
            kind = next((kind for main, kind in _MAIN.items() if main in types), "")
            if not kind:
                raise Refused(f"is an Office file, but no Word or Excel file. {bring}")
            total = 0
            for part in parts:
                data = _unpacked(packed, part.filename, UNPACKED - total)
                total += len(data)
                if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in data[:2048]:
                    raise Refused("holds definitions that no Office file needs. It is not opened.")
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, OSError):
        raise Refused("is damaged: it cannot be unpacked. Open it in Office and save it again.") from None
    return kind


def _unpacked(packed: zipfile.ZipFile, name: str, most: int) -> bytes:
    with packed.open(name) as part:
        data = part.read(most + 1)
    if len(data) > most:
        raise Refused(TOO_MUCH)
    return data


def _pdf(content: bytes) -> pikepdf.Pdf:
    """Open a PDF; refuse what is protected, broken, holds a program or another file, or would fill the machine."""
    try:
        document = pikepdf.open(io.BytesIO(content))
        if document.is_encrypted:
            raise Refused("is protected by a password. Remove the protection first.")
        total = 0
        for one in document.objects:
            total += _active(one, UNPACKED - total)
    except pikepdf.PasswordError:
        raise Refused("is protected by a password. Remove the password first.") from None
    except (pikepdf.PdfError, ValueError, RecursionError):
        raise Refused("is damaged: it cannot be opened. Print it to a new PDF.") from None
    return document


def _active(one: pikepdf.Object, most: int) -> int:
    """Return the unpacked size of an object; raises Refused where it does something, or holds a file."""
    for part in within(one):
        if set(part.keys()) & _PDF_ACTIVE or part.get("/S") in _PDF_ACTIONS:
            raise Refused("holds a program (JavaScript or another action). Print it to a new PDF.")
        if set(part.keys()) & _PDF_FILES or part.get("/Type") == "/EmbeddedFile":
            raise Refused("holds another file inside. Take that file out, or print this one to a new PDF.")
    return _unpacked_size(one, most) if isinstance(one, pikepdf.Stream) else 0


def _unpacked_size(stream: pikepdf.Stream, most: int) -> int:
    """Return how large a stream of a PDF is at its largest, through all of its filters up to a picture's."""
    filters = stream.get("/Filter", pikepdf.Array())
    data, largest = stream.read_raw_bytes(), 0
    for packing in map(str, filters if isinstance(filters, pikepdf.Array) else [filters]):
        if packing in _PICTURE_FILTERS:
            break
        if packing not in _UNPACK:
            raise Refused("is packed in a way that cannot be checked. Print it to a new PDF.")
        try:
            data = _UNPACK[packing](data, max(most, 0) + 1)
        except ValueError:
            break
        largest = max(largest, len(data))
        if largest > most:
            raise Refused(TOO_MUCH)
    return largest


def _inflated(data: bytes, most: int) -> bytes:
    """Unpack up to so many bytes, or up to where it is damaged: readers show what comes before."""
    unpacking, made = zlib.decompressobj(), bytearray()
    with suppress(zlib.error):
        for start in range(0, len(data), _PIECE):
            made += unpacking.decompress(data[start : start + _PIECE], most - len(made))
            if len(made) >= most:
                break
    return bytes(made)


def _of_hex(data: bytes, most: int) -> bytes:
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", data.partition(b">")[0])
    return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())


def _of_85(data: bytes, most: int) -> bytes:
    text = data.strip().removeprefix(b"<~").partition(b"~")[0]
    # Five signs stand for four bytes, and so does a single z.
    return base64.a85decode(text) if (len(text) + 4 * text.count(b"z")) * 4 < most * 5 else bytes(most)


def _of_runs(data: bytes, most: int) -> bytes:
    made, place = bytearray(), 0
    while place < len(data) and data[place] != 128 and len(made) < most:
        length = data[place]
        if length < 128:
            made += data[place + 1 : place + 2 + length]
            place += 2 + length
        else:
            made += data[place + 1 : place + 2] * (257 - length)
            place += 2
    return bytes(made)


#: How each filter of a PDF is undone, up to so many bytes. What LZW makes is not counted: it has gone out of use.
_UNPACK: dict[str, Callable[[bytes, int], bytes]] = {
    "/FlateDecode": _inflated,
    "/Fl": _inflated,
    "/ASCIIHexDecode": _of_hex,
    "/AHx": _of_hex,
    "/ASCII85Decode": _of_85,
    "/A85": _of_85,
    "/RunLengthDecode": _of_runs,
    "/RL": _of_runs,
}
#: These make the points of a picture, and stand last.
_PICTURE_FILTERS = ("/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode")
_PIECE = 64 * 1024


def within(one: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Yield the dictionaries that an object is, or holds directly; what it points to is an object of its own."""
    if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        yield one
        below = [one[key] for key in one.keys()]  # noqa: SIM118 - a stream is no mapping
    else:
        below = list(one) if isinstance(one, pikepdf.Array) else []
    for part in below:
        if isinstance(part, pikepdf.Object) and not part.is_indirect:
            yield from within(part)
