"""What is told once only."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0008_hand_over"),
        ("decisions", "0015_working_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="once",
            field=models.CharField(
                blank=True, help_text="What is told once only, whoever finds it due", max_length=120
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("once", ""), _negated=True), fields=("once",), name="nobody_is_told_twice"
            ),
        ),
    ]
