"""People: users, the offices they hold, and for how long."""

from importlib import import_module

from django.apps import AppConfig, apps


class PeopleConfig(AppConfig):
    """The small app of people and offices; it has no word of the form."""

    name = "pcd.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add what two people change of offices; where people sign in, listen to changes of their second factor."""
        import_module("pcd.people.new_offices")
        if apps.is_installed("allauth.mfa"):
            import_module("pcd.people.second_factor")
