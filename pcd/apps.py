"""The installation: settings, database, commands and the look, with no word of the form."""

from importlib import import_module

from django.apps import AppConfig


class PcdConfig(AppConfig):
    """The app whose templates, tags and commands every page and process shares."""

    name = "pcd"
    label = "pcd"
    verbose_name = "Installation"

    def ready(self) -> None:
        """Add what is asked of an installation."""
        import_module("pcd.checks")
