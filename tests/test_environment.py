"""A wrong environment stops the start with one sentence that names the variable and what a right value is."""

import base64
import os
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from pcd.database.secrets import new_key, new_secret
from pcd.environment import Environment, WrongEnvironment
from pcd.notify import Notify
from tests.post import SECRET, SERVICE, TEMPLATE
from tests.rig import ROOT

Reader = Callable[[Environment], Any]
KEY = base64.b64encode(bytes(range(32))).decode()

WRONG: tuple[tuple[str, str | None, Reader, str], ...] = (
    ("PCD_SITE", "both", lambda e: e.choice("PCD_SITE", ("staff", "public")), "it can be staff or public"),
    ("PCD_SECRET_KEY", None, lambda e: e.secret("PCD_SECRET_KEY"), "at least 50 random characters"),
    ("PCD_SECRET_KEY", "short", lambda e: e.secret("PCD_SECRET_KEY"), "too easy to guess"),
    ("PCD_SECRET_KEY", "a" * 60, lambda e: e.secret("PCD_SECRET_KEY"), "too easy to guess"),
    ("PCD_BASE_URL", None, lambda e: e.address("PCD_BASE_URL"), "https://decisions.example.org"),
    ("PCD_BASE_URL", "decisions.example.org", lambda e: e.address("PCD_BASE_URL"), "must look like https://"),
    ("PCD_BASE_URL", "https://a.example.org/x", lambda e: e.address("PCD_BASE_URL"), "with no path"),
    ("PCD_BASE_URL", "http://a.example.org", lambda e: e.address("PCD_BASE_URL"), "without https"),
    (
        "PCD_BASE_URL",
        "https://a.example.org:port",
        lambda e: e.address("PCD_BASE_URL"),
        "must look like https://",
    ),
    ("DATABASE_URL", None, lambda e: e.database("DATABASE_URL", role="pcd_staff"), "postgresql://pcd_staff:"),
    (
        "DATABASE_URL",
        "sqlite:///x",
        lambda e: e.database("DATABASE_URL", role="pcd_staff"),
        "PostgreSQL database",
    ),
    (
        "DATABASE_URL",
        "postgresql://h",
        lambda e: e.database("DATABASE_URL", role="pcd_staff"),
        "must look like",
    ),
    ("PCD_PART2_KEYS", "a:short", lambda e: e.part2_keys("PCD_PART2_KEYS"), "32 random bytes in base64"),
    ("PCD_PART2_KEYS", KEY, lambda e: e.part2_keys("PCD_PART2_KEYS"), "32 random bytes in base64"),
    ("PCD_PART2_KEYS", f"a:{KEY},a:{KEY}", lambda e: e.part2_keys("PCD_PART2_KEYS"), "names a key twice"),
    ("PCD_NOTIFY_API_KEY", "short", lambda e: e.notify("PCD_NOTIFY_API_KEY", "T"), "NAME-SERVICE-SECRET"),
    ("PCD_PROXIES", "-1", lambda e: e.whole_number("PCD_PROXIES", default=0, least=0, most=5), "from 0 to 5"),
    (
        "PCD_PROXIES",
        "many",
        lambda e: e.whole_number("PCD_PROXIES", default=0, least=0, most=5),
        "from 0 to 5",
    ),
)


@pytest.mark.parametrize(("name", "value", "read", "sentence"), WRONG)
def test_a_wrong_value_is_named_and_the_right_one_described(
    name: str, value: str | None, read: Reader, sentence: str
) -> None:
    environment = Environment({} if value is None else {name: value})
    with pytest.raises(WrongEnvironment, match=name) as refusal:
        read(environment)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_no_refusal_repeats_a_secret() -> None:
    readers: tuple[Reader, ...] = (
        lambda e: e.secret("X"),
        lambda e: e.database("X", role="pcd_staff"),
        lambda e: e.part2_keys("X"),
        lambda e: e.notify("X", "T"),
    )
    for read in readers:
        with pytest.raises(WrongEnvironment) as refusal:
            read(Environment({"X": "mysql://canary"}))
        assert "canary" not in str(refusal.value)


def test_right_values_are_read() -> None:
    other = new_key()
    environment = Environment(
        {
            "SITE": " staff ",
            "ADDRESS": "https://staff.example.org:8443/",
            "KEYS": f"new:{KEY}, old:{other}",
            "HOSTS": "a.example.org, b.example.org",
            "NOTIFY": f"register-{SERVICE}-{SECRET}",
            "TEMPLATE": TEMPLATE,
            "DATABASE": "postgresql://pcd_staff:p%40ss@/pcd?host=/run/x",
        }
    )
    assert environment.choice("SITE", ("staff", "public")) == "staff"
    assert environment.address("ADDRESS").geturl() == "https://staff.example.org:8443"
    assert [key_id for key_id, _ in environment.part2_keys("KEYS")] == ["new", "old"]
    assert all(len(key) == 32 for _, key in environment.part2_keys("KEYS"))
    assert environment.words("HOSTS") == ["a.example.org", "b.example.org"]
    assert environment.notify("NOTIFY", "TEMPLATE") == Notify(SERVICE, SECRET, TEMPLATE)
    assert SECRET not in repr(environment.notify("NOTIFY", "TEMPLATE"))
    assert environment.notify("NO", "NONE") is None
    database = environment.database("DATABASE", role="pcd_staff")
    assert (database["USER"], database["PASSWORD"], database["NAME"]) == ("pcd_staff", "p@ss", "pcd")
    assert database["OPTIONS"]["host"] == "/run/x"


COMPLETE = {
    "PCD_SITE": "staff",
    "PCD_BASE_URL": "https://staff.example.org",
    "PCD_PUBLIC_URL": "https://public.example.org",
    "PCD_SECRET_KEY": new_secret(),
    "DATABASE_URL": "postgresql://pcd_staff:x@localhost/pcd",
}


def start(variables: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python with these variables and nothing else of the tests' environment."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("missing", sorted(set(COMPLETE) - {"PCD_SITE"}))
def test_a_site_does_not_start_without(missing: str) -> None:
    variables = {name: value for name, value in COMPLETE.items() if name != missing}
    done = start(variables, "manage.py", "check")
    assert done.returncode == 1
    assert done.stderr.strip().startswith(f"{missing} is missing: set it to")
    assert "Traceback" not in done.stderr


SAY = "from pcd import settings as s; print(s.DEBUG, s.SESSION_COOKIE_SECURE, s.SECURE_SSL_REDIRECT, len(s.PART2_KEYS))"


def test_a_real_site_is_never_debugging_and_its_cookies_need_https() -> None:
    done = start({**COMPLETE, "PCD_PART2_KEYS": f"a:{KEY}", "DEBUG": "1"}, "-c", SAY)
    assert done.stdout.split() == ["False", "True", "True", "1"]


def test_only_localhost_may_do_without_https() -> None:
    done = start({**COMPLETE, "PCD_BASE_URL": "http://localhost:8001"}, "-c", SAY)
    assert done.stdout.split() == ["False", "False", "False", "0"]


def test_the_public_site_takes_no_key_to_part_2_and_no_session() -> None:
    public = {
        "PCD_SITE": "public",
        "PCD_BASE_URL": "https://public.example.org",
        "PCD_SECRET_KEY": new_secret(),
        "PUBLIC_DATABASE_URL": "postgresql://pcd_public:x@localhost/pcd",
        "PCD_PART2_KEYS": f"a:{KEY}",
    }
    say = "from pcd import settings as s; print(len(s.PART2_KEYS), list(s.DATABASES), s.MIDDLEWARE, s.INSTALLED_APPS)"
    done = start(public, "-c", say)
    assert done.stdout.startswith("0 ['default'] ")
    for word in ("session", "message", "auth.middleware", "allauth"):
        assert word not in done.stdout.lower(), word


def test_every_variable_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    code = "".join(path.read_text() for path in (ROOT / "pcd").rglob("*.py"))
    names = set(re.findall(r'"((?:PCD_|[A-Z]+_DATABASE_URL|DATABASE_URL)[A-Z0-9_]*)"', code))
    assert {"PCD_SITE", "DATABASE_URL", "OWNER_DATABASE_URL", "PCD_PART2_KEYS"} <= names
    assert not [name for name in sorted(names) if f"`{name}`" not in readme]
