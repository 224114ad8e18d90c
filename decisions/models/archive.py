"""Old decisions on their way into the register: batches of files as read, and the two people who approved each."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from decisions.models.reference import Body, Series

#: How long an old address may be, in characters.
LONGEST_ADDRESS = 500


class ArchiveBatch(models.Model):
    """Some files that were brought together, and are approved together by two different people."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    approved_at = models.DateTimeField(null=True, editable=False, help_text="When the second person approved")

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["body", "name"], name="a_batch_is_named_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ArchiveFile(models.Model):
    """One old decision: what was read, what was corrected, and the very bytes that will be published.

    Its key becomes the publication's. Not the file's bytes are kept, which may hide what nobody sees.
    """

    class Status(models.TextChoices):
        READ = "read", "To be published"
        REFUSED = "refused", "Refused"
        LEFT_OUT = "left_out", "Left out"
        PUBLISHED = "published", "Published"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(ArchiveBatch, models.PROTECT, related_name="files")
    name = models.CharField(max_length=255)
    digest = models.BinaryField(help_text="sha256 of the file: none is brought twice")
    reading = models.JSONField(
        null=True, help_text="What was read, the words as printed; nothing where refused"
    )
    status = models.CharField(max_length=10, choices=Status)
    why = models.TextField(blank=True, help_text="Why it is refused, or was left out")
    doubts = models.JSONField(default=list, help_text="What somebody should look at, in sentences")
    corrections = models.JSONField(default=dict, help_text="By field: the value recorded, and why")

    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="+")
    year = models.PositiveSmallIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    key = models.SlugField(max_length=60, blank=True)
    reference = models.CharField(max_length=60, blank=True)
    title = models.TextField(blank=True)
    decided_on = models.DateField(null=True)
    published_on = models.DateField(null=True)
    addresses = ArrayField(models.CharField(max_length=LONGEST_ADDRESS), default=list)

    content = models.BinaryField(default=b"", help_text="Canonical JSON of the Part1 to be published")
    content_digest = models.BinaryField(default=b"", help_text="sha256 of content")

    class Meta:
        ordering: ClassVar[list[str]] = ["series", "year", "number", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["batch", "digest"], name="a_file_is_brought_once_to_a_batch"),
            models.UniqueConstraint(
                fields=["digest"],
                condition=Q(status__in=["read", "published"]),
                name="a_file_is_archived_once",
            ),
            models.UniqueConstraint(
                fields=["series", "year", "number"],
                condition=Q(status__in=["read", "published"]),
                nulls_distinct=False,
                name="a_number_is_archived_once",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["read", "published"])
                | Q(number__isnull=False, decided_on__isnull=False, reading__isnull=False),
                name="what_is_archived_has_number_and_date",
            ),
        ]

    def __str__(self) -> str:
        return self.reference or self.name


class ArchiveApproval(models.Model):
    """One person's approval of a batch as it was shown; it falls when a file of the batch changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.ForeignKey(ArchiveBatch, models.PROTECT, related_name="approvals")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    digest = models.BinaryField(
        help_text="Of what the batch will publish, as staff.archive_digest() counts it"
    )
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["batch", "person", "digest"], name="a_person_approves_a_batch_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} approved {self.batch_id}"
