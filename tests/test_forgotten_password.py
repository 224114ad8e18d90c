"""A forgotten password: a link by mail sets another, once; it tells strangers nothing and opens nothing else."""

import logging
import re
import time
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.core.checks import run_checks
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from approvals.models import Notice
from approvals.outbox import send_waiting
from pcd import trail
from pcd.logs import PlainFormatter
from pcd.people import accounts, forgotten, history, second_factor
from pcd.people.forms import NewPassword
from pcd.people.models import User

PASSWORD, NEW = "a long enough pass phrase", "another long enough pass phrase"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ASK = "/accounts/password/forgotten/"
DEAD = "This link does not work"

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.test_carried")]


@pytest.fixture(autouse=True)
def mail_goes_out(settings: Settings) -> None:
    """As where there is a mail server, and nobody has asked for anything yet."""
    settings.EMAIL_HOST = "localhost"
    cache.clear()


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna", PASSWORD, full_name="Anna Ashworth", email="anna@example.org")


def text(response: Any) -> str:
    return unescape(" ".join(response.content.decode().split()))


def ask(address: str, client: Client | None = None, **headers: Any) -> Any:
    return (client or Client()).post(ASK, {"email": address}, **headers)


def sign_in(client: Client, password: str) -> Any:
    return client.post("/accounts/login/", {"login": "anna", "password": password})


def mailed() -> str:
    """Return the link that the last mail holds."""
    assert send_waiting() == 1
    [link] = re.findall(r"^http.*$", str(mail.outbox[-1].body), re.MULTILINE)
    return str(link)


def path(link: str) -> str:
    return link.removeprefix("http://localhost")


def opened(client: Client, link: str) -> Any:
    return client.get(path(link), follow=True)


def set_new(client: Client, page: Any, password: str = NEW) -> Any:
    return client.post(page.request["PATH_INFO"], {"password1": password, "password2": password})


def test_a_link_sets_a_new_password_once_and_opens_nothing_else(
    anna: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    elsewhere = Client()
    sign_in(elsewhere, PASSWORD)
    assert UserSession.objects.filter(user=anna).count() == 1
    TOTP.activate(anna, SECRET)
    assert "Forgotten your password?" in text(Client().get("/accounts/login/"))
    said = ask("Anna@Example.org")
    assert said["Location"] == "/accounts/password/forgotten/sent/"
    assert "If the decision register knows this email address" in text(Client().get(said["Location"]))
    link = mailed()
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == (["anna@example.org"], "Decision register: set a new password")
    assert "once, within an hour" in str(sent.body)
    assert "Anna" not in f"{sent.subject}{sent.body}"
    key = link.strip("/").split("/")[-1]

    client = Client()
    led = client.get(path(link))
    assert (led.status_code, key in led["Location"]) == (302, False), "no history or Referer keeps the key"
    page = client.get(led["Location"])
    for answer in (led, page):
        assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("same-origin", "no-store, private")
    assert key not in text(page)
    assert "This password is too short" in text(set_new(client, page, "short"))
    for _ in range(5):
        sign_in(Client(), "wrong")  # who has forgotten it has guessed before
    with django_capture_on_commit_callbacks(execute=True):
        done = set_new(client, page)
    assert done["Location"] == "/accounts/login/"
    assert "Your password has been changed" in text(client.get("/accounts/login/"))
    assert client.get("/typed/").status_code == 302, "nobody is signed in by it"
    assert elsewhere.get("/typed/").status_code == 302, "every session has ended"
    assert not UserSession.objects.filter(user=anna).exists()

    assert sign_in(client, NEW)["Location"] == "/accounts/login/second-factor/", "it is still asked for"
    assert client.get("/typed/").status_code == 302
    assert Authenticator.objects.filter(user=anna).count() == 1
    now = str(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30)))
    client.post("/accounts/login/second-factor/", {"code": now})
    assert client.get("/typed/").status_code == 200
    assert "by a link that was sent to this address" in str(mail.outbox[-1].body)
    assert [(entry.verb, entry.actor) for entry in trail.entries("person", anna.pk)] == [
        ("password_replaced", "Anna Ashworth")
    ]
    assert [row.what for row in history.of("person", anna.pk)] == [
        "Forgotten password replaced by a link in a mail"
    ]

    thief = Client()
    assert DEAD in text(opened(thief, link))
    assert DEAD in text(thief.get(page.request["PATH_INFO"]))


def test_of_two_clicks_at_once_one_counts(anna: User, client: Client) -> None:
    anna_too = User.objects.get(pk=anna.pk)
    token = forgotten.key(anna)[1]
    words = ({"password1": word, "password2": word} for word in (NEW, PASSWORD))
    forms = [NewPassword(typed, user=anna_too, temp_key=token) for typed in words]
    assert [form.is_valid() for form in forms] == [True, True]
    forms[0].save()
    with pytest.raises(forgotten.Used):
        forms[1].save()
    anna.refresh_from_db()
    assert anna.check_password(NEW)


def another_address(anna: User, settings: Settings) -> None:
    User.objects.filter(pk=anna.pk).update(email="anna.ashworth@example.org")


def deactivated(anna: User, settings: Settings) -> None:
    accounts.deactivate(anna, by=User.objects.get(username="admin"))


def signed_in_since(anna: User, settings: Settings) -> None:
    sign_in(Client(), PASSWORD)


def changed_since(anna: User, settings: Settings) -> None:
    anna.set_password("yet another long pass phrase")
    anna.save()


def single_sign_on_alone(anna: User, settings: Settings) -> None:
    anna.set_unusable_password()
    anna.save()


def linked_since(anna: User, settings: Settings) -> None:
    SocialAccount.objects.create(user=anna, provider="sso", uid="anna-there")


def factor_reset(anna: User, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    second_factor.reset(anna, by=User.objects.get(username="admin"), reason="Lost phone.")


def an_hour_later(anna: User, settings: Settings) -> None:
    settings.PASSWORD_RESET_TIMEOUT = -1


@pytest.mark.parametrize(
    "change",
    [
        *(another_address, deactivated, signed_in_since, changed_since, single_sign_on_alone),
        *(linked_since, factor_reset, an_hour_later),
    ],
)
def test_a_link_falls_with_what_it_rests_on(
    anna: User, settings: Settings, change: Callable[[User, Settings], None]
) -> None:
    ask("anna@example.org")
    link = mailed()
    inside = Client()
    page = opened(inside, link)
    assert "Set a new password" in text(page)
    change(anna, settings)
    before = User.objects.get(pk=anna.pk).password
    assert DEAD in text(opened(Client(), link))
    assert DEAD in text(set_new(inside, page)), "not even who has opened it before"
    assert User.objects.get(pk=anna.pk).password == before


def test_a_link_is_for_the_person_whom_it_names(anna: User) -> None:
    bert = User.objects.create_user("bert", PASSWORD, full_name="Bert Beech", email="bert@example.org")
    ask("anna@example.org")
    link = mailed()
    for other in (bert.pk, UUID(int=0)):
        assert DEAD in text(opened(Client(), link.replace(str(anna.pk), str(other))))


def test_strangers_learn_nothing_of_who_is_known(anna: User) -> None:
    User.objects.create_user("gone", PASSWORD, full_name="Gone", email="gone@example.org", is_active=False)
    answers = {
        (said.status_code, said["Location"], said.content)
        for said in map(ask, ("anna@example.org", "gone@example.org", "nobody@example.org"))
    }
    assert len(answers) == 1
    assert mail.outbox == [], "it is sent later, so that no answer takes longer"
    assert list(Notice.objects.values_list("person__username", flat=True)) == ["anna"]


def with_single_sign_on(anna: User, settings: Settings) -> None:
    single_sign_on_alone(anna, settings)
    settings.OIDC = {"issuer": "https://login.example.org"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (with_single_sign_on, "you sign in without one: with your organisation's account"),
        (linked_since, "with your organisation's account"),
        (single_sign_on_alone, "no password has been set for you yet"),
        (factor_reset, "Until you have set up a second factor, none is set by mail"),
    ],
)
def test_who_gets_no_link_is_told_what_to_do(
    anna: User, settings: Settings, change: Callable[[User, Settings], None], words: str
) -> None:
    change(anna, settings)
    ask("anna@example.org")
    assert mailed() == "http://localhost/accounts/login/"
    assert words in str(mail.outbox[-1].body)
    assert "dministrator" in str(mail.outbox[-1].body)
    token = forgotten.key(anna)[1]
    assert not forgotten.Tokens().check_token(anna, token), "nor does a link by another way work"


def test_with_a_second_factor_a_link_goes_out_where_one_is_required(anna: User, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    TOTP.activate(anna, SECRET)
    ask("anna@example.org")
    assert "/accounts/password/new/" in mailed()


@pytest.mark.parametrize("address", ["anna@example.org", "nobody@example.org"])
def test_nobody_is_flooded_and_the_limit_too_tells_nothing(anna: User, address: str) -> None:
    client = Client()
    for _ in range(5):
        assert ask(address, client).status_code == 302
    page = ask(address.upper(), client)
    assert page.status_code == 200
    assert "Look for the mail that came, or wait an hour" in text(page)
    assert Notice.objects.count() == (5 if address.startswith("anna") else 0)
    assert send_waiting() == Notice.objects.exclude(sent_at=None).count() <= 1, "of what waits, the last"


def test_look_alike_letters_count_as_the_address_that_they_find(settings: Settings) -> None:
    """To the database "ſ" is S and "ı" is I, so that each of these finds the same person."""
    User.objects.create_user("sis", PASSWORD, full_name="Sis", email="sissi@example.org")
    words = ("sissi", "ſissi", "sıssi", "siſsi", "sisſi")
    assert [ask(f"{word}@example.org").status_code for word in words] == [302] * 5
    assert [ask(f"{word}@example.org").status_code for word in words] == [200] * 5
    assert Notice.objects.count() <= 5


def test_nobody_tries_addresses_one_after_another(anna: User) -> None:
    asked = [ask(f"nobody{at}@example.org") for at in range(21)]
    assert [answer.status_code for answer in asked] == [302] * 20 + [200]
    assert "Wait a minute" in text(asked[-1])


def test_the_request_s_host_has_no_say_in_the_link(anna: User, settings: Settings) -> None:
    assert ask("anna@example.org", HTTP_HOST="evil.example.org").status_code == 400
    assert not Notice.objects.exists()
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "other.example.org"]
    ask("anna@example.org", HTTP_HOST="other.example.org", HTTP_X_FORWARDED_HOST="evil.example.org")
    assert mailed().startswith("http://localhost/accounts/password/new/")


def test_what_waited_too_long_or_is_not_true_any_more_is_not_sent(anna: User) -> None:
    ask("anna@example.org")
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert send_waiting() == 0
    User.objects.filter(pk=anna.pk).update(is_active=True)
    Notice.objects.create(
        person=anna, asks="new_password", made_at=timezone.now() - timedelta(hours=2), due_at=Now()
    )
    assert (send_waiting(), Notice.objects.waiting().count()) == (0, 0)


def test_no_log_has_the_key_of_a_link(anna: User, caplog: pytest.LogCaptureFixture) -> None:
    address = reverse("account_reset_password_from_key", args=forgotten.key(anna))
    client = Client(enforce_csrf_checks=True)
    with caplog.at_level(logging.INFO):
        assert client.post(address).status_code == 403
    lines = [PlainFormatter().format(record) for record in caplog.records]
    assert any("/accounts/password/new/..." in line for line in lines)
    assert forgotten.key(anna)[1] not in "".join(lines)


def test_without_mail_no_link_is_offered(settings: Settings) -> None:
    settings.EMAIL_HOST = ""
    assert "Forgotten your password?" not in text(Client().get("/accounts/login/"))


def test_no_installation_for_real_people_keeps_mails_with_links_in_a_folder(
    settings: Settings, tmp_path: Path
) -> None:
    def found() -> set[str]:
        return {str(row.id) for row in run_checks(tags=["security"], include_deployment_checks=True)}

    assert "pcd.E001" not in found()
    settings.DEMO_MAILS = str(tmp_path)
    assert "pcd.E001" in found()
