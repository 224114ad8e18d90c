"""`manage.py setup` on a server of its own: from nothing, again, after damage, and without a superuser's rights."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from pcd.database.embedded import EmbeddedServer
from pcd.database.roles import assert_roles, connected, fetch
from tests.rig import FAST, ROOT

ADDRESSES = {
    "owner": "OWNER_DATABASE_URL",
    "staff": "DATABASE_URL",
    "public": "PUBLIC_DATABASE_URL",
    "backup": "BACKUP_DATABASE_URL",
}

PASSWORDS = {role: f"{role}-password" for role in ADDRESSES}


@dataclass(frozen=True)
class Host:
    """A PostgreSQL server on which nothing of ours is yet."""

    server: EmbeddedServer

    def urls(self, database: str, **passwords: str) -> dict[str, str]:
        """The roles' addresses as the environment gives them."""
        return {
            variable: self.server.url(database, f"pcd_{role}", passwords.get(role, PASSWORDS[role]))
            for role, variable in ADDRESSES.items()
        }

    def setup(
        self, urls: dict[str, str], *, admin: str | None = None, code: int = 0
    ) -> subprocess.CompletedProcess[str]:
        """Run `manage.py setup` with these addresses."""
        done = subprocess.run(
            [sys.executable, "manage.py", "setup", "--verbosity", "0"],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "PCD_ADMIN_DATABASE_URL": admin or self.server.url("postgres"),
                **urls,
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    folder = Path(os.environ["PCD_TEST_FOLDER"]) / f"h{os.getpid()}"
    server = EmbeddedServer(folder, databases="/^pcd", extra=FAST)
    server.start()
    host = Host(server)
    assert "The database pcd is set up." in host.setup(host.urls("pcd")).stdout
    yield host
    server.stop()


def test_setup_makes_everything_and_changes_nothing_the_second_time(host: Host) -> None:
    urls = host.urls("pcd")
    count = "select count(*) from pg_class c join pg_namespace n on n.oid = relnamespace where nspname = %s"
    with connected(urls["OWNER_DATABASE_URL"]) as owner:
        before = fetch(owner, count, "staff"), fetch(owner, count, "site"), fetch(owner, count, "public")
    second = host.setup(urls)
    with connected(urls["OWNER_DATABASE_URL"]) as owner:
        assert (
            fetch(owner, count, "staff"),
            fetch(owner, count, "site"),
            fetch(owner, count, "public"),
        ) == before
    assert before[0][0][0] > 20
    assert before[2] == [(0,)], "something of ours stands in the schema public"
    assert "Ask whoever runs the server" not in second.stdout


def test_setup_mends_what_was_loosened(host: Host) -> None:
    loosened = (
        "alter role pcd_public superuser createdb",
        "alter role pcd_public password 'stolen'",
        "alter role pcd_public in database pcd set statement_timeout = 0",
        "alter role pcd_public in database pcd set temp_file_limit = -1",
        "grant pcd_owner to pcd_staff",
        "grant create, temporary on database pcd to public",
        "grant all on schema staff to pcd_public",
        "grant execute on function lo_create(oid) to public",
    )
    state = (
        "select rolsuper, rolcreatedb, current_setting('statement_timeout'), current_setting('temp_file_limit'),"
        " has_database_privilege(current_database(), 'CREATE, TEMP'), has_schema_privilege('staff', 'USAGE'),"
        " has_function_privilege('lo_create(oid)', 'EXECUTE'), pg_has_role('pcd_staff', 'pcd_owner', 'MEMBER')"
        " from pg_roles where rolname = current_user"
    )
    with connected(host.server.url("pcd")) as admin, admin.cursor() as cursor:
        for statement in loosened:
            cursor.execute(statement)
    with connected(host.urls("pcd", public="stolen")["PUBLIC_DATABASE_URL"]) as public:
        assert fetch(public, state) == [(True, True, "0", "-1", True, True, True, True)]
    assert assert_roles(host.server.url("postgres"), "pcd", PASSWORDS, "pcd") == []
    with connected(host.urls("pcd")["PUBLIC_DATABASE_URL"]) as public:
        assert fetch(public, state) == [(False, False, "5s", "64MB", False, False, False, False)]


def test_an_administrator_without_superuser_rights_is_told_what_to_ask_for(host: Host) -> None:
    with connected(host.server.url("postgres")) as admin, admin.cursor() as cursor:
        cursor.execute("create role hostadmin createrole createdb")
        for role in ADDRESSES:
            cursor.execute(f"grant pcd_{role} to hostadmin with admin option")
    # The session is the superuser's, but acts as an administrator of the kind that hosting companies give.
    limited = host.server.url("postgres") + "&options=-crole%3Dhostadmin"
    done = host.setup(host.urls("pcd_hosted"), admin=limited)
    assert "Ask whoever runs the server" in done.stdout
    assert "temp_file_limit" in done.stdout
    assert "REVOKE EXECUTE ON FUNCTION" in done.stdout
    assert "SCRAM" not in done.stdout
    assert "The database pcd_hosted is set up." in done.stdout


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("DATABASE_URL", "", "DATABASE_URL is missing"),
        ("DATABASE_URL", "postgresql://somebody:x@localhost/pcd", "must name the role pcd_staff"),
        ("PUBLIC_DATABASE_URL", "postgresql://pcd_public@localhost/pcd", "and its password"),
        ("OWNER_DATABASE_URL", "postgresql://pcd_owner:x@localhost/other", "different databases"),
        ("PCD_ADMIN_DATABASE_URL", "", "PCD_ADMIN_DATABASE_URL is missing"),
        ("PCD_ADMIN_DATABASE_URL", "postgresql://x@127.0.0.1:1/x", "administrator's address does not work"),
    ],
)
def test_a_wrong_address_is_named(host: Host, variable: str, value: str, sentence: str) -> None:
    done = host.setup({**host.urls("pcd_wrong"), variable: value}, code=1)
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_the_servers_log_says_nothing_of_what_was_written(host: Host) -> None:
    wrong = (
        "insert into cache_entry values ('canary-4711', null, now())",
        "select 'canary-4711'::int",
        "select canary_4711",
        "do $$ begin raise exception 'canary-4711'; end $$",
    )
    with connected(host.urls("pcd")["DATABASE_URL"]) as staff, staff.cursor() as cursor:
        for statement in wrong:
            with pytest.raises(psycopg2.Error, match=r"canary.4711"):
                cursor.execute(statement)
    log = (host.server.data / "server.log").read_text()
    assert "ready to accept connections" in log
    assert "canary" not in log
