"""Questions and answers beside the text: of whom one may ask, and what waits for an answer (design.md 3)."""

from datetime import datetime

from django.db.models import Max, QuerySet
from django.db.models.functions import Least, Now

from approvals import advice
from approvals.keeping import keeper
from approvals.models import Question
from approvals.signing import holding_for
from decisions import policy
from decisions.models import Access, Grant, Version
from decisions.wording import listed
from pcd.people.models import User


def of(version: Version) -> QuerySet[Question]:
    """Return all questions about a version with their answers, the oldest first."""
    return version.questions.select_related("by", "to", "answer__by")


def whom(version: Version, person: User) -> list[User]:
    """Return of whom this person may ask: an adviser of the drafting officer, who is to sign of the advisers too."""
    others = [keeper(version)]
    if holding_for(version, person) is not None:
        others += [row.request.adviser for row in advice.standings(version)]
    inside = {row.person_id for row in policy.readers(version.decision, Access.PART1)}
    return [one for one in dict.fromkeys(others) if one != person and one.is_active and one.pk in inside]


def answerers(question: Question) -> list[User]:
    """Return who can answer a question: whoever was asked, while they read the paper, and else who keeps it now.

    What was asked of whoever kept the paper is also for who keeps it since. Nobody answers themselves.
    """
    version, to = question.version, question.to
    people = dict.fromkeys([to, keeper(version)])
    can = [one for one in people if one != question.by and policy.may(one, Access.PART1, version.decision)]
    advises = to in can and version.advice_requests.filter(adviser=to).exists()
    return [to] if advises else can


def answerable_until(question: Question) -> datetime:
    """Return when the last of those left who could answer a question that nobody can answer any more.

    Grants and holdings say so; where they do not, it is when the question was asked.
    """
    people = {question.to, keeper(question.version)} - {question.by}
    read = Grant.objects.filter(
        decision=question.version.decision, access=Access.PART1, person__in=people
    ).annotate(end=Least("until", "holding__until"))
    last: datetime | None = read.filter(end__lte=Now()).aggregate(last=Max("end"))["last"]
    return max(last or question.at, question.at)


def whose(question: Question) -> str:
    """Return in words for whom a question waits; "nobody" where nobody can answer it any more."""
    return listed([str(one) for one in answerers(question)]) or "nobody"


def waiting(version: Version, person: User) -> Question | None:
    """Return the oldest question that this person can still answer."""
    return next((one for one in of(version).filter(answer=None) if person in answerers(one)), None)
