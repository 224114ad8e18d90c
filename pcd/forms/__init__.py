"""Forms that look and speak like the GOV.UK Design System."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.renderers import DjangoTemplates, TemplatesSetting

from pcd.forms.fields import DateField, LongTextField, MoneyField, YesNoField
from pcd.forms.phrases import phrase, readable
from pcd.forms.widgets import (
    CheckboxSelectMultiple,
    DateInput,
    EmailInput,
    RadioSelect,
    Textarea,
    TextInput,
)

__all__ = [
    "CheckboxSelectMultiple",
    "DateField",
    "DateInput",
    "EmailInput",
    "Form",
    "LongTextField",
    "ModelForm",
    "MoneyField",
    "RadioSelect",
    "Renderer",
    "TextInput",
    "Textarea",
    "YesNoField",
]


class Renderer(TemplatesSetting):
    """Django's FORM_RENDERER: whole forms and field groups from templates/pcd, bare widgets from Django."""

    form_template_name = "pcd/form.html"
    formset_template_name = "pcd/formset.html"
    field_template_name = "pcd/field.html"
    django = DjangoTemplates()

    def get_template(self, template_name: str) -> Any:
        """A template of the project, or Django's own for what it names itself."""
        if template_name.startswith("django/forms/"):
            return self.django.get_template(template_name)
        return super().get_template(template_name)


class Speaks(forms.BaseForm):
    """What our forms add to Django's: sentences from labels, and no unreadable characters."""

    # The field whose label is the page's h1, on a page with one question.
    heading = ""
    # The size of labels and legends: "s", "m", "l" or "" for plain; by field in `label_sizes`.
    label_size = "s"
    label_sizes: Mapping[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for name, field in self.fields.items():
            if field.label is None:
                field.label = name.replace("_", " ").capitalize()
            phrase(field, str(field.label))
            if isinstance(field, forms.CharField):
                # Ours come first and say where the character stands; Django's only refuses NUL.
                field.validators = [
                    readable,
                    *(v for v in field.validators if "NullCharacters" not in type(v).__name__),
                ]

    @property
    def revealed(self) -> set[str]:
        """The names of fields that are shown inside another field's answer."""
        widgets: list[Any] = [field.widget for field in self.fields.values()]
        return {name for widget in widgets for name in getattr(widget, "reveals", {}).values()}


class Form(Speaks, forms.Form):
    """A form."""


class ModelForm(Speaks, forms.ModelForm[Any]):
    """A form of one model's row."""
