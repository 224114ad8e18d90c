"""The page of every component and every kind of field, with live examples, right and wrong."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe

from pcd.forms import (
    CheckboxSelectMultiple,
    DateField,
    EmailInput,
    Form,
    LongTextField,
    MoneyField,
    RadioSelect,
    TextInput,
    YesNoField,
)

KINDS = (("plain", "Plain"), ("urgent", "Urgent"), ("other", "Other"))
TEAMS = (("finance", "Finance"), ("legal", "Legal"), ("equality", "Equality"))


@dataclass(frozen=True)
class Example:
    """One component with the arguments that show it."""

    component: str
    params: dict[str, Any]
    note: str = ""


def link(text: str, **more: Any) -> dict[str, Any]:
    """An item that goes nowhere."""
    return {"href": "#", "text": text, **more}


EXAMPLES = (
    Example("button", {"text": "Save and continue"}),
    Example("button", {"text": "Add another", "classes": "govuk-button--secondary"}, "secondary"),
    Example("button", {"text": "Take down", "classes": "govuk-button--warning"}, "warning"),
    Example("button", {"text": "Not yet", "disabled": True}, "disabled"),
    Example("back-link", link("Back")),
    Example("breadcrumbs", {"items": [link("My work"), link("Example 12"), {"text": "Preview"}]}),
    Example("tag", {"text": "Waiting"}),
    Example("tag", {"text": "Done", "classes": "govuk-tag--green"}, "green"),
    Example("tag", {"text": "Refused", "classes": "govuk-tag--red"}, "red"),
    Example("tag", {"text": "Draft", "classes": "govuk-tag--grey"}, "grey"),
    Example("inset-text", {"text": "What stands here is worth a pause."}),
    Example("warning-text", {"text": "This cannot be undone.", "icon_fallback_text": "Warning"}),
    Example(
        "details", {"summary_text": "Why we ask", "text": "Because the answer decides who is asked next."}
    ),
    Example("notification-banner", {"text": "Two people have answered.", "title_id": "banner-plain"}),
    Example(
        "notification-banner",
        {"type": "success", "text": "Saved.", "title_id": "banner-good", "disable_auto_focus": True},
        "success",
    ),
    Example(
        "panel",
        {
            "title_text": "It is done",
            "heading_level": 4,
            "html": mark_safe("Its number is<br><strong>12</strong>"),
        },
    ),
    Example(
        "error-summary",
        {
            "title_text": "There is a problem",
            "error_list": [{"text": "Enter the title", "href": "#id_wrong-line"}],
            "disable_auto_focus": True,
        },
    ),
    Example(
        "summary-list",
        {
            "rows": [
                {
                    "key": {"text": name},
                    "value": {"text": value},
                    "actions": {"items": [link("Change", visually_hidden_text=name.lower())]},
                }
                for name, value in (("Title", "New roof"), ("Cost", "£225,000"), ("Owner", "Robin Ashdown"))
            ]
        },
    ),
    Example(
        "task-list",
        {
            "id_prefix": "tasks",
            "items": [
                {"title": {"text": "Title and summary"}, "href": "#", "status": {"text": "Completed"}},
                {
                    "title": {"text": "Costs"},
                    "hint": {"text": "Two lines, one without a year"},
                    "href": "#",
                    "status": {"tag": {"text": "Incomplete", "classes": "govuk-tag--blue"}},
                },
                {"title": {"text": "Submit"}, "status": {"text": "Cannot start yet"}},
            ],
        },
    ),
    Example(
        "table",
        {
            "caption": "Costs by year",
            "caption_classes": "govuk-table__caption--m",
            "first_cell_is_header": True,
            "head": [
                {"text": "Year"},
                {"text": "Capital", "format": "numeric"},
                {"text": "Revenue", "format": "numeric"},
            ],
            "rows": [
                [
                    {"text": year},
                    {"text": capital, "format": "numeric"},
                    {"text": revenue, "format": "numeric"},
                ]
                for year, capital, revenue in (("2026/27", "£1,980,000", "£0"), ("2027/28", "£0", "£225,000"))
            ],
        },
    ),
    Example(
        "pagination",
        {
            "previous": {"href": "#"},
            "next": {"href": "#"},
            "items": [
                {"number": 1, "href": "#"},
                {"number": 2, "href": "#", "current": True},
                {"number": 3, "href": "#"},
                {"ellipsis": True},
                {"number": 40, "href": "#"},
            ],
        },
    ),
    Example(
        "tabs",
        {
            "id_prefix": "tab",
            "items": [
                {"label": name, "id": f"tab-{name.lower()}", "panel": {"text": f"{name}: this is the panel."}}
                for name in ("First", "Second")
            ],
        },
    ),
    Example(
        "accordion",
        {
            "id": "accordion",
            "heading_level": 4,
            "items": [
                {"heading": {"text": name}, "content": {"text": f"{name}: this is the section."}}
                for name in ("First", "Second")
            ],
        },
    ),
)


class Fields(Form):
    """Every kind of field."""

    label_size = "s"

    line = forms.CharField(
        label="Title", help_text="One line, as it will be read by the public.", max_length=200
    )
    short = forms.CharField(label="Year", widget=TextInput({"inputmode": "numeric"}, width=4), max_length=4)
    share = forms.DecimalField(
        label="Share of the cost", widget=TextInput(width=5, suffix="%"), max_value=100
    )
    email = forms.EmailField(label="Email address", widget=EmailInput({"autocomplete": "email"}, width=30))
    amount = MoneyField(label="Amount", help_text="In pounds, for example 1,980,000 or 1.98m or 225k.")
    day = DateField(label="Date of the meeting", help_text="For example, 12 3 2024.")
    text = LongTextField(label="Background", rows=4)
    counted = LongTextField(label="Summary", words=120, help_text="Plain words, for a reader in a hurry.")
    kind = forms.ChoiceField(
        label="Kind",
        choices=KINDS,
        widget=RadioSelect(hints={"urgent": "Only when it cannot wait"}, reveals={"other": "which"}),
    )
    which = forms.CharField(label="Which kind?", required=False, widget=TextInput(width=20))
    answer = YesNoField(label="Is there a second part?")
    teams = forms.MultipleChoiceField(
        label="Teams", choices=TEAMS, widget=CheckboxSelectMultiple(hints={"legal": "Takes three days"})
    )
    listed = forms.ChoiceField(label="Office", choices=(("", ""), *TEAMS))
    tick = forms.BooleanField(label="I have read the text above")
    secret = forms.CharField(
        label="Password", widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    file = forms.FileField(label="Supporting file", help_text="A PDF or a Word file, at most 10 MB.")


WRONG = {
    "wrong-line": "Roof\x00s",
    "wrong-short": "20244",
    "wrong-share": "half",
    "wrong-email": "robin at example",
    "wrong-amount": "£2,165,00",
    "wrong-day_day": "31",
    "wrong-day_month": "2",
    "wrong-day_year": "2024",
    "wrong-counted": "word " * 121,
}


def components(request: HttpRequest) -> HttpResponse:
    """Every component, every kind of field, and every kind of field refused."""
    context = {
        "examples": EXAMPLES,
        "fields": Fields(),
        "wrong": Fields(WRONG, prefix="wrong"),
        "amounts": [Decimal(pounds) for pounds in ("1980000.00", "225000.00", "1983456.20")],
    }
    return render(request, "components/index.html", context)
