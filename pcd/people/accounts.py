"""Who can sign in: people are added, renamed and deactivated, each with an entry in the trail."""

from django.db import transaction
from django.db.models.functions import Now

from pcd import trail
from pcd.people import offices
from pcd.people.models import Holding, User
from pcd.people.offices import NotSound
from pcd.people.second_factor import end_sessions

#: What an administrator may change of a person.
FIELDS = ("full_name", "job_title", "email")


@transaction.atomic
def add(*, by: User, username: str, **fields: str) -> User:
    """Add a person without a password: single sign-on knows their address, or whoever runs the site sets one."""
    person = User.objects.create_user(username, **fields)
    trail.write("person", person.pk, "added", by=by)
    return person


@transaction.atomic
def change(person: User, *, by: User, **fields: str) -> list[str]:
    """Change a person's name, address or job title; returns which of them were changed."""
    old = User.objects.select_for_update().get(pk=person.pk)
    changed = [name for name in FIELDS if fields[name] != getattr(old, name)]
    if changed:
        User.objects.filter(pk=person.pk).update(**{name: fields[name] for name in changed})
        before = {f"{name}_before": getattr(old, name) for name in changed}
        trail.write("person", person.pk, "changed", by=by, what=changed, **before)
    return changed


@transaction.atomic
def deactivate(person: User, *, by: User) -> None:
    """Let somebody sign in no more: their sessions and offices end now. Raises NotSound with the reasons why not."""
    held = list(Holding.objects.filter(person=person).exclude(until__lte=Now()).select_related("office"))
    own = ["Nobody deactivates themselves."] if person == by else []
    if reasons := [*own, *offices.why_not_ended(*held)]:
        raise NotSound(*reasons)
    for row in held:
        offices.end(row, by=by)
    _activate(person, by, active=False)
    end_sessions(person)


@transaction.atomic
def reactivate(person: User, *, by: User) -> None:
    """Let somebody sign in again; their offices have ended and are given anew, by two people."""
    _activate(person, by, active=True)


def _activate(person: User, by: User, *, active: bool) -> None:
    if User.objects.filter(pk=person.pk, is_active=not active).update(is_active=active):
        trail.write("person", person.pk, "reactivated" if active else "deactivated", by=by)
