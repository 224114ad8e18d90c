"""Reading many files, on every core: each in a process that may fail without taking the others along."""

import gc
import hashlib
import os
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from decisions import opening
from decisions.importing import files, reader
from pcd.characters import REPLACEMENT
from pcd.processes import end_with_parent

#: How long one file may take, in seconds, and how many are read alone after one of them ended its reader.
LONGEST, ALONE = 120, 4


@dataclass(frozen=True)
class Read:
    """What became of one file: what was read, or why it was refused."""

    path: Path
    digest: bytes
    reading: dict[str, Any] | None
    why: str = ""


def digest_of(path: Path) -> bytes | None:
    """Return the sha256 of a file's bytes; None where it cannot be opened."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return None


def read_all(paths: Iterable[Path], read: Callable[[Path], Read] | None = None) -> Iterator[Read]:
    """Read files on every core, each by `read` (read_one), and yield what became of each, in their order."""
    read = read or read_one
    waiting = list(paths)
    while waiting:
        done = 0
        try:
            with _pool(len(os.sched_getaffinity(0))) as pool:
                for one in pool.map(read, waiting):
                    yield one
                    done += 1
        except BrokenProcessPool:  # one of the next ended its process: each alone, to know which
            yield from (_alone(path, read) for path in waiting[done : done + ALONE])
            done += ALONE
        waiting = waiting[done:]


def read_one(path: Path) -> Read:
    """Read one file with its words as printed; whatever is wrong with it becomes a sentence."""
    digest = b""
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(LONGEST)
    try:
        if path.stat().st_size > opening.LARGEST:
            raise opening.Refused(f"‘{path.name}’ is larger than {opening.LARGEST // 1024 // 1024} MB.")
        content = path.read_bytes()
        digest = hashlib.sha256(content).digest()
        reading = reader.read_as_printed(files.read(content, path.name), file=path.name)
        return Read(path, digest, _storable(reading.as_json()))
    except opening.Refused as refused:
        return Read(path, digest or digest_of(path) or b"", None, str(refused))
    except TimeoutError:
        return Read(path, digest, None, f"‘{path.name}’ takes too long to read.")
    except Exception as error:  # others' programs raise anything on a file that is not as it should be
        return Read(
            path, digest, None, f"‘{path.name}’ is not as it should be inside ({type(error).__name__})."
        )
    finally:
        signal.alarm(0)


def _pool(workers: int) -> ProcessPoolExecutor:
    """Return processes of their own, which know nothing of the database and end with this one."""
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    """End with the parent, and look for rubbish seldom: a PDF's letters are many small objects."""
    end_with_parent()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def _alone(path: Path, read: Callable[[Path], Read]) -> Read:
    try:
        with _pool(1) as pool:
            return pool.submit(read, path).result()
    except BrokenProcessPool:
        return Read(path, digest_of(path) or b"", None, f"‘{path.name}’ cannot be read: it ends its reader.")


def _too_long(*_: object) -> None:
    raise TimeoutError


def _storable(value: Any) -> Any:
    """Return plain values without what the database cannot keep in a text."""
    if isinstance(value, str):
        return value.replace("\0", REPLACEMENT).encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {name: _storable(below) for name, below in value.items()}
    return [_storable(below) for below in value] if isinstance(value, list) else value
