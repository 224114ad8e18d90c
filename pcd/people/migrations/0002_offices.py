"""Delegations with their scope, and absences."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("since", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("until", models.DateTimeField()),
            ],
            options={
                "ordering": ["since"],
            },
        ),
        migrations.AddField(
            model_name="holding",
            name="authority",
            field=models.CharField(
                blank=True,
                help_text="A delegate: the paragraph of the scheme, as it is printed",
                max_length=150,
            ),
        ),
        migrations.AddField(
            model_name="holding",
            name="kinds",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=40),
                blank=True,
                default=list,
                help_text="A delegate: the kinds of decision that they sign; empty for any",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="holding",
            name="only_in_absence",
            field=models.BooleanField(
                default=False, help_text="A delegate: signs only while nobody who holds the office is there"
            ),
        ),
        migrations.AddField(
            model_name="holding",
            name="up_to",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="A delegate: the highest amount in pounds; empty for any",
                max_digits=14,
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="holding",
            name="capacity",
            field=models.CharField(
                choices=[("in_office", "in office"), ("acting", "acting"), ("delegate", "delegate")],
                default="in_office",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("capacity", "delegate"),
                        ("until__isnull", False),
                        models.Q(("authority", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("capacity", "delegate"), _negated=True),
                        ("authority", ""),
                        ("kinds", []),
                        ("up_to__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="a_delegation_has_an_end_and_an_authority",
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="absences",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="absence",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gte", models.F("since"))), name="an_absence_ends_after_it_begins"
            ),
        ),
    ]
