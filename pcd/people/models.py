"""Who people are, and which office each holds in which period (design.md section 2)."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone


def last_day_of(until: datetime) -> date:
    """Return the last day of a period that ends then: it ends as the day after begins."""
    return timezone.localdate(until - timedelta(microseconds=1))


class Role(models.TextChoices):
    """What an office does on the route; the word that the table of transitions uses."""

    DRAFTING_OFFICER = "drafting_officer", "Drafting officer"
    FINANCE = "finance", "Finance adviser"
    LEGAL = "legal", "Legal adviser"
    COMMERCIAL = "commercial", "Commercial adviser"
    EQUALITY = "equality", "Equality adviser"
    DATA_PROTECTION = "data_protection", "Data protection adviser"
    HEAD_OF_SERVICE = "head_of_service", "Head of service"
    CHIEF_EXECUTIVE = "chief_executive", "Chief executive"
    DECISION_MAKER = "decision_maker", "Decision maker"
    GOVERNANCE = "governance", "Governance team"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"


#: The key of the office that takes the matters reserved to the Mayor, and nothing else.
MAYOR = "mayor"

ADVISER_ROLES = (Role.FINANCE, Role.LEGAL, Role.COMMERCIAL, Role.EQUALITY, Role.DATA_PROTECTION)


class UserManager(BaseUserManager["User"]):
    """Makes users; a password is hashed, and none means that nobody can sign in with one."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """Make an active user with this name and password."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in; what they may do follows from the offices they hold."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField("user name", max_length=150, unique=True)
    full_name = models.CharField("full name", max_length=150)
    job_title = models.CharField("job title", max_length=150, blank=True)
    email = models.EmailField("email address", blank=True)
    digest_at = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="The hour, on working days, of the one mail a day; none: mail at once",
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        ordering: ClassVar[list[str]] = ["full_name", "username"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(digest_at=None) | Q(digest_at__range=(7, 18)), name="a_digest_comes_by_day"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        """Return the name as it is printed on the form."""
        return self.full_name

    def holds(self, *roles: Role) -> bool:
        """Say whether this active person holds an office with one of these roles now."""
        return (
            self.is_active
            and Holding.objects.current().own().filter(person=self, office__role__in=roles).exists()
        )

    def roles(self) -> set[str]:
        """Return the roles of all offices that this person holds now."""
        if not self.is_active:
            return set()
        return set(Holding.objects.current().own().filter(person=self).values_list("office__role", flat=True))


class Office(models.Model):
    """A post of the body, such as its Chief Executive; people hold it for periods."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=150, help_text="As printed on the form")
    role = models.CharField(max_length=30, choices=Role)

    class Meta:
        ordering: ClassVar[list[str]] = ["title"]

    def __str__(self) -> str:
        return self.title

    def fits(self, asked: "Role | Office | None") -> bool:
        """Say whether this is the office asked for: that very one, or one with that role (but for the Mayor's)."""
        return self == asked if not isinstance(asked, Role) else self.role == asked and self.key != MAYOR


class HoldingQuerySet(QuerySet["Holding"]):
    """Questions about who holds what."""

    def current(self) -> "HoldingQuerySet":
        """Only holdings in force now, by the database's clock, of people who are active."""
        return self.at(Now()).filter(person__is_active=True)

    def at(self, moment: Any) -> "HoldingQuerySet":
        """Only holdings in force at a moment, whether or not the person has left since."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=moment), since__lte=moment)

    def own(self) -> "HoldingQuerySet":
        """Only who holds the office themselves, in office or acting; not who signs for it."""
        return self.exclude(capacity=Holding.Capacity.DELEGATE)

    def who_read_part2(self) -> "HoldingQuerySet":
        """Only current holdings of the governance team that may be given Part 2 by name."""
        return self.of(Role.GOVERNANCE).own().filter(reads_part2=True)

    def present(self) -> "HoldingQuerySet":
        """Only current holdings of people who are not absent now."""
        return self.current().exclude(person__in=Absence.objects.current().values("person"))

    def of(self, office: "Role | Office | None") -> "HoldingQuerySet":
        """Only current holdings of this very office, or of every office with this role (but for the Mayor's)."""
        return self.ever(office).current()

    def ever(self, office: "Role | Office | None") -> "HoldingQuerySet":
        """Only holdings, past ones too, of this very office, or of every office with this role."""
        whole = self.filter(office__role=office).exclude(office__key=MAYOR)
        held = whole if isinstance(office, Role) else self.filter(office=office)
        return held.select_related("person", "office")


class Holding(models.Model):
    """One person in one office for a period: in office, acting, or signing for it by a delegation.

    A delegation has a scope (kinds of paper, an amount), an end, and the paragraph of the scheme that allows it.
    """

    class Capacity(models.TextChoices):
        IN_OFFICE = "in_office", "in office"
        ACTING = "acting", "acting"
        DELEGATE = "delegate", "delegate"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="holdings")
    person = models.ForeignKey(User, models.PROTECT, related_name="holdings")
    capacity = models.CharField(max_length=10, choices=Capacity, default=Capacity.IN_OFFICE)
    reads_part2 = models.BooleanField(
        default=False,
        help_text="Governance team: may be given Part 2 by name for the leak check before publication",
    )
    kinds = ArrayField(
        models.CharField(max_length=40),
        default=list,
        blank=True,
        help_text="A delegate: the kinds of decision that they sign; empty for any",
    )
    up_to = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="A delegate: the highest amount in pounds; empty for any",
    )
    only_in_absence = models.BooleanField(
        default=False,
        help_text="A delegate: signs only while nobody who holds the office is there",
    )
    authority = models.CharField(
        max_length=150, blank=True, help_text="A delegate: the paragraph of the scheme, as it is printed"
    )
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField(null=True, blank=True)

    objects = HoldingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["since"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="holding_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(capacity="delegate", until__isnull=False) & ~Q(authority="")
                | ~Q(capacity="delegate") & Q(kinds=[], up_to__isnull=True, authority=""),
                name="a_delegation_has_an_end_and_an_authority",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} as {self.office}"

    @property
    def last_day(self) -> date | None:
        """Return the last day of it, or None."""
        return last_day_of(self.until) if self.until else None

    @property
    def delegated(self) -> bool:
        """Say whether this person signs for the office, and does not hold it."""
        return self.capacity == self.Capacity.DELEGATE


class AbsenceQuerySet(QuerySet["Absence"]):
    """Questions about who is away."""

    def current(self) -> "AbsenceQuerySet":
        """Only absences in force now, by the database's clock."""
        return self.filter(since__lte=Now(), until__gt=Now())


class Absence(models.Model):
    """A period in which somebody is away: their turns go to whoever signs for their offices. It says no reason."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(User, models.PROTECT, related_name="absences")
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["since"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="an_absence_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} away"

    @property
    def last_day(self) -> date:
        """Return the last day of it."""
        return last_day_of(self.until)


def _namer_holds() -> Exists:
    """Ask of a naming whether who made it holds the office now."""
    held = Holding.objects.current().own().filter(office=OuterRef("office"), person=OuterRef("named_by"))
    return Exists(held)


class PrivateOfficeQuerySet(QuerySet["PrivateOffice"]):
    """Questions about who serves which office."""

    def current(self) -> "PrivateOfficeQuerySet":
        """Only namings in force now, by the database's clock, of active people, by who holds the office still."""
        return self.filter(_namer_holds(), since__lte=Now(), until__gt=Now(), person__is_active=True)

    def left_over(self) -> "PrivateOfficeQuerySet":
        """Only namings that would run on, although who made them holds the office no more: their own time ran out."""
        return self.filter(~_namer_holds(), until__gt=Now())


class PrivateOffice(models.Model):
    """Somebody whom a holder named to prepare and read for their office; they never act (design.md section 2)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="private_office")
    person = models.ForeignKey(User, models.PROTECT, related_name="serves")
    reads_part2 = models.BooleanField(default=False, help_text="Reads Part 2 of what is with the office")
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    named_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = PrivateOfficeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["since"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(until__gte=F("since")), name="a_private_office_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in the private office of {self.office}"

    @property
    def last_day(self) -> date:
        """Return the last day on which they serve."""
        return last_day_of(self.until)


def holders(*roles: Role) -> QuerySet[User]:
    """Return the people who hold an office with one of these roles now, by name."""
    held = Holding.objects.current().own().filter(office__role__in=roles)
    return User.objects.filter(pk__in=held.values("person")).order_by("full_name")


def holders_of(office: Office | None) -> QuerySet[User]:
    """Return the people who hold this very office now."""
    held = Holding.objects.current().own().filter(office=office)
    return User.objects.filter(pk__in=held.values("person"))


def holding_of(person: User, offices: Iterable[Office] | QuerySet[Office]) -> Holding | None:
    """Return the holding by which this person holds one of these offices now, or None."""
    return (
        Holding.objects.current().filter(person=person, office__in=offices).select_related("office").first()
    )


#: For how long somebody may agree to a change; the database holds to the same (people/migrations/0010_lapse.sql).
LAPSES_AFTER = timedelta(days=30)


class ChangeQuerySet(QuerySet["Change"]):
    """Questions about changes that two people make."""

    def waiting(self) -> "ChangeQuerySet":
        """Only those that somebody may still agree to: undecided, and not lapsed."""
        return self.filter(decided_by=None, proposed_at__gt=timezone.now() - LAPSES_AFTER)

    def lapsed(self) -> "ChangeQuerySet":
        """Only those that nobody decided while they could; shown as long again, then on the trail."""
        ago = timezone.now() - LAPSES_AFTER
        return self.filter(decided_by=None, proposed_at__lte=ago, proposed_at__gt=ago - LAPSES_AFTER)


class Change(models.Model):
    """A change of offices or reference data that takes effect when a second person agrees (`changes.py`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=30, help_text="Which row of KINDS (pcd/people/changes.py)")
    about = models.CharField(max_length=60, help_text="The id of the office, or the key of the body")
    person = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        related_name="changes",
        help_text="Whom it is about: they have no say",
    )
    values = models.JSONField(
        default=dict, help_text="Days, amounts, names and kinds; never a word of a paper"
    )
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    agrees = models.BooleanField(null=True)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was turned down")

    objects = ChangeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["proposed_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, agrees=None, reason="")
                | Q(decided_by__isnull=False, decided_at__isnull=False, agrees=True, reason="")
                | Q(decided_by__isnull=False, decided_at__isnull=False, agrees=False) & ~Q(reason=""),
                name="a_change_is_agreed_to_or_turned_down_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.proposed_by_id}"

    @property
    def lapsed(self) -> bool:
        """Say whether nobody decided it while they could."""
        return self.decided_by_id is None and self.lapses_at <= timezone.now()

    @property
    def lapses_at(self) -> datetime:
        """Return until when somebody may agree to it."""
        return self.proposed_at + LAPSES_AFTER

    @property
    def withdrawn(self) -> bool:
        """Say whether its proposer took it back."""
        return self.decided_by_id == self.proposed_by_id
