"""Changes of offices and reference data that two people make."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_daily_mail"),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(help_text="Which row of KINDS (pcd/people/changes.py)", max_length=30),
                ),
                (
                    "about",
                    models.CharField(help_text="The id of the office, or the key of the body", max_length=60),
                ),
                (
                    "values",
                    models.JSONField(
                        default=dict, help_text="Days, amounts, names and kinds; never a word of a paper"
                    ),
                ),
                ("proposed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(null=True)),
                ("agrees", models.BooleanField(null=True)),
                (
                    "reason",
                    models.CharField(blank=True, help_text="Why it was turned down", max_length=300),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        help_text="Whom it is about: they have no say",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["proposed_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("agrees", None), ("decided_at", None), ("decided_by", None), ("reason", "")),
                    models.Q(
                        ("agrees", True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("reason", ""),
                    ),
                    models.Q(
                        ("agrees", False),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_change_is_agreed_to_or_turned_down_with_a_reason",
            ),
        ),
        sql_file(__file__),
    ]
