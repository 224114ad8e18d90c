"""Who signs and advises: not who wrote a section, none beyond the amount of their delegation, none on what they signed."""

from django.db import migrations

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0020_briefing_notes"),
        ("decisions", "0021_small_office"),
        ("people", "0007_private_office"),
    ]

    operations = [sql_file(__file__)]
