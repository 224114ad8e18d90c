"""The route: who acts on a paper, in which order, and what remains as evidence."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Advice, rounds, signatures, trail, clock."""

    name = "approvals"
    default_auto_field = "django.db.models.BigAutoField"
