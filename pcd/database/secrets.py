"""The secrets that an embedded installation makes for itself, kept in one file that only its owner may read."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

FILE_NAME = "secrets.json"


def new_secret() -> str:
    """Random text that is safe in an address."""
    return secrets.token_urlsafe(48)


def new_key() -> str:
    """A random key of 32 bytes, in base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def demo_password() -> str:
    """A password that is easy to type from a screen and hard to guess."""
    return "-".join(secrets.token_hex(3) for _ in range(3))


# Each row: the secret's name in the file, and how it is made the first time.
MAKERS = {
    "owner_password": new_secret,
    "staff_password": new_secret,
    "public_password": new_secret,
    "backup_password": new_secret,
    "staff_secret_key": new_secret,
    "public_secret_key": new_secret,
    "clock_secret_key": new_secret,
    "part2_keys": lambda: f"first:{new_key()}",
    "backup_key": new_key,
    "demo_password": demo_password,
}


def load_or_make(folder: Path) -> dict[str, str]:
    """The secrets kept in this folder; those that are missing are made and written down before they are used."""
    path = folder / FILE_NAME
    kept: Mapping[str, str] = json.loads(path.read_text()) if path.exists() else {}
    known = {**kept, **{name: make() for name, make in MAKERS.items() if name not in kept}}
    if known != kept:
        new = path.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(known, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    return known
