"""The steps of the route in their order, and where a paper lands that passes some of them.

What its body does not have is passed, and what whoever decides does without (`decisions/deciders.py`).
"""

from approvals.acts import passed
from approvals.signing import TURN
from decisions.models import State, Version


def landing(version: Version, target: State) -> State:
    """Return where a paper lands that is sent on to a state: there, or at the first step after it that it has."""
    if target not in TURN:
        return target
    skipped = passed(version)
    return next(state for state in landings(target) if TURN[state] not in skipped)


def landings(target: State) -> list[State]:
    """Return everywhere where a paper may land that is sent on to a state, in whichever body."""
    steps = list(TURN)
    return [State(step) for step in steps[steps.index(target) :]] if target in TURN else [target]
