"""What is kept beside a draft: what it was imported from, and what was said to each warning of the checks."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from decisions.models.paper import Version


class ImportedFile(models.Model):
    """The file that a draft was made of: not its bytes, which may hide what nobody sees, but all that was read."""

    version = models.OneToOneField(Version, models.CASCADE, primary_key=True, related_name="imported")
    name = models.CharField(max_length=255)
    digest = models.BinaryField(help_text="sha256 of the file")
    reading = models.JSONField(help_text="What was read, as `import_decision --json` prints it")
    places = models.JSONField(
        default=list, help_text="The rows that its recommendations became, in their order"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"what version {self.version_id} was imported from"


class AcceptedField(models.Model):
    """A field of an imported draft that somebody has looked at beside its source; other words are looked at anew."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="accepted_fields")
    field = models.CharField(max_length=60, help_text="The key of the field (decisions/importing/review.py)")
    digest = models.CharField(max_length=64, help_text="sha256 of what stood on both sides")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["version", "field", "digest"], name="a_field_is_accepted_once_as_it_stands"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.version_id}, looked at"


class WarningAnswer(models.Model):
    """Why something that a check warns of is right as it is; another warning needs another answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="warning_answers")
    warning = models.CharField(max_length=64, help_text="The key of the finding: its check and its sentence")
    text = models.TextField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "warning"], name="a_warning_is_answered_once"),
        ]

    def __str__(self) -> str:
        return f"answer to a warning on {self.version_id}"
