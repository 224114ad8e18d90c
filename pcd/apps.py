"""The installation: settings, database, commands and the look, with no word of the form."""

from django.apps import AppConfig


class PcdConfig(AppConfig):
    """The app whose templates, tags and commands every page and process shares."""

    name = "pcd"
    label = "pcd"
    verbose_name = "Installation"
