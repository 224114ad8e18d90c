"""Reference data of the body: its name, its series of numbers, its wording, the grounds of exemption."""

import re
import uuid
from datetime import date
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from decisions import form
from decisions.references import Pattern
from pcd.people.models import ADVISER_ROLES, Role

#: Who may take decisions under a number of their own.
DECIDING_ROLES = (Role.DECISION_MAKER, Role.CHIEF_EXECUTIVE)
#: Whose step on the route a body need not have; somebody always decides.
PASSABLE = (Role.HEAD_OF_SERVICE, Role.CHIEF_EXECUTIVE)


def holding_on(day: date) -> models.Q:
    """Return what finds the rules or grounds that hold on a day; `valid_until` is the last one."""
    return models.Q(valid_from__lte=day) & (models.Q(valid_until=None) | models.Q(valid_until__gte=day))


class Dated:
    """What a rule on advice and a ground of exemption share: a first and perhaps a last day."""

    valid_from: date
    valid_until: date | None

    def is_in_force(self) -> bool:
        """Say whether it holds today."""
        return self.valid_from <= timezone.localdate() and not self.is_past()

    def is_past(self) -> bool:
        """Say whether its last day is over, or before its first: then it never begins."""
        return self.valid_until is not None and self.valid_until < max(timezone.localdate(), self.valid_from)

    def overlaps(self, other: "Dated") -> bool:
        """Say whether there is a day on which both hold."""
        ends = [row.valid_until for row in (self, other) if row.valid_until is not None]
        return not ends or max(self.valid_from, other.valid_from) <= min(ends)


class Body(models.Model):
    """The police governance body that this installation serves; there is one."""

    key = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=40)
    website = models.URLField(blank=True)
    policing_body = models.CharField(max_length=200, help_text="The force, as drafting officers call it")
    advice_days = models.PositiveSmallIntegerField(
        default=5, help_text="How many working days an adviser has, where nobody says otherwise"
    )

    small_office = models.BooleanField(
        default=False,
        help_text="Too few people for one of their own in each office: a rule of who signs may be overridden, "
        "with a reason and a second person's consent",
    )

    class Meta:
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        return self.name


class BankHoliday(models.Model):
    """A day of England and Wales on which nobody is expected to work, besides Saturdays and Sundays."""

    day = models.DateField(primary_key=True)
    name = models.CharField(max_length=60)

    def __str__(self) -> str:
        return f"{self.name}, {self.day}"


class AdviceRule(Dated, models.Model):
    """When advice is mandatory: of which area, on which papers, and by which clause; what is left empty asks nothing.

    A row with no condition at all holds for every paper. Of several conditions in a row, all must be met.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="advice_rules")
    area = models.CharField(max_length=30, choices=[(role.value, role.label) for role in ADVISER_ROLES])
    kinds = ArrayField(models.CharField(max_length=40, choices=form.KINDS), default=list, blank=True)
    routes_to_market = ArrayField(
        models.CharField(max_length=30, choices=form.ROUTES_TO_MARKET), default=list, blank=True
    )
    amount_from = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    personal_data = models.BooleanField(
        default=False, help_text="Only where an impact assessment is not screened out"
    )
    because = models.CharField(max_length=200, help_text="Ends the sentence: Legal advice is needed: ...")
    clause = models.CharField(max_length=200, help_text="Where the body says so")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True, help_text="The last day on which it holds")
    example = models.BooleanField(default=True, help_text="To be confirmed by the body")

    class Meta:
        ordering: ClassVar[list[str]] = ["area", "valid_from"]

    def __str__(self) -> str:
        return f"{self.get_area_display()}: {self.because}"


class Series(models.Model):
    """A series of decision numbers, and how its references are printed (form.md 1, reference)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="series")
    key = models.SlugField(max_length=20)
    name = models.CharField(max_length=100)
    on_form = models.CharField(max_length=40, help_text="Pattern on the form, e.g. {series}{number}")
    in_text = models.CharField(max_length=40, help_text="Pattern elsewhere, e.g. {series} {number}")
    made_by = models.CharField(
        max_length=30,
        choices=[(role.value, role.label) for role in DECIDING_ROLES],
        default=Role.DECISION_MAKER,
        help_text="Whose decisions bear these numbers",
    )
    by_year = models.BooleanField(default=False, help_text="Numbers begin again each year")
    first_number = models.PositiveIntegerField(default=1, help_text="Where numbering by this system begins")
    issues = models.BooleanField(
        default=True,
        help_text="Whether new numbers are taken from it; one of the past only names old decisions",
    )

    class Meta:
        verbose_name_plural = "series"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["body", "key"], name="series_once_per_body"),
            models.UniqueConstraint(
                fields=["body", "made_by"],
                condition=models.Q(issues=True),
                name="one_series_issues_the_numbers_of_a_decision_maker",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def pattern(self) -> Pattern:
        """Return how references of this series are written and read."""
        return Pattern(self.key, on_form=self.on_form, in_text=self.in_text, by_year=self.by_year)


class PassedStep(models.Model):
    """A step of the route that a body does not have in a period; the route passes it, and prints these words."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="passed_steps")
    step = models.CharField(max_length=30, choices=[(role.value, role.label) for role in PASSABLE])
    words = models.CharField(max_length=200, help_text="As printed in the place of the signature")
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="The first day on which the body has it")

    class Meta:
        ordering: ClassVar[list[str]] = ["since"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(step__in=[role.value for role in PASSABLE]),
                name="a_decision_is_never_passed",
            ),
            # What was given back before it began stands aside: the same may be left out from that day all the same.
            models.UniqueConstraint(
                fields=["body", "step", "since"],
                condition=models.Q(until=None) | models.Q(until__gt=models.F("since")),
                name="a_step_is_passed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.body_id} has no step of the {self.get_step_display().lower()}"

    @classmethod
    def in_force(cls, body: Body) -> dict[str, str]:
        """Return the steps that this body does not have today, each with the words that are printed in its place."""
        today = timezone.localdate()
        rows = cls.objects.filter(
            models.Q(until=None) | models.Q(until__gt=today), body=body, since__lte=today
        )
        return dict(rows.values_list("step", "words"))


class Counter(models.Model):
    """The last number issued in a series (and year); locked while a number is taken, so that none is skipped."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="counters")
    year = models.PositiveSmallIntegerField(null=True)
    last_number = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["series", "year"], nulls_distinct=False, name="one_counter_per_series_and_year"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.year or ''}"


class FormEdition(models.Model):
    """A dated edition of the form: its headings, their order and the statements' wording.

    Structure and guidance stand in `decisions/form.py`; only words and order are data.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="form_editions")
    valid_from = models.DateField()
    name = models.CharField(max_length=100)
    sections = models.JSONField(help_text='In order: [{"kind": ..., "heading": ...}]')
    wording = models.JSONField(help_text="Statements and notices by key")

    class Meta:
        get_latest_by = "valid_from"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["body", "valid_from"], name="one_form_edition_a_day"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def in_force(cls, body: Body | str) -> "FormEdition":
        """Return the edition of today, in which papers are begun."""
        return cls.objects.filter(body=body, valid_from__lte=timezone.localdate()).latest()


class ExemptionGround(Dated, models.Model):
    """A ground of exemption: instrument, section and subsection (form.md 2, Ground)."""

    class Instrument(models.TextChoices):
        ORDER_2011 = "order2011", "Elected Local Policing Bodies (Specified Information) Order 2011"
        FOIA = "foia", "Freedom of Information Act 2000"
        EIR = "eir", "Environmental Information Regulations 2004"

    key = models.SlugField(primary_key=True, max_length=40)
    instrument = models.CharField(max_length=20, choices=Instrument)
    provision = models.CharField(max_length=40, help_text="e.g. section 43(2)")
    title = models.CharField(max_length=150)
    absolute = models.BooleanField(default=False, help_text="No public interest test")
    position = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    example = models.BooleanField(default=True, help_text="To be confirmed by the body's lawyers")

    class Meta:
        # What was added later stands at the position of the last of its instrument, after it.
        ordering: ClassVar[list[str]] = ["position", "valid_from", "key"]

    def __str__(self) -> str:
        return f"{self.get_instrument_display()}, {self.provision}: {self.title}"

    @property
    def provision_key(self) -> str:
        """Return which provision it is, whatever its words: "foia-43-2" of section 43(2), as the shipped keys are."""
        words = re.findall(r"[a-z]+|\d+", self.provision.lower())
        parts = [word for word in words if word not in ("article", "paragraph", "regulation", "section")]
        return "-".join([self.instrument.removesuffix("2011"), *parts])
