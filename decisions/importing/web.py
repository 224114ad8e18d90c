"""Saved web pages: the main part of the page, with its headings, lists and tables."""

import re
from collections.abc import Iterator

from lxml import etree, html

from decisions.importing.blocks import Block, Source, block, row
from decisions.importing.plain import decoded

_SILENT = {"script", "style", "noscript", "template", "svg", "iframe", "object", "head"}
_AROUND = {"nav", "header", "footer", "aside", "form"}
_LEAVES = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "dt",
    "dd",
    "td",
    "th",
    "pre",
    "figcaption",
    "caption",
    "summary",
}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def read(content: bytes) -> Source:
    """Read the bytes of a saved web page; what surrounds its main part belongs to no field."""
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decoded(content))
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    page = html.document_fromstring(text, parser=parser)
    set_aside: list[str] = []
    main = next((one for tag in ("main", "article") for one in page.iter(tag)), None)
    blocks: list[Block] = []
    if main is not None:
        around = _blocks(page, set_aside, 0, skip=main)
        blocks.extend(Block(raw=one.raw, text=one.text, margin=True) for one in around)
        blocks.extend(_blocks(main, set_aside, 0))
    else:
        blocks.extend(_blocks(page, set_aside, 0))
    title = page.findtext(".//title") or ""
    address = page.xpath("string(//link[@rel='canonical']/@href)")
    if address:
        blocks.insert(0, block(str(address)))
    return Source("html", tuple(blocks), " ".join(title.split()), tuple(set_aside))


def _text(element: etree._Element, *, without_lists: bool = False) -> str:
    """Return the text of an element, without what is no text, and for a list's item without the lists below it."""
    parts: list[str] = [element.text or ""]
    for child in element:
        if (
            not isinstance(child.tag, str)
            or child.tag in _SILENT
            or (without_lists and child.tag in ("ul", "ol"))
        ):
            parts.append(child.tail or "")
            continue
        gap = "\n" if child.tag == "br" else ""
        parts.extend((gap, _text(child, without_lists=without_lists), child.tail or ""))
    return "".join(parts)


def _blocks(
    element: etree._Element, set_aside: list[str], depth: int, skip: etree._Element | None = None
) -> Iterator[Block]:
    for child in element:
        if child is skip or not isinstance(child.tag, str) or child.tag in _SILENT:
            continue
        if child.get("hidden") is not None or _HIDDEN.search(child.get("style") or ""):
            words = " ".join(_text(child).split())
            set_aside.extend([f"Hidden on the page: {words}"] if words else [])
        elif child.tag in ("ol", "ul"):
            yield from _list(child, set_aside, depth)
        elif child.tag == "tr":
            cells = [_text(cell) for cell in child if cell.tag in ("td", "th")]
            yield row(cells) if len(cells) > 1 else block(" ".join(cells))
        elif child.tag == "dl":
            yield from _pairs(child)
        elif child.tag in _LEAVES or not any(isinstance(one.tag, str) and _holds(one) for one in child):
            for n, line in enumerate(line for line in _text(child).split("\n") if line.strip()):
                yield block(line, heading=child.tag in ("h2", "h3", "h4") and n == 0)
        else:
            if (child.text or "").strip():
                yield block(child.text or "")
            yield from _blocks(child, set_aside, depth, skip)
        if (child.tail or "").strip():
            yield block(child.tail or "")


def _holds(element: etree._Element) -> bool:
    """Say whether an element is, or has below it, one that begins a paragraph of its own."""
    blocks = _LEAVES | {"div", "section", "article", "ul", "ol", "dl", "table", "tr", "tbody", "main"}
    return any(isinstance(one.tag, str) and one.tag in blocks for one in element.iter())


def _list(element: etree._Element, set_aside: list[str], depth: int) -> Iterator[Block]:
    start = element.get("start") or ""
    count = int(start) if start.isdigit() else 1
    for item in element:
        if item.tag != "li":
            continue
        text = " ".join(_text(item, without_lists=True).split())
        if element.tag == "ol":
            labels = {"a": chr(ord("a") + (count - 1) % 26), "A": chr(ord("A") + (count - 1) % 26)}
            label = f"{labels.get(element.get('type') or '', str(count))}."
        else:
            label = "•"
        count += 1
        own = block(text)
        if own.label or not text:
            yield block(text, depth=depth)
        else:
            yield block(f"{label} {text}", depth=depth)
        for below in item:
            if below.tag in ("ol", "ul"):
                yield from _list(below, set_aside, depth + 1)


def _pairs(element: etree._Element) -> Iterator[Block]:
    name = ""
    for child in element.iter("dt", "dd"):
        words = " ".join(_text(child).split())
        if child.tag == "dt":
            if name:
                yield block(name)
            name = words
        else:
            yield block(f"{name.rstrip(':')}: {words}" if name else words)
            name = ""
    if name:
        yield block(name)
