"""Why not yet: each check gives findings, and a finding is a plain sentence with the place to mend it."""

import hashlib
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """One thing that a check found, said so that a person knows what to do.

    `part` names the page that mends it (a key of decisions/drafting/parts.py, with the row's id after a colon
    where it has one, such as `section:legal` or `part2-notice:<id>`), `anchor` the input on that page.
    """

    check: str
    severity: Severity
    sentence: str
    part: str
    anchor: str = ""

    @property
    def key(self) -> str:
        """Return what an answer to this finding is kept under: another sentence needs another answer."""
        return hashlib.sha256(f"{self.check}: {self.sentence}".encode()).hexdigest()
