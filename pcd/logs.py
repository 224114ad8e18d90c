"""Log lines that say what failed and where, but never repeat what somebody wrote."""

import logging
import re
import time
import traceback
from types import TracebackType

#: The key of a link for a new password, which an address carries until allauth has led on to one without it.
SECRET_ADDRESS = re.compile(r"(/accounts/password/new/)[^\s?\"']+")


class PlainFormatter(logging.Formatter):
    """One line a record; of an exception its type and the places it passed, as its message may quote a paper."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """The line, without what would open an account."""
        return SECRET_ADDRESS.sub(r"\1...", super().format(record))

    def formatException(  # noqa: N802 - the name is the standard library's
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The stack without the exception's message, its causes told the same way."""
        lines: list[str] = []
        error = ei[1]
        while error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
            lines.append(f"  {type(error).__module__}.{type(error).__qualname__}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n".join(lines)


class NotAgain(logging.Filter):
    """Lets the same line through once in so many seconds: what is tried every two may fail for days."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds
        self.last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether this line has not been written lately."""
        line, now = record.getMessage(), time.monotonic()
        self.last = {said: at for said, at in self.last.items() if now - at < self.seconds}
        new = line not in self.last
        if new:
            self.last[line] = now
        return new
