"""The tables of imports as they stand after 0012_members, made at once: a new database need not walk there."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
import imports.models
import uuid
from django.conf import settings
from django.db import migrations, models

ownerless_by_piece_of_plate = import_module("imports.migrations.0010_ownerless_by_piece_of_plate").Migration.operations


class Migration(migrations.Migration):

    replaces = [('imports', '0001_tables'), ('imports', '0002_references'), ('imports', '0003_rows_and_images'), ('imports', '0004_batch_looked_through'), ('imports', '0005_item_meaning'), ('imports', '0006_undo_states'), ('imports', '0007_undo_and_decisions'), ('imports', '0008_interactions_in_files'), ('imports', '0009_item_mappings'), ('imports', '0010_ownerless_by_piece_of_plate'), ('imports', '0011_one_index_each'), ('imports', '0012_members')]

    initial = True

    dependencies = [
        ('customers', '0001_to_0014_squashed'),
        ('staff', '0001_to_0007_squashed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ColumnMemory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signature', models.CharField(max_length=32, unique=True)),
                ('columns', models.JSONField()),
                ('remembered_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='上传时间')),
                ('business_date', models.DateField(default=django.utils.timezone.localdate, verbose_name='营业日')),
                ('file_name', models.CharField(max_length=200, verbose_name='文件名')),
                ('file_path', models.CharField(blank=True, max_length=300)),
                ('file_hash', models.CharField(max_length=64)),
                ('kind', models.CharField(choices=[('customers', '客户和车辆'), ('orders', '工单'), ('interactions', '沟通记录'), ('members', '会员和卡')], max_length=12, verbose_name='内容')),
                ('is_strict', models.BooleanField(default=False, verbose_name='严格')),
                ('mapping', models.JSONField(default=dict, verbose_name='列对应')),
                ('state', models.CharField(choices=[('checking', '正在检查'), ('uploaded', '待确认'), ('waiting', '等待导入'), ('running', '导入中'), ('done', '已完成'), ('failed', '失败'), ('undoing', '撤销中'), ('undone', '已撤销')], default='uploaded', max_length=10, verbose_name='状态')),
                ('rows_total', models.PositiveIntegerField(default=0)),
                ('rows_done', models.PositiveIntegerField(default=0)),
                ('counts', models.JSONField(default=dict)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('lease_key', models.UUIDField(editable=False, null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('finished_at', models.DateTimeField(null=True)),
                ('undo_until', models.DateTimeField(null=True, verbose_name='可撤销到')),
                ('undo_asked_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='staff.store')),
            ],
            options={
                'verbose_name': '导入批次',
                'indexes': [models.Index(fields=['store', '-created_at'], name='importbatch_by_store'), models.Index(condition=models.Q(('state__in', ['checking', 'waiting', 'running', 'undoing'])), fields=['state'], name='importbatch_to_run')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'undoing')), fields=('state',), name='importbatch_one_undo_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='CreatedRows',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=40)),
                ('row_ids', models.JSONField()),
                ('digests', models.JSONField(default=list)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='created_rows', to='imports.importbatch')),
            ],
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='行号')),
                ('verdict', models.CharField(choices=[('create', '导入'), ('line', '导入'), ('duplicate', '重复'), ('conflict', '待人工确认'), ('reject', '未导入')], max_length=10, verbose_name='结果')),
                ('reason', models.CharField(blank=True, choices=[('no_phone', '没有填电话'), ('bad_phone', '电话不可用（不是手机号，也不是带区号的座机）'), ('bad_plate', '车牌不符合规则'), ('bad_vin', '车架号不是 17 位合法字符'), ('bad_date', '日期看不懂或不存在'), ('bad_mileage', '里程不是数字'), ('bad_amount', '金额不是数字'), ('vin_check_digit', '车架号校验位不对，可能抄错一位'), ('name_differs', '同一电话前面写的是另一个姓名'), ('no_order_no', '没有工单号'), ('order_no_conflict', '同一工单号前面是另一台车'), ('no_customer', '没有可用电话，车牌也找不到客户'), ('column_count', '这一行的列数和表头不一致'), ('vehicle_conflict', '这台车已经登记在另一位客户名下'), ('vin_differs', '同一车牌已有另一个车架号'), ('visit_ambiguous', '当天这台车有几次到店，分不清是哪一次'), ('bad_card_no', '卡号看不全（被表格改成了科学计数，或不是卡号）；人和车照常导入，卡不导'), ('card_conflict', '同一张卡前面是另一个余额或另一位客户；以先看到的为准，人和车照常导入'), ('introducer_self', '介绍人写的是本人'), ('introducer_unknown', '介绍人找不到'), ('introducer_ambiguous', '介绍人不止一位对得上'), ('introducer_cycle', '互相介绍，绕成了一圈')], max_length=20, verbose_name='原因')),
                ('warnings', models.JSONField(default=list, verbose_name='提示')),
                ('cells', models.JSONField(default=list, verbose_name='原文')),
                ('plate', models.CharField(blank=True, max_length=12, verbose_name='车牌')),
                ('order_number', models.CharField(blank=True, max_length=60, verbose_name='工单号')),
                ('settled_at', models.DateTimeField(null=True, verbose_name='处理时间')),
                ('settled_as', models.CharField(blank=True, choices=[('kept', '保留原来的'), ('transferred', '过户给了新客户'), ('family', '是一家人'), ('vin', '用了文件的车架号'), ('attached', '对上了到店'), ('apart', '单独一张工单'), ('adopted', '车有了主人，自动归好'), ('given', '人工归到客户'), ('dropped', '不要了')], max_length=12, verbose_name='怎么处理的')),
                ('before', models.JSONField(default=dict)),
                ('became_order', models.BigIntegerField(null=True)),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='imports.importbatch')),
                ('settled_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '导入行',
                'indexes': [models.Index(condition=models.Q(('reason', 'no_customer'), ('settled_at__isnull', True), models.Q(('plate', ''), _negated=True)), fields=['plate'], name='importrow_ownerless_by_plate'), models.Index(condition=models.Q(('reason__in', ['vehicle_conflict', 'vin_differs', 'visit_ambiguous']), ('settled_at__isnull', True)), fields=['id'], name='importrow_open_conflicts'), models.Index(condition=models.Q(('became_order__isnull', False)), fields=['became_order'], name='importrow_by_order')],
                'constraints': [models.UniqueConstraint(fields=('batch', 'number'), name='importrow_once_per_row')],
            },
        ),
        migrations.CreateModel(
            name='ItemMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('before', models.JSONField()),
                ('lines', models.PositiveIntegerField(default=0, verbose_name='跟着变的项目')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='撤销时间')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'verbose_name': '归类记录',
            },
        ),
        migrations.CreateModel(
            name='KeptRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=40)),
                ('row_id', models.BigIntegerField()),
                ('reason', models.CharField(choices=[('changed', '导入以后有人改过'), ('later', '后来的导入又改过'), ('used', '导入以后有了新的记录'), ('blocked', '和现在的资料冲突，放不回去')], max_length=8, verbose_name='原因')),
                ('what', models.JSONField(default=list)),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='kept_rows', to='imports.importbatch')),
            ],
            options={
                'verbose_name': '保留的行',
                'constraints': [models.UniqueConstraint(fields=('batch', 'table', 'row_id'), name='keptrow_once_per_row')],
            },
        ),
        migrations.CreateModel(
            name='RowImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table', models.CharField(max_length=40)),
                ('row_id', models.BigIntegerField()),
                ('before', models.JSONField(encoder=imports.models.ExactEncoder)),
                ('after', models.JSONField(default=dict, encoder=imports.models.ExactEncoder)),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='images', to='imports.importbatch')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('batch', 'table', 'row_id'), name='rowimage_first_of_batch')],
            },
        ),
            *ownerless_by_piece_of_plate,
    ]
