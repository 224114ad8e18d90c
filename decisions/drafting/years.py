"""Financial years as people write them: 2027/28 on the page, 2027 in the row; and amounts by year, one on a line."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from decisions.wording import financial_year
from pcd.forms import Textarea, TextInput
from pcd.money import NotMoney, parse_money, show_money

_YEAR = re.compile(r"(?:fy\s*)?(?P<first>\d{4})(?:\s*[/\-–]\s*(?P<second>\d{2}|\d{4}))?", re.IGNORECASE)
_YEAR_AND_AMOUNT = re.compile(
    r"(?P<year>(?:fy\s*)?\d{4}(?:\s*[/\-–]\s*\d{2,4})?)(?:\s*[:=,;]\s*|\s+)(?P<amount>\S.*)", re.IGNORECASE
)
EARLIEST, LATEST = 2000, 2099


class YearField(forms.Field):
    """A financial year, typed 2027/28, 2027-28, FY 2027/28 or 2027; cleaned to the year in which it begins."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", TextInput(width=10))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The year as the form writes it; a text as it was typed."""
        return financial_year(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        """The year in which the financial year begins."""
        text = str(value or "").strip()
        return _year(text, str(self.label)) if text else None


def _year(text: str, what: str) -> int:
    """Return the year in which a financial year begins; raises ValidationError for anything else."""
    found = _YEAR.fullmatch(text)
    first = int(found["first"]) if found else 0
    if not EARLIEST <= first <= LATEST:
        raise ValidationError(f"{what} must be a financial year, like 2027/28")
    second = found["second"] if found else None
    if second and second not in (f"{(first + 1) % 100:02d}", str(first + 1)):
        raise ValidationError(f"{what} must be one financial year, like {financial_year(first)}")
    return first


class ProfileField(forms.Field):
    """Amounts by financial year, typed or pasted one year on a line: 2027/28 £225,000.

    Cleaned to rows as the paper keeps them, in the order of the years: `[{"year": 2027, "amount": "225000.00"}]`.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", Textarea(rows=4))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """One year on a line; a text as it was typed."""
        if not isinstance(value, list):
            return value
        return "\n".join(
            f"{financial_year(row['year'])} {show_money(Decimal(row['amount']))}" for row in value
        )

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        """The amounts, each year once; the first line that cannot be read is named."""
        if isinstance(value, list):
            return value
        rows: dict[int, str] = {}
        for number, line in enumerate(str(value or "").splitlines(), start=1):
            if not line.strip():
                continue
            found = _YEAR_AND_AMOUNT.fullmatch(line.strip())
            if not found:
                raise ValidationError(
                    f"Line {number} must be a financial year and an amount, like 2027/28 £225,000"
                )
            year = _year(found["year"], f"Line {number}")
            if year in rows:
                raise ValidationError(f"Line {number} has {financial_year(year)} again. Write each year once")
            try:
                rows[year] = str(parse_money(found["amount"]))
            except NotMoney as error:
                raise ValidationError(f"Line {number}: {error}") from None
        return [{"year": year, "amount": rows[year]} for year in sorted(rows)]
