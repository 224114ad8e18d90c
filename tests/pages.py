"""What every page and PDF is held to: valid HTML, nothing that axe finds wrong, and the checks of PDF/UA-1."""

import atexit
import functools
import json
import subprocess
from pathlib import Path
from typing import Any

from page import validate_pdf_bytes
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
PHONE = 320
#: Only what is wrong is worked out in detail and sent: a long page passes thousands of checks.
AXE = """axe.run({resultTypes: ["violations"]}).then(({violations}) => violations.flatMap(
  ({id, help, nodes}) => nodes.map(({html}) => ({id, help, html}))))"""


@functools.cache
def validator() -> subprocess.Popen[str]:
    """One html-validate for the whole run: it reads a page a line and answers a line."""
    assert (MODULES / "html-validate").exists(), "html-validate is missing: run `npm ci`"
    program = subprocess.Popen(
        ["node", ROOT / "tests" / "validate.js"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(program.kill)
    return program


def html_problems(html: str) -> list[str]:
    """What html-validate finds wrong with a page, one line each."""
    program = validator()
    assert program.stdin
    assert program.stdout
    program.stdin.write(json.dumps(html) + "\n")
    program.stdin.flush()
    answer = program.stdout.readline()
    assert answer, "html-validate has ended: see its output"
    lines = html.splitlines()
    return [
        "{ruleId}: {message} (line {line}: ".format(**found) + lines[found["line"] - 1].strip()[:120] + ")"
        for found in json.loads(answer)
    ]


def assert_valid_html(html: str) -> None:
    """Fail, naming each line, when a page is not valid HTML."""
    problems = html_problems(html)
    assert not problems, "\n".join(problems)


def axe_violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands in the browser, one line for each element."""
    script = MODULES / "axe-core" / "axe.min.js"
    assert script.exists(), "axe-core is missing: run `npm ci`"
    # Evaluated rather than added as a tag, which the pages' Content-Security-Policy refuses.
    page.evaluate(script.read_text() + "; undefined")
    found: list[dict[str, Any]] = page.evaluate(AXE)
    return [f"{row['id']}: {row['help']} ({row['html'][:160]})" for row in found]


def sideways(page: Page) -> int:
    """By how many pixels a page is wider than its window; 0 when nobody has to scroll sideways."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def pdf_failures(content: bytes) -> list[str]:
    """What a PDF breaks of PDF/UA-1, one line each."""
    return [f"{row.rule_id}: {row.message}" for row in validate_pdf_bytes(content, profile="ua1").failures]
