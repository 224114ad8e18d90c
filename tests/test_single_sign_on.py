"""Single sign-on against a real provider on loopback: who gets in, as what, and what proves it again."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from pcd import trail
from pcd.environment import Environment, WrongEnvironment
from pcd.people import history
from pcd.people.models import Holding, Office, Role, User
from tests import signing
from tests.issuer import CLIENT, SECRET, Issuer, new_rsa, serving
from tests.signing import hidden
from tests.test_carried import TYPED, done

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.test_carried")]

BEGIN = "/accounts/login/single-sign-on/"


@pytest.fixture
def issuer(settings: Settings) -> Iterator[Issuer]:
    done.clear()
    with serving() as issuer:
        variables = {
            "PCD_OIDC_ISSUER": issuer.url,
            "PCD_OIDC_CLIENT_ID": CLIENT,
            "PCD_OIDC_CLIENT_SECRET": SECRET,
            "PCD_OIDC_GROUPS": "Lawyers=the-lawyer,Finance people=the-treasurer",
        }
        settings.OIDC = Environment(variables).single_sign_on()
        settings.SOCIALACCOUNT_PROVIDERS = settings.OIDC.provider()
        settings.SECOND_FACTOR_REQUIRED = True
        settings.BASE_URL = "http://testserver"
        issuer.claims = {"sub": "0b7e", "email": "anna@example.org", "email_verified": True}
        yield issuer


@pytest.fixture
def anna() -> User:
    person = User.objects.create_user("anna", full_name="Anna Ashworth", email="Anna@example.org")
    person.set_unusable_password()
    person.save()
    return person


@pytest.fixture
def offices() -> dict[str, Office]:
    roles = {"the-lawyer": Role.LEGAL, "the-treasurer": Role.FINANCE, "the-head": Role.HEAD_OF_SERVICE}
    return {key: Office.objects.create(key=key, title=key, role=role) for key, role in roles.items()}


def there(address: str) -> str:
    """Visit the provider as a browser does; returns where it sends one back to."""
    answer = requests.get(address, timeout=5, allow_redirects=False)
    assert answer.status_code == 302
    return answer.headers["Location"]


def go(client: Client, **query: str) -> Any:
    """The whole walk: from here to the provider and back."""
    answer = client.get(BEGIN, query)
    assert answer.status_code == 302, text(answer)
    return client.get(there(answer["Location"]).removeprefix("http://testserver"))


def text(response: Any) -> str:
    return unescape(" ".join(response.content.decode().split()))


def in_force(person: User) -> set[str]:
    return set(Holding.objects.current().filter(person=person).values_list("office__key", flat=True))


def test_a_known_person_is_linked_at_the_first_sign_in_and_known_by_sub_from_then_on(
    client: Client, anna: User, issuer: Issuer
) -> None:
    assert go(client, next="/typed/?tab=2")["Location"] == "/typed/?tab=2"
    assert client.get("/typed/").status_code == 200, "single sign-on brings its own second factor"
    assert [entry.verb for entry in trail.entries("person", anna.pk)] == ["single_sign_on_linked"]
    issuer.claims |= {"email": "another@example.org", "email_verified": False}
    again = Client()
    assert go(again).status_code == 302
    assert again.session["_auth_user_id"] == str(anna.pk)
    assert set(issuer.asked) == {"/.well-known/openid-configuration", "/authorize", "/token", "/jwks"}


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@example.org"},
        {"email_verified": False},
        {"email_verified": None},
        {"email": None},
    ],
)
def test_a_person_we_do_not_know_is_told_whom_to_ask_and_no_account_is_made(
    client: Client, anna: User, issuer: Issuer, claims: dict[str, Any]
) -> None:
    issuer.claims |= claims
    before = User.objects.count()
    page = go(client)
    assert page.status_code == 403
    assert "Ask the administrator" in text(page)
    assert client.get("/typed/").status_code == 302
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


@pytest.mark.parametrize("has", ["password", "factor"])
def test_an_address_alone_does_not_open_an_account_with_a_password_or_a_factor_of_its_own(
    client: Client, anna: User, issuer: Issuer, has: str
) -> None:
    """Whoever changed her address, or was given it later, is not her."""
    if has == "password":
        anna.set_password("a long enough pass phrase")
        anna.save()
    else:
        Authenticator.objects.create(user=anna, type="totp", data={"secret": "x"})
    page = go(client)
    assert page.status_code == 403
    assert "Connect your organisation’s account first" in text(page)
    assert client.get("/typed/").status_code == 302
    assert not SocialAccount.objects.exists()


def test_who_has_a_password_connects_single_sign_on_after_proving_who_they_are(
    client: Client, anna: User, issuer: Issuer
) -> None:
    anna.set_password("a long enough pass phrase")
    anna.save()
    signing.sign_in(client, anna)
    assert "That was somebody else" in text(go(client)), (
        "a password alone is not enough where a factor is required"
    )
    Authenticator.objects.create(user=anna, type="totp", data={"secret": "x"})
    assert "Connect your organisation’s account" in text(client.get("/accounts/second-factor/"))
    old = signing.sign_in(Client(), anna, seconds_ago=3600)
    assert old.get(BEGIN)["Location"] == f"/accounts/reauthenticate/?next={BEGIN}"
    issuer.claims["email"] = "ben@example.org"
    assert "That was somebody else" in text(go(client))
    issuer.claims["email"] = "anna@example.org"
    assert "is connected" in text(go(client))
    assert "Connect your organisation’s account" not in text(client.get("/accounts/second-factor/"))
    assert [entry.verb for entry in trail.entries("person", anna.pk)] == ["single_sign_on_linked"]
    assert go(Client())["Location"] == "/accounts/login/second-factor/", (
        "what she has set up is asked as well"
    )


def test_another_account_with_the_same_address_does_not_take_over(
    client: Client, anna: User, issuer: Issuer
) -> None:
    go(client)
    issuer.claims["sub"] = "somebody who was given the address later"
    assert go(Client()).status_code == 403


def test_a_person_who_left_does_not_get_in(client: Client, anna: User, issuer: Issuer) -> None:
    go(client)
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert client.get("/typed/").status_code == 302
    assert go(Client()).status_code == 403


def test_an_address_that_two_people_share_links_nobody(client: Client, anna: User, issuer: Issuer) -> None:
    User.objects.create_user("anna2", full_name="Anna Again", email="anna@example.org")
    assert go(client).status_code == 403


@pytest.mark.parametrize(
    "bad",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another client"},
        {"iss": "https://elsewhere.example.org"},
        {"exp": 1},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_ours_is_refused(
    client: Client, anna: User, issuer: Issuer, bad: dict[str, Any]
) -> None:
    issuer.bad = bad
    page = go(client)
    assert (page.status_code, "Single sign-on did not work" in text(page)) == (403, True)
    assert client.get("/typed/").status_code == 302


def test_a_token_with_another_signature_is_refused(client: Client, anna: User, issuer: Issuer) -> None:
    issuer.published = new_rsa()
    assert go(client).status_code == 403
    assert client.get("/typed/").status_code == 302


def test_an_answer_that_nobody_asked_for_is_refused(client: Client, anna: User, issuer: Issuer) -> None:
    victim = Client()
    back = there(client.get(BEGIN)["Location"]).removeprefix("http://testserver")
    assert victim.get(back).status_code == 403
    assert victim.get("/typed/").status_code == 302
    assert client.get(f"{BEGIN}back/?error=access_denied").status_code == 403


@pytest.mark.parametrize("endpoint", ["token_endpoint", "jwks_uri"])
def test_nobody_but_the_issuer_is_asked(client: Client, anna: User, issuer: Issuer, endpoint: str) -> None:
    with serving() as other:
        issuer.configuration = {endpoint: f"{other.url}/jwks"}
        assert go(client).status_code == 403
        assert other.asked == []


def test_an_issuer_that_is_away_is_said_in_words(client: Client, anna: User, settings: Settings) -> None:
    with serving() as gone:
        url = gone.url
    variables = {"PCD_OIDC_ISSUER": url, "PCD_OIDC_CLIENT_ID": "x", "PCD_OIDC_CLIENT_SECRET": "y"}
    settings.OIDC = Environment(variables).single_sign_on()
    settings.SOCIALACCOUNT_PROVIDERS = settings.OIDC.provider()
    page = client.get(BEGIN)
    assert (page.status_code, "Nothing was done" in text(page)) == (403, True)


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/"])
def test_it_leads_to_no_other_site(client: Client, anna: User, issuer: Issuer, elsewhere: str) -> None:
    assert go(client, next=elsewhere)["Location"] == "/"


def test_groups_give_and_end_the_offices_they_stand_for_and_no_other(
    client: Client, anna: User, issuer: Issuer, offices: dict[str, Office]
) -> None:
    long_ago = "2020-01-01T00:00Z"
    for key in ("the-treasurer", "the-head"):
        Holding.objects.create(person=anna, office=offices[key], since=long_ago)
    issuer.claims["groups"] = ["Lawyers", "Cyclists", 7]
    go(client)
    assert in_force(anna) == {"the-lawyer", "the-head"}
    assert not Holding.objects.filter(person=anna, reads_part2=True).exists()
    told = [(entry.verb, entry.detail.get("office")) for entry in trail.entries("person", anna.pk)]
    assert sorted(told[1:]) == [
        ("office_ended_by_group", "the-treasurer"),
        ("office_given_by_group", "the-lawyer"),
    ]
    go(Client())
    assert in_force(anna) == {"the-lawyer", "the-head"}
    assert len(trail.entries("person", anna.pk)) == 3, "signing in again changes nothing"
    del issuer.claims["groups"]
    go(Client())
    assert in_force(anna) == {"the-lawyer", "the-head"}, "without the claim nothing changes"


def test_a_group_gives_no_office_for_whose_holders_one_signs_and_takes_the_last_administrator_from_nobody(
    client: Client, anna: User, issuer: Issuer, offices: dict[str, Office], settings: Settings
) -> None:
    """The head of service signs for the decision maker, and Anna for the head of service: she cannot be the former."""
    head, first = (
        User.objects.create_user("hal", full_name="Hal Hume", email="hal@example.org"),
        "2020-01-01T00:00Z",
    )
    Holding.objects.create(person=head, office=offices["the-head"], since=first)
    mayor = Office.objects.create(key="the-decider", title="the-decider", role=Role.DECISION_MAKER)
    looked_after = Office.objects.create(key="the-admin", title="the-admin", role=Role.ADMINISTRATOR)
    Holding.objects.create(person=anna, office=looked_after, since=first)
    Holding.objects.filter(office__role=Role.ADMINISTRATOR).exclude(person=anna).update(until=Now())
    for office, person in ((mayor, head), (offices["the-head"], anna)):
        until = timezone.now() + timedelta(days=1)
        Holding.objects.create(
            office=office, person=person, capacity="delegate", authority="4.1", until=until
        )
    settings.OIDC = replace(settings.OIDC, offices={"Deciders": "the-decider", "Admins": "the-admin"})
    issuer.claims["groups"] = ["Deciders"]

    assert go(client).status_code == 302

    assert in_force(anna) == {"the-head", "the-admin"}  # she signs for the one, and holds the other
    told = [(entry.verb, entry.detail.get("office")) for entry in trail.entries("person", anna.pk)]
    assert sorted(told[1:]) == [
        ("office_not_ended_by_group", "the-admin"),
        ("office_not_given_by_group", "the-decider"),
    ]
    assert "since the rules forbid it: the-decider" in str(history.of("person", anna.pk))


def test_proof_ends_the_office_of_a_group_that_has_ended(
    client: Client, anna: User, issuer: Issuer, offices: dict[str, Office]
) -> None:
    issuer.claims["groups"] = ["Lawyers"]
    go(client)
    assert in_force(anna) == {"the-lawyer"}
    issuer.claims["groups"] = []
    assert "You have proved that it is you" in text(go(client))
    assert in_force(anna) == set()
    said = [row.what for row in history.of("office", offices["the-lawyer"].pk)]
    assert said == ["Anna Ashworth left the office", "Anna Ashworth was appointed, in office"]


@pytest.mark.parametrize("groups", [7, True, "Lawyers", {"Lawyers": 1}])
def test_groups_that_are_no_list_are_not_understood(
    client: Client, anna: User, issuer: Issuer, offices: dict[str, Office], groups: Any
) -> None:
    Holding.objects.create(person=anna, office=offices["the-treasurer"], since="2020-01-01T00:00Z")
    issuer.claims["groups"] = groups
    page = go(client)
    assert (page.status_code, "Single sign-on did not work" in text(page)) == (403, True)
    assert client.get("/typed/").status_code == 302
    assert in_force(anna) == {"the-treasurer"}


def test_signing_in_there_is_no_proof_until_it_was_asked_for_anew(
    client: Client, anna: User, issuer: Issuer
) -> None:
    go(client)
    page = client.post("/sign/", TYPED)
    assert "Sign in again with your organisation’s account" in text(page)
    assert 'name="password"' not in text(page)
    carried = hidden(page, "carried")
    assert client.post("/sign/", {"carried": carried}).status_code == 403
    assert done == []
    assert "You have proved that it is you" in text(go(client))
    assert issuer.signed_in_at > time.time() - 10
    assert client.post("/sign/", {"carried": carried})["Location"] == "/done/"
    assert done[0]["fields"]["title"] == [TYPED["title"]]


@pytest.mark.parametrize("auth_time", [None, "now", 1])
def test_a_provider_that_did_not_ask_again_proves_nothing(
    client: Client, anna: User, issuer: Issuer, auth_time: Any
) -> None:
    go(client)
    issuer.lazy, issuer.bad = True, {"auth_time": auth_time}
    page = go(client)
    assert "did not ask you to sign in again" in text(page)
    assert client.post("/sign/", TYPED).status_code == 403
    assert done == []


def test_a_sign_in_from_before_the_question_proves_nothing(
    client: Client, anna: User, issuer: Issuer
) -> None:
    go(client)
    issuer.lazy, issuer.signed_in_at = True, int(time.time()) - 120
    assert go(client).status_code == 403


def test_somebody_else_proves_nothing(client: Client, anna: User, issuer: Issuer) -> None:
    User.objects.create_user("ben", full_name="Ben Brook", email="ben@example.org")
    go(client)
    issuer.claims |= {"sub": "ben", "email": "ben@example.org"}
    go(Client())  # they are known here too
    assert "That was somebody else" in text(go(client))
    assert client.post("/sign/", TYPED).status_code == 403
    assert client.session["_auth_user_id"] == str(anna.pk)


def test_what_was_typed_waits_while_one_signs_in_in_another_tab(
    client: Client, anna: User, issuer: Issuer
) -> None:
    from pcd.people.carried import typed_by_token

    page = client.post("/typed/", {**TYPED, "typed_by": typed_by_token(anna.pk)})
    assert "Sign in with your organisation’s account (opens in a new tab)" in text(page)
    go(client)
    assert client.post("/typed/", {"carried": hidden(page, "carried")})["Location"] == "/done/"
    assert done[0]["fields"]["title"] == [TYPED["title"]]


def test_it_is_off_unless_it_is_configured(client: Client, settings: Settings) -> None:
    assert settings.OIDC is None
    assert client.get(BEGIN)["Location"] == "/accounts/login/"
    assert client.get(f"{BEGIN}back/")["Location"] == "/accounts/login/"
    assert "organisation" not in text(client.get("/accounts/login/"))


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"PCD_OIDC_ISSUER": "https://login.example.org"}, "PCD_OIDC_CLIENT_ID is missing"),
        ({"PCD_OIDC_ISSUER": "http://login.example.org"}, "must look like https://login.example.org"),
        ({"PCD_OIDC_GROUPS": "Lawyers"}, "must look like GROUP=OFFICE"),
    ],
)
def test_a_wrong_configuration_stops_the_start(variables: dict[str, str], says: str) -> None:
    whole = {
        "PCD_OIDC_ISSUER": "https://a.example.org",
        "PCD_OIDC_CLIENT_ID": "x",
        "PCD_OIDC_CLIENT_SECRET": "y",
    }
    given = variables if says.endswith("missing") else {**whole, **variables}
    with pytest.raises(WrongEnvironment, match=says):
        Environment(given).single_sign_on()


def test_a_password_still_proves_a_password_sign_in(client: Client, anna: User, issuer: Issuer) -> None:
    signing.sign_in(client, anna, seconds_ago=600)
    assert "Enter your password" in text(client.post("/accounts/reauthenticate/", {"password": "x"}))
