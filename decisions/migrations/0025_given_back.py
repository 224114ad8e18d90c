"""A step that was given back before it began may be left out from the same day anew."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0024_series_stay"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="passedstep", name="a_step_is_passed_once"),
        migrations.AddConstraint(
            model_name="passedstep",
            constraint=models.UniqueConstraint(
                fields=["body", "step", "since"],
                condition=Q(until=None) | Q(until__gt=F("since")),
                name="a_step_is_passed_once",
            ),
        ),
    ]
