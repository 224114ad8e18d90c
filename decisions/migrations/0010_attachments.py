"""Files that go with a paper: of Part 1 in plain rows, of Part 2 sealed; published ones behind the wall."""

import uuid

import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0009_archive"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pdf", "PDF"),
                            ("png", "PNG picture"),
                            ("jpeg", "JPEG picture"),
                            ("csv", "CSV table"),
                            ("docx", "Word document"),
                            ("xlsx", "Excel file"),
                        ],
                        max_length=10,
                    ),
                ),
                ("size", models.PositiveIntegerField(help_text="In bytes")),
                ("digest", models.BinaryField(help_text="sha256 of the bytes")),
                (
                    "accessible",
                    models.BooleanField(help_text="It can be read by everyone: a table, or a tagged PDF"),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True, help_text="Why not everyone can read it, or what a picture shows"
                    ),
                ),
                (
                    "as_it_is",
                    models.BooleanField(
                        default=False, help_text="Signed by others: not a byte of it changes"
                    ),
                ),
                (
                    "accessible_version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="decisions.attachment",
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="decisions.version",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Part2File",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "about",
                    models.BinaryField(
                        help_text="Sealed: title, name, kind, size, digest of the bytes, salt"
                    ),
                ),
                ("commitment", models.BinaryField(help_text="sha256(salt || what it says about the file)")),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="decisions.part2paper",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="AttachmentContent",
            fields=[
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="stored",
                        serialize=False,
                        to="decisions.attachment",
                    ),
                ),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Part2FileContent",
            fields=[
                (
                    "file",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="sealed",
                        serialize=False,
                        to="decisions.part2file",
                    ),
                ),
                ("ciphertext", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="PublicationAttachment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("file", models.CharField(max_length=100)),
                ("media_type", models.CharField(max_length=100)),
                ("content", models.BinaryField()),
                ("digest", models.BinaryField(help_text="sha256 of content")),
                ("size", models.PositiveIntegerField()),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="decisions.publication",
                    ),
                ),
            ],
            options={
                "ordering": ["file"],
            },
        ),
        migrations.CreateModel(
            name="AttachmentCheck",
            fields=[
                (
                    "attachment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="check_made",
                        serialize=False,
                        to="decisions.attachment",
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("version", "position"),
                name="attachments_stand_one_after_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accessible_version__isnull", True),
                    models.Q(("accessible_version", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="an_attachment_is_no_other_version_of_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["docx", "xlsx"]), _negated=True),
                name="an_office_file_is_never_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="part2file",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("paper", "position"),
                name="part2_files_stand_one_after_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="publicationattachment",
            constraint=models.UniqueConstraint(
                fields=("publication", "file"), name="an_attachment_is_published_once"
            ),
        ),
        sql_file(__file__),
    ]
