"""The tests' own cluster: one template made as the owner, and clones of it for whoever asks."""

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from psycopg2 import sql
from psycopg2.extensions import parse_dsn

from pcd.database.embedded import EmbeddedServer
from pcd.database.roles import (
    assert_database,
    connected,
    create_database,
    role_names,
)
from pcd.database.secrets import new_key, new_secret

ROOT = Path(__file__).resolve().parent.parent
ROLES = ("owner", "staff", "public", "backup")
FOLDER_PREFIX = "pcd-test-"
#: The password of the demo people in tests.
PASSWORD = "a password for tests only 1637"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def environment() -> dict[str, str]:
    """The environment of the test process; the first process makes it and its children inherit it."""
    if "PCD_TEST_FOLDER" in os.environ:
        return {}
    clear_what_killed_runs_left()
    folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX))
    folder.chmod(0o711)  # the server's user passes through
    (folder / "pid").write_text(str(os.getpid()))
    outside = os.environ.get("PCD_TEST_ADMIN_URL", "")
    prefix = f"pcdtest_{secrets.token_hex(3)}" if outside else "pcdtest"
    made = {
        "PCD_TEST_FOLDER": str(folder),
        "PCD_TEST_PASSWORD": new_secret(),
        "PCD_ROLE_PREFIX": prefix,
        "PCD_SITE": "staff",
        "PCD_BODY": "mopac",
        "PCD_SECOND_FACTOR": "optional",
        "PCD_BASE_URL": "http://localhost",
        "PCD_PUBLIC_URL": "https://decisions.example.org",
        "PCD_SECRET_KEY": new_secret(),
        "PCD_PART2_KEYS": f"newer:{new_key()},older:{new_key()}",
    }
    os.environ.update(made)
    return made | {"DATABASE_URL": cluster().url("staff", cluster().template)}


@dataclass(frozen=True)
class Cluster:
    """Where the tests' databases live: an embedded server of their own, or the machine's PostgreSQL."""

    folder: Path
    prefix: str
    password: str
    outside: str

    @property
    def template(self) -> str:
        """The database that is migrated once and cloned for everybody."""
        return f"{self.prefix}_template"

    @property
    def server(self) -> EmbeddedServer:
        """The tests' embedded server; not used where an outside cluster is named."""
        return EmbeddedServer(self.folder, prefix=self.prefix, databases=f"/^{self.prefix}", extra=FAST)

    def admin_url(self, database: str = "postgres") -> str:
        """The superuser's address."""
        if self.outside:
            return urlsplit(self.outside)._replace(path=f"/{database}").geturl()
        return self.server.url(database)

    def url(self, role: str, database: str) -> str:
        """The address of a database for one of the four roles, as an environment variable takes it."""
        user = role_names(self.prefix)[role]
        if not self.outside:
            return self.server.url(database, user, self.password)
        given = parse_dsn(self.outside)
        return f"postgresql://{user}:{self.password}@{given['host']}:{given.get('port', 5432)}/{database}"

    def start(self) -> None:
        """Start and fill the template, once a run, whichever process comes first."""
        with locked(self.folder / "lock"):
            if (self.folder / "ready").exists():
                return
            if not self.outside:
                self.server.start()
            addresses = {
                "OWNER_DATABASE_URL": self.url("owner", self.template),
                "DATABASE_URL": self.url("staff", self.template),
                "PUBLIC_DATABASE_URL": self.url("public", self.template),
                "BACKUP_DATABASE_URL": self.url("backup", self.template),
            }
            manage("setup", "--admin-url", self.admin_url(), "--verbosity", "0", **addresses)
            self._let_staff_read_as_the_public()
            self._close_template()
            (self.folder / "ready").touch()

    def _let_staff_read_as_the_public(self) -> None:
        """Only here may staff become public: SET LOCAL ROLE lets a test read uncommitted rows as the public would."""
        names = role_names(self.prefix)
        with connected(self.admin_url()) as connection, connection.cursor() as cursor:
            options = " WITH INHERIT FALSE, SET TRUE" if connection.server_version >= 160000 else ""
            cursor.execute(
                sql.SQL("GRANT {} TO {}" + options).format(
                    *map(sql.Identifier, (names["public"], names["staff"]))
                )
            )

    def _close_template(self) -> None:
        """From here on the template is only copied: a session in it, even autovacuum's, would stop a copy."""
        with connected(self.admin_url()) as connection, connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(self.template))
            )

    def clone(self, name: str) -> None:
        """Make (again) a copy of the template, with the rights that a copy does not carry."""
        self.drop(name)
        with connected(self.admin_url()) as connection:
            create_database(connection, name, self.prefix, template=self.template)
        assert_database(self.admin_url(), name, self.prefix)

    def drop(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        with connected(self.admin_url()) as connection, connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def remove(self) -> None:
        """Leave nothing behind."""
        if self.outside and (self.folder / "lock").exists():
            with connected(self.admin_url()) as connection, connection.cursor() as cursor:
                cursor.execute(
                    "select datname from pg_database where datname like %s", [f"{self.prefix}\\_%"]
                )
                for (database,) in cursor.fetchall():
                    self.drop(database)
                for name in role_names(self.prefix).values():
                    cursor.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))
        elif not self.outside:
            self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def cluster() -> Cluster:
    """The cluster that this run's environment names."""
    return Cluster(
        folder=Path(os.environ["PCD_TEST_FOLDER"]),
        prefix=os.environ["PCD_ROLE_PREFIX"],
        password=os.environ["PCD_TEST_PASSWORD"],
        outside=os.environ.get("PCD_TEST_ADMIN_URL", ""),
    )


def manage(*arguments: str, **environment: str) -> str:
    """Run a command of manage.py in a process of its own with the tests' environment and what is given."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def clear_what_killed_runs_left() -> None:
    """Stop and remove the clusters of test runs that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        try:
            owner = int((folder / "pid").read_text())
        except (OSError, ValueError):
            continue
        if not psutil.pid_exists(owner) and os.access(folder, os.W_OK):
            EmbeddedServer(folder).stop()
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One process at a time."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
