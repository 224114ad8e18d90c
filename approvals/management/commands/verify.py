"""`manage.py verify [REFERENCE...]`: checks digests, signatures and chains, and names every row that fails."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.verify import faults
from decisions.models import Decision
from decisions.references import normalise


class Command(BaseCommand):
    """Verify some decisions, or all of them; the exit status is 1 if anything fails."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take references, however they are written."""
        parser.add_argument("references", nargs="*", metavar="REFERENCE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check each decision and say what fails."""
        wanted = {normalise(text): text for text in options["references"]}
        decisions = [
            row
            for row in Decision.objects.select_related("series", "body").order_by("number")
            if not wanted or row.key in wanted
        ]
        missing = wanted.keys() - {row.key for row in decisions}
        if missing:
            raise CommandError(f"There is no decision {', '.join(sorted(wanted[key] for key in missing))}.")
        failed = 0
        for decision in decisions:
            for fault in faults(decision):
                failed += 1
                self.stderr.write(f"{decision.reference or decision.pk}: {fault.row}: {fault.what}")
        self.stdout.write(f"Verified {len(decisions)} decisions: {failed or 'nothing'} failed.")
        if failed:
            sys.exit(1)
