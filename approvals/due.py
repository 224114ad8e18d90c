"""When advice is due: working days from the asking, while a question of the adviser waits for its answer (design.md 3).

A question stops the clock of whoever asked it: the working days until the answer are added, or until the last who
could answer had left.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from approvals import advice, handing, questions
from approvals.acts import passed
from approvals.keeping import keeper
from approvals.models import AdviceRequest, Notice, Question, Signature
from approvals.notices import tell_once
from approvals.signing import BEFORE_DECISION
from decisions import working_days
from decisions.advising import called
from decisions.models import Body, Version
from decisions.wording import number_in_words
from pcd.people.models import Role

#: In how many working days after the endorsement, or the decision where nobody endorses, the advice follows that an
#: urgent paper goes without (form.md 8).
FOLLOWS_WITHIN = 5


def by_default(body: Body, today: date) -> date:
    """Return the day by which advice is needed where the drafting officer does not say."""
    return working_days.after(today, body.advice_days, working_days.bank_holidays())


def due(
    request: AdviceRequest, asked: Iterable[Question], holidays: Collection[date], today: date
) -> date | None:
    """Return the day by which this advice is needed, or None where nobody said; `asked` are the paper's questions."""
    if request.due_on is None:
        return None
    stopped, reached = 0, date.min
    for one in sorted(_own(request, asked), key=lambda one: one.at):
        begun, ended = timezone.localdate(one.at), _waited_until(one) or today
        if ended > reached:  # a day on which two questions wait is one day
            stopped += working_days.between(max(begun, reached), ended, holidays)
            reached = ended
    return working_days.after(request.due_on, stopped, holidays)


def stands_still(request: AdviceRequest, asked: Iterable[Question]) -> bool:
    """Say whether the adviser waits for an answer, so that their own time does not run."""
    return any(_waited_until(one) is None for one in _own(request, asked))


def of(version: Version, asked: Iterable[Question]) -> dict[UUID, date | None]:
    """Return for each request of a version the day by which its advice is needed, by the request's id.

    `asked` are the paper's questions.
    """
    today, holidays, promised = timezone.localdate(), working_days.bank_holidays(), following(version)
    return {
        row.pk: promised.get(row.area) or due(row, asked, holidays, today)
        for row in version.advice_requests.all()
    }


def following(version: Version) -> dict[str, date]:
    """Return by when the advice is there of which an urgent paper said why it follows, by area (form.md 8).

    The days run from the signature of `starts_with`, and no question stops them; before it, none is there.
    """
    areas = [row.area for row in version.unobtained_advice.all() if advice.open_to(version, row.area)]
    if not areas:
        return {}
    signed = Signature.objects.filter(
        round__version=version, round__closed_at=None, office=starts_with(version)
    ).first()
    if signed is None:
        return {}
    day = timezone.localdate(signed.signed_at)
    return dict.fromkeys(areas, working_days.after(day, FOLLOWS_WITHIN, working_days.bank_holidays()))


def starts_with(version: Version) -> Role:
    """Return whose signature the days run from: the endorsement, or where that step is passed, the decision."""
    return Role.DECISION_MAKER if Role.CHIEF_EXECUTIVE in passed(version) else Role.CHIEF_EXECUTIVE


def within(version: Version) -> str:
    """Return by when the advice follows that an urgent paper goes without, in words."""
    after = "decision" if starts_with(version) is Role.DECISION_MAKER else "endorsement"
    return f"within {number_in_words(FOLLOWS_WITHIN)} working days of the {after}"


@dataclass(frozen=True)
class Following:
    """One advice that an urgent paper was submitted without, as plain values for pages."""

    name: str
    reason: str
    due: date | None
    #: In words, before a day is known.
    within: str
    given: bool
    late: bool
    #: It is still waited for: nothing follows on what was rescinded.
    owed: bool


def follows(version: Version) -> list[Following]:
    """Return what was submitted without its advice, why, and whether that has come since."""
    days, today = following(version), timezone.localdate()
    held = advice.consulted(version) if version.unobtained_advice.all() else {}
    return [
        Following(
            called(row.area),
            row.reason,
            on := days.get(row.area),
            within(version),
            given := row.area in held,
            late=bool(on and not given and today > on),
            owed=not given and advice.open_to(version, row.area),
        )
        for row in version.unobtained_advice.all()
    ]


def open_requests() -> QuerySet[AdviceRequest]:
    """Return the requests that nobody has answered and that were not asked anew, with what `due` reads."""
    anew = AdviceRequest.objects.filter(
        version=OuterRef("version"),
        adviser=OuterRef("adviser"),
        area=OuterRef("area"),
        asked_at__gt=OuterRef("asked_at"),
    )
    return (
        AdviceRequest.objects.filter(
            ~Exists(anew), advice=None, handed_on=None, version__state__in=BEFORE_DECISION
        )
        .select_related("version__decision__series", "adviser")
        .prefetch_related("version__questions__answer")
    )


def awaited(version: Version) -> list[AdviceRequest]:
    """Return the requests that nobody has answered yet and whose adviser can still answer."""
    return [row for row in _unanswered(version) if not handing.left(row)]


def _unanswered(version: Version) -> list[AdviceRequest]:
    return [
        row.request
        for row in advice.standings(version)
        if row.given is None and row.awaited and advice.open_to(version, row.request.area)
    ]


def remind(version: Version, today: date) -> int:
    """Remind the advisers of a loaded version on the working day before, and say once that advice is late.

    Where an adviser can answer no more, whoever can hand the request on hears of it in their place.
    """
    asked, holidays, told = list(questions.of(version)), working_days.bank_holidays(), 0
    days, held = following(version), advice.consulted(version)
    for request in _unanswered(version):
        nobody = handing.left(request)
        if nobody and request.area in held:
            continue  # somebody else has given it meanwhile
        promised = days.get(request.area)
        on = promised or due(request, asked, holidays, today)
        if on is None or (promised is None and not nobody and stands_still(request, asked)):
            continue
        key = _key(request, on)
        if (
            promised and today > on
        ):  # the paper went on without it: it is reported on each working day until it comes
            if not working_days.is_working(today, holidays):
                continue
            key = f"{key}:{today}"
        if nobody:
            if today >= working_days.before(on, holidays):
                told += tell_once(version, "advise_nobody", handing.hand_on_for(version, request), key=key)
        elif today > on:
            told += tell_once(version, "advise_late", [request.adviser, keeper(version)], key=key)
        elif today >= working_days.before(on, holidays):
            told += tell_once(version, "advise_soon", [request.adviser], key=key)
    return told


def chase(request: AdviceRequest, today: date) -> int:
    """Remind an adviser because the drafting officer wants it, once a day; 0 where that was done today."""
    return tell_once(request.version, "chased", [request.adviser], key=_key(request, today))


def chased(request: AdviceRequest, today: date) -> bool:
    """Say whether this adviser was chased today."""
    return Notice.objects.filter(once__startswith=f"chased:{_key(request, today)}").exists()


def _key(request: AdviceRequest, day: date) -> str:
    """Return under what a notice about a request goes out once for a day."""
    return f"{request.pk}:{day}"


def _own(request: AdviceRequest, asked: Iterable[Question]) -> list[Question]:
    """Return the adviser's own questions."""
    return [one for one in asked if one.by_id == request.adviser_id and one.at >= request.asked_at]


def _waited_until(question: Question) -> date | None:
    """Return the day on which a question was answered, or nobody could any more; None where it still waits."""
    if hasattr(question, "answer"):
        return timezone.localdate(question.answer.at)
    if questions.answerers(question):
        return None
    return timezone.localdate(questions.answerable_until(question))
