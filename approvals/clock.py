"""The clock: a table of jobs, each idempotent, safe to run twice, catching up after being down (design.md 7)."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from approvals import advice, due, matters, outbox, outside, private, reminders
from approvals.effects import TURNS, let_in, let_in_governance
from approvals.keeping import HANDS_OVER, keeper, left_alone
from approvals.models import Deferral, Notice, OutsideRequest
from approvals.notices import tell, tell_once
from approvals.signing import BEFORE_DECISION, TURN, nobody_left, office_of, signers
from approvals.still import latest_deferral, unchecked
from approvals.workflow import Refused, locked, perform
from decisions import deciders, policy
from decisions.archive import releasing
from decisions.drafting.kept import forget_old
from decisions.models import Access, ArchiveFile, Grant, Part2Paper, Publication, State, Version
from decisions.pdf import add_pdf, unrendered
from decisions.snapshot import load
from pcd.people import mail, offices
from pcd.people.models import Change, Holding, PrivateOffice, Role, holders
from pcd.people.sessions import forget_counted

#: Where a paper waits for the holder of an office.
WAITING = (*TURN, State.DECIDED)
#: What may be rescinded.
DECIDED = (State.DECIDED, State.PUBLISHED)

#: A PDF takes a second, and an archive has thousands.
RENDERED_AT_ONCE = 20

Row = TypeVar(
    "Row", Version, Publication, ArchiveFile, Deferral, Part2Paper, OutsideRequest, Change, PrivateOffice
)

log = logging.getLogger("pcd.clock")


@dataclass(frozen=True)
class Job:
    """One thing that the clock does; it returns how many it did."""

    key: str
    run: Callable[[], int]


def each(job: str, rows: Iterable[Row], act: Callable[[Row], int]) -> int:
    """Do one thing for each row, in a transaction of its own: one that fails does not hold up the others."""
    done = 0
    for row in rows:
        try:
            with transaction.atomic():
                done += act(row)
        except Refused:
            continue  # not yet; what is not cleared stays, overdue
        except Exception as error:
            log.error("%s of %s failed: %s", job, row.pk, type(error).__name__)
    return done


def release() -> int:
    """Publish cleared papers whose deferral has come to its day; what is not cleared stays, overdue."""

    def publish(version: Version) -> int:
        if latest_deferral(version) is None:
            return 0  # ended early by a person, who publishes
        perform(version.pk, "publish", by=None)
        return 1

    deferred = Version.objects.filter(state=State.DECIDED, deferrals__isnull=False)
    return each("release", deferred.annotate(day=Max("deferrals__until")).order_by("day"), publish)


def let_in_successors() -> int:
    """Let in whoever has taken over an office that a paper is with; the former holder's access ended by itself."""
    return each("let in", Version.objects.filter(state__in=WAITING), _let_in_successors)


def let_in_decision_makers() -> int:
    """Open Part 1 of what their office decided before they came to whoever holds it now: they may rescind it."""

    def let_in_one(held: list[Holding], found: Version) -> int:
        why = "may rescind this decision"
        return len(let_in(found.decision, held, why, source="route", by=None, parts=(Access.PART1,)))

    done = 0
    for holding in Holding.objects.current().own().filter(office__role__in=TURN.values()):
        inside = Grant.objects.live().filter(access=Access.PART1, holding=holding).values("decision")
        own = Version.objects.filter(deciders.decided_by(holding.office), state__in=DECIDED)
        decided = own.exclude(decision__in=inside)
        done += each("let in", decided, partial(let_in_one, [holding]))
    return done


def look_after_drafts() -> int:
    """Let who keeps a paper write on once they are in office again; where they have left, let in who hands it over.

    A paper would be nobody's otherwise: nobody else submits it, hands it over or withdraws it.
    """
    return each("keepers", left_alone(Version.objects.filter(state__in=BEFORE_DECISION)), _look_after_a_draft)


def _look_after_a_draft(found: Version) -> int:
    version = locked(found.pk)
    person, accesses = keeper(version), (Access.EDIT, Access.PART1, Access.PART2)
    if back := Holding.objects.of(Role.DRAFTING_OFFICER).filter(person=person):
        why = "Drafting officer, in office again"
        policy.grant(version.decision, back[:1], *accesses, reason=why, source="drafted", by=None)
        policy.end_grants(version.decision, source=HANDS_OVER, by=None)
        return 1
    heads = Holding.objects.of(version.head_of_service).own() if version.head_of_service else ()
    found_by = heads or Holding.objects.of(Role.GOVERNANCE).own()
    why = "hands over a paper whose drafting officer has left"
    let_in(version.decision, found_by, why, source=HANDS_OVER, by=None, parts=(Access.PART1,))
    had = Grant.objects.filter(decision=version.decision, access=Access.EDIT).count()
    key = f"{version.pk}:{had}"  # who comes back and leaves again is told of again
    return tell_once(version, "left_alone", [row.person for row in found_by], key=key)


def _let_in_successors(found: Version) -> int:
    version = locked(found.pk)
    if version.state not in WAITING:
        return 0  # it has moved on since it was found
    new = let_in_governance(version, by=None)
    if version.state in TURN:
        held = signers(version, office_of(version))
        took_over = let_in(version.decision, held, "has taken over the office", source="route", by=None)
        tell(version, TURNS[version.state].asks, took_over)
        new += took_over
        private.settle(version, by=None)
        if nobody_left(version):
            team = [keeper(version), *holders(Role.GOVERNANCE)]
            tell_once(version, "stuck", team, key=f"{version.pk}:{version.rounds.count()}:{version.state}")
    return len(new)


def ask_to_check() -> int:
    """Tell whoever may read a paper, once, that a file in it goes out as it is and waits for a second person."""
    papers = Version.objects.filter(pk__in=unchecked().values("version"))
    return each("check", papers, _ask_to_check)


def _ask_to_check(found: Version) -> int:
    """Tell each reader of the newest file that they did not bring, unless they were told since it came."""
    version = locked(found.pk)
    files = list(unchecked().filter(version=version).order_by("-added_at"))
    notices = Notice.objects.filter(version=version, asks="check").order_by("made_at")
    told = dict(notices.values_list("person", "made_at"))
    new = 0
    for person in {row.person for row in policy.readers(version.decision, Access.PART1)}:
        newest = next((file for file in files if file.added_by_id != person.pk), None)
        if newest and not (person.pk in told and told[person.pk] >= newest.added_at):
            new += tell_once(version, "check", [person], key=str(newest.pk))
    return new


def archive() -> int:
    """Publish old decisions whose batch two people have approved."""
    return each("archive", releasing.due(), releasing.release)


def render() -> int:
    """Make the PDFs that are not made yet, new decisions first; as many as let nothing else wait for long."""

    def add(publication: Publication) -> int:
        add_pdf(publication)
        return 1

    return each("render", unrendered()[:RENDERED_AT_ONCE], add)


def remind() -> int:
    """Remind advisers before their advice is due, and say that it is late, each once (design.md 7)."""
    due_before = Q(state__in=BEFORE_DECISION, advice_requests__due_on__isnull=False)
    follows = Q(state__in=(*BEFORE_DECISION, *advice.FOLLOWS), unobtained_advice__isnull=False)
    asked = Version.objects.filter(due_before | follows)

    def one(found: Version) -> int:
        return due.remind(load(found.pk), timezone.localdate())

    return each("remind", asked.distinct(), one)


def remind_of_deferrals() -> int:
    """Remind of the end of deferrals, and say which publication is overdue."""
    return each("deferral", reminders.deferrals(timezone.localdate()), reminders.remind_of_deferral)


def remind_of_exemptions() -> int:
    """Remind of the review of what is withheld."""
    today = timezone.localdate()
    return sum(
        each(
            "exemption",
            reminders.exemptions(today, field),
            partial(reminders.remind_of_exemption, field=field),
        )
        for field in reminders.COMES_BACK
    )


def tell_of_offices() -> int:
    """Tell of offices that begin today, as two people agreed, of what waits or lapsed, and of ended private offices.

    A private office whose holder's own time ran out ends here: nobody has ended it.
    """
    told = each("office", matters.begun(timezone.localdate()), matters.tell_of_office)
    told += each("change", Change.objects.waiting(), matters.tell_of_waiting)
    told += each("lapsed change", matters.lapsed(), matters.tell_of_lapse)
    told += each("private office", PrivateOffice.objects.left_over(), _end_naming)
    return told + each("private office", matters.ended(), matters.tell_of_end)


def _end_naming(row: PrivateOffice) -> int:
    return offices.end_namings(by=None, pk=row.pk)


def send() -> int:
    """Send the mail that waits; without a mail server it goes on waiting."""
    return outbox.send_waiting() if mail.is_there() else 0


def send_links() -> int:
    """Send the links of people outside, each once."""
    rows = outside.unsent(timezone.localdate()) if mail.is_there() else ()
    return each("link", rows, outside.send)


JOBS = (
    Job("release", release),
    Job("successors", let_in_successors),
    Job("decision makers", let_in_decision_makers),
    Job("keepers", look_after_drafts),
    Job("check", ask_to_check),
    Job("archive", archive),
    Job("render", render),
    Job("remind", remind),
    Job("deferrals", remind_of_deferrals),
    Job("exemptions", remind_of_exemptions),
    Job("offices", tell_of_offices),
    Job("send", send),
    Job("links", send_links),
    Job("forget", forget_old),
    Job("counted", forget_counted),
)


def tick() -> dict[str, int]:
    """Do everything that is due now, each job by itself: one that fails does not stop the others."""
    done = {}
    for job in JOBS:
        try:
            done[job.key] = job.run()
        except Exception as error:  # the clock must go on; what failed is tried again at the next tick
            log.error("the job %s failed: %s", job.key, type(error).__name__)
            done[job.key] = 0
    return done
