"""The history of a draft: what each save changed, kept for good."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0005_imported_and_answered"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveIntegerField(help_text="Counted from 1 in each version")),
                ("verb", models.CharField(max_length=20)),
                ("part", models.CharField(help_text="The key of the page", max_length=60)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="decisions.version",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="RevisionText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("component", models.CharField(max_length=80)),
                (
                    "digest",
                    models.CharField(
                        help_text="sha256 of the content's canonical bytes, in hexadecimal", max_length=64
                    ),
                ),
                (
                    "content",
                    models.JSONField(
                        help_text="As in a snapshot; nothing where the component went", null=True
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="texts",
                        to="decisions.revision",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.UniqueConstraint(
                fields=("version", "number"), name="revisions_stand_one_after_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="revisiontext",
            constraint=models.UniqueConstraint(
                fields=("revision", "component"), name="a_component_changes_once_a_revision"
            ),
        ),
        sql_file(__file__),
    ]
