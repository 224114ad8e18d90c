"""The decision, its versions, and the text of Part 1 (form.md 1)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Deferrable, Q
from django.db.models.functions import Now

from decisions import form
from decisions.models.publication import Publication
from decisions.models.reference import Body, FormEdition, Series
from decisions.models.scheme import Decider, SchemeParagraph
from pcd.people.models import ADVISER_ROLES, Office


class State(models.TextChoices):
    """Where a version stands on the route (design.md section 3)."""

    DRAFT = "draft", "Draft"
    IN_ADVICE = "in_advice", "In advice"
    WITH_HEAD_OF_SERVICE = "with_head_of_service", "With the head of service"
    WITH_CHIEF_EXECUTIVE = "with_chief_executive", "With the chief executive"
    WITH_DECISION_MAKER = "with_decision_maker", "With the decision maker"
    DECIDED = "decided", "Decided"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"
    RESCINDED = "rescinded", "Rescinded"


EDITABLE = (State.DRAFT, State.IN_ADVICE)


class Answer(models.TextChoices):
    """Yes or no; empty is "not answered yet", which blocks submission where the form asks."""

    YES = "yes", "Yes"
    NO = "no", "No"


class Decision(models.Model):
    """One decision under one number, through all its versions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, models.PROTECT)
    series = models.ForeignKey(Series, models.PROTECT, null=True)
    year = models.PositiveSmallIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        permissions = [  # noqa: RUF012 - Django reads it, nobody changes it
            ("edit_paper", "May write this paper"),
            ("read_part1", "May read this paper's Part 1"),
            ("read_part2", "May read this paper's Part 2"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["body", "series", "year", "number"],
                condition=Q(number__isnull=False),
                nulls_distinct=False,
                name="a_number_is_issued_once",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(series__isnull=False), name="a_number_has_its_series"
            ),
        ]

    def __str__(self) -> str:
        return self.reference or f"Decision {self.pk}"

    @property
    def reference(self) -> str:
        """Return the reference, e.g. `PCD 1637`; empty until the paper is first submitted."""
        if self.series is None or self.number is None:
            return ""
        return self.series.pattern.reference(self.number, self.year)

    @property
    def key(self) -> str:
        """Return the permanent key, e.g. `pcd-1637`; empty until the paper is first submitted."""
        if self.series is None or self.number is None:
            return ""
        return self.series.pattern.key(self.number, self.year)


class Version(models.Model):
    """One version of a decision: the text that is drafted, signed and published."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    edition = models.ForeignKey(FormEdition, models.PROTECT)
    state = models.CharField(max_length=30, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField(db_default=Now())

    working_title = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    kinds = ArrayField(models.CharField(max_length=40, choices=form.KINDS), default=list, blank=True)
    business_unit = models.CharField(max_length=150, blank=True)
    business_organisation = models.CharField(max_length=150, blank=True)
    drafting_officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    head_of_service = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="+")
    effective_on = models.DateField(null=True, blank=True)
    urgency_reason = models.TextField(blank=True)
    retrospective_reason = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    notice_only = models.BooleanField(default=False, help_text="Only the notice of Part 2 is published")
    part2_exists = models.CharField(max_length=3, choices=Answer, blank=True)
    deferred = models.CharField(max_length=3, choices=Answer, blank=True)
    deferral_reason = models.TextField(blank=True)
    deferred_until = models.DateField(null=True, blank=True)
    dpia = models.CharField(max_length=20, choices=form.DPIA, blank=True)
    dpia_note = models.TextField(blank=True)
    decider = models.CharField(max_length=20, choices=Decider, blank=True)
    scheme_paragraph = models.ForeignKey(
        SchemeParagraph,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The paragraph of the scheme of delegation that is relied on",
    )
    decider_reason = models.TextField(blank=True, help_text="Why a stricter decider than the scheme asks for")
    begun_from = models.ForeignKey(
        Decision,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The earlier decision whose Part 1 it began with",
    )
    begun_from_archived = models.ForeignKey(
        Publication,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The decision of the archive whose Part 1 it began with",
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["decision", "number"]
        get_latest_by = "number"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["decision", "number"], name="a_version_number_is_used_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="a_version_has_a_known_state"),
            models.CheckConstraint(
                condition=Q(decider="", scheme_paragraph=None, decider_reason="")
                | Q(decider__in=Decider.values, scheme_paragraph__isnull=False),
                name="a_decider_relies_on_a_paragraph_of_the_scheme",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(
                SearchVector(
                    *("working_title", "title", "summary", "urgency_reason", "retrospective_reason"),
                    config="english",
                ),
                name="version_words",
            ),
        ]

    def __str__(self) -> str:
        return self.decision.reference or self.working_title

    @property
    def editable(self) -> bool:
        """Say whether the text may still change: nothing is submitted, so nothing is signed."""
        return self.state in EDITABLE


class Contributor(models.Model):
    """Somebody who edited a version; contributors neither review, endorse nor decide it (design.md 2)."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="contributors")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "person"], name="a_contributor_is_named_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person} wrote {self.version_id}"


class Section(models.Model):
    """A section of Part 1: text, in Part 2, or not applicable, because."""

    class Treatment(models.TextChoices):
        TEXT = "text", "Text"
        IN_PART2 = "in_part2", "In Part 2"
        NOT_APPLICABLE = "not_applicable", "Not applicable"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="sections")
    kind = models.CharField(max_length=40, choices=[(kind.key, kind.title) for kind in form.SECTION_KINDS])
    treatment = models.CharField(max_length=20, choices=Treatment, default=Treatment.TEXT)
    reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "kind"], name="a_section_kind_stands_once"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Paragraph(models.Model):
    """A numbered paragraph; its identity survives editing, so that citations keep their target."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    section = models.ForeignKey(Section, models.CASCADE, related_name="paragraphs")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["section", "position"],
                deferrable=Deferrable.DEFERRED,
                name="paragraphs_stand_one_after_another",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(SearchVector("text", config="english"), name="paragraph_words"),
        ]

    def __str__(self) -> str:
        return f"paragraph {self.position}"


class Recommendation(models.Model):
    """What the decision maker is recommended to do; an ordered tree, up to three deep."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="recommendations")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    cites = models.ForeignKey(Paragraph, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["version", "parent", "position"],
                nulls_distinct=False,
                deferrable=Deferrable.DEFERRED,
                name="recommendations_stand_one_after_another",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(SearchVector("text", config="english"), name="recommendation_words"),
        ]

    def __str__(self) -> str:
        return f"recommendation {self.position}"


class Declaration(models.Model):
    """The originating officer's own confirmation of one statement (form.md 4)."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="declarations")
    statement = models.CharField(max_length=30, choices=[(row.key, row.title) for row in form.CONFIRMED])
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "statement"], name="a_statement_is_confirmed_once"),
        ]

    def __str__(self) -> str:
        return self.get_statement_display()


class UnobtainedAdvice(models.Model):
    """Why an urgent paper goes on without a mandatory advice, which follows (form.md 4 and 8); this is published."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="unobtained_advice")
    area = models.CharField(max_length=30, choices=[(role.value, role.label) for role in ADVISER_ROLES])
    reason = models.TextField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "area"], name="an_advice_is_unobtained_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_area_display()}: not obtained"
