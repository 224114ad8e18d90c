"""The database refuses to skip a step, to sign twice or on other bytes, and to publish what is not decided."""

from django.db import migrations

from pcd.sql import sql_file


class Migration(migrations.Migration):
    """Guard the route and the publication tables."""

    dependencies = [("approvals", "0001_initial"), ("decisions", "0003_wall"), ("people", "0001_initial")]
    operations = [sql_file(__file__)]
