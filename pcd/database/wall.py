"""What a web process must not be able to do in the database; one that can does not start."""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

# Each row: a question that must be answered "no", and what to say when it is not.
ROLE_CHECKS = (
    ("rolsuper", "it is a superuser"),
    ("rolcreaterole", "it may create roles"),
    ("rolcreatedb", "it may create databases"),
    ("rolreplication", "it may read the whole cluster by replication"),
    ("rolbypassrls", "it may pass row-level security"),
    ("has_database_privilege(current_database(), 'CREATE')", "it may create schemas"),
    ("has_database_privilege(current_database(), 'TEMP')", "it may create temporary tables"),
    (
        "exists (select from pg_namespace where nspname in ('staff', 'site')"
        " and has_schema_privilege(oid, 'CREATE'))",
        "it may create tables",
    ),
    (
        "exists (select from pg_class where relowner = pg_roles.oid)",
        "it owns tables",
    ),
    (
        "exists (select from pg_roles owner where owner.rolname in (%(owner)s, %(backup)s)"
        " and pg_has_role(owner.oid, 'MEMBER'))",
        "it may become the owner's or the backup's role",
    ),
)
PUBLIC_CHECKS = (
    (
        "exists (select from pg_namespace where nspname = 'staff' and has_schema_privilege(oid, 'USAGE'))",
        "it may use the staff schema",
    ),
)


def reasons_not_to_start(connection: BaseDatabaseWrapper) -> list[str]:
    """Why this process's role is not fit for its site, in plain words; none when it is."""
    if not settings.SITE:
        return ["PCD_SITE is missing: set it to staff or public"]
    checks = ROLE_CHECKS + (PUBLIC_CHECKS if settings.SITE == "public" else ())
    questions = ", ".join(question for question, _ in checks)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select rolname, {questions} from pg_roles where rolname = session_user",  # noqa: S608 - a constant
            settings.ROLES,
        )
        role, *answers = cursor.fetchone()
    reasons = [reason for (_, reason), answer in zip(checks, answers, strict=True) if answer]
    if role != settings.ROLES[settings.SITE]:
        reasons.insert(
            0, f"the role is {role}, but the {settings.SITE} site runs as {settings.ROLES[settings.SITE]}"
        )
    return reasons


def refuse_a_wrong_start(connection: BaseDatabaseWrapper, *, needs_part2_keys: bool = False) -> None:
    """Stop a process that could pass the wall, or that cannot be told from one that could."""
    try:
        reasons = reasons_not_to_start(connection)
    except DatabaseError as error:
        raise ImproperlyConfigured(
            "The database does not answer, or not to this role: check the process's database address."
        ) from error
    finally:
        connection.close()
    if needs_part2_keys and not settings.PART2_KEYS:
        reasons.append("PCD_PART2_KEYS is missing, so no Part 2 could be read or written")
    if reasons:
        raise ImproperlyConfigured(f"This process must not start: {'; '.join(reasons)}.")


@cache
def migrations_of_the_code() -> frozenset[tuple[str, str]]:
    """The migrations that the code on disk knows."""
    loader = MigrationLoader(None)
    return frozenset(loader.disk_migrations or ())


def missing_migrations(connection: BaseDatabaseWrapper) -> frozenset[tuple[str, str]]:
    """The migrations that the code expects and that the database has not seen."""
    return migrations_of_the_code() - set(MigrationRecorder(connection).applied_migrations())
