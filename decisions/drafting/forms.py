"""The forms of the paper itself: titles, owner, timing, summary, sections, data protection, deferral."""

import copy
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from decisions import form, scheme
from decisions.drafting.markings import refuse_marked
from decisions.models import Section, Version
from decisions.models.paper import Answer
from decisions.text import paragraphs
from pcd.forms import CheckboxSelectMultiple, DateField, Form, LongTextField, RadioSelect, Textarea, TextInput
from pcd.people.models import Office, Role, User

Values = dict[str, Any]
Guidance = Mapping[str, str]
Fields = dict[str, forms.Field]
#: How much one section holds.
MOST_PARAGRAPHS, MOST_CHARACTERS = 500, 200_000
TOO_LONG = "The text has {:,} {}. Shorten it to {:,} or fewer"
ANSWERS = ((Answer.YES.value, "Yes"), (Answer.NO.value, "No"))


class PaperForm(Form):
    """A form of one page of the paper: it only cleans, and shows the guidance of `decisions/form.py`."""

    #: Which guidance a field shows, where it is not the field's own name.
    guidance: ClassVar[Guidance] = {}

    def __init__(
        self, data: Any = None, *, initial: Values | None = None, version: Version, row: Any, by: User
    ) -> None:
        self.version, self.row, self.by = version, row, by
        fields = copy.deepcopy(type(self).base_fields)
        initial = dict(initial or {})
        self.build(fields, data, initial)
        for name, field in fields.items():
            field.help_text = field.help_text or form.GUIDANCE.get(self.guidance.get(name, name), "")
        setattr(self, "base_fields", fields)  # noqa: B010 - an instance's own, so that they are phrased like the others
        super().__init__(data, initial=initial)

    def build(self, fields: Fields, data: Any, initial: Values) -> None:
        """Change the fields to what depends on the paper; most forms need nothing."""

    def clean(self) -> Values:
        """Refuse a marking that this system may not hold, in whichever field it stands."""
        cleaned = super().clean() or self.cleaned_data
        for name, value in list(cleaned.items()):
            try:
                refuse_marked(value)
            except ValidationError as error:
                self.add_error(name, error)
        return self.cleaned_data

    def values(self) -> Values:
        """Return what was typed, in the shape in which the page reads it back."""
        return dict(self.cleaned_data)


def plain(value: Any) -> Any:
    """Return a value as it is compared and digested: a row by its key, a list in order."""
    return str(value.pk) if isinstance(value, Model) else value


class TitlesForm(PaperForm):
    """What the paper is called, and what kinds of decision it holds."""

    working_title = forms.CharField(max_length=200)
    title = forms.CharField(label="Public title", max_length=200, required=False)
    kinds = forms.MultipleChoiceField(
        label="What kind of decision is it?",
        choices=form.KINDS,
        required=False,
        widget=CheckboxSelectMultiple(small=True),
    )

    def clean_kinds(self) -> list[str]:
        """Keep the kinds in the form's order, whatever order they came in."""
        return [key for key, _ in form.KINDS if key in self.cleaned_data["kinds"]]


class OwnerForm(PaperForm):
    """Who owns the proposal, and who reviews the paper."""

    business_unit = forms.CharField(label="Unit that owns the proposal", max_length=150, required=False)
    business_organisation = forms.CharField(label="Organisation", max_length=150, required=False)
    head_of_service = forms.ModelChoiceField(
        queryset=Office.objects.filter(role=Role.HEAD_OF_SERVICE),
        required=False,
        empty_label=None,
        widget=RadioSelect,
    )


class TimingForm(PaperForm):
    """When the decision takes effect, and why it is urgent or late."""

    effective_on = DateField(label="Effective date", required=False)
    urgency_reason = LongTextField(label="Why is it urgent?", required=False, rows=3)
    retrospective_reason = LongTextField(label="Why is it retrospective?", required=False, rows=3)


class SummaryForm(PaperForm):
    """The executive summary."""

    heading = "summary"
    # The limit is counted here and demanded at submission: a longer draft can still be saved.
    summary = LongTextField(
        label="Executive summary", required=False, widget=Textarea(rows=14, words=form.SUMMARY_WORDS[1])
    )


class SectionForm(PaperForm):
    """One section: its text, or where the text is, or why there is none."""

    guidance: ClassVar[Guidance] = {"text": "section_text", "reason": "section_reason"}
    text = LongTextField(required=False, rows=18)
    treatment = forms.ChoiceField(
        label="Is the text published here?",
        choices=(
            (Section.Treatment.TEXT.value, "Yes, the text above is published"),
            (Section.Treatment.IN_PART2.value, "No, this section is in Part 2"),
            (Section.Treatment.NOT_APPLICABLE.value, "No, this section is not applicable"),
        ),
        widget=RadioSelect,
    )
    reason = LongTextField(label="If there is no text, why?", required=False, rows=2)

    def clean_text(self) -> str:
        """Return the paragraphs, one empty line between them; refuse more than anybody reads in a section."""
        text = self.cleaned_data["text"]
        if len(text) > MOST_CHARACTERS:
            raise ValidationError(TOO_LONG.format(len(text), "characters", MOST_CHARACTERS))
        blocks = paragraphs(text)
        if len(blocks) > MOST_PARAGRAPHS:
            raise ValidationError(TOO_LONG.format(len(blocks), "paragraphs", MOST_PARAGRAPHS))
        return "\n\n".join(blocks)

    def clean(self) -> Values:
        """A section is text, or in Part 2, or not applicable because; never two of them."""
        cleaned = super().clean()
        treatment, reason = cleaned.get("treatment"), cleaned.get("reason", "").strip()
        if treatment == Section.Treatment.TEXT:
            if reason:
                self.add_error(
                    "reason", "Delete this reason, or say above that the text is not published here"
                )
        elif treatment and cleaned.get("text"):
            place = (
                "move it to Part 2 and delete it here"
                if treatment == Section.Treatment.IN_PART2
                else "delete it"
            )
            self.add_error(
                "text", f"There is still text in this section. If it is not to be published, {place}"
            )
        if treatment == Section.Treatment.NOT_APPLICABLE and not reason:
            self.add_error("reason", "Enter why this section is not applicable")
        return self.cleaned_data


class AuthorityForm(PaperForm):
    """Who decides: whom the scheme of delegation proposes, or, with a reason, somebody stricter."""

    decider = forms.ChoiceField(label="Who decides?", widget=RadioSelect)
    decider_reason = LongTextField(label="Why somebody more senior?", required=False, rows=3)

    def build(self, fields: Fields, data: Any, initial: Values) -> None:
        """Offer the proposal and whoever is stricter, by the titles of the body; without one there is no choice."""
        self.proposed = scheme.proposal(self.version)
        choice: Any = fields["decider"]
        choice.choices = scheme.choices(self.proposed) if self.proposed else ()

    def clean(self) -> Values:
        """A stricter decider has a reason, and the proposed one needs none."""
        cleaned = super().clean()
        if self.proposed and (decider := cleaned.get("decider")):
            keeps, reason = decider == self.proposed.decider, cleaned.get("decider_reason", "").strip()
            if keeps and reason:
                self.add_error("decider_reason", "Delete this reason, or select somebody more senior above")
            elif not keeps and not reason:
                self.add_error(
                    "decider_reason", "Enter why somebody more senior decides than the scheme asks for"
                )
        return self.cleaned_data

    def values(self) -> Values:
        """Return what was typed, and the paragraph that the proposal relies on."""
        return {**super().values(), "paragraph": str(self.proposed.paragraph.pk) if self.proposed else ""}


class DataProtectionForm(PaperForm):
    """The data protection impact assessment."""

    dpia = forms.ChoiceField(
        label="Is a data protection impact assessment (DPIA) required?",
        choices=form.DPIA,
        required=False,
        widget=RadioSelect,
    )
    dpia_note = LongTextField(label="Note", required=False, rows=3)


class Part2AnswerForm(PaperForm):
    """Whether there is a Part 2."""

    part2_exists = forms.ChoiceField(choices=ANSWERS, required=False, widget=RadioSelect(inline=True))
    notice_only = forms.BooleanField(label="Publish only a notice of this decision", required=False)

    def build(self, fields: Fields, data: Any, initial: Values) -> None:
        """Ask in the words of the form's edition."""
        fields["part2_exists"].label = self.version.edition.wording["part2_question"]

    def clean_part2_exists(self) -> str:
        """No Part 2 means no paper in it."""
        answer: str = self.cleaned_data["part2_exists"]
        if answer == Answer.NO and self.version.part2_papers.all():
            raise ValidationError("There is a Part 2 paper below. Remove it first, or answer Yes")
        return answer

    def clean(self) -> Values:
        """A notice is of a Part 2: without one there is nothing to give notice of."""
        cleaned = super().clean()
        if cleaned.get("notice_only") and cleaned.get("part2_exists") != Answer.YES:
            self.add_error("notice_only", "Answer Yes to Part 2, or do not publish only a notice")
        return self.cleaned_data


class DeferralForm(PaperForm):
    """Whether the publication of Part 1 is deferred, why, and until when."""

    guidance: ClassVar[Guidance] = {"deferred": "deferral"}
    deferred = forms.ChoiceField(choices=ANSWERS, required=False, widget=RadioSelect(inline=True))
    deferral_reason = LongTextField(label="If yes, for what reason", required=False, rows=3)
    deferred_until = DateField(label="Until what date", required=False)

    def build(self, fields: Fields, data: Any, initial: Values) -> None:
        """Ask in the words of the form's edition."""
        fields["deferred"].label = self.version.edition.wording["deferral_question"]

    def clean(self) -> Values:
        """A reason and a date belong to the answer Yes."""
        cleaned = super().clean()
        if cleaned.get("deferred") != Answer.YES and (
            cleaned.get("deferral_reason") or cleaned.get("deferred_until")
        ):
            self.add_error("deferred", "Select Yes, or delete the reason and the date below")
        return self.cleaned_data


class NewPaperForm(Form):
    """The first thing that a paper needs: a name for colleagues."""

    heading = "working_title"
    working_title = forms.CharField(
        max_length=200, widget=TextInput(width="two-thirds"), help_text=form.GUIDANCE["working_title"]
    )

    def clean_working_title(self) -> str:
        """Refuse a marking in place of a title."""
        refuse_marked(self.cleaned_data["working_title"])
        return str(self.cleaned_data["working_title"])


class CommentForm(Form):
    """What somebody says about a paragraph."""

    text = LongTextField(label="Comment", rows=5, help_text=form.GUIDANCE["comment"])

    def __init__(self, data: Any = None, *, answers: bool = False, optional: bool = False) -> None:
        super().__init__(data)
        if answers:
            self.fields["text"].label = "Answer"
        self.fields["text"].required = not optional

    def clean_text(self) -> str:
        """Refuse a marking that this system may not hold."""
        refuse_marked(self.cleaned_data["text"])
        return str(self.cleaned_data["text"])
