"""Labelled paragraphs to a tree: 1, a, (i), as deep as the paper goes."""

import re

from decisions.importing.blocks import Block
from decisions.importing.reading import Item

_STYLES = (
    ("figures", re.compile(r"^\d+$")),
    ("composed", re.compile(r"^\d+[a-z]$")),
    ("roman", re.compile(r"^[ivx]+$")),
    ("letters", re.compile(r"^[a-z]$")),
    ("capitals", re.compile(r"^[A-Z]$")),
    ("decimal", re.compile(r"^[\d.]+$")),
)


def style(one: Block, before: str) -> str:
    """Return how a label counts; (i) after (h) is a letter, and (v) after (u)."""
    number = one.number
    if not number:
        return f"bullet {one.label}"
    if len(number) == len(before) == 1 and before.isalpha() and ord(number) == ord(before) + 1:
        return "letters" if number.islower() else "capitals"
    return next((name for name, words in _STYLES if words.match(number)), "figures")


def stack_has_figures(stack: list[tuple[str, Item]]) -> int:
    """Return 1 where the list's top is counted 1, 2, 3, so that 1.1 stands below it."""
    return int(bool(stack) and stack[0][0] == "figures")


def is_heading(one: Block, after: list[Block]) -> bool:
    """Say whether an unlabelled line stands above the items that follow, and is no sentence of the one before."""
    short = len(one.text.split()) <= 8 and not one.ended and not one.cells and one.text[:1].isupper()
    return short and bool(after) and bool(after[0].label)


def tree(blocks: list[Block]) -> list[Item]:
    """Return the items as a tree; a paragraph without a label continues the one before it."""
    top: list[Item] = []
    heading = ""
    stack: list[tuple[str, Item]] = []
    before = ""
    base = min((one.number.count(".") for one in blocks if "." in one.number), default=0)
    for n, one in enumerate(blocks):
        if not one.label:
            if is_heading(one, blocks[n + 1 :]):
                heading = one.text
            else:
                stack[-1][1].text += f"\n\n{one.text}"
            continue
        if one.depth is not None:
            how, level = f"depth {one.depth}", sum(1 for name, _ in stack if name < f"depth {one.depth}")
        else:
            how = style(one, before)
            styles = [name for name, _ in stack]
            level = styles.index(how) if how in styles else len(stack)
            if how == "decimal":
                # 2.1 stands at the top of a list that begins with it, and below 2 where that is in the list
                level = min(one.number.count(".") - base + (stack_has_figures(stack)), len(stack))
        item, heading = Item(one.number, one.text, heading=heading), ""
        del stack[level:]
        (stack[-1][1].children if stack else top).append(item)
        stack.append((how, item))
        before = one.number
    return top
