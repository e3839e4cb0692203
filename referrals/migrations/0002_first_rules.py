from django.db import migrations

# What a shop begins with; points and cool-down are its own to change.
RULES = [
    {"kind": "event_help", "points": 50, "most_a_day": 1, "cool_down_days": 0},
    {"kind": "volunteering", "points": 30, "most_a_day": 1, "cool_down_days": 0},
    {"kind": "answering", "points": 10, "most_a_day": 1, "cool_down_days": 30},
]


def write(apps, schema_editor):
    model = apps.get_model("referrals", "EarningRule")
    model.objects.bulk_create([model(**rule) for rule in RULES], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("referrals", "0001_points")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
