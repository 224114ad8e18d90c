"""What happens to a change by two people with time, by a clock that the test sets for the database as well."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from approvals import clock, matters, outbox
from approvals.demo.people import make_people
from pcd.people import changes, models
from pcd.people.models import LAPSES_AFTER, Change, Holding, Office, User
from tests import rig
from tests.clocks import MovedClock, moved_clock
from tests.databases import FreshDatabase
from tests.drafting import text_of
from tests.mutants import accepted, tried, without_fault
from tests.pages import assert_valid_html
from tests.post import Postbox, mail_server
from tests.signing import sign_in


@pytest.fixture
def now(fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> Iterator[MovedClock]:
    """A clock that can be set."""
    with moved_clock(fresh_database, monkeypatch) as moved:
        yield moved


@pytest.fixture
def box(settings: Settings) -> Iterator[Postbox]:
    """A mail server."""
    with mail_server(settings) as box:
        yield box


def shown(person: User, name: str, *of: object) -> str:
    """Return the words of a page; it is valid."""
    answer = sign_in(Client(), person).get(reverse(name, args=of))
    assert_valid_html(answer.content.decode())
    return text_of(answer)


def mailed(moment: datetime, now: MovedClock, box: Postbox) -> list[tuple[str, str]]:
    """Return which mails go out at this moment, although the clock looks twice."""
    box.mails.clear()
    now.set_to(moment)
    for _ in range(2):
        clock.tell_of_offices()
        outbox.send_waiting()
    return sorted((mail.to, mail.subject.partition(": ")[2]) for mail in box.mails)


def assert_a_slow_app_is_told_so(lapsed: Change, person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The app's clock is behind the database's, which refuses: the page says why, and what was typed is on it."""
    with monkeypatch.context() as patch:
        patch.setattr(models, "LAPSES_AFTER", LAPSES_AFTER + timedelta(minutes=1))
        typed = {"agrees": "yes", "reason": "as typed"}
        answer = sign_in(Client(), person).post(reverse("change", args=[lapsed.pk]), typed)
    assert (answer.status_code, "it has lapsed" in text_of(answer)) == (200, True)
    assert "as typed" in answer.content.decode()


def test_what_nobody_decides_lapses_and_what_is_agreed_to_begins_on_its_day(
    now: MovedClock, box: Postbox, fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = make_people(rig.PASSWORD)
    admin, chief = people["admin"], Office.objects.get(key="chief-executive")
    values = {"acting": True, "reads_part2": False, "since": "", "last_day": ""}

    def proposed(who: str, since: str = "") -> Change:
        values["since"] = since
        return changes.propose("appointment", chief.pk, by=admin, person=people[who], **values)

    def agreed() -> None:
        said = {"decided_by": people["governance"], "decided_at": Now(), "agrees": True}
        Change.objects.filter(pk=waits.pk).update(**said)

    now.set("2026-10-12 12:00")
    begins = proposed("officer2", since="2026-10-25")  # on this night the clocks change
    changes.decide(begins, by=people["governance"], agrees=True)
    waits = proposed("equality")
    outbox.send_waiting()
    box.mails.clear()

    now.set("2026-10-24 23:59")
    clock.tell_of_offices()
    assert (outbox.send_waiting(), box.mails) == (0, [])
    now.set("2026-10-25 00:01")
    for _ in range(2):
        clock.tell_of_offices()
        outbox.send_waiting()
    assert [(mail.to, mail.subject) for mail in box.mails] == [
        (people["officer2"].email, f"Decision register: {matters.MATTER['office_begins'].subject}")
    ]

    waits.refresh_from_db()
    lapses, subject = waits.proposed_at + LAPSES_AFTER, matters.MATTER["change_lapses_soon"].subject
    both = sorted(people[who].email for who in ("governance", "governance2"))
    assert mailed(lapses - matters.REMINDED - timedelta(minutes=1), now, box) == []
    assert mailed(lapses - matters.REMINDED, now, box) == [(to, subject) for to in both]
    assert mailed(lapses - timedelta(seconds=30), now, box) == []
    assert changes.waiting_for(people["governance"]) == [waits]
    assert "Do you agree to this?" in shown(people["governance"], "change", waits.pk)
    assert accepted(agreed)
    assert mailed(lapses + timedelta(seconds=1), now, box) == [
        (admin.email, matters.MATTER["change_lapsed"].subject)
    ], "once, to who proposed it"
    assert_a_slow_app_is_told_so(waits, people["governance"], monkeypatch)
    assert changes.waiting_for(people["governance"]) == []
    page = shown(people["governance"], "change", waits.pk)
    assert ("propose it anew" in page, "Do you agree to this?" in page) == (True, False)
    sign_in(Client(), people["governance"]).post(reverse("change", args=[waits.pk]), {"agrees": "yes"})
    with pytest.raises(changes.NotYours):
        changes.decide(waits, by=people["governance"], agrees=True)
    assert not Holding.objects.filter(person=people["equality"], office=chief).exists()
    for name, of in (("office", [chief.pk]), ("person", [people["equality"].pk]), ("reference", [])):
        listed = shown(people["governance"], name, *of)
        assert "Lapsed" in listed
        assert "Waits for a second person" not in listed.replace("Waits for a second person Nothing.", "")
    tried(fresh_database, without_fault("guard_change", "it has lapsed"), agreed)
    anew = proposed("equality")
    changes.withdraw(waits, by=admin)
    changes.decide(anew, by=people["governance"], agrees=True)
    assert Holding.objects.filter(person=people["equality"], office=chief).exists()
