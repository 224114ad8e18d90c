"""Words of Part 1 that belonged in Part 2: finding them in what is kept, and what stands in their place.

What is found is blotted, never reworded: the database allows nothing else (`0014_moved_words.sql`).
"""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.views.decorators.debug import sensitive_variables

from decisions.checks.leak import AMOUNT, LEAST_AMOUNT, pounds

#: What stands where the words stood; the database knows it too.
MOVED = "[moved to Part 2]"
#: A passage has so many letters and digits at least, or is an amount: less would blot half the paper.
LEAST = 4
#: What no person typed as words: keys, choices, days, digests, and what the form itself says.
NO_WORDS = frozenset(
    (
        *("id", "key", "kind", "kinds", "label", "recommendation", "schema", "series", "digest"),
        *("papers", "files", "cites", "treatment", "certainty", "vat", "recurrence", "action", "direction"),
        *("route_to_market", "marking", "descriptor", "grounds", "ceases", "exists", "answer", "dpia", "at"),
        *("effective_on", "until", "decided_on", "ceases_on", "review_on", "wording", "declarations"),
        *("drafting_officer", "commitment", "part2_exists", "deferred", "seen", "new"),
    )
)
#: What is a number of pounds wherever it stands; read again, a moved one is an amount that is withheld.
POUNDS = ("amount", "amount_to", "value", "approved_before")
# What may stand between two letters that a reader sees side by side: marks of emphasis and of links.
_MARK = r"(?:\]\([^()\s]{0,500}\)|[*_\\\[\]])*"
# And between two words: space, the marks of lists, cells and quotations, and what joins words in an address.
_GAP = r"(?:\]\([^()\s]{0,500}\)|[\s*_\\\[\]|>/+-]|%20|(?<=\n)\d{1,3}[.)])+"
_ALIKE = {one: f"[{alike}]" for alike in ("'’‘", '"“”', "–—-") for one in alike}


class TooShort(ValueError):
    """A passage would be found all over the paper."""


class Passages:
    """Passages that somebody named, one a line; they never print themselves into a log or an error."""

    @sensitive_variables()
    def __init__(self, typed: str) -> None:
        lines = [line.strip() for line in typed.splitlines() if line.strip()]
        if not lines or not all(map(_long_enough, lines)):
            raise TooShort
        amounts = [found for line in lines if (found := AMOUNT.fullmatch(line))]
        self._amounts = {pounds(found) for found in amounts}
        self._words = re.compile("|".join(map(_pattern, sorted(lines, key=len, reverse=True))), re.IGNORECASE)

    def __repr__(self) -> str:
        return "Passages(sealed)"

    @sensitive_variables()
    def blot(self, value: Any, name: str = "") -> tuple[Any, int]:
        """Return a value with what was named blotted wherever it stands inside, and in how many places that was.

        `name` is what the value is called where it stands: some say nothing that a person typed.
        """
        if name in NO_WORDS or (name == "body" and isinstance(value, dict)):
            return value, 0
        if isinstance(value, str):
            return self._blot_amount(value) if name in POUNDS else self._blot_text(value)
        items = (
            value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        )
        found = {key: self.blot(item, key if isinstance(key, str) else name) for key, item in items}
        count = sum(one for _, one in found.values())
        if not count:
            return value, 0
        blotted = {key: item for key, (item, _) in found.items()}
        return blotted if isinstance(value, dict) else list(blotted.values()), count

    def _blot_amount(self, text: str) -> tuple[str, int]:
        try:
            return (MOVED, 1) if Decimal(text.replace(",", "")) in self._amounts else self._blot_text(text)
        except InvalidOperation:
            return self._blot_text(text)

    def _blot_text(self, text: str) -> tuple[str, int]:
        text, count = self._words.subn(MOVED, text)
        if not self._amounts:
            return text, count
        same = 0

        def amount(found: re.Match[str]) -> str:
            nonlocal same
            moved = pounds(found) in self._amounts
            same += moved
            return MOVED if moved else found[0]

        return AMOUNT.sub(amount, text), count + same


def opened(content: Any) -> Any:
    """Return what the history keeps as a paper is read: an amount that was moved is no number any more."""
    if isinstance(content, list):
        return [opened(item) for item in content]
    if not isinstance(content, dict):
        return content
    read: dict[str, Any] = {
        name: None if name in POUNDS and item == MOVED else opened(item) for name, item in content.items()
    }
    if "profile" in read:
        read["profile"] = [one for one in read["profile"] if one["amount"] is not None]
    return read


def _long_enough(line: str) -> bool:
    amount = AMOUNT.fullmatch(line)
    if amount:
        return pounds(amount) >= LEAST_AMOUNT
    return sum(map(str.isalnum, line)) >= LEAST


def _pattern(line: str) -> str:
    """Return the pattern of a passage as it may have been typed: with marks, on several lines, in other quotes."""
    shown = re.sub(r"\]\([^()\s]{0,500}\)|[*_\\\[\]|]", "", line)
    words = [_MARK.join(_ALIKE.get(one, re.escape(one)) for one in word) for word in shown.split()]
    return rf"(?<!\w){_GAP.join(words)}(?!\w)"
