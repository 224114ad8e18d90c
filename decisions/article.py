"""The decision document as HTML, made once for many readers."""

from datetime import datetime
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from decisions.part1 import Part1

#: How many documents a process keeps; a decision that is in the news is read by many at once.
KEPT = 32


@lru_cache(maxsize=KEPT)
def article(
    part1: Part1, published_at: datetime | None, *, embedded: bool = False, attachments_at: str = ""
) -> SafeString:
    """Return `_part1.html` of this very value; it holds what may become public and depends on nothing else.

    `attachments_at` is the beginning of the files' addresses, where they can be fetched.
    """
    context = {
        "part1": part1,
        "published_at": published_at,
        "embedded": embedded,
        "attachments_at": attachments_at,
    }
    return render_to_string("decisions/_part1.html", context)
