"""Every axis beside value: its facts, its place on the profile, who moved; a policy of many numbers."""

import django.db.models.deletion
import segments.rules.numbers
from django.conf import settings
from django.db import migrations, models


def keep_thresholds(apps, schema_editor):
    """The three thresholds of a version become numbers among the others; the next night draws everybody anew."""
    policies, profiles = apps.get_model("segments", "SegmentPolicy"), apps.get_model("segments", "Profile")
    for row in policies.objects.order_by("version"):
        kept = {name: getattr(row, name) for name in ("frequent_visits", "steady_visits", "high_ticket_fen")}
        row.numbers = segments.rules.numbers.defaults() | kept
        row.save(update_fields=["numbers"])
    if profiles.objects.exists():
        last = policies.objects.order_by("version").last()
        policies.objects.create(version=last.version + 1, numbers=last.numbers)


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0008_price_doubt'),
        ('segments', '0003_completeness'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SegmentChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('axis', models.CharField(choices=[('value_tier', '价值'), ('rhythm', '节奏'), ('loyalty', '忠诚'), ('letter', '分级'), ('stage', '阶段')], max_length=10, verbose_name='维度')),
                ('before', models.CharField(blank=True, max_length=8, verbose_name='从')),
                ('after', models.CharField(blank=True, max_length=8, verbose_name='到')),
                ('moved_on', models.DateField(verbose_name='日期')),
            ],
            options={
                'verbose_name': '分群变化',
            },
        ),
        migrations.AddField(
            model_name='profile',
            name='alive_percent',
            field=models.PositiveSmallIntegerField(null=True, verbose_name='还会再来的可能（%）'),
        ),
        migrations.AddField(
            model_name='profile',
            name='at_risk_on',
            field=models.DateField(null=True, verbose_name='从何时要流失'),
        ),
        migrations.AddField(
            model_name='profile',
            name='attitude',
            field=models.CharField(blank=True, choices=[('high', '态度高'), ('low', '态度低'), ('unknown', '态度未知')], max_length=7, verbose_name='态度忠诚'),
        ),
        migrations.AddField(
            model_name='profile',
            name='behaviour',
            field=models.CharField(blank=True, choices=[('high', '行为高'), ('low', '行为低'), ('unknown', '行为未知')], max_length=7, verbose_name='行为忠诚'),
        ),
        migrations.AddField(
            model_name='profile',
            name='brought',
            field=models.PositiveIntegerField(default=0, verbose_name='介绍来并到过店的人'),
        ),
        migrations.AddField(
            model_name='profile',
            name='came_back',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='流失后又来'),
        ),
        migrations.AddField(
            model_name='profile',
            name='card_until',
            field=models.DateField(null=True, verbose_name='卡券有效到'),
        ),
        migrations.AddField(
            model_name='profile',
            name='cooling_on',
            field=models.DateField(null=True, verbose_name='从何时转淡'),
        ),
        migrations.AddField(
            model_name='profile',
            name='digit',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='级别'),
        ),
        migrations.AddField(
            model_name='profile',
            name='discounted',
            field=models.PositiveIntegerField(default=0, verbose_name='24 个月用了优惠的次数'),
        ),
        migrations.AddField(
            model_name='profile',
            name='doubts',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='一年内嫌贵次数'),
        ),
        migrations.AddField(
            model_name='profile',
            name='ending_over_on',
            field=models.DateField(null=True, verbose_name='保险年检何时过了'),
        ),
        migrations.AddField(
            model_name='profile',
            name='ending_soon_on',
            field=models.DateField(null=True, verbose_name='保险年检从何时算急'),
        ),
        migrations.AddField(
            model_name='profile',
            name='estimated_on',
            field=models.DateField(null=True, verbose_name='估计日'),
        ),
        migrations.AddField(
            model_name='profile',
            name='expected_visits',
            field=models.DecimalField(decimal_places=2, max_digits=6, null=True, verbose_name='12 个月预计到店'),
        ),
        migrations.AddField(
            model_name='profile',
            name='frequency_score',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='F'),
        ),
        migrations.AddField(
            model_name='profile',
            name='funnel',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='五步走到'),
        ),
        migrations.AddField(
            model_name='profile',
            name='good',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='一年内高兴次数'),
        ),
        migrations.AddField(
            model_name='profile',
            name='interest_until',
            field=models.DateField(null=True, verbose_name='有兴趣到'),
        ),
        migrations.AddField(
            model_name='profile',
            name='interval_days',
            field=models.PositiveIntegerField(null=True, verbose_name='自己的间隔（天）'),
        ),
        migrations.AddField(
            model_name='profile',
            name='introduced',
            field=models.PositiveIntegerField(default=0, verbose_name='介绍来的人'),
        ),
        migrations.AddField(
            model_name='profile',
            name='kept',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='间隔之内来了第二次'),
        ),
        migrations.AddField(
            model_name='profile',
            name='letter',
            field=models.CharField(blank=True, max_length=1, verbose_name='分级'),
        ),
        migrations.AddField(
            model_name='profile',
            name='lost_on',
            field=models.DateField(null=True, verbose_name='从何时算流失'),
        ),
        migrations.AddField(
            model_name='profile',
            name='loyalty',
            field=models.CharField(blank=True, choices=[('true', '真忠诚'), ('latent', '潜在忠诚'), ('inertia', '惯性忠诚'), ('none', '非忠诚'), ('unknown', '还不知道')], max_length=7, verbose_name='忠诚'),
        ),
        migrations.AddField(
            model_name='profile',
            name='monetary_score',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='M'),
        ),
        migrations.AddField(
            model_name='profile',
            name='months_lost_on',
            field=models.DateField(null=True, verbose_name='固定月数规则何时算流失'),
        ),
        migrations.AddField(
            model_name='profile',
            name='next_on',
            field=models.DateField(null=True, verbose_name='约好的下次'),
        ),
        migrations.AddField(
            model_name='profile',
            name='recency_score',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='R'),
        ),
        migrations.AddField(
            model_name='profile',
            name='rhythm',
            field=models.CharField(blank=True, choices=[('active', '正常来'), ('cooling', '转淡'), ('at_risk', '要流失'), ('lost', '已流失'), ('won_back', '唤回')], max_length=8, verbose_name='节奏'),
        ),
        migrations.AddField(
            model_name='profile',
            name='stage',
            field=models.CharField(blank=True, choices=[('fan', '粉丝'), ('member', '会员'), ('base', '基盘'), ('koc', 'KOC'), ('partner', '合伙人')], max_length=7, verbose_name='阶段'),
        ),
        migrations.AddField(
            model_name='profile',
            name='unhappy',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='一年内不满次数'),
        ),
        migrations.AddField(
            model_name='profile',
            name='unsettled',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='没安抚的不满'),
        ),
        migrations.AddField(
            model_name='profile',
            name='visit_days',
            field=models.PositiveIntegerField(default=0, verbose_name='累计到店天数'),
        ),
        migrations.AddField(
            model_name='segmentpolicy',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='segmentpolicy',
            name='cuts',
            field=models.JSONField(blank=True, null=True, verbose_name='RFM 分位点'),
        ),
        migrations.AddField(
            model_name='segmentpolicy',
            name='model',
            field=models.JSONField(blank=True, null=True, verbose_name='BG/NBD 参数'),
        ),
        migrations.AddField(
            model_name='segmentpolicy',
            name='numbers',
            field=models.JSONField(default=segments.rules.numbers.defaults, verbose_name='数值'),
        ),
        migrations.AddField(
            model_name='segmentpolicy',
            name='why',
            field=models.CharField(blank=True, max_length=120, verbose_name='为什么改'),
        ),
        migrations.AddField(
            model_name='segmentchange',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='segment_changes', to='customers.customer'),
        ),
        migrations.AddField(
            model_name='segmentchange',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='segments.segmentpolicy'),
        ),
        migrations.AddIndex(
            model_name='segmentchange',
            index=models.Index(fields=['axis', 'moved_on', 'customer'], name='segmentchange_by_axis_day'),
        ),
        migrations.AddConstraint(
            model_name='segmentchange',
            constraint=models.CheckConstraint(condition=models.Q(('before', models.F('after')), _negated=True), name='segmentchange_moves'),
        ),
        migrations.RunPython(keep_thresholds, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='segmentpolicy',
            name='segmentpolicy_thresholds_ordered',
        ),
        migrations.RemoveField(
            model_name='segmentpolicy',
            name='frequent_visits',
        ),
        migrations.RemoveField(
            model_name='segmentpolicy',
            name='high_ticket_fen',
        ),
        migrations.RemoveField(
            model_name='segmentpolicy',
            name='steady_visits',
        ),
    ]
