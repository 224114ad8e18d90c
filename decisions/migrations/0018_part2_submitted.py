"""What a submission keeps of Part 2."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0017_advice_rules"),
    ]

    operations = [
        migrations.CreateModel(
            name="Part2Submitted",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("paper", models.UUIDField()),
                ("ciphertext", models.BinaryField()),
                ("commitment", models.BinaryField()),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="part2_submitted",
                        to="decisions.snapshot",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("snapshot", "paper"), name="part2_is_submitted_once_in_a_round"
                    )
                ],
            },
        ),
        sql_file(__file__),
    ]
