"""Word documents: paragraphs with the numbers that Word would print, tables, tick marks; changes are set aside."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsmap, qn
from lxml.etree import _Element as Element

from decisions.importing.blocks import Block, Source, block, row

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_TICKS = {"F0FC", "F0FE", "F052", "2713", "2714", "2611"}
_LIST_STYLE = re.compile(r"^List (?:Number|Bullet) (\d)$")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
_SET_ASIDE = {
    qn("w:ins"): "Tracked insertion",
    qn("w:del"): "Tracked deletion",
    qn("w:moveFrom"): "Tracked move from here",
    qn("w:moveTo"): "Tracked move to here",
}


def read(content: bytes) -> Source:
    """Read the bytes of a Word document.

    Tracked changes, comments and hidden text are set aside and reported: neither an insertion nor a deletion is
    taken over, since what somebody struck out must not come back and what nobody accepted is not yet the text.
    """
    document = docx.Document(io.BytesIO(content))
    reader = _Reader(document)
    blocks = list(reader.blocks(document.element.body))
    blocks.extend(_margins(document))
    reader.set_aside.extend(_comments(document))
    return Source("word", tuple(blocks), document.core_properties.title or "", tuple(reader.set_aside))


class _Reader:
    """One pass over a document, counting its lists."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.set_aside: list[str] = []
        self.counters: dict[tuple[str, int], int] = {}
        self.levels = _levels(document)
        self.styles = _styles(document)

    def blocks(self, parent: Element) -> Iterator[Block]:
        """Yield the blocks below an element, in order."""
        for child in parent:
            if child.tag in _SET_ASIDE:
                self.aside(_SET_ASIDE[child.tag], child)
            elif child.tag == qn("w:p"):
                yield from self.paragraph(child)
            elif child.tag == qn("w:tbl"):
                yield from self.table(child)
            elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:smartTag")):
                yield from self.blocks(child)

    def table(self, table: Element) -> Iterator[Block]:
        """Yield a table's rows; a table of one column only lays out what is in it."""
        for line in table.iter(qn("w:tr")):
            if next(line.iterancestors(qn("w:tbl"))) is not table:
                continue
            cells = [cell for cell in line if cell.tag == qn("w:tc")]
            if len(cells) == 1:
                yield from self.blocks(cells[0])
                continue
            inside = [[one.raw for one in self.blocks(cell)] for cell in cells]
            texts, lines = list(map(" ".join, inside)), tuple(chain.from_iterable(inside))
            if len([text for text in texts if text]) > 1:
                yield replace(row(texts), lines=lines)
            else:
                yield from (replace(block(text), lines=lines) for text in texts if text)

    def paragraph(self, paragraph: Element) -> Iterator[Block]:
        """Yield a paragraph, with the number that Word would print before it, and the text boxes in it."""
        mark = paragraph.find(f"{qn('w:pPr')}/{qn('w:rPr')}")
        if mark is not None and mark.find(qn("w:del")) is not None:
            self.set_aside.append("Tracked deletion of a paragraph's end")
        text = "".join(self.text(paragraph)).strip()
        label, depth = self.label(paragraph)
        if text:
            for n, line in enumerate(part for part in text.split("\n") if part.strip()):
                printed = f"{label} {line}" if label and n == 0 else line
                yield block(
                    printed, depth=depth if label and n == 0 else None, heading=self.is_heading(paragraph)
                )
        for box in paragraph.iter(qn("w:txbxContent")):
            yield from self.blocks(box)

    def text(self, element: Element) -> Iterator[str]:
        """Yield the text below an element that is neither tracked nor hidden."""
        for child in element:
            if child.tag in _SET_ASIDE:
                self.aside(_SET_ASIDE[child.tag], child)
            elif child.tag == qn("w:r"):
                hidden = child.find(f"{qn('w:rPr')}/{qn('w:vanish')}")
                if hidden is not None and hidden.get(qn("w:val")) not in ("0", "false"):
                    self.aside("Hidden text", child)
                else:
                    yield from self.run(child)
            elif child.tag == qn("w:sdt"):
                checked = child.find(f".//{_W14}checked")
                if checked is not None:
                    yield "✓" if checked.get(f"{_W14}val") in ("1", "true") else ""
                else:
                    yield from self.text(child)
            elif child.tag in (
                qn("w:hyperlink"),
                qn("w:smartTag"),
                qn("w:sdtContent"),
                qn("w:fldSimple"),
                qn("w:customXml"),
            ):
                yield from self.text(child)

    @staticmethod
    def run(run: Element) -> Iterator[str]:
        """Yield the text of a run; a symbol or a box that ticks is a tick."""
        for child in run:
            if child.tag == qn("w:t"):
                yield child.text or ""
            elif child.tag == qn("w:tab"):
                yield "\t"
            elif child.tag in (qn("w:br"), qn("w:cr")):
                yield "\n"
            elif child.tag == qn("w:noBreakHyphen"):
                yield "-"
            elif child.tag == qn("w:sym"):
                yield "✓" if (child.get(qn("w:char")) or "").upper() in _TICKS else ""
            elif child.tag == qn("w:fldChar"):
                checked = child.find(f".//{qn('w:checkBox')}/{qn('w:checked')}")
                if checked is not None and checked.get(qn("w:val")) not in ("0", "false"):
                    yield "✓"

    def aside(self, what: str, element: Element) -> None:
        """Set tracked or hidden text aside, with who did it."""
        words = "".join(one.text or "" for one in element.iter(qn("w:t"), qn("w:delText"))).strip()
        if words:
            author = element.get(qn("w:author")) or ""
            self.set_aside.append(f"{what}{f' by {author}' if author else ''}: {words}")

    def is_heading(self, paragraph: Element) -> bool:
        """Say whether the paragraph has a heading's style."""
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        name = self.styles.get(style.get(qn("w:val")) or "", ("", None))[0] if style is not None else ""
        return name.lower().startswith("heading")

    def label(self, paragraph: Element) -> tuple[str, int | None]:
        """Return the number or bullet that Word prints before the paragraph, and how deep it stands."""
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        name, of_style = (
            self.styles.get(style.get(qn("w:val")) or "", ("", None)) if style is not None else ("", None)
        )
        own = paragraph.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        numbering = own if own is not None else of_style
        if numbering is None:
            return "", None
        key, depth = _value(numbering, "w:numId", "0"), int(_value(numbering, "w:ilvl", "0"))
        if key == "0" or (key, depth) not in self.levels:
            return "", None
        # the styles "List Number 2" and so on are lists of their own, each a step deeper
        deeper = _LIST_STYLE.match(name)
        printed_depth = int(deeper[1]) - 1 if deeper else depth
        if self.levels[key, depth].form == "bullet":
            return "•", printed_depth
        return self.counted(key, depth), printed_depth

    def counted(self, key: str, depth: int) -> str:
        """Count one on in a list, and return the number as its pattern prints it: "1.", "1.1", "(a)"."""
        level = self.levels[key, depth]
        self.counters[level.abstract, depth] = self.counters.get((level.abstract, depth), level.start - 1) + 1
        for below in [one for one in self.counters if one[0] == level.abstract and one[1] > depth]:
            del self.counters[below]
        label = level.pattern
        for upper in range(depth + 1):
            above = self.levels.get((key, upper), level)
            count = self.counters.get((level.abstract, upper), above.start)
            form = above.form if upper == depth else "decimal"
            label = label.replace(f"%{upper + 1}", _number(count, form))
        return label.strip()


@dataclass(frozen=True)
class _Level:
    """How a level of a list is counted and printed."""

    abstract: str
    form: str
    pattern: str
    start: int


def _value(element: Element, name: str, default: str) -> str:
    child = element.find(qn(name))
    return (child.get(qn("w:val")) or default) if child is not None else default


def _number(count: int, form: str) -> str:
    if form in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (count - 1) % 26)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 0 < count <= len(_ROMAN):
        roman = _ROMAN[count - 1]
        return roman.upper() if form == "upperRoman" else roman
    return str(count)


def _levels(document: Document) -> dict[tuple[str, int], _Level]:
    """Return how each level of each list is counted."""
    found: dict[tuple[str, int], _Level] = {}
    try:
        numbering = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return found
    abstracts = {one.get(qn("w:abstractNumId")): one for one in numbering.findall(qn("w:abstractNum"))}
    for number in numbering.findall(qn("w:num")):
        abstract = _value(number, "w:abstractNumId", "")
        for level in abstracts[abstract].findall(qn("w:lvl")) if abstract in abstracts else ():
            found[number.get(qn("w:numId")) or "", int(level.get(qn("w:ilvl")) or 0)] = _Level(
                abstract,
                _value(level, "w:numFmt", "decimal"),
                _value(level, "w:lvlText", ""),
                int(_value(level, "w:start", "1")),
            )
    return found


def _styles(document: Document) -> dict[str, tuple[str, Element | None]]:
    """Return for each style its name, and the list that it brings along."""
    found: dict[str, tuple[str, Element | None]] = {}
    for style in document.styles.element.findall(qn("w:style")):
        name = style.find(qn("w:name"))
        numbering = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        found[style.get(qn("w:styleId")) or ""] = (
            (name.get(qn("w:val")) or "") if name is not None else "",
            numbering,
        )
    return found


def _margins(document: Document) -> Iterator[Block]:
    """Yield what stands in headers, footers and notes: it belongs to no field, but no word is lost."""
    seen: set[str] = set()
    for part in document.part.package.iter_parts():
        name = str(part.partname)
        if any(word in name for word in ("/header", "/footer", "/footnotes", "/endnotes")):
            element = parse_xml(part.blob)
            for paragraph in element.iter(qn("w:p")):
                text = "".join(one.text or "" for one in paragraph.iter(qn("w:t"))).strip()
                if text and text not in seen:
                    seen.add(text)
                    yield Block(raw=text, text=text, margin=True)


def _comments(document: Document) -> Iterator[str]:
    for part in document.part.package.iter_parts():
        if str(part.partname).endswith("/comments.xml"):
            for comment in parse_xml(part.blob).findall(f"{{{nsmap['w']}}}comment"):
                words = "".join(one.text or "" for one in comment.iter(qn("w:t"))).strip()
                yield f"Comment by {comment.get(qn('w:author')) or 'somebody'}: {words}"
