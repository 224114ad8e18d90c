"""The leak check: what of Part 2 is found in Part 1 (form.md 7, threats.md 38).

It looks for Part 2's longer phrases, its names and its amounts. What it finds a person mends or answers; the
hits themselves are shown on the page to people who may read Part 2, and are stored nowhere.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

PHRASE = 6  # words in a row that two texts share by copying, not by chance
LEAST_AMOUNT = 100  # pounds; a smaller number stands anywhere
_WORD = re.compile(r"[a-z0-9£]+(?:[.'’-][a-z0-9]+)*", re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z][\w’'&-]+(?:\s+(?:of|and|the|for|&)?\s*[A-Z][\w’'&-]+)+")
_SINGLE = re.compile(r"(?<=[a-z,;] )[A-Z][a-z’'-]{3,}\b")
AMOUNT = re.compile(
    r"(?:£|\bGBP)\s?(\d[\d,]*(?:\.\d+)?)\s*(k|m|bn|thousand|million|billion)?\b"
    r"|\b(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{5,}(?:\.\d+)?|\d+(?:\.\d+)?(?=\s?(?:k|m|bn|thousand|million|billion)\b))"
    r"\s?(k|m|bn|thousand|million|billion)?\b",
    re.IGNORECASE,
)
_TIMES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000, "bn": 10**9, "billion": 10**9}


@dataclass(frozen=True)
class Hit:
    """Something of Part 2 that stands in Part 1 (a phrase, a name, an amount), or a file that was not read."""

    kind: str
    found: str

    def __repr__(self) -> str:
        return f"Hit({self.kind})"


def leaks(part1: str, part2: Iterable[str], *, known: str = "") -> list[Hit]:
    """Return what of the Part 2 texts is found in the Part 1 text, without repetition, phrases first.

    `known` is text that is public anyway (the form's own wording): what stands there is no leak.
    """
    open_words, known_words = _joined(part1), _joined(known)
    open_amounts, runs = set(_amounts(part1)), _runs(open_words.split())
    hits: dict[Hit, None] = {}
    for text in part2:
        for phrase in _shared(text, open_words, runs, known_words):
            hits[Hit("phrase", phrase)] = None
        for name in _NAME.findall(text):
            words = _joined(name)
            if words in open_words and words not in known_words:
                hits[Hit("name", " ".join(name.split()))] = None
        for name in _SINGLE.findall(text):
            # A word that is also written small is no name.
            shown = f" {name.lower()} " in open_words and f" {name.lower()} " not in known_words
            if shown and name in part1 and not re.search(rf"\b{re.escape(name.lower())}\b", text + part1):
                hits[Hit("name", name)] = None
        for amount, written in _amounts(text).items():
            if amount in open_amounts:
                hits[Hit("amount", written)] = None
    order = ("phrase", "name", "amount")
    return sorted(hits, key=lambda hit: order.index(hit.kind))


def _joined(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.lower()))} "


def _runs(words: list[str]) -> set[str]:
    """Return every run of PHRASE words, to be asked for at once: files are long."""
    return {" ".join(words[start : start + PHRASE]) for start in range(len(words) - PHRASE + 1)}


def _shared(text: str, open_words: str, runs: set[str], known_words: str) -> list[str]:
    """Return the longest runs of at least PHRASE words that both texts have."""
    words = _WORD.findall(text.lower())
    found, start = [], 0
    while start + PHRASE <= len(words):
        end = start + PHRASE
        if " ".join(words[start:end]) in runs and not _has(known_words, words[start:end]):
            while end < len(words) and _has(open_words, words[start : end + 1]):
                end += 1
            found.append(" ".join(words[start:end]))
            start = end
        else:
            start += 1
    return found


def _has(text: str, words: list[str]) -> bool:
    return f" {' '.join(words)} " in text


def _amounts(text: str) -> dict[Decimal, str]:
    return {
        amount: match[0].strip()
        for match in AMOUNT.finditer(text)
        if (amount := pounds(match)) >= LEAST_AMOUNT
    }


def pounds(match: re.Match[str]) -> Decimal:
    """Return the amount that a match of AMOUNT says, in pounds: "£1.5m" is 1,500,000."""
    number = Decimal((match[1] or match[3]).replace(",", ""))
    return number * _TIMES.get((match[2] or match[4] or "").lower(), 1)
