"""What was decided orally, on paper or at a meeting is recorded, and attested by a second person."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0015_saved_searches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RecordedDecision",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[("oral", "orally"), ("paper", "on paper"), ("meeting", "at a meeting")],
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField()),
                ("present", models.TextField(help_text="Who was there")),
                ("original", models.TextField(help_text="Where the signed original is kept")),
                ("acts", models.BinaryField(help_text="Canonical JSON, as in the signature that follows")),
                ("acts_digest", models.BinaryField(help_text="sha256 of acts")),
                ("commitment", models.BinaryField(help_text="sha256(salt || signed original)")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recorded",
                        to="approvals.round",
                    ),
                ),
            ],
            options={
                "ordering": ["at"],
            },
        ),
        migrations.AlterField(
            model_name="signature",
            name="authority",
            field=models.CharField(blank=True, max_length=600),
        ),
        migrations.CreateModel(
            name="RecordedCopy",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="copy",
                        serialize=False,
                        to="approvals.recordeddecision",
                    ),
                ),
                ("ciphertext", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="RecordedCopyKey",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="key",
                        serialize=False,
                        to="approvals.recordeddecision",
                    ),
                ),
                ("wrapped", models.BinaryField()),
                ("wrapped_by", models.CharField(help_text="Which of PCD_PART2_KEYS", max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="RecordedWord",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="word",
                        serialize=False,
                        to="approvals.recordeddecision",
                    ),
                ),
                ("agrees", models.BooleanField()),
                (
                    "reason",
                    models.TextField(
                        blank=True, help_text="Why it does not agree; it is then recorded again"
                    ),
                ),
                (
                    "digest",
                    models.BinaryField(help_text="sha256 of what was recorded (approvals/recorded.py, said)"),
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
