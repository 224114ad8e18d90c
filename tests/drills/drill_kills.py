"""Two hundred kills at chance moments, a kill before every statement of every act, forty kills of the server."""

import random

import pytest

from approvals.demo import walk
from approvals.demo.papers import CUSTODY, made_up
from decisions.snapshot import load
from tests.databases import FreshDatabase
from tests.test_kills import (  # noqa: F401 - fixtures are found by being here
    ACTS,
    KILLED,
    Dependable,
    chance,
    dependable,
    kill_in_the_act,
    kill_servers,
    kill_walkers,
    people,
)
from tests.wholeness import faults

# ruff: noqa: F811 - a fixture's name is the argument's

MOST_STATEMENTS = 200


def test_two_hundred_kills_of_walkers(
    fresh_database: FreshDatabase, people: walk.People, chance: random.Random
) -> None:
    walkers = kill_walkers(fresh_database, chance, 200)
    assert len(walkers.done) > 100


@pytest.mark.parametrize("station", ACTS)
def test_a_kill_before_every_statement_of_an_act(
    fresh_database: FreshDatabase, people: walk.People, station: str
) -> None:
    before = ("in_advice", *ACTS)[ACTS.index(station)]
    version = walk.bring(walk.draft(made_up(1, "Signal masts", part2=CUSTODY), people), people, before)
    for statement in range(1, MOST_STATEMENTS):
        if kill_in_the_act(fresh_database, version, station, statement) != KILLED:
            break
    else:
        raise AssertionError(f"{station} sends more statements than {MOST_STATEMENTS}")
    assert statement > 10
    assert load(version.pk).state == {"cleared": "decided"}.get(station, station)
    assert faults(fresh_database.urls["owner"]) == []


def test_forty_kills_of_the_server(dependable: Dependable, chance: random.Random) -> None:
    walkers = kill_servers(dependable, chance, 40)
    assert len(walkers.done) > 40
