"""Who may: the one home of "may this person open this paper?" and "which ones?" (design.md section 5).

Both questions are answered by the same query. A grant is the truth; guardian's permission object exists only
while a live grant does; reading needs both, by the database's time. Groups, superusers and administrators have
no key. What is hidden looks exactly like what is missing.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.http import Http404
from django.shortcuts import get_object_or_404
from guardian.shortcuts import assign_perm, remove_perm

from decisions.models import (
    Access,
    ArchiveBatch,
    ArchiveFile,
    Decision,
    DecisionUserObjectPermission,
    Grant,
    Part2Reading,
    Pen,
    Publication,
    PublicationBody,
    State,
    Version,
)
from decisions.snapshot import load
from pcd import trail
from pcd.people.models import Holding, Role, User

#: Who may begin a paper.
DRAFTERS = (Role.DRAFTING_OFFICER,)
#: By which acts somebody has a part in a paper, besides its writers; the governance team only keeps the register.
TAKES_PART = ("request_advice", "route")
#: Until the decision a paper is talked about.
COMMENTED = (
    State.DRAFT,
    State.IN_ADVICE,
    State.WITH_HEAD_OF_SERVICE,
    State.WITH_CHIEF_EXECUTIVE,
    State.WITH_DECISION_MAKER,
)
#: Who brings old decisions into the register, corrects and approves them.
ARCHIVISTS = (Role.GOVERNANCE,)
#: Who sees how the route as a whole runs: numbers, days and references, and no word of a paper.
OVERSEERS = (Role.GOVERNANCE, Role.AUDITOR, Role.CHIEF_EXECUTIVE)


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
    return _latest(papers(person, access), decision_id, editable=access is Access.EDIT)


def section_for(person: User | AnonymousUser, decision_id: object, kind: str) -> Version:
    """Fetch and authorise in one call whoever writes this section: the paper's writers, or who has its pen.

    Who of them may write it at this moment, `pens` says; the others are shown whose it is.
    """
    writes = papers(person, Access.EDIT)
    if isinstance(person, User):
        own = Pen.objects.live().filter(version__decision=OuterRef("pk"), person=person, kind=kind)
        writes = Decision.objects.filter(
            Q(pk__in=writes) | Q(Exists(own), pk__in=papers(person, Access.PART1))
        )
    return _latest(writes, decision_id, editable=True)


def _latest(decisions: QuerySet[Decision], decision_id: object, *, editable: bool) -> Version:
    latest = Version.objects.filter(decision__in=decisions, decision=decision_id).order_by("-number")
    if editable:
        latest = latest.filter(state__in=(State.DRAFT, State.IN_ADVICE))
    pk = latest.values_list("pk", flat=True).first()
    if pk is None:
        raise Http404
    return load(pk)


def pens(version: Version) -> dict[str, Pen]:
    """Return which sections an adviser writes in the place of the paper's writers, by the section's key."""
    rows = Pen.objects.live().filter(version=version).select_related("person", "holding__office")
    return {f"section:{row.kind}": row for row in rows}


def had_pen(person: User, decision_id: object, kind: str) -> bool:
    """Say whether this reader of the paper wrote this section once: what they typed is shown back to them."""
    mine = Pen.objects.filter(version__decision=OuterRef("pk"), person=person, kind=kind)
    return papers(person, Access.PART1).filter(Exists(mine), pk=str(decision_id)).exists()


def may_draft(person: User) -> bool:
    """Say whether this person may begin a paper."""
    return person.holds(*DRAFTERS)


def may_begin_from(person: User) -> QuerySet[Decision]:
    """Return the decisions whose Part 1 this person may begin a paper with: what they may read, or anybody may."""
    published = Version.objects.filter(
        decision=OuterRef("pk"), pk__in=PublicationBody.objects.values("publication")
    )
    return Decision.objects.filter(Q(pk__in=papers(person, Access.PART1)) | Exists(published))


def archived() -> QuerySet[Publication]:
    """Return the old decisions that stand in the archive: anybody may read them, and so begin a paper with one."""
    return Publication.objects.filter(body_key=settings.BODY, origin=Publication.Origin.ARCHIVE)


def may_comment(person: User, version: Version) -> bool:
    """Say whether this person has a part in this paper and it is not decided yet: then they may comment on it.

    The caller has asked whether they may read Part 1.
    """
    return version.state in COMMENTED and takes_part(person, version.decision)


def takes_part(person: User, decision: Decision) -> bool:
    """Say whether this person writes this paper, or was asked to advise on it or to sign it."""
    part = Grant.objects.live().filter(decision=decision, person=person)
    return part.filter(Q(access=Access.EDIT) | Q(access=Access.PART1, source__in=TAKES_PART)).exists()


def may_move_words(person: User, version: Version) -> bool:
    """Say whether this person says of words of Part 1 that they belonged in Part 2: a writer who reads that.

    What is published, or was rescinded, stays. The caller has asked whether they may read Part 1.
    """
    may_both = all(may(person, access, version.decision) for access in (Access.EDIT, Access.PART2))
    return may_both and version.state not in (State.PUBLISHED, State.RESCINDED)


def may_archive(person: User) -> bool:
    """Say whether this person looks after the archive of old decisions."""
    return person.holds(*ARCHIVISTS)


def may_oversee(person: User) -> bool:
    """Say whether this person sees how the route runs: waiting times and exceptions, by reference alone."""
    return person.holds(*OVERSEERS)


def batches(person: User) -> QuerySet[ArchiveBatch]:
    """Return the batches of old decisions that this person may open, now."""
    return ArchiveBatch.objects.all() if may_archive(person) else ArchiveBatch.objects.none()


def batch_for(person: User, batch_id: object) -> ArchiveBatch:
    """Fetch and authorise in one call: a batch, or Http404, hidden or missing alike."""
    return get_object_or_404(batches(person).select_related("made_by"), pk=batch_id)


def archived_for(person: User, file_id: object) -> ArchiveFile:
    """Fetch and authorise in one call: a file of a batch, or Http404, hidden or missing alike."""
    files = ArchiveFile.objects.filter(batch__in=batches(person)).select_related("batch__body", "series")
    return get_object_or_404(files, pk=file_id)


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
