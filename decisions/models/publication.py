"""What the public reads: these tables stand alone in the schema `site`, behind the wall (design.md 6)."""

import uuid
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Publication(models.Model):
    """The immutable head of one published version; its key is the version's own, or the archived file's."""

    class Origin(models.TextChoices):
        ROUTE = "route", "Decided in this register"
        ARCHIVE = "archive", "Published before this register"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body_key = models.SlugField(max_length=40)
    series = models.SlugField(max_length=20)
    year = models.PositiveSmallIntegerField(null=True)
    number = models.PositiveIntegerField()
    version = models.PositiveSmallIntegerField()
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.ROUTE, db_default=Origin.ROUTE)
    key = models.SlugField(max_length=60)
    reference = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    summary = models.TextField()
    kinds = ArrayField(models.CharField(max_length=40))
    decider = models.CharField(max_length=150)
    outcome = models.TextField()
    decided_on = models.DateField()
    published_at = models.DateTimeField(
        db_default=Now(), help_text="Of the archive: the old date, or the day of decision where none is known"
    )
    has_part2 = models.BooleanField()
    links = ArrayField(models.CharField(max_length=90), default=list, help_text="kind:key of other decisions")
    largest_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    snapshot_digest = models.BinaryField(null=True)
    acts_digest = models.BinaryField(null=True)
    search_text = models.TextField()
    search = models.GeneratedField(
        expression=SearchVector("search_text", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["-published_at", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["body_key", "key", "version"], name="a_version_is_published_once"
            ),
            models.CheckConstraint(
                condition=Q(origin="route", snapshot_digest__isnull=False, acts_digest__isnull=False)
                | Q(origin="archive", snapshot_digest__isnull=True, acts_digest__isnull=True),
                name="only_the_archive_claims_no_signature",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(fields=["search"], name="publication_search"),
            models.Index(fields=["-published_at", "-number"], name="publication_latest"),
            GinIndex(fields=["links"], name="publication_links"),
        ]

    def __str__(self) -> str:
        return self.reference


class PublicationBody(models.Model):
    """Part 1 as published: canonical JSON of the Part1 value (decisions/part1.py)."""

    publication = models.OneToOneField(Publication, models.PROTECT, primary_key=True, related_name="body")
    content = models.BinaryField()
    digest = models.BinaryField(help_text="sha256 of content")

    def __str__(self) -> str:
        return f"body of {self.publication_id}"


class PublicationFile(models.Model):
    """A file made of a publication: the accessible PDF."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    publication = models.ForeignKey(Publication, models.PROTECT, related_name="files")
    kind = models.CharField(max_length=10, default="pdf")
    content = models.BinaryField()
    digest = models.BinaryField(help_text="sha256 of content")
    size = models.PositiveIntegerField()
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["publication", "kind"], name="a_file_is_made_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.publication_id}"


class PublicationAttachment(models.Model):
    """A file that was signed and published with a decision; `file` is the last part of its address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    publication = models.ForeignKey(Publication, models.PROTECT, related_name="attachments")
    file = models.CharField(max_length=100)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
    digest = models.BinaryField(help_text="sha256 of content")
    size = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["file"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["publication", "file"], name="an_attachment_is_published_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file} of {self.publication_id}"


class RescindedPublication(models.Model):
    """That what is published was rescinded, and why; what was published stays as it was signed."""

    publication = models.OneToOneField(
        Publication, models.PROTECT, primary_key=True, related_name="rescission"
    )
    reason = models.TextField()
    rescinded_on = models.DateField()
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.publication_id} rescinded"


class NumberEvent(models.Model):
    """What became of a number; of an unpublished paper this is all that crosses the wall."""

    class Became(models.TextChoices):
        ISSUED = "issued", "Being considered"
        DECIDED = "decided", "Decided, not yet published"
        DEFERRED = "deferred", "Decided, publication deferred"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"
        RESCINDED = "rescinded", "Rescinded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body_key = models.SlugField(max_length=40)
    series = models.SlugField(max_length=20)
    year = models.PositiveSmallIntegerField(null=True)
    number = models.PositiveIntegerField()
    key = models.SlugField(max_length=60)
    reference = models.CharField(max_length=60)
    became = models.CharField(max_length=20, choices=Became)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["key", "-at"], name="number_event_latest")
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.became}"


class Alias(models.Model):
    """An address under which a decision stood before this register; it leads to the decision's own."""

    path = models.CharField(
        primary_key=True, max_length=500, help_text="In small letters, no slash at its end"
    )
    publication = models.ForeignKey(Publication, models.PROTECT, related_name="aliases")

    class Meta:
        verbose_name_plural = "aliases"

    def __str__(self) -> str:
        return self.path
