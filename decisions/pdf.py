"""The PDF of Part 1: PDF/UA-1, made from the page's own partial, the same bytes for the same decision."""

import functools
import hashlib
import io
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.template.loader import render_to_string
from fontTools.ttLib import woff2
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from decisions.models.publication import Publication, PublicationFile
from decisions.part1 import Part1, from_bytes
from decisions.wording import LONDON

#: An address that leads nowhere: whatever a text names, relative or not, only the assets below are there.
ASSETS_AT = "https://assets.invalid/"
FONTS = "fonts/"
#: The elements that hold a number and, beside it, a text.
NUMBERED = ("pcd-para", "pcd-rec")
TYPES = {".css": "text/css", ".woff2": "font/otf"}


class RefusedAsset(ValueError):
    """Something that the document asked for and that is no asset of ours."""


class Assets(URLFetcher):  # type: ignore[misc]  # weasyprint has no types
    """Hands out the style sheet and the fonts of the build, and nothing else from anywhere."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
        """Return a named asset of `static/build/`; raises RefusedAsset for every other address."""
        path = assets().get(url)
        if path is None:
            raise RefusedAsset("not an asset of this document")
        content = _unpacked(path) if path.suffix == ".woff2" else path.read_bytes()
        return URLFetcherResponse(url, content, {"Content-Type": TYPES[path.suffix]})


@functools.cache
def _unpacked(font: Path) -> bytes:
    """Return a web font unpacked; WeasyPrint would unpack each anew for every document, most of its time."""
    unpacked = io.BytesIO()
    woff2.decompress(io.BytesIO(font.read_bytes()), unpacked)
    return unpacked.getvalue()


def assets() -> dict[str, Path]:
    """Return the files that a document may use, by the address that it knows them by."""
    build = settings.BASE_DIR / "static" / "build"
    paths = [build / "pdf.css", *sorted((build / FONTS).glob("*.woff2"))]
    return {ASSETS_AT + str(path.relative_to(build)): path for path in paths}


def render(part1: Part1, *, published_at: datetime) -> bytes:
    """Return the PDF of a decision; the same arguments give the same bytes.

    Raises FileNotFoundError where the styles have not been built: a PDF is stored for ever, and not without them.
    """
    for path in assets().values():
        path.stat()
    html = render_to_string(
        "decisions/pdf.html", {"part1": part1, "published_at": published_at.astimezone(LONDON)}
    )
    document = HTML(string=html, base_url=ASSETS_AT, url_fetcher=Assets())
    for mend in MENDS:
        mend(document.etree_element)
    content: bytes = document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
    return content


def _plain_links(root: Element) -> None:
    """Bold or emphasis inside a link takes the link out of its tag: the link keeps its words."""
    for link in root.iter("a"):
        if len(link):
            link.text = "".join(link.itertext())
            del link[:]


def _flowing_items(root: Element) -> None:
    """The tags of a list item have no room for paragraphs: its paragraphs become text with lines between."""
    for item in root.iter("li"):
        if item.get("class"):
            continue
        if item.find(".//table") is not None:
            item.set("style", "list-style-type: none")  # a table may stand in an item that has no bullet
        if item.find("p") is None:
            continue
        children, item[:] = list(item), []
        item.text = (item.text or "").strip()
        for child in children:
            if child.tag != "p":
                child.tail = (child.tail or "").strip()
                item.append(child)
                continue
            if item.text or len(item):
                item.extend([Element("br"), Element("br")])
            _add_text(item, child.text or "")
            item.extend(list(child))
            _add_text(item, (child.tail or "").strip())


def _add_text(element: Element, text: str) -> None:
    """Put words after whatever an element holds already."""
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _tables_with_rows(root: Element) -> None:
    """A table must have a body: one of headings alone has them as its only row."""
    for table in root.iter("table"):
        body = table.find("tbody")
        if body is not None and not len(body):
            table.remove(body)
        head = table.find("thead")
        if head is not None and table.find("tbody") is None:
            head.tag = "tbody"


def _numbers_with_their_words(root: Element) -> None:
    """A number beside its paragraph is drawn apart from it; inside, it is read and copied with it."""
    parents = [element for element in root.iter() if element.get("class") in NUMBERED]
    for parent in parents:
        number, text = parent[0], parent[1]
        if not len(text) or text[0].tag != "p":
            text.insert(0, Element("p", {"class": "govuk-body"}))
        first = text[0]
        parent.remove(number)
        number.set("style", "float: none; display: inline-block")
        number.tail, first.text = first.text, None
        first.insert(0, number)


#: What makes a page's HTML into a document whose tags PDF/UA allows, whatever somebody wrote.
MENDS = (_numbers_with_their_words, _plain_links, _flowing_items, _tables_with_rows)


def unrendered() -> QuerySet[Publication]:
    """Return the publications whose PDF has not been made yet: new decisions before the archive, the oldest first."""
    made = PublicationFile.objects.filter(publication=OuterRef("pk"), kind="pdf")
    return Publication.objects.filter(~Exists(made)).order_by("-origin", "published_at")


def add_pdf(publication: Publication) -> None:
    """Make and store the PDF of a publication; made twice, by whomever, the first one stays."""
    part1 = from_bytes(bytes(publication.body.content))
    content = render(part1, published_at=publication.published_at)
    PublicationFile.objects.bulk_create(
        [
            PublicationFile(
                publication=publication,
                content=content,
                digest=hashlib.sha256(content).digest(),
                size=len(content),
            )
        ],
        ignore_conflicts=True,
    )
