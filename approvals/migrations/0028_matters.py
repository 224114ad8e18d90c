"""A notice may be of a matter that is no paper."""

import django.db.models.deletion
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0027_saying_no"),
    ]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="about",
            field=models.UUIDField(
                help_text="Of no paper: which change by two people, or which naming", null=True
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.version",
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="asks",
            field=models.CharField(
                help_text="Which sentence of approvals/notices.py or matters.py", max_length=40
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(("version", None), ("about", None), _connector="OR"),
                name="a_notice_is_of_a_paper_or_a_matter",
            ),
        ),
        sql_file(__file__),
    ]
