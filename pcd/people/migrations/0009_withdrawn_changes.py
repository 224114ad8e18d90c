"""A change of two people may be withdrawn, and does not outlive its proposer's office."""

from django.db import migrations

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_private_office"),
    ]

    operations = [
        sql_file(__file__),
    ]
