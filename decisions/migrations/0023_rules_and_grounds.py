"""Rules on advice and grounds of exemption keep their words; two people give them an end."""

from django.db import migrations

from pcd.sql import sql_file


class Migration(migrations.Migration):
    dependencies = [("decisions", "0022_second_guards"), ("people", "0009_withdrawn_changes")]
    operations = [
        migrations.AlterModelOptions(
            name="exemptionclaim",
            options={"ordering": ["ground__position", "ground__valid_from", "ground_id"]},
        ),
        migrations.AlterModelOptions(
            name="exemptionground",
            options={"ordering": ["position", "valid_from", "key"]},
        ),
        sql_file(__file__),
    ]
