"""What is told of offices and of changes by two people: to whom, when, and once."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from approvals import clock, outbox, private
from approvals.models import Notice
from pcd import trail
from pcd.people import changes, offices
from pcd.people.models import Change, Holding, Office, PrivateOffice, User
from tests.test_outbox import later

pytestmark = pytest.mark.django_db

People = Mapping[str, User]


def chief() -> Office:
    return Office.objects.get(key="chief-executive")


def proposed(people: People, since: date | None = None) -> Change:
    """Return a proposal that the second officer acts as chief executive."""
    values = {"acting": True, "reads_part2": False, "since": changes.written(since), "last_day": ""}
    return changes.propose("appointment", chief().pk, by=people["admin"], person=people["officer2"], **values)


def told(*asks: str) -> list[str]:
    return list(Notice.objects.filter(asks__in=asks).values_list("person__username", flat=True))


def test_what_was_withdrawn_or_decided_or_is_another_s_no_more_is_not_mailed(people: People) -> None:
    offices.appoint(Office.objects.get(role="administrator"), people["governance2"], by=None)
    outbox.choose(people["governance2"], 9)
    change = proposed(people)
    assert sorted(told("change_waits")) == ["governance", "governance2"], "not to who proposed it"
    daily = Notice.objects.get(person=people["governance2"])
    assert daily.due_at > timezone.now(), "one mail a day, if one likes"
    for held in Holding.objects.current().filter(person=people["governance"]):
        offices.end(held, by=None)
    outbox.choose(people["governance2"], None)
    changes.withdraw(change, by=people["admin"])
    assert (outbox.send_waiting(), Notice.objects.waiting().count()) == (0, 0)


def test_an_office_that_begins_later_is_told_of_on_its_day_and_once(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = proposed(people, since=timezone.localdate() + timedelta(days=3))
    changes.decide(change, by=people["governance"], agrees=True)
    assert (clock.tell_of_offices(), told("office_begins")) == (0, [])
    with later(monkeypatch, 2):
        assert clock.tell_of_offices() == 0
    with later(monkeypatch, 10):  # the clock was down
        assert [clock.tell_of_offices(), clock.tell_of_offices()] == [1, 0]
    assert told("office_begins") == ["officer2"]
    outbox.send_waiting()
    waits = Notice.objects.waiting().get(asks="office_begins")
    begins = Holding.objects.get(person=people["officer2"], office=chief()).since
    assert waits.due_at == begins, "by the database's clock it has not begun: it is said when it has"


def test_what_begins_at_once_is_told_when_it_has_begun_by_the_database_s_clock_too(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    with later(monkeypatch, 1):
        changes.decide(proposed(people), by=people["governance"], agrees=True)
    outbox.send_waiting()
    waits = Notice.objects.waiting().get(asks="office_begins")
    assert waits.due_at == Holding.objects.get(person=people["officer2"], office=chief()).since


def test_who_comes_to_a_change_that_waits_is_told_of_it_once(people: People) -> None:
    """A body whose governance team has just left, and whose new one can see nothing wait."""
    for held in Holding.objects.current().filter(office__role="governance"):
        offices.end(held, by=None)
    proposed(people)
    assert (clock.tell_of_offices(), told("change_waits")) == (0, [])
    offices.appoint(Office.objects.get(role="governance"), people["equality"], by=None)
    assert [clock.tell_of_offices(), clock.tell_of_offices()] == [1, 0]
    assert told("change_waits") == ["equality"]
    assert outbox.send_waiting() == 1


def test_a_private_office_whose_time_is_over_is_told_of_once_and_so_is_one_that_was_ended(
    people: People,
) -> None:
    until = timezone.now() + timedelta(days=1)
    for who in ("officer2", "equality"):
        private.name(chief(), people[who], by=people["chief"], until=until, reads_part2=False)
    assert told("private_office_begins") == ["officer2", "equality"]
    assert clock.tell_of_offices() == 0
    PrivateOffice.objects.filter(person=people["officer2"]).update(until=Now())
    offices.end_private_office(PrivateOffice.objects.get(person=people["equality"]), by=people["chief"])
    assert [clock.tell_of_offices(), clock.tell_of_offices()] == [2, 0]
    assert sorted(told("private_office_ends")) == ["equality", "officer2"]
    assert told("private_office_left") == ["chief", "chief"]
    assert outbox.send_waiting() == 4, "that it begins is not said any more"
    sent = set(Notice.objects.exclude(sent_at=None).values_list("asks", flat=True))
    assert sent == {"private_office_ends", "private_office_left"}


def test_a_private_office_ends_with_the_time_of_who_named_it_and_is_told_of_then(people: People) -> None:
    until = timezone.now() + timedelta(days=90)
    row = private.name(chief(), people["officer2"], by=people["chief"], until=until, reads_part2=True)
    own = Holding.objects.current().own().filter(person=people["chief"], office=chief())
    assert clock.tell_of_offices() == 0
    own.update(until=Now())
    assert [clock.tell_of_offices(), clock.tell_of_offices()] == [1, 0]
    assert told("private_office_ends") == ["officer2"]
    assert outbox.send_waiting() == 1
    row.refresh_from_db()
    assert row.until < timezone.now() + timedelta(minutes=1), "in the record, too, it has ended"
    last = trail.entries("office", chief().pk).last()
    assert last is not None
    assert (last.verb, last.actor) == ("private_office_ended", "the clock")


def test_whoever_is_named_again_is_not_told_that_they_are_there_no_more(people: People) -> None:
    until = timezone.now() + timedelta(days=1)
    for _ in range(2):
        for row in PrivateOffice.objects.current():
            offices.end_private_office(row, by=people["chief"])
        private.name(chief(), people["officer2"], by=people["chief"], until=until, reads_part2=False)
    assert told("private_office_ends", "private_office_left") == ["officer2", "chief"]
    outbox.send_waiting()
    sent = set(Notice.objects.exclude(sent_at=None).values_list("asks", flat=True))
    assert sent == {"private_office_begins", "private_office_named"}
