"""Which files to bring: those of a folder, or of a list (CSV) that says more of each."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit

from decisions.importing import dates
from decisions.importing.files import ENDINGS
from decisions.models.archive import LONGEST_ADDRESS
from decisions.opening import Refused

#: The columns of a list; only `file` must be there. An `address` holds one or more, divided by spaces.
COLUMNS = ("file", "reference", "title", "decided", "published", "address")
KNOWN = {ending for endings in ENDINGS.values() for ending in endings if ending}


@dataclass(frozen=True)
class Listed:
    """A file to bring, by the name that its batch has for it, and what the list says of it."""

    path: Path
    name: str
    given: dict[str, str] = field(default_factory=dict)
    addresses: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def listed(source: Path) -> list[Listed]:
    """Return the files of a folder and the folders in it, or of a list; raises Refused where it is neither."""
    if source.is_dir():
        return list(of_paths(sorted(path for path in source.rglob("*") if _meant(path)), source))
    if source.suffix.lower() == ".csv" and source.is_file():
        return list(_of_list(source))
    raise Refused(f"‘{source}’ is neither a folder nor a list (.csv).")


def of_paths(paths: Iterable[Path], folder: Path | None = None) -> Iterator[Listed]:
    """Yield files that are named one by one."""
    for path in paths:
        yield Listed(path, str(path.relative_to(folder) if folder else path.name)[-255:])


def address(text: str) -> str:
    """Return an old address as it is kept and compared: without its host, in small letters, no slash at its end."""
    parts = urlsplit(text.strip())
    path = unquote(parts.path).rstrip("/").lower()
    return (
        f"/{path.lstrip('/')}{'?' + parts.query.lower() if parts.query else ''}"
        if path or parts.query
        else ""
    )


def kept(text: str) -> bool:
    """Say whether an old address is kept: one that names a page, and is not too long."""
    return 0 < len(address(text)) <= LONGEST_ADDRESS


def _meant(path: Path) -> bool:
    """Pass over folders, hidden files and lists; what cannot be read is still reported."""
    return path.is_file() and not path.name.startswith((".", "~$")) and path.suffix.lower() != ".csv"


def _of_list(source: Path) -> Iterator[Listed]:
    try:
        with source.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            rows.fieldnames = [name.strip().lower() for name in rows.fieldnames or ()]
            unknown = set(rows.fieldnames) - set(COLUMNS)
            if unknown or "file" not in rows.fieldnames:
                raise Refused(
                    f"‘{source.name}’ needs a column ‘file’ and may have {', '.join(COLUMNS[1:])}."
                    + (f" It has {', '.join(sorted(map(repr, unknown)))}." if unknown else "")
                )
            for line, row in enumerate(rows, start=2):
                values = {name: (row.get(name) or "").strip() for name in COLUMNS}
                if values["file"]:
                    yield _row(source, line, values)
    except UnicodeDecodeError:
        raise Refused(f"‘{source.name}’ is not in UTF-8. Save it as ‘CSV UTF-8’.") from None


def _row(source: Path, line: int, values: dict[str, str]) -> Listed:
    """Return one row of a list, its dates as ISO; raises Refused for a date that does not exist."""
    given = {"reference": values["reference"], "title": values["title"]}
    for column, name in (("decided", "decided_on"), ("published", "published_on")):
        day = dates.found(values[column])
        if values[column] and (day is None or not date(1990, 1, 1) <= day <= date(2100, 1, 1)):
            raise Refused(f"‘{source.name}’, line {line}: ‘{values[column]}’ is not a date.")
        given[name] = day.isoformat() if day else ""
    addresses = values["address"].split()
    return Listed(
        source.parent / values["file"],
        values["file"][-255:],
        {name: value for name, value in given.items() if value},
        tuple(address(one) for one in addresses if kept(one)),
        tuple(one for one in addresses if not kept(one)),
    )
