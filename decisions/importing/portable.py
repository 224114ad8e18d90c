"""PDFs with text: lines put together to paragraphs again, what repeats on every page told from the text."""

import io
import re
from collections import Counter

import pdfplumber

from decisions.importing.blocks import Block, Source, block, unwrapped

PAGES = 400
#: A gap between lines that is larger, in heights of a line, begins a paragraph.
GAP = 0.75


def read(content: bytes) -> Source:
    """Read the bytes of a PDF; one without text gives no blocks."""
    with pdfplumber.open(io.BytesIO(content)) as document:
        title = str((document.metadata or {}).get("Title") or "")
        pages = [_lines(page) for page in document.pages[:PAGES]]
        more = len(document.pages) > PAGES
    repeated = _repeated(pages)
    width = max((len(text) for page in pages for text, _ in page), default=0)
    lines = [
        block(text, apart=apart)
        for page in pages
        for text, apart in page
        if _bare(text) not in repeated and text
    ]
    blocks = list(unwrapped(lines, width))
    blocks.extend(Block(raw=text, text=text, margin=True) for text in repeated.values())
    aside = (f"Pages after page {PAGES} were not read.",) if more else ()
    return Source("pdf", tuple(blocks), title, aside)


def _lines(page: pdfplumber.page.Page) -> list[tuple[str, bool]]:
    """Return the lines of a page, each with whether a gap stands before it."""
    found: list[tuple[str, bool]] = []
    bottom, height = None, 0.0
    for line in page.extract_text_lines(strip=True, return_chars=False):
        gap = bottom is not None and line["top"] - bottom > GAP * max(height, line["bottom"] - line["top"])
        found.append((line["text"], gap))
        bottom, height = line["bottom"], line["bottom"] - line["top"]
    return found


def _bare(text: str) -> str:
    return re.sub(r"\d+", "#", text).strip()


def _repeated(pages: list[list[tuple[str, bool]]]) -> dict[str, str]:
    """Return what stands at the head or foot of most pages, numbers apart, once each."""
    if len(pages) < 3:
        return {}
    edges: Counter[str] = Counter()
    first: dict[str, str] = {}
    for page in pages:
        texts = [text for text, _ in page]
        for text in {*texts[:2], *texts[-2:]}:
            edges[_bare(text)] += 1
            first.setdefault(_bare(text), text)
    return {key: first[key] for key, count in edges.items() if count > len(pages) / 2}
