"""A reader that one file brings down; it stands alone, so that a process of its own can load it."""

import os
import signal
from pathlib import Path

from decisions.archive import many


def read(path: Path) -> many.Read:
    """Read a file, or end as the death of a process would."""
    if path.name == "paper-3.txt":
        os.kill(os.getpid(), signal.SIGKILL)
    return many.read_one(path)
