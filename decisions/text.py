"""Long text: a small, safe subset of Markdown, and its paragraphs (design.md 4, Paragraph)."""

import difflib
import html
import re
from collections.abc import Sequence

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

_MARKDOWN = MarkdownIt("zero", {"html": False}).enable(
    ["emphasis", "link", "list", "table", "escape", "newline"]  # no entities: what is typed is what is read
)
_TAGS = {"p", "strong", "em", "a", "ul", "ol", "li", "br", "table", "thead", "tbody", "tr", "th", "td"}
_CLASSES = {
    "table": {"class": "govuk-table pcd-table"},
    "thead": {"class": "govuk-table__head"},
    "tbody": {"class": "govuk-table__body"},
    "tr": {"class": "govuk-table__row"},
    "th": {"class": "govuk-table__header", "scope": "col"},
    "td": {"class": "govuk-table__cell"},
    "ul": {"class": "govuk-list govuk-list--bullet"},
    "ol": {"class": "govuk-list govuk-list--number"},
    "p": {"class": "govuk-body"},
    "a": {"class": "govuk-link"},
}
# A wide table scrolls in its own box, by the keyboard too, and leaves the page as wide as the screen.
_BOX = '<div class="pcd-scroll" tabindex="0" role="group" aria-label="Table">'
_ATTRIBUTES = {tag: {*attributes} for tag, attributes in _CLASSES.items()}
_ATTRIBUTES["a"] |= {"href"}
_ATTRIBUTES["ol"] |= {"start"}


def _dressed(state: StateCore) -> None:
    """Give every tag its classes, in an order that is the same each time (nh3 would add them in any order)."""
    for token in state.tokens:
        for child in (token, *(token.children or ())):
            if child.nesting == 1:
                child.attrs = {
                    **_CLASSES.get(child.tag, {}),
                    **{k: v for k, v in child.attrs.items() if k != "style"},
                }


_MARKDOWN.core.ruler.push("dressed", _dressed)


#: What any mark begins with, or a list: text without it is one paragraph that reads as it was typed.
_MARK = re.compile(r"[*_\[\]\\|<&\n\r]|^\s*(?:[-+]|\d+[.)])(?:\s|$)")


def has_marks(text: str) -> bool:
    """Say whether the text may read otherwise than it was typed; most of a paper's texts do not, and quickly say so."""
    return _MARK.search(text) is not None


def markup(text: str) -> SafeString:
    """Return the text as safe HTML: paragraphs, bold, emphasis, lists, links to the web, tables."""
    cleaned = nh3.clean(
        _MARKDOWN.render(text),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    boxed = cleaned.replace("<table", f"{_BOX}<table").replace("</table>", "</table></div>")
    return mark_safe(boxed)  # noqa: S308 - nh3 allows only the tags and addresses named here


def plain(text: str) -> str:
    """Return the text as a reader sees it, without its marks; what marks divide is one word again."""
    return html.unescape(nh3.clean(markup(text), tags=set()))


_MARKS = re.compile(r"([\\*_\[\]])")


def literal(text: str) -> str:
    """Return plain words so that they read the same in our subset of Markdown; lists and tables stay what they are."""
    return text if plain(text).split() == text.split() else _MARKS.sub(r"\\\1", text)


def words(text: str) -> int:
    """Return how many words a reader counts in the text."""
    return len(text.split())


def paragraphs(text: str) -> list[str]:
    """Split a section's text into its numbered paragraphs; a list or table belongs to the paragraph before it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    lines = text.split("\n")
    starts = [
        token.map[0]
        for token in _MARKDOWN.parse(text)
        if token.level == 0 and token.map and token.type in ("paragraph_open",)
    ]
    if lines and text.strip() and (not starts or starts[0] != 0):
        starts.insert(0, 0)
    ends = [*starts[1:], len(lines)]
    blocks = (
        "\n".join(lines[start:end]).strip("\n").rstrip() for start, end in zip(starts, ends, strict=False)
    )
    return [block for block in blocks if block.strip()]


#: How much is compared for likeness: pairs of paragraphs, and the beginning of each.
PAIRS, BEGINNING = 1_000, 2_000


def matched(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """Say for each new paragraph which old one it continues (its index), or None where it is new.

    Unchanged paragraphs keep their own; between them, a changed one continues the most similar one left over.
    Where almost everything changed at once there is no telling, and only the unchanged keep their own.
    """
    result: list[int | None] = [None] * len(new)
    left: list[int] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            result[j1:j2] = range(i1, i2)
        else:
            left.extend(range(i1, i2))
    changed = [j for j, origin in enumerate(result) if origin is None]
    if len(left) * len(changed) > PAIRS:
        return result
    for j in changed:
        likeness = {i: _likeness(old[i], new[j]) for i in left}
        best = max(likeness, key=lambda i: likeness[i], default=None)
        if best is not None and likeness[best] >= 0.5:
            result[j] = best
            left.remove(best)
    return result


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one[:BEGINNING], other[:BEGINNING]).ratio()
