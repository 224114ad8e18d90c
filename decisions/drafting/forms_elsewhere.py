"""The forms of what stands elsewhere: decisions that this one is about, and bodies that decide with this one."""

from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError

from decisions import form
from decisions.drafting.forms import Guidance, PaperForm
from decisions.references import normalise
from pcd.forms import DateField, RadioSelect, TextInput


class LinkForm(PaperForm):
    """What this decision is to another one."""

    guidance: ClassVar[Guidance] = {"reference": "link_reference", "note": "link_note"}
    kind = forms.ChoiceField(
        label="What does this decision do to the other?", choices=form.LINK_KINDS, widget=RadioSelect
    )
    reference = forms.CharField(
        label="Reference of the other decision", max_length=60, widget=TextInput(width=20)
    )
    note = forms.CharField(max_length=200, required=False)

    def clean_reference(self) -> str:
        """A reference has a letter or a figure, and is another decision's."""
        reference: str = self.cleaned_data["reference"]
        key = normalise(reference)
        if not key:
            raise ValidationError("Enter the reference as it is written on the other decision")
        if key == self.version.decision.key:
            raise ValidationError(
                "This is the reference of this decision itself. Enter that of the other one"
            )
        return reference


class JointForm(PaperForm):
    """Who takes the decision at another body."""

    guidance: ClassVar[Guidance] = {"reference": "joint_reference", "decided_on": "joint_decided_on"}
    body = forms.CharField(label="The other body", max_length=200)
    office = forms.CharField(
        label="Who decides there", max_length=200, help_text="The office, not the person."
    )
    reference = forms.CharField(
        label="Its reference of the decision", max_length=60, required=False, widget=TextInput(width=20)
    )
    decided_on = DateField(label="Date on which it decided", required=False)
