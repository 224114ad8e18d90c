"""What goes out as it is has been looked at by a second person before it is submitted; when it was brought."""

import django.db.models.functions.datetime
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [("decisions", "0011_withheld")]

    operations = [
        migrations.AddField(
            "attachment",
            "added_at",
            models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        sql_file(__file__),
    ]
