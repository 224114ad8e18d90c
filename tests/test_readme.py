"""What README says and a program can check."""

import re
from pathlib import Path

from django.core.management import get_commands

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
CODE = "\n".join(
    path.read_text() for folder in ("pcd", "decisions", "approvals") for path in (ROOT / folder).rglob("*.py")
)


def test_every_file_that_readme_names_is_there() -> None:
    named = set(re.findall(r"`((?:pcd|decisions|approvals|templates|static|tests)/[\w./*-]*)`", README))
    missing = [
        path for path in sorted(named) if "build" not in path and not list(ROOT.glob(path.rstrip("/")))
    ]
    assert not missing
    assert len(named) > 40


def test_every_command_that_readme_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert set(re.findall(r"make ([a-z]+)`", README)) - {"it"} <= targets
    assert set(re.findall(r"manage\.py ([a-z_]+)", README)) <= set(get_commands())
