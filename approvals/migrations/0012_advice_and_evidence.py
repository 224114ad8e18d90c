"""What is mandatory, fixed at submission; objections answered; requests handed on; enclosures; people outside."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from pcd.sql import sql_file


def mandatory_until_now() -> list[dict[str, str]]:
    """Return what was mandatory on every paper before there were rules: rounds that are open keep it."""
    return [
        {"area": area, "because": "every paper needs it", "clause": "The form"}
        for area in ("finance", "legal")
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0011_rest_of_the_route"),
        ("decisions", "0017_advice_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Enclosure",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("inner", "Only for the paper's people"),
                            ("file", "File"),
                            ("shared", "What was shared"),
                            ("answer", "Answer from outside"),
                        ],
                        max_length=10,
                    ),
                ),
                ("kind", models.CharField(blank=True, help_text="Of a file: pdf, csv ...", max_length=10)),
                ("holds_part2", models.BooleanField(help_text="Then only readers of Part 2 open it")),
                ("ciphertext", models.BinaryField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "advice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enclosures",
                        to="approvals.advice",
                    ),
                ),
            ],
            options={
                "ordering": ["at"],
            },
        ),
        migrations.CreateModel(
            name="OutsideRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "area",
                    models.CharField(
                        choices=[
                            ("finance", "Finance adviser"),
                            ("legal", "Legal adviser"),
                            ("commercial", "Commercial adviser"),
                            ("equality", "Equality adviser"),
                            ("data_protection", "Data protection adviser"),
                        ],
                        max_length=30,
                    ),
                ),
                ("name", models.CharField(max_length=150)),
                ("organisation", models.CharField(max_length=150)),
                ("email", models.EmailField(max_length=254)),
                ("shared", models.JSONField(help_text="Which components, by key, and which files, by id")),
                ("with_part2", models.BooleanField(default=False)),
                ("digest", models.BinaryField(help_text="sha256 of what was shared")),
                ("code", models.CharField(help_text="Hash of the code that was told apart", max_length=200)),
                ("until", models.DateField(help_text="The last day on which it opens")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
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
                        related_name="outside_requests",
                        to="decisions.version",
                    ),
                ),
            ],
            options={
                "ordering": ["at"],
            },
        ),
        migrations.AddField(
            model_name="advicerequest",
            name="handed_from",
            field=models.OneToOneField(
                blank=True,
                help_text="Whose it was before",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="handed_on",
                to="approvals.advicerequest",
            ),
        ),
        migrations.AddField(
            model_name="advicerequest",
            name="handing_reason",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="round",
            name="needed",
            field=models.JSONField(
                default=mandatory_until_now,
                help_text="The advice that was mandatory, as the rules stood then",
            ),
        ),
        migrations.AlterField(
            model_name="round",
            name="needed",
            field=models.JSONField(
                default=list, help_text="The advice that was mandatory, as the rules stood then"
            ),
        ),
        migrations.CreateModel(
            name="EnclosureKey",
            fields=[
                (
                    "enclosure",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="key",
                        serialize=False,
                        to="approvals.enclosure",
                    ),
                ),
                ("wrapped", models.BinaryField()),
                ("wrapped_by", models.CharField(help_text="Which of PCD_PART2_KEYS", max_length=40)),
            ],
        ),
        migrations.AddField(
            model_name="enclosure",
            name="request",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="enclosures",
                to="approvals.advicerequest",
            ),
        ),
        migrations.CreateModel(
            name="ObjectionAnswer",
            fields=[
                (
                    "advice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="answer",
                        serialize=False,
                        to="approvals.advice",
                    ),
                ),
                ("text", models.TextField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OutsideAnswer",
            fields=[
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="answer",
                        serialize=False,
                        to="approvals.outsiderequest",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("content", "Content"),
                            ("with_conditions", "Content, with conditions"),
                            ("not_content", "Not content"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="OutsideMail",
            fields=[
                (
                    "request",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="mail",
                        serialize=False,
                        to="approvals.outsiderequest",
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AddField(
            model_name="enclosure",
            name="outside",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="enclosures",
                to="approvals.outsiderequest",
            ),
        ),
        migrations.CreateModel(
            name="OutsideVisit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("right", models.BooleanField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="approvals.outsiderequest",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="enclosure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("advice__isnull", True), ("outside__isnull", True), ("request__isnull", False)),
                    models.Q(("advice__isnull", False), ("outside__isnull", True), ("request__isnull", True)),
                    models.Q(("advice__isnull", True), ("outside__isnull", False), ("request__isnull", True)),
                    _connector="OR",
                ),
                name="an_enclosure_belongs_to_one_thing",
            ),
        ),
        sql_file(__file__),
    ]
