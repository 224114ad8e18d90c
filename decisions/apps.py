"""The paper: the decision record, what may become public of it, and its pages."""

from importlib import import_module

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """The decision record and its publication."""

    name = "decisions"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add what two people change here to the table of such changes."""
        import_module("decisions.reference.kinds")
        import_module("decisions.reference.kinds_rules")
        import_module("decisions.reference.kinds_form")
