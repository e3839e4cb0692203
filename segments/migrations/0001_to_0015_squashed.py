"""The tables of segments as they stand after 0015_due_share, made at once: a new database need not walk there."""

from importlib import import_module

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import segments.rules.numbers
from django.conf import settings
from django.db import migrations, models

first_policy = import_module("segments.migrations.0002_first_policy").Migration.operations
first_needs = import_module("segments.migrations.0006_first_needs").Migration.operations


class Migration(migrations.Migration):

    replaces = [('segments', '0001_tables'), ('segments', '0002_first_policy'), ('segments', '0003_completeness'), ('segments', '0004_axes'), ('segments', '0005_needs'), ('segments', '0006_first_needs'), ('segments', '0007_snapshot'), ('segments', '0008_treatments'), ('segments', '0009_more_pictures'), ('segments', '0010_segment'), ('segments', '0011_one_index_each'), ('segments', '0012_lists_of_a_mark'), ('segments', '0013_overrides'), ('segments', '0014_segment_version'), ('segments', '0015_due_share')]

    initial = True

    dependencies = [
        ('customers', '0001_to_0014_squashed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CollectionPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(unique=True, verbose_name='版本')),
                ('goal_percent', models.PositiveSmallIntegerField(default=90, verbose_name='目标（%）')),
                ('is_drawn', models.BooleanField(default=False, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '收集规则',
                'get_latest_by': 'version',
                'constraints': [models.CheckConstraint(condition=models.Q(('goal_percent__range', (1, 100))), name='collectionpolicy_goal_is_a_percentage', violation_error_message='目标在 1 到 100 之间')],
            },
        ),
        migrations.CreateModel(
            name='CollectionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(choices=[('name', '姓名'), ('salutation', '称呼'), ('phone', '电话'), ('wechat', '微信'), ('emergency', '紧急联系人'), ('birthday', '生日'), ('neighbourhood', '小区'), ('cars_at_home', '家庭车辆数'), ('plate', '车牌'), ('vin', '车架号'), ('model', '车型'), ('registered_on', '上牌日'), ('km', '里程'), ('insured_until', '保险到期及公司'), ('inspected_until', '年检到期'), ('came_through', '来源'), ('primary_need', '首要需求')], max_length=16, verbose_name='项目')),
                ('purpose', models.CharField(blank=True, max_length=60, verbose_name='为什么要问')),
                ('good_for_days', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='多少天后要重新核实')),
                ('front_desk', models.BooleanField(default=False, verbose_name='前台')),
                ('advisor', models.BooleanField(default=False, verbose_name='服务顾问')),
                ('care', models.BooleanField(default=False, verbose_name='客服回访')),
                ('policy', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='segments.collectionpolicy')),
            ],
            options={
                'verbose_name': '收集项目',
                'constraints': [models.UniqueConstraint(fields=('policy', 'item'), name='collectionrule_item_once'), models.CheckConstraint(condition=models.Q(models.Q(('purpose', ''), _negated=True), models.Q(('front_desk', True), ('advisor', True), ('care', True), _connector='OR', _negated=True), _connector='OR'), name='collectionrule_asked_for_a_purpose', violation_error_message='先写清楚为什么要问，才能要求收集'), models.CheckConstraint(condition=models.Q(('good_for_days__isnull', True), models.Q(('good_for_days__gte', 1), ('item__in', ['cars_at_home', 'emergency', 'km', 'neighbourhood', 'phone', 'primary_need', 'wechat'])), _connector='OR'), name='collectionrule_only_what_ages_grows_old')],
            },
        ),
        migrations.CreateModel(
            name='Completeness',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked', models.PositiveIntegerField(verbose_name='适用的项目')),
                ('filled', models.PositiveIntegerField(verbose_name='已知的项目')),
                ('fresh', models.PositiveIntegerField(verbose_name='可信的项目')),
                ('fresh_until', models.DateField(null=True, verbose_name='到哪天为止不变')),
                ('advisor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='completeness', to='customers.customer')),
            ],
            options={
                'verbose_name': '信息收集',
                'indexes': [models.Index(fields=['fresh_until'], name='completeness_by_fresh_until')],
            },
        ),
        migrations.CreateModel(
            name='CompletenessMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(choices=[('name', '姓名'), ('salutation', '称呼'), ('phone', '电话'), ('wechat', '微信'), ('emergency', '紧急联系人'), ('birthday', '生日'), ('neighbourhood', '小区'), ('cars_at_home', '家庭车辆数'), ('plate', '车牌'), ('vin', '车架号'), ('model', '车型'), ('registered_on', '上牌日'), ('km', '里程'), ('insured_until', '保险到期及公司'), ('inspected_until', '年检到期'), ('came_through', '来源'), ('primary_need', '首要需求')], max_length=16, verbose_name='项目')),
                ('asked', models.IntegerField(verbose_name='应有')),
                ('filled', models.IntegerField(verbose_name='已有')),
                ('fresh', models.IntegerField(verbose_name='可信')),
                ('kind', models.CharField(choices=[('seen', '最近一次到店在这个月的客户'), ('stood', '这个月最后一夜的全部客户')], max_length=5)),
                ('month', models.DateField(verbose_name='月份')),
                ('store_id', models.BigIntegerField()),
            ],
            options={
                'verbose_name': '信息收集月度',
                'constraints': [models.UniqueConstraint(fields=('kind', 'store_id', 'month', 'item'), name='completenessmonth_once'), models.CheckConstraint(condition=models.Q(('filled__lte', models.F('asked')), ('fresh__lte', models.F('filled'))), name='completenessmonth_in_order')],
            },
        ),
        migrations.CreateModel(
            name='CompletenessTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(choices=[('name', '姓名'), ('salutation', '称呼'), ('phone', '电话'), ('wechat', '微信'), ('emergency', '紧急联系人'), ('birthday', '生日'), ('neighbourhood', '小区'), ('cars_at_home', '家庭车辆数'), ('plate', '车牌'), ('vin', '车架号'), ('model', '车型'), ('registered_on', '上牌日'), ('km', '里程'), ('insured_until', '保险到期及公司'), ('inspected_until', '年检到期'), ('came_through', '来源'), ('primary_need', '首要需求')], max_length=16, verbose_name='项目')),
                ('asked', models.IntegerField(verbose_name='应有')),
                ('filled', models.IntegerField(verbose_name='已有')),
                ('fresh', models.IntegerField(verbose_name='可信')),
                ('store_id', models.BigIntegerField()),
                ('advisor_id', models.BigIntegerField()),
            ],
            options={
                'verbose_name': '信息收集合计',
                'constraints': [models.UniqueConstraint(fields=('store_id', 'advisor_id', 'item'), name='completenesstotal_once')],
            },
        ),
        migrations.CreateModel(
            name='DailySnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='日期')),
                ('store_id', models.BigIntegerField()),
                ('advisor_id', models.BigIntegerField()),
                ('picture', models.CharField(choices=[('value_rhythm', '价值 × 节奏'), ('value_need', '价值 × 需求'), ('loyalty', '行为 × 态度'), ('reward', '到店与用了优惠的到店'), ('grade', '字母 × 级别'), ('funnel', '五步'), ('stage', '阶段'), ('rhythm', '节奏'), ('cohort', '首次到店的季度 × 之后第几个季度'), ('headline', '这个月的新客与第二次到店'), ('revenue', '12 个月自费的来源'), ('moved_value_tier', '价值变动'), ('moved_rhythm', '节奏变动'), ('moved_loyalty', '忠诚变动'), ('moved_letter', '分级变动'), ('moved_stage', '阶段变动')], max_length=16, verbose_name='图')),
                ('x', models.CharField(max_length=16)),
                ('y', models.CharField(blank=True, max_length=16)),
                ('people', models.IntegerField(verbose_name='人数')),
                ('own_fen', models.BigIntegerField(default=0, verbose_name='24 个月自费（分）')),
            ],
            options={
                'verbose_name': '每日快照',
                'constraints': [models.UniqueConstraint(fields=('day', 'store_id', 'advisor_id', 'picture', 'x', 'y'), name='dailysnapshot_once'), models.CheckConstraint(condition=models.Q(('people__gt', 0)), name='dailysnapshot_counts_people'), models.CheckConstraint(condition=models.Q(models.Q(('picture__startswith', 'moved_'), _negated=True), models.Q(('x', models.F('y')), _negated=True), _connector='OR'), name='dailysnapshot_moves_somewhere')],
            },
        ),
        migrations.CreateModel(
            name='Need',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, unique=True, verbose_name='需求')),
                ('serve', models.CharField(max_length=120, verbose_name='怎么待这样的客户')),
                ('said', models.TextField(blank=True, max_length=1000, verbose_name='说到这些话算')),
                ('bought', models.TextField(blank=True, max_length=1000, verbose_name='买过这些项目算')),
                ('months', models.PositiveSmallIntegerField(default=18, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='多少个月内算数')),
                ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='停用')),
                ('is_drawn', models.BooleanField(default=False, editable=False)),
            ],
            options={
                'verbose_name': '需求',
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='need_name_not_blank'), models.CheckConstraint(condition=models.Q(models.Q(('said', ''), _negated=True), models.Q(('bought', ''), _negated=True), _connector='OR'), name='need_has_words', violation_error_message='至少写一个词，系统才认得出'), models.CheckConstraint(condition=models.Q(('months__range', (1, 60))), name='need_counts_for_months')],
            },
        ),
        migrations.CreateModel(
            name='CustomerNeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('suggested', '有迹象'), ('confirmed', '已确认'), ('dismissed', '不是这样')], default='suggested', max_length=9, verbose_name='状态')),
                ('pieces', models.PositiveIntegerField(default=0, verbose_name='几天里有迹象')),
                ('first_on', models.DateField(blank=True, null=True, verbose_name='最早')),
                ('last_on', models.DateField(blank=True, null=True, verbose_name='最近')),
                ('next_change_on', models.DateField(blank=True, null=True, verbose_name='下次变化')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='何时决定')),
                ('reason', models.CharField(blank=True, max_length=120, verbose_name='为什么')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='needs', to='customers.customer')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('need', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='of_customers', to='segments.need')),
            ],
            options={
                'verbose_name': '客户的需求',
                'indexes': [models.Index(fields=['need', 'state', 'customer'], name='customerneed_by_need_state'), models.Index(fields=['next_change_on'], name='customerneed_by_next_change')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'need'), name='customerneed_once'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('pieces__gte', 1), ('reason', ''), ('state', 'suggested')), models.Q(models.Q(('state', 'suggested'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='customerneed_suggested_by_evidence'), models.CheckConstraint(condition=models.Q(models.Q(('first_on__isnull', True), ('last_on__isnull', True), ('next_change_on__isnull', True), ('pieces', 0)), models.Q(('first_on__isnull', False), ('last_on__isnull', False), ('next_change_on__isnull', False), ('pieces__gte', 1)), _connector='OR'), name='customerneed_pieces_have_days'), models.CheckConstraint(condition=models.Q(('pieces', 0), ('first_on__lte', models.F('last_on')), _connector='OR'), name='customerneed_first_before_last')],
            },
        ),
        migrations.CreateModel(
            name='Override',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('axis', models.CharField(choices=[('letter', '字母'), ('digit', '级别'), ('stage', '阶段')], max_length=6, verbose_name='定的是')),
                ('code', models.CharField(max_length=7, verbose_name='定为')),
                ('reason', models.CharField(max_length=120, verbose_name='为什么')),
                ('review_on', models.DateField(verbose_name='复核日')),
                ('set_at', models.DateTimeField(verbose_name='何时定的')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='何时撤的')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='overrides', to='customers.customer')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('set_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '人工定级',
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['review_on', 'id'], name='override_by_review')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('customer', 'axis'), name='override_one_stands_per_axis'), models.CheckConstraint(condition=models.Q(models.Q(('axis', 'letter'), ('code__in', ['A', 'B', 'C', 'D'])), models.Q(('axis', 'digit'), ('code__in', ['1', '2', '3', '4'])), models.Q(('axis', 'stage'), ('code__in', ['partner', 'koc', 'base', 'member'])), _connector='OR'), name='override_is_a_word_of_its_axis'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='override_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='override_ended_at_and_by_together')],
            },
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=30, unique=True, verbose_name='名字')),
                ('conditions', models.JSONField(verbose_name='条件')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('archived_at', models.DateTimeField(blank=True, null=True, verbose_name='停用')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '人群',
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='segment_name_not_blank')],
            },
        ),
        migrations.CreateModel(
            name='SegmentPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(unique=True, verbose_name='版本')),
                ('numbers', models.JSONField(default=segments.rules.numbers.defaults, verbose_name='数值')),
                ('cuts', models.JSONField(blank=True, null=True, verbose_name='RFM 分位点')),
                ('model', models.JSONField(blank=True, null=True, verbose_name='BG/NBD 参数')),
                ('why', models.CharField(blank=True, max_length=120, verbose_name='为什么改')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '分群规则',
                'get_latest_by': 'version',
            },
        ),
        migrations.CreateModel(
            name='SegmentChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('axis', models.CharField(choices=[('value_tier', '价值'), ('rhythm', '节奏'), ('loyalty', '忠诚'), ('letter', '分级'), ('stage', '阶段')], max_length=10, verbose_name='维度')),
                ('before', models.CharField(blank=True, max_length=8, verbose_name='从')),
                ('after', models.CharField(blank=True, max_length=8, verbose_name='到')),
                ('cause', models.CharField(blank=True, choices=[('', '按规则'), ('hand', '人定的'), ('over', '人定的撤了或到期了')], default='', max_length=4, verbose_name='因为')),
                ('moved_on', models.DateField(verbose_name='日期')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='segment_changes', to='customers.customer')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='segments.segmentpolicy')),
            ],
            options={
                'verbose_name': '分群变化',
                'indexes': [models.Index(fields=['axis', 'moved_on', 'customer'], name='segmentchange_by_axis_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('before', models.F('after')), _negated=True), name='segmentchange_moves')],
            },
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visits', models.PositiveIntegerField(default=0, verbose_name='24 个月到店次数')),
                ('own_fen', models.BigIntegerField(default=0, verbose_name='24 个月自费（分）')),
                ('insurer_fen', models.BigIntegerField(default=0, verbose_name='24 个月保险与质保（分）')),
                ('ticket_fen', models.BigIntegerField(null=True, verbose_name='客单价（分）')),
                ('discounted', models.PositiveIntegerField(default=0, verbose_name='24 个月用了优惠的次数')),
                ('first_visit_on', models.DateField(null=True, verbose_name='首次到店')),
                ('last_visit_on', models.DateField(null=True, verbose_name='最近到店')),
                ('lifetime_visits', models.PositiveIntegerField(default=0, verbose_name='累计到店次数')),
                ('lifetime_own_fen', models.BigIntegerField(default=0, verbose_name='累计自费（分）')),
                ('lifetime_insurer_fen', models.BigIntegerField(default=0, verbose_name='累计保险与质保（分）')),
                ('visit_days', models.PositiveIntegerField(default=0, verbose_name='累计到店天数')),
                ('interval_days', models.PositiveIntegerField(null=True, verbose_name='自己的间隔（天）')),
                ('came_back', models.PositiveSmallIntegerField(default=0, verbose_name='流失后又来')),
                ('kept', models.PositiveSmallIntegerField(default=0, verbose_name='间隔之内来了第二次')),
                ('unhappy', models.PositiveSmallIntegerField(default=0, verbose_name='一年内不满次数')),
                ('good', models.PositiveSmallIntegerField(default=0, verbose_name='一年内高兴次数')),
                ('doubts', models.PositiveSmallIntegerField(default=0, verbose_name='一年内嫌贵次数')),
                ('unsettled', models.PositiveSmallIntegerField(default=0, verbose_name='没安抚的不满')),
                ('introduced', models.PositiveIntegerField(default=0, verbose_name='介绍来的人')),
                ('brought', models.PositiveIntegerField(default=0, verbose_name='介绍来并到过店的人')),
                ('due_here', models.PositiveIntegerField(default=0, verbose_name='在本店做的保养项')),
                ('due_works', models.PositiveIntegerField(default=0, verbose_name='该做的保养项')),
                ('due_share', models.PositiveSmallIntegerField(null=True, verbose_name='在本店做的占几成（%）')),
                ('cooling_on', models.DateField(null=True, verbose_name='从何时转淡')),
                ('at_risk_on', models.DateField(null=True, verbose_name='从何时要流失')),
                ('lost_on', models.DateField(null=True, verbose_name='从何时算流失')),
                ('months_lost_on', models.DateField(null=True, verbose_name='固定月数规则何时算流失')),
                ('ending_soon_on', models.DateField(null=True, verbose_name='保险年检从何时算急')),
                ('ending_over_on', models.DateField(null=True, verbose_name='保险年检何时过了')),
                ('interest_until', models.DateField(null=True, verbose_name='有兴趣到')),
                ('next_on', models.DateField(null=True, verbose_name='约好的下次')),
                ('card_until', models.DateField(null=True, verbose_name='卡券有效到')),
                ('value_tier', models.CharField(blank=True, choices=[('A', '高价值'), ('B', '较高'), ('C', '一般'), ('D', '较低')], max_length=1, verbose_name='价值')),
                ('rhythm', models.CharField(blank=True, choices=[('active', '正常来'), ('cooling', '转淡'), ('at_risk', '要流失'), ('lost', '已流失'), ('won_back', '唤回')], max_length=8, verbose_name='节奏')),
                ('behaviour', models.CharField(blank=True, choices=[('high', '行为高'), ('low', '行为低'), ('unknown', '行为未知')], max_length=7, verbose_name='行为忠诚')),
                ('attitude', models.CharField(blank=True, choices=[('high', '态度高'), ('low', '态度低'), ('unknown', '态度未知')], max_length=7, verbose_name='态度忠诚')),
                ('loyalty', models.CharField(blank=True, choices=[('true', '真忠诚'), ('latent', '潜在忠诚'), ('inertia', '惯性忠诚'), ('none', '非忠诚'), ('unknown', '还不知道')], max_length=7, verbose_name='忠诚')),
                ('letter', models.CharField(blank=True, max_length=1, verbose_name='分级')),
                ('digit', models.PositiveSmallIntegerField(default=0, verbose_name='级别')),
                ('stage', models.CharField(blank=True, choices=[('fan', '粉丝'), ('member', '会员'), ('base', '基盘'), ('koc', 'KOC'), ('partner', '合伙人')], max_length=7, verbose_name='阶段')),
                ('funnel', models.PositiveSmallIntegerField(default=0, verbose_name='五步走到')),
                ('hand_letter', models.CharField(max_length=1, null=True, verbose_name='人定的字母')),
                ('hand_digit', models.PositiveSmallIntegerField(null=True, verbose_name='人定的级别')),
                ('hand_stage', models.CharField(max_length=7, null=True, verbose_name='人定的阶段')),
                ('recency_score', models.PositiveSmallIntegerField(default=0, verbose_name='R')),
                ('frequency_score', models.PositiveSmallIntegerField(default=0, verbose_name='F')),
                ('monetary_score', models.PositiveSmallIntegerField(default=0, verbose_name='M')),
                ('alive_percent', models.PositiveSmallIntegerField(null=True, verbose_name='还会再来的可能（%）')),
                ('expected_visits', models.DecimalField(decimal_places=2, max_digits=6, null=True, verbose_name='12 个月预计到店')),
                ('estimated_on', models.DateField(null=True, verbose_name='估计日')),
                ('computed_on', models.DateField(verbose_name='计算日')),
                ('next_change_on', models.DateField(null=True, verbose_name='下次变化')),
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='profile', to='customers.customer')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='segments.segmentpolicy')),
            ],
            options={
                'verbose_name': '画像',
                'indexes': [models.Index(fields=['next_change_on'], name='profile_by_next_change'), models.Index(fields=['last_visit_on', 'customer'], name='profile_by_last_visit'), models.Index(fields=['letter', 'digit', 'customer'], name='profile_by_grade'), models.Index(fields=['stage', 'customer'], name='profile_by_stage'), models.Index(fields=['loyalty', 'customer'], name='profile_by_loyalty'), models.Index(fields=['first_visit_on', 'customer'], name='profile_by_first_visit')],
            },
        ),
        migrations.CreateModel(
            name='Treatment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter', models.CharField(max_length=1, verbose_name='字母')),
                ('digit', models.PositiveSmallIntegerField(verbose_name='级别')),
                ('version', models.PositiveIntegerField(verbose_name='版本')),
                ('company', models.CharField(max_length=120, verbose_name='公司做什么')),
                ('staff', models.CharField(max_length=120, verbose_name='员工做什么')),
                ('minutes', models.PositiveIntegerField(verbose_name='一年几分钟')),
                ('fen', models.BigIntegerField(verbose_name='一年花多少（分）')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '待客办法',
                'constraints': [models.UniqueConstraint(fields=('letter', 'digit', 'version'), name='treatment_version_once_per_cell'), models.CheckConstraint(condition=models.Q(('digit__range', (1, 4)), ('letter__in', ('A', 'B', 'C', 'D')), ('version__gte', 1)), name='treatment_of_a_cell'), models.CheckConstraint(condition=models.Q(models.Q(('company', ''), _negated=True), models.Q(('staff', ''), _negated=True)), name='treatment_says_what'), models.CheckConstraint(condition=models.Q(('fen__gte', 0), ('minutes__gte', 0)), name='treatment_costs_no_less_than_nothing')],
            },
        ),
            *first_policy,
        *first_needs,
    ]
