"""`manage.py import_archive FOLDER|LIST.csv`: brings old decisions into a batch, to be approved by two people.

A LIST has a row for each file, with these columns, of which only `file` must be there:

    file       the file's path, from the list's own folder
    reference  such as DMPCD 2013/96
    title
    decided    the day of the decision, such as 12/03/2013 or 2013-03-12
    published  the day of its first publication
    address    where it stood until now, one or more with spaces between; each will lead to the decision

What the list says wins over what the paper says, and a public note says so. Run again, the command passes over what
is there already and reads again what was refused.
"""

import json
import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from decisions import policy
from decisions.archive.gather import Report, bring, open_batch
from decisions.archive.listed import Listed, listed
from decisions.opening import Refused
from pcd.people.models import Role, User, holders


class Command(BaseCommand):
    """Read a folder or a list of old decisions; the exit status is 1 if any file is refused."""

    help = __doc__

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Keep the lines of the help as they are."""
        return super().create_parser(
            prog_name, subcommand, **{**kwargs, "formatter_class": RawDescriptionHelpFormatter}
        )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder or list, and the name of the batch."""
        parser.add_argument("source", metavar="FOLDER|LIST.csv", type=Path)
        add_batch_arguments(parser)
        parser.add_argument("--json", action="store_true", help="print the report as one object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the files and report."""
        source: Path = options["source"]
        try:
            found = listed(source)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        report = bring_as(self, found, options["batch"] or source.resolve().stem, options["archivist"])
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
        else:
            self.stdout.write(in_words(report))
        if report.refused:
            sys.exit(1)


def add_batch_arguments(parser: CommandParser) -> None:
    """Take what every command that brings old decisions takes."""
    parser.add_argument(
        "--batch", metavar="NAME", help="of the batch; else it is named after the folder or list"
    )
    parser.add_argument("--archivist", metavar="USERNAME", help="who of the governance team brings them")


def bring_as(command: BaseCommand, found: Sequence[Listed], batch: str, username: str | None) -> Report:
    """Bring files into a batch in somebody's name, and say how far it is; raises CommandError where it cannot be."""
    if settings.SITE != "staff":
        raise CommandError("Old decisions are brought by the staff site: set PCD_SITE=staff.")
    by = archivist(username)
    try:
        opened = open_batch(batch[:100], by=by)
    except Refused as refused:
        raise CommandError(str(refused)) from None
    return bring(opened, found, by=by, tell=lambda done, of: command.stderr.write(f"{done} of {of} read"))


def archivist(username: str | None) -> User:
    """Return who brings them: who is named, or who has been of the governance team for longest."""
    team = holders(Role.GOVERNANCE)
    person = (
        team.filter(username=username).first() if username else team.order_by("holdings__since", "pk").first()
    )
    if person is None or not policy.may_archive(person):
        raise CommandError(
            f"{username or 'Nobody'} is of the governance team. Name somebody with --archivist USERNAME."
        )
    return person


def in_words(report: Report) -> str:
    """Return a report for a person."""
    lines = [
        f"Batch ‘{report.batch}’: {report.read} read, {len(report.refused)} refused, "
        f"{report.there_already} there already."
    ]
    lines += [f"  Refused: {row['file']}: {row['why']}" for row in report.refused]
    lines += [f"  Look at {row['file']}: {row['doubt']}" for row in report.doubts]
    if report.read:
        lines.append("Two people of the governance team approve the batch on the staff site, under Archive.")
    return "\n".join(lines)
