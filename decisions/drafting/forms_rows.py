"""The forms of recommendations, and of the money, contracts and grants that belong to them."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import Truncator

from decisions import form
from decisions.drafting.forms import Fields, Guidance, PaperForm, Values
from decisions.drafting.years import ProfileField, YearField
from decisions.models import Paragraph, Version
from pcd.forms import LongTextField, MoneyField, RadioSelect, Textarea, TextInput

MONTHS: dict[str, Any] = {
    "required": False,
    "min_value": 1,
    "max_value": 600,
    "widget": TextInput(width=3, suffix="months"),
}
MOST_SUPPLIERS = 50


class AddressesField(forms.CharField):
    """Web addresses, one on a line; cleaned to a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=Textarea(rows=2), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """One address on a line; a text as it was typed."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Return the addresses; raises ValidationError that names the line which is none."""
        one = forms.URLField(max_length=200, assume_scheme="https")
        addresses = []
        for number, line in enumerate(str(super().clean(value)).splitlines(), start=1):
            try:
                addresses += [one.clean(line.strip())] if line.strip() else []
            except ValidationError:
                raise ValidationError(
                    f"Line {number} must be a web address, like https://www.example.org/notice/77"
                ) from None
        return addresses


def labelled_paragraphs(version: Version) -> list[tuple[str, Paragraph]]:
    """Return the paragraphs of all sections in printed order, with their labels."""
    rows = {section.kind: section for section in version.sections.all()}
    return [
        (f"{number}.{position}", paragraph)
        for number, entry in enumerate(version.edition.sections, start=1)
        if entry["kind"] in rows
        for position, paragraph in enumerate(rows[entry["kind"]].paragraphs.all(), start=1)
    ]


class RecommendationForm(PaperForm):
    """One recommendation, and the paragraph that it rests on."""

    guidance: ClassVar[Guidance] = {"text": "recommendation"}
    text = LongTextField(label="Recommendation", rows=4)
    cites = forms.ChoiceField(label="Which paragraph does it refer to?", required=False)

    def build(self, fields: Fields, data: Any, initial: Values) -> None:
        """Offer the paragraphs as they are numbered now."""
        field: Any = fields["cites"]
        field.choices = [
            ("", "No paragraph"),
            *(
                (str(row.pk), f"{label} {Truncator(row.text).words(10)}")
                for label, row in labelled_paragraphs(self.version)
            ),
        ]
        field.help_text = "Leave this if it rests on the paper as a whole."


class AmountForm(PaperForm):
    """What money lines and contracts share: an amount that is there unless it is withheld."""

    amount_field = "amount"

    def clean(self) -> Values:
        """An amount in Part 2 must not stand here as well; any other must be typed."""
        cleaned = super().clean()
        name, certainty = self.amount_field, cleaned.get("certainty")
        if name in self.errors:
            return cleaned
        if certainty == "withheld":
            if cleaned.get(name) is not None:
                self.add_error(name, "Delete the amount, because you say that it is withheld in Part 2")
            self._withheld_in_parts(cleaned)
        elif certainty not in (None, "withheld") and cleaned.get(name) is None:
            self.add_error(name, f"Enter the {str(self.fields[name].label).lower()}, like £1.98m or £225,000")
        return self.cleaned_data

    def _withheld_in_parts(self, cleaned: Values) -> None:
        """What is withheld as a whole must not stand here in its parts, by year or by supplier."""
        for name, value in list(cleaned.items()):
            if value and (name == "profile" or name.endswith("_value")):
                self.add_error(name, "Delete this, because you say that the amount is withheld in Part 2")


class MoneyForm(AmountForm):
    """One amount asked for."""

    guidance: ClassVar[Guidance] = {"year_to": ""}
    kind = forms.ChoiceField(label="What kind of money is it?", choices=form.LINE_KINDS, widget=RadioSelect)
    amount = MoneyField(required=False)
    certainty = forms.ChoiceField(
        label="How sure is the amount?",
        choices=form.CERTAINTY,
        initial="exact",
        widget=RadioSelect(reveals={"range": "amount_to"}),
    )
    amount_to = MoneyField(label="Highest amount of the range", required=False)
    vat = forms.ChoiceField(label="VAT", choices=form.VAT, initial="not_stated", widget=RadioSelect)
    recurrence = forms.ChoiceField(
        label="How often?", choices=form.RECURRENCE, initial="one_off", widget=RadioSelect(inline=True)
    )
    year_from = YearField(label="First financial year", required=False)
    year_to = YearField(
        label="Last financial year",
        required=False,
        help_text="Leave this empty if it is one year, or goes on.",
    )
    funding_source = forms.CharField(max_length=200, required=False)
    approved_before = MoneyField(
        label="Amount approved before",
        required=False,
        help_text="Leave this empty if nothing was approved before.",
    )
    profile = ProfileField(label="Amount in each financial year", required=False)
    note = forms.CharField(
        max_length=200, required=False, help_text="For example, managed in the medium term plan."
    )

    def clean(self) -> Values:
        """A range has two amounts and every other one; years go forward."""
        cleaned = super().clean()
        certainty, lowest, highest = (cleaned.get(name) for name in ("certainty", "amount", "amount_to"))
        if "amount_to" not in self.errors:
            if certainty == "range" and highest is None:
                self.add_error("amount_to", "Enter the highest amount of the range")
            elif certainty == "range" and lowest is not None and highest < lowest:
                self.add_error(
                    "amount_to", "The highest amount of the range must be the same as the lowest or more"
                )
            elif certainty not in (None, "range") and highest is not None:
                self.add_error("certainty", "Select a range, or delete the highest amount of the range")
        first, last = cleaned.get("year_from"), cleaned.get("year_to")
        if last and not first and "year_from" not in self.errors:
            self.add_error("year_from", "Enter the first financial year")
        elif first and last and last < first:
            self.add_error("year_to", "Last financial year must be the same as the first or later")
        return self.cleaned_data


class ContractForm(AmountForm):
    """One contract, with as many suppliers as it has."""

    amount_field = "value"
    guidance: ClassVar[Guidance] = {"value": "contract_value"}
    action = forms.ChoiceField(label="What is done?", choices=form.CONTRACT_ACTIONS, widget=RadioSelect)
    subject = forms.CharField(label="What is the contract for?", max_length=200, required=False)
    reference = forms.CharField(
        label="Contract reference", max_length=100, required=False, widget=TextInput(width=20)
    )
    value = MoneyField(label="Total value", required=False)
    certainty = forms.ChoiceField(
        label="How sure is the value?", choices=form.CONTRACT_CERTAINTY, initial="up_to", widget=RadioSelect
    )
    vat = forms.ChoiceField(label="VAT", choices=form.VAT, initial="not_stated", widget=RadioSelect)
    suppliers_withheld = forms.BooleanField(
        label="The suppliers’ names are withheld: they are in Part 2", required=False
    )
    route_to_market = forms.ChoiceField(
        label="Route to market", choices=form.ROUTES_TO_MARKET, required=False, widget=RadioSelect
    )
    framework = forms.CharField(
        max_length=200, required=False, help_text="Its name, if the contract comes from one."
    )
    initial_months = forms.IntegerField(label="Initial term", **MONTHS)
    extension_options = forms.CharField(
        max_length=200, required=False, help_text="For example, two of 12 months each."
    )
    longest_months = forms.IntegerField(label="Longest term", **MONTHS)
    break_points = forms.CharField(max_length=200, required=False)
    notices = AddressesField(label="Web addresses of the notices", required=False)

    def build(self, fields: Fields, data: Any, initial: Values) -> None:
        """Add two fields for each supplier: as many as were posted, or are stored, or one."""
        suppliers = initial.get("suppliers", ())
        self.count = _count(data or initial) if data or "supplier_count" in initial else len(suppliers) or 1
        for index, row in enumerate(suppliers):
            initial.setdefault(f"supplier_{index}_name", row["name"])
            initial.setdefault(f"supplier_{index}_number", row["company_number"])
            initial.setdefault(f"supplier_{index}_value", row["value"])
        several = self.count > 1
        for index in range(self.count):
            name = f"Supplier {index + 1}" if several else "Supplier"
            fields[f"supplier_{index}_name"] = forms.CharField(label=name, max_length=200, required=False)
            fields[f"supplier_{index}_number"] = forms.CharField(
                label=f"Company number of supplier {index + 1}" if several else "Company number",
                max_length=20,
                required=False,
                widget=TextInput(width=10),
                help_text=form.GUIDANCE["company_number"],
            )
            fields[f"supplier_{index}_value"] = MoneyField(
                label=f"Value with supplier {index + 1}" if several else "Value with this supplier",
                required=False,
                help_text=form.GUIDANCE["supplier_value"],
            )

    def supplier_rows(self) -> list[dict[str, Any]]:
        """Return the bound fields of each supplier, for the template."""
        return [
            {"index": index, "number": index + 1, "name": self[f"supplier_{index}_name"],
             "company_number": self[f"supplier_{index}_number"], "value": self[f"supplier_{index}_value"]}
            for index in range(self.count)
        ]  # fmt: skip

    def clean(self) -> Values:
        """A withheld name must not stand here as well; a company number needs its name; terms agree."""
        cleaned = super().clean()
        for index in range(self.count):
            more = [cleaned.get(f"supplier_{index}_{name}") for name in ("number", "value")]
            if any(one not in ("", None) for one in more) and not cleaned.get(f"supplier_{index}_name"):
                self.add_error(
                    f"supplier_{index}_name",
                    "Enter the supplier’s name, or delete its company number and its value",
                )
        if cleaned.get("suppliers_withheld") and self._suppliers():
            self.add_error(
                "suppliers_withheld", "Delete the suppliers’ names, because you say that they are in Part 2"
            )
        initial, longest = cleaned.get("initial_months"), cleaned.get("longest_months")
        if initial and longest and longest < initial:
            self.add_error("longest_months", "Longest term must be the same as the initial term or more")
        return self.cleaned_data

    def values(self) -> Values:
        """Return the contract's fields and its suppliers as a list."""
        own = {name: value for name, value in self.cleaned_data.items() if not name.startswith("supplier_")}
        return {**own, "suppliers": self._suppliers()}

    def _suppliers(self) -> list[dict[str, Any]]:
        rows = [
            {
                "name": self.cleaned_data.get(f"supplier_{index}_name", ""),
                "company_number": self.cleaned_data.get(f"supplier_{index}_number", ""),
                "value": self.cleaned_data.get(f"supplier_{index}_value"),
            }
            for index in range(self.count)
        ]
        return [row for row in rows if row["name"]]


class GrantForm(AmountForm):
    """One grant, received or given."""

    guidance: ClassVar[Guidance] = {
        "purpose": "grant_purpose",
        "conditions": "grant_conditions",
        "reasons": "grant_reasons",
    }
    direction = forms.ChoiceField(
        label="Is the grant received or given?",
        choices=form.GRANT_DIRECTIONS,
        widget=RadioSelect(inline=True),
    )
    counterparty = forms.CharField(label="Who gives it, or who receives it?", max_length=200, required=False)
    counterparty_withheld = forms.BooleanField(label="This name is withheld: it is in Part 2", required=False)
    amount = MoneyField(required=False)
    certainty = forms.ChoiceField(
        label="How sure is the amount?", choices=form.CONTRACT_CERTAINTY, initial="exact", widget=RadioSelect
    )
    profile = ProfileField(label="Amount in each financial year", required=False)
    purpose = LongTextField(required=False, rows=3)
    conditions = LongTextField(required=False, rows=3)
    reasons = LongTextField(required=False, rows=3)

    def clean(self) -> Values:
        """A name that Part 2 withholds must not stand here as well; any other must be typed."""
        cleaned = super().clean()
        named, withheld = cleaned.get("counterparty"), cleaned.get("counterparty_withheld")
        if named and withheld:
            self.add_error("counterparty_withheld", "Delete the name, because you say that it is in Part 2")
        elif not named and not withheld:
            self.add_error(
                "counterparty", "Enter who gives or receives the grant, or say that the name is withheld"
            )
        return self.cleaned_data


def _count(data: Any) -> int:
    text = str(data.get("supplier_count", "1"))
    return min(max(int(text) if text.isdecimal() and len(text) < 5 else 1, 1), MOST_SUPPLIERS)


def with_suppliers_changed(data: QueryDict) -> QueryDict | None:
    """Return what was typed with a supplier more or one fewer, as the button asked; None for any other button."""
    changed, count = data.copy(), _count(data)
    gone = data.get("remove_supplier", "")
    if "add_supplier" in data:
        changed["supplier_count"] = str(min(count + 1, MOST_SUPPLIERS))
    elif gone.isdecimal():
        for index in range(int(gone), count):
            for name in ("name", "number", "value"):
                changed[f"supplier_{index}_{name}"] = data.get(f"supplier_{index + 1}_{name}", "")
        changed["supplier_count"] = str(max(count - 1, 1))
    else:
        return None
    return changed
