"""The hour of the one mail a day, where a person wants that."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_offices"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="digest_at",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="The hour, on working days, of the one mail a day; none: mail at once",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=Q(("digest_at", None), ("digest_at__range", (7, 18)), _connector="OR"),
                name="a_digest_comes_by_day",
            ),
        ),
    ]
