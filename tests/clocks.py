"""A clock that a test sets, for the database as well as for Python: it goes on from there.

In a database of the test's own its owner puts functions of the same names before PostgreSQL's; no other database has
them, and nothing of the product knows how to set a clock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connections
from django.utils import timezone
from psycopg2 import sql

from pcd.database.roles import connected, role_names
from tests.databases import FreshDatabase
from tests.rig import cluster

LONDON = ZoneInfo("Europe/London")
#: The functions by which our SQL and Django know the time.
NAMES = ("now", "clock_timestamp", "statement_timestamp", "transaction_timestamp")
MOVE = """
    CREATE TABLE staff.test_clock (by interval NOT NULL);
    INSERT INTO staff.test_clock VALUES ('0');
    GRANT SELECT ON staff.test_clock TO PUBLIC;
    DO $do$ DECLARE name text; place record; BEGIN
        FOREACH name IN ARRAY %(names)s LOOP
            EXECUTE format('CREATE FUNCTION staff.%%I() RETURNS timestamptz LANGUAGE plpgsql STABLE AS
                $$ BEGIN RETURN pg_catalog.%%1$I() + (SELECT by FROM staff.test_clock); END $$', name);
            EXECUTE format('GRANT EXECUTE ON FUNCTION staff.%%I() TO PUBLIC', name);
        END LOOP;
        FOR place IN SELECT adrelid::regclass AS of_table, attname, pg_get_expr(adbin, adrelid) AS made
            FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
            WHERE pg_get_expr(adbin, adrelid) ~* '(statement_timestamp|now)\\(\\)' LOOP
            EXECUTE format('ALTER TABLE %%s ALTER COLUMN %%I SET DEFAULT staff.statement_timestamp()',
                place.of_table, place.attname);
        END LOOP;
    END $do$;
"""


@dataclass
class MovedClock:
    """The clock of one database and of this process, and the way to set both."""

    database: FreshDatabase
    by: timedelta = timedelta()

    def now(self) -> datetime:
        """Return the moment that it is."""
        return datetime.now(UTC) + self.by

    def set(self, london: str) -> None:
        """Let it be this moment by the clocks of Europe/London, such as `2026-10-25 00:59`."""
        self.set_to(datetime.fromisoformat(london).replace(tzinfo=LONDON))

    def set_to(self, moment: datetime) -> None:
        """Let it be this moment."""
        self.by = moment - datetime.now(UTC)
        with self.database.connect("owner") as owner, owner.cursor() as cursor:
            cursor.execute("UPDATE staff.test_clock SET by = %s", [self.by])


@contextmanager
def moved_clock(database: FreshDatabase, patch: pytest.MonkeyPatch) -> Iterator[MovedClock]:
    """Make the clock of this database one that can be set, and Python's with it."""
    with connected(database.urls["owner"]) as owner, owner.cursor() as cursor:
        cursor.execute(MOVE, {"names": list(NAMES)})
    with connected(database.urls["admin"]) as admin, admin.cursor() as cursor:
        for role in ("owner", "staff"):
            cursor.execute(
                sql.SQL("ALTER ROLE {} IN DATABASE {} SET search_path = staff, site, pg_catalog").format(
                    sql.Identifier(role_names(cluster().prefix)[role]), sql.Identifier(database.name)
                )
            )
    connections.close_all()
    clock = MovedClock(database)
    patch.setattr(timezone, "now", clock.now)
    yield clock
