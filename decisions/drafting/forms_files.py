"""The forms of files: which part a file belongs to, the file itself, what it is called, and who can read it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from decisions import form
from decisions.attaching import kinds
from decisions.attaching.kinds import Brought
from decisions.drafting.forms import Fields, Guidance, PaperForm, Values
from decisions.drafting.markings import refuse_marked
from decisions.drafting.uploads import file_field
from decisions.models import Version
from decisions.opening import Refused
from pcd.forms import Form, LongTextField, RadioSelect

#: How much goes with one paper: it is published in one act.
MOST_FILES, MOST_BYTES = 30, 100 * 1024 * 1024
TITLE: dict[str, Any] = {"max_length": 150}


class PartForm(Form):
    """Which part a file belongs to: asked before the file is."""

    heading = "part"
    part = forms.ChoiceField(label="Which part does the file belong to?", widget=RadioSelect)

    def __init__(self, data: Any, *, places: Mapping[str, tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        field: Any = self.fields["part"]
        field.choices = [(key, name) for key, (name, _) in places.items()]
        field.widget.hints = {key: hint for key, (_, hint) in places.items()}


class BringForm(Form):
    """A file and its title; it is read while it is checked, and nothing of a refused one is kept."""

    title = forms.CharField(**TITLE)

    def __init__(self, data: Any, files: Any, *, version: Version) -> None:
        super().__init__(data, files)
        self.version = version

    def clean_title(self) -> str:
        """Refuse a marking in place of a title."""
        refuse_marked(self.cleaned_data["title"])
        return str(self.cleaned_data["title"])

    def clean(self) -> Values:
        """Open the file; raises ValidationError with what is wrong with it."""
        cleaned = super().clean() or self.cleaned_data
        brought = cleaned.get("file")
        if brought is not None:
            try:
                self.open(brought.read(), brought.name)
            except Refused as refused:
                self.add_error("file", str(refused))
        return cleaned

    def open(self, content: bytes, name: str) -> None:
        """Keep what becomes of the file; raises Refused."""
        raise NotImplementedError


class AttachForm(BringForm):
    """A file of Part 1."""

    title = forms.CharField(help_text=form.GUIDANCE["attachment_title"], **TITLE)
    file = file_field("File", form.GUIDANCE["attachment_file"])
    sheets = LongTextField(
        label="Sheets to publish", required=False, rows=2, help_text=form.GUIDANCE["attachment_sheets"]
    )
    as_it_is = forms.BooleanField(
        label="It is a PDF that others have signed, and must go out as it is",
        required=False,
        help_text=form.GUIDANCE["attachment_as_it_is"],
    )
    brought: list[Brought]

    def open(self, content: bytes, name: str) -> None:
        """Make the file fit for publication."""
        self.brought = kinds.for_part1(
            content,
            name,
            as_it_is=self.cleaned_data.get("as_it_is", False),
            sheets=tuple(
                line.strip() for line in self.cleaned_data.get("sheets", "").splitlines() if line.strip()
            ),
        )
        present = list(self.version.attachments.all())
        size = sum(row.size for row in present) + sum(len(one.content) for one in self.brought)
        if len(present) + len(self.brought) > MOST_FILES:
            raise Refused(f"‘{name}’ is one too many: a paper has at most {MOST_FILES} attachments.")
        if size > MOST_BYTES:
            raise Refused(
                f"‘{name}’ is too large: a paper has at most {MOST_BYTES // 1024 // 1024} MB of attachments in all."
            )


class SealForm(BringForm):
    """A file of Part 2."""

    title = forms.CharField(help_text=form.GUIDANCE["part2_file_title"], **TITLE)
    file = file_field("File", form.GUIDANCE["part2_file"])
    brought: Brought

    def open(self, content: bytes, name: str) -> None:
        """Open the file; it is kept as it is."""
        self.brought = kinds.for_part2(content, name)
        if sum(len(paper.files.all()) for paper in self.version.part2_papers.all()) >= MOST_FILES:
            raise Refused(f"‘{name}’ is one too many: Part 2 has at most {MOST_FILES} files.")


class AttachmentForm(PaperForm):
    """What an attachment is called, and how those read it who cannot read the file."""

    guidance: ClassVar[Guidance] = {"title": "attachment_title", "reason": "attachment_reason"}
    title = forms.CharField(**TITLE)
    accessible_version = forms.ChoiceField(
        label="Which attachment is its accessible version?",
        required=False,
        help_text="A table, or a PDF with tags, that says the same.",
    )
    reason = LongTextField(label="Why is there no accessible version?", required=False, rows=3)

    def build(self, fields: Fields, data: Any, initial: Values) -> None:
        """Ask who can read it only where not everyone can; a picture is described."""
        if self.row.accessible:
            del fields["accessible_version"], fields["reason"]
            return
        others = [row for row in self.version.attachments.all() if row.accessible and row.pk != self.row.pk]
        field: Any = fields["accessible_version"]
        field.choices = [("", "None"), *((str(row.pk), row.title) for row in others)]
        if self.row.kind in form.PICTURES:
            fields["reason"].label = "What does the picture show?"
            fields["reason"].help_text = form.GUIDANCE["attachment_picture"]

    def clean_reason(self) -> str:
        """Refuse both a version and a reason why there is none; a picture is described all the same."""
        reason: str = self.cleaned_data["reason"]
        if reason and self.cleaned_data.get("accessible_version") and self.row.kind not in form.PICTURES:
            raise ValidationError("Delete this reason, or select None above")
        return reason


class Part2FileForm(PaperForm):
    """What a file of Part 2 is called."""

    guidance: ClassVar[Guidance] = {"title": "part2_file_title"}
    title = forms.CharField(**TITLE)
