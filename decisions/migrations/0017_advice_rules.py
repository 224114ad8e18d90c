"""Which advice is mandatory, as data; and why an urgent paper goes without one."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0016_rest_of_the_route"),
    ]

    operations = [
        migrations.CreateModel(
            name="AdviceRule",
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
                        size=None,
                    ),
                ),
                (
                    "routes_to_market",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("open", "Open competition"),
                                ("framework_call_off", "Call-off from a framework"),
                                ("mini_competition", "Mini-competition within a framework"),
                                ("direct_award", "Direct award"),
                                ("single_tender", "Single tender action"),
                            ],
                            max_length=30,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("amount_from", models.DecimalField(blank=True, decimal_places=2, max_digits=14, null=True)),
                (
                    "personal_data",
                    models.BooleanField(
                        default=False, help_text="Only where an impact assessment is not screened out"
                    ),
                ),
                (
                    "because",
                    models.CharField(
                        help_text="Ends the sentence: Legal advice is needed: ...", max_length=200
                    ),
                ),
                ("clause", models.CharField(help_text="Where the body says so", max_length=200)),
                ("valid_from", models.DateField()),
                (
                    "valid_until",
                    models.DateField(blank=True, help_text="The last day on which it holds", null=True),
                ),
                ("example", models.BooleanField(default=True, help_text="To be confirmed by the body")),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="advice_rules",
                        to="decisions.body",
                    ),
                ),
            ],
            options={
                "ordering": ["area", "valid_from"],
            },
        ),
        migrations.CreateModel(
            name="UnobtainedAdvice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
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
                ("reason", models.TextField()),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="unobtained_advice",
                        to="decisions.version",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("version", "area"), name="an_advice_is_unobtained_once")
                ],
            },
        ),
        sql_file(__file__),
    ]
