"""The clock over the nights when clocks change, bank holidays, a week of being down, and two workers at once.

Each notice, release and reminder happens once and on its day, by the database's clock in Europe/London.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from approvals import clock, outbox
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.demo.people import make_people
from approvals.models import Notice
from approvals.notices import tell_once
from approvals.workflow import perform
from decisions.models import NumberEvent, Publication, State, Version
from decisions.snapshot import load
from tests import rig
from tests.clocks import MovedClock, moved_clock
from tests.databases import FreshDatabase
from tests.post import Postbox, mail_server
from tests.test_races import at_once

#: Publication is not what is looked at here; a PDF takes a second.
NO_PDF = tuple(job for job in clock.JOBS if job.key != "render")


@pytest.fixture
def now(
    fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> Iterator[MovedClock]:
    """A clock that can be set, and no PDFs."""
    settings.EMAIL_HOST = ""
    monkeypatch.setattr(clock, "JOBS", NO_PDF)
    with moved_clock(fresh_database, monkeypatch) as moved:
        yield moved


@pytest.fixture
def box(settings: Settings) -> Iterator[Postbox]:
    """A mail server."""
    with mail_server(settings) as box:
        yield box


def deferred(people: walk.People, until: date, *, to: str = "cleared", number: int = 1) -> Version:
    """Return a decided paper whose publication is deferred until a day."""
    days = (until - timezone.localdate()).days
    part2 = replace(CUSTODY, review_on=until + timedelta(days=90))
    paper = made_up(number, "Site", part2=part2, deferred_until_days=days, deferral_reason="Talks go on.")
    return walk.bring(walk.draft(paper, people), people, to)


def told(*asks: str) -> list[tuple[str, str, str]]:
    """Return on which day, by London's clocks, who was told what, sorted."""
    rows = Notice.objects.filter(asks__in=asks).select_related("person")
    return sorted(
        (f"{timezone.localtime(row.made_at):%Y-%m-%d}", row.asks, row.person.username) for row in rows
    )


def of_all(day: str, asks: str) -> list[tuple[str, str, str]]:
    """Return that on this day the governance team and the drafting officer were told something."""
    return [(day, asks, name) for name in ("governance", "governance2", "officer")]


@pytest.mark.parametrize("sunday", ["2026-10-25", "2027-03-28", "2027-10-31"])
def test_a_paper_comes_out_at_midnight_in_london_when_the_clocks_change(now: MovedClock, sunday: str) -> None:
    day = date.fromisoformat(sunday)
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    now.set(f"{day - timedelta(days=12)} 12:00")
    people = make_people(rig.PASSWORD)
    papers = [deferred(people, until, number=number) for number, until in enumerate((day, after))]
    moments = (f"{before} 00:30", f"{before} 23:59", f"{day} 00:00", f"{day} 00:59", f"{day} 01:00",
               f"{day} 01:30", f"{day} 23:59", f"{after} 00:00", f"{after} 00:59")  # fmt: skip
    now.set(f"{day - timedelta(days=6)} 12:00")
    assert clock.tick()["release"] == 0
    released = {}
    for moment in moments:
        now.set(moment)
        if count := clock.tick()["release"] + clock.tick()["release"]:
            released[moment] = count
    assert released == {f"{day} 00:00": 1, f"{after} 00:00": 1}
    assert [
        timezone.localtime(row.published_at).date() for row in Publication.objects.order_by("published_at")
    ] == [day, after]
    assert [load(row.pk).state for row in papers] == [State.PUBLISHED] * 2
    eves = [*of_all(f"{before}", "deferral_ends"), *of_all(f"{day}", "deferral_ends")]
    assert told("deferral_ends")[-6:] == eves, "each is told on the eve, and nothing in the night twice"
    assert told("overdue") == []


def test_governance_and_the_officer_are_reminded_30_7_and_1_days_before_and_told_once_that_it_is_overdue(
    now: MovedClock,
) -> None:
    now.set("2027-02-01 12:00")
    people = make_people(rig.PASSWORD)
    deferred(people, date(2027, 4, 5), to="decided")
    for day in (
        "03-05",
        "03-06",
        "03-07",
        "03-28",
        "03-29",
        "03-30",
        "04-03",
        "04-04",
        "04-05",
        "04-06",
        "05-01",
    ):
        for hour in ("00:00", "23:59"):
            now.set(f"2027-{day} {hour}")
            clock.tick()
    assert told("deferral_ends", "overdue") == [
        *of_all("2027-03-06", "deferral_ends"),
        *of_all("2027-03-29", "deferral_ends"),
        *of_all("2027-04-04", "deferral_ends"),
        *of_all("2027-04-05", "overdue"),
    ]


def told_of_an_exemption(rows: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return that on each of these days all who are told of it were, its owner too."""
    return [one for day, asks in rows for one in [*of_all(day, asks), (day, asks, "chief")]]


def test_the_review_of_an_exemption_is_reminded_of_and_told_due_once_also_after_publication(
    now: MovedClock, box: Postbox
) -> None:
    now.set("2026-11-01 12:00")
    people = make_people(rig.PASSWORD)
    version = walk.draft(made_up(1, "Site", part2=CUSTODY), people)
    ceases = date(2027, 6, 1)
    version.part2_papers.update(review_on=date(2027, 1, 1), ceases_on=ceases, owner=people["chief"])
    version = walk.bring(version, people, "published")
    Notice.objects.waiting().update(closed_at=now.now())
    for moment in ("12-01", "12-02", "12-02", "12-24", "12-25", "12-30", "12-31"):
        now.set(f"2026-{moment} 00:01")
        clock.tick()
    for moment in ("01-01", "01-01", "01-02", "02-14"):
        now.set(f"2027-{moment} 00:01")
        clock.tick()
    rows = [
        ("2026-12-02", "review_soon"),
        ("2026-12-25", "review_soon"),
        ("2026-12-31", "review_soon"),
        ("2027-01-01", "review_due"),
    ]
    assert told("review_soon", "review_due") == sorted(told_of_an_exemption(rows))
    assert len(box.mails) == 16

    walk.rescind(version, people, "The buyer withdrew.")
    for moment in ("05-31", "06-01", "06-01", "06-02"):  # what is withheld still comes back
        now.set(f"2027-{moment} 00:01")
        clock.tick()
    rows += [("2027-05-31", "review_soon"), ("2027-06-01", "review_due")]
    assert told("review_soon", "review_due") == sorted(told_of_an_exemption(rows))
    assert {f"/papers/{version.decision_id}/" in mail.text for mail in box.mails} == {True}


@pytest.mark.parametrize(
    ("asked", "due_on", "reminded", "late"),
    [
        ("2027-03-22", "2027-03-30", "2027-03-25", "2027-03-31"),  # Good Friday and Easter Monday between
        ("2027-12-20", "2027-12-29", "2027-12-24", "2027-12-30"),  # Christmas, with two substitute days
    ],
)
def test_advisers_are_reminded_on_the_working_day_before_over_bank_holidays(
    now: MovedClock, asked: str, due_on: str, reminded: str, late: str
) -> None:
    now.set(f"{asked} 12:00")
    people = make_people(rig.PASSWORD)
    version = walk.draft(made_up(1, "Masts"), people)
    perform(version.pk, "request_advice", by=people["officer"], adviser=people["legal"], area="legal",
            with_part2=False, due_on=date.fromisoformat(due_on))  # fmt: skip
    day = date.fromisoformat(asked)
    while day <= date.fromisoformat(late) + timedelta(days=2):
        for hour in ("00:00", "23:59"):
            now.set(f"{day} {hour}")
            clock.tick()
        day += timedelta(days=1)
    assert told("advise_soon", "advise_late") == [
        (reminded, "advise_soon", "legal"),
        (late, "advise_late", "legal"),
        (late, "advise_late", "officer"),
    ]


def test_a_worker_that_was_down_for_a_week_does_all_of_it_once_and_in_order(
    now: MovedClock, box: Postbox, settings: Settings
) -> None:
    now.set("2027-03-01 12:00")
    people = make_people(rig.PASSWORD)
    ends = {
        "2027-03-26": "cleared",
        "2027-03-24": "cleared",
        "2027-03-25": "decided",
        "2027-04-01": "cleared",
    }
    papers = {
        end: deferred(people, date.fromisoformat(end), to=to, number=number)
        for number, (end, to) in enumerate(ends.items())
    }
    Notice.objects.waiting().update(closed_at=now.now())
    now.set("2027-03-20 09:00")
    clock.tick()
    box.mails.clear()
    sent_before = set(Notice.objects.values_list("pk", flat=True))
    now.set("2027-03-27 23:59")  # a week later, in the evening before the clocks go forward
    for _ in range(3):
        clock.tick()
    assert [row.pk for row in Publication.objects.order_by("published_at")] == [
        papers["2027-03-24"].pk,
        papers["2027-03-26"].pk,
    ], "in the order of their days, and what is not cleared stays"
    assert NumberEvent.objects.filter(became="published").count() == 2
    new = Notice.objects.exclude(pk__in=sent_before)
    by_paper = {
        end: sorted({row.asks for row in new.filter(version=version)}) for end, version in papers.items()
    }
    assert by_paper == {
        "2027-03-24": ["published"],
        "2027-03-25": ["overdue"],
        "2027-03-26": ["published"],
        "2027-04-01": ["deferral_ends"],
    }, "nothing of what lost its sense meanwhile"
    assert len(box.mails) == 2 + 3 + 3 == new.exclude(sent_at=None).count()


def test_mail_that_could_not_go_out_for_a_month_says_each_thing_once(now: MovedClock, box: Postbox) -> None:
    now.set("2027-02-20 12:00")
    people = make_people(rig.PASSWORD)
    deferred(people, date(2027, 4, 1))
    Notice.objects.waiting().update(closed_at=now.now())
    box.refuses = True
    for day in ("03-02", "03-25", "03-31"):
        now.set(f"2027-{day} 12:00")
        clock.tick()
    assert Notice.objects.waiting().count() == 3, "of each the last"
    box.refuses = False
    now.set("2027-03-31 14:00")
    clock.tick()
    assert sorted(mail.to for mail in box.mails) == [
        "governance2@pcd.example",
        "governance@pcd.example",
        "officer@pcd.example",
    ]


def test_two_workers_at_once_do_each_thing_once(now: MovedClock, box: Postbox) -> None:
    now.set("2027-03-01 12:00")
    people = make_people(rig.PASSWORD)
    cleared = deferred(people, date(2027, 3, 28))
    deferred(people, date(2027, 3, 28), to="decided", number=2)
    deferred(people, date(2027, 3, 29), number=3)
    asked = walk.draft(made_up(4, "Masts"), people)
    perform(asked.pk, "request_advice", by=people["officer"], adviser=people["legal"], area="legal",
            with_part2=False, due_on=date(2027, 3, 24))  # fmt: skip
    Notice.objects.waiting().update(closed_at=now.now())
    now.set("2027-03-28 00:00")
    for _ in range(3):
        results = at_once([clock.tick] * 4)
        assert [row for row in results if not isinstance(row, dict)] == []
    assert load(cleared.pk).state == State.PUBLISHED
    assert NumberEvent.objects.filter(became="published").count() == 1
    day = "2027-03-28"
    assert sorted(told("published", "overdue", "deferral_ends", "advise_late", "advise_soon")) == sorted(
        [
            (day, "published", "officer"),
            *of_all(day, "overdue"),
            *of_all(day, "deferral_ends"),
            (day, "advise_late", "legal"),
            (day, "advise_late", "officer"),
        ]
    )
    assert len(box.mails) == len({mail.identity for mail in box.mails}) == 9


def test_the_database_keeps_one_notice_of_what_many_tell_at_once(fresh_database: FreshDatabase) -> None:
    people = make_people(rig.PASSWORD)
    version = walk.draft(made_up(1, "Masts"), people)
    act: Any = partial(tell_once, version, "advise_late", [people["legal"]], key="one")
    results = at_once([act] * 8)
    assert sorted(results) == [0] * 7 + [1]
    assert Notice.objects.count() == 1


def test_the_daily_mail_waits_over_easter_and_the_change_of_the_clocks(now: MovedClock, box: Postbox) -> None:
    now.set("2027-03-25 12:00")
    people = make_people(rig.PASSWORD)
    outbox.choose(people["head"], 8)
    for number in (1, 2):
        walk.bring(walk.draft(made_up(number, "Masts"), people), people, "with_head_of_service")
    Notice.objects.exclude(asks="review").update(closed_at=now.now())
    came = {}
    for moment in ("03-25 23:59", "03-26 08:00", "03-28 00:59", "03-28 08:00", "03-29 08:00", "03-30 07:59",
                   "03-30 08:00", "03-31 08:00"):  # fmt: skip
        now.set(f"2027-{moment}")
        clock.tick()
        came[moment] = len(box.mails)
    assert next(moment for moment, count in came.items() if count) == "03-30 08:00"
    assert [mail.subject for mail in box.mails] == ["Decision register: 2 notices"]


def test_a_test_clock_stands_in_no_other_database(fresh_database: FreshDatabase) -> None:
    with fresh_database.connect("owner") as owner, owner.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_proc where pronamespace in ('staff'::regnamespace, 'site'::regnamespace)"
            " and proname in ('now', 'clock_timestamp', 'statement_timestamp', 'transaction_timestamp')"
        )
        assert cursor.fetchone() == (0,)
