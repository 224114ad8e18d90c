"""SQL files beside migrations: triggers and grants are read best as SQL."""

from pathlib import Path

from django.conf import settings
from django.db.migrations import RunSQL


def sql_file(migration: str) -> RunSQL:
    """Return the operation that runs the .sql file beside a migration (pass its `__file__`).

    `:owner`, `:staff`, `:public` and `:backup` stand for the roles of this installation.
    """
    sql = Path(migration).with_suffix(".sql").read_text()
    for role, name in settings.ROLES.items():
        sql = sql.replace(f":{role}", f'"{name}"')
    return RunSQL(sql, RunSQL.noop)
