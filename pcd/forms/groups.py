"""A bound field as the Design System's field group: which component, with which arguments."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms.boundfield import BoundField
from django.forms.widgets import Input
from django.utils.safestring import SafeString

from pcd.forms.phrases import shown
from pcd.forms.widgets import DateInput
from pcd.macros import component

Params = dict[str, Any]
# What a list calls the choice of nothing where nobody gave it words of its own.
NAMELESS = ("", *(str(text) for _, text in BLANK_CHOICE_DASH))
# Attributes that the macros know by name; the others go to `attributes` as they are.
NAMED = ("autocomplete", "autocapitalize", "inputmode", "pattern", "spellcheck")


def words(text: Any) -> Params:
    """A text for the macros: as HTML only where a programmer marked it safe."""
    return {"html": text} if isinstance(text, SafeString) else {"text": str(text)}


def typed(value: Any) -> str:
    """A value as it stands in a box."""
    return "" if value is None else shown(str(value))


def size(field: BoundField, of: str) -> Params:
    """How large the label or legend is, and whether it is the page's only heading."""
    form: Any = field.form
    if getattr(form, "heading", "") == field.name:
        return {"classes": f"{of}--l", "is_page_heading": True}
    chosen = getattr(form, "label_sizes", {}).get(field.name, getattr(form, "label_size", "s"))
    return {"classes": f"{of}--{chosen}" if chosen else ""}


def common(field: BoundField) -> Params:
    """What every field group has: name, hint, first error, and what the widget asks for."""
    widget: Any = field.field.widget
    params: Params = {"name": field.html_name, **getattr(widget, "params", {})}
    if field.help_text:
        params["hint"] = words(field.help_text)
    if field.errors:
        params["error_message"] = {"text": shown(str(field.errors[0]))}
    if getattr(field.form, "disabled", False) or field.field.disabled:
        params["disabled"] = True
    return params


def box(field: BoundField) -> Params:
    """What the components with one box have."""
    attrs = {
        name: value
        for name, value in field.field.widget.attrs.items()
        if name
        not in ("class", "rows", "cols", "placeholder", "required", "maxlength", "minlength", "step", *NAMED)
    }
    if field.errors:
        attrs["aria-invalid"] = "true"
    return {
        **common(field),
        "id": field.auto_id,
        "label": {**words(field.label), **size(field, "govuk-label")},
        "attributes": attrs,
    }


def named(field: BoundField) -> Params:
    """The attributes of the widget that a macro takes by name."""
    attrs = field.field.widget.attrs
    return {name: attrs[name] for name in NAMED if name in attrs}


def text(field: BoundField) -> tuple[str, Params]:
    """One line."""
    widget: Any = field.field.widget
    kind = widget.input_type if widget.input_type in ("email", "tel", "url", "search") else "text"
    extra = {"inputmode": "numeric"} if widget.input_type == "number" else {}
    return "input", {**box(field), "value": typed(field.value()), "type": kind, **extra, **named(field)}


def password(field: BoundField) -> tuple[str, Params]:
    """A password, never sent back to the page."""
    return "password-input", {**box(field), "autocomplete": field.field.widget.attrs.get("autocomplete")}


def textarea(field: BoundField) -> tuple[str, Params]:
    """Several lines, with a count where there is a limit."""
    widget: Any = field.field.widget
    counts = {name: limit for name, limit in getattr(widget, "counts", {}).items() if limit}
    params = {**box(field), "value": typed(field.value()), "rows": widget.attrs.get("rows"), **counts}
    params["spellcheck"] = str(widget.attrs.get("spellcheck", "true")) == "true"
    return ("character-count" if counts else "textarea"), params


def select(field: BoundField) -> tuple[str, Params]:
    """One of many from a list."""
    widget: Any = field.field.widget
    chosen = typed(field.value())
    items = [
        {
            "value": typed(value),
            "text": "Choose" if value == "" and str(name) in NAMELESS else str(name),
            "selected": typed(value) == chosen,
        }
        for value, name in widget.choices
    ]
    return "select", {**box(field), "items": items}


def upload(field: BoundField) -> tuple[str, Params]:
    """A file."""
    multiple = getattr(field.field.widget, "allow_multiple_selected", False)
    return "file-upload", {**box(field), "multiple": multiple}


def options(field: BoundField, chosen: set[str]) -> Params:
    """What radios and checkboxes have: a fieldset and items, each perhaps with a hint and fields it reveals."""
    widget: Any = field.field.widget
    hints, reveals = getattr(widget, "hints", {}), getattr(widget, "reveals", {})
    items = []
    for value, name in widget.choices:
        key = typed(value)
        if key == "":
            continue
        item: Params = {"value": key, **words(name), "checked": key in chosen}
        if key in hints:
            item["hint"] = {"text": hints[key]}
        if key in reveals:
            item["conditional"] = {"html": field.form[reveals[key]].as_field_group()}
        items.append(item)
    if params_disabled := common(field).pop("disabled", False):
        items = [{**item, "disabled": params_disabled} for item in items]
    params = {name: value for name, value in common(field).items() if name != "disabled"}
    legend = {**words(field.label), **size(field, "govuk-fieldset__legend")}
    return {**params, "id_prefix": field.auto_id, "fieldset": {"legend": legend}, "items": items}


def radios(field: BoundField) -> tuple[str, Params]:
    """One of a few."""
    return "radios", options(field, {typed(field.value())})


def checkboxes(field: BoundField) -> tuple[str, Params]:
    """Any of a few."""
    value: Any = field.value()
    return "checkboxes", options(field, {typed(one) for one in value or ()})


def checkbox(field: BoundField) -> tuple[str, Params]:
    """One box to tick, whose label is the field's."""
    params = common(field)
    hint, disabled = params.pop("hint", None), params.pop("disabled", None)
    checked = field.field.widget.check_test(field.value())
    item = {**words(field.label), "value": "true", "checked": checked, "hint": hint, "disabled": disabled}
    return "checkboxes", {**params, "id_prefix": field.auto_id, "items": [item]}


def date_parts(field: BoundField) -> set[str]:
    """The boxes of a date that its error is about: all of them unless the error names some."""
    errors = field.errors.as_data()
    named = set(str(errors[0].code).split()) & set(DateInput.parts) if errors else set()
    return named or set(DateInput.parts)


def date(field: BoundField) -> tuple[str, Params]:
    """Day, month and year."""
    widget: Any = field.field.widget
    value: Any = field.value()
    texts = list(value) if isinstance(value, list | tuple) else widget.decompress(value)
    wrong = date_parts(field) if field.errors else set()
    items = []
    for part, one in zip(DateInput.parts, texts, strict=True):
        classes = f"govuk-input--width-{4 if part == 'year' else 2}" + " govuk-input--error" * (part in wrong)
        items.append(
            {
                "id": f"{field.auto_id}_{part}",
                "name": f"{field.html_name}_{part}",
                "label": part.title(),
                "value": typed(one),
                "classes": classes,
                "autocomplete": f"bday-{part}" if getattr(widget, "birthday", False) else None,
                "attributes": {"aria-invalid": "true"} if part in wrong else None,
            }
        )
    legend = {**words(field.label), **size(field, "govuk-fieldset__legend")}
    params = {name: value for name, value in common(field).items() if name not in ("name", "disabled")}
    return "date-input", {**params, "id": field.auto_id, "fieldset": {"legend": legend}, "items": items}


Group = Callable[[BoundField], tuple[str, Params]]
# The first kind of widget that fits says how the field is shown, so the special ones stand before the general.
GROUPS: tuple[tuple[type[forms.Widget], Group], ...] = (
    (DateInput, date),
    (forms.CheckboxSelectMultiple, checkboxes),
    (forms.SelectMultiple, checkboxes),
    (forms.RadioSelect, radios),
    (forms.CheckboxInput, checkbox),
    (forms.Select, select),
    (forms.FileInput, upload),
    (forms.PasswordInput, password),
    (forms.Textarea, textarea),
    (Input, text),
)


def group(field: BoundField) -> SafeString:
    """The whole field group of a bound field: label, hint, error and control."""
    widget = field.field.widget
    build = next((build for kind, build in GROUPS if isinstance(widget, kind)), None)
    if build is None:
        raise TypeError(f"No field group for {type(widget).__name__}: add a row to pcd.forms.groups.GROUPS.")
    html = component(*build(field))
    # A radio or checkbox may not say `aria-expanded`, which the script adds for this attribute: our styles reveal.
    # Named with its quotation mark and what follows, which typed text, being escaped, never holds in a row.
    return SafeString(html.replace(' data-aria-controls="conditional-', ' data-reveals="conditional-'))


def first_input(field: BoundField) -> str:
    """The id of the control that an error's link should go to."""
    if isinstance(field.field.widget, DateInput):
        wrong = date_parts(field)
        return f"{field.auto_id}_{next(part for part in DateInput.parts if part in wrong)}"
    return str(field.auto_id)


def summary(*forms_and_sets: Any) -> SafeString:
    """The error summary of forms and formsets, each error linked to its input; empty when there is none."""
    errors: list[Params] = []
    for given in forms_and_sets:
        if not given:
            continue
        members = given.forms if isinstance(given, forms.BaseFormSet) else [given]
        if isinstance(given, forms.BaseFormSet):
            errors += [{"text": shown(str(error))} for error in given.non_form_errors()]
        for form in members:
            errors += [{"text": shown(str(error))} for error in form.non_field_errors()]
            for field in form:
                errors += [
                    {"text": shown(str(error)), "href": f"#{first_input(field)}"} for error in field.errors
                ]
    if not errors:
        return SafeString("")
    return component("error-summary", {"title_text": "There is a problem", "error_list": errors})
