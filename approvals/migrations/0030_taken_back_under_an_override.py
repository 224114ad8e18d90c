"""Who decided under an override, because they wrote the paper, may take it back."""

from django.db import migrations

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0029_taken_back"),
    ]

    operations = [
        sql_file(__file__),
    ]
