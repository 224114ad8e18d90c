"""What was decided may be rescinded, and the public is told; a step of the route that a body does not have."""

import uuid

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
            name="PassedStep",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("head_of_service", "Head of service"),
                            ("chief_executive", "Chief executive"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "words",
                    models.CharField(help_text="As printed in the place of the signature", max_length=200),
                ),
                ("since", models.DateField()),
                (
                    "until",
                    models.DateField(
                        blank=True, help_text="The first day on which the body has it", null=True
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passed_steps",
                        to="decisions.body",
                    ),
                ),
            ],
            options={
                "ordering": ["since"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("step__in", ["head_of_service", "chief_executive"])),
                        name="a_decision_is_never_passed",
                    ),
                    models.UniqueConstraint(fields=("body", "step", "since"), name="a_step_is_passed_once"),
                ],
            },
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
