"""The processes of an installation: what each runs, with which environment, and one keeper over them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What of the parent's environment a child may see: where things are and what is not secret.
PASSED_ON = (
    *("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "XDG_CACHE_HOME", "FONTCONFIG_FILE"),
    *("PCD_BODY", "PCD_ROLE_PREFIX", "PCD_SESSION_MINUTES", "PCD_STATIC_ROOT", "PCD_ALLOWED_HOSTS"),
    *("DJANGO_SETTINGS_MODULE", "PYTHONWARNINGS"),
)
GRACE_SECONDS = 10.0
FIRST_PAUSE, LONGEST_PAUSE, STEADY_SECONDS = 1.0, 30.0, 60.0
PR_SET_PDEATHSIG = 1


def web(port: int, *, workers: int = 1, threads: int = 8) -> tuple[str, ...]:
    """The command of a web process; which site it serves is in its environment."""
    memory = Path("/dev/shm")  # noqa: S108 - gunicorn's heartbeat files, unlinked at once; on a disk they may stall
    return (
        *(sys.executable, "-m", "gunicorn", "pcd.wsgi:application", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)),
        *("--timeout", "60", "--graceful-timeout", "5", "--log-level", "warning", "--no-control-socket"),
        *(("--worker-tmp-dir", str(memory)) if memory.is_dir() else ()),
    )


def manage(*arguments: str) -> tuple[str, ...]:
    """The command that runs manage.py."""
    return (sys.executable, str(ROOT / "manage.py"), *arguments)


def started(command: tuple[str, ...], own: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a child with only its own credentials; it ends when its parent does, even when that is killed."""
    inherited = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**inherited, "PYTHONUNBUFFERED": "1", **own},
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C reaches the keeper only, which then ends its children in order
        preexec_fn=end_with_parent,  # noqa: PLW1509 - the keeper has no threads
    )


def end_with_parent() -> None:
    """Ask the kernel for SIGTERM when the parent dies (Linux; elsewhere a killed keeper leaves its children)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """A process that should be running."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = FIRST_PAUSE

    def start(self) -> None:
        """Start it."""
        self.process = started(self.command, self.environment)
        self.started_at = time.monotonic()

    def look_after(self) -> str | None:
        """Start it again if it died, waiting longer each time; returns what happened, in words, if anything did."""
        if self.process is None:
            if time.monotonic() - self.started_at >= self.pause:
                self.start()
            return None
        code = self.process.poll()
        if code is None:
            return None
        lived = time.monotonic() - self.started_at
        self.pause = FIRST_PAUSE if lived > STEADY_SECONDS else min(self.pause * 2, LONGEST_PAUSE)
        self.end()
        self.process, self.started_at = None, time.monotonic()
        return f"{self.name} ended (exit code {code}) and starts again in {self.pause:.0f} s."

    def has_ended(self) -> bool:
        """Whether it was started and has ended since."""
        return self.process is not None and self.process.poll() is not None

    def ask_to_end(self) -> None:
        """Ask it to finish what it does and end."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def end(self) -> None:
        """Wait for its end for a while, then end it and what it started."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE_SECONDS)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def end_all(children: list[Child]) -> None:
    """End all of them, all asked at once."""
    for child in children:
        child.ask_to_end()
    for child in children:
        child.end()


def is_ready(address: str) -> bool:
    """Whether the site at this address says that it is ready."""
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
