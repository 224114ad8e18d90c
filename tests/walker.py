"""Processes that act on papers so that they can be killed: forked, each with a database login of its own.

They are forked from a server process that has loaded everything already, so that a kill costs no start of Django.
"""

import contextlib
import os
import random
import signal
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from django.db import InterfaceError, OperationalError, connections, transaction
from psycopg2.extensions import parse_dsn

from approvals import clock
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.demo.people import make_people
from approvals.workflow import Refused, perform
from decisions import pdf
from decisions.models import State, Version
from decisions.snapshot import load
from pcd.people.models import User
from pcd.processes import end_with_parent
from tests.rig import PASSWORD

#: Where processes for killing come from.
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["pytest", "tests.walker"])
Report = tuple[str, str]


def kill_myself() -> None:
    """End as a power cut would end a process: nothing is said, nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def enter(url: str) -> dict[str, User]:
    """Point Django at this database, and return its people by user name."""
    end_with_parent()
    given = parse_dsn(url)
    connections.settings["default"].update(
        NAME=given["dbname"],
        USER=given["user"],
        PASSWORD=given["password"],
        HOST=given["host"],
        PORT=given.get("port", ""),
    )
    connections.close_all()
    return {person.username: person for person in User.objects.all()}


def walk_on_and_on(url: str, seed: int, reports: Connection) -> None:
    """Write papers and walk them along, some returned and some withdrawn; each act is reported once it is done."""
    chance = random.Random(seed)
    # The server may go away; what was reported stands.
    with contextlib.suppress(OperationalError, InterfaceError):
        people = enter(url)
        while True:
            own = f"This is because talks about site {chance.getrandbits(40)} have not ended."  # the same is warned of
            part2 = chance.choice((None, replace(CUSTODY, public_reason=own)))
            version = walk.draft(made_up(chance.randrange(50), "Signal masts", part2=part2), people)
            _walk(version, people, chance, partial(_report, reports, version))


def _report(reports: Connection, version: Version, act: str) -> None:
    reports.send((str(version.decision_id), act))


def _walk(
    version: Version, people: walk.People, chance: random.Random, report: Callable[[str], None]
) -> None:
    turns = {"with_head_of_service": "head", "with_chief_executive": "chief", "with_decision_maker": "dmpc"}
    while version.state not in (State.PUBLISHED, State.WITHDRAWN):
        turn, dice = turns.get(version.state, ""), chance.random()
        if turn and dice < 0.1:
            perform(version.pk, "return_for_amendment", by=people[turn], reason="Say more.")
            report("return_for_amendment")
        elif turn and dice < 0.13:
            perform(version.pk, "withdraw", by=people["officer"], reason="No longer needed.")
            report("withdraw")
        elif version.state == State.DECIDED:
            walk.clear(version, people)
            report("clear_for_publication")
            walk.publish(version, people)
            report("publish")
        elif version.state in (State.DRAFT, State.IN_ADVICE):
            walk.advise(version, people, "finance", "legal")
            report("give_advice")
            walk.submit(version, people)
            report("submit")
        else:
            verb = {"head": "review", "chief": "endorse", "dmpc": "decide"}[turn]
            getattr(walk, verb)(version, people)
            report(verb)
        version = load(version.pk)


def step_killed_before(url: str, version_id: Any, station: str, statement: int) -> None:
    """Bring a paper to a station, killed before the so-many-th statement; 0 is before the commit, -1 after it."""
    people, version, sent = enter(url), load(version_id), 0
    database: Any = connections["default"]

    def killing(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal sent
        sent += 1
        if sent == statement:
            kill_myself()
        return execute(sql, params, many, context)

    commit = database._commit

    def killing_commit() -> None:
        if statement < 0:
            commit()
        kill_myself()

    if statement <= 0:
        database._commit = killing_commit
    with database.execute_wrapper(killing):
        dict(walk.STEPS)[station](version, people)


def tick_killed(url: str, moment: str) -> None:
    """Let the clock do what is due, killed at a moment of the making of a PDF."""
    enter(url)
    database: Any = connections["default"]
    render, commit = pdf.render, database._commit

    def rendered(*args: Any, **kwargs: Any) -> bytes:
        content = b"" if moment == "before" else render(*args, **kwargs)
        if moment in ("before", "after"):
            kill_myself()
        database._commit = kill_myself if moment == "commit" else commit
        return content

    pdf.render = rendered
    clock.tick()


def tick_together(url: str, meeting: Barrier) -> None:
    """Let the clock do what is due, and meet the other clock where the PDF has been made and is not yet stored."""
    enter(url)
    render = pdf.render

    def rendered(*args: Any, **kwargs: Any) -> bytes:
        content = render(*args, **kwargs)
        meeting.wait(60)
        return content

    pdf.render = rendered
    clock.tick()


def submit_or_not(url: str, version_id: Any) -> None:
    """Submit a paper as its officer, or leave it where somebody was quicker."""
    people = enter(url)
    with contextlib.suppress(Refused), transaction.atomic():
        walk.submit(load(version_id), people)


def make_the_people(url: str) -> None:
    """Make the demo people in an empty database."""
    enter(url)
    make_people(PASSWORD)
