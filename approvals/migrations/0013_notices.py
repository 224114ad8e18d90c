"""A notice that is not needed any more closes; what was sent or closed stays so."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0012_advice_and_evidence"),
        ("decisions", "0015_working_days"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(model_name="notice", name="notice_unsent"),
        migrations.AddField(
            model_name="notice",
            name="closed_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Not needed any more when it would have been sent; it is kept",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=Q(("closed_at", None), ("sent_at", None)), fields=["made_at"], name="notice_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=Q(("sent_at", None), ("closed_at", None), _connector="OR"),
                name="a_notice_is_sent_or_closed",
            ),
        ),
        sql_file(__file__),
    ]
