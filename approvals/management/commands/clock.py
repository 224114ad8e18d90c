"""`manage.py clock`: the worker that releases, renders and sends; `--once` does what is due now and exits."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections, connection

from approvals.clock import tick
from pcd.database.wall import refuse_a_wrong_start


class Command(BaseCommand):
    """Run the clock until it is told to stop."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take --once and the seconds between two ticks."""
        parser.add_argument("--once", action="store_true", help="do what is due now and exit")
        parser.add_argument("--every", type=float, default=2.0, help="seconds between two ticks")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tick, and wait; a stop is heeded between two ticks."""
        refuse_a_wrong_start(connection)
        stop = threading.Event()
        if not options["once"]:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        while True:
            close_old_connections()
            done = tick()
            if any(done.values()):
                self.stdout.write(", ".join(f"{key} {count}" for key, count in done.items() if count))
            if options["once"]:
                if not any(done.values()):
                    return
            elif stop.wait(options["every"]):
                return
