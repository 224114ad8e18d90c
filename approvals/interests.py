"""Interests: who takes no part in a decision because of one, and who decides in their place (form.md 5)."""

from approvals.models import Recusal
from approvals.signing import office_as, other_part, signers
from decisions.models import Version
from pcd.people.models import Role, User


def deciding(version: Version) -> list[User]:
    """Return who can decide this version: whose office it is, who takes part, and has no other part in it."""
    people = dict.fromkeys(row.person for row in signers(version, office_as(version, Role.DECISION_MAKER)))
    return [one for one in people if not other_part(version, one)]


def withdraw(version: Version, person: User, *, office_title: str, interest: str) -> Recusal:
    """Keep that this person takes no part, and why; the database takes no decision of theirs on this version."""
    return Recusal.objects.create(
        version=version,
        person=person,
        name=person.full_name,
        office_title=office_title,
        interest=interest,
    )
