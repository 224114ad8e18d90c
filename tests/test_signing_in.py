"""Signing in and out as people meet it: the right ones get in, the others do not, and every way in is watched."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from pytest_django.fixtures import Settings

from pcd.people.models import User

PASSWORD = "a long enough pass phrase"
WRONG = "The user name or password is not right"

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.test_carried")]


@pytest.fixture
def anna() -> User:
    return User.objects.create_user("anna", PASSWORD, full_name="Anna Ashworth")


def sign_in(client: Client, name: str = "anna", password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/accounts/login/", {"login": name, "password": password, **more})


def text(response: Any) -> str:
    return unescape(" ".join(response.content.decode().split()))


def session_cookie(client: Client, settings: Settings) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def test_a_person_signs_in_with_user_name_and_password(client: Client, anna: User) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/typed/").status_code == 200


@pytest.mark.parametrize(
    ("name", "password"), [("anna", "wrong"), ("nobody", PASSWORD), ("anna", PASSWORD.upper())]
)
def test_a_wrong_name_and_a_wrong_password_are_refused_alike(
    client: Client, anna: User, name: str, password: str
) -> None:
    page = sign_in(client, name, password)
    assert page.status_code == 200
    assert WRONG in text(page)
    assert "<title>Error: Sign in" in text(page)
    assert client.get("/typed/").status_code == 302


def test_empty_fields_say_what_to_enter(client: Client) -> None:
    page = text(sign_in(client, "", ""))
    assert "Enter your user name" in page
    assert "Enter your password" in page


def test_the_password_is_never_on_the_page_again(client: Client, anna: User) -> None:
    assert "a wrong pass phrase" not in text(sign_in(client, password="a wrong pass phrase"))


def test_a_stranger_is_sent_to_sign_in_and_then_on_to_the_page(client: Client, anna: User) -> None:
    answer = client.get("/typed/?tab=2")
    assert answer["Location"] == "/accounts/login/?next=/typed/%3Ftab%3D2"
    assert 'name="next" value="/typed/?tab=2"' in text(client.get(answer["Location"]))
    assert sign_in(client, next="/typed/?tab=2")["Location"] == "/typed/?tab=2"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org/",
        "//example.org/",
        "/\\example.org",
        "javascript:alert(1)",
        "http://testserver.example.org/",
    ],
)
def test_signing_in_leads_to_no_other_site(client: Client, anna: User, elsewhere: str) -> None:
    assert sign_in(client, next=elsewhere)["Location"] == "/"


def test_another_host_of_this_installation_is_no_place_to_go_on(
    client: Client, anna: User, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "public.example.org"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://trusted.example.org"]
    for host in ("public", "trusted"):
        assert sign_in(Client(), next=f"https://{host}.example.org/")["Location"] == "/"


def test_a_deactivated_person_is_refused_like_a_wrong_password(client: Client, anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(is_active=False)
    page = sign_in(client)
    assert WRONG in text(page)
    assert client.get("/typed/").status_code == 302


def test_the_session_of_a_deactivated_person_ends_at_once_and_for_good(client: Client, anna: User) -> None:
    sign_in(client)
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert client.get("/typed/").status_code == 302
    assert not Session.objects.exists()
    User.objects.filter(pk=anna.pk).update(is_active=True)
    assert client.get("/typed/").status_code == 302


def test_signing_in_changes_the_session_key(client: Client, anna: User, settings: Settings) -> None:
    session = client.session
    session["planted"] = "by an attacker"
    session.save()
    planted = str(session.session_key)
    client.cookies[settings.SESSION_COOKIE_NAME] = planted
    sign_in(client)
    assert session_cookie(client, settings) != planted
    assert not Session.objects.filter(session_key=planted).exists()


def test_signing_out_happens_by_post_and_the_old_cookie_is_worth_nothing(
    client: Client, anna: User, settings: Settings
) -> None:
    sign_in(client)
    old = session_cookie(client, settings)
    assert "Do you want to sign out?" in text(client.get("/accounts/logout/"))
    assert client.get("/typed/").status_code == 200, "a link or an image must not sign anybody out"
    answer = client.post("/accounts/logout/", follow=True)
    assert "You are signed out" in text(answer)
    client.cookies[settings.SESSION_COOKIE_NAME] = old
    assert client.get("/typed/").status_code == 302


def test_signing_out_twice_is_no_error(client: Client) -> None:
    assert "You are signed out" in text(client.post("/accounts/logout/", follow=True))
    assert "You are signed out" in text(client.get("/accounts/logout/", follow=True))


def test_guessing_is_slowed_down_even_for_the_right_password(client: Client, anna: User) -> None:
    for _ in range(5):
        sign_in(client, password="wrong")
    page = sign_in(client)
    assert page.status_code == 200
    assert "Wait five minutes, then try again" in text(page)
    assert client.get("/typed/").status_code == 302


def test_many_people_behind_one_address_sign_in_at_nine_o_clock(anna: User) -> None:
    assert [sign_in(Client()).status_code for _ in range(35)] == [302] * 35


def test_a_session_ends_after_twelve_hours_however_busy(client: Client, anna: User) -> None:
    sign_in(client)
    age(client, hours=11)
    assert client.get("/typed/").status_code == 200
    age(client, hours=1)
    assert client.get("/typed/").status_code == 302
    assert not Session.objects.exists()


def age(client: Client, *, hours: int) -> None:
    session = client.session
    session["account_authentication_methods"] = [
        {**record, "at": record["at"] - hours * 3600} for record in session["account_authentication_methods"]
    ]
    session.save()


def test_a_session_in_use_does_not_end_by_the_idle_limit(client: Client, anna: User) -> None:
    sign_in(client)
    age(client, hours=1)
    before = Session.objects.get().expire_date
    client.get("/typed/")
    assert Session.objects.get().expire_date > before


def test_a_page_does_not_write_the_session_each_time(
    client: Client, anna: User, django_assert_num_queries: Callable[[int], Any]
) -> None:
    sign_in(client)
    with django_assert_num_queries(2):
        client.get("/typed/")


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(client: Client, anna: User) -> None:
    elsewhere = Client()
    sign_in(client)
    sign_in(elsewhere)
    new = "another long enough pass phrase"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", fields)["Location"] == "/"
    assert client.get("/typed/").status_code == 200
    assert elsewhere.get("/typed/").status_code == 302
    assert sign_in(elsewhere, password=new).status_code == 302


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"oldpassword": "wrong"}, "The current password is not right"),
        ({"password2": "different"}, "You must type the same password each time"),
        ({"password1": "short", "password2": "short"}, "This password is too short"),
    ],
)
def test_a_new_password_that_will_not_do_is_explained(
    client: Client, anna: User, fields: dict[str, str], says: str
) -> None:
    sign_in(client)
    new = "another long enough pass phrase"
    page = client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new, **fields}
    )
    assert says in text(page)
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


def test_nobody_signs_up_and_no_page_leads_to_one_that_is_not_there() -> None:
    names = {
        pattern.name
        for pattern in get_resolver("pcd.people.urls").url_patterns
        if isinstance(pattern, URLPattern)
    }
    assert names == {
        "account_home",
        "account_login",
        "account_logout",
        "account_signed_out",
        "account_reauthenticate",
        "account_change_password",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_sessions",
        "account_single_sign_on",
        "account_single_sign_on_back",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_add_webauthn",
        "mfa_remove_webauthn",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
    }


@pytest.mark.parametrize("name", ["account_login", "account_signed_out", "account_logout"])
def test_pages_of_signing_in_are_kept_by_no_cache(client: Client, name: str) -> None:
    assert "no-store" in client.get(reverse(name), follow=True)["Cache-Control"]


def test_the_staff_site_has_these_pages(client: Client, settings: Settings) -> None:
    resolver = get_resolver("pcd.urls.staff")
    assert resolver.resolve("/accounts/login/").url_name == "account_login"
    assert not [name for name in ("account_signup", "account_email") if name in resolver.reverse_dict]
