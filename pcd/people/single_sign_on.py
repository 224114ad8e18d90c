"""Single sign-on (OpenID Connect): who somebody is and which offices their groups give; never a key of Part 2.

allauth does the walk (state, PKCE, the code for a token); here stands what we insist on: the signature and the nonce of
the identity token, nothing fetched from anywhere but the issuer, people whom we know, and fresh proof before signing.
"""

import time
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from pcd import trail
from pcd.environment import SingleSignOn
from pcd.people import offices
from pcd.people.models import Holding, Office, User
from pcd.people.proof import proved_recently
from pcd.people.second_factor import has_one, is_linked, is_missing, tell_changed

PROVIDER = "sso"
ALGORITHMS = ["RS256", "PS256", "ES256"]
NEEDED = ["iss", "aud", "exp", "iat", "sub", "nonce"]
#: How far the issuer's clock may be from ours.
LEEWAY = 30


def ours() -> SingleSignOn:
    """Return whom this installation signs in with; where it is off, lead to the sign-in page."""
    if not settings.OIDC:
        raise ImmediateHttpResponse(redirect("account_login"))
    return settings.OIDC


class OnlyTheIssuer(requests.Session):
    """Asks the issuer and nobody else, whatever its configuration names, and follows no redirect."""

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """Refuse any other host before a byte is sent."""
        asked, issuer = urlsplit(url), urlsplit(ours().issuer)
        if (asked.scheme, asked.netloc) != (issuer.scheme, issuer.netloc):
            raise OAuth2Error("an address that is not the issuer's")
        return super().request(method, url, *args, **{**kwargs, "timeout": 5, "allow_redirects": False})


class Issuer(OpenIDConnectOAuth2Adapter):
    """The issuer, with its identity token checked to the last claim."""

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Our own address, whatever host a request names."""
        return settings.BASE_URL.rstrip("/") + reverse("account_single_sign_on_back")

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        if self.openid_config.get("issuer", "").rstrip("/") != ours().issuer:
            raise OAuth2Error("the configuration is another issuer's")
        with Adapter().get_requests_session() as session:
            keys = session.get(self.openid_config["jwks_uri"])
        keys.raise_for_status()
        try:
            kid = jwt.get_unverified_header(id_token).get("kid")
            key = next(key for key in jwt.PyJWKSet.from_dict(keys.json()).keys if key.key_id == kid)
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key,
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                leeway=LEEWAY,
                options={"require": NEEDED},
            )
        except (jwt.PyJWTError, StopIteration) as problem:
            raise OAuth2Error("the identity token is not good") from problem
        return claims


class Adapter(DefaultSocialAccountAdapter):
    """Who comes back from the issuer, and what becomes of it."""

    def get_requests_session(self) -> requests.Session:
        """Only the issuer is asked."""
        return OnlyTheIssuer()

    def on_authentication_error(self, request: HttpRequest, *args: Any, **about: Any) -> None:
        """Say in one way that it did not work; what the issuer wrote is not shown."""
        raise ImmediateHttpResponse(refused(request, "failed"))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody becomes a user by signing in elsewhere."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Take proof, or find the person and bring their offices up to date."""
        claims, state = sociallogin.account.extra_data.get("id_token", {}), sociallogin.state
        if not state.get("nonce") or claims.get("nonce") != state["nonce"]:
            raise ImmediateHttpResponse(refused(request, "failed"))
        if state.get("proof"):
            raise ImmediateHttpResponse(self.prove(request, sociallogin, claims))
        person = sociallogin.user if sociallogin.is_existing else self.link(request, sociallogin, claims)
        if not (person and person.is_active):
            raise ImmediateHttpResponse(refused(request, "unknown"))
        follow_groups(request, person, claims)

    def prove(self, request: HttpRequest, sociallogin: SocialLogin, claims: dict[str, Any]) -> HttpResponse:
        """Record that the very person signed in anew at the issuer, after we asked; or link who has proved it here."""
        known = sociallogin.is_existing
        person = sociallogin.user if known else with_address(claims)
        if person != request.user or not (known or proved_here(request)):
            return refused(request, "somebody_else")
        asked = sociallogin.state["asked_at"]
        if not isinstance(claims.get("auth_time"), int) or claims["auth_time"] < asked - LEEWAY:
            return refused(request, "not_fresh")
        if not known:
            self.connect(request, sociallogin, person)
        follow_groups(request, person, claims)
        if not known:
            return render(request, "people/connected.html")
        record_authentication(request, request.user, "socialaccount", reauthenticated=True, provider=PROVIDER)
        return render(request, "people/proved.html")

    def link(self, request: HttpRequest, sociallogin: SocialLogin, claims: dict[str, Any]) -> User | None:
        """Find the one person with this verified address, and link them for good by `sub`.

        An address, which administrators look after, opens nothing that a person's own password or key guards: who
        has one links themselves, after proving who they are (`prove`).
        """
        person = with_address(claims)
        if person and (person.has_usable_password() or has_one(person)):
            raise ImmediateHttpResponse(refused(request, "connect"))
        if person:
            self.connect(request, sociallogin, person)
        return person

    @transaction.atomic
    def connect(self, request: HttpRequest, sociallogin: SocialLogin, person: User) -> None:
        """Link an account for good, on the trail, and tell the person."""
        sociallogin.connect(request, person)
        trail.write("person", person.pk, "single_sign_on_linked", by=person)
        tell_changed(person, "Your account of the decision register was linked to single sign-on.")


def with_address(claims: dict[str, Any]) -> User | None:
    """Return the one active person with this verified address who is not linked yet."""
    if claims.get("email_verified") is not True or not claims.get("email"):
        return None
    linked = SocialAccount.objects.values("user")
    people = User.objects.filter(email__iexact=claims["email"], is_active=True).exclude(pk__in=linked)
    return people[0] if len(people) == 1 else None


def proved_here(request: HttpRequest) -> bool:
    """Say whether who is signed in has just proved it by what is theirs here, a required second factor included."""
    return proved_recently(request) and not is_missing(request)


def follow_groups(request: HttpRequest, person: User, claims: dict[str, Any]) -> None:
    """Bring a person's offices up to date; a claim that is no list is refused."""
    if "groups" not in claims:
        return  # nobody is to guess which groups we meant
    if not isinstance(claims["groups"], list):
        raise ImmediateHttpResponse(refused(request, "failed"))
    map_offices(person, claims["groups"])


@transaction.atomic
def map_offices(person: User, groups: Iterable[str]) -> None:
    """Give the offices that these groups stand for and end the others that any group stands for, on the trail.

    What nobody could change on a page, such as an office of somebody for whom its holders sign, or the last
    administrator's, stays as it is, and the trail says so.
    """
    mapped = ours().offices
    given = {mapped[group] for group in groups if isinstance(group, str) and group in mapped}
    for office in Office.objects.filter(key__in=mapped.values()):
        held = Holding.objects.current().own().filter(person=person, office=office)
        if (office.key in given) == held.exists():
            continue
        if office.key in given:
            verb = "office_given_by_group"
            if offices.why_not_appointed(office, person, since=timezone.now(), until=None):
                verb = "office_not_given_by_group"
            else:
                offices.appoint(office, person, by=None)
        else:
            verb, rows = "office_ended_by_group", list(held.select_related("office", "person"))
            if offices.why_not_ended(*rows):
                verb = "office_not_ended_by_group"
            else:
                for row in rows:
                    offices.end(row, by=None)
        last = trail.entries("person", person.pk).filter(detail__office=office.key).last()
        told = "_not_" in verb and last is not None and last.verb == verb
        if not told:  # what is refused at every sign-in is said once
            trail.write("person", person.pk, verb, by=None, office=office.key)


def refused(request: HttpRequest, why: str) -> HttpResponse:
    """Say why single sign-on led nowhere, and whom to ask."""
    return render(request, "people/not_signed_in.html", {"why": why}, status=403)


def in_words(view: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """A provider that is away, or that says what is not to be understood, ends on our page."""

    @login_not_required
    @never_cache
    @require_GET
    @wraps(view)
    def said(request: HttpRequest) -> HttpResponseBase:
        try:
            ours()
            return view(request)
        except ImmediateHttpResponse as answer:
            page: HttpResponse = answer.response
            return page
        except (requests.RequestException, OAuth2Error, KeyError, ValueError):
            return refused(request, "failed")

    return said


@in_words
def begin(request: HttpRequest) -> HttpResponseBase:
    """Go to the issuer: to sign in, or (signed in already) to prove it anew."""
    after = request.GET.get("next", "/")
    nonce, proof = get_random_string(32), request.user.is_authenticated
    if proof and not is_linked(request.user) and not proved_recently(request):
        return redirect_to_login(request.path, reverse("account_reauthenticate"))
    anew = {"max_age": "0", "prompt": "login"} if proof else {}
    provider = Adapter(request).get_provider(request, PROVIDER)
    provider.oauth2_adapter_class = Issuer
    answer: HttpResponseBase = provider.redirect(
        request,
        process=AuthProcess.LOGIN,
        next_url=after if get_adapter().is_safe_url(after) else None,
        auth_params={"nonce": nonce, **anew},
        nonce=nonce,
        proof=proof,
        asked_at=int(time.time()),
    )
    return answer


@in_words
def come_back(request: HttpRequest) -> HttpResponseBase:
    """Take what the issuer sends back."""
    view = OAuth2CallbackView.adapter_view(Issuer(request, PROVIDER))
    answer: HttpResponseBase = view(request)
    return answer
