"""`manage.py serve`: the embedded installation, whole: database, public site, staff site and clock."""

import signal
import socket
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError

from pcd.database.embedded import ServerProblem
from pcd.database.installation import Installation, data_folder
from pcd.processes import Child, end_all, is_ready, manage, started, web

READY_SECONDS = 60.0


class Command(BaseCommand):
    """Start what is needed, watch over it, and leave nothing behind."""

    help = __doc__
    requires_system_checks = ()  # they would need the environment that it makes

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Port, data folder, demo."""
        parser.add_argument(
            "--port", type=int, default=8000, help="the public site's port; the staff site's is one more"
        )
        parser.add_argument(
            "--data", help="where the embedded server keeps its files and secrets (default: .data)"
        )
        parser.add_argument(
            "--demo", action="store_true", help="fill a new installation with demo people and papers"
        )

    def handle(self, *args: Any, port: int, data: str | None, demo: bool, **options: Any) -> None:
        """Serve until Ctrl-C or SIGTERM."""
        installation = Installation(data_folder(data), port)
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, stop_once)
        try:
            with installation.locked():
                self.serve(installation, demo=demo)
        except ServerProblem as problem:
            raise CommandError(str(problem)) from problem

    def serve(self, installation: Installation, *, demo: bool) -> None:
        """Bring everything up, watch over it, and take it down in order whatever happens."""
        refuse_busy_ports(installation.port, installation.port + 1)
        children: list[Child] = []
        try:
            installation.start_database()
            self.prepare(installation, demo=demo)
            children += self.children(installation)
            for child in children:
                child.start()
            self.wait_until_ready(installation, children)
            self.announce(installation)
            self.watch(installation, children)
        except KeyboardInterrupt:
            self.say("Stopping.")
        finally:
            for name in (signal.SIGINT, signal.SIGTERM):
                signal.signal(name, signal.SIG_IGN)
            end_all(children)
            installation.server.stop()

    def prepare(self, installation: Installation, *, demo: bool) -> None:
        """Tables, reference data, style sheets and, the first time, the demo."""
        is_set_up = installation.folder / "is-set-up"
        if installation.needs_migrating() or not is_set_up.exists():
            self.run("setup", installation, "setup", "--verbosity", "0")
            is_set_up.touch()
        self.run("styles", installation, "collectstatic", "--noinput", "--verbosity", "0")
        demo_is_there = installation.folder / "demo-is-there"
        if demo and not demo_is_there.exists() and self.run("demo", installation, "demo"):
            demo_is_there.touch()

    def run(self, process: str, installation: Installation, *arguments: str) -> bool:
        """Run one command with the credentials of this process; False where the command does not exist."""
        if arguments[0] not in get_commands():
            self.say(f"Skipped `{arguments[0]}`: there is no such command yet.")
            return False
        child = started(manage(*arguments), installation.environment(process))
        try:
            code = child.wait()
        except KeyboardInterrupt:
            child.terminate()
            child.wait()
            raise
        if code:
            raise ServerProblem(f"`manage.py {' '.join(arguments)}` failed: see what it says above.")
        return True

    def children(self, installation: Installation) -> list[Child]:
        """The processes that run as long as this one."""
        port = installation.port
        commands = {"public": web(port), "staff": web(port + 1), "clock": manage("clock")}
        if "clock" not in get_commands():
            self.say("Skipped the clock: there is no such command yet.")
            del commands["clock"]
        return [Child(name, command, installation.environment(name)) for name, command in commands.items()]

    def wait_until_ready(self, installation: Installation, children: list[Child]) -> None:
        """Both sites answer that they are ready."""
        deadline = time.monotonic() + READY_SECONDS
        waiting = list(installation.addresses.values())
        while waiting:
            waiting = [address for address in waiting if not is_ready(address)]
            dead = [child.name for child in children if child.has_ended()]
            if dead or time.monotonic() > deadline:
                raise ServerProblem(f"Not ready: {', '.join(dead or waiting)}. See what it says above.")
            time.sleep(0.1)

    def announce(self, installation: Installation) -> None:
        """Where to go, and as whom."""
        self.say(f"Public site: {installation.addresses['public']}/")
        self.say(f"Staff site:  {installation.addresses['staff']}/")
        if installation.has_demo:
            self.say(
                "Demo people: officer, officer2, finance, legal, commercial, equality, data_protection, head,"
            )
            self.say("             chief, deputy, dmpc, governance, governance2, auditor, admin")
            self.say(f"Password:    {installation.demo_password}")
        self.say("Stop with Ctrl-C.")

    def watch(self, installation: Installation, children: list[Child]) -> None:
        """Start again what dies, the database first."""
        while True:
            if not installation.server.is_alive():
                self.say("The database server ended and starts again.")
                installation.start_database()
            for child in children:
                if happened := child.look_after():
                    self.say(happened)
            time.sleep(0.3)

    def say(self, line: str) -> None:
        """Print a line at once, also into a pipe."""
        self.stdout.write(line)
        self.stdout.flush()


def stop_once(number: int, frame: FrameType | None) -> None:
    """Stop in order at the first signal; a second one must not disturb that."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)
    raise KeyboardInterrupt


def refuse_busy_ports(*ports: int) -> None:
    """Say which port is taken before anything starts."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                raise ServerProblem(
                    f"Port {port} is not free: choose another with PORT=… or --port."
                ) from None
