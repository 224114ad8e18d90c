"""My work: what waits for each person, since when; what they have sent, and where it stands."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from approvals import advice, due, keeping
from approvals.models import AdviceRequest, JointDecision, Question
from approvals.signing import BEFORE_DECISION, TURN
from decisions import policy, working_days
from decisions.models import Access, Attachment, Pen, State, Version
from decisions.models.paper import EDITABLE
from decisions.snapshot import whole
from pcd.people.models import Holding, Role, User


@dataclass(frozen=True)
class Task:
    """One thing that waits for a person."""

    version: Version
    what: str
    since: datetime
    due: date | None = None


def tasks(person: User) -> list[Task]:
    """Return what waits for this person now, the oldest first."""
    readable = policy.papers(person, Access.PART1)
    rows = [
        *_advice(person, readable),
        *_turns(person, readable),
        *_questions(person, readable),
        *_drafts(person),
        *_checks(person, readable),
        *_publication(person, readable),
    ]
    return sorted(rows, key=lambda row: row.since)


def sent(person: User) -> QuerySet[Any]:
    """Return the papers that this person drafted and that are with somebody else, the latest first."""
    return (
        keeping.kept_by(_versions(), person)
        .filter(
            decision__in=policy.papers(person, Access.PART1),
            state__in=(*TURN, State.DECIDED, State.PUBLISHED),
        )
        .order_by("-rounds_opened")[:20]
    )


def _versions() -> QuerySet[Any]:
    return Version.objects.select_related("decision__series", "drafting_officer").annotate(
        rounds_opened=Max("rounds__opened_at")
    )


def _advice(person: User, readable: QuerySet[Any]) -> list[Task]:
    follows = Q(state__in=(State.DECIDED, State.PUBLISHED), unobtained_advice__isnull=False)
    asked = Version.objects.filter(
        Q(state__in=BEFORE_DECISION) | follows,
        pk__in=AdviceRequest.objects.filter(adviser=person).values("version"),
        decision__in=readable,
    ).distinct()
    roles = person.roles()
    writing = set(Pen.objects.live().filter(person=person).values_list("version", "kind"))
    holidays, today = working_days.bank_holidays(), timezone.localdate()
    fetched = (*(f"advice_requests__{name}" for name in advice.FETCHED), "questions__answer")
    return [
        Task(
            version,
            f"{_asks(row, writing)} ({row.request.get_area_display().lower()})",
            row.request.asked_at,
            due.following(version).get(row.request.area)
            or due.due(row.request, version.questions.all(), holidays, today),
        )
        for version in whole(asked).prefetch_related(*fetched)
        for row in advice.waiting(version, person, roles)
    ]


def _asks(row: advice.Standing, writing: set[tuple[UUID, str]]) -> str:
    """Return what a request asks of its adviser now; `writing` are the sections that they write."""
    if row.given:
        return "Give advice again"
    own = (row.request.version_id, advice.WRITES[row.request.area])
    return "Write the section and give advice" if own in writing else "Give advice"


def _turns(person: User, readable: QuerySet[Any]) -> list[Task]:
    held = {
        row.office_id: row.office.role
        for row in Holding.objects.current().filter(person=person).select_related("office")
    }
    verbs = {
        State.WITH_HEAD_OF_SERVICE: "Review and confirm",
        State.WITH_CHIEF_EXECUTIVE: "Endorse and sign",
        State.WITH_DECISION_MAKER: "Decide and sign",
    }
    states = [state for state, role in TURN.items() if role in held.values()]
    return [
        Task(row, verbs[State(row.state)], row.rounds_opened or row.created_at)
        for row in _versions().filter(state__in=states, decision__in=readable)
        if row.state != State.WITH_HEAD_OF_SERVICE or row.head_of_service_id in held
    ]


def _questions(person: User, readable: QuerySet[Any]) -> list[Task]:
    asked = Question.objects.filter(
        to=person,
        answer=None,
        version__decision__in=readable,
        version__state__in=BEFORE_DECISION,
    )
    return [
        Task(row.version, f"Answer a question of {row.by}", row.at)
        for row in asked.select_related("version__decision__series", "version__drafting_officer", "by")
    ]


def _drafts(person: User) -> list[Task]:
    mine = _versions().filter(
        decision__in=policy.papers(person, Access.EDIT), state__in=(State.DRAFT, State.IN_ADVICE)
    )
    return [
        Task(row, "Amend and submit again" if row.rounds_opened else "Finish and submit", row.created_at)
        for row in mine
    ]


def unchecked() -> QuerySet[Attachment]:
    """Return the files that go out as they are and that no second person has looked at yet."""
    return Attachment.objects.filter(as_it_is=True, check_made=None, version__state__in=EDITABLE)


def _checks(person: User, readable: QuerySet[Any]) -> list[Task]:
    """Whoever may read a paper may look at such a file, but for who brought it (`decisions.drafting.writes.check`)."""
    mine = unchecked().filter(version__decision__in=readable).exclude(added_by=person)
    since = dict(mine.order_by("-added_at").values_list("version", "added_at"))
    return [
        Task(row, "Check a file that goes out as it is", since[row.pk])
        for row in _versions().filter(pk__in=since)
    ]


def _publication(person: User, readable: QuerySet[Any]) -> list[Task]:
    if not person.holds(Role.GOVERNANCE):
        return []
    decided = (
        _versions()
        .filter(state=State.DECIDED, decision__in=readable)
        .prefetch_related("clearances", "deferrals")
    )
    clearing = set(policy.papers(person, Access.PART2).values_list("pk", flat=True))
    recorded = JointDecision.objects.filter(
        version__in=decided, commitment__isnull=False, confirmation=None
    ).exclude(by=person)
    to_confirm = dict(recorded.order_by("-at").values_list("version", "at"))
    rows = []
    for row in decided:
        if row.decision_id in clearing and (since := to_confirm.get(row.pk)):
            rows.append(Task(row, "Check a joint decision", since))
        elif not row.clearances.all():
            if row.decision_id in clearing:  # who may not read Part 2 cannot compare the two
                rows.append(Task(row, "Clear for publication", row.rounds_opened or row.created_at))
        else:
            last = max(row.deferrals.all(), key=lambda step: step.at, default=None)
            until = last.until if last else None
            rows.append(
                Task(
                    row,
                    "Publish" if until is None else "Publication is deferred",
                    row.rounds_opened or row.created_at,
                    until,
                )
            )
    return rows
