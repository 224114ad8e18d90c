"""What was decided may be rescinded: its state, its number's state, and what the public is told of it."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from pcd.sql import sql_file

STATES = [
    ("draft", "Draft"),
    ("in_advice", "In advice"),
    ("with_head_of_service", "With the head of service"),
    ("with_chief_executive", "With the chief executive"),
    ("with_decision_maker", "With the decision maker"),
    ("decided", "Decided"),
    ("published", "Published"),
    ("withdrawn", "Withdrawn"),
    ("rescinded", "Rescinded"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0015_working_days"),
    ]

    operations = [
        migrations.AlterField(
            "version", "state", models.CharField(choices=STATES, default="draft", max_length=30)
        ),
        migrations.RemoveConstraint("version", "a_version_has_a_known_state"),
        migrations.AddConstraint(
            "version",
            models.CheckConstraint(
                condition=models.Q(("state__in", [state for state, _ in STATES])),
                name="a_version_has_a_known_state",
            ),
        ),
        migrations.AlterField(
            "numberevent",
            "became",
            models.CharField(
                choices=[
                    ("issued", "Being considered"),
                    ("decided", "Decided, not yet published"),
                    ("deferred", "Decided, publication deferred"),
                    ("published", "Published"),
                    ("withdrawn", "Withdrawn"),
                    ("rescinded", "Rescinded"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="RescindedPublication",
            fields=[
                (
                    "publication",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="rescission",
                        serialize=False,
                        to="decisions.publication",
                    ),
                ),
                ("reason", models.TextField()),
                ("rescinded_on", models.DateField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        sql_file(__file__),
    ]
