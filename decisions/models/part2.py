"""Part 2, the exempt paper: its public notice in plain rows, its content sealed (form.md 2, design.md 4)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Deferrable

from decisions import form
from decisions.models.paper import Version
from decisions.models.reference import ExemptionGround


class Part2Paper(models.Model):
    """One exempt paper of a version. Everything in this table is the public notice on Part 1."""

    class Cessation(models.TextChoices):
        DATE = "date", "On a date"
        EVENT = "event", "On an event"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="part2_papers")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    marking = models.CharField(max_length=30, choices=form.MARKINGS)
    descriptor = models.CharField(max_length=40, choices=form.DESCRIPTORS, blank=True)
    ceases = models.CharField(max_length=10, choices=Cessation, blank=True)
    ceases_on = models.DateField(null=True, blank=True, help_text="For an event: the date expected")
    ceases_event = models.CharField(max_length=200, blank=True)
    review_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    public_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["version", "position"],
                deferrable=Deferrable.DEFERRED,
                name="part2_papers_stand_one_after_another",
            ),
        ]

    def __str__(self) -> str:
        return f"Part 2 #{self.position}"


class ExemptionClaim(models.Model):
    """A ground claimed for a Part 2 paper; why it holds is told in the sealed text."""

    paper = models.ForeignKey(Part2Paper, models.CASCADE, related_name="claims")
    ground = models.ForeignKey(ExemptionGround, models.PROTECT)

    class Meta:
        ordering: ClassVar[list[str]] = ["ground__position", "ground__valid_from", "ground_id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["paper", "ground"], name="a_ground_is_claimed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ground_id} for Part 2"


class Part2Text(models.Model):
    """The sealed content of a Part 2 paper: ciphertext, and the commitment that signatures cover."""

    paper = models.OneToOneField(Part2Paper, models.CASCADE, primary_key=True, related_name="sealed")
    ciphertext = models.BinaryField()
    commitment = models.BinaryField(help_text="sha256(salt || text); the salt is inside the ciphertext")

    def __str__(self) -> str:
        return f"Part 2 text of {self.paper_id}"


class Part2Acts(models.Model):
    """What was decided of the recommendations inside a Part 2 paper, sealed; the signed acts hold the commitment."""

    paper = models.OneToOneField(Part2Paper, models.PROTECT, primary_key=True, related_name="acts")
    ciphertext = models.BinaryField()
    commitment = models.BinaryField(help_text="sha256(salt || text); the salt is inside the ciphertext")

    def __str__(self) -> str:
        return f"What was decided in Part 2 {self.paper_id}"


class Part2Key(models.Model):
    """The random key of one Part 2 paper, wrapped; destroying it disposes of the text."""

    paper = models.OneToOneField(Part2Paper, models.CASCADE, primary_key=True, related_name="key")
    wrapped = models.BinaryField()
    wrapped_by = models.CharField(max_length=40, help_text="Which of PCD_PART2_KEYS")

    def __str__(self) -> str:
        return f"Key of Part 2 {self.paper_id}"


class Part2Submitted(models.Model):
    """The sealed text of Part 2 as one submission had it, for the difference since the last round.

    The same bytes under the same key as the paper's own: with the key, all rounds are disposed of. The paper is named
    and not referred to, since a returned draft may lose it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    snapshot = models.ForeignKey("decisions.Snapshot", models.PROTECT, related_name="part2_submitted")
    paper = models.UUIDField()
    ciphertext = models.BinaryField()
    commitment = models.BinaryField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["snapshot", "paper"], name="part2_is_submitted_once_in_a_round"),
        ]

    def __str__(self) -> str:
        return f"Part 2 of snapshot {self.snapshot_id}"
