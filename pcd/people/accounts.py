"""Who can sign in: people are added, renamed and deactivated, each with an entry in the trail."""

from django.db import transaction
from django.db.models.functions import Now

from pcd import trail
from pcd.people import changes, offices
from pcd.people.changes import CHANGED_SINCE, Facts, Kind
from pcd.people.mail import tell
from pcd.people.models import Change, Holding, PrivateOffice, User
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
def change(person: User, *, by: User, **fields: str) -> bool:
    """Change a person's name, address or job title; returns whether the address waits for a second person.

    Raises NotSound with every reason why nobody could agree to that address.
    """
    old = User.objects.select_for_update().get(pk=person.pk)
    waits = fields["email"] != old.email and address_takes_two(old)
    if waits:
        values = {"email": fields["email"], "before": old.email}
        changes.propose("email_address", old.pk, by=by, person=old, **values)
        fields = fields | {"email": old.email}
    _change(old, by, fields)
    return waits


def address_takes_two(person: User) -> bool:
    """Say whether this person has, ever had or is about to have an office or a part in one.

    Single sign-on and a link for a forgotten password find them by it. What has ended counts too: otherwise one
    administrator ends an office, changes the address, and has a second person give the office back to another's mail.
    """
    return (
        Holding.objects.filter(person=person).exists()
        or PrivateOffice.objects.filter(person=person).exists()
        or person.changes.waiting().exists()
    )


def _change(old: User, by: User, fields: dict[str, str]) -> None:
    changed = [name for name in FIELDS if fields.get(name, getattr(old, name)) != getattr(old, name)]
    if not changed:
        return
    User.objects.filter(pk=old.pk).update(**{name: fields[name] for name in changed})
    before = {f"{name}_before": getattr(old, name) for name in changed}
    trail.write("person", old.pk, "changed", by=by, what=changed, **before)
    if "email" in changed:
        tell(
            User.objects.get(pk=old.pk),
            "your email address was changed",
            f"{by.full_name} has changed the email address by which the decision register knows you. "
            "If this is not right, tell another administrator now.",
            before=old.email,
        )


def _change_address(change: Change) -> None:
    """Carry out what two people agreed to."""
    old, email = User.objects.select_for_update().get(pk=change.about), change.values["email"]
    if old.email != change.values["before"]:
        raise NotSound(CHANGED_SINCE)
    if email and User.objects.filter(email__iexact=email).exclude(pk=old.pk).exists():
        raise NotSound("Somebody else has this email address.")
    _change(old, change.decided_by or change.proposed_by, {"email": email})


def _address_facts(change: Change) -> Facts:
    return [
        ("Person", str(change.person)),
        ("Email address now", change.values["before"] or "None"),
        ("New email address", change.values["email"] or "None"),
        ("What this means", "Single sign-on may let in whoever has the new address as this person."),
    ]


@transaction.atomic
def deactivate(person: User, *, by: User) -> None:
    """Let somebody sign in no more: their sessions and offices end now. Raises NotSound with the reasons why not."""
    held = list(Holding.objects.filter(person=person).exclude(until__lte=Now()).select_related("office"))
    own = ["Nobody deactivates themselves."] if person == by else []
    if reasons := [*own, *offices.why_not_ended(*held)]:
        raise NotSound(*reasons)
    for row in held:
        offices.end(row, by=by)
    offices.end_namings(by=by, person=person)
    _activate(person, by, active=False)
    end_sessions(person)


@transaction.atomic
def reactivate(person: User, *, by: User) -> None:
    """Let somebody sign in again; their offices have ended and are given anew, by two people."""
    _activate(person, by, active=True)


def _activate(person: User, by: User, *, active: bool) -> None:
    if User.objects.filter(pk=person.pk, is_active=not active).update(is_active=active):
        trail.write("person", person.pk, "reactivated" if active else "deactivated", by=by)


changes.register(
    Kind(
        "email_address",
        lambda row: f"Another email address of {row.person}",
        _address_facts,
        _change_address,
        scope="person",
        words="another email address of a person",
    )
)
