"""PDFs: what a reader who cannot see finds in them, and what they hold besides what they show."""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf

from decisions.opening import Opened, Refused, within
from decisions.wording import counted

#: What stands on a page by itself and is no comment.
PART_OF_THE_PAGE = ("/Link", "/Widget", "/PrinterMark", "/TrapNet")
#: What tells of those who made the file, beside what it shows.
ABOUT = ("/Metadata", "/PieceInfo", "/Thumb", "/LastModified")
#: Where a PDF leads to other files; `opening` refuses one that does, and nothing of these is left in any case.
FILES = ("/AF", "/Collection", "/EmbeddedFiles")
#: What people write into a PDF beside its pages: titles, bookmarks, comments and descriptions.
SAID = (
    "/Title",
    "/Subject",
    "/Keywords",
    "/Author",
    "/Contents",
    "/RC",
    "/Subj",
    "/T",
    "/TU",
    "/Alt",
    "/ActualText",
)
#: What a link says besides where it leads: only a description of that is kept, for those who hear it.
BESIDE_A_LINK = ("/NM", "/T", "/Subj", "/RC", "/PA", "/AA")
WEB, INSIDE = ("http://", "https://", "mailto:"), "Another place in this file"
_ELSEWHERE = ("/GoToR", "/GoToE", "/Thread", "/Rendition", "/Movie", "/Sound")
CUT = "holds more on a page than it shows, outside its edges. Print it to a new PDF."
DAMAGED = "is damaged: it cannot be opened. Print it to a new PDF."


def clean(document: pikepdf.Pdf) -> bytes:
    """Return a PDF with its tags, language and title, and without earlier versions or words on who made it.

    What is open is changed with it. Raises Refused for a PDF with a form, a signature, comments or hidden layers.
    """
    try:
        _check_plain(document)
        _describe_links(document)
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


def check_signed(file: Opened) -> None:
    """Refuse what nobody has signed, what is no PDF from its first byte, and a form that is a program."""
    if not file.content.startswith(b"%PDF-"):
        raise Refused("has something before its beginning. Ask for the file again.")
    if _at(file.document, "/AcroForm", "/XFA") is not None:
        raise Refused("holds a form that is a program (XFA). Ask for it as a plain PDF.")
    if not _is_signed(file.document):
        raise Refused(
            "is not signed. Only a PDF that others have signed goes out as it is; remove that tick."
        )


def is_accessible(document: pikepdf.Pdf) -> bool:
    """Say whether a PDF has tags and says its language, so that it can be read aloud."""
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
    if _hides_layers(document):
        raise Refused("holds hidden layers. Show or delete them, and save it again.")
    if (address := next(_leads_away(document), None)) is not None:
        raise Refused(
            f"has a link that leads neither to a web page nor to an email address ({address}). Remove it and save "
            "it again."
        )
    if any(_is_cut(page) for page in document.pages):
        raise Refused(CUT)
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
    """Say whether a field for a signature is filled in; its kind may stand at a field above it."""
    fields: list[tuple[Any, Any]] = [
        (field, None) for field in _listed(_at(document, "/AcroForm", "/Fields"))
    ]
    seen: set[tuple[int, int]] = set()
    while fields:
        field, kind = fields.pop()
        if not isinstance(field, pikepdf.Dictionary) or field.objgen in seen:
            continue
        if field.is_indirect:
            seen.add(field.objgen)
        kind = field.get("/FT", kind)
        if kind == "/Sig" and isinstance(field.get("/V"), pikepdf.Dictionary):
            return True
        fields += [(child, kind) for child in _listed(field.get("/Kids"))]
    return False


def _marks(document: pikepdf.Pdf) -> list[str]:
    """Return what the comments and marks on top of the pages say, each with its author, or nothing."""
    return [
        ": ".join(str(one[key]) for key in ("/T", "/Contents") if key in one)
        for page in document.pages
        for one in _listed(page.obj.get("/Annots"))
        if isinstance(one, pikepdf.Dictionary) and str(one.get("/Subtype", "")) not in PART_OF_THE_PAGE
    ]


def _parts(document: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Yield every dictionary of a PDF."""
    return (part for one in document.objects for part in within(one))


def _hides_layers(document: pikepdf.Pdf) -> bool:
    """Say whether a layer is hidden at first, can be in another view of the file, or is by a rule."""
    views = [_at(document, "/OCProperties", "/D"), *_listed(_at(document, "/OCProperties", "/Configs"))]
    hidden = any(
        _listed(view.get("/OFF")) or _listed(view.get("/AS")) or view.get("/BaseState", "/ON") != "/ON"
        for view in views
        if isinstance(view, pikepdf.Dictionary)
    )
    return hidden or any(
        part.get("/Type") == "/OCMD" and ("/VE" in part or part.get("/P") in ("/AllOff", "/AnyOff"))
        for part in _parts(document)
    )


def _leads_away(document: pikepdf.Pdf) -> Iterator[str]:
    """Yield where links and bookmarks lead that lead neither into the file nor to the web."""
    for part in _parts(document):
        address = str(part.get("/URI", ""))
        if part.get("/S") in _ELSEWHERE:
            yield "another file"
        elif part.get("/S") == "/URI" and not address.lower().startswith(WEB):
            yield address[:80]


def _describe_links(document: pikepdf.Pdf) -> None:
    """Say of each link where it leads, in place of whatever its author wrote; who cannot see needs to hear it."""
    for part in _parts(document):
        if part.get("/Subtype") == "/Link":
            _remove(part, BESIDE_A_LINK)
            if "/Contents" in part:
                leads = part.get("/A")
                web = leads.get("/URI") if isinstance(leads, pikepdf.Dictionary) else None
                part.Contents = pikepdf.String(str(web or INSIDE))


def said(document: pikepdf.Pdf) -> list[str]:
    """Return what people wrote into a PDF beside its pages."""
    return [
        _title(document),
        *(
            str(part[key])
            for part in _parts(document)
            if part.get("/Type") != "/Sig"
            for key in SAID
            if isinstance(part.get(key), pikepdf.String)
        ),
    ]


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
            said.append(counted(len(marks), "comment or mark on its pages", "comments or marks on its pages"))
            said += [f"Comment: {mark}" for mark in marks if mark]
        # Each save of a PDF ends like this; one that is written for the web ends so twice at its first save.
        saves = content.count(b"%%EOF") - 1 - (b"/Linearized" in content[:1024])
        if saves > 0:
            said.append(
                counted(
                    saves, "earlier save that can be brought back", "earlier saves that can be brought back"
                )
            )
        for key, name in (("/Title", "Title"), ("/Author", "Author"), ("/Creator", "Made with")):
            if value := str(document.docinfo.get(key, "")).strip():
                said.append(f"{name}: {value}")
    return said
