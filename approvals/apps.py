"""The route: who acts on a paper, in which order, and what remains as evidence."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings


class ApprovalsConfig(AppConfig):
    """Advice, rounds, signatures, trail, clock."""

    name = "approvals"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what people are told of, and to whose private office has ended; the public site has neither."""
        if settings.SITE != "public":
            import_module("approvals.private")
