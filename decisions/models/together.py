"""Writing together: what was typed and not saved yet, comments on a paragraph, and an adviser's own section."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from decisions import form
from decisions.models.paper import Version
from pcd.people.models import Holding

PEOPLE = settings.AUTH_USER_MODEL


class KeptText(models.Model):
    """What one person typed into one page and has not saved: sealed, theirs alone, gone when the page is saved."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="kept_texts")
    person = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    page = models.CharField(max_length=80, help_text="The key of the page")
    sealed = models.BinaryField(help_text="Every field as it was typed")
    wrapped = models.BinaryField(help_text="Its own random key, wrapped")
    wrapped_by = models.CharField(max_length=40, help_text="Which of PCD_PART2_KEYS")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "person", "page"], name="a_page_is_kept_once"),
        ]

    def __str__(self) -> str:
        return f"kept for {self.person_id}"


class Comment(models.Model):
    """One step of a conversation about a paragraph; nothing that was said is changed, and none of it is published."""

    class Step(models.TextChoices):
        COMMENT = "comment", "commented"
        ANSWER = "answer", "answered"
        RESOLVE = "resolve", "resolved this"
        REOPEN = "reopen", "opened this again"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="comments")
    thread = models.ForeignKey("self", models.PROTECT, null=True, related_name="replies")
    step = models.CharField(max_length=10, choices=Step)
    part = models.CharField(max_length=60, blank=True, help_text="The key of the page that it is about")
    paragraph = models.UUIDField(null=True, help_text="Of a section: its paragraph, which may be gone")
    words = models.TextField(blank=True, help_text="What stood there then")
    text = models.TextField(blank=True)
    person = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=(Q(step="comment", thread__isnull=True) & ~Q(part=""))
                | (~Q(step="comment") & Q(thread__isnull=False)),
                name="a_comment_is_on_something",
            ),
            models.CheckConstraint(
                condition=Q(step__in=("resolve", "reopen")) | ~Q(text=""),
                name="a_comment_and_an_answer_have_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.get_step_display()}"


class PenQuerySet(QuerySet["Pen"]):
    """Questions about pens."""

    def live(self) -> "PenQuerySet":
        """Only pens that were not taken back, of people who are active and still hold the office."""
        return self.filter(
            Q(holding__until__isnull=True) | Q(holding__until__gt=Now()),
            until__isnull=True,
            person__is_active=True,
        )


class Pen(models.Model):
    """One adviser's right to write one section in the place of the paper's writers, until it is taken back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="pens")
    kind = models.CharField(max_length=40, choices=[(kind.key, kind.title) for kind in form.SECTION_KINDS])
    person = models.ForeignKey(PEOPLE, models.PROTECT, related_name="pens")
    holding = models.ForeignKey(
        Holding, models.PROTECT, help_text="The pen goes with this holding of an office"
    )
    given_by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True, blank=True)

    objects = PenQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["version", "kind"], condition=Q(until__isnull=True), name="a_section_has_one_pen"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} writes {self.kind}"
