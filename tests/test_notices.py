"""Mail: queued with the act, sent once while it is true, by a real mail server, and never a word of a paper in it."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.mail import get_connection
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from approvals import clock, outbox
from approvals.clock import send
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import Notice
from approvals.notices import next_digest, tell
from approvals.workflow import perform
from decisions import policy
from decisions.models import Version
from pcd import trail
from pcd.people.models import Holding, User
from tests.drafting import signed_in, text_of
from tests.pages import assert_valid_html
from tests.post import SECRET, SERVICE, TEMPLATE, NotifyBox, Postbox, mail_server, notify_server, sending
from tests.sites import free_port

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    """A real SMTP server, and the settings that send to it."""
    with mail_server(settings) as box:
        yield box


@pytest.fixture
def notify(settings: Settings) -> Iterator[NotifyBox]:
    """A server in the place of GOV.UK Notify, and the settings that send to it."""
    with notify_server(settings) as box:
        yield box


@pytest.fixture
def reviewed(people: Mapping[str, User]) -> Version:
    """A paper that waits for its head of service; what was told on the way has been dealt with."""
    version = walk.bring(walk.draft(made_up(1, "Lockers"), people), people, "with_head_of_service")
    Notice.objects.exclude(asks="review").update(closed_at=Now())
    return version


def test_each_person_whose_turn_it_is_gets_one_mail_without_a_word_of_the_paper(
    people: Mapping[str, User], postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walk, "perform", sending())
    version = walk.bring(
        walk.draft(made_up(1, "Xylophone masts", part2=CUSTODY), people), people, "published"
    )
    assert send() == 0, "nothing is sent twice"
    assert [mail.to for mail in postbox.mails] == [
        "finance@pcd.example",
        "officer@pcd.example",
        "legal@pcd.example",
        "officer@pcd.example",
        "head@pcd.example",
        "chief@pcd.example",
        "dmpc@pcd.example",
        "officer@pcd.example",
        "governance@pcd.example",
        "governance2@pcd.example",
        "officer@pcd.example",
    ]
    for mail in postbox.mails:
        assert "ylophone" not in mail.whole
        assert "marigold" not in mail.whole
        assert f"/papers/{version.decision_id}/" in mail.text
    assert postbox.mails[5].subject == "PCD 1637: your endorsement is asked"


def test_what_is_not_true_any_more_is_not_sent_and_is_kept(
    people: Mapping[str, User], postbox: Postbox
) -> None:
    walk.bring(walk.draft(made_up(1, "Lockers"), people), people, "published")
    assert send() == 1
    assert [(mail.to, mail.subject) for mail in postbox.mails] == [
        ("officer@pcd.example", "PCD 1637: your paper is published")
    ]
    assert Notice.objects.exclude(closed_at=None).filter(sent_at=None).count() == Notice.objects.count() - 1


def test_whoever_lost_the_right_to_read_gets_no_mail(
    people: Mapping[str, User], postbox: Postbox, reviewed: Version
) -> None:
    tell(reviewed, "answered", [people["legal"], people["finance"]])
    policy.end_grants(reviewed.decision, person=people["legal"], by=None)
    send()
    assert {mail.to for mail in postbox.mails} == {"head@pcd.example", "finance@pcd.example"}


def test_whoever_left_the_office_is_not_asked_and_their_successor_is(
    people: Mapping[str, User], postbox: Postbox, reviewed: Version
) -> None:
    office = reviewed.head_of_service
    assert office
    Holding.objects.filter(office=office).update(until=Now())
    Holding.objects.create(office=office, person=people["commercial"])
    clock.tick()
    clock.tick()
    assert [mail.to for mail in postbox.mails] == ["commercial@pcd.example"]


def test_what_waits_about_the_same_is_said_once(
    people: Mapping[str, User], postbox: Postbox, reviewed: Version
) -> None:
    for asks in ("answered", "review", "answered"):
        tell(reviewed, asks, [people["head"]])
    send()
    assert sorted(mail.subject for mail in postbox.mails) == [
        "PCD 1637: your question is answered",
        "PCD 1637: your review is asked",
    ]


def test_mail_that_is_refused_is_tried_again(postbox: Postbox, reviewed: Version) -> None:
    postbox.refuses = True
    for _ in range(12):
        assert send() == 0
        Notice.objects.waiting().update(due_at=Now())  # as if the next try had come
    postbox.refuses = False
    assert send() == 1 == len(postbox.mails)


def test_mail_that_fails_waits_longer_from_try_to_try(postbox: Postbox, reviewed: Version) -> None:
    postbox.refuses = True
    waited = []
    for _ in range(12):
        send()
        notice = Notice.objects.latest("made_at")
        waited.append(round((notice.due_at - timezone.now()).total_seconds() / 60))
        assert [send(), Notice.objects.latest("made_at").tries] == [0, notice.tries], "it is not tried before"
        Notice.objects.waiting().update(due_at=Now())
    assert waited == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]


def test_while_the_mail_server_is_away_no_mail_is_lost_and_the_log_says_so_once(
    postbox: Postbox, settings: Settings, caplog: pytest.LogCaptureFixture, reviewed: Version
) -> None:
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    for _ in range(12):
        clock.tick()
    assert [line for line in caplog.messages if "send" in line] == [
        "the job send failed: ConnectionRefusedError"
    ]
    settings.EMAIL_PORT = there
    assert send() == 1 == len(postbox.mails)


def test_an_address_that_is_none_holds_up_nobody_and_nothing_is_sent_twice(
    people: Mapping[str, User], postbox: Postbox, reviewed: Version
) -> None:
    tell(reviewed, "answered", [people["legal"], people["finance"]])
    User.objects.filter(username="legal").update(email="legal@pcd.example; law@pcd.example\n")
    for _ in range(3):
        send()
    assert sorted(mail.to for mail in postbox.mails) == ["finance@pcd.example", "head@pcd.example"]
    assert Notice.objects.waiting().get().person == people["legal"]


def test_a_notice_of_which_nobody_can_say_whether_it_is_needed_holds_up_nobody(
    people: Mapping[str, User], postbox: Postbox, reviewed: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(reviewed, "answered", [people["legal"]])
    asked = policy.may

    def failing(person: User, *about: Any) -> bool:
        if person == people["head"]:
            raise LookupError
        return asked(person, *about)

    monkeypatch.setattr(policy, "may", failing)
    assert send() == 1
    assert [mail.to for mail in postbox.mails] == ["legal@pcd.example"]
    assert Notice.objects.waiting().get().asks == "review"


def test_without_a_mail_server_mail_waits(settings: Settings, reviewed: Version) -> None:
    settings.EMAIL_HOST = ""
    assert send() == 0
    assert Notice.objects.waiting().filter(tries=0).count() == 1


def test_somebody_who_has_left_gets_no_mail(
    people: Mapping[str, User], postbox: Postbox, reviewed: Version
) -> None:
    User.objects.filter(username="head").update(is_active=False)
    send()
    assert postbox.mails == []


def test_a_clock_that_dies_before_it_marks_sends_the_same_message_again(
    postbox: Postbox, reviewed: Version
) -> None:
    notice = Notice.objects.waiting().select_related("person", "version__decision__series").get()
    with get_connection() as server:
        server.send_messages([outbox.message([notice])])  # and the power fails
    send()
    first, second = postbox.mails
    assert first.identity == second.identity, "by which servers and readers take the two for one"
    assert first.identity.startswith("<")
    assert first.identity.endswith("@localhost>")


# One mail a day


def test_one_mail_a_day_has_all_that_is_still_true(
    people: Mapping[str, User], postbox: Postbox, reviewed: Version
) -> None:
    head = people["head"]
    outbox.choose(head, 9)
    other = walk.bring(walk.draft(made_up(2, "Boats"), people), people, "with_head_of_service")
    third = walk.bring(walk.draft(made_up(3, "Kennels"), people), people, "with_head_of_service")
    walk.review(third, people)
    Notice.objects.waiting().exclude(person=head).update(closed_at=Now())
    assert send() == 0, "it is not time yet"
    Notice.objects.waiting().update(due_at=Now())
    assert [send(), send()] == [2, 0]
    [mail] = postbox.mails
    assert mail.subject == "Decision register: 2 notices"
    for version in (reviewed, other):
        assert f"{version.decision.reference}: your review is asked\nhttp://localhost" in mail.text
        assert f"/papers/{version.decision_id}/" in mail.text
    assert Notice.objects.exclude(closed_at=None).filter(version=third, asks="review").count() == 1


def test_what_is_urgent_does_not_wait_for_the_daily_mail(
    people: Mapping[str, User], postbox: Postbox
) -> None:
    outbox.choose(people["legal"], 9)
    version = walk.draft(made_up(1, "Lockers"), people)
    request = {"adviser": people["legal"], "area": "legal", "with_part2": False}
    perform(version.pk, "request_advice", by=people["officer"], **request)
    assert send() == 0
    asked = version.advice_requests.get()
    perform(version.pk, "chase_advice", by=people["officer"], request=asked)
    send()
    assert [mail.subject for mail in postbox.mails] == ["Decision paper: your advice is waited for"]


def test_whoever_chooses_mail_at_once_again_has_what_waits_at_once(
    people: Mapping[str, User], postbox: Postbox, reviewed: Version
) -> None:
    outbox.choose(people["head"], 9)
    assert send() == 0
    outbox.choose(people["head"], None)
    assert send() == 1


@pytest.mark.parametrize(
    ("told", "hour", "comes"),
    [
        ("2026-11-26 08:59", 9, "2026-11-26 09:00"),  # a Thursday
        ("2026-11-26 09:00", 9, "2026-11-27 09:00"),
        ("2026-11-27 12:00", 9, "2026-11-30 09:00"),  # over the weekend
        ("2026-10-23 12:00", 8, "2026-10-26 08:00"),  # the clocks go back
        ("2027-03-25 12:00", 8, "2027-03-30 08:00"),  # Good Friday, the clocks go forward, Easter Monday
        ("2027-12-24 18:30", 18, "2027-12-29 18:00"),  # Christmas on a weekend, with both substitute days
    ],
)
def test_the_daily_mail_comes_on_the_next_working_day(db: None, told: str, hour: int, comes: str) -> None:
    moment = datetime.fromisoformat(told).replace(tzinfo=LONDON)
    assert next_digest(moment, hour) == datetime.fromisoformat(comes).replace(tzinfo=LONDON)


def test_each_person_chooses_on_a_page_when_mail_comes(people: Mapping[str, User], officer: Client) -> None:
    page = officer.get(reverse("notices"))
    assert "officer@pcd.example" in text_of(page)
    assert_valid_html(page.content.decode())
    assert "Select" in text_of(officer.post(reverse("notices"), {"hour": "9"}))
    answer = officer.post(reverse("notices"), {"when": "daily", "hour": "16"})
    assert (answer.status_code, User.objects.get(username="officer").digest_at) == (303, 16)
    version = walk.draft(made_up(1, "Lockers"), people)
    tell(version, "answered", [User.objects.get(username="officer")])
    assert "1 notice waits for your next mail" in text_of(officer.get(reverse("notices")))
    assert [row.detail for row in trail.entries("person", people["officer"].pk)] == [{"digest_at": 16}]
    officer.post(reverse("notices"), {"when": "at_once", "hour": "16"})
    assert User.objects.get(username="officer").digest_at is None


# GOV.UK Notify


def test_notify_is_posted_what_its_api_asks_for(notify: NotifyBox, reviewed: Version) -> None:
    assert [send(), send()] == [1, 0]
    [(path, headers, posted)] = notify.requests
    assert path == "/v2/notifications/email"
    assert set(posted) == {"email_address", "template_id", "personalisation", "reference"}
    assert (posted["email_address"], posted["template_id"]) == ("head@pcd.example", TEMPLATE)
    assert posted["personalisation"]["subject"] == "PCD 1637: your review is asked"
    kind, _, token = headers["Authorization"].partition(" ")
    signed, _, signature = token.rpartition(".")
    first, second = (
        json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in signed.split(".")
    )
    assert (kind, first) == ("Bearer", {"typ": "JWT", "alg": "HS256"})
    assert second["iss"] == SERVICE
    assert abs(second["iat"] - time.time()) < 30
    expected = hmac.digest(SECRET.encode(), signed.encode(), hashlib.sha256)
    assert base64.urlsafe_b64decode(signature + "=") == expected


def test_what_notify_refuses_is_tried_again(notify: NotifyBox, reviewed: Version) -> None:
    notify.refuses = True
    assert [send(), send()] == [0, 0]
    assert (len(notify.requests), Notice.objects.waiting().get().tries) == (1, 1)
    Notice.objects.waiting().update(due_at=Now())
    notify.refuses = False
    assert send() == 1


def test_while_notify_is_away_one_mail_waits_for_it_and_not_each(
    people: Mapping[str, User], settings: Settings, reviewed: Version, monkeypatch: pytest.MonkeyPatch
) -> None:
    with notify_server(settings):
        pass  # it has gone
    tell(reviewed, "answered", [people["legal"], people["finance"], people["officer"]])
    tried: list[object] = []

    def times_out(request: object, timeout: float) -> None:
        tried.append(request)
        raise TimeoutError

    monkeypatch.setattr("urllib.request.urlopen", times_out)
    assert send() == 0
    assert len(tried) == 1
    assert Notice.objects.waiting().filter(tries=1).count() == 4


# The demo


def test_in_the_demo_mails_are_read_on_a_page_exactly_as_they_went_out(
    people: Mapping[str, User], settings: Settings, tmp_path: Path, reviewed: Version
) -> None:
    client = signed_in(people["auditor"])
    assert client.get(reverse("mails")).status_code == 404
    assert "Mails of the demo" not in text_of(client.get(reverse("my-work")))
    settings.DEMO_MAILS = str(tmp_path / "mails")
    settings.EMAIL_BACKEND = "approvals.demo.mails.EmailBackend"
    assert "No mail has gone out yet" in text_of(client.get(reverse("mails")))
    assert "Mails of the demo" in text_of(client.get(reverse("my-work")))
    assert [send(), send()] == [1, 0]
    page = client.get(reverse("mails"))
    notice = Notice.objects.get(asks="review")
    mail = outbox.message([notice])
    assert f"To head@pcd.example · {timezone.localtime():%-d %B %Y}" in text_of(page)
    assert " ".join(str(mail.body).split()) in text_of(page)
    assert str(mail.subject) in text_of(page)
    assert_valid_html(page.content.decode())
