"""An override can be turned down, and another body can decline a joint decision."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0026_decided_then"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="override",
            name="refused_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="override",
            name="refused_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="override",
            name="refusal",
            field=models.TextField(
                blank=True, default="", help_text="Why it was turned down; it may then be asked for anew"
            ),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="override", name="an_override_is_asked_for_once"),
        migrations.AddConstraint(
            model_name="override",
            constraint=models.UniqueConstraint(
                condition=models.Q(("refused_by", None)),
                fields=("round", "office", "person"),
                name="an_override_is_asked_for_once",
            ),
        ),
        migrations.AddField(
            model_name="jointdecision",
            name="declined",
            field=models.BooleanField(default=False, help_text="They did not agree to what was decided here"),
        ),
        sql_file(__file__),
    ]
