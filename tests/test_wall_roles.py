"""What each role can do over a real login: the wall in the database, tried from both sides."""

import os
import pwd
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2 import errors, sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - psycopg2 names its class so
from psycopg2.extensions import make_dsn
from pytest_django import DjangoDbBlocker

from pcd.database.embedded import BINARIES
from pcd.database.roles import connected, fetch, role_names
from pcd.database.wall import reasons_not_to_start, refuse_a_wrong_start
from pcd.environment import Environment
from tests.rig import ROLES, ROOT, Cluster, environment

CANARY = "canary-of-the-wall"

REFUSED_TO_THE_PUBLIC = (
    "select * from staff.people_user",
    "select * from staff.django_session",
    "select * from staff.django_migrations",
    "select last_value from staff.django_migrations_id_seq",
    "select 1 as a union select count(*)::int from staff.people_user",
    "select staff.people_user::text from staff.people_user",
    "insert into staff.django_session values ('k', 'd', now())",
    "begin; lock table staff.people_user in access share mode",
    "create table site.x (a int)",
    "create table staff.x (a int)",
    "create table public.x (a int)",
    "create temp table x (a int)",
    "create schema x",
    "create view site.x as select 1",
    "create function site.f() returns int language sql as 'select 1'",
    "alter extension plpgsql update",
    "create role x",
    "create database x",
    "create publication x",
    "set role {owner}",
    "set role {staff}",
    "set role {backup}",
    "set session authorization {owner}",
    "set session_replication_role = replica",
    "set temp_file_limit = -1",
    "set log_min_error_statement = error",
    "alter role {staff} password 'x'",
    "alter role {public} superuser",
    "alter role {public} connection limit -1",
    "alter role {public} createdb",
    "alter system set log_statement = 'all'",
    "alter database {database} set search_path = staff",
    "grant {owner} to {public}",
    "grant usage on schema staff to {public}",
    "copy (select 1) to program 'id'",
    "copy (select 1) to '/tmp/x'",
    "select pg_read_file('/etc/passwd')",
    "select pg_read_binary_file('/etc/passwd')",
    "select pg_stat_file('/etc/passwd')",
    "select pg_ls_dir('.')",
    "select pg_ls_logdir()",
    "select pg_current_logfile()",
    "select pg_reload_conf()",
    "select lo_create(0)",
    "select lo_from_bytea(0, 'x')",
    "select lo_import('/etc/passwd')",
    "select lo_get(1)",
    "select * from pg_largeobject",
    "select * from pg_authid",
    "select * from pg_shadow",
    "select * from pg_statistic",
    "select * from pg_hba_file_rules",
    "select * from pg_user_mapping",
    "select * from pg_backend_memory_contexts",
    "select * from pg_stat_user_tables",
    "select * from pg_stat_activity",
    "select * from pg_locks",
    "select pg_relation_size('pg_class')",
    "select pg_total_relation_size('pg_class')",
    "select pg_database_size(current_database())",
    "select pg_current_wal_lsn()",
    "select pg_current_xact_id()",
    "select pg_notify('x', 'y')",
    "select pg_sleep(0)",
    "select pg_advisory_lock(42)",
    "select pg_try_advisory_xact_lock(42)",
    "select pg_terminate_backend(1)",
    "select pg_cancel_backend(1)",
    "select pg_get_functiondef(oid) from pg_proc limit 1",
    "select pg_get_viewdef('pg_views'::regclass)",
    "select pg_logical_slot_get_changes('x', null, null)",
    "analyze staff.people_user",
    "vacuum staff.people_user",
    "reindex table staff.people_user",
)
# What no right can take away is written down in README.md ("What an injector on the public role can still do").
LEFT_TO_THE_PUBLIC = (
    "select relname, reltuples from pg_class",
    "select rolname from pg_roles",
    "select datname from pg_database",
    "select prosrc from pg_proc",
    "select attname from pg_attribute",
    "select conname from pg_constraint",
    "listen x",
    "notify x",
    "set statement_timeout = 0",
    "set default_transaction_read_only = off",
    "set search_path = staff, site",
    "alter role {public} set statement_timeout = 0",
)
REFUSED_TO_STAFF = (
    "create table staff.x (a int)",
    "create table site.x (a int)",
    "create temp table x (a int)",
    "create schema x",
    "create function staff.f() returns int language sql as 'select 1'",
    "alter table staff.people_user disable trigger all",
    "alter table staff.people_user add column x int",
    "alter table staff.people_user owner to {staff}",
    "create trigger x before insert on staff.people_user for each row execute function staff.x()",
    "drop table staff.people_user",
    "truncate staff.django_session",
    "drop table site.x",
    "set session_replication_role = replica",
    "set role {owner}",
    "set role {backup}",
    "grant select on staff.people_user to {public}",
    "select lo_create(0)",
    "select pg_read_file('/etc/passwd')",
    "select pg_terminate_backend(1)",
    "copy staff.people_user to program 'id'",
    "alter role {staff} superuser",
    "create role x",
)


class Wall:
    """A clone with content on the staff side, and logins of every role."""

    def __init__(self, cluster: Cluster, database: str) -> None:
        self.cluster = cluster
        self.names = {**role_names(cluster.prefix), "database": database}
        self.urls = {role: cluster.url(role, database) for role in ROLES} | {
            "admin": cluster.admin_url(database)
        }

    @contextmanager
    def as_role(self, role: str) -> Iterator[Connection]:
        """A login that has undone for itself whatever a session can undo, as an injector would first."""
        with connected(self.urls[role]) as connection, connection.cursor() as cursor:
            cursor.execute("set default_transaction_read_only = off")
            cursor.execute("set statement_timeout = '5s'")
            yield connection

    def statement(self, text: str) -> str:
        """The statement with this cluster's names in it."""
        return text.format(**self.names)


@pytest.fixture(scope="module")
def wall(cluster: Cluster, worker: str) -> Iterator[Wall]:
    database = f"{cluster.prefix}_{worker}_wall"
    cluster.clone(database)
    wall = Wall(cluster, database)
    with wall.as_role("staff") as staff, staff.cursor() as cursor:
        cursor.execute("insert into cache_entry values (%s, %s, now())", [CANARY, CANARY])
        cursor.execute("insert into django_session values (%s, %s, now())", [CANARY, CANARY])
    with connected(wall.urls["admin"]) as admin, admin.cursor() as cursor:
        cursor.execute("analyze")
    yield wall
    cluster.drop(database)


@pytest.mark.parametrize("text", REFUSED_TO_THE_PUBLIC)
def test_the_public_role_may_not(wall: Wall, text: str) -> None:
    with wall.as_role("public") as connection, pytest.raises(errors.InsufficientPrivilege):
        attempt(connection, wall.statement(text))


@pytest.mark.parametrize("text", LEFT_TO_THE_PUBLIC)
def test_what_cannot_be_taken_from_the_public_role_is_known(wall: Wall, text: str) -> None:
    with wall.as_role("public") as connection, connection.cursor() as cursor:
        try:
            cursor.execute(wall.statement(text))
        finally:
            with connected(wall.urls["admin"]) as admin, admin.cursor() as mending:
                mending.execute(wall.statement("alter role {public} reset all"))


@pytest.mark.parametrize("text", REFUSED_TO_STAFF)
def test_the_staff_role_may_not(wall: Wall, text: str) -> None:
    refused = (errors.InsufficientPrivilege, errors.UndefinedTable, errors.UndefinedFunction)
    with wall.as_role("staff") as connection, pytest.raises(refused):
        attempt(connection, wall.statement(text))


def attempt(connection: Connection, text: str) -> None:
    """Run a statement; a warning is a refusal too: VACUUM, ANALYZE and GRANT only warn of what they may not do."""
    with connection.cursor() as cursor:
        cursor.execute(text)
    if connection.notices:
        raise errors.InsufficientPrivilege(connection.notices[0])


def relations(connection: Connection, schema: str, kinds: str = "rvmpSf") -> list[tuple[str, str]]:
    """Every table, view, sequence and so on of a schema, as anybody can list them."""
    return fetch(
        connection,
        "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname like %s and c.relkind = any (string_to_array(%s, null)) order by 1, 2",
        schema,
        kinds,
    )


def test_no_table_of_the_staff_side_opens_for_the_public_role(wall: Wall) -> None:
    with wall.as_role("public") as connection, connection.cursor() as cursor:
        tables = relations(connection, "staff")
        assert len(tables) > 10
        for name in tables:
            with pytest.raises(errors.InsufficientPrivilege):
                cursor.execute(sql.SQL("select * from {}").format(sql.Identifier(*name)))


def test_the_public_role_changes_no_published_row(wall: Wall) -> None:
    with wall.as_role("public") as connection, connection.cursor() as cursor:
        for name in relations(connection, "site"):
            table = sql.Identifier(*name)
            for text in ("insert into {} default values", "delete from {}", "truncate {}"):
                with pytest.raises((errors.InsufficientPrivilege, errors.WrongObjectType)):
                    cursor.execute(sql.SQL(text).format(table))


def test_no_row_that_the_public_role_can_read_holds_a_word_of_the_staff_side(wall: Wall) -> None:
    """Every relation of every schema, system views included, and every function that takes no argument."""
    read = 0
    with wall.as_role("public") as connection, connection.cursor() as cursor:
        functions = fetch(
            connection,
            "select n.nspname, p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
            " where pronargs = 0 and prokind = 'f' and prorettype <> all (array['trigger'::regtype,"
            " 'event_trigger'::regtype, 'internal'::regtype]) and has_function_privilege(p.oid, 'EXECUTE')"
            " and has_schema_privilege(n.oid, 'USAGE')",
        )
        queries = [
            sql.SQL("select * from {}").format(sql.Identifier(*name)) for name in relations(connection, "%")
        ]
        queries += [sql.SQL("select {}()").format(sql.Identifier(*name)) for name in functions]
        for query in queries:
            try:
                cursor.execute(query)
                rows = cursor.fetchall()
            except psycopg2.Error:
                continue
            read += 1
            assert CANARY not in str(rows), query.as_string(connection)
    assert read > 100


def test_the_staff_side_holds_the_word_that_was_hunted(wall: Wall) -> None:
    with wall.as_role("staff") as connection:
        assert CANARY in str(fetch(connection, "select * from cache_entry"))


def test_functions_of_ours_are_not_everybodys(wall: Wall) -> None:
    with wall.as_role("public") as connection:
        open_functions = fetch(
            connection,
            "select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
            " where n.nspname in ('staff', 'site') and has_function_privilege(p.oid, 'EXECUTE')",
        )
    assert not open_functions


def test_a_runaway_public_query_cannot_fill_the_disk(wall: Wall) -> None:
    with wall.as_role("public") as connection, connection.cursor() as cursor:
        cursor.execute("set statement_timeout = 0")
        with pytest.raises(errors.ConfigurationLimitExceeded):
            cursor.execute("select count(*) from (select * from generate_series(1, 1e7) order by 1 desc) x")


def test_a_session_of_each_role_starts_within_its_limits(wall: Wall) -> None:
    expected = {
        "staff": ("staff, site", "off", "30s", "panic"),
        "public": ("site", "on", "5s", "panic"),
        "backup": ("staff, site", "on", "0", "panic"),
        "owner": ("staff, site", "off", "0", "panic"),
    }
    names = ("search_path", "default_transaction_read_only", "statement_timeout", "log_min_error_statement")
    for role, values in expected.items():
        with connected(wall.urls[role]) as connection:
            settings = fetch(
                connection, "select " + ", ".join(f"current_setting('{name}')" for name in names)
            )
        assert settings == [values], role


def test_the_backup_role_reads_all_and_changes_nothing(wall: Wall) -> None:
    with wall.as_role("backup") as connection, connection.cursor() as cursor:
        for name in relations(connection, "staff", "rS") + relations(connection, "site", "rS"):
            cursor.execute(sql.SQL("select * from {} limit 0").format(sql.Identifier(*name)))
        with pytest.raises(errors.InsufficientPrivilege):
            cursor.execute("delete from staff.django_session")


@pytest.mark.parametrize("role", ROLES)
def test_a_wrong_password_and_none_are_refused(wall: Wall, role: str) -> None:
    for password in ("wrong", ""):
        with pytest.raises(psycopg2.OperationalError, match="password"):
            psycopg2.connect(make_dsn(wall.urls[role], password=password), passfile="/dev/null")


@pytest.fixture
def embedded(cluster: Cluster) -> Cluster:
    if cluster.outside:
        pytest.skip("This is about the embedded server, and the tests run on another.")
    return cluster


def test_the_embedded_server_trusts_nobody(embedded: Cluster) -> None:
    with connected(embedded.admin_url()) as admin:
        rules = fetch(admin, "select auth_method, error from pg_hba_file_rules order by line_number")
        assert [rule[0] for rule in rules] == ["peer", "scram-sha-256", "reject", "reject"]
        assert not [rule for rule in rules if rule[1]]
        assert fetch(admin, "show listen_addresses") == [("",)]
        assert fetch(admin, "select current_setting('log_error_verbosity')") == [("terse",)]


@pytest.mark.parametrize("role", ROLES)
def test_no_role_of_the_application_enters_another_database(embedded: Cluster, role: str) -> None:
    with pytest.raises(psycopg2.OperationalError, match="rejects"):
        psycopg2.connect(embedded.url(role, "postgres"))


def test_the_administrator_enters_only_as_the_right_user_of_the_machine(embedded: Cluster) -> None:
    if os.geteuid() != 0:
        pytest.skip("Only root can try to be somebody else.")
    embedded.server.sockets.chmod(
        0o711
    )  # let nobody reach the socket, so that the server itself has to refuse
    try:
        nobody = pwd.getpwnam("nobody")
        done = subprocess.run(
            [BINARIES / "psql", embedded.admin_url(), "-c", "select 1"],
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        embedded.server.sockets.chmod(0o700)
    assert "Peer authentication failed" in done.stderr


Connect = Callable[[str], BaseDatabaseWrapper]


@pytest.fixture
def django_as(wall: Wall, django_db_blocker: DjangoDbBlocker) -> Iterator[Connect]:
    """Django's connection as the role that is asked for."""
    alias = "wall"

    def connect(role: str) -> BaseDatabaseWrapper:
        config = Environment({"URL": wall.urls[role]}).database("URL", role=role)
        connections.settings[alias] = connections.configure_settings({"default": {}, alias: config})[alias]
        return connections[alias]

    with django_db_blocker.unblock():
        yield connect
        connections[alias].close()
    del connections[alias]
    del connections.settings[alias]


@pytest.mark.parametrize(
    ("site", "role", "reason"),
    [
        ("staff", "owner", "it may create tables"),
        ("staff", "public", "the role is"),
        ("staff", "backup", "the role is"),
        ("public", "owner", "it owns tables"),
        ("public", "staff", "it may use the staff schema"),
        ("public", "backup", "it may use the staff schema"),
    ],
)
def test_a_process_does_not_start_as(
    django_as: Connect, settings: Any, site: str, role: str, reason: str
) -> None:
    settings.SITE = site
    with pytest.raises(ImproperlyConfigured, match="must not start") as refusal:
        refuse_a_wrong_start(django_as(role))
    assert reason in str(refusal.value)


def test_a_process_does_not_start_as_a_superuser(django_as: Connect, settings: Any) -> None:
    settings.SITE = "staff"
    assert "it is a superuser" in reasons_not_to_start(django_as("admin"))


@pytest.mark.parametrize("site", ["staff", "public"])
def test_a_process_starts_as_its_own_role(django_as: Connect, settings: Any, site: str) -> None:
    settings.SITE = site
    refuse_a_wrong_start(django_as(site))


def test_a_staff_process_does_not_start_without_the_keys_of_part_2(django_as: Connect, settings: Any) -> None:
    settings.SITE, settings.PART2_KEYS = "staff", ()
    with pytest.raises(ImproperlyConfigured, match="PCD_PART2_KEYS is missing"):
        refuse_a_wrong_start(django_as("staff"), needs_part2_keys=True)


def test_the_web_process_itself_refuses_the_owner(wall: Wall) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import pcd.wsgi"],
        cwd=ROOT,
        env={**os.environ, **environment(), "DATABASE_URL": wall.urls["owner"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode
    assert "This process must not start" in done.stderr
