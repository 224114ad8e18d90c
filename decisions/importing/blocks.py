"""What every kind of file is turned into before it is read: paragraphs in order, with their labels."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

#: What may stand before a paragraph: a bullet, and then 1. / 1.1 / 1a) / (a) / b. / (iv) and the like.
_BULLET = r"(?P<bullet>[-•*–·▪‣◦]\s+)?"
_LABEL = (
    r"(?P<label>\d{1,2}(?:\.\d{1,3})+[.)]?|\d{1,2}[a-z]?[.)]|\((?:\d{1,2}|"
    r"[a-zA-Z]|[ivxIVX]{1,5})\)|[a-zA-Z]\)|[a-z]\.|[ivx]{1,5}[.)])"
)
_LABELLED = re.compile(rf"^\s*{_BULLET}(?:{_LABEL}(?:\s+|(?=[^\W\d])))?(?P<text>.*)$", re.DOTALL)
_MARKS = re.compile(r"\*\*|__|</?(?:i|b|u|em|strong|span)>", re.IGNORECASE)
_KEY = re.compile(r"^[A-Z][\w /()’'&-]{2,50}:(?:\s|$)")
_ENDED = re.compile(r"[.!?:;)\]”\"…|]$")


@dataclass(frozen=True)
class Block:
    """One paragraph, heading, list item or table row of a file.

    `raw` is the paragraph as the file has it; `label` what stood before its text ("1.", "(a)", "-"), `text` the rest
    without marks of style. `depth` is how deep a list item stands, where the file says so; `cells` are a table's.
    `apart` says that a gap stood before it, `margin` that it stood at the page's edge and belongs to no field.
    """

    raw: str
    text: str
    label: str = ""
    depth: int | None = None
    heading: bool = False
    cells: tuple[str, ...] = ()
    apart: bool = False
    margin: bool = False

    @property
    def number(self) -> str:
        """Return the label without its stop and brackets: "1.1" of "1.1.", "" of a bullet."""
        return self.label.strip("().") if any(sign.isalnum() for sign in self.label) else ""

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


def block(raw: str, *, depth: int | None = None, heading: bool = False, apart: bool = False) -> Block:
    """Make a block of a paragraph as a file has it, telling its label from its text."""
    whole = " ".join(_MARKS.sub("", raw).split())
    found = _LABELLED.match(whole)
    label = (found["label"] or (found["bullet"] or "").strip()) if found else ""
    text = found["text"].strip() if found and found["text"].strip() else whole
    if text == whole:
        label = ""
    return Block(raw=raw.strip(), text=text, label=label, depth=depth, heading=heading, apart=apart)


def row(cells: Iterable[str], raw: str = "") -> Block:
    """Make a block of a table's row; `raw` is its line where it was typed as one."""
    kept = tuple(" ".join(_MARKS.sub("", cell).split()) for cell in cells)
    text = " | ".join(kept)
    return Block(raw=raw or text, text=text, cells=kept)


def joined(one: Block, other: Block) -> Block:
    """Return one paragraph of two: a line or a page had broken it."""
    gap = "" if one.text.endswith("-") and not one.text.endswith(" -") else " "
    return replace(one, raw=f"{one.raw}{gap}{other.raw}", text=f"{one.text}{gap}{other.text}")


def unwrapped(blocks: Iterable[Block], width: int) -> Iterator[Block]:
    """Join the lines of paragraphs that were broken to a width (in characters)."""
    last: Block | None = None
    previous = 0
    for one in blocks:
        goes_on = (
            last is not None
            and not one.label
            and not one.apart
            and not last.heading
            and not _KEY.match(one.text)
            and (previous > 0.6 * width or (one.text[:1].islower() and previous > 0.4 * width))
            and not (last.ended and previous < 0.8 * width)
        )
        previous = len(one.raw)
        if goes_on and last is not None:
            last = joined(last, one)
            continue
        if last is not None:
            yield last
        last = one
    if last is not None:
        yield last
