"""A series stays as it is, and one of the past gives no numbers."""

from django.db import migrations

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [("decisions", "0023_rules_and_grounds")]
    operations = [sql_file(__file__)]
