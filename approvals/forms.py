"""The fields of each action's page; they clean what is typed and decide nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property

from approvals import (
    advice,
    clearing,
    due,
    handing,
    joint,
    keeping,
    outside,
    questions,
    recorded,
    returned,
    signing,
)
from approvals.acts import open_round
from approvals.keeping import CO_DRAFTING, keeper
from approvals.models import Advice, AdviceRequest, OutsideRequest, Override, ReturnAnswer
from approvals.needs import RETURN_INSTEAD, all_deferred_back
from decisions import form, part2, policy
from decisions.advising import called
from decisions.attaching import kinds
from decisions.drafting.uploads import FilesField, file_field
from decisions.models import (
    Access,
    ContractAward,
    FinancialLine,
    FundingGrant,
    Grant,
    Part2Paper,
    Recommendation,
    State,
    Version,
)
from decisions.opening import Refused
from decisions.part2 import Decided
from decisions.snapshot import labelled
from decisions.wording import counted, day, listed, shortened
from pcd.forms import (
    CheckboxSelectMultiple,
    DateField,
    Form,
    LongTextField,
    MoneyField,
    RadioSelect,
    TextInput,
    YesNoField,
)
from pcd.people.models import ADVISER_ROLES, Absence, Holding, Role, User, holders

#: A row of a recommendation whose amount may be decided otherwise.
Amount = FinancialLine | ContractAward | FundingGrant


class ActForm(Form):
    """A page of the route; every one knows the version and the person."""

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        self.version, self.person = version, person
        super().__init__(data, files)

    def inputs(self) -> dict[str, Any]:
        """Return what `workflow.perform` takes."""
        return dict(self.cleaned_data)


class ConfirmForm(ActForm):
    """Nothing to fill in: the button is the act."""

    def inputs(self) -> dict[str, Any]:
        """Return a mark that the page has been sent, not only looked at."""
        return {"confirmed": True}


def files_field(label: str) -> FilesField:
    """Return the field for files that go with a request or an advice; its name must be `file`."""
    return FilesField(
        label=f"{label} (optional)",
        help_text="PDFs, pictures, CSV tables, Word documents or Excel files. They are kept sealed and never "
        "published. Only the paper's writers, its advisers and those who sign it can open them.",
        required=False,
    )


def opened_files(brought: Iterable[Any]) -> list[tuple[str, kinds.Brought]]:
    """Open each file as every file that is sealed is opened; raises ValidationError with what is wrong with it."""
    try:
        return [(one.name, kinds.for_part2(one.open().read(), one.name)) for one in brought]
    except Refused as refused:
        raise forms.ValidationError(str(refused)) from None


class SubmitForm(ActForm):
    """Of an urgent paper, for each mandatory advice that has not come: why it is not obtained yet (form.md 4)."""

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        self.areas = advice.to_follow(version)
        for area in self.areas:
            self.fields[f"unobtained_{area}"] = LongTextField(
                label=f"{called(area)}: not obtained, because",
                help_text="This is published. The paper is urgent, so it can go on without this advice, which then "
                f"follows {due.within(version)}. Leave this empty to wait for it. Do not write anything from Part 2 "
                "here.",
                required=False,
                rows=3,
            )

    def inputs(self) -> dict[str, Any]:
        """Return the reasons that were given, by area."""
        given = {area: self.cleaned_data[f"unobtained_{area}"].strip() for area in self.areas}
        return {"confirmed": True, "unobtained": {area: reason for area, reason in given.items() if reason}}


class AdviserChoice(forms.ChoiceField):
    """Advisers by area and name; the value is the holding of the office."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=self._choices, **kwargs)

    @staticmethod
    def _choices() -> list[tuple[str, str]]:
        held = (
            Holding.objects.current()
            .filter(office__role__in=ADVISER_ROLES)
            .select_related("office", "person")
        )
        rows = sorted(
            held, key=lambda row: (ADVISER_ROLES.index(Role(row.office.role)), row.person.full_name)
        )
        absent = Absence.objects.current().order_by("until")
        away = {row.person_id: f" (away until {day(row.last_day)})" for row in absent}
        return [
            (str(row.pk), f"{Role(row.office.role).label}: {row.person}{away.get(row.person_id, '')}")
            for row in rows
        ]

    def say_what_they_cover(self, version: Version) -> None:
        """Say beside each adviser, in the paper's words, what their advice is of."""
        widget: Any = self.widget
        areas = dict(Holding.objects.current().values_list("pk", "office__role"))
        said = {
            area: f"Covers {listed(list(returned.in_words(version, keys)))}."
            for area, keys in advice.COVERS.items()
        }
        widget.hints = {key: said[areas[UUID(key)]] for key, _ in widget.choices}


class RequestAdviceForm(ActForm):
    """Whom to ask, about what, and whether they need Part 2."""

    adviser = AdviserChoice(label="Who do you want to ask?", widget=RadioSelect())
    with_part2 = YesNoField(
        label="Do they need to read Part 2?",
        help_text="They read Part 1 in any case. Only say yes if their advice depends on Part 2.",
    )
    writes = forms.BooleanField(
        label="They write the section of the paper that they are asked about",
        help_text="You can read that section and comment on it, but not change it until you take it back.",
        required=False,
    )
    message = LongTextField(
        label="What do you want to know? (optional)",
        help_text="Only people who can read this paper see it. Do not write anything from Part 2 here.",
        required=False,
        rows=4,
    )
    due_on = DateField(label="When do you need it by? (optional)", required=False)
    file = files_field("Files for the adviser")

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        self.usual = due.by_default(version.decision.body, timezone.localdate())
        adviser: Any = self.fields["adviser"]
        adviser.say_what_they_cover(version)
        if inside := [
            f"the {Role(area).label.lower()}"
            for area in advice.COVERS
            if advice.stands_in_part2(version, area)
        ]:
            self.fields["with_part2"].help_text = (
                f"Say yes for {listed(inside)}. What they advise on stands in Part 2, and their advice only counts "
                "if they have read it. Everybody reads Part 1 in any case."
            )
        days = counted(version.decision.body.advice_days, "working day")
        self.fields["due_on"].help_text = f"If you leave it empty: {day(self.usual)}, in {days}."

    def clean_file(self) -> list[tuple[str, kinds.Brought]]:
        """Open what was brought."""
        return opened_files(self.cleaned_data["file"])

    def clean_due_on(self) -> Any:
        """A day that has passed is no help to anyone."""
        needed = self.cleaned_data["due_on"]
        if needed and needed < timezone.localdate():
            raise forms.ValidationError("The day you need it by must be today or later")
        return needed

    def inputs(self) -> dict[str, Any]:
        """Return the adviser and their area in place of the holding."""
        held = Holding.objects.select_related("office", "person").get(pk=self.cleaned_data["adviser"])
        asked = {"adviser": held.person, "area": held.office.role}
        return {**self.cleaned_data, **asked, "due_on": self.cleaned_data["due_on"] or self.usual}


class ShownForm(ActForm):
    """A page whose act holds for what it showed: it carries the digest of that, and brings it back."""

    digest = forms.CharField(widget=forms.HiddenInput, required=False)

    def shown(self) -> str:
        """Return the digest of what the page shows now."""
        return signing.shown(self.version)


class GiveAdviceForm(ShownForm):
    """What the adviser says of the text as it stands."""

    outcome = forms.ChoiceField(
        label="Are you content with the paper as it stands?",
        choices=Advice.Outcome.choices,
        widget=RadioSelect(),
    )
    text = LongTextField(
        label="Your advice",
        help_text="The drafting officer and everybody who acts on the paper reads it. It is not published.",
        required=False,
        rows=8,
    )
    inner = LongTextField(
        label="Only for the people of this paper (optional)",
        help_text="Its writers, its advisers and those who sign it read this, and nobody else: not the governance "
        "team, no auditor. It is kept sealed and is never published.",
        required=False,
        rows=4,
    )
    file = files_field("Files with your advice")

    def clean_file(self) -> list[tuple[str, kinds.Brought]]:
        """Open what was brought."""
        return opened_files(self.cleaned_data["file"])

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        request = advice.unanswered(version, person)
        self.office = request.get_area_display().lower() if request else ""
        if policy.may(person, Access.PART2, version.decision):
            self.fields["text"].help_text = (
                "You may read Part 2, so only people who may read Part 2 see this. "
                "It is kept sealed and is not published."
            )
        else:
            self.fields["text"].help_text += " Do not write anything from Part 2 here."

    def shown(self) -> str:
        """Return the digest of what this adviser is asked about."""
        return advice.shown(self.version, self.person)

    def clean(self) -> dict[str, Any]:
        """Conditions and objections are said in words."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("outcome") in ("with_conditions", "not_content") and not cleaned.get("text"):
            what = "your conditions" if cleaned["outcome"] == "with_conditions" else "why you are not content"
            self.add_error("text", f"Enter {what}")
        return cleaned


class ChoiceForm(ActForm):
    """One of what the page offers, by its id; the act takes the thing itself."""

    #: The field of the choice; a list to open begins with a line that is no choice.
    chosen: ClassVar[str] = "to"
    unchosen: ClassVar[tuple[tuple[str, str], ...]] = ()

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        self.offers = {self.key_of(one): one for one in self.offered()}
        choice: Any = self.fields[self.chosen]
        choice.choices = [*self.unchosen, *((key, self.called(one)) for key, one in self.offers.items())]

    def offered(self) -> Iterable[Any]:
        """Return what the page offers."""
        raise NotImplementedError

    def key_of(self, one: Any) -> str:
        """Return the id by which one of them is chosen."""
        return str(one.pk)

    def called(self, one: Any) -> str:
        """Return what one of them is called."""
        return str(one)

    def inputs(self) -> dict[str, Any]:
        """Return what was chosen in place of its id."""
        return {**self.cleaned_data, self.chosen: self.offers[self.cleaned_data[self.chosen]]}


class ChaseForm(ChoiceForm):
    """Which of the advisers who have not answered."""

    chosen = "request"
    request = forms.ChoiceField(
        label="Whom do you want to remind?",
        widget=RadioSelect(),
        error_messages={"required": "Choose whom to remind"},
    )

    def offered(self) -> Iterable[AdviceRequest]:
        """Return the requests that wait for an answer."""
        self.days = due.of(self.version, questions.of(self.version))
        return due.awaited(self.version)

    def called(self, one: AdviceRequest) -> str:
        """Return the adviser with their office, and by when their advice is needed."""
        on = self.days[one.pk]
        return f"{one.get_area_display()}: {one.adviser}{f', needed by {day(on)}' if on else ''}"


def said_inside(label: str, missing: str) -> LongTextField:
    """Return a field for words that everybody who reads the paper reads, and the public does not."""
    return LongTextField(
        label=label,
        help_text="The drafting officer and everybody on the route reads it. It is not published. "
        "Do not write anything from Part 2 here.",
        error_messages={"required": missing},
        rows=5,
    )


class AskForm(ChoiceForm):
    """Of whom, and what one wants to know."""

    to = forms.ChoiceField(
        label="Whom do you want to ask?",
        widget=RadioSelect(),
        error_messages={"required": "Choose whom to ask"},
    )
    text = said_inside("What do you want to know?", "Enter your question")

    def offered(self) -> Iterable[User]:
        """Return who can answer."""
        return questions.whom(self.version, self.person)


class AnswerForm(ActForm):
    """The answer to the question that waits longest."""

    text = said_inside("Your answer", "Enter your answer")
    question = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        self.asked = questions.waiting(version, person)


class AnswerAdviceForm(ChoiceForm):
    """The answer to an adviser who is not content with what was submitted."""

    chosen = "advice"
    advice = forms.ChoiceField(
        label="Whose advice do you answer?",
        widget=RadioSelect(),
        error_messages={"required": "Choose whose advice you answer"},
    )
    text = said_inside("Your answer", "Enter your answer")

    def offered(self) -> Iterable[Advice]:
        """Return what waits for an answer; a second click finds what it has answered."""
        rows = advice.standings(self.version)
        return [row.given for row in rows if row.given and row.objects and (self.is_bound or not row.answer)]

    def called(self, one: Advice) -> str:
        """Return the adviser with their office."""
        return f"{one.request.get_area_display()}: {one.adviser}"


class ReasonForm(ActForm):
    """Why: for returning and withdrawing."""

    reason = said_inside("Why?", "Enter the reason")


class ReturnForm(ReasonForm):
    """Why, and for each reason the text that it concerns; the button for another place sends the page, and no act."""

    #: How many places the page offers at first, and at most.
    FIRST, MOST = 2, 40

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        more, typed = data is not None and "more" in data, data if data is not None else {}
        super().__init__(None if more else data, files, version=version, person=person)
        self.places = returned.places(version)
        sent = [n for n in range(1, self.MOST + 1) if f"text_{n}" in typed]
        self.numbers = range(1, min(self.MOST, max(self.FIRST, *sent, 0) + more) + 1)
        offered = (("", "Choose the text"), *((key, place.name) for key, place in self.places.items()))
        for n in self.numbers:
            self.fields[f"on_{n}"] = forms.ChoiceField(
                label="Which text does it concern?", choices=offered, required=False
            )
            self.fields[f"text_{n}"] = LongTextField(
                label="What is to be changed or answered there?", required=False, rows=2
            )
        if more:
            self.initial = {name: typed.get(name, "") for name in self.fields}

    @property
    def rows(self) -> list[tuple[int, list[Any]]]:
        """Return the fields of each place, for the page."""
        return [(n, [self[f"on_{n}"], self[f"text_{n}"]]) for n in self.numbers]

    def clean(self) -> dict[str, Any]:
        """A place has words, and words have a place."""
        cleaned = super().clean() or self.cleaned_data
        for n in self.numbers:
            on, text = cleaned.get(f"on_{n}"), cleaned.get(f"text_{n}")
            if text and not on and f"on_{n}" not in self.errors:
                self.add_error(f"on_{n}", "Choose the text that this concerns")
            if on and not text and f"text_{n}" not in self.errors:
                self.add_error(
                    f"text_{n}", f"Say what is to be changed or answered in {self.places[on].name}"
                )
        return cleaned

    def inputs(self) -> dict[str, Any]:
        """Return the reason, and each point with its place."""
        cleaned = self.cleaned_data
        given = ((cleaned[f"on_{n}"], cleaned[f"text_{n}"]) for n in self.numbers)
        points = [(self.places[on], text) for on, text in given if on]
        return {"reason": cleaned["reason"], "points": points}


class AnswerPointForm(ChoiceForm):
    """Which point of the return, and how it was met."""

    chosen = "point"
    point = forms.ChoiceField(
        label="Which point do you answer?",
        widget=RadioSelect(),
        error_messages={"required": "Choose the point that you answer"},
    )
    how = forms.ChoiceField(
        label="How is it answered?",
        choices=ReturnAnswer.How.choices,
        widget=RadioSelect(),
        error_messages={"required": "Say how it is answered"},
    )
    text = said_inside("Your answer (optional, if the text was changed)", "Enter your answer")

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        self.fields["text"].required = False

    def offered(self) -> Iterable[Any]:
        """Return the points that wait; on a second click also the answered one, which then finds its work done."""
        return returned.points(self.version) if self.is_bound else returned.unanswered(self.version)

    def key_of(self, one: Any) -> str:
        """Return the id of a point."""
        return str(one.row.pk)

    def called(self, one: Any) -> str:
        """Return where a point is, and what it says."""
        return f"{one.row.called}: {shortened(one.row.text, 120)}"

    def clean(self) -> dict[str, Any]:
        """An answer in words has words."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("how") == "words" and not cleaned.get("text"):
            self.add_error("text", "Enter your answer")
        return cleaned


class AgreeForm(ChoiceForm):
    """To which of those who ask to act in two parts one says yes."""

    chosen = "override"
    override = forms.ChoiceField(
        label="Do you agree that they act?",
        widget=RadioSelect(),
        error_messages={"required": "Choose to whom you agree, or leave this page"},
    )

    def offered(self) -> Iterable[Override]:
        """Return the overrides that wait; on a second click also those answered, which then find their work done."""
        current = open_round(self.version)
        if current is None:
            return ()
        asked = current.overrides.exclude(person=self.person).select_related("person")
        return asked if self.is_bound else asked.filter(signing.AWAITED)

    def refused_before(self) -> Iterable[Override]:
        """Return what colleagues turned down of what is asked for anew: nobody is asked instead of them unseen."""
        asked = {(row.office, row.person_id) for row in self.offered()}
        rows = Override.objects.filter(signing.AT_STAKE, round__version=self.version).exclude(refused_by=None)
        return [
            row for row in rows.select_related("person", "refused_by") if (row.office, row.person_id) in asked
        ]

    def called(self, one: Override) -> str:
        """Return who asks, in which office, and why."""
        return f"{one.person} acts as {Role(one.office).label.lower()}: {one.reason}"


class RefuseOverrideForm(AgreeForm):
    """To which of them one says no, and why."""

    override = forms.ChoiceField(
        label="What do you turn down?",
        widget=RadioSelect(),
        error_messages={"required": "Choose what you turn down, or leave this page"},
    )
    reason = said_inside("Why?", "Enter the reason")


class ColleagueForm(ChoiceForm):
    """One drafting officer of a list."""

    unchosen = (("", "Choose a person"),)
    to = forms.ChoiceField(label="Who?", error_messages={"required": "Choose a person"})

    def offered(self) -> Iterable[User]:
        """Return whom the list offers: every other drafting officer."""
        return holders(Role.DRAFTING_OFFICER).exclude(pk=self.person.pk)

    def called(self, one: User) -> str:
        """Return what somebody is called in the list."""
        return f"{one}, who keeps it now" if one == keeper(self.version) else str(one)


class CoDrafterForm(ColleagueForm):
    """Who writes with the drafting officer, and whether Part 2 too."""

    with_part2 = YesNoField(
        label="Do they need to read and write Part 2?",
        help_text="Only say yes if they have to. To change it later, remove them and add them again.",
    )


class EndCoDraftingForm(ColleagueForm):
    """Which co-drafter writes no more."""

    def offered(self) -> Iterable[User]:
        """Return the co-drafters, and who was one: a second click finds its work done."""
        rows = Grant.objects.filter(decision=self.version.decision, source=CO_DRAFTING)
        return User.objects.filter(pk__in=rows.values("person")).order_by("full_name")


class HandOverForm(ColleagueForm):
    """To which other drafting officer, and why."""

    to = forms.ChoiceField(
        label="Who takes the paper over?",
        help_text="They write it and answer for it from now on, and read Part 2.",
        error_messages={"required": "Choose a person"},
    )
    reason = said_inside("Why?", "Enter the reason")

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        if person == keeper(version):
            self.fields["to"].help_text += " You can still read Part 1."

    def offered(self) -> Iterable[User]:
        """Return every other drafting officer; a co-drafter who reads all of it takes over what was left to them."""
        officers = holders(Role.DRAFTING_OFFICER)
        return (
            officers if keeping.takes_over(self.version, self.person) else officers.exclude(pk=self.person.pk)
        )


class TellsCode:
    """An act that makes a code for somebody outside: what is shown once when it is done, and kept nowhere."""

    code: str

    def told(self) -> dict[str, str]:
        """Return the code, and to whom it is told."""
        raise NotImplementedError


class AskOutsiderForm(TellsCode, ActForm):
    """Who is asked outside, what, until when, and which parts of the paper they are shown."""

    name = forms.CharField(label="Their name", max_length=150, widget=TextInput())
    organisation = forms.CharField(label="Their organisation", max_length=150, widget=TextInput())
    email = forms.EmailField(
        label="Their email address",
        help_text="They get a link, and nothing of the content. You tell them a code apart.",
    )
    area = forms.ChoiceField(
        label="Which adviser does their advice inform?",
        choices=[(role.value, role.label) for role in ADVISER_ROLES],
        widget=RadioSelect(),
    )
    question = LongTextField(
        label="What do you want to know?",
        help_text="They read this once they have entered the code. It is kept sealed.",
        rows=5,
    )
    chosen = forms.MultipleChoiceField(
        label="What do you share with them?",
        help_text="They see this as it is now, and nothing else.",
        widget=CheckboxSelectMultiple(),
        error_messages={"required": "Choose what you share"},
    )
    with_part2 = forms.BooleanField(
        label="I share something of Part 2, and they may read it",
        required=False,
    )
    until = DateField(
        label="Until what date can they answer?", help_text="The link opens until the end of that day."
    )

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        reads = policy.may(person, Access.PART2, version.decision)
        self.rows = outside.shareable(version, reads_part2=reads)
        chosen: Any = self.fields["chosen"]
        chosen.choices = [(row.key, row.title) for row in self.rows]
        self.opens_part2 = any(row.part2 for row in self.rows)
        if not self.opens_part2:
            del self.fields["with_part2"]
        self.code = outside.new_code()

    def clean_until(self) -> Any:
        """The link lives for two months at most."""
        until, today = self.cleaned_data["until"], timezone.localdate()
        if not today <= until <= today + timedelta(days=60):
            raise forms.ValidationError("The date must be today or later, and within 60 days")
        return until

    def clean(self) -> dict[str, Any]:
        """Part 2 is shared only where that is said."""
        cleaned = super().clean() or self.cleaned_data
        inside = {row.key for row in self.rows if row.part2} & set(cleaned.get("chosen", ()))
        if inside and not cleaned.get("with_part2"):
            self.add_error("with_part2", "Confirm that you share something of Part 2, or leave it out above")
        if cleaned.get("with_part2") and not inside and cleaned.get("chosen"):
            self.add_error("with_part2", "You have chosen nothing of Part 2. Choose it above, or clear this")
        return cleaned

    def inputs(self) -> dict[str, Any]:
        """Return what was filled in, and the code of which only a hash is kept."""
        return {**self.cleaned_data, "code": self.code}

    def told(self) -> dict[str, str]:
        """Return the code, and to whom it is told."""
        return {
            "code": self.code,
            "whom": f"{self.cleaned_data['name']} ({self.cleaned_data['organisation']})",
        }


class LinkForm(ChoiceForm):
    """Which link to somebody outside."""

    chosen = "request"
    request = forms.ChoiceField(
        label="Whose link?", widget=RadioSelect(), error_messages={"required": "Choose the link"}
    )

    def called(self, one: OutsideRequest) -> str:
        """Return whom it is for, and until when it opens."""
        return f"{one.name}, {one.organisation} ({one.email}), until {day(one.until)}"


class EndOutsideForm(LinkForm):
    """Which link opens nothing any more."""

    def offered(self) -> Iterable[OutsideRequest]:
        """Return the links that open still; for a second click also what this person has ended."""
        ended = outside.of(self.version).filter(end__by=self.person) if self.is_bound else ()
        return [*outside.ends(self.version, self.person), *ended]


class NewCodeForm(TellsCode, LinkForm):
    """For which link a new code is made."""

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        self.code = outside.new_code()

    def offered(self) -> Iterable[OutsideRequest]:
        """Return the links of this person that open still."""
        return outside.renews(self.version, self.person)

    def inputs(self) -> dict[str, Any]:
        """Return what was chosen, and the code of which only a hash is kept."""
        return {**super().inputs(), "code": self.code}

    def told(self) -> dict[str, str]:
        """Return the code, and to whom it is told."""
        row = self.inputs()["request"]
        return {"code": self.code, "whom": f"{row.name} ({row.organisation})"}


class HandAdviceOnForm(ChoiceForm):
    """Which colleague in the same office answers the request, and why."""

    to = forms.ChoiceField(
        label="Who answers in your place?",
        widget=RadioSelect(),
        help_text="They can read what you can read of this paper. You cannot read it any more.",
        error_messages={"required": "Choose a colleague"},
    )
    reason = said_inside("Why? (optional)", "")

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        self.fields["reason"].required = False
        if self.request is not None and self.request.adviser != person:
            to: Any = self.fields["to"]
            to.label = f"Who answers in the place of {self.request.adviser}?"
            to.help_text = "They can read what was opened to whoever was asked."

    @cached_property
    def request(self) -> AdviceRequest | None:
        """What is handed on."""
        return handing.to_hand_on(self.version, self.person)

    def offered(self) -> Iterable[User]:
        """Return who may answer it; for a second click, who has it already."""
        if self.request:
            return handing.colleagues(self.version, self.request)
        return [row.adviser for row in self.version.advice_requests.all() if row.handed_from_id]


class SignForm(ShownForm):
    """Signing: the very bytes of the round, and the advice beside them."""


class ReviewForm(SignForm):
    """The head of service's own statement, in the form's words: the page shows it above the tick."""

    confirmed = forms.BooleanField(
        label="I confirm this statement",
        error_messages={"required": "Tick to confirm the statement, or return the paper with a reason"},
    )


class RescindForm(SignForm):
    """Why a decision is taken back; what is published says so, with the reason."""

    reason = LongTextField(
        label="Why do you rescind this decision?",
        error_messages={"required": "Enter the reason"},
        rows=5,
    )

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        self.public = version.state == State.PUBLISHED
        self.fields["reason"].help_text = (
            "This is published with the decision. Do not write anything from Part 2 here."
            if self.public
            else "Everybody who can read the paper reads it. It is not published. "
            "Do not write anything from Part 2 here."
        )


class UntilForm(ReasonForm):
    """A deferral: why, and until when."""

    until = DateField(
        label="Until what date?", help_text="Part 1 is published on this day. For example, 1 3 2027."
    )


class JointDecisionForm(ActForm):
    """Which body elsewhere has decided, what, when, and under which reference, with the signed copy."""

    decider = forms.ChoiceField(label="Who has decided?", widget=RadioSelect())
    outcome = forms.ChoiceField(
        label="What did they decide?",
        choices=(("agreed", "They agreed"), ("declined", "They declined")),
        widget=RadioSelect(),
        error_messages={"required": "Choose whether they agreed or declined"},
    )
    decided_on = DateField(label="Date on which they decided")
    reference = forms.CharField(
        label="Their reference of the decision", max_length=60, required=False, widget=TextInput(width=20)
    )
    file = file_field(
        "Signed copy of their decision",
        "A PDF. It is kept sealed with the record and never published. Only people who may read Part 2 can open it.",
    )

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        choice: Any = self.fields["decider"]
        choice.choices = [
            (str(row.pk), str(row)) for row in version.joint_deciders.all() if not row.decided_on
        ]
        self.declines = joint.declines(version)

    def clean_decided_on(self) -> Any:
        """Nobody has decided tomorrow."""
        day = self.cleaned_data["decided_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("The date on which they decided must be today or in the past")
        return day

    def clean_file(self) -> bytes:
        """Open the file as every file that is sealed is opened; raises ValidationError with what is wrong with it."""
        brought = self.cleaned_data["file"]
        try:
            opened = kinds.for_part2(brought.open().read(), brought.name)
        except Refused as refused:
            raise forms.ValidationError(str(refused)) from None
        if opened.kind != "pdf":
            raise forms.ValidationError("The signed copy must be a PDF")
        return opened.content

    def clean(self) -> dict[str, Any]:
        """What they agreed to before they declined is not their last word; the database refuses it as well."""
        cleaned = super().clean() or self.cleaned_data
        agreed = cleaned.get("outcome") == "agreed" and cleaned.get("decided_on")
        for no in self.declines:
            if cleaned.get("decider") == str(no.decider_id) and agreed and agreed < no.decided_on:
                self.add_error(
                    "decided_on",
                    f"The date on which they agreed must be the same as or after {day(no.decided_on)}, when they "
                    "declined",
                )
        return cleaned

    def inputs(self) -> dict[str, Any]:
        """Return what they decided as whether they declined."""
        cleaned = dict(self.cleaned_data)
        return {**cleaned, "declined": cleaned.pop("outcome") == "declined"}


class JointConfirmationForm(ActForm):
    """Which record a second person compared with its signed copy, and whether the two agree."""

    recorded = forms.ChoiceField(
        label="Which record did you compare with its signed copy?", widget=RadioSelect()
    )
    agrees = YesNoField(label="Does the signed copy say what was recorded, and is it signed?")
    reason = LongTextField(
        label="If not, what is wrong?",
        help_text="It is then recorded again. Do not write anything from Part 2 or from the signed copy here.",
        required=False,
        rows=3,
    )

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        rows = [row for row in joint.records(version) if row.commitment and row.by_id != person.pk]
        self.waiting = [row for row in rows if not hasattr(row, "confirmation")]
        self.declines = joint.declines(version)
        choice: Any = self.fields["recorded"]
        # A second click names what is answered already; `workflow.perform` knows what still waits.
        choice.choices = [(str(row.pk), str(row.decider)) for row in (self.waiting if data is None else rows)]
        if len(self.waiting) == 1:
            choice.widget, choice.initial = forms.HiddenInput(), str(self.waiting[0].pk)

    def clean(self) -> dict[str, Any]:
        """What does not agree is said in words; what agrees needs none."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("agrees") is False and not cleaned.get("reason"):
            self.add_error("reason", "Enter what is wrong")
        if cleaned.get("agrees") and cleaned.get("reason"):
            self.add_error("reason", "You said that it agrees. Delete this text, or say no above")
        return cleaned


class ClearForm(ActForm):
    """One answer in words for each finding of the leak check."""

    WHY = "Why may it be published? If it may not, return to the paper and stop here."
    #: What the page says of a finding of each kind, and what it asks.
    ASKED: ClassVar[dict[str, tuple[str, str]]] = {
        "phrase": ("These words stand in both parts: “{}”", WHY),
        "name": ("This name stands in both parts: “{}”", WHY),
        "amount": ("This amount stands in both parts: “{}”", WHY),
        "unread": (
            "{} could not be read by the check, or not all of it. Look at it.",
            "Does anything of Part 2 stand in Part 1? Say what you compared. If it does, return to the paper and "
            "stop here.",
        ),
    }

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        self.hits = clearing.findings(version)
        for number, hit in enumerate(self.hits):
            label, asked = self.ASKED[hit.kind]
            self.fields[f"answer_{number}"] = LongTextField(
                label=label.format(hit.found),
                help_text=f"{asked} Do not repeat the words in your answer.",
                error_messages={"required": "Say why this may be published"},
                rows=2,
            )

    def inputs(self) -> dict[str, Any]:
        """Return the answers in the order of the findings."""
        return {"answers": [self.cleaned_data[f"answer_{number}"] for number in range(len(self.hits))]}


@dataclass(frozen=True)
class Asked:
    """A recommendation that is decided: of Part 1 with its amounts, or the `place`-th inside a Part 2 paper."""

    label: str
    key: str
    text: str
    amounts: tuple[Amount, ...] = ()
    paper: Part2Paper | None = None


class NoPartForm(ActForm):
    """The interest because of which a decision maker takes no part."""

    interest = LongTextField(
        label="What is your interest?",
        help_text="It is published with your name. Say what it is, and no more than readers need.",
        error_messages={"required": "Describe the interest"},
        rows=4,
    )


class DecideForm(SignForm):
    """Interests, then an outcome for each recommendation: all as recommended, or the exceptions."""

    interests_any = YesNoField(label="Do you have any personal or prejudicial interest in this matter?")
    interests = LongTextField(
        label="If yes, describe the interest, and say why you can take part",
        help_text="This is published.",
        required=False,
        rows=3,
    )
    meeting_on = DateField(
        label="If the decision was taken at a meeting, when was that?",
        help_text="Leave this empty if you decide now. You sign today in any case; both dates are published.",
        required=False,
    )
    all_as_recommended = forms.ChoiceField(
        label="What do you decide?",
        choices=(
            ("yes", "I approve all recommendations as they stand"),
            ("no", "I decide otherwise on one or more of them"),
        ),
        widget=RadioSelect(),
        error_messages={"required": "Say whether you approve all recommendations"},
    )

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        self.rows = [*self._in_part1(), *self._inside_part2()]
        for row in self.rows:
            self._add_outcome(row)

    def _in_part1(self) -> Iterator[Asked]:
        for label, row in labelled(self.version):
            yield Asked(label, row.pk.hex, row.text, tuple(self._amounts(row)))

    def _inside_part2(self) -> Iterator[Asked]:
        papers = list(self.version.part2_papers.all())
        for position, paper in enumerate(papers, start=1):
            inside = "Part 2" if len(papers) == 1 else f"Part 2, paper {position}"
            for place, text in enumerate(part2.read(paper).recommendations, start=1):
                yield Asked(f"{place} inside {inside}", f"{paper.pk.hex}_{place}", text, paper=paper)

    @property
    def opens_part2(self) -> bool:
        """Say whether the page shows words of Part 2."""
        return any(row.paper for row in self.rows)

    def _add_outcome(self, row: Asked) -> None:
        key, name = row.key, f"Recommendation {row.label}"
        told = "It is sealed with Part 2 and not published." if row.paper else "This is published."
        self.fields[f"outcome_{key}"] = forms.ChoiceField(
            label=f"{name}: outcome", choices=(("", "Choose"), *form.OUTCOMES), required=False
        )
        self.fields[f"reason_{key}"] = LongTextField(
            label=f"{name}: reason",
            help_text=f"Needed unless it is approved as it stands. {told}",
            required=False,
            rows=2,
        )
        self.fields[f"words_{key}"] = LongTextField(
            label=f"{name}: the words as you approve or determine them", required=False, rows=3
        )
        for line in row.amounts:
            self.fields[f"amount_{line.pk.hex}"] = MoneyField(
                label=f"{name}: {self._amount_label(line)}",
                help_text="Leave this empty if the amount stays as it is.",
                required=False,
            )

    @staticmethod
    def _amounts(row: Recommendation) -> list[Amount]:
        rows: list[Amount] = [*row.financial_lines.all(), *row.contract_awards.all(), *row.grants.all()]
        # A figure that Part 2 withholds is not given away by the decision.
        return [line for line in rows if line.certainty != "withheld"]

    @staticmethod
    def _amount_label(line: Amount) -> str:
        if isinstance(line, FinancialLine):
            return f"new {line.get_kind_display().lower()} amount"
        return "new grant amount" if isinstance(line, FundingGrant) else "new contract value amount"

    def exceptions(self) -> list[tuple[Asked, list[Any]]]:
        """Return each recommendation with its fields, for the page."""
        rows = []
        for row in self.rows:
            names = [f"{name}_{row.key}" for name in ("outcome", "reason", "words")]
            names += [f"amount_{line.pk.hex}" for line in row.amounts]
            rows.append((row, [self[name] for name in names]))
        return rows

    @property
    def in_detail(self) -> bool:
        """Say whether something was typed, or asked for, for single recommendations."""
        return self["all_as_recommended"].value() == "no" or any(
            name.startswith(("outcome_", "reason_", "words_", "amount_")) for name in self.errors
        )

    def clean(self) -> dict[str, Any]:
        """Interests in words if there are any; each exception with its reason, and no half-said ones."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("interests_any") and not cleaned.get("interests"):
            self.add_error("interests", "Describe the interest")
        if cleaned.get("interests_any") is False and cleaned.get("interests"):
            self.add_error(
                "interests", "You said that you have no interest. Delete this text, or say yes above"
            )
        choice = cleaned.get("all_as_recommended")
        for row in self.rows:
            self._clean_outcome(choice, row)
        if choice == "no" and all_deferred_back([cleaned.get(f"outcome_{row.key}") for row in self.rows]):
            self.add_error("all_as_recommended", RETURN_INSTEAD)
        if (
            choice == "no"
            and not self.errors
            and all(cleaned.get(f"outcome_{row.key}") == "approved" for row in self.rows)
        ):
            self.add_error(
                "all_as_recommended", "You approved every recommendation. Choose that you approve all"
            )
        return cleaned

    def clean_meeting_on(self) -> Any:
        """Nothing was decided tomorrow."""
        held_on = self.cleaned_data["meeting_on"]
        if held_on and held_on > timezone.localdate():
            raise forms.ValidationError("The date of the meeting must be today or in the past")
        return held_on

    def _clean_outcome(self, choice: str | None, row: Asked) -> None:
        label, key, cleaned = row.label, row.key, self.cleaned_data
        outcome, reason, words = (cleaned.get(f"{name}_{key}") for name in ("outcome", "reason", "words"))
        amounts = any(cleaned.get(f"amount_{line.pk.hex}") is not None for line in row.amounts)
        if choice == "yes" and (outcome or reason or words or amounts):
            self.add_error(
                f"outcome_{key}",
                f"You approve all, but recommendation {label} says otherwise. "
                "Clear what is typed here, or change your answer",
            )
        if choice != "no":
            return
        if not outcome:
            self.add_error(f"outcome_{key}", f"Choose the outcome of recommendation {label}")
        elif outcome != "approved" and not reason:
            self.add_error(f"reason_{key}", f"Enter the reason for the outcome of recommendation {label}")
        changes = outcome in ("approved_with_changes", "determined")
        if changes and not (words or amounts):
            self.add_error(f"words_{key}", f"Enter what you approve or determine in recommendation {label}")
        if outcome and not changes and (words or amounts):
            self.add_error(f"words_{key}", f"Choose “Approved with changes” to change recommendation {label}")

    def inputs(self) -> dict[str, Any]:
        """Return interests and the outcome of every recommendation, by its id."""
        cleaned = self.cleaned_data
        every = cleaned["all_as_recommended"] == "yes"
        outcomes: dict[str, Any] = {}
        sealed: dict[Part2Paper, list[Decided]] = {}
        for row in self.rows:
            given: dict[str, Any] = {"outcome": "approved"}
            if not every:
                given = {
                    "outcome": cleaned[f"outcome_{row.key}"],
                    "reason": cleaned[f"reason_{row.key}"],
                    "decided_text": cleaned[f"words_{row.key}"],
                }
            if row.paper:
                sealed.setdefault(row.paper, []).append(Decided(**given))
                continue
            amounts: dict[str, Decimal] = {
                str(line.pk): cleaned[f"amount_{line.pk.hex}"]
                for line in row.amounts
                if cleaned.get(f"amount_{line.pk.hex}") is not None
            }
            outcomes[str(UUID(row.key))] = given if every else {**given, "amounts": amounts}
        return {
            "sealed": sealed,
            "digest": cleaned["digest"],
            "interests": cleaned["interests"] if cleaned["interests_any"] else "None.",
            "meeting_on": cleaned["meeting_on"],
            "outcomes": outcomes,
        }


class RecordDecisionForm(DecideForm):
    """What was decided orally, on paper or at a meeting: who, how and when, and an outcome for each recommendation."""

    decider = forms.ChoiceField(label="Who decided?", widget=RadioSelect())
    how = forms.ChoiceField(
        label="How was it decided?", choices=(("oral", "Orally"), ("paper", "On paper"), ("meeting", "At a meeting")),
        widget=RadioSelect(),
    )  # fmt: skip
    decided_on = DateField(label="On what date?")
    decided_time = forms.TimeField(
        label="At what time?",
        help_text="For example, 14:30.",
        widget=TextInput(width=5),
        error_messages={"required": "Enter the time", "invalid": "Enter a time, such as 14:30"},
    )
    present = LongTextField(
        label="Who was present?", error_messages={"required": "Enter who was present"}, rows=3
    )
    original = forms.CharField(
        label="Where is the signed original?",
        max_length=300,
        widget=TextInput(),
        error_messages={"required": "Enter where the signed original is"},
    )
    file = file_field(
        "A scan of the signed original",
        "A PDF. It is kept sealed and never published. Only people who may read Part 2 can open it.",
    )

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        del self.fields["meeting_on"]
        self.people = {str(one.pk): one for one in recorded.deciders(version)}
        choice: Any = self.fields["decider"]
        now = recorded.deciders(version, timezone.now())
        choice.choices = [
            (key, str(one) if one in now else f"{one}, who held the office before")
            for key, one in self.people.items()
        ]
        self.fields["interests_any"].label = "Did they declare a personal or prejudicial interest?"
        self.fields["interests"].label = "If yes, what did they declare?"
        everything: Any = self.fields["all_as_recommended"]
        everything.label = "What was decided?"
        everything.choices = (
            ("yes", "All recommendations as they stand"),
            ("no", "Otherwise on one or more of them"),
        )

    def _inside_part2(self) -> Iterator[Asked]:
        """What is recommended inside Part 2 is not recorded for somebody else."""
        yield from ()

    clean_file = JointDecisionForm.clean_file

    def inputs(self) -> dict[str, Any]:
        """Return what was decided, and how and when."""
        cleaned = self.cleaned_data
        self.cleaned_data["meeting_on"] = cleaned["decided_on"]
        at = timezone.make_aware(datetime.combine(cleaned["decided_on"], cleaned["decided_time"]))
        about = {name: cleaned[name] for name in ("how", "present", "original", "file")}
        return {**super().inputs(), **about, "decided_at": at, "decider": self.people[cleaned["decider"]]}


class AttestForm(ActForm):
    """The record that a second person compared with its signed original."""

    recorded = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, version: Version, person: User) -> None:
        super().__init__(data, files, version=version, person=person)
        self.waiting = [row for row in recorded.waiting(version) if row.by_id != person.pk]
        self.fields["recorded"].initial = str(self.waiting[0].pk) if self.waiting else ""
        self.said = [recorded.outcomes(version, row) for row in self.waiting]


class RefuseRecordForm(AttestForm):
    """What is wrong with it."""

    reason = LongTextField(
        label="What is wrong?",
        help_text="It is then recorded again. Do not write anything from Part 2 or from the original here.",
        error_messages={"required": "Enter what is wrong"},
        rows=3,
    )


FORMS: dict[str, type[ActForm]] = {
    "request_advice": RequestAdviceForm,
    "give_advice": GiveAdviceForm,
    "answer_point": AnswerPointForm,
    "ask_again": ConfirmForm,
    "hand_advice_on": HandAdviceOnForm,
    "ask_outsider": AskOutsiderForm,
    "renew_outside_code": NewCodeForm,
    "end_outside": EndOutsideForm,
    "answer_advice": AnswerAdviceForm,
    "chase_advice": ChaseForm,
    "ask": AskForm,
    "answer": AnswerForm,
    "submit": SubmitForm,
    "review": ReviewForm,
    "endorse": SignForm,
    "decide": DecideForm,
    "withdraw_from_deciding": NoPartForm,
    "record_decision": RecordDecisionForm,
    "attest_decision": AttestForm,
    "refuse_record": RefuseRecordForm,
    "return_for_amendment": ReturnForm,
    "add_co_drafter": CoDrafterForm,
    "end_co_drafting": EndCoDraftingForm,
    "ask_override": ReasonForm,
    "agree_to_override": AgreeForm,
    "refuse_override": RefuseOverrideForm,
    "hand_over": HandOverForm,
    "defer": UntilForm,
    "renew_deferral": UntilForm,
    "end_deferral": ReasonForm,
    "record_joint_decision": JointDecisionForm,
    "confirm_joint_decision": JointConfirmationForm,
    "clear_for_publication": ClearForm,
    "publish": ConfirmForm,
    "withdraw": ReasonForm,
    "rescind": RescindForm,
}
