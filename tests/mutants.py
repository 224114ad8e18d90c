"""How a guard of the database is taken away, what it refuses tried, and the guard put back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction
from psycopg2.extensions import connection as Connection  # noqa: N812 - psycopg2 names its class so

from approvals.demo import walk
from decisions.models import Version
from pcd.database.roles import fetch
from tests.databases import FreshDatabase

#: Takes a guard away and returns how it is put back.
Change = Callable[[Connection], Callable[[Connection], None]]


@dataclass(frozen=True)
class Stage:
    """A database with papers at several stations, and the people."""

    database: FreshDatabase
    people: walk.People
    papers: dict[str, Version]


def accepted(act: Callable[[], Any]) -> bool:
    """Say whether the database takes what this does; it is undone in any case."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True


# Ways to take a guard away; each returns how it is put back.


def without_fault(function: str, fault: str) -> Change:
    """Let a function of the database no longer see one fault."""

    def change(owner: Connection) -> Callable[[Connection], None]:
        [(whole,)] = fetch(owner, f"select pg_get_functiondef('staff.{function}'::regproc)")
        for given in (f"fault := '{fault}", f"fault := format('{fault}"):
            start = whole.find(given)
            if start >= 0:
                end = whole.index(";", start)
                execute(owner, f"{whole[:start]}fault := NULL{whole[end:]}")
                return lambda owner: execute(owner, whole)
        raise AssertionError(f"{function} knows no fault {fault!r}")

    return change


def without_words(function: str, words: str, instead: str = "") -> Change:
    """Take some words out of a function of the database, or put others there."""

    def change(owner: Connection) -> Callable[[Connection], None]:
        [(whole,)] = fetch(owner, f"select pg_get_functiondef('staff.{function}'::regproc)")
        assert words in whole
        execute(owner, whole.replace(words, instead))
        return lambda owner: execute(owner, whole)

    return change


def without_trigger(trigger: str, table: str) -> Change:
    """Switch a trigger off."""

    def change(owner: Connection) -> Callable[[Connection], None]:
        execute(owner, f"alter table {table} disable trigger {trigger}")
        return lambda owner: execute(owner, f"alter table {table} enable always trigger {trigger}")

    return change


def without_unique(name: str, table: str) -> Change:
    """Drop a unique constraint, or the unique index that stands for one."""

    def change(owner: Connection) -> Callable[[Connection], None]:
        constraint = fetch(
            owner, "select pg_get_constraintdef(oid) from pg_constraint where conname = %s", name
        )
        if constraint:
            execute(owner, f"alter table {table} drop constraint {name}")
            return lambda owner: execute(
                owner, f"alter table {table} add constraint {name} {constraint[0][0]}"
            )
        [(index,)] = fetch(owner, f"select pg_get_indexdef('staff.{name}'::regclass)")
        execute(owner, f"drop index {name}")
        return lambda owner: execute(owner, index)

    return change


def execute(owner: Connection, text: str) -> None:
    with owner.cursor() as cursor:
        cursor.execute(text)


@contextmanager
def changed(database: FreshDatabase, change: Change) -> Iterator[None]:
    """Take a guard away, and put it back."""
    with database.connect("owner") as owner:
        back = change(owner)
        try:
            yield
        finally:
            back(owner)


def tried(database: FreshDatabase, change: Change, act: Callable[[], Any]) -> None:
    """See that something is refused, that it goes through without its guard, and is refused with it again."""
    assert not accepted(act)
    with changed(database, change):
        assert accepted(act), "something else refuses it too, so nothing tries this guard"
    assert not accepted(act)
