"""Mail: queued with the act, sent once by a real mail server, and never a word of a paper in it."""

from collections.abc import Iterator, Mapping
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django.fixtures import Settings

from approvals import clock
from approvals.clock import send
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.models import Notice
from pcd.people.models import User
from tests.sites import free_port

pytestmark = pytest.mark.django_db


class Postbox:
    """Keeps what the mail server is handed; `refuses` makes it turn mail away."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refuses = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refuses:
            return "451 try again later"
        self.mails.append(message_from_bytes(envelope.content))
        return "250 kept"


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    """A real SMTP server, and the settings that send to it."""
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    yield box
    controller.stop()


def test_each_person_whose_turn_it_is_gets_one_mail_without_a_word_of_the_paper(
    people: Mapping[str, User], postbox: Postbox
) -> None:
    version = walk.bring(
        walk.draft(made_up(1, "Xylophone masts", part2=CUSTODY), people), people, "published"
    )
    assert send() == Notice.objects.count()
    assert send() == 0, "nothing is sent twice"
    assert [mail["To"] for mail in postbox.mails] == [
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
        text = mail.as_string()
        assert "ylophone" not in text
        assert "marigold" not in text
        assert f"/papers/{version.decision_id}/" in mail.get_payload()
    assert postbox.mails[5]["Subject"] == "PCD 1637: your endorsement is asked"


def test_mail_that_is_refused_is_tried_again(people: Mapping[str, User], postbox: Postbox) -> None:
    walk.bring(walk.draft(made_up(1, "Lockers"), people), people, "with_head_of_service")
    postbox.refuses = True
    for _ in range(12):
        assert send() == 0
        Notice.objects.update(due_at=Now())  # as if the next try had come
    postbox.refuses = False
    assert send() == Notice.objects.count() == len(postbox.mails)


def test_mail_that_fails_waits_longer_from_try_to_try(people: Mapping[str, User], postbox: Postbox) -> None:
    walk.bring(walk.draft(made_up(1, "Lockers"), people), people, "with_head_of_service")
    postbox.refuses = True
    waited = []
    for _ in range(12):
        send()
        notice = Notice.objects.latest("made_at")
        waited.append(round((notice.due_at - timezone.now()).total_seconds() / 60))
        assert [send(), Notice.objects.latest("made_at").tries] == [0, notice.tries], "it is not tried before"
        Notice.objects.update(due_at=Now())
    assert waited == [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60]


def test_while_the_mail_server_is_away_no_mail_is_lost_and_the_log_says_so_once(
    people: Mapping[str, User], postbox: Postbox, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    walk.bring(walk.draft(made_up(1, "Lockers"), people), people, "with_head_of_service")
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, free_port()
    for _ in range(12):
        clock.tick()
    assert [line for line in caplog.messages if "send" in line] == [
        "the job send failed: ConnectionRefusedError"
    ]
    settings.EMAIL_PORT = there
    assert send() == Notice.objects.count() == len(postbox.mails)


def test_an_address_that_is_none_holds_up_nobody_and_nothing_is_sent_twice(
    people: Mapping[str, User], postbox: Postbox
) -> None:
    User.objects.filter(username="legal").update(email="legal@pcd.example; law@pcd.example\n")
    walk.bring(walk.draft(made_up(1, "Lockers"), people), people, "with_head_of_service")
    for _ in range(3):
        send()
    others = Notice.objects.exclude(person__username="legal")
    assert len(postbox.mails) == others.count() == others.exclude(sent_at=None).count() > 0


def test_without_a_mail_server_mail_waits(people: Mapping[str, User], settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    walk.bring(walk.draft(made_up(1, "Lockers"), people), people, "with_head_of_service")
    assert send() == 0
    assert Notice.objects.filter(sent_at=None, tries=0).count() == Notice.objects.count() > 0


def test_somebody_who_has_left_gets_no_mail(people: Mapping[str, User], postbox: Postbox) -> None:
    walk.bring(walk.draft(made_up(1, "Lockers"), people), people, "with_head_of_service")
    User.objects.filter(username="head").update(is_active=False)
    send()
    assert "head@pcd.example" not in [mail["To"] for mail in postbox.mails]
