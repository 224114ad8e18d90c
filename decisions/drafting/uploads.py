"""What the pages that take a file have in common: the field, and what is too large to be taken in at all."""

from typing import Any

from django import forms
from django.http import HttpRequest

from decisions.opening import LARGEST

TOO_LARGE = f"The file must be smaller than {LARGEST // 1024 // 1024} MB"
#: What a page sends besides its file, in bytes at most.
BESIDES = 100_000


def file_field(label: str, help_text: str) -> forms.FileField:
    """Return the field for one file."""
    missing = dict.fromkeys(("required", "missing", "invalid"), "Choose a file")
    return forms.FileField(label=label, help_text=help_text, error_messages=missing)


class _Several(forms.FileInput):
    allow_multiple_selected = True

    def __init__(self) -> None:
        super().__init__()
        del self.attrs["multiple"]  # our component says it


class FilesField(forms.FileField):
    """None, one or several files, as a list."""

    widget = _Several

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the files that were brought."""
        brought = data if isinstance(data, list | tuple) else [data]
        return [one for each in brought if (one := super(FilesField, self).clean(each, initial))]


def too_large(request: HttpRequest, form: forms.Form) -> bool:
    """Say whether a page sends more than is taken in, and then say so at the form's file; call it first."""
    refused = request.method == "POST" and int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST + BESIDES
    if refused:
        form.errors["file"] = form.error_class([TOO_LARGE])
    return refused
