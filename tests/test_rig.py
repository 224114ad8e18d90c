"""The tests' own ground: who they are in the database, and that nothing of theirs stays."""

import django.db.backends.postgresql.psycopg_any as driver
import pytest
from django.db import DatabaseError, connection

from tests.databases import FreshDatabase
from tests.public import AsPublic


def test_the_driver_is_psycopg2() -> None:
    assert driver.is_psycopg3 is False


@pytest.mark.django_db
def test_an_ordinary_test_is_staff() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select current_user, session_user, current_setting('search_path')")
        user, session, path = cursor.fetchone()
    assert user == session
    assert user.endswith("_staff")
    assert path == "staff, site"


def test_reading_as_the_public_is_undone_at_the_end(as_public: AsPublic) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into cache_entry values ('k', 'v', now())")
        with as_public():
            cursor.execute("select current_user, current_setting('transaction_read_only')")
            user, read_only = cursor.fetchone()
        assert user.endswith("_public")
        assert read_only == "on"
        cursor.execute("select current_user, count(*) from cache_entry")
        user, count = cursor.fetchone()
        assert user.endswith("_staff")
        assert count == 1


def test_the_public_sees_no_staff_table_inside_a_test(as_public: AsPublic) -> None:
    with as_public(), connection.cursor() as cursor, pytest.raises(DatabaseError, match="permission denied"):
        cursor.execute("select count(*) from staff.django_session")


def test_a_fresh_database_is_empty_staffs_and_committed(fresh_database: FreshDatabase) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select current_database(), current_user")
        name, user = cursor.fetchone()
        cursor.execute("insert into cache_entry values ('k', 'v', now())")
    assert name == fresh_database.name
    assert user.endswith("_staff")
    with fresh_database.connect("owner") as owner, owner.cursor() as cursor:
        cursor.execute("select count(*) from cache_entry")
        assert cursor.fetchone() == (1,)
