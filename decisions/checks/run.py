"""All checks of a paper at once, and what was said to their warnings."""

from decisions.checks import (
    Check,
    Finding,
    authority,
    completeness,
    consistency,
    contracts,
    exemptions,
    imported,
    money,
    timing,
)
from decisions.models import Version, WarningAnswer
from decisions.snapshot import once

CHECKS: tuple[Check, ...] = (
    *completeness.CHECKS,
    *authority.CHECKS,
    *consistency.CHECKS,
    *money.CHECKS,
    *contracts.CHECKS,
    *timing.CHECKS,
    *exemptions.CHECKS,
    *imported.CHECKS,
)


@once
def findings(version: Version) -> list[Finding]:
    """Return all that is missing or contradicts itself; `version` should come from `snapshot.load`."""
    found: dict[str, Finding] = {}
    for check in CHECKS:
        for finding in check.findings(version):
            found.setdefault(finding.key, finding)
    return list(found.values())


def warnings(version: Version) -> list[Finding]:
    """Return the warnings only, answered or not."""
    return [one for one in findings(version) if one.severity == "warning"]


def open_findings(version: Version) -> list[Finding]:
    """Return what still stands in the way: the errors, and the warnings without an answer."""
    answered = {row.warning for row in version.warning_answers.all()}
    return [one for one in findings(version) if one.severity == "error" or one.key not in answered]


def lasting(version: Version) -> list[Finding]:
    """Return the errors that stand in the way of publishing what was decided."""
    checks = [check for check in CHECKS if check.lasting and check.severity == "error"]
    return [finding for check in checks for finding in check.findings(version)]


def raised_since(version: Version) -> list[Finding]:
    """Return the lasting warnings without an answer: of a submitted paper, those that came up since."""
    checks = {check.key for check in CHECKS if check.lasting}
    return [one for one in open_findings(version) if one.severity == "warning" and one.check in checks]


def answered(version: Version) -> list[tuple[Finding, WarningAnswer]]:
    """Return each warning that was answered, with its answer: what those who sign are shown."""
    answers = {row.warning: row for row in version.warning_answers.select_related("person")}
    return [(one, answers[one.key]) for one in warnings(version) if one.key in answers] if answers else []
