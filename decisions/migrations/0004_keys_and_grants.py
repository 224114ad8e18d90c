"""A Part 2 key can be wrapped again; a grant that has ended stays ended, and the clock may give one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    """Every statement may run on what an early 0001 or 0003 has made already."""

    dependencies = [
        ("decisions", "0003_wall"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AlterField("publication", "outcome", models.TextField()),
        migrations.AlterField(
            "grant",
            "given_by",
            models.ForeignKey(
                help_text="Nobody where the clock let somebody in",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        sql_file(__file__),
    ]
