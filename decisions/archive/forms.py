"""The forms of the archive: a correction of the data, and why a file is left out."""

from collections.abc import Container
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from decisions.archive.listed import address, kept
from decisions.archive.records import DAYS, FIELDS, SAID
from pcd.forms import DateField, Form, LongTextField, TextInput


class CorrectionForm(Form):
    """The data of an old decision; its words stay as they were printed."""

    reference = forms.CharField(
        max_length=60, required=False, widget=TextInput(width=20), help_text="For example, DMPCD 2013/96."
    )
    title = LongTextField(rows=2, max_length=1000, required=False)
    decided_on = DateField(label="Date of decision", required=False)
    published_on = DateField(
        label="Date of first publication", required=False, help_text="Leave this empty if it is not known."
    )
    open = forms.BooleanField(
        label="The paper is open, although it is marked as closed",
        required=False,
        help_text="Say below why, for example where it was published before. Both who approve the batch see it.",
    )
    part2_text = forms.BooleanField(
        label="The text under the heading of Part 2 was published with this decision",
        required=False,
        help_text="It becomes public with the rest. If you do not know, leave the file out.",
    )
    addresses = LongTextField(
        label="Old addresses",
        rows=3,
        required=False,
        help_text="One on each line. Whoever follows one of them comes to this decision.",
    )
    why = forms.CharField(
        label="If you correct the data, why?",
        max_length=300,
        required=False,
        help_text="This is published as an editorial note, with what was printed.",
    )

    def __init__(
        self, data: Any = None, *, now: dict[str, str], addresses: list[str], asks: Container[str]
    ) -> None:
        self.now = now
        days = {name: date.fromisoformat(now[name]) if now[name] else None for name in DAYS}
        super().__init__(data, initial={**now, **days, "addresses": "\n".join(addresses)})
        for name in SAID:
            if name not in asks:
                del self.fields[name]

    def clean_addresses(self) -> list[str]:
        """Return the addresses as they are kept: without their host, in small letters."""
        lines = [line.strip() for line in self.cleaned_data["addresses"].splitlines() if line.strip()]
        for line in lines:
            if not kept(line) or " " in line:
                raise ValidationError(f"‘{line[:60]}’ is not an address, like /decisions/old-page")
        return list(dict.fromkeys(map(address, lines)))

    def clean(self) -> dict[str, Any]:
        """A correction has its reason."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and self.values() != self.now and not cleaned.get("why"):
            self.add_error("why", "Say why the data is corrected")
        return cleaned

    def values(self) -> dict[str, str]:
        """Return the data as the archive keeps it, a date as ISO."""
        typed = {name: self.cleaned_data.get(name) or "" for name in FIELDS}
        typed |= {name: "yes" for name in SAID if typed[name]}
        return {
            name: value.isoformat() if isinstance(value, date) else " ".join(value.split())
            for name, value in typed.items()
        }


class LeaveOutForm(Form):
    """Why a file is not published."""

    why = LongTextField(label="Why is it left out?", rows=3, max_length=500)
