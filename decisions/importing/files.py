"""What importing reads of the files that somebody brings, and how; what nobody takes is refused in `opening.py`."""

import logging
from collections.abc import Callable
from pathlib import PurePath

from decisions.drafting.markings import carries_marking
from decisions.importing import plain, portable, web, word
from decisions.importing.blocks import Source
from decisions.opening import (
    EXCEL,
    GIF,
    HTML,
    JPEG,
    MARKED,
    PDF,
    PNG,
    TEXT,
    WORD,
    Refused,
    check_ending,
    kind_of,
)

logger = logging.getLogger(__name__)

#: The names that each kind of file may have.
ENDINGS = {
    WORD: (".docx",),
    PDF: (".pdf",),
    HTML: (".html", ".htm", ".xhtml"),
    TEXT: (".txt", ".text", ".md"),
}
BRING = "Bring a Word document (.docx), a PDF with text, a saved web page or a text file."
A_PICTURE = "is a picture. A picture has no text to read: bring the document itself."
#: What is a file in order, and nothing to read a decision from.
NOT_READ = {
    EXCEL: f"is an Excel file, and no decision can be read from it. {BRING}",
    PNG: A_PICTURE,
    JPEG: A_PICTURE,
    GIF: A_PICTURE,
}


def read(content: bytes, name: str) -> Source:
    """Read a file into blocks; raises Refused with a sentence that begins with the file's name."""
    try:
        kind = kind_of(content, name, bring=BRING)
        if kind in NOT_READ:
            raise Refused(NOT_READ[kind])
        check_ending(kind, name, ENDINGS)
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


def _whole(source: Source) -> Source:
    """Refuse a source without a word, and one that carries a marking that this system may not hold."""
    if not any(one.text.strip() for one in source.blocks):
        raise Refused(
            "has no text that can be read. If it is a scan, have its text recognised first, or type the decision in."
        )
    if any(carries_marking(one.text) for one in source.blocks) or carries_marking(source.title):
        raise Refused(MARKED.format(where=""))
    return source


READERS: dict[str, Callable[[bytes], Source]] = {
    WORD: word.read,
    PDF: portable.read,
    HTML: web.read,
    TEXT: plain.read,
}
