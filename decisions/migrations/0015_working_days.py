"""Working days: bank holidays as reference data, and how long an adviser has."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0014_moved_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankHoliday",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=60)),
            ],
        ),
        migrations.AddField(
            model_name="body",
            name="advice_days",
            field=models.PositiveSmallIntegerField(
                default=5, help_text="How many working days an adviser has, where nobody says otherwise"
            ),
        ),
    ]
