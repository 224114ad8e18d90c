"""What was asked of whoever kept a paper, or of who has left it, is answered by who keeps it now."""

from django.db import migrations

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0021_signers"),
    ]

    operations = [
        sql_file(__file__),
    ]
