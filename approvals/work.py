"""My work: what waits for each person, since when; what they have sent, and where it stands."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet
from django.utils import timezone

from approvals import advice, due, keeping
from approvals.models import AdviceRequest, JointDecision, Question
from approvals.signing import BEFORE_DECISION, TURN, covers
from approvals.still import unchecked
from decisions import policy, working_days
from decisions.models import Access, Pen, State, Version
from decisions.snapshot import whole
from pcd.people.models import Holding, Role, User

#: What is asked of whoever signs in an office.
VERBS = {
    Role.HEAD_OF_SERVICE: "Review and confirm",
    Role.CHIEF_EXECUTIVE: "Endorse and sign",
    Role.DECISION_MAKER: "Decide and sign",
}


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
            state__in=(*TURN, State.DECIDED, State.PUBLISHED, State.RESCINDED),
        )
        .order_by("-rounds_opened")[:20]
    )


def _versions() -> QuerySet[Any]:
    return Version.objects.select_related("decision__series", "drafting_officer").annotate(
        rounds_opened=Max("rounds__opened_at")
    )


def _advice(person: User, readable: QuerySet[Any]) -> list[Task]:
    asked = Version.objects.filter(
        pk__in=AdviceRequest.objects.filter(adviser=person).values("version"),
        decision__in=readable,
        state__in=BEFORE_DECISION,
    )
    roles = person.roles()
    writing = set(Pen.objects.live().filter(person=person).values_list("version", "kind"))
    holidays, today = working_days.bank_holidays(), timezone.localdate()
    fetched = (*(f"advice_requests__{name}" for name in advice.FETCHED), "questions__answer")
    return [
        Task(
            version,
            f"{_asks(row, writing)} ({row.request.get_area_display().lower()})",
            row.request.asked_at,
            due.due(row.request, version.questions.all(), holidays, today),
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
    held = [
        row
        for row in Holding.objects.present().filter(person=person).select_related("office")
        if row.office.role in VERBS and not (row.only_in_absence and row.office_id in _there())
    ]
    states = [state for state, role in TURN.items() if any(row.office.role == role for row in held)]
    waiting = _versions().filter(state__in=states, decision__in=readable)
    if any(row.delegated for row in held):
        waiting = whole(waiting)  # whether a delegation covers a paper follows from its amounts
    return [
        Task(version, VERBS[Role(row.office.role)], version.rounds_opened or version.created_at)
        for version in waiting
        for row in held
        if row.office.role == TURN[version.state]
        and (row.office.role != Role.HEAD_OF_SERVICE or row.office_id == version.head_of_service_id)
        and covers(row, version)
    ]


def _there() -> set[UUID]:
    """Return the offices of which somebody is there who holds them."""
    return set(Holding.objects.present().own().values_list("office", flat=True))


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
