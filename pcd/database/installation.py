"""The embedded installation in one folder: its server, its secrets, and the environment of each of its processes."""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.conf import settings

from pcd.database.embedded import EmbeddedServer, ServerProblem, make_folder
from pcd.database.roles import assert_roles, connected, fetch, role_names
from pcd.database.secrets import load_or_make
from pcd.database.wall import migrations_of_the_code

DATABASE = "pcd"
PREFIX = "pcd"


@dataclass(frozen=True)
class Installation:
    """Everything that `manage.py serve` keeps: nothing of it leaves the folder but through an environment."""

    folder: Path
    port: int

    @property
    def server(self) -> EmbeddedServer:
        """The database server of this folder."""
        return EmbeddedServer(self.folder, prefix=PREFIX, databases=DATABASE)

    @cached_property
    def secrets(self) -> dict[str, str]:
        """The secrets of this folder, made the first time."""
        return load_or_make(self.folder)

    def url(self, role: str) -> str:
        """The address of the database for one role."""
        return self.server.url(DATABASE, role_names(PREFIX)[role], self.secrets[f"{role}_password"])

    @property
    def addresses(self) -> dict[str, str]:
        """Where each site answers."""
        return {"public": f"http://localhost:{self.port}", "staff": f"http://localhost:{self.port + 1}"}

    def environment(self, process: str) -> dict[str, str]:
        """What one process is told: the credentials that it needs and no others."""
        secrets, staff = self.secrets, self._staff_environment()
        return {
            "public": {
                "PCD_SITE": "public",
                "PCD_BASE_URL": self.addresses["public"],
                "PUBLIC_DATABASE_URL": self.url("public"),
                "PCD_SECRET_KEY": secrets["public_secret_key"],
            },
            "staff": {
                **staff,
                "PCD_SECRET_KEY": secrets["staff_secret_key"],
                "PCD_PART2_KEYS": secrets["part2_keys"],
            },
            "clock": {**staff, "PCD_SECRET_KEY": secrets["clock_secret_key"]},
            "setup": {
                "PCD_ADMIN_DATABASE_URL": self.server.url("postgres"),
                "OWNER_DATABASE_URL": self.url("owner"),
                "DATABASE_URL": self.url("staff"),
                "PUBLIC_DATABASE_URL": self.url("public"),
                "BACKUP_DATABASE_URL": self.url("backup"),
            },
            "styles": {},
            "demo": {
                **staff,
                "PCD_SECRET_KEY": secrets["staff_secret_key"],
                "PCD_PART2_KEYS": secrets["part2_keys"],
                "PCD_DEMO_PASSWORD": self.demo_password,
            },
        }[process]

    def _staff_environment(self) -> dict[str, str]:
        return {
            "PCD_SITE": "staff",
            "PCD_BASE_URL": self.addresses["staff"],
            "PCD_PUBLIC_URL": self.addresses["public"],
            "DATABASE_URL": self.url("staff"),
            "PCD_SECOND_FACTOR": os.environ.get("PCD_SECOND_FACTOR") or self._second_factor,
            **({"PCD_DEMO_MAILS": str(self.folder / "mails")} if self.has_demo else {}),
        }

    @property
    def has_demo(self) -> bool:
        """Whether the demo people and papers are here, whose mails a page shows instead of sending them."""
        return (self.folder / "demo-is-there").exists()

    @property
    def _second_factor(self) -> str:
        """Demo people share one password that is printed; of anybody else a second factor is asked."""
        return "optional" if self.has_demo else "required"

    @property
    def demo_password(self) -> str:
        """The demo people's password: the one of the environment, or one of this installation's own."""
        return os.environ.get("PCD_DEMO_PASSWORD") or self.secrets["demo_password"]

    def start_database(self) -> None:
        """The server answers, and roles and rights are what they must be."""
        self.server.start()
        passwords = {role: self.secrets[f"{role}_password"] for role in role_names(PREFIX)}
        assert_roles(self.server.url("postgres"), DATABASE, passwords, PREFIX)

    def needs_migrating(self) -> bool:
        """Whether the code knows a migration that the database has not seen."""
        with connected(self.url("owner")) as connection:
            if not fetch(connection, "select where to_regclass('staff.django_migrations') is not null"):
                return True
            applied = fetch(connection, "select app, name from staff.django_migrations")
        return bool(migrations_of_the_code() - set(applied))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One `serve` for each folder; the lock ends with its process, however that ends."""
        make_folder(self.folder, mode=0o711 if os.geteuid() == 0 else 0o700)
        with (self.folder / "serve.lock").open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.seek(0)
                raise ServerProblem(already_running(self.folder, file.read())) from None
            file.truncate(0)
            json.dump({"process": os.getpid(), **self.addresses}, file)
            file.flush()
            yield
            file.truncate(0)


def already_running(folder: Path, note: str) -> str:
    """Say who holds the folder."""
    who = json.loads(note) if note else {}
    return (
        f"Process {who.get('process', 'unknown')} already serves {folder}: public site {who.get('public', '?')}, "
        f"staff site {who.get('staff', '?')}. Stop it first, or give another folder with --data."
    )


def data_folder(given: str | None) -> Path:
    """The folder of the embedded installation: the one given, or `.data` in the checkout.

    For root `.data` is a link to a folder under /var/lib: the server runs as a user of its own, and root's folders
    stay closed to it.
    """
    if given:
        return Path(given).expanduser().resolve()
    link = settings.BASE_DIR / ".data"
    if os.geteuid() == 0 and not link.is_symlink() and not link.exists():
        name = hashlib.sha256(str(settings.BASE_DIR).encode()).hexdigest()[:8]
        link.symlink_to(Path("/var/lib") / f"pcd-{name}" / "data")
    return Path(os.path.realpath(link))
