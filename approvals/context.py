"""What an action works on: the locked version, the person, the fields of the form."""

from dataclasses import dataclass, field
from typing import Any

from decisions.models import Version
from pcd.people.models import User


@dataclass
class Context:
    """One act in the making; `trail` collects safe facts for the trail (never a word of the paper)."""

    version: Version
    person: User | None
    inputs: dict[str, Any]
    trail: dict[str, Any] = field(default_factory=dict)
    #: A page asks what stands in the way before its form has been filled in.
    confirming: bool = False

    @property
    def actor(self) -> User:
        """Return the person; raises where the clock acts alone."""
        if self.person is None:
            raise ValueError("this act needs a person")
        return self.person
