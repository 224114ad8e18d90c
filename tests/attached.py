"""Files as people attach them, made here, and how one stands in a paper without its page."""

import hashlib
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pikepdf
import weasyprint
from PIL import Image

from decisions import part2_files
from decisions.models import Attachment, AttachmentContent, Part2File, Part2Paper, Version
from pcd.people.models import User

TABLE = b"Year,Cost\r\n2027,5\r\n"


def pdf(words: str = "Prices of masts.", *, tagged: bool = True, author: str = "Robin Ashdown") -> bytes:
    """A PDF of these words, with or without tags; who made it stands in it."""
    lang = ' lang="en-GB"' if tagged else ""
    made: bytes = weasyprint.HTML(
        string=f'<html{lang}><head><title>Prices</title><meta name="author" content="{author}"></head>'
        f"<body><h1>Prices</h1><p>{words}</p></body></html>"
    ).write_pdf(pdf_variant="pdf/ua-1" if tagged else None, pdf_tags=tagged)
    return made


def changed_pdf(content: bytes, change: Callable[[pikepdf.Pdf], None], **options: Any) -> bytes:
    """A PDF after a change."""
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as document:
        change(document)
        document.save(made, **options)
    return made.getvalue()


def signed_pdf(words: str = "Signed by others.") -> bytes:
    """A PDF with a field for a signature that is filled in, and a comment; nobody checks the signature itself."""

    def sign(document: pikepdf.Pdf) -> None:
        value = pikepdf.Dictionary(
            FT=pikepdf.Name.Sig,
            T=pikepdf.String("Signature"),
            V=document.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Sig, Contents=b"signed")),
        )
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([document.make_indirect(value)]))
        document.docinfo["/Title"] = words
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], Contents="Note"
        )
        document.pages[0].obj["/Annots"] = pikepdf.Array([document.make_indirect(note)])

    return changed_pdf(pdf(words), sign, deterministic_id=True)


def picture(kind: str = "PNG", *, size: tuple[int, int] = (60, 40), said: str = "") -> bytes:
    """A picture; what its camera said of it stands beside its points."""
    made = io.BytesIO()
    image = Image.new("RGB", size, "navy")
    exif = image.getexif()
    exif[0x010E] = said
    image.save(made, kind, exif=exif)
    return made.getvalue()


def workbook(change: Callable[[openpyxl.Workbook], None] = lambda book: None, *sheets: str) -> bytes:
    """An Excel file with these sheets (one named Costs, without names), each with two rows."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in sheets or ("Costs",):
        sheet = book.create_sheet(name)
        sheet.append(["Year", "Cost"])
        sheet.append([2027, 5.5])
    change(book)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def attach(
    version: Version, person: User, content: bytes = TABLE, kind: str = "csv", **more: Any
) -> Attachment:
    """Attach a file to Part 1 of a draft, at the end."""
    values = {
        "title": "Price table",
        "accessible": kind == "csv",
        "digest": hashlib.sha256(content).digest(),
        **more,
    }
    attachment = Attachment.objects.create(
        version=version,
        position=Attachment.objects.filter(version=version).count() + 1,
        kind=kind,
        size=len(content),
        added_by=person,
        **values,
    )
    AttachmentContent.objects.create(attachment=attachment, content=content)
    return attachment


def seal(paper: Part2Paper, title: str, name: str = "prices.csv", content: bytes = TABLE) -> Part2File:
    """Attach a table to a Part 2 paper, at the end."""
    file = Part2File.objects.create(paper=paper, position=paper.files.count() + 1, about=b"", commitment=b"")
    part2_files.write(file, title=title, name=name, kind="csv", content=content)
    return file
