"""The roles and their rights: one list of statements, run by set-up, by every start and by the tests."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg2
from psycopg2 import errors, sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - psycopg2 names its class so
from psycopg2.extensions import encrypt_password, make_dsn

from pcd.database.limits import ATTRIBUTES, CONNECTION_LIMITS, KEPT_FUNCTIONS, QUIET_LOG, SETTINGS


def role_names(prefix: str) -> dict[str, str]:
    """The four roles of one installation."""
    return {role: f"{prefix}_{role}" for role in CONNECTION_LIMITS}


def assert_roles(admin_url: str, database: str, passwords: Mapping[str, str], prefix: str) -> list[str]:
    """Bring roles, database and rights to what they must be, whatever they were, and return what was refused.

    Safe to run again at any time, and run at every start: a role can change its own password and settings.
    A superuser is refused nothing; for any other administrator the list is what to ask the host for.
    """
    with connected(admin_url) as connection:
        refused = run(connection, role_statements(connection, passwords, prefix))
        create_database(connection, database, prefix)
    return refused + assert_database(admin_url, database, prefix)


def assert_database(admin_url: str, database: str, prefix: str) -> list[str]:
    """The rights inside one database, which neither a clone nor a dump carries in full; returns what was refused."""
    with connected(admin_url, dbname=database) as connection:
        return run(connection, database_statements(database, prefix))


def run(connection: Connection, statements: Iterable[sql.Composable]) -> list[str]:
    """Run the statements in one transaction; those that this administrator may not run are returned as text."""
    refused = []
    connection.autocommit = False
    with connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute("SAVEPOINT statement")
            try:
                cursor.execute(statement)
            except errors.InsufficientPrivilege:
                cursor.execute("ROLLBACK TO SAVEPOINT statement")
                refused.append(statement.as_string(connection))
            cursor.execute("RELEASE SAVEPOINT statement")
    connection.autocommit = True
    return refused


def role_statements(
    connection: Connection, passwords: Mapping[str, str], prefix: str
) -> Iterator[sql.Composable]:
    """What makes the roles of the cluster right: attributes, limits, passwords, no memberships."""
    names = role_names(prefix)
    present = fetch(
        connection,
        "select rolname, rolcanlogin and not (rolsuper or rolcreatedb or rolcreaterole or rolinherit"
        " or rolreplication or rolbypassrls) from pg_roles where rolname = any(%s)",
        list(names.values()),
    )
    right = dict(present)
    for role, name in names.items():
        user = sql.Identifier(name)
        if name not in right:
            yield sql.SQL(f"CREATE ROLE {{}} {ATTRIBUTES}").format(user)
        elif not right[name]:
            yield sql.SQL(f"ALTER ROLE {{}} {ATTRIBUTES}").format(user)
        yield sql.SQL(f"ALTER ROLE {{}} CONNECTION LIMIT {CONNECTION_LIMITS[role]} PASSWORD {{}}").format(
            user,
            # Hashed here, so that the password itself reaches neither the wire nor a log.
            sql.Literal(encrypt_password(passwords[role], name, connection, "scram-sha-256")),
        )
        yield sql.SQL("ALTER ROLE {} RESET ALL").format(user)
    for granted, member in fetch(
        connection,
        "select granted.rolname, member.rolname from pg_auth_members m"
        " join pg_roles granted on granted.oid = m.roleid join pg_roles member on member.oid = m.member"
        " where member.rolname = any(%s)",
        list(names.values()),
    ):
        yield sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(granted), sql.Identifier(member))
    if not fetch(connection, "select from pg_roles where rolname = current_user and rolsuper"):
        # An administrator who is no superuser acts for the owner only as its member.
        yield sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(names["owner"]))


def create_database(connection: Connection, database: str, prefix: str, template: str = "template0") -> None:
    """Make the database, owned by the owner's role, if it is not there."""
    if not fetch(connection, "select from pg_database where datname = %s", database):
        names = (database, role_names(prefix)["owner"], template)
        with connection.cursor() as cursor:
            cursor.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} ENCODING 'UTF8'").format(
                    *map(sql.Identifier, names)
                )
            )


def database_statements(database: str, prefix: str) -> Iterator[sql.Composable]:
    """What makes one database right: who may enter, which schema is whose, which limits hold, what is kept away."""
    names = {role: sql.Identifier(name) for role, name in role_names(prefix).items()}
    names["database"] = sql.Identifier(database)

    def statement(text: str) -> sql.Composable:
        return sql.SQL(text).format(**names)

    yield statement("ALTER DATABASE {database} OWNER TO {owner}")
    yield statement("REVOKE ALL ON DATABASE {database} FROM PUBLIC, {staff}, {public}, {backup}")
    yield statement("GRANT CONNECT ON DATABASE {database} TO {staff}, {public}, {backup}")
    for role, settings in SETTINGS.items():
        yield statement(f"ALTER ROLE {{{role}}} IN DATABASE {{database}} RESET ALL")
        for name, value in {**settings, **QUIET_LOG}.items():
            yield statement(f"ALTER ROLE {{{role}}} IN DATABASE {{database}} SET {name} = {value}")
    yield statement("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    # First of all default privileges: a function that a migration makes must not be everybody's.
    yield statement("ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")
    for schema, users in (("staff", "{staff}, {backup}"), ("site", "{staff}, {public}, {backup}")):
        yield statement(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        yield statement(f"ALTER SCHEMA {schema} OWNER TO {{owner}}")
        yield statement(f"REVOKE ALL ON SCHEMA {schema} FROM PUBLIC, {{staff}}, {{public}}, {{backup}}")
        yield statement(f"GRANT USAGE ON SCHEMA {schema} TO {users}")
        default = f"ALTER DEFAULT PRIVILEGES FOR ROLE {{owner}} IN SCHEMA {schema} GRANT"
        for kind in ("TABLES", "SEQUENCES"):
            yield statement(f"{default} SELECT ON {kind} TO {{backup}}")
            yield statement(f"GRANT SELECT ON ALL {kind} IN SCHEMA {schema} TO {{backup}}")
    default = "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA staff GRANT"
    yield statement(f"{default} SELECT, INSERT, UPDATE, DELETE ON TABLES TO {{staff}}")
    yield statement(f"{default} USAGE ON SEQUENCES TO {{staff}}")
    for pattern, keepers in KEPT_FUNCTIONS:
        yield keep_functions(pattern, [names[role] for role in keepers])


def keep_functions(pattern: str, keepers: list[sql.Identifier]) -> sql.Composable:
    """Take PostgreSQL's own functions of these names from everybody, and leave them to the roles that need them."""
    grant = sql.SQL("EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO {}', f.name);")
    return sql.SQL(
        "DO $$ DECLARE f record; BEGIN FOR f IN"
        " SELECT oid, oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"
        " AND prokind = 'f' AND proname ~ {} AND EXISTS ("
        "SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner)))"
        " WHERE grantee = 0 AND privilege_type = 'EXECUTE')"
        " LOOP EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f.name); {}"
        # Without the right to revoke, PostgreSQL only warns.
        " IF has_function_privilege('public', f.oid, 'EXECUTE') THEN RAISE insufficient_privilege; END IF;"
        " END LOOP; END $$"
    ).format(sql.Literal(pattern), grant.format(sql.SQL(", ").join(keepers)) if keepers else sql.SQL(""))


def fetch(connection: Connection, query: str, *parameters: Any) -> list[Any]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


@contextmanager
def connected(url: str, **changes: Any) -> Iterator[Connection]:
    """A connection of one's own that commits each statement and is closed at the end."""
    connection = psycopg2.connect(make_dsn(url, connect_timeout=10, application_name="pcd setup", **changes))
    connection.autocommit = True
    try:
        yield connection
    finally:
        connection.close()
