"""When advice is due: working days from the asking, while a question of the adviser waits for its answer (design.md 3).

A question stops the clock of whoever asked it: the working days until the answer are added.
"""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.utils import timezone

from approvals import advice
from approvals.keeping import keeper
from approvals.models import AdviceRequest, Notice, Question
from approvals.notices import tell_once
from decisions import policy, working_days
from decisions.models import Access, Body, Version


def by_default(body: Body, today: date) -> date:
    """Return the day by which advice is needed where the drafting officer does not say."""
    return working_days.after(today, body.advice_days, working_days.bank_holidays())


def due(
    request: AdviceRequest, questions: Iterable[Question], holidays: Collection[date], today: date
) -> date | None:
    """Return the day by which this advice is needed, or None where nobody said; `questions` are the paper's."""
    if request.due_on is None:
        return None
    stopped = sum(
        working_days.between(timezone.localdate(one.at), _answered(one) or today, holidays)
        for one in _own(request, questions)
    )
    return working_days.after(request.due_on, stopped, holidays)


def stands_still(request: AdviceRequest, questions: Iterable[Question]) -> bool:
    """Say whether the adviser waits for an answer, so that their own time does not run."""
    return any(_answered(one) is None for one in _own(request, questions))


def of(version: Version) -> dict[UUID, date | None]:
    """Return for each request of a version the day by which its advice is needed, by the request's id."""
    requests = version.advice_requests.all()
    questions, holidays = _questions(version), working_days.bank_holidays()
    return {row.pk: due(row, questions, holidays, timezone.localdate()) for row in requests}


def awaited(version: Version) -> list[AdviceRequest]:
    """Return the requests that nobody has answered yet and whose adviser may still read the paper."""
    return [
        row.request
        for row in advice.standings(version)
        if row.given is None
        and not row.asked_again
        and policy.may(row.request.adviser, Access.PART1, version.decision)
    ]


def remind(version: Version, today: date) -> int:
    """Remind the advisers of a loaded version on the working day before, and say once that advice is late."""
    questions, holidays, told = _questions(version), working_days.bank_holidays(), 0
    for request in awaited(version):
        on = due(request, questions, holidays, today)
        if on is None or stands_still(request, questions):
            continue
        key = f"{request.pk}:{on}"
        if today > on:
            told += tell_once(version, "advise_late", [request.adviser, keeper(version)], key=key)
        elif today >= working_days.before(on, holidays):
            told += tell_once(version, "advise_soon", [request.adviser], key=key)
    return told


def chase(request: AdviceRequest, today: date) -> int:
    """Remind an adviser because the drafting officer wants it, once a day; 0 where that was done today."""
    return tell_once(request.version, "chased", [request.adviser], key=f"{request.pk}:{today}")


def chased(request: AdviceRequest, today: date) -> bool:
    """Say whether this adviser was chased today."""
    return Notice.objects.filter(once__startswith=f"chased:{request.pk}:{today}").exists()


def _questions(version: Version) -> list[Question]:
    return list(version.questions.select_related("answer"))


def _own(request: AdviceRequest, questions: Iterable[Question]) -> list[Question]:
    return [one for one in questions if one.by_id == request.adviser_id and one.at >= request.asked_at]


def _answered(question: Question) -> date | None:
    return timezone.localdate(question.answer.at) if hasattr(question, "answer") else None
