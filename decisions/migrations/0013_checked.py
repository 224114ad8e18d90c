"""A second person has looked at what goes out as it is; a paper may begin with a decision of the archive."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [("decisions", "0012_looked_at")]

    operations = [
        migrations.AddField(
            "attachment",
            "added_at",
            models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddField(
            "version",
            "begun_from_archived",
            models.ForeignKey(
                blank=True,
                help_text="The decision of the archive whose Part 1 it began with",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.publication",
            ),
        ),
        sql_file(__file__),
    ]
