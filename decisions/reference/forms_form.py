"""The forms by which the body's numbers and the words of its form are changed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone

from decisions.models import FormEdition
from decisions.models.reference import DECIDING_ROLES
from decisions.reference import editions, series
from decisions.reference.forms import BodyForm, begins_after
from pcd.forms import DateField, RadioSelect, Textarea, TextInput
from pcd.people import changes
from pcd.people.models import Role


class SeriesForm(BodyForm):
    """A new series of numbers, which takes the place of the one that numbers the same decisions."""

    name = forms.CharField(
        label="Name of the new series",
        help_text="For example, Decisions of the Police and Crime Commissioner.",
        max_length=100,
        widget=TextInput(),
        error_messages={"required": "Enter a name"},
    )
    made_by = forms.ChoiceField(
        label="Whose decisions bear these numbers?",
        choices=[(role.value, role.label) for role in DECIDING_ROLES],
        widget=RadioSelect(
            hints={
                Role.DECISION_MAKER: "Also those of the Mayor, where there is one",
                Role.CHIEF_EXECUTIVE: "Also those of delegated officers",
            }
        ),
        error_messages={"required": "Select whose decisions bear these numbers"},
    )
    letters = forms.RegexField(
        "^[A-Za-z]{2,6}$",
        label="Letters of the series",
        help_text="2 to 6 letters, as they are printed before the number. They never change.",
        widget=TextInput(width=10),
        error_messages={
            "required": "Enter the letters of the series",
            "invalid": "The letters must be 2 to 6 letters from A to Z, such as PCD",
        },
    )
    way = forms.ChoiceField(
        label="How are references written?",
        help_text="Here as decision 12 of a series ABC in 2027. It never changes.",
        choices=[(key, way.shown("ABC")) for key, way in series.WAYS.items()],
        widget=RadioSelect(
            hints={
                key: "Numbers begin again with 1 each year"
                if way.by_year
                else "Numbers go on from year to year"
                for key, way in series.WAYS.items()
            }
        ),
        error_messages={"required": "Select how references are written"},
    )
    first_number = forms.IntegerField(
        label="First number",
        help_text="The next number where some were given before outside this system. Where numbers begin again each "
        "year, this is the first one of this year.",
        min_value=1,
        max_value=99_999,
        initial=1,
        widget=TextInput(width=5, attrs={"inputmode": "numeric"}),
        error_messages={"required": "Enter the first number"},
    )

    def clean_letters(self) -> str:
        """Letters stand for one series."""
        letters: str = self.cleaned_data["letters"].lower()
        if why := series.taken(self.body, letters):
            raise ValidationError(why)
        return letters

    def clean(self) -> dict[str, Any]:
        """Refuse references that could be those of another series."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if "letters" in said and "way" in said:
            pattern = series.WAYS[said["way"]].of(said["letters"])
            if why := series.confused(self.body, pattern):
                self.add_error("way", ValidationError(why))
        return said

    def proposal(self) -> dict[str, Any]:
        """Return what is proposed, as a change keeps it."""
        said = self.cleaned_data
        before = series.issuing(self.body, said["made_by"])
        return {
            **{name: said[name] for name in ("name", "made_by", "letters", "way", "first_number")},
            "year": timezone.localdate().year if series.WAYS[said["way"]].by_year else None,
            "before": str(before.pk) if before else "",
        }


class EditionForm(BodyForm):
    """A new edition of the form: the last one, in force or to come, in other words, from a day after it began."""

    template_name = "reference/edition_fields.html"

    valid_from = DateField(
        label="First day of the new edition",
        help_text="A day to come, within two years. For example, 1 4 2027.",
        error_messages={"required": "Enter the day on which the new edition begins"},
    )
    name = forms.CharField(
        label="Name of the new edition",
        max_length=100,
        widget=TextInput(),
        error_messages={"required": "Enter a name"},
    )

    def prepare(self) -> None:
        """Make a field for each heading and statement."""
        self.copied: FormEdition = self.body.form_editions.latest()
        begins_after(self.fields["valid_from"], self.copied)
        self.fields["name"].initial = self.copied.name
        for word in editions.words(self.copied):
            widget = Textarea(rows=word.rows) if word.rows > 1 else TextInput()
            field = forms.CharField(
                label=word.label,
                max_length=2000 if word.rows > 1 else 200,
                widget=widget,
                initial=editions.says(self.copied, word),
                help_text=editions.hint(self.copied, word),
            )
            field.error_messages["required"] = f"Enter the words: {word.label}"
            self.fields[word.name] = field

    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """Return the fields as they stand on the page, in groups with their headings."""
        first = ("", [self["valid_from"], self["name"]])
        return [
            first,
            *((name, [self[word.name] for word in words]) for name, words in editions.groups(self.copied)),
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse words that would not be printed as they should, and an edition that says the same."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        words = {word.name: said[word.name] for word in editions.words(self.copied) if word.name in said}
        for name, why in editions.why_not(self.copied, words).items():
            if name in words:
                self.add_error(name, ValidationError(why))
        if not self.errors and not self.changed():
            self.add_error(
                "valid_from",
                ValidationError("Change at least one heading or statement: this edition says the same"),
            )
        return said

    def changed(self) -> dict[str, str]:
        """Return the words that are to be other ones, by their names."""
        return {
            word.name: self.cleaned_data[word.name]
            for word in editions.words(self.copied)
            if self.cleaned_data[word.name] != editions.says(self.copied, word)
        }

    def proposal(self) -> dict[str, Any]:
        """Return what is proposed, as a change keeps it."""
        return {
            "valid_from": changes.written(self.cleaned_data["valid_from"]),
            "name": self.cleaned_data["name"],
            "copied": str(self.copied.pk),
            "words": self.changed(),
        }
