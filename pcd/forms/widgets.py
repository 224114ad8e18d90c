"""Django's widgets with the Design System's extra arguments: width, prefix, hints of items, inline."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

Params = dict[str, Any]
Choices = Any


def width_class(width: int | str | None) -> str:
    """The class of a fixed width in characters (2, 3, 4, 5, 10, 20, 30) or a fluid one such as "two-thirds"."""
    if width is None:
        return ""
    return f"govuk-input--width-{width}" if isinstance(width, int) else f"govuk-!-width-{width}"


class TextInput(forms.TextInput):
    """One line of text; `width` in characters, `prefix` and `suffix` such as "£"."""

    def __init__(
        self,
        attrs: Params | None = None,
        *,
        width: int | str | None = None,
        prefix: str = "",
        suffix: str = "",
    ) -> None:
        super().__init__(attrs)
        self.params: Params = {"classes": width_class(width)}
        if prefix:
            self.params["prefix"] = {"text": prefix}
        if suffix:
            self.params["suffix"] = {"text": suffix}


class EmailInput(TextInput):
    """An email address, with the keyboard for it on a phone."""

    input_type = "email"


class Textarea(forms.Textarea):
    """A plain textarea of `rows` lines, with a count when `words` or `characters` says how many are allowed."""

    def __init__(
        self,
        attrs: Params | None = None,
        *,
        rows: int = 5,
        words: int | None = None,
        characters: int | None = None,
    ) -> None:
        super().__init__({"rows": rows, "spellcheck": "true", **(attrs or {})})
        self.counts: Params = {"maxwords": words, "maxlength": characters}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The text with the line ends that the rest of the program uses; browsers send CR LF."""
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


class Items:
    """What radios and checkboxes share: `hints` by value, and `reveals`, value to the name of a field."""

    params: Params
    hints: Mapping[str, str]
    reveals: Mapping[str, str]

    def say(self, classes: str, hints: Mapping[str, str] | None, reveals: Mapping[str, str] | None) -> None:
        """Keep the arguments for the macros."""
        self.params = {"classes": classes} if classes else {}
        self.hints = hints or {}
        self.reveals = reveals or {}


class RadioSelect(Items, forms.RadioSelect):
    """Radios; `inline` for two short answers, `small` beside tables."""

    def __init__(
        self,
        attrs: Params | None = None,
        choices: Choices = (),
        *,
        inline: bool = False,
        small: bool = False,
        hints: Mapping[str, str] | None = None,
        reveals: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(attrs, choices)
        classes = " ".join(["govuk-radios--inline"] * inline + ["govuk-radios--small"] * small)
        self.say(classes, hints, reveals)


class CheckboxSelectMultiple(Items, forms.CheckboxSelectMultiple):
    """Checkboxes, any number of them ticked."""

    def __init__(
        self,
        attrs: Params | None = None,
        choices: Choices = (),
        *,
        small: bool = False,
        hints: Mapping[str, str] | None = None,
        reveals: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(attrs, choices)
        self.say("govuk-checkboxes--small" if small else "", hints, reveals)


class DateInput(forms.MultiWidget):
    """Day, month and year in three boxes; what was typed comes back as it was typed."""

    use_fieldset = True
    parts = ("day", "month", "year")

    def __init__(self, attrs: Params | None = None, *, birthday: bool = False) -> None:
        super().__init__({part: forms.TextInput() for part in self.parts}, attrs)
        self.birthday = birthday

    def decompress(self, value: date | None) -> list[Any]:
        """The three texts of a date."""
        return [str(value.day), str(value.month), str(value.year)] if value else ["", "", ""]
