"""The wall and the frozen record: publication tables move to their schema; what is submitted cannot change."""

from django.db import migrations

from pcd.sql import sql_file


class Migration(migrations.Migration):
    """Raise the wall and freeze what is submitted."""

    dependencies = [("decisions", "0002_initial"), ("pcd", "0002_trail")]
    operations = [sql_file(__file__)]
