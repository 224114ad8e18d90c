"""The clock: a table of jobs, each idempotent, safe to run twice, catching up after being down (design.md 7)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from approvals import notices
from approvals.effects import let_in
from approvals.needs import latest_deferral
from approvals.notices import tell
from approvals.signing import TURN
from approvals.workflow import Refused, perform
from decisions.models import State, Version
from decisions.pdf import add_pdf, unrendered
from pcd import trail
from pcd.people.models import Role, holders, holders_of

#: What the holder of each turn is asked.
ASKS = {
    State.WITH_HEAD_OF_SERVICE: "review",
    State.WITH_CHIEF_EXECUTIVE: "endorse",
    State.WITH_DECISION_MAKER: "decide",
}

log = logging.getLogger("pcd.clock")


@dataclass(frozen=True)
class Job:
    """One thing that the clock does; it returns how many it did."""

    key: str
    run: Callable[[], int]


def release() -> int:
    """Publish cleared papers whose deferral has come to its day; what is not cleared stays, overdue."""
    done = 0
    deferred = Version.objects.filter(state=State.DECIDED, deferrals__isnull=False).distinct()
    for version in deferred:
        if latest_deferral(version) is None:
            continue  # ended early by a person, who publishes
        try:
            perform(version.pk, "publish", by=None)
        except Refused:
            continue
        done += 1
    return done


def let_in_successors() -> int:
    """Let in whoever has taken over an office that a paper is with; the former holder's access ended by itself."""
    done = 0
    waiting = Version.objects.filter(state__in=TURN).select_related("decision", "head_of_service")
    for version in waiting:
        role = TURN[version.state]
        people = holders_of(version.head_of_service) if role is Role.HEAD_OF_SERVICE else holders(role)
        with transaction.atomic():
            opened = version.rounds.select_related("opened_by").get(closed_at=None)
            new = let_in(
                version.decision,
                people,
                role,
                "has taken over the office",
                source="route",
                by=opened.opened_by,
            )
            for person in new:
                trail.write("decision", version.decision_id, "let_in", by=None, adviser=person.full_name)
            tell(version, ASKS[version.state], new)
        done += len(new)
    return done


def render() -> int:
    """Make the PDF of every publication that has none yet."""
    done = 0
    for publication in unrendered():
        with transaction.atomic():
            add_pdf(publication)
        done += 1
    return done


def send() -> int:
    """Send the mail that waits; without a mail server it goes on waiting."""
    if not settings.EMAIL_HOST:
        return 0
    with transaction.atomic():
        return notices.send_waiting()


JOBS = (
    Job("release", release),
    Job("successors", let_in_successors),
    Job("render", render),
    Job("send", send),
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
