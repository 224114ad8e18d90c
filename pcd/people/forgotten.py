"""A forgotten password: a link by mail, with which its owner sets another, once and within an hour.

The link says only that somebody reads the person's mail. So it signs nobody in, takes no second factor away, and goes
to nobody for whom it would be the whole account: who has no second factor yet, though one is asked for, or signs in
with single sign-on.
"""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.dispatch import Signal

from pcd.people.models import User
from pcd.people.second_factor import has_one, is_linked

#: Somebody has typed the address of `person=`, who may or may not be the one who did.
asked = Signal()


class Used(Exception):
    """The link has been used."""


class Tokens(PasswordResetTokenGenerator):
    """Makes what a link proves: it falls with a sign-in, with another password or address, and with deactivation.

    allauth's own would keep a second table of addresses, in which an old one goes on counting.
    """

    def check_token(self, user: AbstractBaseUser | None, token: str | None) -> bool:
        """Say whether this is a live link of somebody who may set a password."""
        return isinstance(user, User) and may_set(user) and super().check_token(user, token)


def may_set(person: User) -> bool:
    """Say whether a link in a mail may let this person set a password."""
    return person.is_active and bool(person.email) and not instead(person)


def instead(person: User) -> str:
    """Return which mail (`approvals/matters.py`) goes to a person in the place of a link; empty where a link goes."""
    linked, has_password = is_linked(person), person.has_usable_password()
    if linked or (settings.OIDC and not has_password):
        return "no_password"
    if not has_password:
        return "no_password_yet"
    if settings.SECOND_FACTOR_REQUIRED and not has_one(person):
        return "no_second_factor"
    return ""


def key(person: User) -> tuple[UUID, str]:
    """Return the two parts of the link of this moment: whose it is, and what proves it."""
    return person.pk, Tokens().make_token(person)
