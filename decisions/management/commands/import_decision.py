"""`manage.py import_decision FILE...`: reads decisions that were written elsewhere, each to a draft.

With --published they are old decisions, read into a batch of the archive as `import_archive` does.
"""

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from decisions import policy
from decisions.archive.listed import of_paths
from decisions.importing import drafts, files, reader
from decisions.importing.reading import Reading, walk
from decisions.management.commands.import_archive import add_batch_arguments, bring_as, in_words
from decisions.opening import Refused
from decisions.wording import day
from pcd.people.models import Role, User, holders


class Command(BaseCommand):
    """Read files; a file that is refused stops no other, and the exit status is 1 if any is."""

    help = __doc__
    requires_system_checks: tuple[str, ...] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the files, and what to do with what was read."""
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="Word, PDF, web page or text")
        parser.add_argument("--dry-run", action="store_true", help="read only, and keep nothing")
        parser.add_argument("--as", dest="officer", metavar="USERNAME", help="whose drafts they are")
        parser.add_argument("--json", action="store_true", help="print one object a file, each on a line")
        parser.add_argument(
            "--published", action="store_true", help="they are old decisions, for the archive"
        )
        add_batch_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Read each file and say what was found."""
        if options["published"] and not options["dry_run"]:
            self._archive(options)
            return
        refused = False
        officer = None if options["dry_run"] else drafting_officer(options["officer"])
        for path in options["files"]:
            try:
                content = contents(path)
                reading = reader.read(files.read(content, path.name), file=path.name)
                if officer is not None:
                    drafts.draft(reading, content, by=officer)
            except Refused as refusal:
                refused = True
                self.stderr.write(str(refusal))
                if options["json"]:
                    self.stdout.write(
                        json.dumps({"file": path.name, "error": str(refusal)}, ensure_ascii=False)
                    )
                continue
            if options["json"]:
                self.stdout.write(json.dumps(reading.as_json(), ensure_ascii=False))
            else:
                self.stdout.write(report(reading))
        if refused:
            sys.exit(1)

    def _archive(self, options: dict[str, Any]) -> None:
        """Bring the files into a batch of the archive and report."""
        batch = options["batch"] or f"Brought on {day(timezone.localdate())}"
        report = bring_as(self, list(of_paths(options["files"])), batch, options["archivist"])
        self.stdout.write(
            json.dumps(report.as_json(), ensure_ascii=False) if options["json"] else in_words(report)
        )
        if report.refused:
            sys.exit(1)


def contents(path: Path) -> bytes:
    """Return a file's bytes; raises Refused where it cannot be opened."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"‘{path.name}’ cannot be opened: {error.strerror}.") from None


def drafting_officer(username: str | None) -> User:
    """Return whose drafts are made: who is named, or who has held the office for longest."""
    if settings.SITE != "staff":
        raise CommandError(
            "A draft is made by the staff site: set PCD_SITE=staff, or add --dry-run to read only."
        )
    officers = holders(Role.DRAFTING_OFFICER)
    officer = (
        officers.filter(username=username).first()
        if username
        else officers.order_by("holdings__since", "pk").first()
    )
    if officer is None or not policy.may_draft(officer):
        raise CommandError(f"{username or 'Nobody'} is no drafting officer. Name one with --as USERNAME.")
    return officer


def report(reading: Reading) -> str:
    """Return what was found in a file, for a person: what it is, what was put right, and what to look at."""
    lines = [
        f"{reading.file}: {reading.reference or 'no reference'}, {reading.title or 'no title'}",
        f"  {len(walk(reading.recommendations))} recommendations, {len(reading.sections)} sections, "
        f"{len(reading.financial_lines)} amounts, {len(reading.contract_awards)} contracts, "
        f"{len(reading.grants)} grants",
    ]
    lines += [
        f"  Put right in {row['where']}: {row['before']} to {row['after']}" for row in reading.corrected
    ]
    lines += [f"  Look at {row['where']}: {row['sentence']}" for row in reading.doubts]
    lines += [f"  Set aside: {text}" for text in reading.set_aside]
    lines += [f"  Left over: {text}" for text in reading.leftover]
    return "\n".join(lines)
