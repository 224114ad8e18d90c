"""What reference data and submission owe: checked files, the scheme of today, no step left out twice, nothing deleted."""

from django.db import migrations

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [("decisions", "0021_small_office"), ("people", "0007_private_office")]
    operations = [sql_file(__file__)]
