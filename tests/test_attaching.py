"""What becomes of a file before it is kept: what is hostile is refused in words, the rest is made harmless."""

import base64
import csv
import io
import zlib
from collections.abc import Callable
from typing import Any

import docx
import openpyxl
import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from decisions.attaching import kinds, pdfs, tables, words
from decisions.opening import LARGEST, UNPACKED, Refused
from tests.attached import TABLE, changed_pdf, pdf, picture, signed_pdf, workbook
from tests.brought import changed, packed
from tests.pages import pdf_failures
from tests.test_importing_files import with_bomb, with_file, with_script


def word(text: str = "Advice on prices.") -> bytes:
    made = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(made)
    return made.getvalue()


def with_form(document: pikepdf.Pdf) -> None:
    field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T=pikepdf.String("Name"))
    document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([document.make_indirect(field)]))


def with_hidden_layer(document: pikepdf.Pdf) -> None:
    layer = document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("Prices")))
    shown = pikepdf.Dictionary(OFF=pikepdf.Array([layer]))
    document.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([layer]), D=shown)


def with_layers(**view: Any) -> Callable[[pikepdf.Pdf], None]:
    """A layer, and a view of the file that may hide it."""

    def add(document: pikepdf.Pdf) -> None:
        layer = document.make_indirect(
            pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name=pikepdf.String("Prices"))
        )
        views = {"D": pikepdf.Dictionary(), "Configs": pikepdf.Array(), **view}
        document.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([layer]), **views)

    return add


def with_rule(document: pikepdf.Pdf) -> None:
    document.pages[0].obj.Resources.Properties = pikepdf.Dictionary(
        P=pikepdf.Dictionary(Type=pikepdf.Name.OCMD, P=pikepdf.Name.AllOff)
    )


def with_link(**action: Any) -> Callable[[pikepdf.Pdf], None]:
    """A link that says more than where it leads."""

    def add(document: pikepdf.Pdf) -> None:
        link = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Link,
            Rect=[0, 0, 9, 9],
            Contents="Quillfeather",
            A=pikepdf.Dictionary(**action),
        )
        document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(link)])

    return add


def with_bookmark(document: pikepdf.Pdf) -> None:
    with document.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Tamarisk Row", 0))


def with_blank_page(document: pikepdf.Pdf) -> None:
    document.add_blank_page()


def with_launch(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")


def with_unnamed_file(document: pikepdf.Pdf) -> None:
    """A file that does not say that it is one: only the list of files leads to it."""
    file = pikepdf.Dictionary(F="a.txt", EF=pikepdf.Dictionary(F=document.make_stream(b"another file")))
    listed = pikepdf.Array([pikepdf.String("a.txt"), document.make_indirect(file)])
    document.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=listed))


def with_associated_file(document: pikepdf.Pdf) -> None:
    document.pages[0].obj.AF = pikepdf.Array([document.make_stream(b"another file")])


def cut(document: pikepdf.Pdf) -> None:
    """Show the lower half of the page only: the words above stay in the file."""
    document.pages[0].cropbox = pikepdf.Array([0, 0, 500, 400])


def cut_below(document: pikepdf.Pdf) -> None:
    """Show the upper half of the page only: no word is cut away, and there may be a picture."""
    document.pages[0].cropbox = pikepdf.Array([0, 400, *map(float, document.pages[0].mediabox[2:])])


def cut_all(document: pikepdf.Pdf) -> None:
    """Make the page itself end below its words."""
    document.pages[0].mediabox = pikepdf.Array([0, 0, 500, 400])


def packed_in(data: bytes, *filters: str) -> bytes:
    """A PDF with a stream that was packed by these filters, of which the first is undone first."""

    def add(document: pikepdf.Pdf) -> None:
        stream = document.make_stream(b"")
        stream.write(data, filter=pikepdf.Array([pikepdf.Name(f"/{one}") for one in filters]))
        document.Root.Added = stream

    as_packed = pikepdf.StreamDecodeLevel.none
    return changed_pdf(pdf(), add, compress_streams=False, stream_decode_level=as_packed)


BOMB = zlib.compress(b"\0" * (UNPACKED + 1), 9)


def hide_sheet(book: openpyxl.Workbook) -> None:
    book["Prices"].sheet_state = "hidden"


def hide_row(book: openpyxl.Workbook) -> None:
    book["Costs"].row_dimensions[2].hidden = True


def put_formula(book: openpyxl.Workbook) -> None:
    book["Costs"]["A3"] = "=SUM(A1:A2)"


def encrypted(content: bytes) -> bytes:
    return changed_pdf(content, lambda _: None, encryption=pikepdf.Encryption(owner="o", user="u"))


OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
#: What neither part takes.
HOSTILE: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.csv", b"\r\n", "is empty"),
    "enormous": ("a.csv", b"a" * (LARGEST + 1), "is larger than 25 MB"),
    "zip bomb": ("a.xlsx", packed(_TYPES=b"x", xl__sheet=b"\0" * (UNPACKED + 1)), "would be far too large"),
    "any archive": ("a.zip", packed(notes=b"text"), "is a packed archive"),
    "macros": ("a.docx", changed(word(), "word/vbaProject.bin", lambda _: b"program"), "holds macros"),
    "macro name": ("a.docm", changed(word(), "word/vbaProject.bin", lambda _: b"program"), "holds macros"),
    "broken Office file": ("a.docx", word()[:900], "is damaged"),
    "protected Office file": ("a.xlsx", OLD_OFFICE, "is protected by a password, or is from an old version"),
    "drawing with a script": (
        "a.svg",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "is a drawing (SVG), which may hold a program",
    ),
    "drawing under another name": ("a.png", b"<?xml version='1.0'?><svg/>", "is a drawing (SVG)"),
    "web page": ("a.csv", b"<!DOCTYPE html><p>1,2</p>", "is a saved web page and cannot be attached"),
    "moving picture": ("a.gif", b"GIF89a" + b"\1" * 60, "is a GIF picture and cannot be attached"),
    "program": ("a.pdf", b"MZ" + b"\1" * 60, "is a program"),
    "PDF with JavaScript": ("a.pdf", changed_pdf(pdf(), with_script), "holds a program"),
    "PDF that starts something": ("a.pdf", changed_pdf(pdf(), with_launch), "holds a program"),
    "PDF with a file": ("a.pdf", changed_pdf(pdf(), with_file), "holds another file inside"),
    "PDF with an unnamed file": ("a.pdf", changed_pdf(pdf(), with_unnamed_file), "holds another file inside"),
    "PDF with a file of a page": (
        "a.pdf",
        changed_pdf(pdf(), with_associated_file),
        "holds another file inside",
    ),
    "PDF bomb": ("a.pdf", changed_pdf(pdf(), with_bomb, compress_streams=True), "would be far too large"),
    "PDF bomb in hexadecimal": (
        "a.pdf",
        packed_in(BOMB.hex().encode() + b">", "ASCIIHexDecode", "FlateDecode"),
        "would be far too large",
    ),
    "PDF bomb packed twice": (
        "a.pdf",
        packed_in(zlib.compress(BOMB), "FlateDecode", "FlateDecode", "DCTDecode"),
        "would be far too large",
    ),
    "PDF bomb in letters": (
        "a.pdf",
        packed_in(zlib.compress(b"z" * (UNPACKED // 3)), "FlateDecode", "ASCII85Decode"),
        "would be far too large",
    ),
    "PDF bomb in runs": (
        "a.pdf",
        packed_in(b"\x81\0" * (UNPACKED // 127), "RunLengthDecode"),
        "would be far too large",
    ),
    "PDF packed in an old way": ("a.pdf", packed_in(b"\x80", "LZWDecode"), "is packed in a way that cannot"),
    "encrypted PDF": ("a.pdf", encrypted(pdf()), "is protected by a password"),
    "broken PDF": ("a.pdf", b"%PDF-1.7\nnothing else", "is damaged"),
    "wrong ending": ("a.pdf", picture(), "is a PNG picture although its name ends in .pdf"),
    "marked in its name": ("TOP SECRET.csv", TABLE, "is marked above OFFICIAL-SENSITIVE in its name"),
    "marked in its text": ("a.pdf", pdf("x</p><p>SECRET</p><p>"), "is marked above OFFICIAL-SENSITIVE."),
}
#: What only Part 1 refuses, because it is published.
NOT_PUBLISHED: dict[str, tuple[str, bytes, str]] = {
    "Word document": ("a.docx", word(), "is a Word document, which can hold more than it shows"),
    "PDF with a form": ("a.pdf", changed_pdf(pdf(), with_form), "holds a form"),
    "PDF with hidden layers": ("a.pdf", changed_pdf(pdf(), with_hidden_layer), "holds hidden layers"),
    "PDF with layers hidden at first": (
        "a.pdf",
        changed_pdf(pdf(), with_layers(D=pikepdf.Dictionary(BaseState=pikepdf.Name.OFF))),
        "holds hidden layers",
    ),
    "PDF with layers hidden in print": (
        "a.pdf",
        changed_pdf(
            pdf(), with_layers(D=pikepdf.Dictionary(AS=[pikepdf.Dictionary(Event=pikepdf.Name.Print)]))
        ),
        "holds hidden layers",
    ),
    "PDF with another view": (
        "a.pdf",
        changed_pdf(pdf(), with_layers(Configs=[pikepdf.Dictionary(BaseState=pikepdf.Name.OFF)])),
        "holds hidden layers",
    ),
    "PDF with layers hidden by a rule": ("a.pdf", changed_pdf(pdf(), with_rule), "holds hidden layers"),
    "PDF with a link into somebody's folders": (
        "a.pdf",
        changed_pdf(pdf(), with_link(S=pikepdf.Name.URI, URI="file:///C:/Quillfeather.docx")),
        "has a link that leads neither to a web page nor to an email address (file:///C:/Quill",
    ),
    "PDF with a link to another file": (
        "a.pdf",
        changed_pdf(pdf(), with_link(S=pikepdf.Name.GoToR, F="Quillfeather.pdf")),
        "has a link that leads neither to a web page nor to an email address (another file)",
    ),
    "PDF with a cut page": ("a.pdf", changed_pdf(pdf(), cut), "holds more on a page than it shows"),
    "PDF with a page cut where no words are": (
        "a.pdf",
        changed_pdf(pdf(), cut_below),
        "holds more on a page than it shows",
    ),
    "PDF with words beyond its page": (
        "a.pdf",
        changed_pdf(pdf(), cut_all),
        "holds more on a page than it shows",
    ),
    "PDF with a word beside its page": (
        "a.pdf",
        pdf('Prices. <b style="position: absolute; left: -400pt">Tamarisk</b>'),
        "holds more on a page than it shows",
    ),
    "signed PDF": ("a.pdf", signed_pdf(), "is signed, and any change would break the signature"),
    "broken picture": ("a.png", picture()[:50], "is damaged: it cannot be drawn"),
    "enormous picture": (
        "a.png",
        picture(size=(9_000, 9_000)),
        "is a picture of more than 40 million points",
    ),
    "ragged table": ("a.csv", b"a,b\n1,2\n3\n", "is no table: row 3 has 1 column, and the first has 2"),
    "unreadable table": ("a.csv", b"a,b\n1,\x01\n", "holds characters that nobody can read"),
    "open quotation": ("a.csv", b'a,b\n"1,2\n', "is damaged: its rows cannot be told apart"),
    "several sheets": (
        "a.xlsx",
        workbook(lambda _: None, "Costs", "Prices"),
        "has the sheets Costs and Prices",
    ),
    "hidden sheet": ("a.xlsx", workbook(hide_sheet, "Costs", "Prices"), "has hidden sheets: Prices"),
    "hidden row": ("a.xlsx", workbook(hide_row), "has hidden rows or columns in the sheet Costs"),
    "formula without value": ("a.xlsx", workbook(put_formula), "has a formula without a value in Costs!A3"),
    "empty sheet": (
        "a.xlsx",
        workbook(lambda book: book["Costs"].delete_rows(1, 2)),
        "has nothing in the sheet Costs",
    ),
}


@pytest.mark.parametrize(("name", "content", "sentence"), HOSTILE.values(), ids=HOSTILE)
def test_neither_part_takes_a_hostile_or_broken_file(name: str, content: bytes, sentence: str) -> None:
    for take in (kinds.for_part1, kinds.for_part2):
        with pytest.raises(Refused) as refusal:
            take(content, name)
        assert str(refusal.value).startswith(f"‘{name}’ {sentence}")
        assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(("name", "content", "sentence"), NOT_PUBLISHED.values(), ids=NOT_PUBLISHED)
def test_part_1_does_not_take_what_holds_more_than_it_shows(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        kinds.for_part1(content, name)
    assert str(refusal.value).startswith(f"‘{name}’ {sentence}")
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx", "a.pdf", "a.png", "a.jpg", "a.csv"])
def test_part_2_keeps_every_kind_byte_for_byte(name: str) -> None:
    content = {
        "a.docx": word(),
        "a.xlsx": workbook(hide_sheet, "Costs", "Prices"),
        "a.pdf": pdf(),
        "a.png": picture(),
        "a.jpg": picture("JPEG"),
        "a.csv": TABLE,
    }[name]
    assert kinds.for_part2(content, name).content == content


def test_a_tagged_pdf_keeps_tags_language_and_title_and_loses_its_author() -> None:
    [kept] = kinds.for_part1(pdf(), "a.pdf")

    assert kept.accessible
    assert pdf_failures(kept.content) == []
    assert "Author: Robin Ashdown" in pdfs.holds(pdf())
    assert pdfs.holds(kept.content) == ["1 page", "Title: Prices"]
    with pikepdf.open(io.BytesIO(kept.content)) as document:
        assert "Robin Ashdown" not in str(document.open_metadata())
        assert (str(document.docinfo["/Title"]), str(document.Root.Lang)) == ("Prices", "en-GB")


def saved_again_without(words: bytes) -> bytes:
    """A PDF whose page held these words, saved once more without them: the first save stays in its bytes."""
    made = io.BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page()
        page.Contents = document.make_stream(b"% " + words)
        document.save(made, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    first = made.getvalue()
    with pikepdf.open(made) as document:
        number, size = document.pages[0].Contents.objgen[0], int(document.trailer.Size)
        root = document.Root.objgen[0]
    before = int(first[first.rindex(b"startxref") :].split()[1])
    change = b"%d 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n" % number
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, len(first))
    trailer = b"trailer\n<< /Size %d /Root %d 0 R /Prev %d >>\n" % (size, root, before)
    return first + change + table + trailer + b"startxref\n%d\n%%%%EOF\n" % (len(first) + len(change))


def test_an_earlier_version_of_a_pdf_does_not_go_out() -> None:
    brought = saved_again_without(b"Quillfeather")
    [kept] = kinds.for_part1(brought, "a.pdf")
    assert b"Quillfeather" in brought
    with pikepdf.open(io.BytesIO(kept.content)) as document:
        streams = [one.read_bytes() for one in document.objects if isinstance(one, pikepdf.Stream)]
    assert streams
    assert not [content for content in streams if b"Quillfeather" in content]


def test_a_pdf_is_no_folder_of_files() -> None:
    def fold(document: pikepdf.Pdf) -> None:
        document.Root.Collection = pikepdf.Dictionary(D="Quillfeather.txt")

    [kept] = kinds.for_part1(changed_pdf(pdf(), fold), "a.pdf")
    with pikepdf.open(io.BytesIO(kept.content)) as document:
        assert "/Collection" not in document.Root


def test_a_link_of_a_pdf_says_where_it_leads_and_nothing_else() -> None:
    brought = changed_pdf(pdf(), with_link(S=pikepdf.Name.URI, URI="https://example.org/"))
    [kept] = kinds.for_part1(brought, "a.pdf")
    with pikepdf.open(io.BytesIO(kept.content)) as document:
        assert str(document.pages[0].obj.Annots[0].Contents) == "https://example.org/"
    assert "Quillfeather" in words.of("pdf", brought)
    assert "Quillfeather" not in words.of("pdf", kept.content)


def test_a_pdf_may_be_packed_in_every_way_that_can_be_counted() -> None:
    for content in (
        packed_in(b"any points", "DCTDecode"),
        packed_in(zlib.compress(b"any points"), "FlateDecode", "DCTDecode"),
        packed_in(base64.a85encode(zlib.compress(b"words")) + b"~>", "ASCII85Decode", "FlateDecode"),
        packed_in(b"\x02one\xfe.\x80", "RunLengthDecode"),
    ):
        assert kinds.for_part1(content, "a.pdf")


def test_an_untagged_pdf_is_not_for_everyone() -> None:
    [kept] = kinds.for_part1(pdf(tagged=False), "a.pdf")
    assert not kept.accessible


def test_a_signed_pdf_goes_out_as_it_is_and_what_it_holds_is_said() -> None:
    [kept] = kinds.for_part1(signed_pdf("Lease"), "a.pdf", as_it_is=True)
    assert kept.content == signed_pdf("Lease")
    assert pdfs.holds(kept.content)[:6] == [
        "1 page",
        "A digital signature",
        "1 comment or mark on its pages",
        "Comment: Note",
        "Title: Lease",
        "Author: Robin Ashdown",
    ]
    with pytest.raises(Refused, match="is no PDF"):
        kinds.for_part1(TABLE, "a.csv", as_it_is=True)
    with pytest.raises(Refused, match="is not signed"):
        kinds.for_part1(pdf(), "a.pdf", as_it_is=True)
    with pytest.raises(Refused, match="something before its beginning"):
        kinds.for_part1(b"\n<p>" + signed_pdf(), "a.pdf", as_it_is=True)


def with_signature_below(document: pikepdf.Pdf) -> None:
    """Part the field for a signature in two: what it is stands above what it holds."""
    [field] = document.Root.AcroForm.Fields
    field.Kids = pikepdf.Array([document.make_indirect(pikepdf.Dictionary(V=field.V))])
    del field.V


def with_empty_signature(document: pikepdf.Pdf) -> None:
    del document.Root.AcroForm.Fields[0].V


def test_a_signature_is_found_wherever_it_stands_and_a_place_for_one_is_none() -> None:
    below = changed_pdf(signed_pdf(), with_signature_below)
    assert kinds.for_part1(below, "a.pdf", as_it_is=True)
    with pytest.raises(Refused, match="is signed, and any change"):
        kinds.for_part1(below, "a.pdf")
    with pytest.raises(Refused, match="is not signed"):
        kinds.for_part1(changed_pdf(signed_pdf(), with_empty_signature), "a.pdf", as_it_is=True)


def test_whoever_checks_a_signed_pdf_hears_of_its_earlier_saves() -> None:
    assert "1 earlier save that can be brought back" in pdfs.holds(saved_again_without(b"Quillfeather"))
    assert not [one for one in pdfs.holds(signed_pdf()) if "earlier save" in one]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_is_drawn_anew_without_what_its_camera_said(kind: str) -> None:
    taken = picture(kind, said="Quillfeather Lane 5")
    [kept] = kinds.for_part1(taken, f"a.{kind.lower()}")
    assert b"Quillfeather" in taken
    assert b"Quillfeather" not in kept.content
    with Image.open(io.BytesIO(kept.content)) as image:
        assert (image.format, image.size, dict(image.getexif())) == (kind, (60, 40), {})
        red, green, blue = image.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
        assert (red < 10, green < 10, 110 < blue < 140) == (True, True, True)


@pytest.mark.parametrize("more", [{}, {"transparency": 65_535}])
def test_a_grey_picture_of_many_steps_keeps_its_greys(more: dict[str, int]) -> None:
    taken, made = Image.new("I;16", (3, 1)), io.BytesIO()
    for place, step in enumerate((0, 32_768, 65_535)):
        taken.putpixel((place, 0), step)
    taken.save(made, "PNG", **more)
    [kept] = kinds.for_part1(made.getvalue(), "a.png")
    with Image.open(io.BytesIO(kept.content)) as image:
        assert [image.getpixel((place, 0)) for place in range(3)] == [0, 128, 255]


@pytest.mark.parametrize(
    "brought",
    [
        "Year;Cost £\n2027;=1+1\n",
        "Year\tCost £\r\n2027\t=1+1\r\n\r\n",
        "\ufeffYear,Cost £\n2027,=1+1\n",
    ],
)
@pytest.mark.parametrize("coding", ["utf-8", "cp1252", "utf-16"])
def test_a_table_is_read_however_it_was_saved_and_no_cell_is_a_formula(brought: str, coding: str) -> None:
    if coding == "cp1252":
        brought = brought.removeprefix("\ufeff")
    [kept] = kinds.for_part1(brought.encode(coding), "a.csv")
    assert kept.content.decode() == "Year,Cost £\r\n2027,'=1+1\r\n"


@given(cell=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12))
def test_no_cell_begins_a_formula_and_every_number_stays_one(cell: str) -> None:
    for begun in (cell, *(f"{sign}{cell}" for sign in "=+-@")):
        [[kept]] = csv.reader(io.StringIO(tables.written([[begun]]).decode(), newline=""))
        assert kept.removeprefix("'") == begun.removeprefix("'")
        risky = kept.lstrip(" ")[:1] in ("=", "+", "-", "@")
        assert not risky or any(digit.isdigit() for digit in kept) or kept.strip(" ") == "-"
    for number in ("-5", "-£1,234.50", "-1e-05", "+2.5E+10", "-", " - "):
        assert tables.harmless(number) == number
    assert tables.harmless("- Phase 1") == "'- Phase 1"


def test_of_an_excel_file_the_sheets_that_were_chosen_become_tables_of_their_values() -> None:
    book = workbook(lambda _: None, "Costs", "Prices")
    made = kinds.for_part1(book, "a.xlsx", sheets=("Prices",))
    assert [(one.kind, one.sheet, one.content) for one in made] == [
        ("csv", "Prices", b"Year,Cost\r\n2027,5.5\r\n")
    ]
    with pytest.raises(Refused, match=r"has no sheet Years\. Its sheets are Costs and Prices"):
        kinds.for_part1(book, "a.xlsx", sheets=("Years",))


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("pdf", pdf("Tamarisk Row")),
        ("pdf", changed_pdf(pdf("Tamarisk Row"), cut)),
        ("pdf", changed_pdf(pdf(), with_bookmark)),
        ("pdf", changed_pdf(pdf("Tamarisk Row"), cut_all)),
        ("csv", b"Tamarisk,Row"),
        ("docx", word("Tamarisk Row")),
    ],
)
def test_the_words_of_a_file_can_be_read_by_the_checks(kind: str, content: bytes) -> None:
    assert "Tamarisk" in words.of(kind, content)


def test_what_cannot_be_read_has_no_words_and_stops_nothing() -> None:
    assert words.of("xlsx", b"broken") == words.of("png", picture()) == ""
    assert words.of("xlsx", workbook()).split() == ["Year.", "Cost.", "2027.", "5.5"]
    assert words.of("csv", b'a,b\n"Tamarisk\n') == 'a,b\n"Tamarisk\n'


@pytest.mark.parametrize(
    ("kind", "content", "whole"),
    [
        ("pdf", pdf(), True),
        ("csv", TABLE, True),
        ("docx", word(), True),
        ("png", picture(), False),
        ("pdf", changed_pdf(pdf(), with_blank_page), False),
        ("pdf", pdf("\u2042" * 99), False),
        ("csv", b"a,b\n" * (words.MOST_CELLS // 2 + 1), False),
        ("docx", b"broken", False),
    ],
    ids=["PDF", "table", "Word", "picture", "scanned page", "hidden letters", "long table", "broken"],
)
def test_it_is_known_whether_all_of_a_file_was_read(kind: str, content: bytes, whole: bool) -> None:
    assert words.read(kind, content).whole is whole


def test_a_file_prints_none_of_its_bytes() -> None:
    assert "Year" not in repr(kinds.for_part2(TABLE, "a.csv"))


@pytest.mark.parametrize("as_it_is", [False, True])
def test_a_pdf_is_read_but_once_on_its_way_in(monkeypatch: pytest.MonkeyPatch, as_it_is: bool) -> None:
    content, opened, real = signed_pdf() if as_it_is else pdf(), [], pikepdf.open

    def counting(*args: Any, **options: Any) -> pikepdf.Pdf:
        opened.append(args)
        return real(*args, **options)

    monkeypatch.setattr(pikepdf, "open", counting)
    kinds.for_part1(content, "a.pdf", as_it_is=as_it_is)
    kinds.for_part2(content, "a.pdf")
    assert len(opened) == 2


@pytest.mark.parametrize(
    "page", [{"Rotate": 90}, {"UserUnit": 2}, {"MediaBox": pikepdf.Array([-90, -90, 700, 900])}], ids=str
)
def test_a_page_that_is_turned_or_laid_out_otherwise_shows_all_its_words(page: dict[str, Any]) -> None:
    def lay_out(document: pikepdf.Pdf) -> None:
        for name, value in page.items():
            document.pages[0].obj[f"/{name}"] = value

    assert kinds.for_part1(changed_pdf(pdf("Prices. " * 200), lay_out), "a.pdf")
