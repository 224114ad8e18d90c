"""What the database left to the pages alone: who advises, agrees, takes back, takes over; ends and beginnings; no loops."""

from django.db import migrations

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [("approvals", "0022_keepers_answer"), ("decisions", "0022_second_guards")]
    operations = [sql_file(__file__)]
