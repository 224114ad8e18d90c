"""Files of every kind: the same paper reads the same, and what is broken or hostile is refused in words."""

import io
from dataclasses import asdict
from pathlib import Path
from typing import Any

import docx
import docx.document
import pikepdf
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from decisions import opening
from decisions.importing import files, reader
from decisions.importing.reading import Reading, walk
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


def numbered(document: docx.document.Document) -> None:
    """Give the document a list of three levels, as Word's "Multilevel List" makes it: 1., (a), (i)."""
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{words}"/></w:lvl>'
        for depth, (form, words) in enumerate(
            (("decimal", "%1."), ("lowerLetter", "(%2)"), ("lowerRoman", "(%3)"))
        )
    )
    space = nsdecls("w")
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(f'<w:abstractNum {space} w:abstractNumId="90">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {space} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))


def listed(document: docx.document.Document, words: str, depth: int) -> None:
    paragraph = document.add_paragraph(words)
    numbering = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="90"/></w:numPr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(numbering))


def box(document: docx.document.Document, statement: str, ticked: bool) -> None:
    """A row of the declarations, ticked in a box that Word offers."""
    row = document.add_table(rows=1, cols=2).rows[0]
    row.cells[0].text = statement
    spaces = nsdecls("w") + ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    row.cells[1].paragraphs[0]._p.append(
        parse_xml(
            f'<w:sdt {spaces}><w:sdtPr><w14:checkbox><w14:checked w14:val="{int(ticked)}"/></w14:checkbox></w:sdtPr>'
            f"<w:sdtContent><w:r><w:t>{'☒' if ticked else '☐'}</w:t></w:r></w:sdtContent></w:sdt>"
        )
    )


def test_lists_of_many_levels_boxes_to_tick_and_the_page_s_head_are_read() -> None:
    document = docx.Document()
    numbered(document)
    document.sections[0].header.paragraphs[0].text = "DMPC decisions, spring"
    document.add_paragraph("Title: Lockers")
    document.add_paragraph("Recommendation:")
    document.add_paragraph("The DMPC is asked to:")
    for words, depth in (
        ("approve the lockers", 0),
        ("of steel", 1),
        ("red", 2),
        ("blue", 2),
        ("of wood", 1),
    ):
        listed(document, words, depth)
    listed(document, "note the cost.", 0)
    document.add_paragraph("Originating Officer Declaration")
    box(document, "Financial Advice: Finance has been consulted.", ticked=True)
    box(document, "Legal Advice: Legal has been consulted.", ticked=False)
    written = io.BytesIO()
    document.save(written)
    found = read(written.getvalue(), "lists.docx")
    assert [(label, item.text) for label, item in walk(found.recommendations)] == [
        ("1", "approve the lockers"),
        ("1a", "of steel"),
        ("1ai", "red"),
        ("1aii", "blue"),
        ("1b", "of wood"),
        ("2", "note the cost."),
    ]
    assert [(row.key, row.ticked) for row in found.declarations] == [("financial", True), ("legal", False)]
    assert "DMPC decisions, spring" in found.leftover


def with_password(content: bytes) -> bytes:
    """A packed file whose parts say that they are encrypted."""
    flagged = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = flagged.find(mark)
        while start >= 0:
            flagged[start + at] |= 1
            start = flagged.find(mark, start + 4)
    return bytes(flagged)


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
    "Word without its text": (
        "a.docx",
        changed(WORD, "word/document.xml", lambda _: b""),
        "is damaged: it cannot be read",
    ),
    "Word with broken lists": (
        "a.docx",
        changed(WORD, "word/numbering.xml", lambda xml: xml[:100]),
        "is damaged: it cannot be read",
    ),
    "Word nested without end": (
        "a.docx",
        changed(
            WORD, "word/document.xml", lambda xml: xml.replace(b"<w:body>", b"<w:body>" + b"<w:tbl>" * 5000)
        ),
        "is damaged: it cannot be read",
    ),
    "Word with a password inside": ("a.docx", with_password(WORD), "is protected by a password"),
    "PDF with broken text": (
        "a.pdf",
        pdf_with(lambda _: None).replace(b"endstream", b"\xff\xffendstream"),
        "is damaged",
    ),
    "page nested without end": (
        "a.html",
        b"<html><body>" + b"<div>" * 20_000 + b"x",
        "has no text that can be read",
    ),
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


def test_characters_that_nobody_can_read_stay_visible() -> None:
    found = read("Title: Lo\x07ck\u202eers\0\nRecommendation:\nApprove it.".encode("utf-32"), "odd.txt")
    assert found.title == "Lo�ck�ers�"
