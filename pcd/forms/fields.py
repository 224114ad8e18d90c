"""Fields that Django lacks: a date in three boxes, an amount of money, yes or no, a long text with a limit."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from pcd.forms.dates import parse_date
from pcd.forms.widgets import DateInput, RadioSelect, Textarea, TextInput
from pcd.money import NotMoney, parse_money, show_money

#: How far ahead a day may lie where a field says nothing else: more is a slip, and the calendar ends with 9999.
FAR = timedelta(days=36_525)


class DateField(forms.Field):
    """A date; `earliest` and `latest` are the first and last day allowed."""

    widget = DateInput

    def __init__(self, *, earliest: date | None = None, latest: date | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.earliest, self.latest = earliest, latest

    def to_python(self, value: Any) -> date | None:
        """The date of three texts, or the date itself."""
        if value is None or isinstance(value, date):
            return value
        texts = (
            [str(text or "") for text in value] if isinstance(value, list | tuple) else [str(value), "", ""]
        )
        return parse_date(texts, str(self.label or "The date"))

    def validate(self, value: Any) -> None:
        """Refuse a date outside the days allowed."""
        super().validate(value)
        if value and self.earliest and value < self.earliest:
            raise self.outside("after", self.earliest)
        latest = self.latest or timezone.localdate() + FAR
        if value and value > latest:
            raise self.outside("before", latest)

    def outside(self, side: str, bound: date) -> ValidationError:
        """The error of a date on the wrong side of a day."""
        words = f"{self.label or 'The date'} must be the same as or {side} {bound.day} {bound:%B %Y}"
        return ValidationError(words, code="day month year")


class MoneyField(forms.Field):
    """An exact amount in pounds, typed as the form writes it: 1,980,000 or 1.98m or £225k."""

    def __init__(
        self, *, least: Decimal | None = Decimal(0), most: Decimal | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("widget", TextInput({"autocomplete": "off"}, width=10, prefix="£"))
        super().__init__(**kwargs)
        self.least, self.most = least, most

    def prepare_value(self, value: Any) -> Any:
        """The amount in full beside the £ that the box shows; a text as it was typed."""
        return show_money(value).replace("£", "") if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Decimal | None:
        """The exact amount."""
        if isinstance(value, Decimal):
            return value
        if value is None or not str(value).strip():
            return None
        try:
            return parse_money(str(value))
        except NotMoney as error:
            raise ValidationError(str(error), code="invalid") from None

    def validate(self, value: Any) -> None:
        """Refuse an amount outside the limits."""
        super().validate(value)
        if value is None:
            return
        if self.least is not None and value < self.least:
            raise ValidationError(f"{self.label or 'The amount'} must be {show_money(self.least)} or more")
        if self.most is not None and value > self.most:
            raise ValidationError(f"{self.label or 'The amount'} must be {show_money(self.most)} or less")


class YesNoField(forms.TypedChoiceField):
    """Yes or no as two radios with neither selected; cleaned to True, False or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", RadioSelect(inline=True))
        kwargs.setdefault("choices", [("yes", "Yes"), ("no", "No")])
        super().__init__(coerce=lambda answer: answer == "yes", empty_value=None, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """The choice that stands for True or False."""
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class LongTextField(forms.CharField):
    """A text of several lines, at most `words` words where a limit is given."""

    def __init__(self, *, rows: int = 5, words: int | None = None, **kwargs: Any) -> None:
        limit = kwargs.get("max_length")
        kwargs.setdefault("widget", Textarea(rows=rows, words=words, characters=limit))
        super().__init__(**kwargs)
        self.words = words

    def validate(self, value: Any) -> None:
        """Refuse a text with too many words."""
        super().validate(value)
        count = len(str(value or "").split())
        if self.words and count > self.words:
            label = self.label or "The text"
            raise ValidationError(
                f"{label} must be {self.words} words or fewer. It has {count}", code="words"
            )
