"""What was decided elsewhere was decided by who held the office then; names of any length are signed for."""

from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0025_outside_links"),
    ]

    operations = [
        migrations.AlterField(
            model_name="signature",
            name="on_behalf_of",
            field=models.TextField(blank=True, help_text="Every holder's name and the office's title"),
        ),
        migrations.AlterField(
            model_name="signature",
            name="authority",
            field=models.TextField(blank=True),
        ),
        sql_file(__file__),
    ]
