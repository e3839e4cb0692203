import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from vehicles.rules import item_of_name


def name_items(apps, schema_editor):
    """Lines written before the dictionary knew maintenance items: what their names say."""
    lines = apps.get_model("vehicles", "ServiceLine").objects.filter(item="")
    names_of = {}
    for name in lines.order_by().values_list("name", flat=True).distinct():
        names_of.setdefault(item_of_name(name), []).append(name)
    names_of.pop("", None)
    for item, names in names_of.items():
        for start in range(0, len(names), 500):
            lines.filter(name__in=names[start : start + 500]).update(item=item)


class Migration(migrations.Migration):

    dependencies = [
        ('vehicles', '0004_car_people_and_items'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ItemMeaning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='项目')),
                ('kind', models.CharField(choices=[('maintenance', '保养'), ('repair', '维修'), ('wash', '洗车'), ('detailing', '美容'), ('tyre', '轮胎'), ('body', '钣喷'), ('voucher', '卡券'), ('insurance', '保险'), ('inspection', '年检'), ('other', '其他')], max_length=12, verbose_name='类别')),
                ('item', models.CharField(blank=True, choices=[('engine_oil', '机油机滤'), ('air_filter', '空气滤清器'), ('cabin_filter', '空调滤清器'), ('fuel_filter', '燃油滤清器'), ('brake_fluid', '刹车油'), ('coolant', '冷却液'), ('gearbox_oil', '变速箱油'), ('steering_oil', '转向助力油'), ('spark_plugs', '火花塞'), ('belts', '皮带'), ('brake_pads', '刹车片'), ('tyres', '轮胎'), ('battery', '蓄电池'), ('wipers', '雨刮'), ('air_conditioning', '空调制冷'), ('throttle', '节气门积碳'), ('chassis', '底盘球头胶套'), ('alignment', '四轮定位'), ('ev_check', '三电检查')], max_length=20, verbose_name='保养项目')),
                ('said_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('said_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '项目归类',
            },
        ),
        migrations.RunPython(name_items, migrations.RunPython.noop),
    ]
