"""A migration that has landed has run on databases that are kept: a changed rule is a new file."""

import hashlib

from tests.rig import ROOT

LANDED = ROOT / "tests" / "landed_migrations.txt"


def test_no_landed_migration_has_changed_and_every_new_one_is_listed() -> None:
    listed = {line[66:]: line[:64] for line in LANDED.read_text().splitlines()}
    present = {
        path.relative_to(ROOT).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for app in ("approvals", "decisions", "pcd", "pcd/people")
        for path in (ROOT / app / "migrations").glob("0*.*")
    }
    assert present == listed, f"add what is new: sha256sum FILE >> {LANDED.relative_to(ROOT)}"
