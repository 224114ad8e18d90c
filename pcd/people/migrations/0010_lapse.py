"""Nobody agrees to a change of two people that has waited for too long."""

from django.db import migrations

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0009_withdrawn_changes"),
    ]

    operations = [
        sql_file(__file__),
    ]
