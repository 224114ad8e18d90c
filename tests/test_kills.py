"""Killed at any moment, by whatever: what is left is whole, and the same act can be done again."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import psutil
import pytest

from approvals import clock
from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from approvals.demo.people import make_people
from approvals.workflow import perform
from decisions.models import Publication, PublicationFile, State, Version
from decisions.snapshot import load
from pcd.database.embedded import EmbeddedServer
from pcd.database.roles import connected, fetch
from pcd.models import TrailEntry
from tests import rig, walker
from tests.databases import FreshDatabase
from tests.walker import PROCESSES, Report
from tests.wholeness import FAULTS, faults, found, texts_that_differ

KILLED = -signal.SIGKILL
#: In the drills (tests/drills) these are many more.
KILLS_OF_WALKERS, KILLS_OF_SERVERS = 12, 2
ACTS = (
    "with_head_of_service",
    "with_chief_executive",
    "with_decision_maker",
    "decided",
    "cleared",
    "published",
)


def test_every_question_about_wholeness_finds_what_it_asks_for(
    fresh_database: FreshDatabase, people: walk.People
) -> None:
    """Each fault's own example, done past all triggers, is found; and nothing is found before."""
    walk.bring(walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people), people, "published")
    clock.render()
    version = walk.bring(walk.draft(made_up(2, "Boats"), people), people, "with_chief_executive")
    perform(version.pk, "return_for_amendment", by=people["chief"], reason="Say more.")
    walk.bring(load(version.pk), people, "with_head_of_service")
    perform(version.pk, "withdraw", by=people["officer"], reason="No longer needed.")
    walk.bring(walk.draft(made_up(3, "Lockers"), people), people, "with_decision_maker")
    assert faults(fresh_database.urls["owner"]) == []
    missed = []
    for fault in FAULTS:
        with fresh_database.connect("admin") as admin, admin.cursor() as cursor:
            admin.autocommit = False
            cursor.execute("set search_path = staff, site")
            for (table,) in fetch(
                admin,
                "select oid::regclass::text from pg_class where relkind = 'r' and relnamespace::regnamespace"
                " in ('staff', 'site')",
            ):
                cursor.execute(f"alter table {table} disable trigger all")
            cursor.execute(fault.example)
            if not cursor.rowcount or not found(cursor, fault):
                missed.append(fault.sentence)
            admin.rollback()
    assert not missed


def run(job: Callable[..., None], *args: Any) -> int | None:
    """Run a job in a process of its own to its end, and return its exit code."""
    process = PROCESSES.Process(target=job, args=args)
    process.start()
    process.join(60)
    return process.exitcode


@dataclass
class Walkers:
    """Processes that walk papers along, and what they said they had done."""

    url: str
    chance: random.Random
    done: set[Report] = field(default_factory=set)
    running: list[tuple[ForkServerProcess, Connection]] = field(default_factory=list)

    def start(self) -> None:
        """Start one more."""
        ours, theirs = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(
            target=walker.walk_on_and_on, args=(self.url, self.chance.randrange(10**9), theirs)
        )
        process.start()
        theirs.close()
        self.running.append((process, ours))

    def listen(self, reports: Connection) -> None:
        """Take in what a walker has reported."""
        try:
            while reports.poll():
                self.done.add(reports.recv())
        except (EOFError, OSError):
            return

    def kill(self) -> None:
        """Kill the one that walks longest, and hear its last words."""
        process, reports = self.running.pop(0)
        process.kill()
        process.join()
        self.listen(reports)
        reports.close()

    def replace_the_ended(self) -> None:
        """Start a new one for each that ended because the server did."""
        for process, reports in list(self.running):
            self.listen(reports)
            if not process.is_alive():
                self.running.remove((process, reports))
                reports.close()
                self.start()

    def forgotten(self, url: str) -> set[Report]:
        """Return what was reported as done and is not in the trail."""
        for _, reports in self.running:
            self.listen(reports)
        with connected(url) as connection:
            return self.done - set(fetch(connection, "select object_id, verb from staff.pcd_trailentry"))


@pytest.fixture
def chance() -> random.Random:
    """Chance with a seed that a failing run prints, so that it can be run again with PCD_SEED."""
    seed = int(os.environ.get("PCD_SEED", "0")) or random.SystemRandom().randrange(10**6)
    print(f"PCD_SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def people(fresh_database: FreshDatabase) -> walk.People:
    return make_people(rig.PASSWORD)


def kill_walkers(database: FreshDatabase, chance: random.Random, kills: int) -> Walkers:
    """Kill walkers at chance moments while another walks on; after each kill all records are whole."""
    walkers = Walkers(database.urls["staff"], chance)
    for _ in range(2):
        walkers.start()
    try:
        for _ in range(kills):
            if chance.random() < 0.8:  # else it may be killed before it has done anything
                walkers.running[0][1].poll(30)
            time.sleep(chance.uniform(0.05, 0.8))
            walkers.kill()
            walkers.start()
            assert not faults(database.urls["owner"])
    finally:
        while walkers.running:
            walkers.kill()
    assert not walkers.forgotten(database.urls["owner"])
    assert not texts_that_differ()
    return walkers


def test_processes_killed_at_chance_moments_leave_whole_records(
    fresh_database: FreshDatabase, people: walk.People, chance: random.Random
) -> None:
    walkers = kill_walkers(fresh_database, chance, KILLS_OF_WALKERS)
    assert len(walkers.done) >= KILLS_OF_WALKERS / 2, "the walkers came nowhere, so nothing was tried"
    assert faults(fresh_database.urls["owner"]) == []


def left_by(version: Version) -> tuple[str, int]:
    """Return what an act changes in any case: the state, and the length of the trail."""
    state = Version.objects.values_list("state", flat=True).get(pk=version.pk)
    return state, TrailEntry.objects.filter(object_id=str(version.decision_id)).count()


def kill_in_the_act(database: FreshDatabase, version: Version, station: str, statement: int) -> int:
    """Kill one act before one of its statements: nothing of it is left. Returns the exit code."""
    before = left_by(version)
    code = run(walker.step_killed_before, database.urls["staff"], version.pk, station, statement)
    if code == KILLED and statement >= 0:
        assert left_by(version) == before, f"{station} killed at statement {statement} left something"
    assert faults(database.urls["owner"]) == [], f"{station} killed at statement {statement}"
    assert code in (KILLED, 0), f"{station} at statement {statement} ended with {code}"
    return code


def test_an_act_killed_between_two_statements_leaves_nothing_and_can_be_done_again(
    fresh_database: FreshDatabase, people: walk.People, chance: random.Random
) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people), people, "in_advice")
    for station in ACTS:
        for statement in (chance.randrange(8, 24), 0):
            assert kill_in_the_act(fresh_database, version, station, statement) == KILLED
        dict(walk.STEPS)[station](load(version.pk), people)
        assert faults(fresh_database.urls["owner"]) == []
    assert load(version.pk).state == State.PUBLISHED


def test_an_act_killed_just_after_its_commit_is_done_and_not_done_twice(
    fresh_database: FreshDatabase, people: walk.People
) -> None:
    version = walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "in_advice")
    assert kill_in_the_act(fresh_database, version, "with_head_of_service", -1) == KILLED
    assert load(version.pk).state == State.WITH_HEAD_OF_SERVICE
    assert run(walker.submit_or_not, fresh_database.urls["staff"], version.pk) == 0
    assert faults(fresh_database.urls["owner"]) == []
    assert load(version.pk).rounds.count() == 1


@pytest.mark.parametrize("moment", ["before", "after", "commit"])
def test_a_clock_killed_while_it_makes_a_pdf_makes_it_at_its_next_tick_and_once(
    fresh_database: FreshDatabase, people: walk.People, moment: str
) -> None:
    walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "published")
    assert run(walker.tick_killed, fresh_database.urls["staff"], moment) == KILLED
    assert not PublicationFile.objects.exists()
    assert [clock.render(), clock.render()] == [1, 0]
    assert bytes(PublicationFile.objects.get().content).startswith(b"%PDF")
    assert faults(fresh_database.urls["owner"]) == []


def test_two_clocks_at_once_make_one_file(fresh_database: FreshDatabase, people: walk.People) -> None:
    walk.bring(walk.draft(made_up(1, "Signal masts"), people), people, "published")
    meeting = PROCESSES.Barrier(2)
    clocks = [
        PROCESSES.Process(target=walker.tick_together, args=(fresh_database.urls["staff"], meeting))
        for _ in range(2)
    ]
    for process in clocks:
        process.start()
    for process in clocks:
        process.join(90)
    assert [process.exitcode for process in clocks] == [0, 0]
    assert PublicationFile.objects.get().publication == Publication.objects.get()
    assert not meeting.broken, "the clocks did not meet, so nothing was tried"
    assert faults(fresh_database.urls["owner"]) == []


class Dependable(rig.Cluster):
    """A cluster that keeps what it has committed, as an installation's does."""

    @property
    def server(self) -> EmbeddedServer:
        """The server with an installation's own configuration: the tests' other one lets the disk be late."""
        return EmbeddedServer(self.folder, prefix=self.prefix, databases=f"/^{self.prefix}")

    def processes(self) -> list[psutil.Process]:
        """Return the postmaster and then its children."""
        postmaster = psutil.Process(int((self.server.data / "postmaster.pid").read_text().split()[0]))
        return [postmaster, *postmaster.children()]


@pytest.fixture(scope="module")
def dependable(cluster: rig.Cluster) -> Iterator[Dependable]:
    if cluster.outside:
        pytest.skip("The PostgreSQL that PCD_TEST_ADMIN_URL names is not ours to kill.")
    own = Dependable(Path(cluster.folder) / f"k{os.getpid()}", cluster.prefix, cluster.password, "")
    own.folder.mkdir(mode=0o711)
    try:
        own.start()
        yield own
    finally:
        own.remove()


def kill_servers(own: Dependable, chance: random.Random, kills: int) -> Walkers:
    """Kill the server, or one of its sessions, under load; each time it starts again with all that was committed."""
    name = f"{own.prefix}_kills"
    own.clone(name)
    url, owner = own.url("staff", name), own.url("owner", name)
    assert run(walker.make_the_people, url) == 0
    walkers = Walkers(url, chance)
    for _ in range(2):
        walkers.start()
    try:
        for turn in range(kills):
            walkers.running[0][1].poll(30)
            time.sleep(chance.uniform(0.5, 2.0))
            postmaster, *children = own.processes()
            sessions = [child for child in children if name in " ".join(child.cmdline())]
            (chance.choice(sessions) if turn % 2 and sessions else postmaster).kill()
            if not turn % 2:
                psutil.wait_procs([postmaster], timeout=20)
            own.server.start()
            wait_for_answers(own)
            walkers.replace_the_ended()
            assert not faults(owner)
            assert not walkers.forgotten(owner)
    finally:
        while walkers.running:
            walkers.kill()
    assert not faults(owner)
    assert not walkers.forgotten(owner)
    return walkers


def wait_for_answers(own: Dependable) -> None:
    """Wait until the server has recovered: after the death of a session it does so by itself."""
    deadline = time.monotonic() + 60
    while not own.server.answers():
        assert time.monotonic() < deadline, "the server did not recover"
        time.sleep(0.1)


def test_a_killed_database_server_starts_again_with_all_that_was_committed(
    dependable: Dependable, chance: random.Random
) -> None:
    """A killed process is no power cut: whether the disk keeps its word then, only the machine's owner can try."""
    walkers = kill_servers(dependable, chance, KILLS_OF_SERVERS)
    assert len(walkers.done) >= KILLS_OF_SERVERS, "the walkers came nowhere, so nothing was tried"
