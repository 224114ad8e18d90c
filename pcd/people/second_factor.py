"""The second factor: who must have one, how its secrets are kept, and how an administrator takes it away."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import password_changed, password_reset
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from qrcode.main import QRCode

from pcd import trail, vault
from pcd.people.mail import tell
from pcd.people.models import User

PURPOSE, ROW = b"pcd second factor 1", "second factor"
#: What stands for the person at a sign-in; recovery codes only stand in for one of these.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
NAMES = {
    Authenticator.Type.TOTP: "authenticator app",
    Authenticator.Type.WEBAUTHN: "passkey or security key",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


class Adapter(DefaultMFAAdapter):
    """What this installation decides where allauth's second factor leaves a choice."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "The code is not right. A code is good for 30 seconds and only once: enter the next one",
    }

    def encrypt(self, text: str) -> str:
        """Seal a secret under a key of this purpose alone, so that a copy of the table is worth nothing."""
        sealed = vault.seal(vault.derived_keys(PURPOSE)[0], text.encode(), row=ROW)
        return urlsafe_b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a secret; raises VaultClosed where no present or retired PCD_SECRET_KEY sealed it."""
        sealed = urlsafe_b64decode(encrypted_text.encode())
        for key in vault.derived_keys(PURPOSE):
            try:
                return vault.unseal(key, sealed, row=ROW).decode()
            except vault.VaultClosed:
                continue
        raise vault.VaultClosed("the second factor was sealed with another PCD_SECRET_KEY")

    def build_totp_svg(self, url: str) -> str:
        """Draw the code as plain SVG, without a style that our policy would refuse."""
        code = QRCode(border=4)
        code.add_data(url)
        rows = code.get_matrix()
        path = "".join(
            f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
        )
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(rows)} {len(rows)}" width="220" height="220"'
            ' role="img" aria-label="QR code of the key below" shape-rendering="crispEdges">'
            f'<path fill="#fff" d="M0 0h{len(rows)}v{len(rows)}H0z"/><path d="{path}"/></svg>'
        )

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """Name the account in the app by its user name."""
        return user.get_username()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to this site's own address, whatever host a request names."""
        return {"id": urlsplit(settings.BASE_URL).hostname or "", "name": "PCD decision register"}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """Suggest a name that tells keys apart."""
        return f"Key {Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1}"


def has_one(person: AbstractBaseUser) -> bool:
    """Say whether this person has set up a second factor."""
    return bool(Authenticator.objects.filter(user_id=person.pk, type__in=FACTORS).exists())


def is_linked(person: Any) -> bool:
    """Say whether single sign-on, which brings its own second factor, knows this person already."""
    return bool(SocialAccount.objects.filter(user=person).exists())


def is_missing(request: HttpRequest) -> bool:
    """Say whether this signed-in person has to set up a second factor before anything else.

    Single sign-on brings its own. A session that began with a second factor needs no look into the table.
    """
    if not settings.SECOND_FACTOR_REQUIRED:
        return False
    records = get_authentication_records(request, request.user)
    if any(record["method"] in ("mfa", "socialaccount") for record in records):
        return False
    return not has_one(request.user)  # type: ignore[arg-type]  # the caller has seen that somebody is signed in


@transaction.atomic
def reset(person: User, *, by: User, reason: str) -> None:
    """Take a person's second factor and recovery codes away and end every session of theirs (on the trail)."""
    Authenticator.objects.filter(user=person).delete()
    end_sessions(person)
    trail.write("person", person.pk, "second_factor_reset", by=by, reason=reason)
    tell(
        person,
        "your second factor was reset",
        "An administrator has reset your second factor and ended your sessions. "
        "The next time you sign in you set up a new one. If you did not ask for this, tell the administrator now.",
    )


def end_sessions(person: User, *, but: str | None = None) -> int:
    """End this person's sessions everywhere, but the one with this key; returns how many."""
    sessions = UserSession.objects.filter(user=person).exclude(session_key=but or "")
    for session in sessions:
        session.end()
    return len(sessions)


@receiver(password_changed)
def note_password(user: User, **about: Any) -> None:
    """Put a new password on the trail, and tell the person by mail."""
    trail.write("person", user.pk, "password_changed", by=user)
    tell_changed(user, "Somebody signed in as you has changed the password.")


@receiver(password_reset)
def note_new_password(user: User, **about: Any) -> None:
    """End every session where a forgotten password was replaced, put it on the trail and tell the person by mail."""
    end_sessions(user)
    trail.write("person", user.pk, "password_replaced", by=user)
    tell_changed(user, "Somebody has set a new password by a link that was sent to this address.")


@receiver((authenticator_added, authenticator_removed, authenticator_reset))
def note(signal: Any, user: User, authenticator: Authenticator, **about: Any) -> None:
    """Put each change that a person makes to their second factor on the trail, and tell them by mail."""
    verb = {authenticator_added: "added", authenticator_removed: "removed"}.get(signal, "renewed")
    what = NAMES[Authenticator.Type(authenticator.type)]
    trail.write("person", user.pk, f"second_factor_{verb}", by=user, what=what)
    tell_changed(user, f"Somebody signed in as you has {verb} this: {what}.")


def tell_changed(person: User, what: str) -> None:
    """Tell a person by mail that how they sign in has changed, and what to do if it was not them."""
    text = f"{what} If it was not you, tell the administrator of the decision register now."
    tell(person, "how you sign in has changed", text)
