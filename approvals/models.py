"""The route's own tables: advice, rounds, signatures, deferrals, clearance, outgoing mail (design.md 3)."""

import uuid
from typing import ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from decisions.models import JointDecider, Snapshot, Version
from pcd.people.models import ADVISER_ROLES, Office

PEOPLE = settings.AUTH_USER_MODEL


class AdviceRequest(models.Model):
    """A question to one adviser about named components of the text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="advice_requests")
    area = models.CharField(max_length=30, choices=[(role.value, role.label) for role in ADVISER_ROLES])
    adviser = models.ForeignKey(PEOPLE, models.PROTECT, related_name="advice_requests")
    with_part2 = models.BooleanField(default=False)
    message = models.TextField(blank=True)
    due_on = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    handed_from = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="handed_on",
        help_text="Whose it was before",
    )
    handing_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["asked_at"]

    def __str__(self) -> str:
        return f"{self.get_area_display()}: advice asked"


class Advice(models.Model):
    """What an adviser said, and of which text: the digest of each component covered."""

    class Outcome(models.TextChoices):
        CONTENT = "content", "Content"
        WITH_CONDITIONS = "with_conditions", "Content, with conditions"
        NOT_CONTENT = "not_content", "Not content"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(AdviceRequest, models.PROTECT, related_name="advice")
    adviser = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome)
    text = models.TextField(blank=True)
    sealed = models.BinaryField(null=True, help_text="The text of an adviser who may read Part 2")
    covers = models.JSONField(help_text="Digest by component")
    given_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["given_at"]
        get_latest_by = "given_at"

    def __str__(self) -> str:
        return f"{self.request.get_area_display()}: {self.get_outcome_display()}"


class AdviceKey(models.Model):
    """The random key of one sealed advice, wrapped; another of the installation's keys may wrap it again."""

    advice = models.OneToOneField(Advice, models.PROTECT, primary_key=True, related_name="key")
    wrapped = models.BinaryField()
    wrapped_by = models.CharField(max_length=40, help_text="Which of PCD_PART2_KEYS")

    def __str__(self) -> str:
        return f"Key of advice {self.advice_id}"


class ObjectionAnswer(models.Model):
    """What the drafting officer says to an adviser who is not content; there is one, and who signs reads both."""

    advice = models.OneToOneField(Advice, models.PROTECT, primary_key=True, related_name="answer")
    text = models.TextField()
    by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"answer to advice {self.advice_id}"


class Question(models.Model):
    """What somebody wants to know before they act on the text: words only, nothing falls (design.md 3, ask)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="questions")
    by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    to = models.ForeignKey(PEOPLE, models.PROTECT, related_name="questions")
    text = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]

    def __str__(self) -> str:
        return f"question of {self.by_id}"


class Answer(models.Model):
    """What was answered, by whom it was asked of; there is one, and it stays."""

    question = models.OneToOneField(Question, models.PROTECT, primary_key=True, related_name="answer")
    by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    text = models.TextField()
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"answer of {self.by_id}"


class HandOver(models.Model):
    """That somebody else keeps the paper from now on, and why; the text goes on naming who drafted it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="hand_overs")
    to = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    reason = models.TextField()
    by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]

    def __str__(self) -> str:
        return f"handed over to {self.to_id}"


class Round(models.Model):
    """One submission of a version: signatures count within it, once an office, and end with its return."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="+")
    opened_by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())
    passes = models.JSONField(
        default=dict, help_text="The steps that the body did not have, with the words printed there"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    needed = models.JSONField(
        default=list, help_text="The advice that was mandatory, as the rules stood then"
    )
    return_reason = models.TextField(blank=True)
    closed_by = models.ForeignKey(PEOPLE, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "number"], name="a_round_number_is_used_once"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(closed_at__isnull=True), name="one_open_round_per_version"
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.number}"


class Signature(models.Model):
    """One person's name under one text: frozen for ever (form.md 5, Signatures)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="signatures")
    office = models.CharField(max_length=30, help_text="The role on the route")
    signer = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    held = models.ForeignKey(Office, models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    office_title = models.CharField(max_length=150)
    capacity = models.CharField(max_length=30)
    on_behalf_of = models.TextField(blank=True, help_text="Every holder's name and the office's title")
    authority = models.TextField(blank=True)
    statement = models.TextField()
    digest = models.BinaryField(help_text="sha256 of the snapshot's bytes that were shown")
    acts = models.BinaryField(default=b"", help_text="Canonical JSON of what was decided beside the text")
    acts_digest = models.BinaryField(help_text="sha256 of acts")
    signed_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["signed_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["round", "office"], name="one_signature_per_round_and_office"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.office_title}"


class Recusal(models.Model):
    """That somebody who would have decided has an interest and takes no part in this version (form.md 5)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="recusals")
    person = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    office_title = models.CharField(max_length=150)
    interest = models.TextField(help_text="It is published")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "person"], name="nobody_takes_no_part_twice"),
        ]

    def __str__(self) -> str:
        return f"{self.name} takes no part"


class ReturnPoint(models.Model):
    """One reason of a return, at the text that it concerns; what stood there is in the round's snapshot."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="points")
    position = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=60, help_text="The key of the page where it is written")
    paragraph = models.UUIDField(null=True, help_text="Of a section: its paragraph, which may be gone")
    called = models.CharField(max_length=100, help_text="What it was called in that round")
    text = models.TextField()

    class Meta:
        ordering: ClassVar[list[str]] = ["round", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["round", "position"], name="points_of_a_return_stand_one_after_another"
            ),
        ]

    def __str__(self) -> str:
        return f"point {self.position} of {self.round_id}"


class ReturnAnswer(models.Model):
    """How a point of a return was met: by a change of the text, or in words."""

    class How(models.TextChoices):
        CHANGE = "change", "By a change of the text"
        WORDS = "words", "In words"

    point = models.OneToOneField(ReturnPoint, models.PROTECT, primary_key=True, related_name="answer")
    how = models.CharField(max_length=10, choices=How)
    text = models.TextField(blank=True)
    by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(how="change") | ~Q(text=""), name="an_answer_in_words_has_words"
            ),
        ]

    def __str__(self) -> str:
        return f"answer to {self.point_id}"


class Override(models.Model):
    """Why somebody who has another part in the paper signs it all the same, and who agreed or not (design.md 2)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="overrides")
    office = models.CharField(max_length=30, help_text="The role on the route")
    person = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    reason = models.TextField()
    asked_at = models.DateTimeField(db_default=Now())
    consented_by = models.ForeignKey(PEOPLE, models.PROTECT, null=True, blank=True, related_name="+")
    consented_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(PEOPLE, models.PROTECT, null=True, blank=True, related_name="+")
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.TextField(blank=True, help_text="Why it was turned down; it may then be asked for anew")

    class Meta:
        ordering: ClassVar[list[str]] = ["asked_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["round", "office", "person"],
                condition=Q(refused_by=None),
                name="an_override_is_asked_for_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} as {self.office}, overridden"


class Deferral(models.Model):
    """One step of a deferral of publication; the latest one is in force."""

    class Step(models.TextChoices):
        DEFER = "defer", "Deferred"
        RENEW = "renew_deferral", "Renewed"
        END = "end_deferral", "Ended"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="deferrals")
    step = models.CharField(max_length=20, choices=Step)
    until = models.DateField(null=True, help_text="Publication on this day, in Europe/London")
    reason = models.TextField()
    by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]
        get_latest_by = "at"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(step="end_deferral", until__isnull=True)
                | (~Q(step="end_deferral") & Q(until__isnull=False)),
                name="a_deferral_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} until {self.until}"


class JointDecision(models.Model):
    """What one person recorded of a decision elsewhere that a joint decision needs: what, when, its reference."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decider = models.ForeignKey(JointDecider, models.PROTECT, related_name="decisions")
    version = models.ForeignKey(Version, models.PROTECT, related_name="joint_decisions")
    decided_on = models.DateField()
    reference = models.CharField(max_length=60, blank=True)
    declined = models.BooleanField(default=False, help_text="They did not agree to what was decided here")
    commitment = models.BinaryField(
        null=True, help_text="sha256(salt || signed copy); none where recorded before a copy was asked for"
    )
    by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]

    def __str__(self) -> str:
        return f"{self.decider_id} decided on {self.decided_on}"


class JointCopy(models.Model):
    """The signed copy of a decision elsewhere, sealed: it may hold what is exempt there or here."""

    decision = models.OneToOneField(JointDecision, models.PROTECT, primary_key=True, related_name="copy")
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return f"signed copy of {self.decision_id}"


class JointCopyKey(models.Model):
    """The random key of one signed copy, wrapped; another of the installation's keys may wrap it again."""

    decision = models.OneToOneField(JointDecision, models.PROTECT, primary_key=True, related_name="key")
    wrapped = models.BinaryField()
    wrapped_by = models.CharField(max_length=40, help_text="Which of PCD_PART2_KEYS")

    def __str__(self) -> str:
        return f"Key of the signed copy of {self.decision_id}"


class JointConfirmation(models.Model):
    """A second person's word on what was recorded, against the signed copy; only what they confirm counts."""

    decision = models.OneToOneField(
        JointDecision, models.PROTECT, primary_key=True, related_name="confirmation"
    )
    agrees = models.BooleanField()
    reason = models.TextField(blank=True, help_text="Why it does not agree; it is then recorded again")
    digest = models.BinaryField(help_text="sha256 of what was recorded (approvals/joint.py, said)")
    by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.decision_id} {'confirmed' if self.agrees else 'not confirmed'}"


class RecordedDecision(models.Model):
    """What governance recorded of a decision taken orally, on paper or at a meeting (form.md 8)."""

    class How(models.TextChoices):
        ORAL = "oral", "orally"
        PAPER = "paper", "on paper"
        MEETING = "meeting", "at a meeting"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="recorded")
    how = models.CharField(max_length=10, choices=How)
    decided_at = models.DateTimeField()
    present = models.TextField(help_text="Who was there")
    original = models.TextField(help_text="Where the signed original is kept")
    decider = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    acts = models.BinaryField(help_text="Canonical JSON, as in the signature that follows")
    acts_digest = models.BinaryField(help_text="sha256 of acts")
    commitment = models.BinaryField(help_text="sha256(salt || signed original)")
    by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]

    def __str__(self) -> str:
        return f"taken {self.get_how_display()}"


class RecordedCopy(models.Model):
    """The signed original of what was recorded, sealed: it may hold what is exempt."""

    record = models.OneToOneField(RecordedDecision, models.PROTECT, primary_key=True, related_name="copy")
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return f"signed original of {self.record_id}"


class RecordedCopyKey(models.Model):
    """The random key of one signed original, wrapped; another of the installation's keys may wrap it again."""

    record = models.OneToOneField(RecordedDecision, models.PROTECT, primary_key=True, related_name="key")
    wrapped = models.BinaryField()
    wrapped_by = models.CharField(max_length=40, help_text="Which of PCD_PART2_KEYS")

    def __str__(self) -> str:
        return f"Key of the signed original of {self.record_id}"


class RecordedWord(models.Model):
    """A second person's word on what was recorded, against its signed original; only what they attest counts."""

    record = models.OneToOneField(RecordedDecision, models.PROTECT, primary_key=True, related_name="word")
    agrees = models.BooleanField()
    reason = models.TextField(blank=True, help_text="Why it does not agree; it is then recorded again")
    digest = models.BinaryField(help_text="sha256 of what was recorded (approvals/recorded.py, said)")
    by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.record_id} {'attested' if self.agrees else 'not attested'}"


class Clearance(models.Model):
    """The leak check, done by a named person over exactly these bytes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="clearances")
    digest = models.BinaryField(
        help_text="sha256 of what is published (approvals/clearing.py, signed_digest)"
    )
    hits = models.PositiveSmallIntegerField(default=0)
    answers = models.JSONField(
        default=list, help_text="One answer in words for each hit; never the hit itself"
    )
    by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]
        get_latest_by = "at"

    def __str__(self) -> str:
        return f"cleared by {self.by_id}"


class Withdrawal(models.Model):
    """Why a paper was withdrawn; there is one, and it stays inside."""

    version = models.OneToOneField(Version, models.PROTECT, primary_key=True, related_name="withdrawal")
    reason = models.TextField()
    by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.version_id} withdrawn"


class NoticeQuerySet(QuerySet["Notice"]):
    """Questions about the outbox."""

    def waiting(self) -> "NoticeQuerySet":
        """Only those that are neither sent nor closed."""
        return self.filter(sent_at=None, closed_at=None)

    def due(self) -> "NoticeQuerySet":
        """Only those that wait and whose time has come, by the database's clock."""
        return self.waiting().filter(due_at__lte=Now())


class Rescission(models.Model):
    """That the decision maker took a decision back, why, and their signature over it; there is one, and it stays."""

    version = models.OneToOneField(Version, models.PROTECT, primary_key=True, related_name="rescission")
    reason = models.TextField(help_text="Public where the decision is published, else inside")
    signer = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    held = models.ForeignKey(Office, models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    office_title = models.CharField(max_length=150)
    capacity = models.CharField(max_length=30)
    digest = models.BinaryField(help_text="sha256 of the snapshot's bytes that were decided")
    acts = models.BinaryField(
        help_text="Canonical JSON: the reason, the day, and the acts that are taken back"
    )
    acts_digest = models.BinaryField(help_text="sha256 of acts")
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.version_id} rescinded"


class Notice(models.Model):
    """A mail to be sent, made of safe fields only: reference, what is asked, a link; of a paper, or of a matter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(PEOPLE, models.PROTECT, related_name="notices")
    version = models.ForeignKey(Version, models.PROTECT, null=True, related_name="+")
    about = models.UUIDField(null=True, help_text="Of no paper: which change by two people, or which naming")
    asks = models.CharField(max_length=40, help_text="Which sentence of approvals/notices.py or matters.py")
    made_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(
        null=True, blank=True, help_text="Not needed any more when it would have been sent; it is kept"
    )
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(db_default=Now(), help_text="Not tried before")
    once = models.CharField(
        max_length=120, blank=True, help_text="What is told once only, whoever finds it due"
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["made_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["made_at"], condition=Q(sent_at=None, closed_at=None), name="notice_waiting"
            ),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["once"], condition=~Q(once=""), name="nobody_is_told_twice"),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(closed_at=None), name="a_notice_is_sent_or_closed"
            ),
            models.CheckConstraint(
                condition=Q(version=None) | Q(about=None), name="a_notice_is_of_a_paper_or_a_matter"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asks} to {self.person_id}"


class OutsideRequest(models.Model):
    """Somebody without an account who is asked once: whom, which parts of the text as it was then, and until when.

    Its id is what the link is made of; it opens nothing without the code, of which only a hash is here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="outside_requests")
    area = models.CharField(max_length=30, choices=[(role.value, role.label) for role in ADVISER_ROLES])
    name = models.CharField(max_length=150)
    organisation = models.CharField(max_length=150)
    email = models.EmailField()
    shared = models.JSONField(help_text="Which components, by key, and which files, by id")
    with_part2 = models.BooleanField(default=False)
    digest = models.BinaryField(help_text="sha256 of what was shared")
    code = models.CharField(max_length=200, help_text="Hash of the code that was told apart")
    until = models.DateField(help_text="The last day on which it opens")
    by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]

    def __str__(self) -> str:
        return f"{self.get_area_display()}: somebody outside asked"


class OutsideVisit(models.Model):
    """One use of a link: a right code or a wrong one; so many wrong ones end it."""

    request = models.ForeignKey(OutsideRequest, models.PROTECT, related_name="visits")
    right = models.BooleanField()
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"visit to {self.request_id}"


class OutsideAnswer(models.Model):
    """What somebody outside said; it informs the adviser and is never mandatory advice. The words are an enclosure."""

    request = models.OneToOneField(OutsideRequest, models.PROTECT, primary_key=True, related_name="answer")
    outcome = models.CharField(max_length=20, choices=Advice.Outcome)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"answer to {self.request_id}"


class OutsideEnd(models.Model):
    """That a link was taken back before its time, and by whom."""

    request = models.OneToOneField(OutsideRequest, models.PROTECT, primary_key=True, related_name="end")
    by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"end of {self.request_id}"


class OutsideCode(models.Model):
    """Another code for a link; the latest one counts, and every earlier one opens nothing any more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(OutsideRequest, models.PROTECT, related_name="codes")
    code = models.CharField(max_length=200, help_text="Hash of the code that was told apart")
    by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]

    def __str__(self) -> str:
        return f"new code for {self.request_id}"


class OutsideMail(models.Model):
    """That the link was sent, once."""

    request = models.OneToOneField(OutsideRequest, models.PROTECT, primary_key=True, related_name="mail")
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"mail of {self.request_id}"


class Enclosure(models.Model):
    """A text or file that goes with a request or an advice: sealed, for the paper's people only, never published."""

    class Part(models.TextChoices):
        INNER = "inner", "Only for the paper's people"
        FILE = "file", "File"
        SHARED = "shared", "What was shared"
        ANSWER = "answer", "Answer from outside"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(AdviceRequest, models.PROTECT, null=True, related_name="enclosures")
    advice = models.ForeignKey(Advice, models.PROTECT, null=True, related_name="enclosures")
    outside = models.ForeignKey(OutsideRequest, models.PROTECT, null=True, related_name="enclosures")
    part = models.CharField(max_length=10, choices=Part)
    kind = models.CharField(max_length=10, blank=True, help_text="Of a file: pdf, csv ...")
    holds_part2 = models.BooleanField(help_text="Then only readers of Part 2 open it")
    ciphertext = models.BinaryField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(request__isnull=False, advice__isnull=True, outside__isnull=True)
                | Q(request__isnull=True, advice__isnull=False, outside__isnull=True)
                | Q(request__isnull=True, advice__isnull=True, outside__isnull=False),
                name="an_enclosure_belongs_to_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.pk}"


class EnclosureKey(models.Model):
    """The random key of one enclosure, wrapped; another of the installation's keys may wrap it again."""

    enclosure = models.OneToOneField(Enclosure, models.PROTECT, primary_key=True, related_name="key")
    wrapped = models.BinaryField()
    wrapped_by = models.CharField(max_length=40, help_text="Which of PCD_PART2_KEYS")

    def __str__(self) -> str:
        return f"Key of enclosure {self.enclosure_id}"


class BriefingNote(models.Model):
    """What an office and its private office write for themselves about a paper: sealed, never published."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="briefing_notes")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    by = models.ForeignKey(PEOPLE, models.PROTECT, related_name="+")
    holds_part2 = models.BooleanField(
        help_text="Its writer reads Part 2: then only readers of Part 2 open it"
    )
    sealed = models.BinaryField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar[list[str]] = ["at"]

    def __str__(self) -> str:
        return f"briefing note {self.pk}"


class BriefingNoteKey(models.Model):
    """The random key of one briefing note, wrapped; another of the installation's keys may wrap it again."""

    note = models.OneToOneField(BriefingNote, models.PROTECT, primary_key=True, related_name="key")
    wrapped = models.BinaryField()
    wrapped_by = models.CharField(max_length=40, help_text="Which of PCD_PART2_KEYS")

    def __str__(self) -> str:
        return f"Key of briefing note {self.note_id}"


class SavedSearch(models.Model):
    """A search that a person has given a name; what it finds is asked anew each time, of what they may read then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(PEOPLE, models.PROTECT, related_name="saved_searches")
    name = models.CharField(max_length=60)
    chosen = models.JSONField(help_text="The filters that are set, as a query string names them")

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "name"], name="a_person_names_each_search_otherwise"),
        ]

    def __str__(self) -> str:
        return f"a search of {self.person_id}"

    @property
    def query(self) -> str:
        """Return its filters as a query string."""
        return urlencode(self.chosen)
