"""The whole record: grants, links, joint deciders, amounts by year, several notices, decisions inside Part 2."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.constraints
import django.db.models.deletion
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0006_history"),
    ]

    operations = [
        migrations.CreateModel(
            name="FundingGrant",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "direction",
                    models.CharField(choices=[("received", "Received"), ("given", "Given")], max_length=10),
                ),
                ("counterparty", models.CharField(blank=True, max_length=200)),
                ("counterparty_withheld", models.BooleanField(default=False)),
                (
                    "certainty",
                    models.CharField(
                        choices=[
                            ("exact", "Exactly this amount"),
                            ("up_to", "Up to this amount"),
                            ("estimate", "An estimate"),
                            ("withheld", "Withheld: the amount is in Part 2"),
                        ],
                        default="exact",
                        max_length=20,
                    ),
                ),
                ("amount", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                (
                    "profile",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text='Amounts by year: [{"year": 2027, "amount": "225000.00"}]',
                    ),
                ),
                ("purpose", models.TextField(blank=True)),
                ("conditions", models.TextField(blank=True)),
                ("reasons", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="JointDecider",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("body", models.CharField(max_length=200)),
                ("office", models.CharField(max_length=200)),
                ("reference", models.CharField(blank=True, max_length=60)),
                ("decided_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("amends", "Amends"),
                            ("supersedes", "Supersedes"),
                            ("supersedes_part", "Supersedes part of"),
                            ("follows", "Follows"),
                            ("implements", "Implements"),
                            ("extends", "Extends"),
                            ("relates_to", "Relates to"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reference", models.CharField(max_length=60)),
                ("note", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "ordering": ["position"],
            },
        ),
        migrations.AddField(
            model_name="contractaward",
            name="notices",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.URLField(), blank=True, default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="financialline",
            name="profile",
            field=models.JSONField(
                blank=True, default=list, help_text='Amounts by year: [{"year": 2027, "amount": "225000.00"}]'
            ),
        ),
        migrations.AddField(
            model_name="publication",
            name="links",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=90),
                default=list,
                help_text="kind:key of other decisions",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="series",
            name="made_by",
            field=models.CharField(
                choices=[("decision_maker", "Decision maker"), ("chief_executive", "Chief executive")],
                default="decision_maker",
                help_text="Whose decisions bear these numbers",
                max_length=30,
            ),
        ),
        migrations.AddField(
            model_name="supplier",
            name="value",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="This supplier's part of the contract's value",
                max_digits=14,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="notice_only",
            field=models.BooleanField(default=False, help_text="Only the notice of Part 2 is published"),
        ),
        migrations.AddIndex(
            model_name="publication",
            index=django.contrib.postgres.indexes.GinIndex(fields=["links"], name="publication_links"),
        ),
        migrations.AddField(
            model_name="fundinggrant",
            name="recommendation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="grants",
                to="decisions.recommendation",
            ),
        ),
        migrations.AddField(
            model_name="jointdecider",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="joint_deciders",
                to="decisions.version",
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="links", to="decisions.version"
            ),
        ),
        migrations.AddConstraint(
            model_name="fundinggrant",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("recommendation", "position"),
                name="grants_stand_one_after_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundinggrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__isnull", True), ("certainty", "withheld")),
                    models.Q(models.Q(("certainty", "withheld"), _negated=True), ("amount__isnull", False)),
                    _connector="OR",
                ),
                name="a_grant_has_an_amount_or_withholds_it",
            ),
        ),
        migrations.AddConstraint(
            model_name="jointdecider",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("version", "position"),
                name="joint_deciders_stand_one_after_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("version", "position"),
                name="links_stand_one_after_another",
            ),
        ),
        migrations.CreateModel(
            name="Part2Acts",
            fields=[
                (
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="acts",
                        serialize=False,
                        to="decisions.part2paper",
                    ),
                ),
                ("ciphertext", models.BinaryField()),
                (
                    "commitment",
                    models.BinaryField(help_text="sha256(salt || text); the salt is inside the ciphertext"),
                ),
            ],
        ),
        sql_file(__file__),
        migrations.RemoveField(
            model_name="contractaward",
            name="notice_url",
        ),
    ]
