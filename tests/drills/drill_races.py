"""Officers who save while another submits, without any arrangement of who comes when, a hundred times."""

import random
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError

from approvals import advice, effects
from approvals.demo import walk
from approvals.demo.papers import made_up
from approvals.workflow import NotAllowed, Refused
from decisions.drafting.writes import Changed, Submitted
from decisions.models import Version
from decisions.snapshot import load, snapshot_bytes
from tests.test_kills import chance  # noqa: F401 - a fixture is found by being here
from tests.test_races import (  # noqa: F401
    add_money,
    at_once,
    change_the_title,
    people,
    save_the_page,
)

# ruff: noqa: F811 - a fixture's name is the argument's

RACES = 100
#: Changes that ask for the version before any row of it, as all code must: one that has a row first and then asks
#: for the version meets the others head-on, and PostgreSQL ends one of the two (nothing is lost, but it is an error).
ORDERLY = (save_the_page, add_money, change_the_title)


def test_what_is_signed_is_what_stands_in_the_rows_a_hundred_times(
    people: walk.People, chance: random.Random, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advice, "needed", lambda version: [])  # no advice is mandatory here
    monkeypatch.setattr(effects, "needed", lambda version: [])
    won = 0
    for _ in range(RACES):
        version = walk.draft(made_up(1, "Signal masts"), people)
        acts: list[Callable[[], Any]] = [partial(change, version, people) for change in ORDERLY]
        acts += [partial(walk.submit, version, people)] * 3
        chance.shuffle(acts)
        before = snapshot_bytes(load(version.pk))
        results = at_once(acts)
        for result in results:
            expected = Version | DatabaseError | Submitted | Changed | Refused | NotAllowed
            assert result is None or isinstance(result, expected), repr(result)
            assert "deadlock" not in str(result)
        now = load(version.pk)
        assert now.rounds.count() == 1, results
        stored = now.rounds.get().snapshot
        assert snapshot_bytes(now) == bytes(stored.content)
        won += snapshot_bytes(now) != before
    assert won, "no change ever came before its submission"
