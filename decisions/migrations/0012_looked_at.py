"""What was looked at of an imported draft, and which rows its recommendations became."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0011_withheld"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="importedfile",
            name="places",
            field=models.JSONField(
                default=list, help_text="The rows that its recommendations became, in their order"
            ),
        ),
        migrations.CreateModel(
            name="AcceptedField",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "field",
                    models.CharField(
                        help_text="The key of the field (decisions/importing/review.py)", max_length=60
                    ),
                ),
                ("digest", models.CharField(help_text="sha256 of what stood on both sides", max_length=64)),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="accepted_fields",
                        to="decisions.version",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "field", "digest"), name="a_field_is_accepted_once_as_it_stands"
                    )
                ],
            },
        ),
        sql_file(__file__),
    ]
