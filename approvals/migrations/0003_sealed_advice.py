"""Advice of who may read Part 2 is sealed, its key in a table of its own; mail waits for its next try."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    """The SQL may run on what an early 0001 has made already: there advice had its key beside it."""

    dependencies = [("approvals", "0002_route"), ("decisions", "0004_keys_and_grants")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL("ALTER TABLE approvals_advice ADD COLUMN IF NOT EXISTS sealed bytea")
            ],
            state_operations=[
                migrations.AddField(
                    "advice",
                    "sealed",
                    models.BinaryField(help_text="The text of an adviser who may read Part 2", null=True),
                )
            ],
        ),
        migrations.CreateModel(
            name="AdviceKey",
            fields=[
                (
                    "advice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="key",
                        serialize=False,
                        to="approvals.advice",
                    ),
                ),
                ("wrapped", models.BinaryField()),
                ("wrapped_by", models.CharField(help_text="Which of PCD_PART2_KEYS", max_length=40)),
            ],
        ),
        migrations.AddField(
            "notice",
            "due_at",
            models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), help_text="Not tried before"
            ),
        ),
        sql_file(__file__),
    ]
