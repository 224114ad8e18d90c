"""The very bytes that are shown, signed and published (design.md section 4)."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from decisions.models.paper import Version


class Snapshot(models.Model):
    """Canonical JSON of a version as submitted; never re-encoded, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="snapshots")
    content = models.BinaryField()
    digest = models.BinaryField(help_text="sha256 of content")
    taken_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["taken_at"]

    def __str__(self) -> str:
        return f"snapshot of {self.version_id}"
