"""The tables of campaigns as they stand after 0023_store_day, made at once: a new database need not walk there."""

from importlib import import_module

import campaigns.rules.numbers
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

first_contact_policy = import_module("campaigns.migrations.0017_first_contact_policy").Migration.operations


class Migration(migrations.Migration):

    replaces = [('campaigns', '0001_tables'), ('campaigns', '0002_references'), ('campaigns', '0003_constraints'), ('campaigns', '0004_plans_and_undo'), ('campaigns', '0005_outcome_by_day'), ('campaigns', '0006_booked_by_day'), ('campaigns', '0007_one_index_each'), ('campaigns', '0008_by_hand'), ('campaigns', '0009_contact_budget'), ('campaigns', '0010_outbox_life'), ('campaigns', '0011_outcome_books'), ('campaigns', '0012_taking_lines'), ('campaigns', '0013_more_outcomes'), ('campaigns', '0014_message_template'), ('campaigns', '0015_script_ratings'), ('campaigns', '0016_plans_decide'), ('campaigns', '0017_first_contact_policy'), ('campaigns', '0018_occasions_by_hand'), ('campaigns', '0019_messages_by_any_channel'), ('campaigns', '0020_drive'), ('campaigns', '0021_pace'), ('campaigns', '0022_posting_by_wecom'), ('campaigns', '0023_store_day')]

    initial = True

    dependencies = [
        ('customers', '0001_to_0014_squashed'),
        ('segments', '0001_to_0015_squashed'),
        ('staff', '0001_to_0007_squashed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('vehicles', '0001_to_0021_squashed'),
    ]

    operations = [
        migrations.CreateModel(
            name='Pace',
            fields=[
                ('channel', models.CharField(max_length=20, primary_key=True, serialize=False, verbose_name='通道')),
                ('free_at', models.DateTimeField(verbose_name='下一条')),
            ],
            options={
                'verbose_name': '发送节奏',
            },
        ),
        migrations.CreateModel(
            name='ContactPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(unique=True, verbose_name='版本')),
                ('numbers', models.JSONField(default=campaigns.rules.numbers.defaults, verbose_name='数值')),
                ('closed', models.JSONField(default=list, verbose_name='休息日')),
                ('why', models.CharField(blank=True, max_length=120, verbose_name='为什么改')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '触达规则',
                'get_latest_by': 'version',
            },
        ),
        migrations.CreateModel(
            name='Drive',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_on', models.DateField(verbose_name='从哪天')),
                ('last_on', models.DateField(verbose_name='到哪天')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='结束')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('segment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='segments.segment', verbose_name='人群')),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drives', to='staff.store')),
            ],
            options={
                'verbose_name': '100% 触达行动',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('store',), name='drive_one_at_a_time_per_store'), models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='drive_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('ended_by__isnull', True), ('ended_at__isnull', False), _connector='OR'), name='drive_ended_by_only_when_ended')],
            },
        ),
        migrations.CreateModel(
            name='DriveMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('barred', models.CharField(blank=True, max_length=20, verbose_name='不能联系')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer')),
                ('drive', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='campaigns.drive')),
            ],
            options={
                'verbose_name': '触达行动的客户',
                'constraints': [models.UniqueConstraint(fields=('customer', 'drive'), name='drive_member_once')],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(max_length=60, verbose_name='范围')),
                ('reason', models.CharField(max_length=200, verbose_name='为什么')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='从')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='到')),
                ('lifted_at', models.DateTimeField(blank=True, null=True, verbose_name='恢复时间')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁')),
                ('lifted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '暂停',
                'indexes': [models.Index(fields=['scope', '-at'], name='hold_by_scope')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('scope',), name='hold_one_standing_per_scope')],
            },
        ),
        migrations.CreateModel(
            name='ManualTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=100, verbose_name='什么事')),
                ('due_on', models.DateField(verbose_name='哪天')),
                ('channel', models.CharField(choices=[('call', '电话'), ('wechat', '微信'), ('visit', '上门'), ('message', '消息')], default='call', max_length=8, verbose_name='怎么联系')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('taken_back_at', models.DateTimeField(blank=True, null=True, verbose_name='撤回')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='manual_tasks', to='customers.customer')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'verbose_name': '临时任务',
                'indexes': [models.Index(condition=models.Q(('taken_back_at__isnull', True)), fields=['due_on'], name='task_by_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='task_has_a_reason'), models.CheckConstraint(condition=models.Q(('channel__in', ('call', 'wechat', 'visit'))), name='task_is_done_by_hand')],
            },
        ),
        migrations.CreateModel(
            name='MessageTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occasion', models.CharField(max_length=30, verbose_name='由头')),
                ('channel', models.CharField(choices=[('call', '电话'), ('wechat', '微信'), ('visit', '上门'), ('message', '消息')], max_length=8, verbose_name='方式')),
                ('style', models.CharField(choices=[('friend', '像朋友'), ('formal', '正式')], max_length=6, verbose_name='口气')),
                ('version', models.PositiveIntegerField(verbose_name='版本')),
                ('text', models.CharField(blank=True, max_length=500, verbose_name='内容')),
                ('code', models.CharField(blank=True, max_length=40, verbose_name='服务商模板编号')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁')),
            ],
            options={
                'verbose_name': '消息模板',
                'constraints': [models.UniqueConstraint(fields=('occasion', 'channel', 'style', 'version'), name='messagetemplate_once_per_version'), models.CheckConstraint(condition=models.Q(models.Q(('text', ''), _negated=True), ('code', ''), _connector='OR'), name='messagetemplate_code_of_a_text')],
            },
        ),
        migrations.CreateModel(
            name='PlanRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('today', models.DateField(verbose_name='哪天排的')),
                ('until', models.DateField(verbose_name='排到哪天')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='排完')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.contactpolicy')),
            ],
            options={
                'verbose_name': '触达排期',
            },
        ),
        migrations.CreateModel(
            name='PlanLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occasion', models.CharField(max_length=30, verbose_name='由头')),
                ('cycle', models.CharField(max_length=60, verbose_name='轮次')),
                ('purpose', models.CharField(choices=[('service', '服务'), ('care', '关怀'), ('marketing', '营销')], max_length=10, verbose_name='用途')),
                ('channel', models.CharField(choices=[('call', '电话'), ('wechat', '微信'), ('visit', '上门'), ('message', '消息')], max_length=8, verbose_name='方式')),
                ('priority', models.SmallIntegerField(verbose_name='优先级')),
                ('due_on', models.DateField(verbose_name='应联系日')),
                ('not_after', models.DateField(verbose_name='最晚')),
                ('reason', models.CharField(max_length=200, verbose_name='为什么')),
                ('is_current', models.BooleanField(default=False)),
                ('verdict', models.CharField(blank=True, choices=[('kept', '按时'), ('merged', '合并'), ('postponed', '推迟'), ('dropped', '不联系'), ('taken', '已在办')], max_length=10, verbose_name='决定')),
                ('planned_on', models.DateField(blank=True, null=True, verbose_name='安排在')),
                ('latest_on', models.DateField(blank=True, null=True)),
                ('why', models.CharField(blank=True, choices=[('', '按时'), ('cap', '联系次数已满'), ('asks', '连着开口太多次'), ('merged', '和另一件事一起说'), ('waits', '等一等，和另一件事一起说'), ('closed', '休息日'), ('no_room', '当天人手排满'), ('forbidden', '不能联系')], max_length=10, verbose_name='原因')),
                ('cap', models.CharField(blank=True, max_length=20)),
                ('count', models.PositiveSmallIntegerField(default=0)),
                ('drop_reason', models.CharField(blank=True, choices=[('gone', '事由已不成立'), ('refused', '客户不希望被打扰'), ('unwanted', '客户不想听这一类'), ('no_consent', '没有营销同意'), ('unhappy', '客户不满，先安抚'), ('budget', '触达计划里排不下'), ('just_spoken', '刚联系过'), ('unreached', '打不通，下次到店面谈'), ('no_number', '没有发得到的号码或账号'), ('not_delivered', '发送失败'), ('uncertain', '不确定是否送达，不再重发')], max_length=20, verbose_name='不能联系')),
                ('customer', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
                ('lead', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='merged', to='campaigns.planline')),
                ('order', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='vehicles.serviceorder')),
                ('store', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='staff.store')),
                ('vehicle', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='vehicles.vehicle')),
                ('run', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='campaigns.planrun')),
            ],
            options={
                'verbose_name': '触达计划',
                'indexes': [models.Index(fields=['run', 'store', 'planned_on'], name='plan_line_by_day'), models.Index(condition=models.Q(('lead__isnull', False)), fields=['lead'], name='plan_line_by_lead')],
                'constraints': [models.UniqueConstraint(fields=('run', 'customer', 'occasion', 'cycle'), name='plan_line_once_per_cycle')],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occasion', models.CharField(max_length=30, verbose_name='由头')),
                ('cycle', models.CharField(max_length=60, verbose_name='轮次')),
                ('kind', models.CharField(choices=[('moments', '发朋友圈'), ('group', '企业微信群发')], max_length=8, verbose_name='怎么发')),
                ('title', models.CharField(max_length=30, verbose_name='什么事')),
                ('text', models.TextField(verbose_name='内容')),
                ('due_on', models.DateField(verbose_name='哪天发')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='发了')),
                ('begun_at', models.DateTimeField(blank=True, null=True, verbose_name='交给企业微信')),
                ('task', models.CharField(blank=True, max_length=80, verbose_name='企业微信任务')),
                ('note', models.CharField(blank=True, max_length=60, verbose_name='说明')),
                ('author', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='postings', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'verbose_name': '群发任务',
                'indexes': [models.Index(condition=models.Q(('done_at__isnull', True)), fields=['author', 'due_on'], name='posting_to_do'), models.Index(fields=['due_on'], name='posting_by_day')],
                'constraints': [models.UniqueConstraint(fields=('author', 'occasion', 'cycle'), name='posting_once_per_cycle'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='posting_has_a_text')],
            },
        ),
        migrations.CreateModel(
            name='Spending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=20, verbose_name='通道')),
                ('day', models.DateField(verbose_name='日期')),
                ('messages', models.PositiveIntegerField(default=0, verbose_name='条数')),
                ('fen', models.PositiveBigIntegerField(default=0, verbose_name='费用（分）')),
                ('most', models.PositiveIntegerField(verbose_name='最多条数')),
                ('most_fen', models.PositiveBigIntegerField(verbose_name='最多费用（分）')),
            ],
            options={
                'verbose_name': '当日用量',
                'constraints': [models.UniqueConstraint(fields=('channel', 'day'), name='spending_once_per_day'), models.CheckConstraint(condition=models.Q(('fen__lte', models.F('most_fen')), ('messages__lte', models.F('most'))), name='spending_within_allowance')],
            },
        ),
        migrations.CreateModel(
            name='StoreDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='哪天')),
                ('works', models.BooleanField(verbose_name='联系客户')),
                ('why', models.CharField(blank=True, max_length=20, verbose_name='为什么')),
                ('said_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('said_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.store')),
            ],
            options={
                'verbose_name': '门店的一天',
                'constraints': [models.UniqueConstraint(fields=('store', 'day'), name='store_day_once')],
            },
        ),
        migrations.CreateModel(
            name='TopicWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(choices=[('follow_up', '服务回访'), ('reminder', '到期提醒'), ('birthday', '生日与纪念日'), ('festival', '节日问候'), ('season', '节气与用车提示'), ('return', '好久没来'), ('offer', '活动与优惠'), ('personal', '专人联系')], max_length=10, verbose_name='话题')),
                ('wanted', models.BooleanField(verbose_name='想听')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='何时说的')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='何时改的')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='topic_wishes', to='customers.customer')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '想听什么',
                'indexes': [models.Index(fields=['customer', 'topic'], name='wish_by_customer')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('customer', 'topic'), name='wish_one_stands_per_topic')],
            },
        ),
        migrations.CreateModel(
            name='Touch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('occasion', models.CharField(max_length=30, verbose_name='由头')),
                ('cycle', models.CharField(max_length=60, verbose_name='轮次')),
                ('purpose', models.CharField(choices=[('service', '服务'), ('care', '关怀'), ('marketing', '营销')], max_length=10, verbose_name='用途')),
                ('channel', models.CharField(choices=[('call', '电话'), ('wechat', '微信'), ('visit', '上门'), ('message', '消息')], max_length=8, verbose_name='方式')),
                ('priority', models.SmallIntegerField(verbose_name='优先级')),
                ('due_on', models.DateField(verbose_name='应联系日')),
                ('not_after', models.DateField(verbose_name='最晚')),
                ('reason', models.CharField(max_length=200, verbose_name='为什么')),
                ('planned_on', models.DateField(blank=True, null=True, verbose_name='安排在')),
                ('decision', models.CharField(blank=True, choices=[('', '按时'), ('cap', '联系次数已满'), ('asks', '连着开口太多次'), ('merged', '和另一件事一起说'), ('waits', '等一等，和另一件事一起说'), ('closed', '休息日'), ('no_room', '当天人手排满'), ('forbidden', '不能联系')], max_length=10, verbose_name='安排的原因')),
                ('decision_facts', models.JSONField(default=dict, editable=False)),
                ('state', models.CharField(choices=[('waiting', '排队中'), ('listed', '待办'), ('done', '已完成'), ('dropped', '已取消'), ('expired', '已过期')], default='waiting', max_length=8, verbose_name='状态')),
                ('listed_on', models.DateField(blank=True, null=True, verbose_name='待办日')),
                ('call_hour', models.CharField(blank=True, choices=[('morning', '上午'), ('noon', '中午'), ('evening', '傍晚')], max_length=7, verbose_name='什么时候打')),
                ('taken_until', models.DateTimeField(blank=True, null=True)),
                ('frozen_at', models.DateTimeField(blank=True, null=True, verbose_name='冻结')),
                ('drop_reason', models.CharField(blank=True, choices=[('gone', '事由已不成立'), ('refused', '客户不希望被打扰'), ('unwanted', '客户不想听这一类'), ('no_consent', '没有营销同意'), ('unhappy', '客户不满，先安抚'), ('budget', '触达计划里排不下'), ('just_spoken', '刚联系过'), ('unreached', '打不通，下次到店面谈'), ('no_number', '没有发得到的号码或账号'), ('not_delivered', '发送失败'), ('uncertain', '不确定是否送达，不再重发')], max_length=20, verbose_name='取消原因')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='结束')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('assignee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='touches', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('covers', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='touches', to='customers.customer')),
                ('merged_into', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='campaigns.touch')),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vehicles.serviceorder')),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='touches', to='staff.store')),
                ('taken_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('vehicle', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vehicles.vehicle')),
            ],
            options={
                'verbose_name': '触达',
                'indexes': [models.Index(condition=models.Q(('state', 'listed')), fields=['assignee', 'listed_on'], name='touch_on_list'), models.Index(fields=['store', 'state', 'due_on'], name='touch_by_store_due'), models.Index(fields=['customer', 'state'], name='touch_by_customer'), models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='touch_by_what_it_is_said_with')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'occasion', 'cycle'), name='touch_once_per_cycle'), models.CheckConstraint(condition=models.Q(models.Q(('taken_by__isnull', True), ('taken_until__isnull', True)), models.Q(('taken_by__isnull', False), ('taken_until__isnull', False)), _connector='OR'), name='touch_taken_by_and_until_together'), models.CheckConstraint(condition=models.Q(('not_after__gte', models.F('due_on'))), name='touch_not_after_due'), models.CheckConstraint(condition=models.Q(models.Q(('channel__in', ('call', 'wechat', 'visit')), ('state', 'listed'), _negated=True), models.Q(('assignee__isnull', False), ('listed_on__isnull', False)), _connector='OR'), name='touch_listed_has_day_and_assignee'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state__in', ['waiting', 'listed'])), models.Q(('ended_at__isnull', False), ('state__in', ['done', 'dropped', 'expired'])), _connector='OR'), name='touch_ended_at_iff_ended'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'dropped'), _negated=True), models.Q(('drop_reason', ''), _negated=True), _connector='OR'), name='touch_dropped_says_why')],
            },
        ),
        migrations.CreateModel(
            name='Outcome',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attempt', models.PositiveSmallIntegerField(default=1, verbose_name='第几次')),
                ('result', models.CharField(choices=[('reached', '接通'), ('no_answer', '未接'), ('later', '改期'), ('booked', '已约'), ('do_not_contact', '不再打扰'), ('unhappy', '不满'), ('wrong_number', '号码不对'), ('sent', '已发')], max_length=14, verbose_name='结果')),
                ('channel', models.CharField(choices=[('call', '电话'), ('wechat', '微信'), ('visit', '上门'), ('message', '消息')], default='call', max_length=8, verbose_name='方式')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='备注')),
                ('next_on', models.DateField(blank=True, null=True, verbose_name='下次联系')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('helped', models.BooleanField(null=True, verbose_name='话术有用')),
                ('listener', models.CharField(blank=True, max_length=10, verbose_name='对谁说')),
                ('before', models.JSONField(default=dict, editable=False)),
                ('undone_at', models.DateTimeField(blank=True, null=True, verbose_name='撤销时间')),
                ('appointment', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outcome', to='vehicles.appointment')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('interaction', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='outcome', to='customers.interaction')),
                ('touch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='outcomes', to='campaigns.touch')),
            ],
            options={
                'verbose_name': '结果',
                'indexes': [models.Index(fields=['touch', '-at'], name='outcome_by_touch'), models.Index(fields=['at'], name='outcome_by_day')],
                'constraints': [models.UniqueConstraint(fields=('touch', 'attempt'), name='outcome_once_per_attempt')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('body', models.TextField(verbose_name='内容')),
                ('state', models.CharField(choices=[('queued', '待发'), ('inflight', '发送中'), ('unknown', '不确定'), ('accepted', '已发，等回执'), ('delivered', '已送达'), ('failed', '失败'), ('suppressed', '未发（规则拦下）'), ('expired', '已过期'), ('cancelled', '已取消')], default='queued', max_length=10, verbose_name='状态')),
                ('due_at', models.DateTimeField(verbose_name='应发时间')),
                ('not_after', models.DateTimeField(verbose_name='最晚')),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='第几次')),
                ('begun_at', models.DateTimeField(blank=True, null=True, verbose_name='开始发送')),
                ('via', models.CharField(blank=True, max_length=20, verbose_name='通道')),
                ('provider_id', models.CharField(blank=True, max_length=80, verbose_name='服务商编号')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='发出时间')),
                ('ask_at', models.DateTimeField(blank=True, null=True, verbose_name='下次查询')),
                ('asked', models.PositiveSmallIntegerField(default=0, verbose_name='查过几次')),
                ('is_dead_number', models.BooleanField(default=False, verbose_name='空号')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('consent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.consent')),
                ('point', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='customers.contactpoint')),
                ('talk', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='message', to='customers.interaction')),
                ('template', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='campaigns.messagetemplate', verbose_name='模板')),
                ('touch', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='message', to='campaigns.touch')),
            ],
            options={
                'verbose_name': '发件箱',
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['due_at'], name='message_queued_by_due'), models.Index(condition=models.Q(('state', 'inflight')), fields=['lease_until'], name='message_inflight_by_lease'), models.Index(condition=models.Q(('ask_at__isnull', False)), fields=['ask_at'], name='message_by_ask'), models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='message_by_provider_id'), models.Index(condition=models.Q(('point__isnull', False)), fields=['point', 'begun_at'], name='message_by_point')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state__in', ('accepted', 'delivered'))), models.Q(('sent_at__isnull', True), ('state__in', ('queued', 'inflight', 'suppressed', 'expired', 'cancelled'))), ('state__in', ['unknown', 'failed']), _connector='OR'), name='message_sent_at_iff_sent'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'delivered', 'unknown']), _negated=True), ('begun_at__isnull', False), _connector='OR'), name='message_gone_out_was_begun'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'inflight'), _negated=True), ('lease_until__isnull', False), _connector='OR'), name='message_inflight_has_lease')],
            },
        ),
        migrations.CreateModel(
            name='WeatherNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='哪天')),
                ('kind', models.CharField(max_length=10, verbose_name='什么天气')),
                ('text', models.CharField(max_length=200, verbose_name='怎么说')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('taken_back_at', models.DateTimeField(blank=True, null=True, verbose_name='撤回')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'verbose_name': '天气提醒',
                'constraints': [models.UniqueConstraint(condition=models.Q(('taken_back_at__isnull', True)), fields=('store', 'day'), name='weather_once_per_store_and_day', violation_error_message='今天已经发过天气提醒了'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='weather_has_a_text')],
            },
        ),
            *first_contact_policy,
    ]
