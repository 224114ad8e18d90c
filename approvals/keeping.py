"""Who keeps a paper: its drafting officer, or who it was handed over to (design.md 3, hand_over)."""

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from approvals.models import HandOver
from decisions import policy
from decisions.models import Access, Declaration, Grant, Version
from decisions.snapshot import once_shown
from pcd.people.models import User

#: The declaration that names the drafting officer: a successor makes their own.
OWN_DECLARATION = "drafting_officer"
#: The source of the grants of those who write with the drafting officer.
CO_DRAFTING = "co-drafting"
#: The source of the grants of those who find somebody else for a paper whose keeper has left.
HANDS_OVER = "hand_over"


@once_shown
def keeper(version: Version) -> User:
    """Return who answers for the paper now: a submitted text still names who drafted it, whoever keeps it."""
    last = version.hand_overs.select_related("to").last()
    return last.to if last else version.drafting_officer


def co_drafters(version: Version) -> list[User]:
    """Return who writes the paper beside its keeper, by name (design.md 2, named co-drafters)."""
    rows = policy.readers(version.decision, Access.EDIT).filter(source=CO_DRAFTING)
    return sorted({row.person for row in rows}, key=lambda one: one.full_name)


def left_alone(versions: QuerySet[Any]) -> QuerySet[Any]:
    """Return the versions of these whose keeper may not write them: they left their office, or were locked out."""
    last = HandOver.objects.filter(version=OuterRef("pk")).order_by("-at").values("to")[:1]
    writes = Grant.objects.live().filter(
        decision=OuterRef("decision"), person=OuterRef("keeping"), access=Access.EDIT
    )
    kept: QuerySet[Any] = versions.alias(keeping=Coalesce(Subquery(last), F("drafting_officer")))
    return kept.filter(~Exists(writes))


def takes_over(version: Version, person: User) -> bool:
    """Say whether this person may hand a paper over to themselves: one who has left them with it, Part 2 and all.

    Nobody lets themselves into Part 2 that way, nor takes a paper away from who keeps it.
    """
    alone = left_alone(Version.objects.filter(pk=version.pk)).exists()
    return alone and all(
        policy.may(person, access, version.decision) for access in (Access.EDIT, Access.PART2)
    )


def kept_by(versions: QuerySet[Any], person: User) -> QuerySet[Any]:
    """Return the versions of these that this person keeps."""
    last = HandOver.objects.filter(version=OuterRef("pk")).order_by("-at").values("to")[:1]
    kept = Q(taker=person.pk) | Q(taker=None, drafting_officer=person)
    return versions.filter(pk__in=Version.objects.alias(taker=Subquery(last)).filter(kept))


def name_keeper(version: Version) -> None:
    """Make who keeps an editable paper its drafting officer, who has then still to declare that they drafted it."""
    person = keeper(version)
    if version.drafting_officer != person:
        Declaration.objects.filter(version=version, statement=OWN_DECLARATION).delete()
        Version.objects.filter(pk=version.pk).update(drafting_officer=person)
        version.drafting_officer = person
