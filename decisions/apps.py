"""The paper: the decision record, what may become public of it, and its pages."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    """The decision record and its publication."""

    name = "decisions"
    default_auto_field = "django.db.models.BigAutoField"
