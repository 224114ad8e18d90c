"""Who may read which paper, by name, and why (design.md section 5)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from guardian.models import UserObjectPermissionBase

from decisions.models.paper import Decision
from pcd.people.models import Holding


class Access(models.TextChoices):
    """What a grant opens; the value is guardian's permission on the decision."""

    EDIT = "edit_paper", "write"
    PART1 = "read_part1", "read Part 1"
    PART2 = "read_part2", "read Part 2"


class GrantQuerySet(QuerySet["Grant"]):
    """Questions about grants."""

    def live(self) -> "GrantQuerySet":
        """Only grants in force now, by the database's clock, of people who are active."""
        return self.filter(
            Q(until__isnull=True) | Q(until__gt=Now()),
            Q(holding__isnull=True) | Q(holding__until__isnull=True) | Q(holding__until__gt=Now()),
            since__lte=Now(),
            person__is_active=True,
        )


class Grant(models.Model):
    """One reason why one person may open one paper; there may be several, and each ends by itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="grants")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    access = models.CharField(max_length=20, choices=Access)
    reason = models.CharField(max_length=200)
    source = models.CharField(max_length=60, help_text="The action of the route that wrote it")
    holding = models.ForeignKey(
        Holding,
        models.PROTECT,
        null=True,
        blank=True,
        help_text="The grant ends with this holding of an office",
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="Nobody where the clock let somebody in",
    )
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True, blank=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["since"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="a_grant_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} may {self.get_access_display()} {self.decision_id}"


class DecisionUserObjectPermission(UserObjectPermissionBase):
    """Guardian's permission on one decision, with a direct foreign key, so that none outlives its paper."""

    content_object = models.ForeignKey(Decision, models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class Part2Reading(models.Model):
    """The diary of Part 2: every view, download and print, and by whom."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="part2_readings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    how = models.CharField(max_length=20)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["-at"]

    def __str__(self) -> str:
        return f"{self.person_id} read Part 2 of {self.decision_id}"
