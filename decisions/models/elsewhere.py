"""What a paper says of other decisions, and of other bodies that decide with this one (form.md 1, links, deciders)."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Deferrable

from decisions import form
from decisions.models.paper import Version


class Link(models.Model):
    """What this decision is to another one, here or elsewhere; only the other's reference is known."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="links")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=form.LINK_KINDS)
    reference = models.CharField(max_length=60)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["version", "position"],
                deferrable=Deferrable.DEFERRED,
                name="links_stand_one_after_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"


class JointDecider(models.Model):
    """A body elsewhere that takes a joint decision with this one: who there, when, and under which reference."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="joint_deciders")
    position = models.PositiveSmallIntegerField()
    body = models.CharField(max_length=200)
    office = models.CharField(max_length=200)
    reference = models.CharField(max_length=60, blank=True)
    decided_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["version", "position"],
                deferrable=Deferrable.DEFERRED,
                name="joint_deciders_stand_one_after_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.office}, {self.body}"
