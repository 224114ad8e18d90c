"""The trail is append-only, and the database itself chains it."""

from django.db import migrations

from pcd.sql import sql_file


class Migration(migrations.Migration):
    """Chain and guard the trail."""

    dependencies = [("pcd", "0001_initial")]
    operations = [sql_file(__file__)]
