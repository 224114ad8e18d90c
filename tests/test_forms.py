"""Fields as people meet them: a label, a hint, an error that says what to do, and nothing typed that is lost."""

import datetime
import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pcd.components import WRONG, Fields
from pcd.forms import DateField, Form, LongTextField, MoneyField, RadioSelect, Textarea, TextInput, YesNoField
from pcd.forms.groups import GROUPS
from tests.pages import assert_valid_html


class Paper(Form):
    """A form with the kinds of field that a page mostly has."""

    title = forms.CharField(label="Title", help_text="As the public will read it.", max_length=20)
    amount = MoneyField(label="Amount")
    held_on = DateField(label="Date of the meeting", latest=datetime.date(2030, 12, 31))
    summary = LongTextField(label="Summary", words=3)
    deferred = YesNoField(label="Is publication to be deferred?")
    agreed = forms.BooleanField(label="I have read it")


RIGHT = {
    "title": "  New roof ",
    "amount": "£1.98m",
    "held_on_day": "12",
    "held_on_month": "3",
    "held_on_year": "2024",
    "summary": "one\r\ntwo",
    "deferred": "no",
    "agreed": "on",
}


def tag(html: str, ident: str) -> str:
    """The opening tag of the element with this id."""
    found = re.search(rf'<[^>]*\bid="{re.escape(ident)}"[^>]*>', html)
    assert found, f"nothing has the id {ident}"
    return found[0]


def page(body: str) -> str:
    """A whole page around a piece of one."""
    return f'<!DOCTYPE html><html lang="en-GB"><head><title>T</title></head><body><h1>T</h1><form method="get">{body}<button type="submit">Go</button></form></body></html>'  # noqa: E501


def test_a_list_keeps_its_own_words_for_nothing_and_says_choose_where_it_has_none() -> None:
    class Lists(Form):
        cites = forms.ChoiceField(choices=[("", "No paragraph"), ("1", "One")])
        dashes = forms.ChoiceField(choices=[("", "---------"), ("1", "One")])
        empty = forms.ChoiceField(choices=[("", ""), ("1", "One")])

    form = Lists()
    first = [
        re.search(r"<option[^>]*>\s*([^<]*?)\s*<", str(form[name].as_field_group())) for name in form.fields
    ]
    assert [found and found[1] for found in first] == ["No paragraph", "Choose", "Choose"]


def errors(form: forms.BaseForm) -> dict[str, list[str]]:
    """The errors by field."""
    return {name: [str(text) for text in texts] for name, texts in form.errors.items()}


def test_what_was_typed_becomes_values() -> None:
    form = Paper(RIGHT)
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "title": "New roof",
        "amount": Decimal("1980000.00"),
        "held_on": datetime.date(2024, 3, 12),
        "summary": "one\ntwo",
        "deferred": False,
        "agreed": True,
    }


def test_a_form_left_empty_says_what_to_enter_at_every_field() -> None:
    assert errors(Paper({})) == {
        "title": ["Enter the title"],
        "amount": ["Enter the amount"],
        "held_on": ["Enter the date of the meeting"],
        "summary": ["Enter the summary"],
        "deferred": ["Select an answer to ‘Is publication to be deferred?’"],
        "agreed": ["Tick to confirm: I have read it"],
    }


def test_a_form_may_say_it_in_its_own_words() -> None:
    class Own(Form):
        title = forms.CharField(label="Title", error_messages={"required": "Give it a name"})

    assert errors(Own({})) == {"title": ["Give it a name"]}


def test_a_label_keeps_its_capitals_where_they_mean_something() -> None:
    class Capitals(Form):
        number = forms.CharField(label="PCD number")
        name = forms.CharField(label="Your name")
        share = forms.CharField(label="100% share", max_length=3)

    assert errors(Capitals({"share": "12345"})) == {
        "number": ["Enter the PCD number"],
        "name": ["Enter your name"],
        "share": ["100% share must be 3 characters or fewer. It has 5"],
    }


@pytest.mark.parametrize("character", ["\0", "\x07", "\x9f", "\u202e", "\u2066", "\ufffd"])
def test_a_character_that_cannot_be_read_is_refused_with_its_place(character: str) -> None:
    form = Paper({**RIGHT, "title": f"New{character} roof"})
    assert errors(form) == {
        "title": [
            "There is a character after ‘New’ that cannot be read or printed, shown as \ufffd. Delete it"
        ]
    }
    assert 'value="New\ufffd roof"' in tag(str(form), "id_title")


@settings(deadline=None)
@given(st.text())
@example(' data-aria-controls="x"')
@example(" data-aria-controls=")
def test_no_text_breaks_a_form_and_what_comes_back_is_what_was_typed(text: str) -> None:
    form = Paper({**RIGHT, "title": text, "amount": text, "held_on_day": text})
    form.is_valid()
    shown = str(form)
    assert not re.search("[\0-\x08\x0b\x0c\x0e-\x1f]", shown)
    if text.isprintable() and "\ufffd" not in text:
        assert unescape(tag(shown, "id_amount")).count(text) >= 1


@pytest.mark.parametrize(
    ("day", "month", "year", "says", "at_fault"),
    [
        ("31", "2", "2024", "Date of the meeting must be a real date, like 12 3 2024", ["day"]),
        ("1", "13", "2024", "Date of the meeting must be a real date, like 12 3 2024", ["month"]),
        ("x", "3", "y", "Date of the meeting must be a real date, like 12 3 2024", ["day", "year"]),
        ("", "3", "2024", "Date of the meeting must include a day", ["day"]),
        ("12", "", "", "Date of the meeting must include a month and a year", ["month", "year"]),
        ("12", "3", "24", "Date of the meeting must have a year of four numbers, like 2024", ["year"]),
        ("1", "1", "2031", "Date of the meeting must be the same as or before 31 December 2030", None),
        ("\0", "3", "2024", "Date of the meeting must be a real date, like 12 3 2024", ["day"]),
        ("²", "3", "2024", "Date of the meeting must be a real date, like 12 3 2024", ["day"]),
    ],
)
def test_a_wrong_date_marks_the_boxes_at_fault_and_keeps_them_all(
    day: str, month: str, year: str, says: str, at_fault: list[str] | None
) -> None:
    form = Paper({**RIGHT, "held_on_day": day, "held_on_month": month, "held_on_year": year})
    assert errors(form) == {"held_on": [says]}
    html = str(form)
    for part, text in (("day", day), ("month", month), ("year", year)):
        box = tag(html, f"id_held_on_{part}")
        assert ("govuk-input--error" in box) == (at_fault is None or part in at_fault)
        assert f'value="{text}"' in box or not text.isprintable()
    first = (at_fault or ["day"])[0]
    summary = Template("{% load govuk %}{% govuk_errors form %}").render(Context({"form": form}))
    assert f'href="#id_held_on_{first}"' in summary


@pytest.mark.parametrize(
    "typed",
    [
        ("12", "3", "2024"),
        ("12", "March", "2024"),
        ("12", " mar. ", "2024"),
        ("12 3 2024", "", ""),
        ("12/03/2024", "", ""),
    ],
)
def test_a_date_may_be_typed_in_several_ways(typed: tuple[str, str, str]) -> None:
    form = Paper({**RIGHT, **dict(zip(("held_on_day", "held_on_month", "held_on_year"), typed, strict=True))})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["held_on"] == datetime.date(2024, 3, 12)


def test_a_form_opens_with_what_is_stored() -> None:
    html = str(
        Paper(
            initial={
                "amount": Decimal("1980000.00"),
                "held_on": datetime.date(2024, 3, 12),
                "deferred": True,
                "summary": "a\nb",
            }
        )
    )
    assert 'value="1,980,000"' in tag(html, "id_amount")
    for part, text in (("day", "12"), ("month", "3"), ("year", "2024")):
        assert f'value="{text}"' in tag(html, f"id_held_on_{part}")
    assert "checked" in tag(html, "id_deferred")
    assert "checked" not in tag(html, "id_deferred-2")


def test_what_is_stored_and_not_touched_has_not_changed() -> None:
    stored = {
        "title": "New roof",
        "amount": Decimal("1980000.00"),
        "held_on": datetime.date(2024, 3, 12),
        "summary": "one\ntwo",
        "deferred": False,
        "agreed": True,
    }
    assert Paper(RIGHT, initial=stored).changed_data == []


@pytest.mark.parametrize(("least", "text", "says"), [
    (Decimal(0), "-5", "Amount must be £0 or more"),
    (None, "E225k", "begins with a letter"),
])  # fmt: skip
def test_a_wrong_amount_says_what_to_do_and_stays_in_its_box(
    least: Decimal | None, text: str, says: str
) -> None:
    class Money(Form):
        amount = MoneyField(label="Amount", least=least, most=Decimal(100))

    form = Money({"amount": text})
    assert says in errors(form)["amount"][0]
    assert f'value="{text}"' in tag(str(form), "id_amount")
    assert errors(Money({"amount": "100.01"})) == {"amount": ["Amount must be £100 or less"]}


def test_a_field_is_tied_to_its_hint_and_its_error() -> None:
    html = str(Paper({**RIGHT, "title": "x" * 21}))
    box = tag(html, "id_title")
    assert 'aria-describedby="id_title-hint id_title-error"' in box
    assert 'aria-invalid="true"' in box
    assert tag(html, "id_title-hint")
    assert re.search(r'id="id_title-error"[^>]*>\s*<span class="govuk-visually-hidden">Error:</span>', html)
    assert re.search(r'<label class="govuk-label govuk-label--s" for="id_title"', html)


def test_the_error_summary_links_every_error_to_its_input_also_in_a_formset() -> None:
    rows = forms.formset_factory(Paper, extra=0)
    data: dict[str, Any] = {"row-TOTAL_FORMS": "2", "row-INITIAL_FORMS": "2"}
    formset = rows(data, prefix="row")
    alone = Paper({})
    summary = Template("{% load govuk %}{% govuk_errors alone formset %}").render(
        Context({"alone": alone, "formset": formset})
    )
    body = str(alone) + str(formset)
    links = re.findall(r'href="#([^"]+)"', summary)
    assert len(links) == len(set(links)) == 6 * 3
    for link in links:
        assert tag(body, link).startswith(("<input", "<textarea", "<select"))


def test_there_is_no_error_summary_without_an_error() -> None:
    for form in (Paper(), Paper(RIGHT), None):
        assert not Template("{% load govuk %}{% govuk_errors form %}").render(Context({"form": form})).strip()


def test_the_only_question_of_a_page_is_its_heading() -> None:
    class Question(Form):
        heading = "reason"
        reason = LongTextField(label="Why is it asked for?")

    assert re.search(r"<h1[^>]*>\s*<label[^>]*govuk-label--l", str(Question()))


def test_a_field_that_an_answer_reveals_stands_inside_that_answer_once() -> None:
    class Deferral(Form):
        deferred = YesNoField(label="Defer?", widget=RadioSelect(reveals={"yes": "reason"}))
        reason = forms.CharField(label="Reason", required=False)

    html = str(Deferral())
    assert html.count('id="id_reason"') == 1
    assert html.index('value="yes"') < html.index('id="id_reason"') < html.index('value="no"')
    # `aria-expanded`, which the script would add for this, is not allowed on a radio.
    assert "data-aria-controls" not in html


def test_html_in_labels_hints_and_values_is_text() -> None:
    class Sly(Form):
        title = forms.CharField(label="<b>Title</b>", help_text="<i>hint</i>")
        kind = forms.ChoiceField(
            label="Kind", choices=[("<u>", "<u>")], widget=RadioSelect(hints={"<u>": "<s>"})
        )

    form = Sly({"title": '"><script>', "kind": "<em>"})
    html = str(form) + Template("{% load govuk %}{% govuk_errors form %}").render(Context({"form": form}))
    assert not re.search(r"<(b|i|u|s|em|script)>", html)


def test_every_kind_of_field_right_and_wrong_is_valid_html() -> None:
    assert_valid_html(page(f"{Fields()}{Fields(WRONG, prefix='wrong')}"))


def test_every_widget_of_django_that_a_form_may_have_is_dressed() -> None:
    kinds = (forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.PasswordInput, forms.Textarea,
             forms.Select, forms.RadioSelect, forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.FileInput,
             forms.ClearableFileInput, forms.SelectMultiple)  # fmt: skip
    assert [kind for kind in kinds if not any(issubclass(kind, row) for row, _ in GROUPS)] == []


def test_widths_prefixes_counts_and_attributes_reach_the_page() -> None:
    class Dressed(Form):
        share = forms.CharField(
            label="Share",
            widget=TextInput({"inputmode": "decimal", "autocomplete": "off"}, width=5, suffix="%"),
        )
        text = forms.CharField(label="Text", widget=Textarea(rows=9, characters=100))

    html = str(Dressed())
    for piece in ("govuk-input--width-5", 'inputmode="decimal"', 'autocomplete="off"'):
        assert piece in tag(html, "id_share")
    assert "%</div>" in html
    assert 'rows="9"' in tag(html, "id_text")
    assert "You can enter up to 100 characters" in html
