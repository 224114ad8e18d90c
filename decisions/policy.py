"""Who may: the one home of "may this person open this paper?" and "which ones?" (design.md section 5).

Both questions are answered by the same query. A grant is the truth; guardian's permission object exists only
while a live grant does; reading needs both, by the database's time. Groups, superusers and administrators have
no key. What is hidden looks exactly like what is missing.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Now
from django.http import Http404
from guardian.shortcuts import assign_perm, remove_perm

from decisions.models import (
    Access,
    Decision,
    DecisionUserObjectPermission,
    Grant,
    Part2Reading,
    State,
    Version,
)
from decisions.snapshot import load
from pcd import trail
from pcd.people.models import Holding, Role, User

#: Who may begin a paper.
DRAFTERS = (Role.DRAFTING_OFFICER,)


def papers(person: User | AnonymousUser, access: Access) -> QuerySet[Decision]:
    """Return the decisions that this person may open in this way, now."""
    if not isinstance(person, User) or not person.is_active:
        return Decision.objects.none()
    permitted = DecisionUserObjectPermission.objects.filter(
        content_object=OuterRef("pk"), user=person, permission__codename=access
    )
    granted = Grant.objects.live().filter(decision=OuterRef("pk"), person=person, access=access)
    return Decision.objects.filter(Exists(permitted), Exists(granted))


def may(person: User | AnonymousUser, access: Access, decision: Decision) -> bool:
    """Say whether this person may open this decision in this way, now."""
    return papers(person, access).filter(pk=decision.pk).exists()


def version_for(person: User | AnonymousUser, access: Access, decision_id: object) -> Version:
    """Fetch and authorise in one call: the latest version with its rows, or Http404, hidden or missing alike.

    With Access.EDIT the version must also still be editable.
    """
    latest = Version.objects.filter(decision__in=papers(person, access), decision=decision_id).order_by(
        "-number"
    )
    if access is Access.EDIT:
        latest = latest.filter(state__in=(State.DRAFT, State.IN_ADVICE))
    pk = latest.values_list("pk", flat=True).first()
    if pk is None:
        raise Http404
    return load(pk)


def may_draft(person: User) -> bool:
    """Say whether this person may begin a paper."""
    return person.holds(*DRAFTERS)


def grant(
    decision: Decision,
    to: Iterable[User | Holding],
    *accesses: Access,
    reason: str,
    source: str,
    by: User | None,
    until: datetime | None = None,
) -> None:
    """Let people, by name, open the paper; each grant says why and which action wrote it.

    Who is let in as the holder of an office is out again when that very holding ends. `by` is None for the clock.
    """
    for one in to:
        holding = one if isinstance(one, Holding) else None
        person = one.person if isinstance(one, Holding) else one
        for access in accesses:
            Grant.objects.create(
                decision=decision,
                person=person,
                access=access,
                reason=reason,
                source=source,
                given_by=by,
                until=until,
                holding=holding,
            )
            assign_perm(f"decisions.{access.value}", person, decision)
        _note(decision, "granted", person, [access.value for access in accesses], source=source, by=by)


def end_grants(decision: Decision, *, by: User | None, **which: Any) -> None:
    """End the live grants on this paper that match (person=, access=, source=); others stay in force."""
    ending = Grant.objects.live().filter(decision=decision, **which).select_related("person")
    touched = {(row.person, row.access) for row in ending}
    ending.update(until=Now())
    for person, access in sorted(touched, key=lambda pair: (pair[0].full_name, pair[1])):
        if not Grant.objects.live().filter(decision=decision, person=person, access=access).exists():
            remove_perm(f"decisions.{access}", person, decision)
        _note(decision, "access_ended", person, [access], source=which.get("source", ""), by=by)


def _note(
    decision: Decision, verb: str, person: User, access: list[str], *, source: str, by: User | None
) -> None:
    trail.write("decision", decision.pk, verb, by=by, person=person.full_name, access=access, source=source)


def readers(decision: Decision, access: Access) -> QuerySet[Grant]:
    """Return who can open the paper in this way, and why: its live grants."""
    return Grant.objects.live().filter(decision=decision, access=access).select_related("person", "given_by")


def note_part2_reading(decision: Decision, person: User, how: str) -> None:
    """Write into the diary of Part 2 that this person read it (`view`, `download` or `print`)."""
    Part2Reading.objects.create(decision=decision, person=person, how=how)
