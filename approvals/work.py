"""My work: what waits for each person, since when; what they have sent, and where it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Prefetch, Q, QuerySet
from django.utils import timezone

from approvals import advice, due, joint, keeping, private, questions
from approvals.clearing import cleared
from approvals.context import Context
from approvals.keeping import left_alone
from approvals.models import Advice, AdviceRequest, JointDecision, Override, Question, RecordedDecision
from approvals.signing import (
    AWAITED,
    BEFORE_DECISION,
    TURN,
    able,
    had_part,
    kept_out,
    nobody_among,
    office_of,
)
from approvals.still import unchecked
from approvals.whereabouts import Holders, placed
from approvals.who import decision_maker
from decisions import policy, working_days
from decisions.deciders import looked_up
from decisions.models import Access, Pen, State, Version
from decisions.snapshot import whole
from decisions.wording import counted
from pcd.people.models import ADVISER_ROLES, Holding, Role, User

#: Older ones are found by searching.
MOST_SENT = 20
ADVISES = "When somebody asks for your advice, it is listed here with the day by which it is needed."
#: What a page with nothing on it says to each, so that nobody wonders whether something is missing.
CALM: Mapping[str, str] = {
    Role.DRAFTING_OFFICER: "Papers that you write, and questions about them, are listed here.",
    **dict.fromkeys(ADVISER_ROLES, ADVISES),
    Role.HEAD_OF_SERVICE: "When a paper comes to your office, it is listed here for your review.",
    Role.CHIEF_EXECUTIVE: "When a paper comes to your office, it is listed here for your signature.",
    Role.DECISION_MAKER: "When a paper comes to you, it is listed here for your decision.",
    Role.GOVERNANCE: "When a decision has been signed, it is listed here to be cleared and published.",
    Role.AUDITOR: "You read the record and change none of it, so no paper waits for you.",
    Role.ADMINISTRATOR: "You look after people and offices, so no paper waits for you.",
}

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
    #: Who has to do it, where that is somebody else.
    who: str = ""
    #: Its time does not run, since a question waits for its answer.
    stopped: bool = False

    @property
    def late(self) -> str:
        """Return in words by how much this is late; empty where it is not."""
        return "" if self.stopped else days_late(self.due, timezone.localdate())


def days_late(due_on: date | None, today: date) -> str:
    """Return "late by 2 days" of what was due before today, else an empty text."""
    return f"late by {counted((today - due_on).days, 'day')}" if due_on and due_on < today else ""


def tasks(person: User) -> list[Task]:
    """Return what waits for this person now: what is late first, then the oldest."""
    readable = policy.papers(person, Access.PART1)
    rows = [
        *_advice(person, readable),
        *_turns(person, readable),
        *_questions(person, readable),
        *_drafts(person),
        *_checks(person, readable),
        *_publication(person, readable),
        *_recorded(person),
        *_declined(person, readable),
        *_objections(person, readable),
        *_overrides(person, readable),
        *_stuck(person, readable),
        *_left_alone(person, readable),
    ]
    return sorted(rows, key=lambda row: (not row.late, row.since))


def calm(person: User) -> list[str]:
    """Return what My work is for, in the words for each office that this person holds."""
    roles = person.roles()
    told = dict.fromkeys(said for role, said in CALM.items() if role in roles)
    return list(told) or ["When somebody asks you to act on a paper, it is listed here."]


def sent(person: User) -> list[Any]:
    """Return the papers of this person that are with somebody else, each with whom and since when, the latest first."""
    mine = keeping.kept_by(placed(Version.objects.all()), person).filter(
        decision__in=policy.papers(person, Access.PART1),
        state__in=(*TURN, State.DECIDED, State.PUBLISHED, State.RESCINDED),
    )
    return Holders().beside(mine.order_by("-since")[:MOST_SENT])


def awaited(person: User) -> list[Task]:
    """Return what this person waits for from others on their own papers, what is late first."""
    holidays, today = working_days.bank_holidays(), timezone.localdate()
    readable = Version.objects.filter(
        decision__in=policy.papers(person, Access.PART1), state__in=BEFORE_DECISION
    )
    advice_of = [
        Task(
            row.version,
            f"advice of the {row.get_area_display().lower()}",
            row.asked_at,
            due.due(row, row.version.questions.all(), holidays, today),
            str(row.adviser),
            due.stands_still(row, row.version.questions.all()),
        )
        for row in due.open_requests().filter(version__in=keeping.kept_by(readable, person))
    ]
    asked = Question.objects.filter(by=person, answer=None, version__in=readable)
    answers = [
        Task(row.version, "answer to your question", row.at, who=questions.whose(row))
        for row in asked.select_related("version__decision__series", "to")
    ]
    return sorted([*advice_of, *answers], key=lambda row: (not row.late, row.due or date.max, row.since))


def table(person: User) -> Iterator[list[str]]:
    """Yield the lists of My work as one table, its headings first."""
    yield ["List", "Reference", "Title", "What", "With", "Since", "Due", "Late"]
    for name, rows in (("Waiting for you", tasks(person)), ("Asked of others", awaited(person))):
        for row in rows:
            when = [_day(row.since), row.due.isoformat() if row.due else "", row.late]
            yield [name, *_names(row.version), row.what, row.who, *when]
    for desk in private.desks(person):
        for one in desk.papers:
            yield [
                f"With the {desk.office}",
                *_names(one),
                one.get_state_display(),
                "",
                _day(one.since),
                "",
                "",
            ]
    for row in sent(person):
        yield ["Sent by you", *_names(row), row.get_state_display(), row.whom, _day(row.since), "", ""]


def _names(version: Version) -> list[str]:
    return [version.decision.reference, version.title or version.working_title]


def _day(at: datetime) -> str:
    return timezone.localdate(at).isoformat()


def _versions() -> QuerySet[Any]:
    versions: QuerySet[Any] = placed(Version.objects.all()).annotate(rounds_opened=Max("rounds__opened_at"))
    return versions


def _advice(person: User, readable: QuerySet[Any]) -> list[Task]:
    follows = Q(state__in=advice.FOLLOWS, unobtained_advice__isnull=False)
    asked = Version.objects.filter(
        Q(state__in=BEFORE_DECISION) | follows,
        pk__in=AdviceRequest.objects.filter(adviser=person).values("version"),
        decision__in=readable,
    ).distinct()
    roles = person.roles()
    writing = set(Pen.objects.live().filter(person=person).values_list("version", "kind"))
    holidays, today = working_days.bank_holidays(), timezone.localdate()
    fetched = Prefetch("advice_requests", advice.fetched(AdviceRequest.objects.all()))
    return [
        Task(
            version,
            f"{_asks(row, writing)} ({row.request.get_area_display().lower()})",
            row.request.asked_at,
            due.following(version).get(row.request.area)
            or due.due(row.request, version.questions.all(), holidays, today),
            stopped=due.stands_still(row.request, version.questions.all()),
        )
        for version in whole(asked).prefetch_related(fetched, "questions__answer")
        for row in advice.waiting(version, person, roles)
    ]


def _asks(row: advice.Standing, writing: set[tuple[UUID, str]]) -> str:
    """Return what a request asks of its adviser now; `writing` are the sections that they write."""
    if row.given:
        return "Give advice again"
    own = (row.request.version_id, advice.WRITES[row.request.area])
    return "Write the section and give advice" if own in writing else "Give advice"


def next_turn(person: User, besides: Version) -> tuple[Version, int] | None:
    """Return the paper that has waited longest for this person's signature, and how many more there are."""
    rows = sorted(_turns(person, policy.papers(person, Access.PART1)), key=lambda row: row.since)
    others = [row.version for row in rows if row.version.pk != besides.pk]
    return (others[0], len(others) - 1) if others else None


def _turns(person: User, readable: QuerySet[Any]) -> list[Task]:
    present = _present()
    if not any(row.person_id == person.pk for row in present):
        return []
    return [
        Task(version, VERBS[TURN[version.state]], version.since)
        for version, signers in _waiting(readable, present)
        if any(row.person_id == person.pk for row in signers)
    ]


def _present() -> list[Holding]:
    """Return by what people sign who are there now, in any office."""
    return list(Holding.objects.present().filter(office__role__in=VERBS).select_related("office"))


def _waiting(readable: QuerySet[Any], present: list[Holding]) -> Iterator[tuple[Any, list[Holding]]]:
    """Yield each paper that waits for a signature and by which of these holdings it is somebody's turn.

    It takes as many queries for many papers as for one.
    """
    waiting = _versions().filter(state__in=TURN, decision__in=readable)
    waiting = waiting.select_related("decision__body").prefetch_related("recusals")
    if any(row.delegated for row in present):
        waiting = whole(waiting)  # whether a delegation covers a paper follows from its amounts
    for version in looked_up(waiting):
        office = office_of(version)
        yield version, able([row for row in present if row.office.fits(office)], version, office)


def _stuck(person: User, readable: QuerySet[Any]) -> list[Task]:
    """Papers that wait for an office in which nobody can act: the governance team sees to it."""
    if not person.holds(Role.GOVERNANCE):
        return []
    what = "Nobody can act on it now: have the office filled, or return it"
    waiting = list(_waiting(readable, _present()))
    out = kept_out(row for row, _ in waiting)
    return [Task(row, what, row.since) for row, there in waiting if nobody_among(row, there, out)]


def _left_alone(person: User, readable: QuerySet[Any]) -> list[Task]:
    """Papers whose drafting officer has left, for whoever can hand them over (`who.hands_over`)."""
    rows = left_alone(_versions().filter(state__in=BEFORE_DECISION, decision__in=readable))
    if not person.holds(Role.GOVERNANCE):
        heads = Holding.objects.current().own().filter(person=person).values("office")
        writes = policy.papers(person, Access.EDIT)
        rows = rows.filter(Q(head_of_service__in=heads) | Q(decision__in=writes))
    return [Task(row, "Hand it over: its drafting officer has left", row.since) for row in rows]


def _objections(person: User, readable: QuerySet[Any]) -> list[Task]:
    """An adviser who is not content since the submission: nobody signs before the keeper has answered."""
    against = AdviceRequest.objects.filter(advice__outcome=Advice.Outcome.NOT_CONTENT).values("version")
    mine = keeping.kept_by(Version.objects.filter(state__in=TURN, decision__in=readable), person)
    fetched = Prefetch("advice_requests", advice.fetched(AdviceRequest.objects.all()))
    return [
        Task(
            version,
            f"Answer the {row.request.get_area_display().lower()}, who is not content",
            row.given.given_at,
        )
        for version in whole(mine.filter(pk__in=against)).prefetch_related(fetched)
        for row in advice.late_objections(version)
        if row.given
    ]


def _overrides(person: User, readable: QuerySet[Any]) -> list[Task]:
    """Somebody asks to act in two parts: another of the governance team agrees, or does not."""
    if not person.holds(Role.GOVERNANCE):
        return []
    asked = Override.objects.filter(AWAITED, round__version__decision__in=readable)
    rows = asked.exclude(person=person).select_related(
        "round__version__decision__series", "round__version__drafting_officer", "person"
    )
    return [
        Task(row.round.version, f"{row.person} asks to act in two parts: say whether you agree", row.asked_at)
        for row in rows
        if not had_part(row.round.version, person)
    ]


def _questions(person: User, readable: QuerySet[Any]) -> list[Task]:
    open_papers = Version.objects.filter(decision__in=readable, state__in=BEFORE_DECISION)
    kept = Q(version__in=keeping.kept_by(open_papers, person))
    asked = Question.objects.filter(Q(to=person) | kept, answer=None, version__in=open_papers)
    return [
        Task(row.version, f"Answer a question of {row.by}", row.at)
        for row in asked.select_related("version__decision__series", "version__drafting_officer", "by", "to")
        if row.to_id == person.pk or person in questions.answerers(row)
    ]


def _drafts(person: User) -> list[Task]:
    mine = _versions().filter(
        decision__in=policy.papers(person, Access.EDIT), state__in=(State.DRAFT, State.IN_ADVICE)
    )
    kept = set(keeping.kept_by(mine, person).values_list("pk", flat=True))
    return [
        Task(row, _to_write(row) if row.pk in kept else "Write it with its drafting officer", row.since)
        for row in mine
    ]


def _to_write(row: Any) -> str:
    return "Amend and submit again" if row.rounds_opened else "Finish and submit"


def _checks(person: User, readable: QuerySet[Any]) -> list[Task]:
    """Whoever may read a paper may look at such a file, but for who brought it (`decisions.drafting.writes.check`)."""
    mine = unchecked().filter(version__decision__in=readable).exclude(added_by=person)
    since = dict(mine.order_by("-added_at").values_list("version", "added_at"))
    return [
        Task(row, "Check a file that goes out as it is", since[row.pk])
        for row in _versions().filter(pk__in=since)
    ]


def _recorded(person: User) -> list[Task]:
    """What was decided elsewhere waits for somebody else of the governance team, who may open its original."""
    if not person.holds(Role.GOVERNANCE):
        return []
    open_original = policy.papers(person, Access.PART2)
    rows = RecordedDecision.objects.filter(
        word=None, round__closed_at=None, round__version__decision__in=open_original
    ).exclude(by=person)
    return [
        Task(row.round.version, "Attest a decision taken elsewhere", row.at)
        for row in rows.select_related("round__version__decision__series", "round__version__drafting_officer")
    ]


def _declined(person: User, readable: QuerySet[Any]) -> list[Task]:
    """What was decided in this person's office, and another body declined: it is theirs to rescind."""
    rows = JointDecision.objects.filter(declined=True, confirmation__agrees=True).values("version")
    papers = _versions().filter(pk__in=rows, state=State.DECIDED, decision__in=readable)
    return [
        Task(
            row,
            f"{no[0].decider} declined: rescind it, or wait until they decide anew",
            no[0].confirmation.at,
        )
        for row in papers
        if (no := joint.declined(row)) and decision_maker(Context(row, person, {}))
    ]


def _publication(person: User, readable: QuerySet[Any]) -> list[Task]:
    if not person.holds(Role.GOVERNANCE):
        return []
    decided = (
        _versions()
        .filter(state=State.DECIDED, decision__in=readable)
        .prefetch_related("clearances", "deferrals", "joint_deciders")
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
        elif row.joint_deciders.all() and joint.undecided(row):
            open_to_record = joint.undecided(row, besides_waiting=True)
            if no := [one for one in joint.declined(row) if one.decider in open_to_record]:
                what = f"{no[0].decider} declined: have it rescinded, or record what they decide anew"
                rows.append(Task(row, what, no[0].confirmation.at))
            elif open_to_record:
                rows.append(Task(row, "Record a joint decision", row.since))
        else:
            last = max(row.deferrals.all(), key=lambda step: step.at, default=None)
            until = last.until if last else None
            if cleared(row):
                what = "Publish" if until is None else "Publication is deferred"
                rows.append(Task(row, what, row.since, until))
            elif row.decision_id in clearing:  # who may not read Part 2 cannot compare the two
                rows.append(Task(row, "Clear for publication", row.since, until))
    return rows
