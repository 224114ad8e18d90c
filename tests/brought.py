"""Files as people bring them, made of the same lines: a Word document, a saved web page, a PDF; and hostile ones."""

import html
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pikepdf
import weasyprint
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

CANARY_INSERTED = "Quagmire"
CANARY_DELETED = "Zephyrine"
CANARY_COMMENT = "Lickspittle"


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def as_word(text: str) -> bytes:
    """The text as a Word file: its rows in a table, a tracked insertion and deletion, a comment, and a header."""
    document = docx.Document()
    table = None
    for line in lines(text):
        cells = re.sub(r"</?i>", "", line).split("\t")
        if len(cells) > 1:
            table = table or document.add_table(rows=0, cols=len(cells))
            for cell, words in zip(table.add_row().cells, cells, strict=True):
                cell.text = words
        else:
            table = None
            document.add_paragraph(line.replace("**", ""))
    paragraph = document.paragraphs[6]
    _tracked(paragraph._p, "w:ins", "w:t", CANARY_INSERTED)
    _tracked(paragraph._p, "w:del", "w:delText", CANARY_DELETED)
    document.add_comment(runs=paragraph.runs[0], text=CANARY_COMMENT, author="A Reviewer", initials="AR")
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _tracked(paragraph: Any, change: str, text: str, words: str) -> None:
    outer, run, inner = OxmlElement(change), OxmlElement("w:r"), OxmlElement(text)
    outer.set(qn("w:author"), "A Reviewer")
    inner.text = words
    run.append(inner)
    outer.append(run)
    paragraph.append(outer)


def as_page(text: str) -> bytes:
    """The text as a saved web page, with what stands around a page."""
    body = "".join(f"<p>{html.escape(line)}</p>" for line in lines(text) if "\t" not in line)
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{html.escape(re.sub('</?i>', '', cell))}</td>" for cell in line.split("\t"))
        + "</tr>"
        for line in lines(text)
        if "\t" in line
    )
    before, mark, after = body.partition("<p>Chief Executive Officer</p>")
    return (
        "<!DOCTYPE html><html><head><title>Saved page</title><script>alert('a script')</script></head><body>"
        f"<nav><a href='/'>Home</a></nav><main>{before}<table>{rows}</table>{mark}{after}"
        "<p style='display:none'>Hidden words</p></main><footer>Contact us</footer></body></html>"
    ).encode()


def as_pdf(text: str) -> bytes:
    """The text as a PDF, its lines broken to the page."""
    made: bytes = weasyprint.HTML(
        string="<style>nav, footer { display: none } p { margin: 0 0 12pt } td { vertical-align: top }</style>"
        + as_page(text).decode().replace("<script>alert('a script')</script>", "")
    ).write_pdf()
    return made


def packed(**parts: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_TYPES", "[Content_Types].xml"), content)
    return written.getvalue()


def changed(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A packed file with one of its parts changed."""
    written = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            data = old.read(part.filename)
            new.writestr(part.filename, change(data) if part.filename == name else data)
        if name not in old.namelist():
            new.writestr(name, change(b""))
    return written.getvalue()


def pdf_with(change: Callable[[pikepdf.Pdf], None], **options: Any) -> bytes:
    """A small PDF after a change."""
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(as_pdf("Title: A paper\n\nRecommendation:\n\n1. Approve it."))) as document:
        change(document)
        document.save(written, **options)
    return written.getvalue()
