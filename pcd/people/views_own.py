"""One's own sign-in: the second factor and where one is signed in; and its reset by an administrator."""

import json
import re
from typing import Any
from uuid import UUID

from allauth.mfa.base.views import IndexView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pcd.people.forms import Reset
from pcd.people.models import Role, User
from pcd.people.proof import proof_required
from pcd.people.second_factor import FACTORS, end_sessions, is_linked, is_missing, reset

own = method_decorator(never_cache, name="dispatch")
BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    *(("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS", "a Mac"), ("Linux", "Linux")),
)


@own
class Factors(IndexView):
    """What one has set up, and what one can."""

    template_name = "mfa/index.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether nothing else opens before one is set up, and lead administrators to everybody's."""
        page, needed = super().get_context_data(**kwargs), is_missing(self.request)
        return {
            **page,
            "needed": needed,
            "connects": bool(settings.OIDC) and not needed and not is_linked(self.request.user),
            "administers": not needed and self.request.user.holds(Role.ADMINISTRATOR),
        }


@own
class SetUpApp(ActivateTOTPView):
    """Connect an authenticator app."""

    template_name = "mfa/app_set_up.html"


@own
class RemoveApp(DeactivateTOTPView):
    """Forget the authenticator app."""

    template_name = "mfa/app_remove.html"


@own
class AddKey(AddWebAuthnView):
    """Add a passkey or security key."""

    template_name = "mfa/key_add.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Keep the form's errors, and say what the browser asks the key for."""
        page = {**super().get_context_data(**kwargs), **kwargs}
        page.setdefault("form", self.get_form())
        return {**page, "options": json.dumps(page["js_data"]["creation_options"])}


@own
class RemoveKey(RemoveWebAuthnView):
    """Forget a passkey or security key."""

    template_name = "mfa/key_remove.html"
    success_url = None

    def get_success_url(self) -> str:
        """Go back to the list of factors."""
        return redirect("mfa_index").url


@own
class Codes(ViewRecoveryCodesView):
    """The recovery codes that are left."""

    template_name = "mfa/codes.html"


@own
class NewCodes(GenerateRecoveryCodesView):
    """Make new recovery codes; the old ones are worth nothing then."""

    template_name = "mfa/codes_new.html"


def browser_of(user_agent: str) -> str:
    """Name a browser as its owner would, such as "Firefox on Windows"; what it says of itself proves nothing."""
    known = [name for sign, name in BROWSERS if re.search(rf"\b{sign}\w*/", user_agent)][:1]
    system = [name for sign, name in SYSTEMS if sign in user_agent][:1]
    return " on ".join(known + system) or "A browser that we do not know"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponseBase:
    """Show where one is signed in; end one of these sessions, or all but this."""
    here = request.session.session_key
    if request.method == "POST":
        if request.POST.get("end") == "others":
            ended = end_sessions(request.user, but=here)  # type: ignore[arg-type]  # nobody else passes the middleware
        else:
            number = request.POST.get("end", "")
            found = UserSession.objects.filter(user=request.user, pk=number if number.isdecimal() else 0)
            ended = len([session.end() for session in found.exclude(session_key=here)])
        messages.success(request, f"Signed out in {ended} other {'place' if ended == 1 else 'places'}.")
        return HttpResponseRedirect(request.path)
    rows = [
        {"row": row, "browser": browser_of(row.user_agent), "here": row.session_key == here}
        for row in UserSession.objects.purge_and_list(request.user)
    ]
    rows.sort(key=lambda row: (not row["here"], -row["row"].last_seen_at.timestamp()))
    return render(request, "people/sessions.html", {"sessions": rows})


def _administrator(request: HttpRequest) -> User:
    person = request.user
    if not (isinstance(person, User) and person.holds(Role.ADMINISTRATOR)):
        raise Http404
    return person


@never_cache
@require_http_methods(["GET", "HEAD"])
def everybodys(request: HttpRequest) -> HttpResponseBase:
    """List for administrators who has a second factor."""
    _administrator(request)
    count = Count("authenticator", filter=Q(authenticator__type__in=FACTORS))
    people = User.objects.filter(is_active=True).annotate(factors=count)
    return render(request, "people/second_factors.html", {"people": people})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@proof_required(to="reset a second factor")
def reset_of(request: HttpRequest, person: UUID) -> HttpResponseBase:
    """Take a person's second factor away, with a reason; nobody does it for themselves."""
    administrator = _administrator(request)
    who = get_object_or_404(User.objects.exclude(pk=administrator.pk), pk=person)
    form = Reset(request.POST or None)
    if form.is_valid():
        reset(who, by=administrator, reason=form.cleaned_data["reason"])
        messages.success(request, f"The second factor of {who} is reset, and {who} is signed out everywhere.")
        return redirect("second-factors")
    return render(request, "people/second_factor_reset.html", {"form": form, "who": who})
