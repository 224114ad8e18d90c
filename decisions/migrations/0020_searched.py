"""Words of Part 1 that the staff site searches; nothing of Part 2 is in any index."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0019_scheme"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="paragraph",
            index=GinIndex(SearchVector("text", config="english"), name="paragraph_words"),
        ),
        migrations.AddIndex(
            model_name="recommendation",
            index=GinIndex(SearchVector("text", config="english"), name="recommendation_words"),
        ),
        migrations.AddIndex(
            model_name="version",
            index=GinIndex(
                SearchVector(
                    "working_title",
                    "title",
                    "summary",
                    "urgency_reason",
                    "retrospective_reason",
                    config="english",
                ),
                name="version_words",
            ),
        ),
    ]
