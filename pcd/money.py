"""Pounds as people write them: read to exact decimals, and shown so that nothing is lost."""

import re
from decimal import Decimal, localcontext

PENNY = Decimal("0.01")
LARGEST = Decimal(10) ** 12
LONGEST = 40
UNITS = {
    "": Decimal(1),
    "k": Decimal(10) ** 3,
    "thousand": Decimal(10) ** 3,
    "m": Decimal(10) ** 6,
    "mn": Decimal(10) ** 6,
    "million": Decimal(10) ** 6,
    "bn": Decimal(10) ** 9,
    "billion": Decimal(10) ** 9,
}
# The short form's letter, its size, and the step below which it would lose something or read badly.
SHORT = (
    ("bn", Decimal(10) ** 9, Decimal(10) ** 6),
    ("m", Decimal(10) ** 6, Decimal(10) ** 3),
    ("k", Decimal(10) ** 3, Decimal(10) ** 3),
)
AMOUNT = re.compile(
    r"(?P<sign>[-−]?)\s*£?\s*(?P<sign2>[-−]?)"
    r"(?P<whole>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)?(?P<part>\.[0-9]+)?\s*(?P<unit>[a-z]*)",
    re.IGNORECASE,
)
EXAMPLE = "like 1,980,000 or 1.98m or 225k"

# What is wrong with a text that is no amount: the first pattern that is found gives the sentence.
REASONS = (
    (r"^[-−]?\s*[€$]", "‘{text}’ is not in pounds. Enter an amount in pounds, {example}"),
    (r"^[-−]?\s*[a-z]\s*[0-9]", "‘{text}’ begins with a letter. Enter only the amount in pounds, {example}"),
    (r"[0-9][^0-9]*(-|–|—|\bto\b)[^0-9]*[0-9]", "‘{text}’ has two amounts. Enter one amount, {example}"),
    (r"[0-9]\s+[0-9]", "‘{text}’ has a space inside the number. Enter it without, {example}"),
    (
        r"\..*[.,]",
        "‘{text}’ has more after its decimal point than pence. Enter an amount in pounds, {example}",
    ),
    (r",", "‘{text}’ has a comma in the wrong place. Put a comma before every three digits, {example}"),
    (
        r"[0-9]\s*[a-z]*\s*\b(per|p\.?\s*a\b|a\s+year|/)",
        "‘{text}’ has words in it. Enter the amount only, {example}",
    ),
    (r"[0-9]\s*[a-z]", "‘{text}’ ends with a word that is not a size. Use k, m or bn, {example}"),
)


class NotMoney(ValueError):
    """A text that is not one exact amount in pounds; its words say what to do."""


def reason(text: str) -> str:
    """Why this text is no amount, in a sentence for the person who typed it."""
    for pattern, words in REASONS:
        if re.search(pattern, text, re.IGNORECASE):
            return words.format(text=text, example=EXAMPLE)
    return f"‘{text}’ is not an amount. Enter an amount in pounds, {EXAMPLE}"


def parse_money(text: str) -> Decimal:
    """The exact amount in pounds, to the penny, of "£1,980,000", "1.98m" or "£225k"; raises NotMoney."""
    text = " ".join(text.split())
    if len(text) > LONGEST:
        raise NotMoney(f"The amount is too long to be real. Enter an amount in pounds, {EXAMPLE}")
    found = AMOUNT.fullmatch(text)
    if not found or not (found["whole"] or found["part"]) or found["unit"].lower() not in UNITS:
        raise NotMoney(reason(text))
    if found["sign"] and found["sign2"]:
        raise NotMoney(f"‘{text}’ has two minus signs. Enter an amount in pounds, {EXAMPLE}")
    with localcontext(prec=LONGEST + 20):  # enough digits that nothing is rounded away unseen
        number = Decimal((found["whole"] or "0").replace(",", "") + (found["part"] or ""))
        pounds = number * UNITS[found["unit"].lower()]
        exact = pounds % PENNY == 0
    if pounds >= LARGEST:
        raise NotMoney(f"‘{text}’ is too large to be a real amount. Check the number of digits")
    if not exact:
        raise NotMoney(f"‘{text}’ is not a whole number of pence. Use at most two decimals of a pound")
    negative = bool(found["sign"] or found["sign2"]) and pounds != 0
    return (-pounds if negative else pounds).quantize(PENNY)


def show_money(amount: Decimal) -> str:
    """An amount in full: "£1,980,000", with pence only where there are any."""
    whole = amount == amount.to_integral_value()
    digits = f"{abs(amount):,.0f}" if whole else f"{abs(amount):,.2f}"
    return f"{'-' if amount < 0 else ''}£{digits}"


def short_money(amount: Decimal) -> str:
    """An amount as the form writes it, "£1.98m" or "£225k", and in full where that would lose something."""
    letter, size, step = next((row for row in SHORT if abs(amount) >= row[1]), ("", Decimal(1), PENNY))
    if not letter or amount % step != 0:
        return show_money(amount)
    return f"{'-' if amount < 0 else ''}£{(abs(amount) / size).normalize():f}{letter}"
