"""The tables of desk as they stand after 0002_one_index_each, made at once: a new database need not walk there."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('desk', '0001_dismissed_actions'), ('desk', '0002_one_index_each')]

    initial = True

    dependencies = [
        ('customers', '0001_to_0014_squashed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DismissedAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('warning', '车辆提醒'), ('promise', '失约'), ('unhappy', '不满'), ('touch', '该联系'), ('insurance', '保险'), ('inspection', '年检'), ('ask', '问一句')], max_length=12, verbose_name='建议')),
                ('subject', models.CharField(max_length=80, verbose_name='对象')),
                ('reason', models.CharField(max_length=200, verbose_name='理由')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='dismissed_actions', to='customers.customer')),
            ],
            options={
                'verbose_name': '搁置的建议',
                'constraints': [models.UniqueConstraint(fields=('customer', 'subject'), name='dismissedaction_once'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='dismissedaction_says_why')],
            },
        ),
    ]
