"""The thresholds a shop starts with; a manager's later version rules in its place."""

from django.db import migrations


def add(apps, schema_editor):
    apps.get_model("segments", "SegmentPolicy").objects.get_or_create(version=1)


class Migration(migrations.Migration):
    dependencies = [("segments", "0001_tables")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
