"""What a draft said after each save: only what changed, so that any two moments can be compared (design.md 1, 3)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from decisions.models.paper import Version


class Revision(models.Model):
    """One save of a draft: who, when, and in which part."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(help_text="Counted from 1 in each version")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verb = models.CharField(max_length=20)
    part = models.CharField(max_length=60, help_text="The key of the page")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "number"], name="revisions_stand_one_after_another"),
        ]

    def __str__(self) -> str:
        return f"revision {self.number} of {self.version_id}"


class RevisionText(models.Model):
    """A component of the paper as it stood from a revision on; Part 2 is in it by its commitment only."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="texts")
    component = models.CharField(max_length=80)
    digest = models.CharField(
        max_length=64, help_text="sha256 of the content's canonical bytes, in hexadecimal"
    )
    content = models.JSONField(null=True, help_text="As in a snapshot; nothing where the component went")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["revision", "component"], name="a_component_changes_once_a_revision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component} of {self.revision_id}"


class MovedWords(models.Model):
    """That words of Part 1 belonged in Part 2 and were blotted in what is kept: who, when, where; never the words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="moved_words")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    places = models.PositiveIntegerField(help_text="In how many places they stood")
    parts = models.JSONField(default=list, help_text="The keys of the pages on which they were written")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"words of {self.version_id} moved to Part 2"
