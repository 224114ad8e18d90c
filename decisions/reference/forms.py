"""The forms by which reference data and delegations are changed."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from decisions import form
from decisions.models import BankHoliday, Body, FormEdition, Scheme, SchemeParagraph
from decisions.models.reference import PASSABLE
from decisions.scheme import in_force
from decisions.wording import day
from pcd.forms import (
    CheckboxSelectMultiple,
    DateField,
    MoneyField,
    RadioSelect,
    Textarea,
    TextInput,
    YesNoField,
)
from pcd.money import show_money
from pcd.people import changes
from pcd.people.views_held import PeriodForm, ProposalForm

#: How far ahead a scheme or an edition of the form begins at most.
SOON = timedelta(days=2 * 366)
SAYS = {"text": "", "amount_from": "from", "amount_to": "below"}


class DelegateForm(PeriodForm):
    """Who signs for an office, and within which scope."""

    paragraph = forms.ChoiceField(
        label="Which paragraph of the scheme allows it?",
        help_text="Reserved matters are not listed: nobody may delegate them.",
        error_messages={"required": "Choose a paragraph of the scheme"},
    )
    kinds = forms.MultipleChoiceField(
        label="Which kinds of decision?",
        help_text="Select none for any kind.",
        choices=form.KINDS,
        widget=CheckboxSelectMultiple(small=True),
        required=False,
    )
    up_to = MoneyField(
        label="Up to which amount?", help_text="Leave this empty for any amount.", required=False
    )
    only_in_absence = YesNoField(
        label="Only while nobody who holds the office is there?",
        error_messages={"required": "Select yes if they sign only in absence"},
    )
    field_order = ("person", "paragraph", "kinds", "up_to", "only_in_absence", "since", "last_day")

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scheme = in_force(body)
        rows = scheme.paragraphs.filter(reserved=False) if scheme else SchemeParagraph.objects.none()
        choices = [(str(row), f"{row.number}: {row.text}") for row in rows]
        self.fields["paragraph"].choices = [("", "Choose a paragraph"), *choices]  # type: ignore[attr-defined]
        last = self.fields["last_day"]
        last.required, last.help_text = True, "A delegation has an end. For example, 12 3 2027."
        last.error_messages["required"] = "Enter the last day"

    def proposal(self) -> dict[str, Any]:
        """Return what is proposed, as a change keeps it."""
        said = self.cleaned_data
        return super().proposal() | {
            "authority": said["paragraph"],
            "kinds": said["kinds"],
            "up_to": "" if said["up_to"] is None else str(said["up_to"]),
            "only_in_absence": said["only_in_absence"],
        }


class BodyForm(ProposalForm):
    """A form about the body."""

    def __init__(self, *args: Any, body: Body, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body = body
        self.prepare()

    def prepare(self) -> None:
        """Fill in what the body has."""


def adopted_field() -> YesNoField:
    """Return the question whether the body has confirmed it."""
    return YesNoField(
        label="Has the body adopted it?",
        help_text="If not, it holds as an example that is to be confirmed.",
        error_messages={"required": "Select yes if the body has adopted it"},
    )


def begins_after(field: Any, last: Scheme | FormEdition) -> None:
    """Let a first day be one to come, after the last scheme or edition has begun, and say so.

    It is a near one: until it has come no other can begin, and a mistyped year would hold them all up.
    """
    today, begins = timezone.localdate(), last.valid_from
    field.earliest = max(today, begins or today) + timedelta(days=1)
    field.latest = max(field.earliest, today + SOON)
    if begins and begins > today:
        field.help_text = (
            f"After {day(begins)}, when “{last.name}” begins, whose words stand below. "
            f"For example, 1 4 {begins.year + 1}."
        )


class SchemeForm(BodyForm):
    """A new scheme: the last one, in force or to come, with other thresholds, from a day after it began."""

    valid_from = DateField(
        label="First day of the new scheme",
        help_text="A day to come, within two years. For example, 1 4 2027.",
        error_messages={"required": "Enter the day on which the new scheme begins"},
    )
    name = forms.CharField(
        label="Name of the new scheme",
        max_length=100,
        error_messages={"required": "Enter a name"},
        widget=TextInput(),
    )
    adopted = adopted_field()

    def prepare(self) -> None:
        """Make fields for each paragraph that has a threshold."""
        self.copied = self.body.schemes.order_by("valid_from").last() or Scheme(body=self.body)
        begins_after(self.fields["valid_from"], self.copied)
        self.fields["name"].initial = self.copied.name
        self.rows = (
            []
            if self.copied._state.adding
            else [
                row
                for row in self.copied.paragraphs.all()
                if row.amount_from is not None or row.amount_to is not None
            ]
        )
        for row in self.rows:
            self._fields_of(row)

    def _fields_of(self, row: SchemeParagraph) -> None:
        label = f"Paragraph {row.number}"
        text = forms.CharField(label=label, max_length=300, initial=row.text, widget=Textarea(rows=3))
        text.error_messages["required"] = f"Enter the words of paragraph {row.number}"
        self.fields[self.name_of(row, "text")] = text
        for key in ("amount_from", "amount_to"):
            if (value := getattr(row, key)) is not None:
                field = MoneyField(label=f"{label}: {SAYS[key]}", initial=value)
                field.error_messages["required"] = f"Enter the amount of paragraph {row.number}"
                self.fields[self.name_of(row, key)] = field

    @staticmethod
    def name_of(row: SchemeParagraph, key: str) -> str:
        """Return the name of a paragraph's field."""
        return f"{key}_{row.number}".replace(".", "_")

    def clean(self) -> dict[str, Any]:
        """Refuse a threshold above the next, and a scheme that says the same."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for row in self.rows:
            least, most = (said.get(self.name_of(row, key)) for key in ("amount_from", "amount_to"))
            if least is not None and most is not None and most <= least:
                words = f"Paragraph {row.number}: the amount must be above {show_money(least)}"
                self.add_error(self.name_of(row, "amount_to"), ValidationError(words))
        for below, above in self._neighbours():
            ends, begins = said.get(self.name_of(below, "amount_to")), self.name_of(above, "amount_from")
            if ends is not None and said.get(begins) not in (ends, None):
                words = (
                    f"Paragraph {above.number}: the amount must be {show_money(ends)}, "
                    f"where paragraph {below.number} ends"
                )
                self.add_error(begins, ValidationError(words))
        if not self.errors and not self.changed():
            self.add_error(
                "valid_from", ValidationError("Change at least one paragraph: this scheme says the same")
            )
        return said

    def _neighbours(self) -> list[tuple[SchemeParagraph, SchemeParagraph]]:
        """Return the paragraphs on the same kinds of which one begins where the other ends: no amount falls between."""
        return [
            (below, above)
            for below in self.rows
            for above in self.rows
            if set(below.kinds) == set(above.kinds) and below.amount_to == above.amount_from is not None
        ]

    def changed(self) -> dict[str, dict[str, str]]:
        """Return what each changed paragraph is to say, by its number."""
        found = {}
        for row in self.rows:
            now = {key: self.cleaned_data.get(self.name_of(row, key)) for key in SAYS}
            if any(value != getattr(row, key) for key, value in now.items()):
                found[row.number] = {key: "" if value is None else str(value) for key, value in now.items()}
        return found

    def proposal(self) -> dict[str, Any]:
        """Return what is proposed, as a change keeps it."""
        return {
            "valid_from": changes.written(self.cleaned_data["valid_from"]),
            "name": self.cleaned_data["name"],
            "example": not self.cleaned_data["adopted"],
            "copied": str(self.copied.pk),
            "paragraphs": self.changed(),
        }


class SmallOfficeForm(BodyForm):
    """Days for advice, which one person changes, and whether the body is a small office, which needs two."""

    advice_days = forms.IntegerField(
        label="How many working days does an adviser have?",
        help_text="Where nobody says otherwise. What was asked for already keeps its day.",
        min_value=1,
        max_value=60,
        widget=TextInput(width=3, attrs={"inputmode": "numeric"}),
        error_messages={"required": "Enter a number of working days"},
    )
    small_office = YesNoField(
        label="Is it a small office?",
        help_text="A rule of who signs may then be overridden, with a reason and a second person's consent. "
        "A change of this takes effect when a second person agrees.",
        error_messages={"required": "Select yes if it is a small office"},
    )

    def prepare(self) -> None:
        """Begin with what holds now."""
        self.fields["advice_days"].initial = self.body.advice_days
        self.fields["small_office"].initial = self.body.small_office


class PassedStepForm(BodyForm):
    """A step of the route that the body does not have in a period."""

    step = forms.ChoiceField(
        label="Which step?",
        choices=[(role.value, role.label) for role in PASSABLE],
        widget=RadioSelect(),
        error_messages={"required": "Select a step"},
    )
    words = forms.CharField(
        label="What is printed in its place?",
        max_length=200,
        widget=TextInput(),
        error_messages={"required": "Enter what is printed in the place of the signature"},
    )
    since = DateField(
        label="First day without it",
        help_text="From tomorrow at the earliest. For example, 12 3 2027.",
        error_messages={"required": "Enter the first day without it"},
    )
    last_day = DateField(
        label="Last day without it", help_text="Leave this empty if no end is known.", required=False
    )

    def prepare(self) -> None:
        """No step is left out for the paper of today."""
        self.fields["since"].earliest = timezone.localdate() + timedelta(days=1)  # type: ignore[attr-defined]

    def proposal(self) -> dict[str, Any]:
        """Return what is proposed, as a change keeps it."""
        said = self.cleaned_data
        days = {name: changes.written(said[name]) for name in ("since", "last_day")}
        return {"step": said["step"], "words": said["words"], **days}


class BankHolidayForm(BodyForm):
    """One more day on which nobody is expected to work."""

    day = DateField(
        label="Which day?", help_text="For example, 3 5 2027.", error_messages={"required": "Enter the day"}
    )
    name = forms.CharField(
        label="What is it called?",
        max_length=60,
        widget=TextInput(width=20),
        error_messages={"required": "Enter what it is called"},
    )

    def prepare(self) -> None:
        """What was due in the past stays due when it was."""
        self.fields["day"].earliest = timezone.localdate() + timedelta(days=1)  # type: ignore[attr-defined]

    def clean_day(self) -> Any:
        """A day is a bank holiday once."""
        day = self.cleaned_data["day"]
        if BankHoliday.objects.filter(pk=day).exists():
            raise ValidationError("This day is a bank holiday already. Enter another day")
        return day
