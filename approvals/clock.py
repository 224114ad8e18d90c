"""The clock: a table of jobs, each idempotent, safe to run twice, catching up after being down (design.md 7)."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from approvals import due, notices, outside, work
from approvals.effects import let_in, let_in_governance
from approvals.models import Notice, OutsideRequest
from approvals.needs import latest_deferral
from approvals.notices import tell
from approvals.signing import BEFORE_DECISION, TURN
from approvals.workflow import Refused, locked, perform
from decisions import policy
from decisions.archive import releasing
from decisions.drafting.kept import forget_old
from decisions.models import Access, ArchiveFile, Attachment, Publication, State, Version
from decisions.pdf import add_pdf, unrendered
from decisions.snapshot import load
from pcd.people.models import Holding, Role

#: What the holder of each turn is asked.
ASKS: dict[str, str] = {
    State.WITH_HEAD_OF_SERVICE: "review",
    State.WITH_CHIEF_EXECUTIVE: "endorse",
    State.WITH_DECISION_MAKER: "decide",
}
#: Where a paper waits for the holder of an office.
WAITING = (*TURN, State.DECIDED)

#: A PDF takes a second, and an archive has thousands.
RENDERED_AT_ONCE = 20

Row = TypeVar("Row", Version, Publication, ArchiveFile, Attachment, OutsideRequest)

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

    deferred = Version.objects.filter(state=State.DECIDED, deferrals__isnull=False).distinct()
    return each("release", deferred, publish)


def let_in_successors() -> int:
    """Let in whoever has taken over an office that a paper is with; the former holder's access ended by itself."""
    return each("let in", Version.objects.filter(state__in=WAITING), _let_in_successors)


def _let_in_successors(found: Version) -> int:
    version = locked(found.pk)
    if version.state not in WAITING:
        return 0  # it has moved on since it was found
    new = let_in_governance(version, by=None)
    role = TURN.get(version.state)
    if role is not None:
        held = Holding.objects.of(version.head_of_service if role is Role.HEAD_OF_SERVICE else role)
        took_over = let_in(version.decision, held, "has taken over the office", source="route", by=None)
        tell(version, ASKS[version.state], took_over)
        new += took_over
    return len(new)


def ask_to_check() -> int:
    """Tell whoever may read a paper, once, that a file in it goes out as it is and waits for a second person."""

    def ask(file: Attachment) -> int:
        told = Notice.objects.filter(version=file.version, asks="check", made_at__gte=file.added_at)
        readers = policy.readers(file.version.decision, Access.PART1)
        people = {row.person for row in readers.exclude(person__in=told.values("person"))} - {file.added_by}
        tell(file.version, "check", people)
        return len(people)

    return each("check", work.unchecked().select_related("version__decision", "added_by"), ask)


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
    follows = Q(unobtained_advice__isnull=False) & ~Q(state=State.WITHDRAWN)
    asked = Version.objects.filter(due_before | follows)

    def one(found: Version) -> int:
        return due.remind(load(found.pk), timezone.localdate())

    return each("remind", asked.distinct(), one)


def send() -> int:
    """Send the mail that waits; without a mail server it goes on waiting."""
    return notices.send_waiting() if settings.EMAIL_HOST else 0


def send_links() -> int:
    """Send the links of people outside, each once."""
    rows = outside.unsent(timezone.localdate()) if settings.EMAIL_HOST else ()
    return each("link", rows, outside.send)


JOBS = (
    Job("release", release),
    Job("successors", let_in_successors),
    Job("check", ask_to_check),
    Job("archive", archive),
    Job("render", render),
    Job("remind", remind),
    Job("send", send),
    Job("links", send_links),
    Job("forget", forget_old),
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
