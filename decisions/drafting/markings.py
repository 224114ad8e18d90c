"""Which markings close a paper, and which of them this system refuses to hold; never the mere word (form.md 2)."""

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError

#: A marking stands on a line of its own, in capitals: `SECRET`, `UK TOP SECRET`, `[SECRET]`.
_MARKED = re.compile(
    r"^[\s\[(*_#>-]*(?:UK[ -]+)?(?:TOP[ -]+)?SECRET(?:[ -]+UK EYES ONLY)?[\s\])*_:.-]*$", re.MULTILINE
)
#: What closes a paper, in a marking, but for what says the opposite: NON-CONFIDENTIAL, OFFICIAL - NOT SENSITIVE.
_CLOSING = re.compile(
    r"(?<!\bNOT\W)(?<!\bNON\W)(?<!\bUN)"
    r"\b(?:SENSITIVE|CONFIDENTIAL|RESTRICTED|SECRET|EXEMPT|NOT FOR (?:PUBLIC\w*|RELEASE|DISCLOSURE))\b",
    re.IGNORECASE,
)
#: A marking among other words of a table's cell: in capitals, and in a cell that is no text.
_IN_CELL = re.compile(
    r"(?<!\bNOT )\b(?:OFFICIAL\W{1,3}SENSITIVE|TOP SECRET|NOT FOR (?:PUBLICATION|RELEASE|DISCLOSURE))\b"
)
LONGEST_CELL = 120
#: The words beside it on a line that is nothing but a marking: `EXEMPT REPORT`, `Restricted - Page 1 of 3`.
_BESIDE = re.compile(
    r"(?:and|annex|appendix|commercial|commercially|confidence|document|for|form|gsc|ii|in|locsen|of|official|only|page|"
    r"paper|part|personal|police|private|release|report|staff|strictly|the|this|two|uk|disclosure|not|public\w*|"
    r"classification|marking|protective|security|government|status|\W|_|\d)+",
    re.IGNORECASE,
)
#: A marking that explains itself on its line: `NOT FOR PUBLICATION by virtue of ...`.
_EXPLAINED = re.compile(
    r"\W*(?:OFFICIAL\W{0,3}SENSITIVE\b|NOT FOR PUBLICATION\b|(?:RESTRICTED|CONFIDENTIAL|EXEMPT)\s*[-–—:[(])"
)
#: A file's own name may say it among other words.
_IN_NAME = re.compile(
    r"official[\W_]*sensitive|(?<!non)(?<!non[\W_])confidential(?!ity)|restricted|exempt|top[\W_]*secret|"
    r"not[\W_]*for[\W_]*(?:publication|release)|part[\W_]*(?:2|ii)(?![^\W_])",
    re.IGNORECASE,
)
REFUSED = (
    "This system holds nothing above OFFICIAL-SENSITIVE, and nothing has been saved. Name only the marking and "
    "the custodian of that paper here, and keep the paper itself on a system that may hold it"
)


def carries_marking(text: str) -> bool:
    """Say whether a line of the text is a marking that this system may not hold."""
    return bool(_MARKED.search(text))


def is_closed(marking: str) -> bool:
    """Say whether a paper's own marking closes it."""
    return bool(_CLOSING.search(" ".join(marking.split())))


def closing_lines(text: str) -> list[str]:
    """Return the lines that are a marking which closes the paper, tabs parting what stands side by side."""
    pieces = (piece.strip() for piece in re.split(r"[\n\t]", text))
    return [
        piece
        for piece in pieces
        if is_closed(piece) and (_BESIDE.fullmatch(_CLOSING.sub(" ", piece)) or _EXPLAINED.match(piece))
    ]


def closing_cells(cells: Iterable[str]) -> list[str]:
    """Return those of a row's cells, or of the lines in them, that hold such a marking beside other words."""
    return [cell for cell in cells if len(cell) <= LONGEST_CELL and _IN_CELL.search(" ".join(cell.split()))]


def names_closed(name: str) -> bool:
    """Say whether a file's name says that it is closed."""
    return bool(_IN_NAME.search(name))


def refuse_marked(value: object) -> None:
    """Raise ValidationError where a text carries a marking that this system may not hold."""
    if isinstance(value, str) and carries_marking(value):
        raise ValidationError(REFUSED, code="marking")
