"""Who takes no part, and the points of a return with their answers."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0013_notices"),
        ("decisions", "0015_working_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReturnPoint",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "part",
                    models.CharField(help_text="The key of the page where it is written", max_length=60),
                ),
                (
                    "paragraph",
                    models.UUIDField(help_text="Of a section: its paragraph, which may be gone", null=True),
                ),
                ("called", models.CharField(help_text="What it was called in that round", max_length=100)),
                ("text", models.TextField()),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="points",
                        to="approvals.round",
                    ),
                ),
            ],
            options={
                "ordering": ["round", "position"],
            },
        ),
        migrations.CreateModel(
            name="Recusal",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=150)),
                ("office_title", models.CharField(max_length=150)),
                ("interest", models.TextField(help_text="It is published")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recusals",
                        to="decisions.version",
                    ),
                ),
            ],
            options={
                "ordering": ["at"],
                "constraints": [
                    models.UniqueConstraint(fields=("version", "person"), name="nobody_takes_no_part_twice")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnAnswer",
            fields=[
                (
                    "point",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="answer",
                        serialize=False,
                        to="approvals.returnpoint",
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[("change", "By a change of the text"), ("words", "In words")], max_length=10
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="returnpoint",
            constraint=models.UniqueConstraint(
                fields=("round", "position"), name="points_of_a_return_stand_one_after_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="returnanswer",
            constraint=models.CheckConstraint(
                condition=models.Q(("how", "change"), models.Q(("text", ""), _negated=True), _connector="OR"),
                name="an_answer_in_words_has_words",
            ),
        ),
        sql_file(__file__),
    ]
