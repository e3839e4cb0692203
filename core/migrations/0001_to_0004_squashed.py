"""The tables of core as they stand after 0004_public_tokens, made at once: a new database need not walk there."""

from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('core', '0001_tables'), ('core', '0002_heartbeat'), ('core', '0003_calendar_day'), ('core', '0004_public_tokens')]

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=30, primary_key=True, serialize=False, verbose_name='名称')),
                ('at', models.DateTimeField(verbose_name='最近')),
                ('facts', models.JSONField(default=dict, verbose_name='细节')),
            ],
            options={
                'verbose_name': '心跳',
            },
        ),
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(error_messages={'unique': '这一天已经写过了'}, unique=True, verbose_name='日期')),
                ('kind', models.CharField(choices=[('off', '放假'), ('workday', '上班')], max_length=7, verbose_name='放假还是上班')),
                ('name', models.CharField(max_length=20, verbose_name='为什么')),
                ('source', models.CharField(choices=[('notice', '国务院通知'), ('shop', '本店自定')], default='shop', max_length=6, verbose_name='出处')),
            ],
            options={
                'verbose_name': '放假与调休',
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='calendarday_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='JobRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.CharField(max_length=60, verbose_name='任务')),
                ('business_date', models.DateField(verbose_name='营业日')),
                ('state', models.CharField(choices=[('running', '进行中'), ('done', '已完成'), ('failed', '失败')], default='running', max_length=10, verbose_name='状态')),
                ('attempts', models.PositiveIntegerField(default=0, verbose_name='次数')),
                ('lease_until', models.DateTimeField(null=True, verbose_name='租约至')),
                ('started_at', models.DateTimeField(null=True, verbose_name='开始')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='结束')),
                ('result', models.JSONField(default=dict, verbose_name='结果')),
                ('error', models.TextField(blank=True, verbose_name='错误')),
            ],
            options={
                'verbose_name': '任务记录',
                'constraints': [models.UniqueConstraint(fields=('job', 'business_date'), name='jobrun_once_per_business_date'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), ('finished_at__isnull', False), _connector='OR'), name='jobrun_done_has_finished_at')],
            },
        ),
        migrations.CreateModel(
            name='PublicToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=20, verbose_name='用途')),
                ('subject_id', models.BigIntegerField(verbose_name='对象')),
                ('digest', models.CharField(max_length=64, unique=True, verbose_name='摘要')),
                ('made_at', models.DateTimeField(verbose_name='发出')),
                ('expires_at', models.DateTimeField(verbose_name='有效至')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='作废')),
            ],
            options={
                'verbose_name': '公开链接',
                'indexes': [models.Index(fields=['purpose', 'subject_id'], name='publictoken_by_subject')],
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='publictoken_ends_after_it_began')],
            },
        ),
    ]
