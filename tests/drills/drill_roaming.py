"""Ten thousand steps at random on the route, with every role, office, absence and delegation: no rule breaks."""

import pytest

from approvals.demo import walk
from tests import roaming
from tests.test_route_roaming import STATIONS

pytestmark = pytest.mark.django_db

WALKS, STEPS = 40, 250


@pytest.mark.parametrize("seed", range(100, 100 + WALKS))
def test_no_rule_breaks_in_ten_thousand_steps(people: walk.People, seed: int) -> None:
    walked = roaming.roam(roaming.world_of(people, STATIONS[:3]), seed=seed, steps=STEPS)
    assert walked.done.total() > STEPS / 25, (walked.done, walked.refused)
