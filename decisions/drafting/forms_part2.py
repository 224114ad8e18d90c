"""The forms of Part 2 and of the declarations: the public notice, the sealed content, what the officer confirms."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from decisions import form
from decisions.checks import completeness, run
from decisions.checks.leak import LEAST_AMOUNT
from decisions.drafting.forms import Fields, Guidance, PaperForm, Values
from decisions.drafting.markings import REFUSED
from decisions.models import ExemptionGround, Part2Paper
from decisions.models.reference import holding_on
from decisions.moved import LEAST, Passages, TooShort
from pcd.forms import CheckboxSelectMultiple, DateField, Form, LongTextField, RadioSelect


class NoticeForm(PaperForm):
    """What the public is told of a Part 2 paper."""

    guidance: ClassVar[Guidance] = {"title": "part2_title", "public_reason": "part2_public_reason"}
    title = forms.CharField(label="Public title", max_length=200)
    marking = forms.ChoiceField(choices=(*form.MARKINGS, *form.REFUSED_MARKINGS), widget=RadioSelect)
    descriptor = forms.ChoiceField(
        choices=(("none", "No descriptor"), *form.DESCRIPTORS),
        widget=RadioSelect,
        help_text="It stands in brackets after OFFICIAL-SENSITIVE.",
        required=False,
    )
    grounds = forms.ModelMultipleChoiceField(
        label="Grounds of exemption",
        queryset=ExemptionGround.objects.none(),
        required=False,
        widget=CheckboxSelectMultiple(small=True),
        help_text="Select each ground that applies. You give the reasons for each on the next page; they are sealed.",
    )
    ceases = forms.ChoiceField(
        label="When does it cease to be exempt?",
        choices=Part2Paper.Cessation.choices,
        required=False,
        widget=RadioSelect(reveals={"event": "ceases_event"}),
    )
    ceases_event = forms.CharField(
        label="Event", max_length=200, required=False, help_text="For example, completion of the contract."
    )
    ceases_on = DateField(
        label="Date",
        required=False,
        help_text="For an event, the date on which you expect it. For example, 31 3 2030.",
    )
    review_on = DateField(
        label="Date of the next review",
        required=False,
        help_text="On this day somebody looks whether it still has to be exempt. For example, 31 3 2027.",
    )
    public_reason = LongTextField(label="Why it is withheld", required=False, rows=3)

    def build(self, fields: Fields, data: Any, initial: Values) -> None:
        """Offer the grounds in force today and those already claimed."""
        if self.row:
            initial["descriptor"] = initial.get("descriptor") or "none"
        claimed = [claim.ground for claim in self.row.claims.all()] if self.row else []
        in_force = holding_on(timezone.localdate())
        field: Any = fields["grounds"]
        field.queryset = ExemptionGround.objects.filter(in_force | Q(pk__in=[row.pk for row in claimed]))
        field.widget.hints = {row.pk: completeness.NOT_IN_FORCE for row in claimed if not row.is_in_force()}

    def clean_marking(self) -> str:
        """Refuse what this system may not hold, with an explanation; nothing is stored."""
        marking: str = self.cleaned_data["marking"]
        if marking in dict(form.REFUSED_MARKINGS):
            raise ValidationError(REFUSED, code="marking")
        return marking

    def clean_descriptor(self) -> str:
        """No descriptor is the empty text."""
        return str(self.cleaned_data["descriptor"]).replace("none", "")

    def clean_grounds(self) -> list[str]:
        """Return the keys of the grounds, in the order of the reference data."""
        return [ground.pk for ground in self.cleaned_data["grounds"]]

    def clean(self) -> Values:
        """A descriptor goes with OFFICIAL-SENSITIVE only; an event belongs to ceasing on an event."""
        cleaned = super().clean()
        if cleaned.get("marking") == "official" and cleaned.get("descriptor"):
            self.add_error("descriptor", "Select No descriptor, or the marking OFFICIAL-SENSITIVE")
        if cleaned.get("ceases") != Part2Paper.Cessation.EVENT and cleaned.get("ceases_event"):
            self.add_error("ceases", "Select ‘On an event’, or delete the event")
        return self.cleaned_data


#: What stands under the reasons for a ground that was taken off.
NOT_CLAIMED = "The notice does not claim this ground. Select it there again, or empty this."


class SealedForm(PaperForm):
    """What is sealed: the exempt facts and advice, and the reasons for each ground."""

    guidance: ClassVar[Guidance] = {"facts": "part2_facts", "recommendations": "part2_recommendations"}
    facts = LongTextField(label="Exempt facts and advice", required=False, rows=18)
    recommendations = LongTextField(label="Recommendations inside Part 2", required=False, rows=5)

    def build(self, fields: Fields, data: Any, initial: Values) -> None:
        """Add the reasons for each ground that the notice claims, and for one taken off it that has some."""
        typed = {*(data or ()), *initial}
        claimed = [claim.ground for claim in self.row.claims.all()]
        for ground in [*self._taken_off(typed, claimed), *claimed]:
            key = ground.provision_key
            name = f"{ground.provision}, {ground.title[:1].lower()}{ground.title[1:]}"
            fields[f"rationale_{key}"] = LongTextField(
                label=f"Why {name}, applies",
                required=False,
                rows=4,
                help_text=form.GUIDANCE["part2_rationale"] if ground in claimed else NOT_CLAIMED,
            )
            if not ground.absolute or f"public_interest_{key}" in typed:
                fields[f"public_interest_{key}"] = LongTextField(
                    label=f"Public interest: {name}",
                    required=False,
                    rows=4,
                    help_text="This ground is qualified. Say why the public interest in withholding is greater.",
                )

    @staticmethod
    def _taken_off(typed: set[str], claimed: list[ExemptionGround]) -> list[ExemptionGround]:
        gone = {name for name in typed if name.startswith("rationale_")}
        gone -= {f"rationale_{ground.provision_key}" for ground in claimed}
        grounds = ExemptionGround.objects.all() if gone else ()
        return [ground for ground in grounds if f"rationale_{ground.provision_key}" in gone]


class WarningsForm(PaperForm):
    """What the officer says to each warning of the checks: why it is right as it is."""

    def build(self, fields: Fields, data: Any, initial: Values) -> None:
        """Add a text for each warning."""
        for one in run.warnings(self.version):
            fields[f"answer_{one.key}"] = LongTextField(
                label=one.sentence,
                required=False,
                rows=3,
                help_text=one.clause,
            )


class DeclarationsForm(PaperForm):
    """What the drafting officer confirms in person; consultation is no box, it follows from advice."""

    def build(self, fields: Fields, data: Any, initial: Values) -> None:
        """Add a box for each statement that this person may confirm, in the words of the form's edition."""
        wording = self.version.edition.wording["declarations"]
        name = self.version.drafting_officer.full_name
        for statement in completeness.asked(self.version):
            own = statement.key != "drafting_officer" or self.by == self.version.drafting_officer
            fields[statement.key] = forms.BooleanField(
                label=wording[statement.key].format(drafting_officer=name),
                required=False,
                disabled=not own,
                help_text="" if own else f"Only {name} can confirm this.",
            )


class MovedForm(Form):
    """Passages of Part 1 that belonged in Part 2."""

    words = LongTextField(
        label="Words that belonged in Part 2",
        max_length=10_000,
        help_text=form.GUIDANCE["moved_words"],
    )

    def clean(self) -> dict[str, Any]:
        """Return what is looked for as `passages`."""
        cleaned = self.cleaned_data
        if "words" in cleaned:
            try:
                cleaned["passages"] = Passages(cleaned["words"])
            except TooShort:
                self.add_error(
                    "words",
                    f"Each line must have at least {LEAST} letters or digits, or be an amount of £{LEAST_AMOUNT} or "
                    "more. Shorter words would be found all over the paper",
                )
        return cleaned
