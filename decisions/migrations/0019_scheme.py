"""Who decides: the scheme of delegation as dated reference data, and the paragraph that a paper relies on."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0018_part2_submitted"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="version",
            name="decider",
            field=models.CharField(
                blank=True,
                choices=[
                    ("delegated_officer", "Delegated officer"),
                    ("chief_executive", "Chief executive"),
                    ("decision_maker", "Decision maker"),
                    ("mayor", "Mayor"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="version",
            name="decider_reason",
            field=models.TextField(blank=True, help_text="Why a stricter decider than the scheme asks for"),
        ),
        migrations.CreateModel(
            name="Scheme",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("valid_from", models.DateField()),
                ("name", models.CharField(max_length=100)),
                (
                    "titles",
                    models.JSONField(help_text='What each decider is called: {"decision_maker": ...}'),
                ),
                ("example", models.BooleanField(default=True, help_text="To be confirmed by the body")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="schemes",
                        to="decisions.body",
                    ),
                ),
            ],
            options={
                "get_latest_by": "valid_from",
            },
        ),
        migrations.CreateModel(
            name="SchemeParagraph",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.CharField(max_length=20)),
                ("text", models.CharField(help_text="In plain words, as a sentence", max_length=300)),
                (
                    "decider",
                    models.CharField(
                        choices=[
                            ("delegated_officer", "Delegated officer"),
                            ("chief_executive", "Chief executive"),
                            ("decision_maker", "Decision maker"),
                            ("mayor", "Mayor"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("capital", "Capital"),
                                ("revenue", "Revenue"),
                                ("initiate_procurement", "Initiate procurement"),
                                ("contract_award", "Contract award"),
                                ("extension", "Contract extension or uplift"),
                                ("novation", "Novation"),
                                ("grant_received", "Grant received"),
                                ("grant_given", "Grant given"),
                                ("bid", "Bid for funding"),
                                ("property", "Property"),
                                ("settlement", "Settlement"),
                                ("legal_assistance", "Legal assistance"),
                                ("collaboration", "Collaboration agreement"),
                                ("budget", "Budget or virement"),
                                ("policy", "Policy"),
                                ("delegation", "Delegation"),
                                ("appointment", "Appointment"),
                                ("other", "Other"),
                            ],
                            max_length=40,
                        ),
                        blank=True,
                        default=list,
                        help_text="Empty: any",
                        size=None,
                    ),
                ),
                (
                    "amount_from",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="This amount and above; empty: any",
                        max_digits=14,
                        null=True,
                    ),
                ),
                (
                    "amount_to",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Below this amount; empty: any",
                        max_digits=14,
                        null=True,
                    ),
                ),
                (
                    "reserved",
                    models.BooleanField(default=False, help_text="A reserved matter: nobody may delegate it"),
                ),
                (
                    "otherwise",
                    models.BooleanField(default=False, help_text="For what no other paragraph is about"),
                ),
                (
                    "scheme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paragraphs",
                        to="decisions.scheme",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.AddField(
            model_name="version",
            name="scheme_paragraph",
            field=models.ForeignKey(
                blank=True,
                help_text="The paragraph of the scheme of delegation that is relied on",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="decisions.schemeparagraph",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decider", ""), ("decider_reason", ""), ("scheme_paragraph", None)),
                    models.Q(
                        ("decider__in", ["delegated_officer", "chief_executive", "decision_maker", "mayor"]),
                        ("scheme_paragraph__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_decider_relies_on_a_paragraph_of_the_scheme",
            ),
        ),
        migrations.AddConstraint(
            model_name="scheme",
            constraint=models.UniqueConstraint(fields=("body", "valid_from"), name="one_scheme_a_day"),
        ),
        migrations.AddConstraint(
            model_name="schemeparagraph",
            constraint=models.UniqueConstraint(
                fields=("scheme", "number"), name="a_scheme_paragraph_is_numbered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeparagraph",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_from", None),
                    ("amount_to", None),
                    ("amount_to__gt", models.F("amount_from")),
                    _connector="OR",
                ),
                name="a_threshold_is_below_the_next",
            ),
        ),
        sql_file(__file__),
    ]
