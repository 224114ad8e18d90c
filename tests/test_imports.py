"""Imports run one way, stand at the top of their file, and reach what each part may know and nothing else."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig import ROOT

# From the bottom up; a module may import its own layer and those below it.
LAYERS = ("pcd", "pcd.people", "decisions", "approvals", "pcd.urls")
GUARDIAN_IS_KNOWN_TO = ("decisions.policy", "decisions.models")
THE_PUBLIC_PAGES_KNOW = ("decisions.public", "decisions.part1", "decisions.models.publication", "pcd")
# Words and spellings, with no row behind them: everybody may know these, and they know nothing of the record.
PLAIN_WORDS = ("decisions.references", "decisions.wording")
FILES = sorted(
    path.relative_to(ROOT)
    for top in ("pcd", "decisions", "approvals")
    for path in (ROOT / top).rglob("*.py")
    if "migrations" not in path.parts
)


def module_of(path: Path) -> str:
    """The dotted name of a file."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def within(module: str, package: str) -> bool:
    """Whether the module is the package or stands in it."""
    return module == package or module.startswith(f"{package}.")


def layer(module: str) -> int | None:
    """How high a module of ours stands; None for others' modules."""
    found = [number for number, package in enumerate(LAYERS) if within(module, package)]
    return max(found, key=lambda number: len(LAYERS[number])) if found else None


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports; of `from a import b` both `a.b` where that is a module, and `a`."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for name in node.names:
                inner = f"{node.module}.{name.name}"
                yield inner if is_module(inner) else node.module


def is_module(name: str) -> bool:
    """Whether this dotted name is a file or a package of ours."""
    path = ROOT / Path(*name.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


@pytest.mark.parametrize("path", FILES, ids=str)
def test_imports_point_down(path: Path) -> None:
    own = layer(module_of(path))
    assert own is not None
    up = [name for name in imports(path) if (layer(name) or 0) > own]
    assert not up, f"{path} imports {up} from above itself"


@pytest.mark.parametrize("path", FILES, ids=str)
def test_imports_are_absolute_and_at_the_top(path: Path) -> None:
    tree = ast.parse((ROOT / path).read_text())
    relative = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    assert not relative, f"{path} has relative imports in lines {relative}"
    inside = [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not inside, f"{path} imports inside functions, in lines {inside}"


def test_guardian_is_asked_in_one_place() -> None:
    others = [
        str(path)
        for path in FILES
        if not any(within(module_of(path), known) for known in GUARDIAN_IS_KNOWN_TO)
        and any(within(name, "guardian") for name in imports(path))
    ]
    assert not others


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.parts[:2] == ("decisions", "public")], ids=str
)
def test_the_public_pages_know_publications_only(path: Path) -> None:
    ours = [name for name in imports(path) if layer(name) is not None]
    known = [
        name
        for name in ours
        if any(within(name, package) for package in THE_PUBLIC_PAGES_KNOW + PLAIN_WORDS)
        and not within(name, "pcd.people")
    ]
    assert ours == known


@pytest.mark.parametrize("module", [*PLAIN_WORDS, "decisions.part1"])
def test_what_the_public_pages_share_with_the_staff_knows_no_record(module: str) -> None:
    reached, waiting = set(), {module}
    while waiting:
        name = waiting.pop()
        reached.add(name)
        path = Path(*name.split("."))
        path = path / "__init__.py" if (ROOT / path).is_dir() else path.with_suffix(".py")
        waiting |= {other for other in imports(path) if layer(other) is not None} - reached
    assert not [name for name in reached if "models" in name.split(".")]


@pytest.mark.parametrize("path", FILES, ids=str)
def test_nothing_brings_the_other_driver(path: Path) -> None:
    assert not [name for name in imports(path) if within(name, "psycopg")]


def test_the_arrows_can_fail() -> None:
    assert layer("pcd.urls.staff") == LAYERS.index("pcd.urls")
    assert layer("pcd.people.models") == LAYERS.index("pcd.people")
    assert layer("pcd.database.roles") == LAYERS.index("pcd")
    assert layer("django.db") is None
    assert (layer("approvals.workflow") or 0) > (layer("decisions.models") or 0) > (layer("pcd.people") or 0)
