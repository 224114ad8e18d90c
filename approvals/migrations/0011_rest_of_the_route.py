"""A decision rescinded; the steps of the route that a body does not have, frozen with each submission."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pcd.sql import sql_file


def person() -> models.ForeignKey:  # type: ignore[type-arg]
    """Return the key of somebody who did something."""
    return models.ForeignKey(
        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
    )


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0010_offices"),
        ("decisions", "0016_rest_of_the_route"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "round",
            "passes",
            models.JSONField(
                default=dict, help_text="The steps that the body did not have, with the words printed there"
            ),
        ),
        migrations.CreateModel(
            name="Rescission",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="rescission",
                        serialize=False,
                        to="decisions.version",
                    ),
                ),
                (
                    "reason",
                    models.TextField(help_text="Public where the decision is published, else inside"),
                ),
                ("name", models.CharField(max_length=150)),
                ("office_title", models.CharField(max_length=150)),
                ("capacity", models.CharField(max_length=30)),
                (
                    "digest",
                    models.BinaryField(help_text="sha256 of the snapshot's bytes that were decided"),
                ),
                (
                    "acts",
                    models.BinaryField(
                        help_text="Canonical JSON: the reason, the day, and the acts that are taken back"
                    ),
                ),
                ("acts_digest", models.BinaryField(help_text="sha256 of acts")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("signer", person()),
                (
                    "held",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.office"
                    ),
                ),
            ],
        ),
        sql_file(__file__),
    ]
