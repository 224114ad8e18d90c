"""The forms of signing in, in plain words; what they check is allauth's."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts
from django.core.exceptions import ValidationError


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


class ChangePassword(ChangePasswordForm):
    """The old password, and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", "Current password", missing="Enter your current password")
        _say(self, "password1", "New password", missing="Enter a new password")
        _say(self, "password2", "New password again", missing="Enter the new password again")
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())


def _say(form: forms.Form, name: str, label: str, *, missing: str, **attributes: str) -> None:
    """Name a field in plain words, without a placeholder: it vanishes while one types."""
    field = form.fields[name]
    field.label, field.help_text = label, ""
    field.error_messages["required"] = missing
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attributes)
