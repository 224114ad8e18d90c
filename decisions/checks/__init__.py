"""Why not yet: a check is a row of a table, and what it finds is a sentence with the place to mend it."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from decisions.models import Version

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """One thing that a check found, said so that a person knows what to do.

    `part` names the page that mends it (a key of decisions/drafting/parts.py, with the row's id after a colon
    where it has one, such as `section:legal` or `part2-notice:<id>`), `anchor` the input on that page. `title` says
    in a few words what was checked, `clause` which rule asks for it, and `about` what the sentence only counts.
    """

    check: str
    severity: Severity
    sentence: str
    part: str
    anchor: str = ""
    title: str = ""
    clause: str = ""
    about: str = ""

    @property
    def key(self) -> str:
        """Return what an answer to this finding is kept under: another sentence needs another answer."""
        return hashlib.sha256(f"{self.check}: {self.sentence}{self.about}".encode()).hexdigest()


@dataclass(frozen=True)
class Found:
    """What a check's function says: the sentence, where it is mended, and a digest of what the sentence only counts."""

    sentence: str
    part: str
    anchor: str = ""
    about: str = ""


@dataclass(frozen=True)
class Check:
    """A rule: what it is called, how much it weighs, which clause asks for it, and what finds it broken.

    `title` is what people read where there is no room for the sentence, and quotes nothing of the paper. A `lasting`
    check is asked again when the paper is cleared and published: what it asks can then still be true.
    """

    key: str
    title: str
    severity: Severity
    clause: str
    finds: Callable[[Version], Iterator[Found]]
    lasting: bool = True

    def findings(self, version: Version) -> Iterator[Finding]:
        """Yield what is wrong with a loaded version."""
        for one in self.finds(version):
            yield Finding(
                self.key,
                self.severity,
                one.sentence,
                one.part,
                one.anchor,
                self.title,
                self.clause,
                one.about,
            )
