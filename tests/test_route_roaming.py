"""The rules of design.md hold after every step of a walk at random, and a walk misses each rule that is taken away."""

import pytest

from approvals.demo import walk
from approvals.workflow import TRANSITION
from tests import roaming

pytestmark = pytest.mark.django_db


def test_every_action_of_the_table_is_tried() -> None:
    assert roaming.ACTS.keys() == TRANSITION.keys()


@pytest.mark.parametrize("seed", range(2))
def test_no_rule_breaks_on_a_walk_at_random(people: walk.People, seed: int) -> None:
    world = roaming.roam(people, seed=seed, steps=200)
    assert world.done.total() > 20, (world.done, world.refused)
