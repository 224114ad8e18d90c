"""People: users, the offices they hold, and for how long."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The small app of people and offices; it has no word of the form."""

    name = "pcd.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
