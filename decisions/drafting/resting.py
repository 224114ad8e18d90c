"""What rests on the text of a draft, so that whoever saves is told beforehand what falls (design.md 1, promise 2).

The paper does not know the route: `approvals` adds to RESTS what it has there, as plain values.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from decisions.models import Version
from decisions.snapshot import component_digests, once


@dataclass(frozen=True)
class Rest:
    """One thing that holds on the text as it stands: what it is in words, and which components it covers."""

    key: str
    said: str
    covers: Callable[[str], bool]


#: Each returns what holds on a loaded version.
RESTS: list[Callable[[Version], list[Rest]]] = []


class LetsFall(Exception):
    """A save would let something fall of which the person was not told; nothing has been saved."""

    def __init__(self, falling: list[Rest]) -> None:
        super().__init__("lets fall")
        self.falling = falling


@dataclass(frozen=True)
class Before:
    """What rested on the text before a save, and the text's digests; none are worked out where nothing rests."""

    rests: list[Rest]
    digests: dict[str, str]


@once
def before(version: Version) -> Before:
    """Look at a loaded version before anything is written to it; asked again later, it says the same."""
    rests = on(version)
    return Before(rests, component_digests(version) if rests else {})


def on(version: Version) -> list[Rest]:
    """Return all that rests on a loaded version as it stands."""
    return [rest for says in RESTS for rest in says(version)]


def covering(version: Version, component: str) -> list[Rest]:
    """Return what falls when this component changes, for a page that knows which one it changes."""
    return [rest for rest in on(version) if rest.covers(component)]


def check(version: Version, now: Version, told: Collection[str]) -> None:
    """Raise LetsFall for what a save lets fall, but for what the person was `told` of, by key.

    `version` is the paper as `before` saw it, `now` as the save leaves it.
    """
    stood = before(version)
    if not stood.rests:
        return
    digests = component_digests(now)
    changed = [key for key in stood.digests | digests if stood.digests.get(key) != digests.get(key)]
    falling = [rest for rest in stood.rests if any(map(rest.covers, changed)) and rest.key not in told]
    if falling:
        raise LetsFall(falling)
