"""`manage.py verify [REFERENCE...]`: checks digests, signatures and chains, and names every row that fails."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from approvals.verify import archive_faults, faults
from decisions.models import Decision, Publication
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
        archived = Publication.objects.filter(origin=Publication.Origin.ARCHIVE).select_related("body")
        if wanted:
            archived = archived.filter(key__in=wanted)
        missing = wanted.keys() - {row.key for row in decisions} - {row.key for row in archived}
        if missing:
            raise CommandError(f"There is no decision {', '.join(sorted(wanted[key] for key in missing))}.")
        checked = [(row.reference or str(row.pk), faults(row)) for row in decisions]
        checked += [(row.reference, archive_faults(row)) for row in archived]
        for name, found in checked:
            for fault in found:
                self.stderr.write(f"{name}: {fault.row}: {fault.what}")
        failed = sum(len(found) for _, found in checked)
        of_archive = f" and {len(archived)} of the archive" if archived else ""
        self.stdout.write(f"Verified {len(decisions)} decisions{of_archive}: {failed or 'nothing'} failed.")
        if failed:
            sys.exit(1)
