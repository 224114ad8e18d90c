"""A joint decision counts when a second person has confirmed it against its signed copy, which is kept sealed."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pcd.sql import sql_file

#: What was recorded gets an id of its own, since what is not confirmed is recorded again. Rows only grow, so no
#: row is touched: the id of those that exist comes with the column.
ID = """
ALTER TABLE approvals_jointdecision ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE approvals_jointdecision ALTER COLUMN id DROP DEFAULT;
ALTER TABLE approvals_jointdecision DROP CONSTRAINT approvals_jointdecision_pkey;
ALTER TABLE approvals_jointdecision ADD PRIMARY KEY (id);
CREATE INDEX approvals_jointdecision_decider ON approvals_jointdecision (decider_id);
"""


def one_to_one(name: str) -> models.OneToOneField:  # type: ignore[type-arg]
    """Return the key of what hangs on one row of what was recorded."""
    return models.OneToOneField(
        on_delete=django.db.models.deletion.PROTECT,
        primary_key=True,
        related_name=name,
        serialize=False,
        to="approvals.jointdecision",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0005_archive"),
        ("decisions", "0011_withheld"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ID)],
            state_operations=[
                migrations.AlterField(
                    "jointdecision",
                    "decider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="decisions.jointdecider",
                    ),
                ),
                migrations.AddField(
                    "jointdecision",
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
            ],
        ),
        migrations.AlterModelOptions("jointdecision", options={"ordering": ["at"]}),
        migrations.AddField(
            "jointdecision",
            "commitment",
            models.BinaryField(
                help_text="sha256(salt || signed copy); none where recorded before a copy was asked for",
                null=True,
            ),
        ),
        migrations.AlterField(
            "clearance",
            "digest",
            models.BinaryField(
                help_text="sha256 of what is published (approvals/clearing.py, signed_digest)"
            ),
        ),
        migrations.CreateModel(
            name="JointCopy",
            fields=[("decision", one_to_one("copy")), ("ciphertext", models.BinaryField())],
        ),
        migrations.CreateModel(
            name="JointCopyKey",
            fields=[
                ("decision", one_to_one("key")),
                ("wrapped", models.BinaryField()),
                ("wrapped_by", models.CharField(help_text="Which of PCD_PART2_KEYS", max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="JointConfirmation",
            fields=[
                ("decision", one_to_one("confirmation")),
                ("agrees", models.BooleanField()),
                (
                    "reason",
                    models.TextField(
                        blank=True, help_text="Why it does not agree; it is then recorded again"
                    ),
                ),
                (
                    "digest",
                    models.BinaryField(help_text="sha256 of what was recorded (approvals/joint.py, said)"),
                ),
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
        sql_file(__file__),
    ]
