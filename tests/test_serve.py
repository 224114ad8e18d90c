"""`manage.py serve`: starts everything, survives every kill, keeps credentials apart and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from pcd.processes import is_ready
from tests.rig import ROOT

PATIENCE = 90.0


@dataclass
class Served:
    """One `manage.py serve` on a folder of its own."""

    folder: Path
    port: int
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it and wait until both sites are ready."""
        self.process = self.run()
        wait_for(lambda: all(map(is_ready, self.addresses)) or self.ended())
        assert not self.ended(), self.output()

    def run(self) -> subprocess.Popen[str]:
        """Start the command, as make does."""
        return subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(self.port), "--data", str(self.folder)],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "HOME": os.environ.get("HOME", "/"),
                "PCD_STATIC_ROOT": str(self.folder.with_suffix(".static")),
                "PCD_BACKUP_KEY": "must-not-be-passed-on",
            },
            stdout=self.log.open("a"),
            stderr=subprocess.STDOUT,
            text=True,
        )

    @property
    def log(self) -> Path:
        """What it and its children print."""
        return self.folder.with_suffix(".log")

    @property
    def addresses(self) -> tuple[str, str]:
        """The public site's and the staff site's."""
        return f"http://localhost:{self.port}", f"http://localhost:{self.port + 1}"

    def ended(self) -> bool:
        """Whether the keeper has ended."""
        return self.process is not None and self.process.poll() is not None

    def output(self) -> str:
        """All that was printed."""
        return self.log.read_text()

    def child(self, word: str) -> psutil.Process:
        """The keeper's child with this in its command or its environment."""
        assert self.process is not None
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.NoSuchProcess):
                if word in " ".join(child.cmdline()) or word in child.environ().values():
                    return child
        raise AssertionError(f"no child with {word}: {self.output()}")

    def postmaster(self) -> int:
        """The database server's process."""
        return int((self.folder / "postgres" / "postmaster.pid").read_text().split()[0])

    def descendants(self) -> list[psutil.Process]:
        """All processes under the keeper, without the database server, which outlives it.

        A server that has just been started again answers before its pg_ctl has ended and left it on its own.
        """
        assert self.process is not None
        keeper = psutil.Process(self.process.pid)
        wait_for(lambda: "pg_ctl" not in map(name_of, keeper.children()))
        return keeper.children(recursive=True)

    def leftovers(self) -> list[str]:
        """Commands of live processes that belong to this folder or these ports."""
        words = (str(self.folder), f"127.0.0.1:{self.port}", f"127.0.0.1:{self.port + 1}")
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            command = " ".join(process.info["cmdline"] or ())
            if process.info["status"] != psutil.STATUS_ZOMBIE and any(word in command for word in words):
                found.append(command)
        return found


def name_of(process: psutil.Process) -> str:
    """Its name; none where it has ended meanwhile."""
    try:
        return str(process.name())
    except psutil.NoSuchProcess:
        return ""


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.1)


def free_pair() -> int:
    """A port that is free together with the next one."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    folder = Path(os.environ["PCD_TEST_FOLDER"]) / f"s{os.getpid()}"
    served = Served(folder, free_pair())
    served.start()
    yield served
    if served.process and not served.ended():
        served.process.terminate()
        served.process.wait(PATIENCE)


def test_it_prints_where_to_go(served: Served) -> None:
    wait_for(lambda: "Stop with Ctrl-C." in served.output())
    for address in served.addresses:
        assert address in served.output()


def test_each_child_gets_its_own_credentials_only(served: Served) -> None:
    secrets = json.loads((served.folder / "secrets.json").read_text())
    allowed = {
        "public": {"public_password", "public_secret_key"},
        "staff": {"staff_password", "staff_secret_key", "part2_keys"},
        "clock": {"staff_password", "clock_secret_key"},
    }
    found = {
        "public": served.child(f"127.0.0.1:{served.port}"),
        "staff": served.child(f"127.0.0.1:{served.port + 1}"),
        "clock": served.child("clock"),
    }
    for name, child in found.items():
        environment = " ".join(child.environ().values())
        assert {secret for secret, value in secrets.items() if value in environment} == allowed[name], name
        assert "must-not-be-passed-on" not in environment
        assert not any(value in " ".join(child.cmdline()) for value in secrets.values())


def test_secrets_are_for_their_owners_eyes_only(served: Served) -> None:
    assert (served.folder / "secrets.json").stat().st_mode & 0o777 == 0o600
    for name in ("postgres", "run"):
        assert (served.folder / name).stat().st_mode & 0o777 == 0o700
    for value in json.loads((served.folder / "secrets.json").read_text()).values():
        assert value not in served.output()


def test_a_second_start_says_who_runs(served: Served) -> None:
    assert served.process is not None
    second = Served(served.folder, served.port)
    code = second.run().wait(PATIENCE)
    assert code == 1
    assert f"Process {served.process.pid} already serves" in served.output()
    assert all(map(is_ready, served.addresses))


def test_a_busy_port_is_named(served: Served) -> None:
    other = Served(served.folder.with_name("busy"), served.port)
    assert other.run().wait(PATIENCE) == 1
    assert f"Port {served.port} is not free" in other.output()


def test_a_killed_web_process_comes_back(served: Served) -> None:
    for port in (served.port, served.port + 1):
        child = served.child(f"127.0.0.1:{port}")
        child.kill()
        child.wait(PATIENCE)
    wait_for(lambda: all(map(is_ready, served.addresses)))


def test_a_killed_database_comes_back(served: Served) -> None:
    before = served.postmaster()
    os.kill(before, signal.SIGKILL)
    wait_for(
        lambda: (served.folder / "postgres" / "postmaster.pid").exists() and served.postmaster() != before
    )
    wait_for(lambda: all(map(is_ready, served.addresses)))


def test_after_a_killed_keeper_nothing_serves_and_a_new_one_adopts_the_database(served: Served) -> None:
    assert served.process is not None
    database = served.postmaster()
    children = served.descendants()
    assert len(children) >= 4
    served.process.kill()
    served.process.wait()
    wait_for(
        lambda: not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)
    )
    assert psutil.pid_exists(database)
    served.start()
    assert served.postmaster() == database


def test_it_stops_in_order_and_leaves_nothing(served: Served) -> None:
    assert served.process is not None
    children = served.descendants()
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(PATIENCE) == 0
    assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    assert served.leftovers() == []
    assert not (served.folder / "postgres" / "postmaster.pid").exists()
    assert "Traceback" not in served.output()


def test_it_starts_again_with_the_same_secrets(served: Served) -> None:
    before = (served.folder / "secrets.json").read_text()
    served.start()
    assert (served.folder / "secrets.json").read_text() == before
