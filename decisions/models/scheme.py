"""The scheme of delegation: who decides what, up to which amount; dated reference data of the body."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from decisions import form
from decisions.models.reference import Body

#: A threshold in pounds, as amounts of the paper are.
THRESHOLD: dict[str, Any] = {"max_digits": 14, "decimal_places": 2, "null": True, "blank": True}


class Decider(models.TextChoices):
    """Who may take a decision, from the least strict to the strictest; a body's own titles are its scheme's."""

    DELEGATED_OFFICER = "delegated_officer", "Delegated officer"
    CHIEF_EXECUTIVE = "chief_executive", "Chief executive"
    DECISION_MAKER = "decision_maker", "Decision maker"
    MAYOR = "mayor", "Mayor"

    @property
    def strictness(self) -> int:
        """Return how strict this decider is: whoever is stricter may always decide instead."""
        return list(Decider).index(self)


class Scheme(models.Model):
    """A dated edition of the scheme; the one in force is the latest that has begun."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="schemes")
    valid_from = models.DateField()
    name = models.CharField(max_length=100)
    titles = models.JSONField(help_text='What each decider is called: {"decision_maker": ...}')
    example = models.BooleanField(default=True, help_text="To be confirmed by the body")

    class Meta:
        get_latest_by = "valid_from"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["body", "valid_from"], name="one_scheme_a_day"),
        ]

    def __str__(self) -> str:
        return self.name

    def title(self, decider: str) -> str:
        """Return what a decider is called in this body."""
        return str(self.titles.get(decider) or Decider(decider).label)


class SchemeParagraph(models.Model):
    """A paragraph of the scheme: which kinds of decision, from which amount to below which, and who decides."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="paragraphs")
    number = models.CharField(max_length=20)
    text = models.CharField(max_length=300, help_text="In plain words, as a sentence")
    decider = models.CharField(max_length=20, choices=Decider)
    kinds = ArrayField(
        models.CharField(max_length=40, choices=form.KINDS), default=list, blank=True, help_text="Empty: any"
    )
    amount_from = models.DecimalField(**THRESHOLD, help_text="This amount and above; empty: any")
    amount_to = models.DecimalField(**THRESHOLD, help_text="Below this amount; empty: any")
    reserved = models.BooleanField(default=False, help_text="A reserved matter: nobody may delegate it")
    otherwise = models.BooleanField(default=False, help_text="For what no other paragraph is about")

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["scheme", "number"], name="a_scheme_paragraph_is_numbered_once"),
            models.CheckConstraint(
                condition=Q(amount_from=None) | Q(amount_to=None) | Q(amount_to__gt=F("amount_from")),
                name="a_threshold_is_below_the_next",
            ),
        ]

    def __str__(self) -> str:
        return f"paragraph {self.number} of the {self.scheme}"
