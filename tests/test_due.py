"""When advice is due: working days, questions that stop the clock, and reminders that come once (design.md 3, 7)."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from approvals import advice, clock, due, questions
from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.models import AdviceRequest, Notice, Question
from approvals.workflow import Refused, perform
from decisions import policy, working_days
from decisions.models import Access, Version
from decisions.snapshot import load
from pcd.people import offices
from pcd.people.models import Holding, User
from tests.drafting import signed_in, text_of

pytestmark = pytest.mark.django_db

People = Mapping[str, User]
CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)})
THURSDAY = date(2026, 12, 24)


@pytest.mark.parametrize(
    ("count", "day"),
    [(0, THURSDAY), (1, date(2026, 12, 29)), (3, date(2026, 12, 31)), (4, date(2027, 1, 4))],
)
def test_working_days_pass_over_weekends_and_bank_holidays(count: int, day: date) -> None:
    assert working_days.after(THURSDAY, count, CHRISTMAS) == day
    assert working_days.between(THURSDAY, day, CHRISTMAS) == count


@given(st.dates(date(2024, 1, 1), date(2028, 12, 1)), st.integers(1, 40))
def test_the_last_working_day_counted_is_one(day: date, count: int) -> None:
    last = working_days.after(day, count, CHRISTMAS)
    assert working_days.is_working(last, CHRISTMAS)
    assert working_days.between(day, last, CHRISTMAS) == count
    assert working_days.between(day, last - timedelta(days=1), CHRISTMAS) == count - 1


def test_the_bank_holidays_of_england_and_wales_are_reference_data() -> None:
    days = working_days.bank_holidays()
    assert {date(2026, 4, 3), date(2026, 12, 28), date(2027, 12, 27)} <= days
    assert all(sum(day.year == year for day in days) == 8 for year in range(2024, 2029))


@pytest.fixture
def asked(people: People) -> AdviceRequest:
    """The legal adviser was asked on a draft; needed five working days from today."""
    version = walk.draft(made_up(1, "Signal masts"), people)
    usual = due.by_default(version.decision.body, timezone.localdate())
    perform(version.pk, "request_advice", by=people["officer"], adviser=people["legal"], area="legal",
            with_part2=False, due_on=usual)  # fmt: skip
    return AdviceRequest.objects.select_related("version").get()


def told(asks: str) -> list[str]:
    """Return who was told this, by user name."""
    return list(
        Notice.objects.filter(asks=asks).order_by("person").values_list("person__username", flat=True)
    )


def days_of(request: AdviceRequest) -> tuple[Version, date]:
    """Return the paper as it is now, and the day its advice is due."""
    on = due.of(request.version, questions.of(request.version))[request.pk]
    assert on is not None
    return load(request.version_id), on


def test_the_form_says_by_when_advice_is_needed_where_the_officer_does_not(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    client, address = (
        signed_in(people["officer"]),
        reverse("act", args=[version.decision_id, "request_advice"]),
    )
    usual = due.by_default(version.decision.body, timezone.localdate())
    page = client.get(address)
    assert "in 5 working days" in text_of(page)
    legal = next(key for key, name in page.context["form"].fields["adviser"].choices if "Legal" in name)
    assert client.post(address, {"adviser": legal, "with_part2": "no"}).status_code == 303
    assert AdviceRequest.objects.get().due_on == usual


def test_an_adviser_is_reminded_once_and_told_once_that_it_is_late(
    people: People, asked: AdviceRequest
) -> None:
    version, on = days_of(asked)
    holidays = working_days.bank_holidays()
    eve = working_days.before(on, holidays)
    assert due.remind(version, working_days.before(eve, holidays)) == 0
    assert [due.remind(version, eve) for _ in range(3)] == [1, 0, 0]
    assert due.remind(version, on) == 0, "reminded the day before"
    assert [due.remind(version, on + timedelta(days=late)) for late in (1, 1, 9)] == [2, 0, 0]
    assert told("advise_soon") == ["legal"]
    assert sorted(told("advise_late")) == ["legal", "officer"]


def test_a_clock_that_was_down_says_that_it_is_late_and_reminds_of_nothing_past(asked: AdviceRequest) -> None:
    version, on = days_of(asked)
    assert due.remind(version, on + timedelta(days=7)) == 2
    assert told("advise_soon") == []


def test_a_question_stops_the_clock_until_it_is_answered(people: People, asked: AdviceRequest) -> None:
    version, on = days_of(asked)
    perform(version.pk, "ask", by=people["legal"], to=people["officer"], text="Which power?")
    question, holidays = Question.objects.get(), working_days.bank_holidays()
    later = working_days.after(timezone.localdate(), 3, holidays)
    assert due.due(asked, [question], holidays, later) == working_days.after(on, 3, holidays)
    assert due.remind(version, on + timedelta(days=30)) == 0, "nobody is late who waits for an answer"
    perform(version.pk, "answer", by=people["officer"], question=str(question.pk), text="Section 4.")
    assert days_of(asked)[1] == on, "answered on the same day"


def test_a_day_on_which_two_questions_wait_is_one_day(people: People, asked: AdviceRequest) -> None:
    version, on = days_of(asked)
    for text in ("Which power?", "Who pays?"):
        perform(version.pk, "ask", by=people["legal"], to=people["officer"], text=text)
    holidays, both = working_days.bank_holidays(), list(questions.of(version))
    later = working_days.after(timezone.localdate(), 3, holidays)
    assert due.due(asked, both, holidays, later) == working_days.after(on, 3, holidays)


def test_a_question_that_nobody_can_answer_stops_nothing(people: People, asked: AdviceRequest) -> None:
    version, on = days_of(asked)
    perform(version.pk, "ask", by=people["legal"], to=people["officer"], text="Which power?")
    late = on + timedelta(days=30)
    assert due.remind(load(version.pk), late) == 0
    offices.end(Holding.objects.get(person=people["officer"]), by=None)
    holidays = working_days.bank_holidays()
    assert due.due(asked, questions.of(version), holidays, late) == on
    assert due.remind(load(version.pk), late) > 0
    [question] = questions.of(version)
    question.at = asked.asked_at = question.at - timedelta(
        days=14
    )  # of these, ten waited for an officer who was there
    waited = working_days.between(timezone.localdate(question.at), timezone.localdate(), holidays)
    assert due.due(asked, [question], holidays, late) == working_days.after(on, waited, holidays)
    page = text_of(signed_in(people["legal"]).get(reverse("paper", args=[version.decision_id])))
    assert f"Nobody can answer this now: {people['officer']} does not read the paper any more." in page
    assert "nobody" in text_of(signed_in(people["legal"]).get(reverse("my-work")))


def test_who_waits_for_an_answer_is_not_reminded(people: People, asked: AdviceRequest) -> None:
    tomorrow = working_days.after(timezone.localdate(), 1, working_days.bank_holidays())
    perform(asked.version_id, "request_advice", by=people["officer"], adviser=people["finance"], area="finance",
            with_part2=False, due_on=tomorrow)  # fmt: skip
    perform(asked.version_id, "ask", by=people["finance"], to=people["officer"], text="Which power?")
    assert due.remind(load(asked.version_id), timezone.localdate()) == 0
    question = Question.objects.get()
    perform(asked.version_id, "answer", by=people["officer"], question=str(question.pk), text="Section 4.")
    assert due.remind(load(asked.version_id), timezone.localdate()) == 1
    assert told("advise_soon") == ["finance"]


def test_who_has_answered_is_not_reminded(people: People, asked: AdviceRequest) -> None:
    version, on = days_of(asked)
    shown = advice.shown(version, people["legal"])
    perform(version.pk, "give_advice", by=people["legal"], outcome="content", text="", digest=shown)
    assert due.remind(load(version.pk), on + timedelta(days=1)) == 0


def test_an_adviser_is_chased_once_a_day(people: People, asked: AdviceRequest) -> None:
    client, address = (
        signed_in(people["officer"]),
        reverse("act", args=[asked.version.decision_id, "chase_advice"]),
    )
    typed = {"request": str(asked.pk)}
    assert [client.post(address, typed).status_code for _ in range(2)] == [303, 303]
    assert told("chased") == ["legal"]
    with pytest.raises(Refused):
        perform(asked.version_id, "chase_advice", by=people["officer"], request=asked)


def test_the_clock_reminds(people: People, asked: AdviceRequest) -> None:
    assert clock.tick()["remind"] == 0
    late = timezone.localdate() - timedelta(days=1)
    AdviceRequest.objects.create(
        version=asked.version,
        area="finance",
        adviser=people["finance"],
        due_on=late,
        asked_by=people["officer"],
    )
    decision = asked.version.decision
    policy.grant(decision, [people["finance"]], Access.PART1, reason="x", source="test", by=None)
    assert [clock.tick()["remind"] for _ in range(2)] == [2, 0]
