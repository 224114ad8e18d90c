"""The two sites as real processes, and the browser that visits them."""

import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

from pcd.processes import Child, end_all, is_ready, web
from tests.databases import FreshDatabase
from tests.rig import Cluster

READY_SECONDS = 60
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@dataclass
class Sites:
    """A staff process and a public process, each with its own credentials only."""

    cluster: Cluster
    database: str
    staff_port: int
    public_port: int
    children: list[Child] = field(default_factory=list)

    @property
    def staff_url(self) -> str:
        """Where the staff site answers."""
        return f"http://localhost:{self.staff_port}"

    @property
    def public_url(self) -> str:
        """Where the public site answers."""
        return f"http://localhost:{self.public_port}"

    def start(self) -> None:
        """Start both and wait until they are ready."""
        self.children = [
            Child("staff", web(self.staff_port), self.environment("staff")),
            Child("public", web(self.public_port), self.environment("public")),
        ]
        for child in self.children:
            child.start()
        deadline = time.monotonic() + READY_SECONDS
        while not (is_ready(self.staff_url) and is_ready(self.public_url)):
            if time.monotonic() > deadline or any(child.has_ended() for child in self.children):
                pytest.fail("The sites did not start: see their output.")
            time.sleep(0.05)

    def environment(self, site: str) -> dict[str, str]:
        """What this site's process is told, with the tests' settings."""
        common = {
            "PCD_SITE": site,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "PCD_TEST_FOLDER": os.environ["PCD_TEST_FOLDER"],
            "PCD_SECRET_KEY": os.environ["PCD_SECRET_KEY"],
            "PCD_SECOND_FACTOR": os.environ["PCD_SECOND_FACTOR"],
        }
        if site == "public":
            return common | {
                "PCD_BASE_URL": self.public_url,
                "PUBLIC_DATABASE_URL": self.cluster.url("public", self.database),
            }
        return common | {
            "PCD_BASE_URL": self.staff_url,
            "PCD_PUBLIC_URL": self.public_url,
            "DATABASE_URL": self.cluster.url("staff", self.database),
            "PCD_PART2_KEYS": os.environ["PCD_PART2_KEYS"],
        }

    def stop(self) -> None:
        """End both."""
        end_all(self.children)


@dataclass(frozen=True)
class LiveSite:
    """Where to go, and the database behind it."""

    database: FreshDatabase
    staff_url: str
    public_url: str

    @property
    def urls(self) -> dict[str, str]:
        """The database's real logins: owner, staff, public, backup and admin."""
        return self.database.urls


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def chromium() -> str | None:
    """The browser's program."""
    named = os.environ.get("PCD_CHROMIUM")
    return named or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


@contextmanager
def watched(browser: Browser, downloads: Path) -> Iterator[Page]:
    """A page whose scripts' failures and broken policies fail the test at its end."""
    context = browser.new_context(
        viewport=DESKTOP, locale="en-GB", timezone_id="Europe/London", accept_downloads=True
    )
    context.set_default_timeout(10_000)
    problems: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            problems.append(message.text)

    context.on("console", hear)
    context.on("weberror", lambda error: problems.append(str(error.error)))
    try:
        yield context.new_page()
    finally:
        context.close()
    assert not problems, problems
