"""What an action works on: the locked version, the person, the fields of the form."""

from dataclasses import dataclass, field
from typing import Any

from decisions.models import Version
from decisions.snapshot import F, is_whole, kept_in, load
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
    #: What was asked about this act already (`once`).
    answers: dict[Any, Any] = field(default_factory=dict, repr=False)

    @property
    def actor(self) -> User:
        """Return the person; raises where the clock acts alone."""
        if self.person is None:
            raise ValueError("this act needs a person")
        return self.person


def once(asks: F) -> F:
    """Ask something about an act once: twenty rows of the table of transitions ask whose turn it is.

    Who has a part in an act is asked before it does anything, so the answer stays true for as long as it is asked.
    """
    return kept_in(lambda context: context.answers)(asks)


@once
def whole(context: Context) -> Version:
    """Return the version with all its rows, fetched once: one by one they would be a query each."""
    return context.version if is_whole(context.version) else load(context.version.pk)
