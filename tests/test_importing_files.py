"""Files of every kind: the same paper reads the same, and what is broken or hostile is refused in words."""

import io
from dataclasses import asdict
from pathlib import Path
from typing import Any

import docx
import pikepdf
import pytest

from decisions import opening
from decisions.importing import files, reader
from decisions.importing.reading import Reading
from decisions.opening import Refused
from tests.brought import (
    CANARY_COMMENT,
    CANARY_DELETED,
    CANARY_INSERTED,
    as_page,
    as_pdf,
    as_word,
    changed,
    packed,
    pdf_with,
)

PAPER = (Path(__file__).parent / "real_decisions" / "01-PCD1637.txt").read_text()
#: What a paper says, however it was brought.
SAID = (
    *("reference", "title", "decision_maker", "dates", "summary", "recommendations_lead", "recommendations"),
    *(
        "sections",
        "financial_lines",
        "contract_awards",
        "part2",
        "deferral",
        "signatures",
        "corrected",
        "doubts",
    ),
)


def read(content: bytes, name: str) -> Reading:
    return reader.read(files.read(content, name), file=name)


def said(reading: Reading) -> dict[str, Any]:
    values = asdict(reading)
    return {name: values[name] for name in SAID} | {
        "declarations": [(row.key, row.ticked, row.name) for row in reading.declarations]
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [("paper.docx", as_word(PAPER)), ("paper.html", as_page(PAPER)), ("paper.pdf", as_pdf(PAPER))],
    ids=["Word", "web page", "PDF"],
)
def test_the_same_paper_reads_the_same_in_every_kind_of_file(name: str, content: bytes) -> None:
    assert said(read(content, name)) == said(read(PAPER.encode(), "paper.txt"))


def test_tracked_changes_and_comments_are_reported_and_never_taken_over() -> None:
    reading = read(as_word(PAPER), "paper.docx")
    assert reading.set_aside == [
        f"Tracked insertion by A Reviewer: {CANARY_INSERTED}",
        f"Tracked deletion by A Reviewer: {CANARY_DELETED}",
        f"Comment by A Reviewer: {CANARY_COMMENT}",
    ]
    elsewhere = str({name: value for name, value in asdict(reading).items() if name != "set_aside"})
    for canary in (CANARY_INSERTED, CANARY_DELETED, CANARY_COMMENT):
        assert canary not in elsewhere


def test_what_a_page_hides_is_reported_and_what_surrounds_it_is_left_over() -> None:
    reading = read(as_page(PAPER), "paper.html")
    assert reading.set_aside == ["Hidden on the page: Hidden words"]
    assert {"Home", "Contact us"} <= set(reading.leftover)
    assert "a script" not in str(asdict(reading))


def test_numbers_that_word_makes_are_read_as_printed() -> None:
    document = docx.Document()
    document.add_paragraph("Recommendation:")
    for words, style in (
        ("Approve it:", "List Number"),
        ("in part;", "List Number 2"),
        ("Note it.", "List Number"),
    ):
        document.add_paragraph(words, style=style)
    written = io.BytesIO()
    document.save(written)
    found = read(written.getvalue(), "lists.docx").recommendations
    assert [(item.label, item.text) for item in found] == [("1", "Approve it:"), ("2", "Note it.")]
    assert [item.text for item in found[0].children] == ["in part;"]


def with_script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def with_file(document: pikepdf.Pdf) -> None:
    document.attachments["hidden.txt"] = b"another file"


def with_bomb(document: pikepdf.Pdf) -> None:
    document.Root.Bomb = document.make_stream(b"\0" * (opening.UNPACKED + 1))


def emptied(document: pikepdf.Pdf) -> None:
    document.pages[0].Contents = document.make_stream(b"")


WORD = as_word("Title: A paper\n\nOne.\n\nTwo.\n\nThree.\n\nFour.\n\nFive.\n\nSix.\n\nSeven.")
HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.txt", b" \n", "is empty"),
    "enormous": ("a.txt", b"a" * (opening.LARGEST + 1), "is larger than 25 MB"),
    "broken Word": ("a.docx", WORD[: len(WORD) // 2], "is damaged"),
    "broken PDF": ("a.pdf", b"%PDF-1.7\nnothing else", "is damaged"),
    "zip bomb": (
        "a.docx",
        packed(_TYPES=b"x", word__document=b"\0" * (opening.UNPACKED + 1)),
        "would be far too large",
    ),
    "any archive": ("a.docx", packed(notes=b"text"), "is a packed archive"),
    "spreadsheet": ("a.xlsx", packed(_TYPES=b"<Types>spreadsheetml</Types>"), "is an Office file, but no"),
    "macros": ("a.docx", changed(WORD, "word/vbaProject.bin", lambda _: b"program"), "holds macros"),
    "entities": (
        "a.docx",
        changed(WORD, "word/document.xml", lambda xml: b'<?xml version="1.0"?><!DOCTYPE a []>' + xml[55:]),
        "holds definitions",
    ),
    "old Word": (
        "a.doc",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "is protected by a password, or",
    ),
    "encrypted PDF": (
        "a.pdf",
        pdf_with(lambda _: None, encryption=pikepdf.Encryption(owner="o", user="u")),
        "is protected by a password",
    ),
    "PDF with JavaScript": ("a.pdf", pdf_with(with_script), "holds a program"),
    "PDF with a file": ("a.pdf", pdf_with(with_file), "holds another file"),
    "PDF bomb": ("a.pdf", pdf_with(with_bomb, compress_streams=True), "would be far too large"),
    "scan": ("a.pdf", pdf_with(emptied), "has no text that can be read"),
    "drawing": (
        "a.svg",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "is a drawing",
    ),
    "picture": ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "is a picture"),
    "program": ("a.txt", b"\x7fELF" + b"\0" * 64, "is a program"),
    "wrong ending": ("a.pdf", b"Title: A paper", "is a text file although its name ends in .pdf"),
    "marked in its text": ("a.txt", b"TOP SECRET\n\nTitle: A paper", "is marked above OFFICIAL-SENSITIVE"),
    "marked in its name": ("SECRET.txt", b"Title: A paper", "is marked above OFFICIAL-SENSITIVE in its name"),
}


@pytest.mark.parametrize(("name", "content", "sentence"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_or_broken_file_gets_a_clear_message(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(content, name)
    assert str(refusal.value).startswith(f"‘{name}’ {sentence}")
    assert str(refusal.value).endswith(".")


def test_the_word_secret_is_no_marking() -> None:
    assert "Secret IT Platform" in read(PAPER.encode(), "01-PCD1637 secret platform.txt").summary
