"""What an error says: sentences made from a field's label, by kind of field and of error."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from pcd.characters import REPLACEMENT, STEERING
from pcd.forms.widgets import DateInput

# The first kind of widget that fits gives the verb of "Enter the title".
VERBS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.FileInput, "Choose"),
    (forms.CheckboxInput, "Tick to confirm:"),
    (forms.RadioSelect, "Select"),
    (forms.CheckboxSelectMultiple, "Select"),
    (forms.Select, "Select"),
    (DateInput, "Enter"),
    (forms.Widget, "Enter"),
)
DETERMINERS = {"a", "an", "any", "at", "each", "every", "his", "how", "i", "my", "our", "the", "their", "this", "what",
               "when", "where", "which", "who", "why", "your"}  # fmt: skip
PHRASES = {
    "max_length": "{label} must be %(limit_value)d characters or fewer. It has %(show_value)d",
    "min_length": "{label} must be %(limit_value)d characters or more. It has %(show_value)d",
    "max_value": "{label} must be %(limit_value)s or less",
    "min_value": "{label} must be %(limit_value)s or more",
    "invalid_choice": "Select one of the answers shown for ‘{label}’",
    "invalid_list": "Select one of the answers shown for ‘{label}’",
}
INVALID: tuple[tuple[type[forms.Field], str], ...] = (
    (forms.EmailField, "Enter an email address in the right form, like name@example.org"),
    (forms.URLField, "Enter a web address in the right form, like https://example.org/page"),
    (forms.IntegerField, "{label} must be a whole number, like 12"),
    (forms.DecimalField, "{label} must be a number, like 12.5"),
    (forms.FileField, "Choose the file for ‘{label}’ again: it did not arrive whole"),
)


def unreadable(character: str) -> bool:
    """Whether a character can be neither read nor printed: control characters but for tab and new line."""
    if character in "\t\n\r":
        return False
    return (
        character in STEERING or character == REPLACEMENT or unicodedata.category(character) in {"Cc", "Cs"}
    )


def shown(text: str) -> str:
    """A text for display, with a visible mark where a character is unreadable."""
    return "".join(REPLACEMENT if unreadable(character) else character for character in text)


def readable(text: Any) -> None:
    """Refuse unreadable characters, and say where they stand."""
    if (
        isinstance(text, str)
        and (place := next((n for n, c in enumerate(text) if unreadable(c)), None)) is not None
    ):
        before = " ".join(text[:place].split())[-20:]
        where = f"after ‘{before}’" if before else "at the beginning"
        raise ValidationError(
            f"There is a character {where} that cannot be read or printed, shown as {REPLACEMENT}. Delete it",
            code="unreadable",
        )


def lower_first(label: str) -> str:
    """A label inside a sentence: "Title" as "title", "PCD number" and "I confirm" as they are."""
    first = re.match(r"[\w-]*", label)
    word = first[0] if first else ""
    return label[:1].lower() + label[1:] if word[1:].islower() or word.lower() == "a" else label


def required(label: str, widget: forms.Widget) -> str:
    """What to do when an answer is missing: "Enter the title", "Select the kind of decision"."""
    verb = next(verb for kind, verb in VERBS if isinstance(widget, kind))
    if verb.endswith(":"):
        return f"{verb} {lower_first(label)}"
    if label.endswith("?"):
        return f"{'Select' if verb == 'Select' else 'Enter'} an answer to ‘{label}’"
    article = "" if label.split(" ", maxsplit=1)[0].lower() in DETERMINERS else "the "
    return f"{verb} {article}{lower_first(label)}"


def phrase(field: forms.Field, label: str) -> None:
    """Give a field our sentences, wherever the form has not written its own."""
    given = field.error_messages
    plain = label.replace("%", "%%")
    defaults: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        defaults.update(getattr(kind, "default_error_messages", {}))
    ours = {code: text.format(label=plain) for code, text in PHRASES.items()}
    ours["required"] = required(label, field.widget)
    for kind, text in INVALID:
        if isinstance(field, kind):
            ours["invalid"] = text.format(label=plain)
    for code, text in ours.items():
        if given.get(code) == defaults.get(code):
            given[code] = text
