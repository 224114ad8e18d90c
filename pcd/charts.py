"""Charts as SVG, made on the server: no script, no style of their own; colours come from `static/src/_charts.scss`.

Widths are shares of the page and letters keep their size, so that a chart reads on a phone as well. A chart says
in words what it shows (its title and description); the numbers stand in a table beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

#: Heights in pixels: a line of letters, a bar, the space after it, and what columns stand on.
LINE, THICK, GAP, TALL = 22, 14, 16, 96
#: How wide a column is, as a share of its place.
COLUMN = 0.62

SVG = (
    '<svg class="pcd-chart" role="img" aria-labelledby="{key}-title {key}-desc" width="100%" height="{height}"'
    ' xmlns="http://www.w3.org/2000/svg"><title id="{key}-title">{title}</title>'
    '<desc id="{key}-desc">{description}</desc>{marks}</svg>'
)
BAR = (
    '<text class="pcd-chart__label" x="0" y="{label}">{text}</text>'
    '<text class="pcd-chart__value" x="100%" y="{label}" text-anchor="end">{said}</text>'
    '<rect class="pcd-chart__ground" x="0" y="{top}" width="100%" height="{thick}"/>'
    '<rect class="pcd-chart__longest" x="0" y="{top}" width="{longest}%" height="{thick}"/>'
    '<rect class="pcd-chart__bar" x="0" y="{top}" width="{share}%" height="{thick}"/>'
)
COLUMNS = (
    '<rect class="pcd-chart__bar" x="{x}%" y="{top}" width="{width}%" height="{height}"/>'
    '<text class="pcd-chart__value" x="{middle}%" y="{above}" text-anchor="middle">{said}</text>'
    '<text class="pcd-chart__label" x="{middle}%" y="{below}" text-anchor="middle">{text}</text>'
)


@dataclass(frozen=True)
class Mark:
    """One bar or column: what it is called, how long it is, and how that is said; `longest` stands pale behind it."""

    text: str
    value: float
    said: str
    longest: float = 0


def bars(key: str, title: str, description: str, marks: Sequence[Mark]) -> SafeString:
    """Return bars below each other, the label over each; `key` is unique on the page."""
    most = _most(marks)
    step = LINE + THICK + GAP
    rows = (
        {
            "text": mark.text,
            "said": mark.said,
            "label": number * step + LINE - 7,
            "top": number * step + LINE,
            "thick": THICK,
            "share": _share(mark.value, most),
            "longest": _share(mark.longest, most),
        }
        for number, mark in enumerate(marks)
    )
    return _svg(key, title, description, BAR, rows, height=len(marks) * step)


def columns(key: str, title: str, description: str, marks: Sequence[Mark], *, most: float = 0) -> SafeString:
    """Return columns beside each other; charts with the same `most` have the same scale."""
    most = most or _most(marks)
    place = 100 / max(len(marks), 1)
    rows = []
    for number, mark in enumerate(marks):
        height = round(TALL * mark.value / most) if most else 0
        rows.append(
            {
                "text": mark.text,
                "said": mark.said,
                "x": round(number * place + place * (1 - COLUMN) / 2, 2),
                "width": round(place * COLUMN, 2),
                "middle": round((number + 0.5) * place, 2),
                "top": LINE + TALL - height,
                "height": height,
                "above": LINE + TALL - height - 5,
                "below": LINE + TALL + LINE - 5,
            }
        )
    return _svg(key, title, description, COLUMNS, rows, height=LINE + TALL + LINE)


def _svg(key: str, title: str, description: str, mark: str, rows: object, *, height: int) -> SafeString:
    marks = format_html_join("", mark, rows)  # type: ignore[arg-type] # Django's stubs do not know of mappings
    return format_html(SVG, key=key, title=title, description=description, marks=marks, height=height)


def _most(marks: Sequence[Mark]) -> float:
    return max((max(mark.value, mark.longest) for mark in marks), default=0)


def _share(value: float, most: float) -> float:
    return round(100 * value / most, 2) if most else 0
