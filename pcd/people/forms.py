"""The forms of signing in, in plain words; what they check is allauth's."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from allauth.core import context, ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, generate_totp_secret
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from pcd.people import forgotten
from pcd.people.models import User

#: What the library of keys raises over what no browser sends.
NOT_UNDERSTOOD = (AttributeError, KeyError, TypeError, ValueError)


class SignIn(LoginForm):
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(
            self,
            "login",
            "User name",
            missing="Enter your user name",
            autocapitalize="none",
            spellcheck="false",
        )
        _say(self, "password", "Password", missing="Enter your password")

    def clean(self) -> Any:
        """Show a refusal at the first field, where the error summary can lead to it."""
        try:
            return super().clean()
        except ValidationError as refusal:
            self.add_error("login", refusal)
            return self.cleaned_data


class Prove(ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", "Password", missing="Enter your password")


class Code(mfa.AuthenticateForm):
    """The code of an authenticator app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "code", "Code", missing="Enter the code", inputmode="numeric", spellcheck="false")
        self.fields["code"].help_text = "6 digits from your authenticator app, or one of your recovery codes"


class ProveByCode(Code, mfa.ReauthenticateForm):
    """The code once more."""


class SetUpCode(ActivateTOTPForm):
    """The first code of an authenticator app; until it is right, the key waits sealed in the session."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.user = kwargs.pop("user")
        forms.Form.__init__(self, *args, **kwargs)
        session = context.request.session
        if self.is_bound and SECRET_SESSION_KEY in session:
            self.secret = decrypt(session[SECRET_SESSION_KEY])
        else:
            self.secret = generate_totp_secret()
            session[SECRET_SESSION_KEY] = encrypt(self.secret)
        _say(
            self,
            "code",
            "Code from the app",
            missing="Enter the code that the app shows",
            inputmode="numeric",
        )
        self.fields["code"].help_text = "6 digits"

    @property
    def key(self) -> str:
        """The key in groups of four, to be typed into an app that cannot see the picture."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


class ReadsKey:
    """What a browser says of a key: what is not to be understood is as wrong as another key's answer."""

    def clean_credential(self) -> Any:
        """Refuse in words what the library stumbles over."""
        try:
            return super().clean_credential()  # type: ignore[misc]  # a mixin of allauth's forms
        except NOT_UNDERSTOOD as problem:
            raise get_adapter().validation_error("incorrect_code") from problem


class SignInByKey(ReadsKey, LoginWebAuthnForm):
    """A passkey alone."""


class Key(ReadsKey, AuthenticateWebAuthnForm):
    """A key as the second step of a sign-in."""


class ProveByKey(ReadsKey, ReauthenticateWebAuthnForm):
    """A key again."""


class AddKey(AddWebAuthnForm):
    """A passkey, which can sign in alone, or a security key, which stands beside the password."""

    def clean(self) -> dict[str, Any]:
        """Refuse in words what the library stumbles over."""
        try:
            said: dict[str, Any] = super().clean()
        except NOT_UNDERSTOOD as problem:
            raise get_adapter().validation_error("incorrect_code") from problem
        return said

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "name", "Name of this key", missing="Enter a name")
        self.fields["name"].help_text = "So that you can tell your keys apart, such as “Work laptop”"
        self.fields["passwordless"].label = "Sign in with this key alone, without a password"
        self.fields["passwordless"].help_text = "The key must ask for a PIN, a fingerprint or your face"
        self.fields["credential"].error_messages["required"] = "Use the key when your browser asks for it"


class Reset(forms.Form):
    """Why an administrator takes a second factor away."""

    reason = forms.CharField(
        label="Reason",
        help_text="How you know that it is them, and why. It stands on the trail for good: name no paper.",
        max_length=300,
        error_messages={"required": "Enter the reason"},
    )


class ChangePassword(ChangePasswordForm):
    """The old password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", "Current password", missing="Enter your current password")
        _say_new_password(self)


class Forgotten(ResetPasswordForm):
    """The address to which a link for a new password goes, if one is to go to it at all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "email", "Email address", missing="Enter your email address", spellcheck="false")
        self.fields["email"].help_text = "The one to which the decision register sends you mail"
        self.fields["email"].error_messages["invalid"] = (
            "Enter an email address in the correct format, like name@example.com"
        )

    def clean_email(self) -> str:
        """Count what is asked, whoever has the address; refuses too much of it, from one place or for one address."""
        address: str = self.cleaned_data["email"]
        if not ratelimit.consume(context.request, action="forgotten"):
            raise ValidationError("New passwords were asked for too fast. Wait a minute, then try again")
        # In capitals, as the database compares (save): "ı" and "ſ" are I and S to it, and one address has one count.
        if not ratelimit.consume(context.request, action="forgotten_address", key=address.upper()):
            raise ValidationError(
                "A new password was asked for too many times. Look for the mail that came, or wait an hour"
            )
        return address

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Ask for a link to each person who has this address; it goes to the address as it stands in the register."""
        with transaction.atomic():
            for person in User.objects.filter(is_active=True, email__iexact=self.cleaned_data["email"]):
                forgotten.asked.send(sender=User, person=person)
        return str(self.cleaned_data["email"])


class NewPassword(ResetPasswordKeyForm):
    """The new password, twice."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_new_password(self)

    @transaction.atomic
    def save(self) -> None:
        """Set it; raises Used where the link was used just now, by two clicks at once."""
        self.user = User.objects.select_for_update().get(pk=self.user.pk)
        if not forgotten.Tokens().check_token(self.user, self.temp_key):
            raise forgotten.Used
        super().save()


def _say_new_password(form: forms.Form) -> None:
    _say(form, "password1", "New password", missing="Enter a new password")
    _say(form, "password2", "New password again", missing="Enter the new password again")
    form.fields["password1"].help_text = " ".join(password_validators_help_texts())


def _say(form: forms.Form, name: str, label: str, *, missing: str, **attributes: str) -> None:
    """Name a field in plain words, without a placeholder: it vanishes while one types."""
    field = form.fields[name]
    field.label, field.help_text = label, ""
    field.error_messages["required"] = missing
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)
