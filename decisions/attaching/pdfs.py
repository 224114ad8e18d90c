"""PDFs: what a reader who cannot see finds in them, and what they hold besides what they show."""

import io
from typing import Any

import pikepdf

from decisions.opening import Refused
from decisions.wording import counted

#: What stands on a page by itself and is no comment.
PART_OF_THE_PAGE = ("/Link", "/Widget", "/PrinterMark", "/TrapNet")
#: What tells of those who made the file, beside what it shows.
ABOUT = ("/Metadata", "/PieceInfo", "/Thumb", "/LastModified")
#: Where a PDF leads to other files; `opening` refuses one that does, and nothing of these is left in any case.
FILES = ("/AF", "/Collection", "/EmbeddedFiles")
DAMAGED = "is damaged: it cannot be opened. Print it to a new PDF."


def clean(content: bytes) -> bytes:
    """Return a PDF with its tags, language and title, and without earlier versions or words on who made it.

    Raises Refused for a PDF with a form, a signature, comments or hidden layers.
    """
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            _check_plain(document)
            title = _title(document)
            claims_ua = _claims_ua(document)
            for one in document.objects:
                if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
                    _remove(one, ABOUT)
            for one in (document.Root, _at(document, "/Names")):
                if isinstance(one, pikepdf.Dictionary):
                    _remove(one, FILES)
            if "/Info" in document.trailer:
                del document.trailer["/Info"]
            if title:
                document.docinfo["/Title"] = title
            with document.open_metadata(set_pikepdf_as_editor=False) as about:
                if title:
                    about["dc:title"] = title
                if claims_ua:
                    about["pdfuaid:part"] = "1"
            made = io.BytesIO()
            # Written anew, it holds only what its pages lead to: no earlier save, nothing struck out but still there.
            document.save(made, deterministic_id=True)
    except (pikepdf.PdfError, ValueError, TypeError, RecursionError):
        raise Refused(DAMAGED) from None
    return made.getvalue()


def check_signed(content: bytes) -> None:
    """Refuse what cannot go out as it is: what is no PDF from its first byte, and a form that is a program."""
    if not content.startswith(b"%PDF-"):
        raise Refused("has something before its beginning. Ask for the file again.")
    with pikepdf.open(io.BytesIO(content)) as document:
        if _at(document, "/AcroForm", "/XFA") is not None:
            raise Refused("holds a form that is a program (XFA). Ask for it as a plain PDF.")


def is_accessible(content: bytes) -> bool:
    """Say whether a PDF has tags and says its language, so that it can be read aloud."""
    with pikepdf.open(io.BytesIO(content)) as document:
        tagged = bool(_at(document, "/MarkInfo", "/Marked")) and _at(document, "/StructTreeRoot") is not None
        return tagged and bool(str(_at(document, "/Lang") or "").strip())


def _check_plain(document: pikepdf.Pdf) -> None:
    if not len(document.pages):
        raise Refused("has no page.")
    if _is_signed(document):
        raise Refused(
            "is signed, and any change would break the signature. Tick that it goes out as it is, or print it to a "
            "new PDF."
        )
    if _listed(_at(document, "/AcroForm", "/Fields")):
        raise Refused("holds a form. Print it to a new PDF.")
    if _listed(_at(document, "/OCProperties", "/D", "/OFF")):
        raise Refused("holds hidden layers. Show or delete them, and save it again.")
    if any(_is_cut(page) for page in document.pages):
        raise Refused("holds more on a page than it shows, outside its edges. Print it to a new PDF.")
    if _marks(document):
        raise Refused("holds comments or marks on top of its pages. Print it to a new PDF without them.")


def _at(document: pikepdf.Pdf, *path: str) -> Any:
    """Return what stands under these names below a PDF's root, or None; a broken one may have anything there."""
    here: Any = document.Root
    for name in path:
        here = here.get(name) if isinstance(here, pikepdf.Dictionary) else None
    return here


def _remove(one: pikepdf.Object, keys: tuple[str, ...]) -> None:
    for key in keys:
        if key in one:
            del one[key]


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, pikepdf.Array) else []


def _is_signed(document: pikepdf.Pdf) -> bool:
    return any(
        isinstance(field, pikepdf.Dictionary) and field.get("/FT") == "/Sig" and "/V" in field
        for field in _listed(_at(document, "/AcroForm", "/Fields"))
    )


def _marks(document: pikepdf.Pdf) -> int:
    """Return how many comments and marks stand on top of the pages."""
    return sum(
        isinstance(one, pikepdf.Dictionary) and str(one.get("/Subtype", "")) not in PART_OF_THE_PAGE
        for page in document.pages
        for one in _listed(page.obj.get("/Annots"))
    )


def _is_cut(page: pikepdf.Page) -> bool:
    """Say whether a page shows less than there is of it; less than a point is a matter of rounding."""
    whole, shown = pikepdf.Rectangle(page.mediabox), pikepdf.Rectangle(page.cropbox)
    return (
        max(shown.llx - whole.llx, shown.lly - whole.lly, whole.urx - shown.urx, whole.ury - shown.ury) >= 1
    )


def _title(document: pikepdf.Pdf) -> str:
    with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as about:
        return str(about.get("dc:title") or document.docinfo.get("/Title", "")).strip()


def _claims_ua(document: pikepdf.Pdf) -> bool:
    with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as about:
        return str(about.get("pdfuaid:part", "")) == "1"


def holds(content: bytes) -> list[str]:
    """Return in words what goes out with a PDF that is not changed, for whoever checks it."""
    with pikepdf.open(io.BytesIO(content)) as document:
        said = [counted(len(document.pages), "page")]
        if _is_signed(document):
            said.append("A digital signature")
        if marks := _marks(document):
            said.append(counted(marks, "comment or mark on its pages", "comments or marks on its pages"))
        for key, name in (("/Title", "Title"), ("/Author", "Author"), ("/Creator", "Made with")):
            if value := str(document.docinfo.get(key, "")).strip():
                said.append(f"{name}: {value}")
    return said
