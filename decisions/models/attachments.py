"""Files that go with a paper: those of Part 1 in plain rows, those of Part 2 sealed (form.md 1, attachments).

The bytes stand in tables of their own, so that no list of files loads them.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Deferrable, F, Q
from django.db.models.functions import Now

from decisions import form
from decisions.models.paper import Version
from decisions.models.part2 import Part2Paper


class Attachment(models.Model):
    """A file of Part 1, as it will be published."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=form.ATTACHMENT_KINDS)
    size = models.PositiveIntegerField(help_text="In bytes")
    digest = models.BinaryField(help_text="sha256 of the bytes")
    accessible = models.BooleanField(help_text="It can be read by everyone: a table, or a tagged PDF")
    accessible_version = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True, help_text="Why not everyone can read it, or what a picture shows")
    as_it_is = models.BooleanField(default=False, help_text="Signed by others: not a byte of it changes")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["version", "position"],
                deferrable=Deferrable.DEFERRED,
                name="attachments_stand_one_after_another",
            ),
            models.CheckConstraint(
                condition=Q(accessible_version__isnull=True) | ~Q(accessible_version=F("id")),
                name="an_attachment_is_no_other_version_of_itself",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["docx", "xlsx"]), name="an_office_file_is_never_published"
            ),
        ]

    def __str__(self) -> str:
        return f"attachment {self.position}"


class AttachmentContent(models.Model):
    """The bytes of an attachment."""

    attachment = models.OneToOneField(Attachment, models.CASCADE, primary_key=True, related_name="stored")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"bytes of {self.attachment_id}"


class AttachmentCheck(models.Model):
    """That a second person has looked at a file that goes out as it is."""

    attachment = models.OneToOneField(Attachment, models.CASCADE, primary_key=True, related_name="check_made")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"check of {self.attachment_id}"


class Part2File(models.Model):
    """A file of a Part 2 paper, sealed under the paper's key: its title and name are Part 2 as well."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    paper = models.ForeignKey(Part2Paper, models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    about = models.BinaryField(help_text="Sealed: title, name, kind, size, digest of the bytes, salt")
    commitment = models.BinaryField(help_text="sha256(salt || what it says about the file)")

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["paper", "position"],
                deferrable=Deferrable.DEFERRED,
                name="part2_files_stand_one_after_another",
            ),
        ]

    def __str__(self) -> str:
        return f"Part 2 file {self.position}"


class Part2FileContent(models.Model):
    """The sealed bytes of a file of Part 2."""

    file = models.OneToOneField(Part2File, models.CASCADE, primary_key=True, related_name="sealed")
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return f"sealed bytes of {self.file_id}"
