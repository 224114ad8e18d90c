"""The calendar: what becomes public and what falls due, of the papers one may read, and outside by reference alone."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from approvals import calendar
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import Deferral
from decisions.models import Version
from pcd.people.models import User
from tests.drafting import signed_in, text_of
from tests.pages import assert_valid_html
from tests.test_my_work_lists import ask_late

pytestmark = pytest.mark.django_db

People = Mapping[str, User]


def deferred(people: People, to: str, days: int = 40) -> Version:
    """Return a paper with a Part 2 whose publication is deferred."""
    paper = made_up(1, "Site", part2=CUSTODY, deferred_until_days=days, deferral_reason="Negotiations go on.")
    return walk.bring(walk.draft(paper, people), people, to)


def said(person: User) -> list[str]:
    """Return what somebody's calendar says."""
    return [row.what for row in calendar.entries(person)]


def page(person: User) -> str:
    """Return the words of somebody's calendar, which is valid HTML."""
    answer: Any = signed_in(person).get(reverse("calendar"))
    assert_valid_html(answer.content.decode())
    return text_of(answer)


def test_a_deferral_has_its_end_its_reminders_and_the_days_of_its_exemption(people: People) -> None:
    version = deferred(people, "decided")
    assert {
        "Becomes public once it is cleared: the deferral ends",
        "Is the deferral still needed?",
        "The exemption of Part 2 is reviewed",
    } <= set(said(people["governance"]))
    walk.clear(version, people)
    ends = [row for row in calendar.entries(people["governance"]) if row.what == "Becomes public"]
    assert [row.day for row in ends] == [timezone.localdate() + timedelta(days=40)]
    assert len([what for what in said(people["governance"]) if "still needed" in what]) == 3


def test_what_ended_is_late_until_it_is_public_and_reminders_are_not(people: People) -> None:
    version = deferred(people, "decided")
    Deferral.objects.create(
        version=version,
        step="renew_deferral",
        until=timezone.localdate() - timedelta(days=1),
        reason="x",
        by=people["governance"],
    )
    rows = calendar.entries(people["governance"])
    assert [row.what for row in rows if row.late] == ["Becomes public once it is cleared: the deferral ends"]
    assert "Late by 1 day" in page(people["governance"])
    walk.bring(version, people, "published")
    assert not [row for row in calendar.entries(people["governance"]) if "public" in row.what]


def test_advice_falls_due_and_is_gone_once_given(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    ask_late(version, people, days=-3)
    assert said(people["officer"]) == said(people["legal"]) == ["Legal adviser: advice is due"]
    walk.advise(version, people, "legal", "finance")
    assert said(people["officer"]) == []


def test_advice_that_is_asked_anew_is_due_once(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    for days, with_part2 in ((-3, False), (-4, True)):
        ask_late(version, people, days=days, with_part2=with_part2)
    assert [row.day for row in calendar.entries(people["legal"])] == [
        timezone.localdate() + timedelta(days=4)
    ]


def test_what_is_cleared_and_not_deferred_becomes_public_when_somebody_publishes_it(people: People) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "decided")
    assert calendar.undated(people["officer"]) == []
    walk.clear(version, people)
    assert "Cleared, to be published" in page(people["officer"])
    walk.publish(version, people)
    assert "Nothing is to come" in page(people["officer"])


def test_only_who_may_read_a_paper_has_it_in_their_calendar(people: People) -> None:
    deferred(people, "cleared")
    for who in ("officer2", "commercial", "auditor", "admin"):
        assert said(people[who]) == [], who
        assert "Nothing is to come" in page(people[who])


def test_a_calendar_file_holds_references_and_no_title(people: People) -> None:
    deferred(people, "cleared")
    ask_late(walk.draft(made_up(2, "Signal masts"), people), people, days=-3)
    answer: Any = signed_in(people["officer"]).get(reverse("calendar-ics"))
    text = answer.content.decode()
    assert answer["Content-Type"].startswith("text/calendar")
    assert "SUMMARY:PCD " in text.replace("\r\n ", "")
    assert "SUMMARY:No number yet: Legal adviser" in text
    assert "Site" not in text
    assert "Signal" not in text
    assert all(len(line) <= 75 for line in text.split("\r\n"))
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == len(calendar.entries(people["officer"]))
    assert len({line for line in text.split("\r\n") if line.startswith("UID")}) == text.count("BEGIN:VEVENT")


def test_months_stand_in_their_order(people: People) -> None:
    version = walk.draft(made_up(1, "Signal masts"), people)
    days = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 1)]
    rows = [calendar.Entry(day, version, "x", str(day)) for day in days]
    assert [(first.month, len(same)) for first, same in calendar.months(rows)] == [(3, 2), (10, 1), (3, 1)]


def test_the_calendar_takes_the_same_queries_for_many_papers_as_for_one(people: People) -> None:
    taken = []
    for _ in range(3):
        deferred(people, "cleared")
        ask_late(walk.draft(made_up(2, "Signal masts"), people), people)
        with CaptureQueriesContext(connection) as queries:
            calendar.entries(people["officer"])
            calendar.undated(people["officer"])
        taken.append(len(queries))
    assert taken[0] == taken[2]
