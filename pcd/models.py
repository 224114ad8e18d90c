"""The trail: what was done, by whom, in an append-only hash chain per thing (design.md 6)."""

from typing import ClassVar

from django.db import models


class TrailHead(models.Model):
    """The last entry of each chain; written by the database alone."""

    scope = models.CharField(max_length=20)
    object_id = models.CharField(max_length=64)
    seq = models.PositiveBigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scope", "object_id"], name="one_head_per_chain"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.object_id} #{self.seq}"


class TrailEntry(models.Model):
    """One act. Sequence, time, hash and its predecessor's are filled in by a trigger, never by the app."""

    scope = models.CharField(max_length=20)
    object_id = models.CharField(max_length=64)
    seq = models.PositiveBigIntegerField(editable=False)
    at = models.DateTimeField(editable=False)
    actor_id = models.CharField(max_length=64, blank=True)
    actor = models.CharField(max_length=150)
    verb = models.CharField(max_length=60)
    detail = models.JSONField(default=dict)
    prev = models.BinaryField(editable=False)
    hash = models.BinaryField(editable=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["scope", "object_id", "seq"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scope", "object_id", "seq"], name="a_chain_has_no_forks"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.verb}"
