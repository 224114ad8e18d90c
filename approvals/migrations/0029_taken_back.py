"""An agreement older than what the same body declined since is not recorded."""

from django.db import migrations

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0028_matters"),
    ]

    operations = [
        sql_file(__file__),
    ]
