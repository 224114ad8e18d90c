"""Financial years as people write them: 2027/28 on the page, 2027 in the row."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from decisions.wording import financial_year
from pcd.forms import TextInput

_YEAR = re.compile(r"(?:fy\s*)?(?P<first>\d{4})(?:\s*[/\-–]\s*(?P<second>\d{2}|\d{4}))?", re.IGNORECASE)
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
        if not text:
            return None
        found = _YEAR.fullmatch(text)
        first = int(found["first"]) if found else 0
        if not EARLIEST <= first <= LATEST:
            raise ValidationError(f"{self.label} must be a financial year, like 2027/28")
        second = found["second"] if found else None
        if second and second not in (f"{(first + 1) % 100:02d}", str(first + 1)):
            raise ValidationError(f"{self.label} must be one financial year, like {financial_year(first)}")
        return first
