"""What every kind of file is turned into before it is read: paragraphs in order, with their labels."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from pcd.characters import REPLACEMENT, STEERING

#: What may stand before a paragraph: a bullet, and then 1. / 1.1 / 1a) / (a) / b. / (iv) and the like.
_GLYPHS = r"-•*–·▪■●○‣◦➢►▶▸◆❖∙⁃»\uf0a7\uf0b7"
_BULLET = rf"(?P<bullet>(?:[{_GLYPHS}]|o)\s+)?"
_LABEL = (
    r"(?P<label>\d{1,2}(?:\.\d{1,3})+[.)]?|\d{1,2}[a-z]?[.)]|\((?:\d{1,2}|"
    r"[a-zA-Z]|[ivxIVX]{1,5})\)|[a-zA-Z]\)|[a-z]\.|[A-H]\.|[ivx]{1,5}[.)])"
)
_LABELLED = re.compile(rf"^\s*{_BULLET}(?:{_LABEL}(?:\s+|(?=[^\W\d])))?(?P<text>.*)$", re.DOTALL)
#: A line that is nothing but a label: what it labels stands on the next one.
LABEL_ALONE = re.compile(rf"^\s*(?:[{_GLYPHS}]|{_LABEL})\s*$")
#: A number and a gap wider than a space, before what it numbers.
_GAP = re.compile(r"^(\s*\d{1,2})(?:\t|\s{2,})\s*(?=\S)")
#: Two paragraphs run together: "1.1. One. 1.2. Two."
_RUN_ON = re.compile(r"(?<=[.;:])\s+(?=\d{1,2}(?:\.\d{1,2})?\.?\s+[A-Z])")
#: What the foot of a page says of the page.
PAGE_MARK = re.compile(r"^\W*(?:page\s+\d+(?:\s*(?:of|/)\s*\d+)?|\d+\s*of\s*\d+)\W*$", re.IGNORECASE)
_SPACE = "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85"
#: Letters that a printer joined, hyphens where a word may break, spaces of no width, and odd spaces.
_SHAPES = {
    **dict(zip(map(ord, "ﬀﬁﬂﬃﬄﬅﬆ"), ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)),
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), None),
    **dict.fromkeys(map(ord, "\u00a0\u2007\u202f"), " "),
    # what can be neither read nor printed stays visible, and is asked about before the paper is submitted
    **{
        code: REPLACEMENT
        for code in (*range(32), *range(127, 160), *map(ord, STEERING))
        if chr(code) not in _SPACE
    },
}
#: A name in italics before what it names: "*Legal Advice:* ..."; elsewhere a star may be a star.
_NAME_MARKED = re.compile(r"^\*(?=\S)([^*\n]{1,80}:)\*(?=\s|$)")
_MARKS = re.compile(r"\*\*|__|</?(?:i|b|u|em|strong|span)>", re.IGNORECASE)
_KEY = re.compile(r"^[A-Z][\w /()’'&-]{2,50}:(?:\s|$)")
_ENDED = re.compile(r"[.!?:;)\]”\"…|]$")
#: Words after which no paragraph ends.
_OPEN = re.compile(r"\b(?:and|or|of|the|to|for|with|in|by|a|an|on|from|that|which|is|are|be|as|at)$")


@dataclass(frozen=True)
class Block:
    """One paragraph, heading, list item or table row of a file.

    `raw` is the paragraph as the file has it; `label` what stood before its text ("1.", "(a)", "-"), `text` the rest
    without marks of style. `depth` is how deep a list item stands, where the file says so; `cells` are a table's.
    `apart` says that a gap stood before it, `margin` that it stood at the page's edge and belongs to no field.
    `lines` are what stood on lines of their own within the cells of a row.
    """

    raw: str
    text: str
    label: str = ""
    depth: int | None = None
    heading: bool = False
    cells: tuple[str, ...] = ()
    apart: bool = False
    margin: bool = False
    lines: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """Return the label without its stop and brackets: "1.1" of "1.1.", "" of a bullet."""
        return self.label.strip("().") if any(map(str.isalnum, self.label)) and self.label != "o" else ""

    @property
    def printed(self) -> str:
        """Return the block as a paragraph of text, with its label: a row as a table's, a bullet as a list's."""
        if self.cells:
            return "| " + " | ".join(self.cells) + " |"
        if self.label and not self.number:
            return f"- {self.text}"
        return f"{self.label} {self.text}".strip()

    @property
    def ended(self) -> bool:
        """Say whether the text ends as a sentence, a list's lead or a heading in brackets ends."""
        return bool(_ENDED.search(self.text))


@dataclass(frozen=True)
class Source:
    """A file as read: its blocks, what the file says of itself, and what was set aside."""

    kind: str
    blocks: tuple[Block, ...]
    title: str = ""
    set_aside: tuple[str, ...] = field(default=())


def plainly(text: str) -> str:
    """Return a text in ordinary letters, hyphens and spaces."""
    return text.translate(_SHAPES)


def unmarked(text: str) -> str:
    """Return a text without the marks of bold, underline and of a name in italics."""
    return _MARKS.sub("", _NAME_MARKED.sub(r"\1", text))


def block(raw: str, *, depth: int | None = None, heading: bool = False, apart: bool = False) -> Block:
    """Make a block of a paragraph as a file has it, telling its label from its text."""
    raw = plainly(raw)
    whole = " ".join(_GAP.sub(r"\1. ", unmarked(raw)).split())
    found = _LABELLED.match(whole)
    label = (found["label"] or (found["bullet"] or "").strip()) if found else ""
    text = found["text"].strip() if found and found["text"].strip() else whole
    if text == whole:
        label = ""
    return Block(raw=raw.strip(), text=text, label=label, depth=depth, heading=heading, apart=apart)


def row(cells: Iterable[str], raw: str = "") -> Block:
    """Make a block of a table's row; `raw` is its line where it was typed as one."""
    kept = tuple(" ".join(unmarked(plainly(cell)).split()) for cell in cells)
    text = " | ".join(kept)
    return Block(raw=plainly(raw) or text, text=text, cells=kept)


def joined(one: Block, other: Block) -> Block:
    """Return one paragraph of two: a line or a page had broken it."""
    return replace(one, raw=continued(one.raw, other.raw), text=continued(one.text, other.text))


def continued(text: str, rest: str) -> str:
    """Return a text with what goes on behind it; a hyphen at its end holds two parts of one word."""
    gap = "" if text.endswith("-") and not text.endswith(" -") else " "
    return f"{text}{gap}{rest}"


def broken_off(before: str, one: Block) -> bool:
    """Say whether a page or a line broke this paragraph off the one before."""
    if one.label or one.cells or one.heading or not before:
        return False
    return (one.text[:1].islower() and not _ENDED.search(before)) or bool(_OPEN.search(before))


def parted(one: Block) -> list[Block]:
    """Return the paragraphs that were run together in one: "1.1. One. 1.2. Two."."""
    if one.cells or not one.number[:1].isdigit():
        return [one]
    *before, last = one.number.split(".")
    found = [one]
    for gap in _RUN_ON.finditer(one.text):
        follows = ".".join((*before, str(int(re.sub(r"\D", "", last)) + len(found))))
        rest = one.text[gap.end() :]
        if re.match(rf"{re.escape(follows)}\.?\s", rest):
            current = found[-1]
            cut = len(current.text) - len(rest)
            found[-1] = replace(current, raw=current.text[:cut].strip(), text=current.text[:cut].strip())
            found.append(block(rest, depth=one.depth))
    return found


def unwrapped(blocks: Iterable[Block], width: int | None) -> Iterator[Block]:
    """Join labels to what they label and the lines of paragraphs that were broken to a width (in characters).

    What the foot of a page says of the page goes to the margin, so that it breaks no paragraph.
    """
    last: Block | None = None
    previous = 0
    for one in blocks:
        if PAGE_MARK.match(one.raw):
            yield replace(one, margin=True)
            continue
        if last is not None and _goes_on(last, one, previous, width):
            last = joined(last, one)
        elif (
            last is not None and LABEL_ALONE.match(last.raw) and not (one.cells or LABEL_ALONE.match(one.raw))
        ):
            last = block(f"{last.raw} {one.raw}", apart=last.apart)
        else:
            if last is not None:
                yield last
            last = one
        previous = len(one.raw)
    if last is not None:
        yield last


def _goes_on(last: Block, one: Block, previous: int, width: int | None) -> bool:
    """Say whether a line goes on with the paragraph before it, whose last line had so many characters."""
    return (
        width is not None
        and not (one.label or one.apart or one.cells or last.cells or last.heading)
        and not _KEY.match(one.text)
        and not LABEL_ALONE.match(one.raw)
        and (previous > 0.6 * width or (one.text[:1].islower() and previous > 0.4 * width))
        and not (last.ended and previous < 0.8 * width)
    )
