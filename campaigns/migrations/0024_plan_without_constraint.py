"""A plan is written without looking its run up for every line."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0001_to_0023_squashed'),
    ]

    operations = [
        migrations.AlterField(
            model_name='planline',
            name='run',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='campaigns.planrun'),
        ),
    ]
