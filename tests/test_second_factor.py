"""The second factor: set up first, asked for at each sign-in, sealed at rest, taken away only on record."""

import json
import re
import time
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db.models.functions import Now
from django.test import Client
from pytest_django.fixtures import Settings

from pcd import trail, vault
from pcd.people import history, second_factor
from pcd.people.carried import typed_by_token
from pcd.people.models import Holding, User
from pcd.people.sessions import forget_counted
from pcd.people.views_own import browser_of
from tests import signing
from tests.post import notify_server
from tests.signing import hidden, send
from tests.test_carried import TYPED, done

PASSWORD = "a long enough pass phrase"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.test_carried")]


@pytest.fixture(autouse=True)
def required(settings: Settings) -> None:
    """As in production."""
    settings.SECOND_FACTOR_REQUIRED = True
    done.clear()
    cache.clear()


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna", PASSWORD, full_name="Anna Ashworth", email="anna@example.org")


@pytest.fixture
def armed(anna: User) -> User:
    """Anna with an authenticator app and recovery codes."""
    TOTP.activate(anna, SECRET)
    RecoveryCodes.activate(anna)
    return anna


def code(secret: str = SECRET, *, steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def sign_in(client: Client, **more: Any) -> Any:
    return client.post("/accounts/login/", {"login": "anna", "password": PASSWORD, **more})


def second(client: Client, given: str) -> Any:
    return client.post("/accounts/login/second-factor/", {"code": given})


def text(response: Any) -> str:
    return unescape(" ".join(response.content.decode().split()))


def test_who_has_none_is_led_to_set_one_up_before_anything_else(
    client: Client, anna: User, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    sign_in(client)
    assert client.get("/typed/")["Location"] == "/accounts/second-factor/"
    assert "Set up a second factor first" in text(client.get("/accounts/second-factor/"))
    page = client.get("/accounts/second-factor/app/")
    shown = re.search(r"Key: <span[^>]*>([A-Z2-7 ]+)<", page.content.decode())
    assert shown
    key = shown[1].replace(" ", "")
    assert key not in json.dumps(dict(client.session.items())), "the key waits sealed"
    assert "<svg" in page.content.decode()
    wrong = client.post("/accounts/second-factor/app/", {"code": "000000"})
    assert "The code is not right" in text(wrong)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/accounts/second-factor/app/", {"code": code(key)})
    assert answer["Location"] == "/accounts/second-factor/codes/"
    assert len(re.findall(r"<li>\d{8}</li>", client.get(answer["Location"]).content.decode())) == 10
    assert client.get("/typed/").status_code == 200
    verbs = [entry.verb for entry in trail.entries("person", anna.pk)]
    assert verbs == ["second_factor_added"] * 2


def test_without_the_requirement_a_password_is_enough(client: Client, anna: User, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    sign_in(client)
    assert client.get("/typed/").status_code == 200


def test_a_password_alone_does_not_sign_in_who_has_one(client: Client, armed: User) -> None:
    assert sign_in(client)["Location"] == "/accounts/login/second-factor/"
    assert client.get("/typed/").status_code == 302
    assert "Second step" in text(client.get("/accounts/login/second-factor/"))
    assert "The code is not right" in text(second(client, "000000"))
    assert second(client, code())["Location"] == "/"
    assert client.get("/typed/").status_code == 200


def test_a_code_is_good_only_once_and_never_an_older_one(armed: User) -> None:
    first, thief = Client(), Client()
    seen = code()
    sign_in(first)
    assert second(first, seen).status_code == 302
    sign_in(thief)
    assert second(thief, seen).status_code == 200
    assert second(thief, code(steps=-2)).status_code == 200


def test_a_recovery_code_signs_in_once(armed: User) -> None:
    [spare, *_] = Authenticator.objects.get(user=armed, type="recovery_codes").wrap().get_unused_codes()
    first, again = Client(), Client()
    sign_in(first)
    assert second(first, spare).status_code == 302
    sign_in(again)
    assert second(again, spare).status_code == 200


def test_guessing_codes_is_slowed_down_even_for_the_right_one(client: Client, armed: User) -> None:
    sign_in(client)
    for _ in range(5):
        second(client, "000000")
    page = second(client, code())
    assert "Wait five minutes, then try again" in text(page)
    assert client.get("/typed/").status_code == 302


def test_the_limit_on_guessing_is_not_washed_away_by_other_entries_and_old_ones_are_forgotten(
    client: Client, armed: User
) -> None:
    sign_in(client)
    for _ in range(5):
        second(client, "000000")
    for number in range(400):
        cache.set(f"somebody-else-{number}", 1, 300)
    assert "Wait five minutes, then try again" in text(second(client, code()))
    cache.set("over", 1, 0.001)
    time.sleep(1.1)
    assert forget_counted() >= 1
    assert "Wait five minutes, then try again" in text(second(client, code()))


@pytest.mark.parametrize(
    "credential",
    [
        '{"id": 1}',
        "{}",
        "[]",
        "null",
        '{"id": "aa", "rawId": "aa", "type": "public-key", "response": []}',
        '{"id": "aa", "rawId": "aa", "type": "public-key", "response": {}}',
    ],
)
def test_what_no_key_says_is_refused_in_words_wherever_a_key_is_asked_for(
    armed: User, credential: str
) -> None:
    said = {"credential": credential}
    assert Client().post("/accounts/login/passkey/", said)["Location"] == "/accounts/login/"
    client = Client()
    sign_in(client)
    assert client.post("/accounts/login/second-factor/", said).status_code == 200
    key = signed_in(Client(), {"method": "mfa", "type": "webauthn"}, person=armed)
    assert key.post("/accounts/reauthenticate/passkey/", said).status_code == 200
    fresh = signed_in(Client(), {"method": "mfa", "type": "totp"}, person=armed, seconds_ago=0)
    assert fresh.post("/accounts/second-factor/keys/add/", {**said, "name": "x"}).status_code == 200


def test_guessing_recovery_codes_counts_as_well(client: Client, armed: User) -> None:
    [spare, *_] = Authenticator.objects.get(user=armed, type="recovery_codes").wrap().get_unused_codes()
    sign_in(client)
    for guess in range(5):
        second(client, f"1234567{guess}")
    assert "Wait five minutes" in text(second(client, spare))


def test_asking_for_passkeys_without_end_is_slowed_down_in_plain_words(
    client: Client, settings: Settings
) -> None:
    settings.MFA_RATE_LIMITS = {"webauthn_login": "3/m/ip"}
    asked = [client.post("/accounts/login/passkey/", {"credential": "{}"}) for _ in range(4)]
    assert [answer.status_code for answer in asked] == [302, 302, 302, 429]
    assert "Wait a few minutes" in text(asked[-1])


def test_secrets_are_sealed_and_another_installation_cannot_open_them(
    armed: User, settings: Settings
) -> None:
    stored = json.dumps(list(Authenticator.objects.filter(user=armed).values_list("data", flat=True)))
    totp = Authenticator.objects.get(user=armed, type="totp")
    spare = Authenticator.objects.get(user=armed, type="recovery_codes")
    assert SECRET not in stored
    assert spare.wrap().get_unused_codes()[0] not in stored
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 10
    with pytest.raises(vault.VaultClosed):
        totp.wrap().validate_code(code())
    settings.SECRET_KEY_FALLBACKS = [old]
    assert totp.wrap().validate_code(code())


def test_what_was_typed_survives_the_second_step(client: Client, armed: User) -> None:
    page = client.post("/typed/?tab=2", {**TYPED, "typed_by": typed_by_token(armed.pk)})
    step = send(client, page, login="anna", password=PASSWORD)
    assert "Second step" in text(step)
    assert "What you typed is kept on this page" in text(step)
    again = send(client, step, code="000000")
    assert "The code is not right" in text(again)
    assert send(client, again, code=code())["Location"] == "/done/"
    assert [entry["path"] for entry in done] == ["/typed/?tab=2"]
    assert done[0]["fields"]["title"] == [TYPED["title"]]


@pytest.mark.parametrize("page", ["sessions/", "second-factor/", "second-factor/app/", "reauthenticate/"])
def test_no_page_of_signing_in_replays_an_act_for_somebody_without_a_factor(
    client: Client, anna: User, page: str
) -> None:
    sign_in(client)
    stopped = client.post("/sign/", {**TYPED, "typed_by": typed_by_token(anna.pk)})
    carried = hidden(stopped, "carried")
    for more in ({}, {"password": PASSWORD}):
        answer = client.post(f"/accounts/{page}", {"carried": carried, **more})
        assert "Set up a second factor first" in text(answer)
        assert hidden(answer, "carried"), "what was typed is kept"
    assert done == []


def test_what_was_typed_waits_while_a_first_second_factor_is_set_up(client: Client, anna: User) -> None:
    page = client.post("/typed/", {**TYPED, "typed_by": typed_by_token(anna.pk)})
    first = send(client, page, login="anna", password=PASSWORD)
    assert "kept on this page and not saved yet" in text(first)
    assert "not saved yet" in text(send(client, first))
    assert done == []
    TOTP.activate(anna, SECRET)
    assert send(client, first)["Location"] == "/done/"
    assert done[0]["fields"]["title"] == [TYPED["title"]]


def test_a_sign_in_that_waits_falls_with_the_password_that_it_began_with(armed: User) -> None:
    """Whoever has seen the old password waits at the second step; a reset or a change of the password stops them."""
    thief, owner, typing = Client(), Client(), Client()
    sign_in(thief)
    page = typing.post("/typed/", {**TYPED, "typed_by": typed_by_token(armed.pk)})
    step = send(typing, page, login="anna", password=PASSWORD)
    armed.set_password("another long enough pass phrase")
    armed.save()
    given = code()
    assert second(thief, given)["Location"] == "/accounts/login/"
    assert thief.get("/typed/").status_code == 302
    said = text(thief.get("/accounts/login/"))
    assert "The password was replaced after you began to sign in" in said
    assert second(thief, code(steps=1))["Location"] == "/accounts/login/", "nothing waits any more"
    again = send(typing, step, code=code(steps=1))
    assert hidden(again, "carried"), "what was typed is kept"
    assert done == []
    owner.post("/accounts/login/", {"login": "anna", "password": "another long enough pass phrase"})
    [spare, *_] = Authenticator.objects.get(user=armed, type="recovery_codes").wrap().get_unused_codes()
    assert second(owner, spare)["Location"] == "/"


def signed_in(client: Client, *records: Mapping[str, Any], person: User, seconds_ago: float = 600) -> Client:
    """Sign somebody in some time ago, in these ways."""
    signing.sign_in(client, person)
    session = client.session
    session["account_authentication_methods"] = [
        {"at": time.time() - seconds_ago, **record} for record in records
    ]
    session.save()
    return client


PASSWORD_AND_CODE = ({"method": "password"}, {"method": "mfa", "type": "totp"})


def test_signing_asks_again_by_the_way_one_signed_in(client: Client, armed: User) -> None:
    signed_in(client, *PASSWORD_AND_CODE, person=armed)
    page = client.post("/sign/", TYPED)
    assert 'name="password"' in text(page)
    assert 'name="code"' in text(page)
    wrong = client.post("/sign/", {"carried": hidden(page, "carried"), "code": "000000"})
    assert "The code is not right" in text(wrong)
    assert done == []
    answer = client.post("/sign/", {"carried": hidden(wrong, "carried"), "code": code()})
    assert answer["Location"] == "/done/"
    assert done[0]["fields"]["title"] == [TYPED["title"]]
    assert client.post("/sign/", TYPED)["Location"] == "/done/", "proof holds for five minutes"


def test_who_signed_in_with_a_passkey_alone_does_not_prove_it_with_a_password(
    client: Client, armed: User
) -> None:
    signed_in(client, {"method": "mfa", "type": "webauthn", "passwordless": True}, person=armed)
    page = client.post("/sign/", TYPED)
    assert 'name="credential"' in text(page)
    assert 'name="password"' not in text(page)
    for field in ({"password": PASSWORD}, {"code": code()}):
        assert client.post("/sign/", {"carried": hidden(page, "carried"), **field}).status_code == 403
    assert done == []


def test_proving_is_slowed_down_and_keeps_what_was_typed(client: Client, armed: User) -> None:
    signed_in(client, *PASSWORD_AND_CODE, person=armed)
    page = client.post("/sign/", TYPED)
    for _ in range(5):
        page = client.post("/sign/", {"carried": hidden(page, "carried"), "code": "000000"})
    page = client.post("/sign/", {"carried": hidden(page, "carried"), "code": code()})
    assert "Wait five minutes" in text(page)
    assert hidden(page, "carried")
    assert done == []


def test_one_sees_where_one_is_signed_in_and_ends_one_or_all_others(anna: User, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    here, phone, library = (
        Client(headers={"user-agent": agent})
        for agent in (
            "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0",
            "Mozilla/5.0 (iPhone) Safari/605.1",
            "odd",
        )
    )
    for client in (here, phone, library):
        sign_in(client)
    page = text(here.get("/accounts/sessions/"))
    assert "Firefox on Windows (here)" in page
    assert "Safari on an iPhone" in page
    assert "A browser that we do not know" in page
    row = UserSession.objects.get(user_agent__contains="iPhone")
    here.post("/accounts/sessions/", {"end": row.pk})
    assert [client.get("/typed/").status_code for client in (here, phone, library)] == [200, 302, 200]
    here.post("/accounts/sessions/", {"end": "others"})
    assert [client.get("/typed/").status_code for client in (here, library)] == [200, 302]


def test_nobody_ends_somebody_elses_session(anna: User, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    User.objects.create_user("ben", PASSWORD, full_name="Ben Brook")
    annas, bens = Client(), Client()
    sign_in(annas)
    bens.post("/accounts/login/", {"login": "ben", "password": PASSWORD})
    bens.post("/accounts/sessions/", {"end": UserSession.objects.get(user=anna).pk})
    bens.post("/accounts/sessions/", {"end": "x"})
    assert annas.get("/typed/").status_code == 200


def test_a_browser_is_named_as_its_owner_would() -> None:
    assert (
        browser_of("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140.0 Safari/537.36")
        == "Chrome on a Mac"
    )
    assert (
        browser_of("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0") == "Edge on Windows"
    )


def test_deactivation_ends_every_session_at_once_and_for_good(anna: User, settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    clients = [Client(), Client()]
    for client in clients:
        sign_in(client)
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert [client.get("/typed/").status_code for client in clients] == [302, 302]
    User.objects.filter(pk=anna.pk).update(is_active=True)
    assert [client.get("/typed/").status_code for client in clients] == [302, 302]


@pytest.mark.urls("pcd.urls.staff")
def test_an_administrator_resets_a_second_factor_with_a_reason(
    people: Mapping[str, User],
    settings: Settings,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    settings.EMAIL_HOST = "mail.example.org"
    officer, admin = people["officer"], people["admin"]
    User.objects.filter(pk=officer.pk).update(email="officer@example.org")
    settings.SECOND_FACTOR_REQUIRED = False
    theirs = Client()
    theirs.post("/accounts/login/", {"login": "officer", "password": signing_password()})
    settings.SECOND_FACTOR_REQUIRED = True
    for person in (officer, admin):
        TOTP.activate(person, SECRET)
    client = signing.sign_in(Client(), admin)
    address = f"/second-factors/{officer.pk}/"
    assert "Set up" in text(client.get("/second-factors/"))
    assert "Enter the reason" in text(client.post(address, {"reason": ""}))
    assert Authenticator.objects.filter(user=officer).exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"reason": "Lost their phone; seen in person."})
    assert not Authenticator.objects.filter(user=officer).exists()
    assert theirs.get("/").status_code == 302
    [entry] = trail.entries("person", officer.pk)
    assert (entry.verb, entry.actor, entry.detail) == (
        "second_factor_reset",
        admin.full_name,
        {"reason": "Lost their phone; seen in person."},
    )
    assert [message.to for message in mail.outbox] == [["officer@example.org"]]
    assert "phone" not in mail.outbox[0].body
    assert client.post(f"/second-factors/{admin.pk}/", {"reason": "mine"}).status_code == 404


def signing_password() -> str:
    from tests.rig import PASSWORD as DEMO

    return DEMO


@pytest.mark.urls("pcd.urls.staff")
@pytest.mark.parametrize("who", ["officer", "governance", "auditor"])
def test_nobody_else_resets_one(people: Mapping[str, User], settings: Settings, who: str) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    TOTP.activate(people["chief"], SECRET)
    client = signing.sign_in(Client(), people[who])
    assert client.get("/second-factors/").status_code == 404
    assert client.post(f"/second-factors/{people['chief'].pk}/", {"reason": "x"}).status_code == 404
    assert Authenticator.objects.filter(user=people["chief"]).exists()


@pytest.mark.urls("pcd.urls.staff")
def test_leaving_an_office_ends_its_access_at_once(people: Mapping[str, User], settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    client = signing.sign_in(Client(), people["admin"])
    assert client.get("/second-factors/").status_code == 200
    Holding.objects.filter(person=people["admin"]).update(until=Now())
    assert client.get("/second-factors/").status_code == 404


def test_with_notify_people_are_told_as_by_a_mail_server(
    anna: User, settings: Settings, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    settings.EMAIL_HOST = ""
    with notify_server(settings) as box:
        with django_capture_on_commit_callbacks(execute=True):
            second_factor.reset(anna, by=anna, reason="a test")
        assert [(sent.to, "was reset" in sent.subject) for sent in box.mails] == [("anna@example.org", True)]


def test_a_new_password_is_on_the_trail_and_told(
    client: Client,
    anna: User,
    settings: Settings,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    settings.SECOND_FACTOR_REQUIRED, settings.EMAIL_HOST = False, "mail.example.org"
    sign_in(client)
    new = "another long enough pass phrase"
    with django_capture_on_commit_callbacks(execute=True):
        form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        assert client.post("/accounts/password/change/", form).status_code == 302
    assert [row.what for row in history.of("person", anna.pk)] == ["Password changed"]
    [message] = mail.outbox
    assert message.to == ["anna@example.org"]
    assert "changed the password" in message.body
    assert new not in message.body


def test_a_mail_server_that_is_away_undoes_nothing(
    anna: User, settings: Settings, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", 9
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    TOTP.activate(anna, SECRET)
    with django_capture_on_commit_callbacks(execute=True):
        second_factor.reset(anna, by=anna, reason="a test")
    assert not Authenticator.objects.filter(user=anna).exists()
    assert not Session.objects.exists()
