"""The table of reference data: what each page shows, and by which form it is changed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from decisions import advising
from decisions.models import (
    BankHoliday,
    Body,
    ExemptionGround,
    FormEdition,
    PassedStep,
    Scheme,
    SchemeParagraph,
)
from decisions.reference import editions, kinds_rules
from decisions.reference.forms import (
    BankHolidayForm,
    BodyForm,
    PassedStepForm,
    SchemeForm,
    SmallOfficeForm,
)
from decisions.reference.forms_form import EditionForm, SeriesForm
from decisions.reference.forms_rules import AdviceRuleForm, GroundForm
from decisions.wording import KIND_NAMES, counted, day, threshold_in_words
from pcd import trail
from pcd.people import changes
from pcd.people.models import User

PROPOSED = "you proposed this. It takes effect when a second person agrees"


@dataclass(frozen=True)
class Line:
    """One row of reference data: what it says, and what else is to know of it."""

    text: str
    meta: str = ""
    #: For a row that can be ended: the address of the page that does, and what its link says.
    end_url: str = ""
    end_text: str = ""


@dataclass(frozen=True)
class Group:
    """Rows that belong together, such as the paragraphs of one scheme."""

    heading: str
    lines: list[Line]


Save = Callable[[User, BodyForm], str]


@dataclass(frozen=True)
class Subject:
    """One kind of reference data: what its page shows, and by which form it is changed."""

    key: str
    title: str
    about: str
    groups: Callable[[Body], Iterable[Group]]
    button: str
    form: type[BodyForm]
    save: Save
    two_people: bool = False


def _scheme(body: Body) -> Iterable[Group]:
    today = timezone.localdate()
    present = body.schemes.filter(valid_from__lte=today).aggregate(day=Max("valid_from"))["day"]
    for scheme in body.schemes.order_by("-valid_from").prefetch_related("paragraphs"):
        example = ", an example to be confirmed by the body" if scheme.example else ""
        yield Group(
            f"{scheme.name}, from {day(scheme.valid_from)} ({_when(scheme, present)}{example})",
            [
                Line(f"{row.number}  {row.text}", " · ".join(_says(row, scheme.title(row.decider))))
                for row in sorted(scheme.paragraphs.all(), key=_number)
            ],
        )


def _when(row: Scheme | FormEdition, present: date | None) -> str:
    """Say of one of several that follow each other where it stands; `present` is the first day of the one in force."""
    if row.valid_from == present:
        return "in force"
    return "to come" if row.valid_from > timezone.localdate() else "past"


def _number(row: SchemeParagraph) -> list[int | str]:
    """Order 4.2 before 4.10."""
    return [f"{int(part):06}" if part.isdecimal() else part for part in row.number.split(".")]


def _says(row: SchemeParagraph, title: str) -> list[str]:
    kinds = ", ".join(KIND_NAMES[kind] for kind in row.kinds) or "any kind"
    marks = ["reserved"] * row.reserved + ["where no other paragraph holds"] * row.otherwise
    return [title, kinds, threshold_in_words(row.amount_from, row.amount_to), *marks]


def _body(body: Body) -> Iterable[Group]:
    yield Group(
        body.name,
        [
            Line(f"An adviser has {counted(body.advice_days, 'working day')}", "where nobody says otherwise"),
            Line(
                "A small office" if body.small_office else "Not a small office",
                "a rule of who signs may be overridden, with a reason and a second person's consent"
                if body.small_office
                else "no rule of who signs is overridden",
            ),
        ],
    )


def _passed(body: Body) -> Iterable[Group]:
    today = timezone.localdate()
    rows = [
        Line(
            f"{row.get_step_display()}: “{row.words}”",
            _left_out(row),
            *_given_back(row, today),
        )
        for row in body.passed_steps.order_by("-since")
    ]
    yield Group("", rows)


def _left_out(row: PassedStep) -> str:
    if row.until == row.since:
        return "given back before it began"
    return _period(row.since, row.until - timedelta(days=1) if row.until else None)  # its last day


def _given_back(row: PassedStep, today: date) -> tuple[str, str]:
    if row.until is not None and row.until <= max(today, row.since):
        return "", ""
    return reverse("passed-step-end", args=[row.pk]), "Give this step back"


def _advice(body: Body) -> Iterable[Group]:
    groups: dict[str, list[Line]] = {}
    for row in body.advice_rules.order_by("area", "valid_from"):
        about = [advising.conditions(row), row.clause, kinds_rules.when(row)]
        line = _dated(row, "advice-rule-end", f"Needed: {row.because}", about)
        groups.setdefault(advising.called(row.area), []).append(line)
    return [Group(area, lines) for area, lines in groups.items()] or [Group("", [])]


def _dated(row: kinds_rules.Row, url: str, text: str, about: list[str]) -> Line:
    """Return the line of what may be given a last day."""
    meta = " · ".join([*about, *["example, to be confirmed"] * row.example])
    return (
        Line(text, meta)
        if row.is_past()
        else Line(text, meta, reverse(url, args=[row.pk]), kinds_rules.link(row))
    )


def _holidays(body: Body) -> Iterable[Group]:
    years: dict[int, list[Line]] = {}
    today = timezone.localdate()
    for row in BankHoliday.objects.order_by("day"):
        end = (reverse("bank-holiday-remove", args=[row.day]), "Remove") if row.day > today else ()
        years.setdefault(row.day.year, []).append(Line(f"{row.day:%A} {day(row.day)}", row.name, *end))
    return [Group(str(year), lines) for year, lines in sorted(years.items(), reverse=True)]


def _grounds(body: Body) -> Iterable[Group]:
    groups: dict[str, list[Line]] = {}
    for row in ExemptionGround.objects.all():
        about = [kinds_rules.when(row), *["no public interest test"] * row.absolute]
        line = _dated(row, "ground-end", f"{row.provision}: {row.title}", about)
        groups.setdefault(row.get_instrument_display(), []).append(line)
    return [Group(name, lines) for name, lines in groups.items()] or [Group("", [])]


def _series(body: Body) -> Iterable[Group]:
    year = timezone.localdate().year
    rows = body.series.order_by("-issues", "name")
    yield Group(
        "",
        [
            Line(
                row.name,
                f"{row.get_made_by_display()} · such as {row.pattern.reference(12, year)} · "
                + ("gives new numbers" if row.issues else "names old decisions only"),
            )
            for row in rows
        ],
    )


def _editions(body: Body) -> Iterable[Group]:
    present = FormEdition.in_force(body).valid_from
    for row in body.form_editions.order_by("-valid_from"):
        yield Group(
            f"{row.name}, from {day(row.valid_from)} ({_when(row, present)})",
            [Line(editions.says(row, word), word.label) for word in editions.words(row)],
        )


def _period(since: date, until: date | None) -> str:
    return f"from {day(since)}" + (f" until {day(until)}" if until else "")


# How each is saved: returns what was done, or raises NotSound


def _proposes(kind: str) -> Save:
    def save(by: User, form: BodyForm) -> str:
        changes.propose(kind, form.body.pk, by=by, **form.proposal())
        return PROPOSED

    return save


def _save_body(by: User, form: BodyForm) -> str:
    body, said = form.body, form.cleaned_data
    done = []
    if said["small_office"] != body.small_office:
        changes.propose("small_office", body.pk, by=by, small_office=said["small_office"])
        done.append("small office is proposed and takes effect when a second person agrees")
    if said["advice_days"] != body.advice_days:
        Body.objects.filter(pk=body.pk).update(advice_days=said["advice_days"])
        trail.write(
            *("body", body.pk, "advice_days_changed"),
            by=by,
            days=said["advice_days"],
            before=body.advice_days,
        )
        done.append("the days for advice are saved")
    return "; ".join(done) or "nothing was changed"


def _save_holiday(by: User, form: BodyForm) -> str:
    row = BankHoliday.objects.create(**form.cleaned_data)
    trail.write("body", form.body.pk, "bank_holiday_added", by=by, day=row.day.isoformat())
    return f"{day(row.day)} is a bank holiday"


SUBJECTS = (
    Subject(
        "scheme",
        "Scheme of delegation",
        "Who decides what, from which amount on. What a paper relied on stays as it was.",
        _scheme,
        "Propose other thresholds",
        SchemeForm,
        _proposes("scheme"),
        two_people=True,
    ),
    Subject(
        "body",
        "Advice and small office",
        "How long advisers have, and whether rules of who signs may be overridden.",
        _body,
        "Change",
        SmallOfficeForm,
        _save_body,
    ),
    Subject(
        "passed-steps",
        "Steps left out",
        "Steps of the route that the body does not have, and what is printed in their place.",
        _passed,
        "Propose to leave a step out",
        PassedStepForm,
        _proposes("passed_step"),
        two_people=True,
    ),
    Subject(
        "advice-rules",
        "Mandatory advice",
        "Which papers need whose advice, and why. What is submitted keeps what was mandatory on its day.",
        _advice,
        "Propose a rule",
        AdviceRuleForm,
        _proposes("advice_rule"),
        two_people=True,
    ),
    Subject(
        "bank-holidays",
        "Bank holidays",
        "Days that are no working days, besides Saturdays and Sundays.",
        _holidays,
        "Add a bank holiday",
        BankHolidayForm,
        _save_holiday,
    ),
    Subject(
        "grounds",
        "Grounds of exemption",
        "Why a text may stay in Part 2. What is submitted keeps the grounds of its day.",
        _grounds,
        "Propose a ground",
        GroundForm,
        _proposes("ground_of_exemption"),
        two_people=True,
    ),
    Subject(
        "series",
        "Series of numbers",
        "How decisions are numbered. A number once given stays.",
        _series,
        "Propose a new series",
        SeriesForm,
        _proposes("series"),
        two_people=True,
    ),
    Subject(
        "form-editions",
        "Editions of the form",
        "The form's headings and statements, by date. A paper keeps the edition in which it was begun.",
        _editions,
        "Propose a new edition",
        EditionForm,
        _proposes("form_edition"),
        two_people=True,
    ),
)
SUBJECT = {subject.key: subject for subject in SUBJECTS}
