import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from vehicles.rules import item_of_name


def move_meanings(apps, schema_editor):
    """What people said moves to the vehicles, where the desk reads it too; the maintenance item by the name's words."""
    meanings = apps.get_model("vehicles", "ItemMeaning").objects
    meanings.bulk_create(
        meanings.model(name=old.name, kind=old.kind, item=item_of_name(old.name), said_by_id=old.said_by_id, said_at=old.said_at)
        for old in apps.get_model("imports", "ItemMeaning").objects.all()
    )


def move_back(apps, schema_editor):
    meanings = apps.get_model("imports", "ItemMeaning").objects
    meanings.bulk_create(
        meanings.model(name=new.name, kind=new.kind, said_by_id=new.said_by_id, said_at=new.said_at)
        for new in apps.get_model("vehicles", "ItemMeaning").objects.all()
    )


class Migration(migrations.Migration):

    dependencies = [
        ('imports', '0008_interactions_in_files'),
        ('vehicles', '0005_item_dictionary'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ItemMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('before', models.JSONField()),
                ('lines', models.PositiveIntegerField(default=0, verbose_name='跟着变的项目')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='撤销时间')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '归类记录',
            },
        ),
        migrations.RunPython(move_meanings, move_back),
        migrations.DeleteModel(
            name='ItemMeaning',
        ),
    ]
