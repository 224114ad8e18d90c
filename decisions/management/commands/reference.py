"""`manage.py reference`: loads the body's reference data, once; what was changed since is left alone."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from decisions.models import BankHoliday, Body, Scheme


class Command(BaseCommand):
    """Load the shipped example reference data of the body that PCD_BODY names, if it is not there."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Load bank holidays, and in one transaction offices, series, form edition and grounds; then the scheme."""
        if not BankHoliday.objects.exists():
            call_command("loaddata", "bank_holidays", verbosity=0)
        if Body.objects.filter(pk=settings.BODY).exists():
            self.stdout.write(f"The reference data of {settings.BODY} is there.")
        else:
            with transaction.atomic():
                call_command("loaddata", f"{settings.BODY}_offices", settings.BODY, "grounds", verbosity=0)
            self.stdout.write(f"Loaded the reference data of {settings.BODY}.")
        if not Scheme.objects.filter(
            body=settings.BODY
        ).exists():  # also where the body is older than its scheme
            call_command("loaddata", f"{settings.BODY}_scheme", verbosity=0)
