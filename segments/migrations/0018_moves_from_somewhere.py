"""Moves that a list shows, found without reading those of everybody's first night."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("segments", "0017_people_of_a_cell")]

    operations = [
        migrations.AddIndex(
            model_name="segmentchange",
            index=models.Index(
                fields=["axis", "moved_on", "customer"],
                condition=models.Q(("before", ""), _negated=True),
                name="segmentchange_moved",
            ),
        ),
    ]
