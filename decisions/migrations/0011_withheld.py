"""What is withheld stands nowhere in parts, or by name; one series issues the numbers of a decision maker."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0010_attachments"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="financialline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("certainty", "withheld"), _negated=True), ("profile", []), _connector="OR"
                ),
                name="a_withheld_line_has_no_parts",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundinggrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("certainty", "withheld"), _negated=True), ("profile", []), _connector="OR"
                ),
                name="a_withheld_grant_has_no_parts",
            ),
        ),
        migrations.AddConstraint(
            model_name="fundinggrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("counterparty_withheld", False), ("counterparty", ""), _connector="OR"),
                name="a_withheld_counterparty_has_no_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.UniqueConstraint(
                condition=models.Q(("issues", True)),
                fields=("body", "made_by"),
                name="one_series_issues_the_numbers_of_a_decision_maker",
            ),
        ),
    ]
