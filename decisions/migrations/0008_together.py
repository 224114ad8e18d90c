"""Writing together: text kept while it is typed, comments, an adviser's pen, and where a paper began from."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0007_the_whole_record"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="version",
            name="begun_from",
            field=models.ForeignKey(
                blank=True,
                help_text="The earlier decision whose Part 1 it began with",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.decision",
            ),
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("comment", "commented"),
                            ("answer", "answered"),
                            ("resolve", "resolved this"),
                            ("reopen", "opened this again"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        blank=True, help_text="The key of the page that it is about", max_length=60
                    ),
                ),
                (
                    "paragraph",
                    models.UUIDField(help_text="Of a section: its paragraph, which may be gone", null=True),
                ),
                ("words", models.TextField(blank=True, help_text="What stood there then")),
                ("text", models.TextField(blank=True)),
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
                    "thread",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="decisions.comment",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="decisions.version",
                    ),
                ),
            ],
            options={
                "ordering": ["at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("step", "comment"),
                                ("thread__isnull", True),
                                models.Q(("part", ""), _negated=True),
                            ),
                            models.Q(models.Q(("step", "comment"), _negated=True), ("thread__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_comment_is_on_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("step__in", ("resolve", "reopen")),
                            models.Q(("text", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_comment_and_an_answer_have_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptText",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("page", models.CharField(help_text="The key of the page", max_length=80)),
                ("sealed", models.BinaryField(help_text="Every field as it was typed")),
                ("wrapped", models.BinaryField(help_text="Its own random key, wrapped")),
                ("wrapped_by", models.CharField(help_text="Which of PCD_PART2_KEYS", max_length=40)),
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kept_texts",
                        to="decisions.version",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("version", "person", "page"), name="a_page_is_kept_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Pen",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("introduction", "Introduction and background"),
                            ("issues", "Issues for consideration"),
                            ("financial", "Financial comments"),
                            ("legal", "Legal comments"),
                            ("commercial", "Commercial issues"),
                            ("privacy", "GDPR and data privacy"),
                            ("equality", "Equality comments"),
                            ("supporting", "Background/supporting papers"),
                        ],
                        max_length=40,
                    ),
                ),
                ("since", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("until", models.DateTimeField(blank=True, null=True)),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "holding",
                    models.ForeignKey(
                        help_text="The pen goes with this holding of an office",
                        on_delete=django.db.models.deletion.PROTECT,
                        to="people.holding",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pens",
                        to="decisions.version",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("version", "kind"),
                        name="a_section_has_one_pen",
                    )
                ],
            },
        ),
        sql_file(__file__),
    ]
