"""Nothing typed is lost when a session ends, and nothing typed reaches another person or the server's stores."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.decorators import login_not_required
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template import RequestContext, Template
from django.test import Client
from django.urls import include, path
from pytest_django.fixtures import Settings

from pcd.people.carried import CARRIED_FOR, Carried, Lost, typed_by_token, unseal
from pcd.people.models import User
from pcd.people.proof import proof_required
from tests.pages import assert_valid_html
from tests.signing import hidden, send, sign_in

PASSWORD = "a long enough pass phrase"
CANARY = "CANARY-7f3a"
TITLE, TEXT, KINDS = f"Café – “quoted” {CANARY}", "one\r\ntwo\r\n\r\n<three> & 𝄞", ["b", "a", "b"]
TYPED: dict[str, Any] = {"title": TITLE, "text": TEXT, "kind": KINDS}
AS_LISTS = {"title": [TITLE], "text": [TEXT], "kind": KINDS}

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.test_carried")]
done: list[dict[str, Any]] = []


def typed(request: HttpRequest) -> HttpResponse:
    """Stands for every form of the staff site."""
    if request.method != "POST":
        page = Template("{% load people %}<form method=post>{% csrf_token %}{% typed_by %}</form>")
        return HttpResponse(page.render(RequestContext(request, {})))
    if "bad" in request.POST:
        return HttpResponse("the form with its errors: " + request.POST["title"])
    done.append(
        {"by": request.user.pk, "fields": dict(request.POST.lists()), "path": request.get_full_path()}
    )
    return HttpResponseRedirect("/done/")


def missing(request: HttpRequest) -> HttpResponse:
    """A page that its own policy hides."""
    raise Http404


@login_not_required
def public(request: HttpRequest) -> HttpResponse:
    """A page that anyone may post to."""
    done.append({"by": None})
    return HttpResponse("public")


urlpatterns = [
    path("typed/", typed),
    path("sign/", proof_required(to="sign this decision")(typed)),
    path("missing/", missing),
    path("public/", public),
    path("accounts/", include("pcd.people.urls")),
    path("", lambda request: HttpResponse("start"), name="start"),
]


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    done.clear()


@pytest.fixture
def person() -> Callable[[str], User]:
    def make(name: str) -> User:
        return User.objects.create_user(name, PASSWORD, full_name=name.title())

    return make


@pytest.fixture
def anna(person: Callable[[str], User]) -> User:
    return person("anna")


def post_after_time_out(client: Client, who: User, address: str = "/typed/", **more: Any) -> Any:
    """Post from a page made for this person, without a session."""
    return client.post(address, {**TYPED, "typed_by": typed_by_token(who.pk), **more})


def sign_in_with(client: Client, name: str, page: Any, password: str = PASSWORD) -> Any:
    """Fill in the sign-in page; given a token, one that carries this token."""
    fields = {"login": name, "password": password}
    if isinstance(page, str):
        return client.post("/accounts/login/", {**fields, "carried": page})
    return send(client, page, **fields)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_what_was_typed_is_saved_exactly_when_the_same_person_signs_in_again(
    client: Client, anna: User
) -> None:
    page = post_after_time_out(client, anna, "/typed/?tab=2")
    assert "Your session has ended. Sign in again and what you typed is saved." in page.content.decode()
    assert done == []
    answer = sign_in_with(client, "anna", page)
    assert (answer.status_code, answer["Location"]) == (302, "/done/")
    assert done == [{"by": anna.pk, "fields": AS_LISTS, "path": "/typed/?tab=2"}]


def test_the_page_that_carries_says_not_saved_yet_to_scripts_and_is_stored_nowhere(
    client: Client, anna: User
) -> None:
    page = post_after_time_out(client, anna)
    assert page.status_code == 403
    assert "no-store" in page["Cache-Control"]
    assert CANARY not in page.content.decode()


def test_a_form_with_errors_comes_back_with_what_was_typed(client: Client, anna: User) -> None:
    page = post_after_time_out(client, anna, bad="1")
    assert 'action="/typed/"' in page.content.decode()
    answer = sign_in_with(client, "anna", page)
    assert TYPED["title"] in answer.content.decode()
    assert answer.wsgi_request.path == "/typed/", "a form without an action posts to where it stands"


def test_a_wrong_password_keeps_what_was_typed_on_the_page(client: Client, anna: User) -> None:
    page = post_after_time_out(client, anna)
    again = sign_in_with(client, "anna", page, password="wrong")
    assert "The user name or password is not right" in again.content.decode()
    assert done == []
    sign_in_with(client, "anna", again)
    assert done[0]["fields"] == AS_LISTS


def test_too_many_wrong_passwords_keep_what_was_typed_on_the_page(client: Client, anna: User) -> None:
    page = post_after_time_out(client, anna)
    for _ in range(6):
        page = sign_in_with(client, "anna", page, password="wrong")
    assert "Wait five minutes" in page.content.decode()
    assert unseal(hidden(page, "carried")).fields == AS_LISTS


def test_another_person_neither_saves_nor_sees_what_was_typed(
    client: Client, anna: User, person: Callable[[str], User]
) -> None:
    person("bert")
    page = post_after_time_out(client, anna)
    answer = sign_in_with(client, "bert", page)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert said(answer) == ["What was typed before belongs to somebody else and was not saved."]
    assert done == []


def test_a_page_made_for_somebody_else_is_not_saved_by_who_is_signed_in_now(
    client: Client, anna: User, person: Callable[[str], User]
) -> None:
    client.force_login(person("bert"))
    answer = post_after_time_out(client, anna)
    assert said(answer) == ["What was typed before belongs to somebody else and was not saved."]
    assert done == []


@pytest.mark.parametrize("place", [0, 20, 60, -8])
def test_an_altered_token_is_dropped_with_a_clear_message(client: Client, anna: User, place: int) -> None:
    sealed = hidden(post_after_time_out(client, anna), "carried")
    letters = list(sealed)
    letters[place] = "A" if letters[place] != "A" else "B"
    answer = sign_in_with(client, "anna", "".join(letters))
    assert answer["Location"] == "/"
    assert said(answer) == ["What was typed could not be read any more and was not saved."]
    assert done == []


@pytest.mark.parametrize("nonsense", ["x", "ä", "AAAA", "a" * 500, "\x00"])
def test_nonsense_in_the_place_of_a_token_is_dropped(client: Client, anna: User, nonsense: str) -> None:
    assert sign_in_with(client, "anna", nonsense)["Location"] == "/"
    assert done == []


def test_the_persons_id_cannot_be_exchanged_in_a_token(anna: User) -> None:
    sealed = Carried(uuid.uuid4(), "/typed/", "", AS_LISTS)
    foreign = Carried(anna.pk, "/typed/", "", {})
    with pytest.raises(Lost):
        unseal(foreign.sealed()[:20] + sealed.sealed()[20:])


def test_what_was_typed_twelve_hours_ago_is_dropped_with_a_clear_message(client: Client, anna: User) -> None:
    carried = unseal(hidden(post_after_time_out(client, anna), "carried"))
    answer = sign_in_with(client, "anna", replace(carried, at=carried.at - CARRIED_FOR).sealed())
    assert said(answer) == ["What was typed is more than 12 hours old and was not saved."]
    assert done == []
    page = sign_in_with(
        Client(), "bert", replace(carried, at=carried.at - CARRIED_FOR).sealed(), password="wrong"
    )
    assert "more than 12 hours old" in page.content.decode()


def test_a_page_never_posts_to_another_site(anna: User) -> None:
    assert Carried(anna.pk, "//example.org/é", "q=a b", {}).address == "/%2Fexample.org/%C3%A9?q=a%20b"


def test_signing_in_on_the_first_of_two_tabs_lets_the_second_go_on(client: Client, anna: User) -> None:
    first, second = (post_after_time_out(client, anna) for _ in range(2))
    sign_in_with(client, "anna", first)
    sign_in_with(client, "anna", second)
    assert [act["fields"] for act in done] == [AS_LISTS, AS_LISTS]


def test_the_token_is_another_one_each_time_and_shows_nothing(anna: User) -> None:
    carried = Carried(anna.pk, "/typed/", "", AS_LISTS)
    assert carried.sealed() != carried.sealed()
    assert CANARY not in repr(carried)


def test_a_token_of_the_retired_secret_is_still_read(settings: Settings, anna: User) -> None:
    sealed = Carried(anna.pk, "/typed/", "", AS_LISTS).sealed()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret of this installation, long enough"
    assert unseal(sealed).fields == AS_LISTS
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(Lost):
        unseal(sealed)


@pytest.mark.parametrize("forged", ["", "x", "1637a0b0c0d04e0f8000000000000001:1:x"])
def test_a_post_from_a_page_that_was_not_made_for_anyone_is_not_carried(client: Client, forged: str) -> None:
    answer = client.post("/typed/", {**TYPED, "typed_by": forged})
    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/login/?next=/typed/"


def test_a_long_paper_fits_into_one_request(client: Client, anna: User) -> None:
    text = "".join(f"{n}. The Deputy Mayor is asked to approve line {n}.\r\n" for n in range(40_000))
    page = post_after_time_out(client, anna, text=text)
    sign_in_with(client, "anna", page)
    assert done[0]["fields"]["text"] == [text]


def test_files_are_not_carried_and_the_pages_say_so(client: Client, anna: User) -> None:
    page = post_after_time_out(client, anna, paper=SimpleUploadedFile("a.txt", b"words"))
    assert "Files are not kept. Choose the file again afterwards." in page.content.decode()
    answer = sign_in_with(client, "anna", page)
    assert said(answer) == ["Files are not kept when you sign in again. Choose the file again."]
    assert done[0]["fields"] == AS_LISTS


@pytest.mark.parametrize(
    "address", ["/accounts/password/change/", "/accounts/logout/", "/public/", "/nowhere/"]
)
def test_only_pages_behind_the_sign_in_are_replayed(client: Client, anna: User, address: str) -> None:
    answer = sign_in_with(client, "anna", Carried(anna.pk, address, "", AS_LISTS).sealed())
    assert answer["Location"] == "/"
    assert said(answer) == ["The page that you typed on is not there any more, so it was not saved."]
    assert done == []
    assert client.get("/typed/").status_code == 200, "signing in itself must hold"


def test_passwords_typed_on_the_pages_of_signing_in_are_never_carried(client: Client, anna: User) -> None:
    answer = post_after_time_out(client, anna, "/accounts/password/change/")
    assert answer["Location"].startswith("/accounts/login/?next=")


def test_a_replayed_view_refuses_by_its_own_policy(client: Client, anna: User) -> None:
    answer = sign_in_with(client, "anna", Carried(anna.pk, "/missing/", "", AS_LISTS).sealed())
    assert answer.status_code == 404


def test_nothing_typed_is_stored_on_the_server(
    client: Client, anna: User, caplog: pytest.LogCaptureFixture
) -> None:
    page = post_after_time_out(client, anna)
    sign_in_with(client, "anna", page, password="wrong")
    sign_in_with(client, "anna", page)
    sign_page = stale(client).post("/sign/", TYPED)
    prove(client, sign_page)
    assert len(done) == 2
    stored = [str(session.get_decoded()) for session in Session.objects.all()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key || value FROM cache_entry")
        stored += [row[0] for row in cursor.fetchall()]
    stored += [cookie.output() for cookie in client.cookies.values()]
    stored += [caplog.text]
    assert stored
    assert not [place for place in stored if CANARY in place or "quoted" in place]


def stale(client: Client) -> Client:
    """Make the latest proof of this session six minutes old."""
    return sign_in(client, User.objects.get(username="anna"), seconds_ago=360)


def prove(client: Client, page: Any, password: str = PASSWORD) -> Any:
    """Fill in the page of proof; given a token, one that carries this token."""
    if isinstance(page, str):
        return client.post("/sign/", {"password": password, "carried": page})
    return send(client, page, password=password)


@pytest.fixture
def signed_in(client: Client, anna: User) -> Client:
    return sign_in(client, anna)


def test_signing_within_five_minutes_of_signing_in_needs_no_further_proof(signed_in: Client) -> None:
    assert signed_in.post("/sign/", TYPED)["Location"] == "/done/"
    assert len(done) == 1


def test_signing_later_asks_for_proof_says_for_what_and_then_happens(signed_in: Client, anna: User) -> None:
    page = stale(signed_in).post("/sign/?round=1", TYPED)
    words = " ".join(page.content.decode().split())
    assert "Prove it is you" in words
    assert "Enter your password to sign this decision." in words
    assert "no-store" in page["Cache-Control"]
    assert (page.status_code, done) == (403, [])
    assert prove(signed_in, page)["Location"] == "/done/"
    assert done == [{"by": anna.pk, "fields": AS_LISTS, "path": "/sign/?round=1"}]
    signed_in.post("/sign/", TYPED)
    assert len(done) == 2, "a proof lasts five minutes"


def test_reading_the_page_before_signing_needs_no_proof(signed_in: Client) -> None:
    assert stale(signed_in).get("/sign/").status_code == 200


def test_a_wrong_password_signs_nothing_and_keeps_what_was_typed(signed_in: Client) -> None:
    page = stale(signed_in).post("/sign/", TYPED)
    again = prove(signed_in, page, password="wrong")
    assert "The password is not right" in again.content.decode()
    assert "sign this decision" in again.content.decode()
    assert done == []
    prove(signed_in, again)
    assert done[0]["fields"] == AS_LISTS


def test_guessing_the_password_before_signing_is_slowed_down(signed_in: Client) -> None:
    page = stale(signed_in).post("/sign/", TYPED)
    for _ in range(6):
        page = prove(signed_in, page, password="wrong")
    assert "Wait five minutes" in page.content.decode()
    page = prove(signed_in, page)
    assert done == [], "even the right password has to wait"


def test_one_persons_password_does_not_prove_another(
    signed_in: Client, person: Callable[[str], User]
) -> None:
    bert = person("bert")
    prove(stale(signed_in), Carried(bert.pk, "/sign/", "", AS_LISTS).sealed())
    assert done == []


def test_what_is_lost_on_the_page_of_proof_is_said_on_the_sign_in_page(client: Client) -> None:
    page = client.get(prove(client, "altered")["Location"])
    assert "What was typed could not be read any more and was not saved." in page.content.decode()


def test_a_session_that_ends_on_the_page_of_proof_loses_nothing(signed_in: Client, client: Client) -> None:
    page = stale(signed_in).post("/sign/", TYPED)
    end_session(signed_in)
    page = prove(signed_in, page)
    assert "Your session has ended" in page.content.decode()
    sign_in_with(signed_in, "anna", page)
    assert done[0]["fields"] == AS_LISTS


# CSRF: the Django test client skips it unless told otherwise.


@pytest.fixture
def strict(anna: User) -> Client:
    """A browser of Anna's, signed in, whose CSRF tokens are checked."""
    browser = Client(enforce_csrf_checks=True)
    token = hidden(browser.get("/accounts/login/"), "csrfmiddlewaretoken")
    browser.post("/accounts/login/", {"login": "anna", "password": PASSWORD, "csrfmiddlewaretoken": token})
    assert browser.get("/typed/").status_code == 200
    return browser


def end_session(browser: Client) -> None:
    for name in [name for name in browser.cookies if "session" in name]:
        del browser.cookies[name]


def inputs(page: Any, *names: str) -> dict[str, str]:
    return {name: hidden(page, name) for name in names}


def test_the_csrf_token_outlives_the_session_and_is_still_asked_for(strict: Client) -> None:
    form = inputs(strict.get("/typed/"), "csrfmiddlewaretoken", "typed_by")
    end_session(strict)
    page = strict.post("/typed/", {**TYPED, **form})
    ours = inputs(page, "csrfmiddlewaretoken", "carried")
    forged = strict.post(
        "/accounts/login/", {"login": "anna", "password": PASSWORD, "carried": ours["carried"]}
    )
    assert (forged.status_code, done) == (403, [])
    answer = strict.post("/accounts/login/", {"login": "anna", "password": PASSWORD, **ours})
    assert answer["Location"] == "/done/"
    assert done[0]["fields"] == AS_LISTS


@pytest.mark.parametrize("address", ["/typed/", "/sign/", "/accounts/reauthenticate/"])
def test_a_forged_post_does_nothing(strict: Client, address: str) -> None:
    page = strict.post(address, TYPED)
    assert (page.status_code, done) == (403, [])
    assert "This page was out of date" in page.content.decode()


def test_an_older_sign_in_page_leads_where_one_is_signed_in_already(strict: Client) -> None:
    answer = strict.post("/accounts/login/", {"login": "anna", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_a_tab_from_before_the_latest_sign_in_needs_one_more_click(strict: Client) -> None:
    older = inputs(strict.get("/typed/"), "csrfmiddlewaretoken", "typed_by")
    end_session(strict)
    token = hidden(strict.get("/accounts/login/"), "csrfmiddlewaretoken")
    strict.post("/accounts/login/", {"login": "anna", "password": PASSWORD, "csrfmiddlewaretoken": token})
    page = strict.post("/typed/", {**TYPED, **older})
    assert (page.status_code, done) == (403, [])
    answer = send(strict, page)
    assert answer["Location"] == "/done/"
    assert done[0]["fields"] == AS_LISTS


def test_an_older_tab_of_somebody_else_is_not_saved(strict: Client, person: Callable[[str], User]) -> None:
    older = inputs(strict.get("/typed/"), "csrfmiddlewaretoken", "typed_by")
    strict.force_login(person("bert"))
    answer = strict.post("/typed/", {**TYPED, **older, "csrfmiddlewaretoken": "x" * 64})
    assert said(answer) == ["What was typed before belongs to somebody else and was not saved."]
    assert done == []


def test_two_tabs_that_both_met_the_end_of_the_session_both_save(strict: Client) -> None:
    form = inputs(strict.get("/typed/"), "csrfmiddlewaretoken", "typed_by")
    end_session(strict)
    first, second = (strict.post("/typed/", {**TYPED, **form}) for _ in range(2))
    me = {"login": "anna", "password": PASSWORD}
    send(strict, first, **me)
    page = send(strict, second, **me)
    send(strict, page)
    assert [act["fields"] for act in done] == [AS_LISTS, AS_LISTS]


def test_the_pages_that_carry_are_valid_html(strict: Client, anna: User) -> None:
    older = inputs(strict.get("/typed/"), "csrfmiddlewaretoken", "typed_by")
    forged = strict.post("/typed/", TYPED)
    end_session(strict)
    page = strict.post("/typed/", {**TYPED, **older, "paper": SimpleUploadedFile("a.txt", b"words")})
    wrong = send(strict, page, login="anna", password="wrong")
    proof = sign_in(Client(), anna, seconds_ago=360).post("/sign/", TYPED)
    sign_in(strict, anna)
    again = strict.post("/typed/", {**TYPED, **older, "csrfmiddlewaretoken": "x" * 64})
    for response in (forged, page, wrong, proof, again):
        assert_valid_html(response.content.decode())
