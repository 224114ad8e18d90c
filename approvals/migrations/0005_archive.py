"""What of the archive may be published: the guards of publications, which stand with the route's."""

from django.db import migrations

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0004_joint_decisions"),
        ("decisions", "0009_archive"),
    ]

    operations = [sql_file(__file__)]
