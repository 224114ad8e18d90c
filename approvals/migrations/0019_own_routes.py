"""Whose office takes a decision: the decision maker's, the chief executive's, a head of service's or the Mayor's."""

from django.db import migrations

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [("approvals", "0017_recorded_decisions"), ("decisions", "0021_small_office")]
    operations = [sql_file(__file__)]
