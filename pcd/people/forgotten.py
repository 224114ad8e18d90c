"""A forgotten password: a link by mail, with which its owner sets another, once and within an hour.

The link says only that somebody reads the person's mail. So it signs nobody in, and takes no second factor away.
"""

from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.dispatch import Signal

from pcd.people.models import User

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
    """Say whether a password is what this person signs in with; who has none signs in with single sign-on alone."""
    return person.is_active and bool(person.email) and person.has_usable_password()


def key(person: User) -> tuple[UUID, str]:
    """Return the two parts of the link of this moment: whose it is, and what proves it."""
    return person.pk, Tokens().make_token(person)
