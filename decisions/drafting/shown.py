"""Answers as people read them: for "check your answers", for two texts side by side, for what came too late."""

import html
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.template.defaultfilters import linebreaksbr
from django.utils.safestring import SafeString

from decisions.drafting.forms_rows import AddressesField
from decisions.drafting.years import ProfileField, YearField
from decisions.wording import day, financial_year
from pcd.money import show_money

#: How an answer is said, by what it is; a yes or no before anything else, because it is a number to Python.
WORDS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (bool, lambda ticked: "Yes" if ticked else "No"),
    (Decimal, show_money),
    (date, day),
)


def answer(form: forms.BaseForm, name: str) -> str:
    """Return the answer that a form shows in one field, in words; empty for none."""
    return said(form.fields.get(name), form.initial.get(name))


def said(field: forms.Field | None, value: Any) -> str:
    """Return a field's value in words; empty for none."""
    if field is None or value in (None, "", []):
        return ""
    for kind, words in WORDS:
        if isinstance(value, kind):
            return words(value)
    if isinstance(field, ProfileField | AddressesField):
        return str(field.prepare_value(value))
    if isinstance(field, YearField):
        return financial_year(value)
    choices: Any = getattr(field, "choices", None)
    names = {str(key): str(text) for key, text in (() if choices is None else choices)}
    keys = value if isinstance(value, list | tuple) else [getattr(value, "pk", value)]
    unit = getattr(field.widget, "params", {}).get("suffix", {}).get("text", "")
    return "\n".join(f"{names.get(str(key), key)} {unit}".strip() for key in keys)


def as_html(text: str) -> SafeString:
    """Return a plain text for a summary list: escaped, its lines kept, and a word for nothing."""
    if not text:
        return SafeString('<span class="pcd-meta">Not answered</span>')
    safe = SafeString(
        html.escape(text)
    )  # Django's own escape does this, after asking whether the text is lazy
    return linebreaksbr(safe) if "\n" in text else safe


def typed_into(form: forms.BaseForm) -> list[dict[str, str]]:
    """Return what was typed into a bound form, by its labels and in words, also what is no answer."""
    form.is_valid()
    form.initial = {name: form.cleaned_data.get(name, form[name].value()) for name in form.fields}
    rows = [{"label": str(field.label), "text": answer(form, field.name)} for field in form.visible_fields()]
    return [row for row in rows if row["text"]]


def typed_fields(data: QueryDict, mechanical: Iterable[str]) -> list[dict[str, str]]:
    """Return what was typed, by the fields' names in words, for a page that cannot save it any more."""
    return [
        {"label": name.replace("_", " ").capitalize(), "text": "\n".join(values)}
        for name, values in data.lists()
        if name not in mechanical and any(values)
    ]
