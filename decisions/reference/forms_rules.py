"""The forms by which rules on advice and grounds of exemption are proposed, and given a last day."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils import timezone

from decisions import advising, form
from decisions.models import AdviceRule, ExemptionGround
from decisions.reference.forms import BodyForm, adopted_field
from decisions.reference.kinds_rules import Row, when
from decisions.wording import day
from pcd.forms import (
    CheckboxSelectMultiple,
    DateField,
    MoneyField,
    RadioSelect,
    TextInput,
    YesNoField,
)
from pcd.forms.phrases import lower_first
from pcd.people import changes
from pcd.people.models import ADVISER_ROLES

#: In letters and digits of ASCII alone, which the key of a ground is made of.
PROVISION = r"(?ai)^(article|paragraph|regulation|section) [0-9]+[a-z]?(\([a-z0-9]+\))*\Z"


class ReplacingForm(BodyForm):
    """Something that holds from a day to come on, and perhaps takes the place of what holds now."""

    since = DateField(
        label="First day",
        help_text="From tomorrow at the earliest. For example, 12 3 2027.",
        error_messages={"required": "Enter the first day"},
    )
    replaces = forms.ChoiceField(
        label="Does it replace another?",
        help_text="The other one then ends on the day before, and does not come back.",
        required=False,
    )
    #: Which of its answers must be the same as those of what it replaces, and what to say where it is not.
    alike: tuple[str, str] = ("", "")

    def prepare(self) -> None:
        """Offer what has not ended."""
        self.fields["since"].earliest = timezone.localdate() + timedelta(days=1)  # type: ignore[attr-defined]
        self.lasting: dict[str, Row] = {str(row.pk): row for row in self.rows() if not row.is_past()}
        choices = [(key, self.says(row)) for key, row in self.lasting.items()]
        self.fields["replaces"].choices = [("", "No, it stands beside the others"), *choices]  # type: ignore[attr-defined]

    def rows(self) -> QuerySet[Any]:
        """Return what it may replace."""
        raise NotImplementedError

    def says(self, row: Any) -> str:
        """Return what a choice of these says."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        """Refuse to replace what speaks of something else."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        old, (name, words) = self.lasting.get(said.get("replaces", "")), self.alike
        if old and said.get(name) not in (getattr(old, name), None):
            self.add_error("replaces", ValidationError(words))
        return said

    def proposal(self) -> dict[str, Any]:
        """Return what is proposed, as a change keeps it; `was` is the last day until now of what is replaced."""
        said = self.cleaned_data
        old = self.lasting.get(said["replaces"])
        return {
            "since": changes.written(said["since"]),
            "last_day": changes.written(said.get("last_day")),
            "example": not said["adopted"],
            "replaces": said["replaces"],
            "was": changes.written(old.valid_until) if old else "",
        }


class AdviceRuleForm(ReplacingForm):
    """A new rule on advice."""

    area = forms.ChoiceField(
        label="Which advice?",
        choices=[(role.value, advising.called(role)) for role in ADVISER_ROLES],
        widget=RadioSelect(),
        error_messages={"required": "Select which advice"},
    )
    kinds = forms.MultipleChoiceField(
        label="Only for these kinds of decision?",
        help_text="A paper of any of them needs it. Select none for any kind.",
        choices=form.KINDS,
        widget=CheckboxSelectMultiple(small=True),
        required=False,
    )
    routes_to_market = forms.MultipleChoiceField(
        label="Only for contracts by these routes to market?",
        help_text="A paper with a contract by any of them needs it. Select none if contracts do not matter.",
        choices=form.ROUTES_TO_MARKET,
        widget=CheckboxSelectMultiple(small=True),
        required=False,
    )
    amount_from = MoneyField(
        label="Only from which amount on?",
        help_text="Of such a contract, or else of anything that the paper asks for. An amount that is withheld counts "
        "as large enough. Leave this empty for any amount.",
        required=False,
    )
    personal_data = YesNoField(
        label="Only where personal data is used?",
        help_text="That is where a data protection impact assessment is not screened out.",
        error_messages={"required": "Select yes if only papers with personal data need it"},
    )
    because = forms.CharField(
        label="Why is it needed?",
        help_text="It ends the sentence “Legal advice is needed: …”, which officers and signatories read. "
        "For example, the contract is a direct award.",
        max_length=200,
        widget=TextInput(),
        error_messages={"required": "Enter why it is needed"},
    )
    clause = forms.CharField(
        label="Where does the body say so?",
        help_text="For example, Scheme of delegation and consent, paragraph 4.13.",
        max_length=200,
        widget=TextInput(),
        error_messages={"required": "Enter where the body says so"},
    )
    last_day = DateField(label="Last day", help_text="Leave this empty if no end is known.", required=False)
    adopted = adopted_field()
    alike = ("area", "Select a rule on the same advice. One on other advice is given a last day of its own")
    field_order = (
        *("area", "kinds", "routes_to_market", "amount_from", "personal_data", "because", "clause"),
        *("since", "last_day", "adopted", "replaces"),
    )

    def rows(self) -> QuerySet[AdviceRule]:
        """Return the rules of the body."""
        return self.body.advice_rules.all()

    def says(self, row: AdviceRule) -> str:
        """Return which rule it is."""
        return f"{advising.called(row.area)}: {row.because} ({when(row)})"

    def clean_because(self) -> str:
        """The sentence has its own full stop."""
        because = str(self.cleaned_data["because"]).rstrip(". ")
        if not because:
            raise ValidationError(self.fields["because"].error_messages["required"], code="required")
        return because

    def clean(self) -> dict[str, Any]:
        """A last day is not before the first."""
        said = super().clean()
        since, last = said.get("since"), said.get("last_day")
        if since and last and last < since:
            words = f"Last day must be the same as or after {day(since)}"
            self.add_error("last_day", ValidationError(words, code="day month year"))
        return said

    def proposal(self) -> dict[str, Any]:
        """Return what is proposed, as a change keeps it."""
        said = self.cleaned_data
        copied = ("area", "kinds", "routes_to_market", "personal_data", "because", "clause")
        amount = "" if said["amount_from"] is None else str(said["amount_from"])
        return super().proposal() | {name: said[name] for name in copied} | {"amount_from": amount}


class GroundForm(ReplacingForm):
    """A new ground of exemption."""

    instrument = forms.ChoiceField(
        label="Which instrument?",
        choices=ExemptionGround.Instrument.choices,
        widget=RadioSelect(),
        error_messages={"required": "Select the instrument"},
    )
    provision = forms.CharField(
        label="Which provision?",
        help_text="For example, section 43(2) or regulation 12(5)(e).",
        max_length=30,
        widget=TextInput(width=20),
        validators=[
            RegexValidator(PROVISION, "Enter one provision with its number, such as section 43(2)"),
        ],
        error_messages={"required": "Enter the provision"},
    )
    title = forms.CharField(
        label="What is it called?",
        help_text="As it is printed for the public. For example, Prejudice to commercial interests.",
        max_length=150,
        widget=TextInput(),
        error_messages={"required": "Enter what it is called"},
    )
    qualified = YesNoField(
        label="Is there a public interest test?",
        help_text="Whoever claims it then says why the public interest in withholding is greater.",
        error_messages={"required": "Select yes if there is a public interest test"},
    )
    adopted = adopted_field()
    alike = ("instrument", "Select a ground of the same instrument")
    field_order = ("instrument", "provision", "title", "qualified", "since", "adopted", "replaces")

    def rows(self) -> QuerySet[ExemptionGround]:
        """Return the grounds."""
        return ExemptionGround.objects.all()

    def says(self, row: ExemptionGround) -> str:
        """Return which ground it is."""
        return f"{row.provision}: {row.title} ({when(row)})"

    def clean_provision(self) -> str:
        """It stands within sentences."""
        return lower_first(self.cleaned_data["provision"])

    def proposal(self) -> dict[str, Any]:
        """Return what is proposed, as a change keeps it."""
        said = self.cleaned_data
        copied = {name: said[name] for name in ("instrument", "provision", "title")}
        return super().proposal() | copied | {"absolute": not said["qualified"]}


class LastDayForm(BodyForm):
    """The last day of a rule on advice or a ground of exemption."""

    last_day = DateField(
        label="Last day",
        help_text="Today or a later day. For example, 12 3 2027.",
        error_messages={"required": "Enter the last day"},
    )

    def __init__(self, *args: Any, row: Row, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Begin with the last day that it has; without one it goes on."""
        field: Any = self.fields["last_day"]
        field.earliest, field.initial = timezone.localdate(), self.row.valid_until
        if self.row.valid_from > field.earliest:
            field.help_text = (
                f"{field.help_text} With a day before {day(self.row.valid_from)} it never begins."
            )
        if self.row.valid_until:
            field.required = False
            field.help_text = f"{field.help_text} Leave this empty if it is to go on with no end."

    def proposal(self) -> dict[str, Any]:
        """Return what is proposed, as a change keeps it."""
        return {
            "row": str(self.row.pk),
            "last_day": changes.written(self.cleaned_data["last_day"]),
            "was": changes.written(self.row.valid_until),
        }
