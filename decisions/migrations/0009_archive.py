"""The archive: batches of old decisions, who approved them, and the addresses at which they stood before."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0008_together"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Alias",
            fields=[
                (
                    "path",
                    models.CharField(
                        help_text="In small letters, no slash at its end",
                        max_length=500,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "aliases",
            },
        ),
        migrations.CreateModel(
            name="ArchiveApproval",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "digest",
                    models.BinaryField(
                        help_text="Of what the batch will publish, as staff.archive_digest() counts it"
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "ordering": ["at"],
            },
        ),
        migrations.CreateModel(
            name="ArchiveBatch",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=100)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "approved_at",
                    models.DateTimeField(
                        editable=False, help_text="When the second person approved", null=True
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="ArchiveFile",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=255)),
                ("digest", models.BinaryField(help_text="sha256 of the file: none is brought twice")),
                (
                    "reading",
                    models.JSONField(
                        help_text="What was read, the words as printed; nothing where refused", null=True
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("read", "To be published"),
                            ("refused", "Refused"),
                            ("left_out", "Left out"),
                            ("published", "Published"),
                        ],
                        max_length=10,
                    ),
                ),
                ("why", models.TextField(blank=True, help_text="Why it is refused, or was left out")),
                (
                    "doubts",
                    models.JSONField(default=list, help_text="What somebody should look at, in sentences"),
                ),
                (
                    "corrections",
                    models.JSONField(default=dict, help_text="By field: the value recorded, and why"),
                ),
                ("year", models.PositiveSmallIntegerField(null=True)),
                ("number", models.PositiveIntegerField(null=True)),
                ("key", models.SlugField(blank=True, max_length=60)),
                ("reference", models.CharField(blank=True, max_length=60)),
                ("title", models.TextField(blank=True)),
                ("decided_on", models.DateField(null=True)),
                ("published_on", models.DateField(null=True)),
                (
                    "addresses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=500), default=list, size=None
                    ),
                ),
                (
                    "content",
                    models.BinaryField(default=b"", help_text="Canonical JSON of the Part1 to be published"),
                ),
                ("content_digest", models.BinaryField(default=b"", help_text="sha256 of content")),
            ],
            options={
                "ordering": ["series", "year", "number", "name"],
            },
        ),
        migrations.AddField(
            model_name="publication",
            name="origin",
            field=models.CharField(
                choices=[
                    ("route", "Decided in this register"),
                    ("archive", "Published before this register"),
                ],
                db_default="route",
                default="route",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="series",
            name="issues",
            field=models.BooleanField(
                default=True,
                help_text="Whether new numbers are taken from it; one of the past only names old decisions",
            ),
        ),
        migrations.AlterField(
            model_name="publication",
            name="acts_digest",
            field=models.BinaryField(null=True),
        ),
        migrations.AlterField(
            model_name="publication",
            name="published_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                help_text="Of the archive: the old date, or the day of decision where none is known",
            ),
        ),
        migrations.AlterField(
            model_name="publication",
            name="snapshot_digest",
            field=models.BinaryField(null=True),
        ),
        migrations.AddConstraint(
            model_name="publication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("acts_digest__isnull", False),
                        ("origin", "route"),
                        ("snapshot_digest__isnull", False),
                    ),
                    models.Q(
                        ("acts_digest__isnull", True),
                        ("origin", "archive"),
                        ("snapshot_digest__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="only_the_archive_claims_no_signature",
            ),
        ),
        migrations.AddField(
            model_name="alias",
            name="publication",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="aliases",
                to="decisions.publication",
            ),
        ),
        migrations.AddField(
            model_name="archiveapproval",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="archivebatch",
            name="body",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="decisions.body"
            ),
        ),
        migrations.AddField(
            model_name="archivebatch",
            name="made_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="archiveapproval",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="approvals",
                to="decisions.archivebatch",
            ),
        ),
        migrations.AddField(
            model_name="archivefile",
            name="batch",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="files", to="decisions.archivebatch"
            ),
        ),
        migrations.AddField(
            model_name="archivefile",
            name="series",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.series",
            ),
        ),
        migrations.AddConstraint(
            model_name="archivebatch",
            constraint=models.UniqueConstraint(fields=("body", "name"), name="a_batch_is_named_once"),
        ),
        migrations.AddConstraint(
            model_name="archiveapproval",
            constraint=models.UniqueConstraint(
                fields=("batch", "person", "digest"), name="a_person_approves_a_batch_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="archivefile",
            constraint=models.UniqueConstraint(
                fields=("batch", "digest"), name="a_file_is_brought_once_to_a_batch"
            ),
        ),
        migrations.AddConstraint(
            model_name="archivefile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["read", "published"])),
                fields=("digest",),
                name="a_file_is_archived_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="archivefile",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["read", "published"])),
                fields=("series", "year", "number"),
                name="a_number_is_archived_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="archivefile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status__in", ["read", "published"]), _negated=True),
                    models.Q(
                        ("decided_on__isnull", False), ("number__isnull", False), ("reading__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="what_is_archived_has_number_and_date",
            ),
        ),
        sql_file(__file__),
    ]
