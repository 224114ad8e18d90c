"""Whether a body is a small office."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0020_searched"),
    ]

    operations = [
        migrations.AddField(
            model_name="body",
            name="small_office",
            field=models.BooleanField(
                default=False,
                help_text="Too few people for one of their own in each office: a rule of who signs may be overridden, with a reason and a second person's consent",
            ),
        ),
    ]
