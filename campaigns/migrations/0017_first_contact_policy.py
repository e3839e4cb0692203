from django.db import migrations


def add(apps, schema_editor):
    """A shop begins with the numbers that come with the programme."""
    apps.get_model("campaigns", "ContactPolicy").objects.get_or_create(version=1)


class Migration(migrations.Migration):

    dependencies = [
        ("campaigns", "0016_plans_decide"),
    ]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
