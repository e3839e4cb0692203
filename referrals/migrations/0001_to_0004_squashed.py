"""The tables of referrals as they stand after 0004_introductions, made at once: a new database need not walk there."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

first_rules = import_module("referrals.migrations.0002_first_rules").Migration.operations


class Migration(migrations.Migration):

    replaces = [('referrals', '0001_points'), ('referrals', '0002_first_rules'), ('referrals', '0003_vouchers'), ('referrals', '0004_introductions')]

    initial = True

    dependencies = [
        ('customers', '0001_to_0014_squashed'),
        ('staff', '0001_to_0007_squashed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerProof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proved_on', models.DateField(unique=True, verbose_name='哪天')),
                ('proved_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('wrong', models.JSONField(default=list, verbose_name='对不上的')),
                ('total', models.BigIntegerField(default=0, verbose_name='所有余额之和')),
            ],
            options={
                'verbose_name': '对账',
            },
        ),
        migrations.CreateModel(
            name='FormKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(unique=True, verbose_name='键')),
                ('digest', models.CharField(max_length=64, verbose_name='内容摘要')),
                ('outcome', models.BigIntegerField(null=True, verbose_name='结果')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '表单键',
            },
        ),
        migrations.CreateModel(
            name='Gift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='礼品')),
                ('points', models.PositiveIntegerField(verbose_name='几分换')),
                ('cost_fen', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='进价（分）')),
                ('stock', models.PositiveIntegerField(default=0, verbose_name='库存')),
                ('is_on', models.BooleanField(default=True, verbose_name='可以换')),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='gifts', to='staff.store')),
            ],
            options={
                'verbose_name': '礼品',
                'constraints': [models.UniqueConstraint(fields=('store', 'name'), name='gift_once_per_store', violation_error_message='已经有这样礼品'), models.CheckConstraint(condition=models.Q(('points__gt', 0)), name='gift_costs_points'), models.CheckConstraint(condition=models.Q(('stock__gte', 0)), name='gift_stock_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='OrderEarning',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order_id', models.BigIntegerField(unique=True, verbose_name='工单')),
                ('points', models.BigIntegerField(verbose_name='得了')),
                ('turn', models.PositiveIntegerField(default=0, verbose_name='第几次')),
                ('closed_on', models.DateField(db_index=True, verbose_name='结单日')),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'verbose_name': '工单积分',
                'constraints': [models.CheckConstraint(condition=models.Q(('points__gte', 0)), name='orderearning_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='PersonalCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=8, unique=True, verbose_name='介绍码')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='personal_code', to='customers.customer')),
            ],
            options={
                'verbose_name': '介绍码',
            },
        ),
        migrations.CreateModel(
            name='PointAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('available', '可用'), ('pending', '待到账'), ('debt', '欠回'), ('issued', '已发出'), ('gifts', '已换礼品'), ('expired', '已过期'), ('forfeited', '已作废')], max_length=9, verbose_name='账户')),
                ('balance', models.BigIntegerField(default=0, verbose_name='余额')),
                ('customer', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='point_accounts', to='customers.customer')),
                ('store', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'verbose_name': '积分账户',
                'constraints': [models.UniqueConstraint(fields=('customer', 'kind'), name='pointaccount_once_per_customer'), models.UniqueConstraint(fields=('store', 'kind'), name='pointaccount_once_per_store'), models.CheckConstraint(condition=models.Q(models.Q(('customer__isnull', False), ('kind__in', ('available', 'pending', 'debt')), ('store__isnull', True)), models.Q(('customer__isnull', True), ('kind__in', ('issued', 'gifts', 'expired', 'forfeited')), ('store__isnull', False)), _connector='OR'), name='pointaccount_of_a_customer_or_a_store'), models.CheckConstraint(condition=models.Q(('kind__in', ('issued',)), models.Q(('balance__lte', 0), ('kind', 'debt')), models.Q(models.Q(('kind', 'debt'), _negated=True), ('balance__gte', 0)), _connector='OR'), name='pointaccount_never_overdrawn', violation_error_message='积分不够')],
            },
        ),
        migrations.CreateModel(
            name='PointLot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order_id', models.BigIntegerField(null=True, verbose_name='工单')),
                ('points', models.BigIntegerField(verbose_name='原有')),
                ('left_points', models.BigIntegerField(verbose_name='还剩')),
                ('expired_points', models.BigIntegerField(default=0, verbose_name='过期了')),
                ('is_pending', models.BooleanField(default=False, verbose_name='待到账')),
                ('usable_on', models.DateField(verbose_name='哪天可用')),
                ('expires_on', models.DateField(verbose_name='用到哪天')),
                ('holder', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='point_lots', to='customers.customer')),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'verbose_name': '积分批次',
                'indexes': [models.Index(condition=models.Q(('left_points__gt', 0)), fields=['holder', 'expires_on'], name='pointlot_by_holder'), models.Index(condition=models.Q(('left_points__gt', 0)), fields=['expires_on'], name='pointlot_by_end'), models.Index(condition=models.Q(('is_pending', True), ('left_points__gt', 0)), fields=['usable_on'], name='pointlot_ripening'), models.Index(condition=models.Q(('order_id__isnull', False)), fields=['order_id'], name='pointlot_by_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('expired_points__gte', 0), ('left_points__gte', 0), ('left_points__lte', models.F('points')), ('points__gt', 0)), name='pointlot_never_more_than_it_was')],
            },
        ),
        migrations.CreateModel(
            name='PointPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(unique=True, verbose_name='版本')),
                ('from_on', models.DateField(verbose_name='从哪天起')),
                ('fen_per_point', models.PositiveIntegerField(default=100, verbose_name='实付多少分得 1 分')),
                ('hold_days', models.PositiveSmallIntegerField(default=7, verbose_name='几天后到账')),
                ('valid_months', models.PositiveSmallIntegerField(default=24, verbose_name='到账后几个月内有效')),
                ('cost_fen', models.PositiveIntegerField(default=2, verbose_name='1 分的成本（分）')),
                ('advisor_limit', models.PositiveIntegerField(default=200, verbose_name='服务顾问一天')),
                ('manager_limit', models.PositiveIntegerField(default=2000, verbose_name='店长一天')),
                ('owner_limit', models.PositiveIntegerField(default=20000, verbose_name='老板一天')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '积分规则',
                'constraints': [models.CheckConstraint(condition=models.Q(('fen_per_point__gte', 1), ('hold_days__lte', 90), ('valid_months__range', (1, 60)), ('version__gte', 1)), name='pointpolicy_possible')],
            },
        ),
        migrations.CreateModel(
            name='PointTransaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('order', '到店消费'), ('return', '工单改动，收回'), ('release', '到账'), ('act', '帮忙与参与'), ('by_hand', '人工加减'), ('gift', '兑换礼品'), ('taken_back', '撤销'), ('expiry', '过期'), ('merge', '客户合并'), ('forfeit', '客户删除，作废'), ('thanks', '老带新的谢礼')], max_length=10, verbose_name='事由')),
                ('cause_key', models.CharField(max_length=80, unique=True, verbose_name='来源')),
                ('order_id', models.BigIntegerField(null=True, verbose_name='工单')),
                ('on', models.DateField(verbose_name='哪天')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('about', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='point_transactions', to='customers.customer')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversal', to='referrals.pointtransaction')),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'verbose_name': '积分流水',
                'constraints': [models.CheckConstraint(condition=models.Q(('cause__in', ['order', 'return', 'release', 'act', 'by_hand', 'gift', 'taken_back', 'expiry', 'merge', 'forfeit', 'thanks'])), name='pointtransaction_of_a_known_cause'), models.CheckConstraint(condition=models.Q(('cause_key', ''), _negated=True), name='pointtransaction_has_a_key'), models.CheckConstraint(condition=models.Q(models.Q(('cause', 'by_hand'), _negated=True), ('by__isnull', False), _connector='OR'), name='pointtransaction_by_hand_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='PointEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.BigIntegerField(verbose_name='积分')),
                ('given_to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='given', to='referrals.pointaccount')),
                ('taken_from', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taken', to='referrals.pointaccount')),
                ('lot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='referrals.pointlot')),
                ('transaction', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='referrals.pointtransaction')),
            ],
            options={
                'verbose_name': '积分分录',
                'constraints': [models.CheckConstraint(condition=models.Q(('points__gt', 0)), name='pointentry_moves_something'), models.CheckConstraint(condition=models.Q(('taken_from', models.F('given_to')), _negated=True), name='pointentry_between_two')],
            },
        ),
        migrations.CreateModel(
            name='PointClaim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('event_help', '活动帮忙'), ('volunteering', '志愿服务'), ('answering', '回答问卷')], max_length=12, verbose_name='什么事')),
                ('points', models.PositiveIntegerField(verbose_name='几分')),
                ('happened_on', models.DateField(verbose_name='哪天')),
                ('proof', models.CharField(max_length=200, verbose_name='凭什么')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('waiting', '等批准'), ('approved', '已批准'), ('refused', '没批')], default='waiting', max_length=8, verbose_name='状态')),
                ('decided_at', models.DateTimeField(null=True)),
                ('why_not', models.CharField(blank=True, max_length=100, verbose_name='为什么没批')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='point_claims', to='customers.customer')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('transaction', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='claim', to='referrals.pointtransaction')),
            ],
            options={
                'verbose_name': '积分申请',
                'indexes': [models.Index(fields=['customer', 'kind', 'happened_on'], name='pointclaim_by_act'), models.Index(condition=models.Q(('state', 'waiting')), fields=['id'], name='pointclaim_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['event_help', 'volunteering', 'answering'])), name='pointclaim_only_lawful_acts'), models.CheckConstraint(condition=models.Q(models.Q(('proof', ''), _negated=True), ('points__gt', 0)), name='pointclaim_has_a_proof'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('decided_by', models.F('made_by')), _negated=True)), _connector='OR'), name='pointclaim_decided_by_another', violation_error_message='自己写的要由别人来批')],
            },
        ),
        migrations.CreateModel(
            name='GiftOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.PositiveIntegerField(verbose_name='积分')),
                ('state', models.CharField(choices=[('reserved', '等着领'), ('handed', '已领走'), ('cancelled', '已退回')], default='reserved', max_length=9, verbose_name='状态')),
                ('ordered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gift_orders', to='customers.customer')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('gift', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='referrals.gift')),
                ('ordered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('transaction', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='gift_order', to='referrals.pointtransaction')),
            ],
            options={
                'verbose_name': '兑换',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True), ('state', 'reserved')), models.Q(models.Q(('state', 'reserved'), _negated=True), ('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='giftorder_ended_iff_not_reserved')],
            },
        ),
        migrations.CreateModel(
            name='ByHand',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('points', models.BigIntegerField(verbose_name='积分')),
                ('why', models.CharField(blank=True, max_length=100, verbose_name='为什么')),
                ('transaction', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='by_hand', to='referrals.pointtransaction')),
            ],
            options={
                'verbose_name': '人工加减',
                'constraints': [models.CheckConstraint(condition=models.Q(('points', 0), _negated=True), name='byhand_moves_something')],
            },
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('first_on', models.DateField(verbose_name='从哪天起')),
                ('last_on', models.DateField(verbose_name='到哪天止')),
                ('who', models.CharField(choices=[('paid', '在店里消费过的客户'), ('anyone', '建了档的客户')], default='paid', max_length=6, verbose_name='谁可以介绍')),
                ('paid_levels', models.PositiveSmallIntegerField(default=1, verbose_name='谢几层')),
                ('minimum_fen', models.PositiveBigIntegerField(default=0, verbose_name='首单至少（分）')),
                ('within_days', models.PositiveSmallIntegerField(default=90, verbose_name='登记后几天内来')),
                ('hold_days', models.PositiveSmallIntegerField(default=7, verbose_name='首单满几天才谢')),
                ('most_a_year', models.PositiveSmallIntegerField(default=12, verbose_name='一人一年最多谢几次')),
                ('many_a_week', models.PositiveSmallIntegerField(default=3, verbose_name='七天里几位就先看一眼')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stores', models.ManyToManyField(related_name='programmes', to='staff.store', verbose_name='门店')),
            ],
            options={
                'verbose_name': '老带新活动',
                'constraints': [models.CheckConstraint(condition=models.Q(('paid_levels', 1)), name='programme_pays_one_level', violation_error_message='谢礼只能给直接介绍人一层（G1，禁止传销条例）'), models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='programme_ends_after_it_begins', violation_error_message='结束要在开始以后'), models.CheckConstraint(condition=models.Q(('hold_days__range', (0, 90)), ('many_a_week__range', (2, 50)), ('minimum_fen__gt', 0), ('most_a_year__range', (1, 100)), ('within_days__range', (1, 365))), name='programme_possible')],
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('arm', models.CharField(choices=[('a', '甲'), ('b', '乙')], default='a', max_length=1, verbose_name='谢礼')),
                ('arrived_on', models.DateField(verbose_name='登记日')),
                ('state', models.CharField(choices=[('arrived', '已登记'), ('visited', '到过店'), ('qualified', '首单达标'), ('held', '等满期'), ('rewarded', '已谢'), ('refused', '没有谢礼'), ('clawed_back', '已收回')], default='arrived', max_length=11, verbose_name='状态')),
                ('state_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='何时')),
                ('order_id', models.BigIntegerField(null=True, verbose_name='首单')),
                ('hold_until', models.DateField(null=True, verbose_name='满期')),
                ('holds', models.JSONField(default=list, verbose_name='要看的')),
                ('cleared', models.JSONField(default=list, verbose_name='看过的')),
                ('is_doubtful', models.BooleanField(default=False, verbose_name='要人看')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='审核时间')),
                ('decided_why', models.CharField(blank=True, max_length=100, verbose_name='审核意见')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('introduction', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='referral', to='customers.introduction')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='referrals.programme')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'verbose_name': '老带新',
                'indexes': [models.Index(fields=['state', 'id'], name='referral_by_state'), models.Index(fields=['arrived_on', 'id'], name='referral_by_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['arrived', 'visited', 'qualified', 'held', 'rewarded', 'refused', 'clawed_back'])), name='referral_of_a_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('qualified', 'held', 'rewarded', 'clawed_back')), _negated=True), models.Q(('hold_until__isnull', False), ('order_id__isnull', False)), _connector='OR'), name='referral_counted_by_an_order'), models.CheckConstraint(condition=models.Q(('is_doubtful', True), ('state', 'rewarded'), _negated=True), name='referral_thanked_without_a_doubt'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by__isnull', True)), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), models.Q(('entered_by__isnull', True), models.Q(('decided_by', models.F('entered_by')), _negated=True), _connector='OR')), _connector='OR'), name='referral_decided_by_another', violation_error_message='自己经手的要由别人来审')],
            },
        ),
        migrations.CreateModel(
            name='ReferralMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was', models.CharField(blank=True, choices=[('arrived', '已登记'), ('visited', '到过店'), ('qualified', '首单达标'), ('held', '等满期'), ('rewarded', '已谢'), ('refused', '没有谢礼'), ('clawed_back', '已收回')], max_length=11, verbose_name='从')),
                ('state', models.CharField(choices=[('arrived', '已登记'), ('visited', '到过店'), ('qualified', '首单达标'), ('held', '等满期'), ('rewarded', '已谢'), ('refused', '没有谢礼'), ('clawed_back', '已收回')], max_length=11, verbose_name='到')),
                ('reasons', models.JSONField(default=list, verbose_name='为什么')),
                ('order_id', models.BigIntegerField(null=True, verbose_name='首单')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='referrals.referral')),
            ],
            options={
                'verbose_name': '老带新经过',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Reward',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('referrer', '介绍人'), ('friend', '朋友')], max_length=8, verbose_name='给谁')),
                ('form', models.CharField(choices=[('points', '积分'), ('voucher', '代金券'), ('item', '项目券'), ('gift', '礼品'), ('red_packet', '红包')], max_length=10, verbose_name='形式')),
                ('size', models.CharField(max_length=40, verbose_name='多少')),
                ('worth_fen', models.PositiveBigIntegerField(null=True, verbose_name='值多少（分）')),
                ('state', models.CharField(choices=[('due', '待交付'), ('given', '已给'), ('cancelled', '不用给了'), ('owed', '已给，单退了'), ('taken_back', '已收回')], default='due', max_length=10, verbose_name='状态')),
                ('made_on', models.DateField(verbose_name='哪天')),
                ('handed_at', models.DateTimeField(null=True, verbose_name='交付时间')),
                ('receipt', models.CharField(blank=True, max_length=40, verbose_name='凭证号')),
                ('tax_fen', models.PositiveBigIntegerField(null=True, verbose_name='代扣个税（分）')),
                ('handed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('referral', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rewards', to='referrals.referral')),
                ('transaction', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reward', to='referrals.pointtransaction')),
            ],
            options={
                'verbose_name': '谢礼',
                'indexes': [models.Index(fields=['made_on'], name='reward_by_day')],
                'constraints': [models.UniqueConstraint(fields=('referral', 'side'), name='reward_once_per_side'), models.CheckConstraint(condition=models.Q(('side__in', ['referrer', 'friend'])), name='reward_for_the_two_only', violation_error_message='谢礼只给直接介绍人和朋友本人（G1）'), models.CheckConstraint(condition=models.Q(models.Q(('form', 'points'), ('transaction__isnull', False)), models.Q(models.Q(('form', 'points'), _negated=True), ('transaction__isnull', True)), _connector='OR'), name='reward_points_by_the_ledger'), models.CheckConstraint(condition=models.Q(models.Q(('handed_at__isnull', True), ('handed_by__isnull', True), ('state__in', ('due', 'cancelled'))), models.Q(('form', 'points'), ('state__in', ('given', 'taken_back'))), models.Q(('handed_at__isnull', False), ('handed_by__isnull', False), ('state__in', ('given', 'owed', 'taken_back'))), _connector='OR'), name='reward_handed_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('form', 'red_packet'), _negated=True), ('state__in', ('due', 'cancelled')), models.Q(models.Q(('receipt', ''), _negated=True), ('tax_fen__isnull', False)), _connector='OR'), name='reward_red_packet_by_finance', violation_error_message='红包由财务发放，要写凭证号和代扣的个税')],
            },
        ),
        migrations.CreateModel(
            name='RewardTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('referrer', '介绍人'), ('friend', '朋友')], max_length=8, verbose_name='给谁')),
                ('arm', models.CharField(choices=[('a', '甲'), ('b', '乙')], default='a', max_length=1, verbose_name='哪一种')),
                ('form', models.CharField(choices=[('points', '积分'), ('voucher', '代金券'), ('item', '项目券'), ('gift', '礼品'), ('red_packet', '红包')], max_length=10, verbose_name='形式')),
                ('points', models.PositiveIntegerField(null=True, verbose_name='几分')),
                ('worth_fen', models.PositiveBigIntegerField(null=True, verbose_name='值多少（分）')),
                ('what', models.CharField(blank=True, max_length=40, verbose_name='什么')),
                ('programme', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='referrals.programme')),
            ],
            options={
                'verbose_name': '谢礼约定',
                'constraints': [models.UniqueConstraint(fields=('programme', 'side', 'arm'), name='rewardterm_once'), models.CheckConstraint(condition=models.Q(('side__in', ['referrer', 'friend'])), name='rewardterm_for_the_two_only'), models.CheckConstraint(condition=models.Q(('form__in', ['points', 'voucher', 'item', 'gift', 'red_packet'])), name='rewardterm_of_a_known_form'), models.CheckConstraint(condition=models.Q(models.Q(('form', 'points'), ('points__gt', 0), ('points__isnull', False)), models.Q(('form__in', ('voucher', 'red_packet')), ('worth_fen__gt', 0), ('worth_fen__isnull', False)), models.Q(('form__in', ('item', 'gift')), models.Q(('what', ''), _negated=True)), _connector='OR'), name='rewardterm_says_how_much')],
            },
        ),
        migrations.CreateModel(
            name='Voucher',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=10, unique=True, verbose_name='券码')),
                ('cause_key', models.CharField(max_length=80, unique=True, verbose_name='来源')),
                ('state', models.CharField(choices=[('open', '没用'), ('used', '已用'), ('void', '作废')], default='open', max_length=4, verbose_name='状态')),
                ('valid_from', models.DateField(verbose_name='从哪天起')),
                ('expires_on', models.DateField(verbose_name='用到哪天')),
                ('given_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vouchers', to='customers.customer')),
                ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('given_to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'verbose_name': '券',
            },
        ),
        migrations.CreateModel(
            name='VoucherRedemption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('turn', models.PositiveSmallIntegerField(verbose_name='第几次')),
                ('order_id', models.BigIntegerField(db_index=True, verbose_name='工单')),
                ('amount_fen', models.BigIntegerField(null=True, verbose_name='抵了多少（分）')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
                ('voucher', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='redemptions', to='referrals.voucher')),
            ],
            options={
                'verbose_name': '用券',
                'constraints': [models.UniqueConstraint(fields=('voucher', 'turn'), name='voucherredemption_turn_once')],
            },
        ),
        migrations.CreateModel(
            name='VoucherRollback',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(choices=[('slip', '用错了'), ('cancelled', '工单作废')], max_length=9, verbose_name='为什么')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('redemption', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='rollback', to='referrals.voucherredemption')),
            ],
            options={
                'verbose_name': '退券',
                'constraints': [models.CheckConstraint(condition=models.Q(('why__in', ['slip', 'cancelled'])), name='voucherrollback_why')],
            },
        ),
        migrations.CreateModel(
            name='VoucherType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(error_messages={'unique': '已经有这种券'}, max_length=40, unique=True, verbose_name='券名')),
                ('kind', models.CharField(choices=[('amount', '抵一笔钱'), ('percent', '减几成'), ('item', '做一个项目'), ('package', '做一套')], default='amount', max_length=7, verbose_name='给什么')),
                ('amount_fen', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='抵多少（分）')),
                ('percent', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='减百分之几')),
                ('item', models.CharField(blank=True, max_length=60, verbose_name='做什么')),
                ('min_spend_fen', models.PositiveBigIntegerField(default=0, verbose_name='满多少才能用（分）')),
                ('valid_days', models.PositiveSmallIntegerField(default=90, verbose_name='发出后几天内有效')),
                ('holder_only', models.BooleanField(default=True, verbose_name='只能本人用')),
                ('stacking', models.CharField(choices=[('alone', '不能和别的券同用'), ('one', '同一种一次一张'), ('free', '可以叠加')], default='alone', max_length=5, verbose_name='和别的券')),
                ('cost_fen', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='一张的成本（分）')),
                ('is_on', models.BooleanField(default=True, verbose_name='可以发')),
                ('stores', models.ManyToManyField(blank=True, related_name='+', to='staff.store', verbose_name='哪些店能用')),
            ],
            options={
                'verbose_name': '代金券',
                'ordering': ['-is_on', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('amount_fen__gt', 0), ('amount_fen__isnull', False), ('kind', 'amount')), models.Q(('kind', 'percent'), ('percent__isnull', False), ('percent__range', (1, 90))), models.Q(('kind__in', ('item', 'package')), models.Q(('item', ''), _negated=True)), _connector='OR'), name='vouchertype_gives_what_it_says', violation_error_message='写明抵多少钱、减百分之几，或者做什么'), models.CheckConstraint(condition=models.Q(('valid_days__range', (1, 1100))), name='vouchertype_lasts_a_while'), models.CheckConstraint(condition=models.Q(models.Q(('name__contains', '保险'), _negated=True), models.Q(('item__contains', '保险'), _negated=True), models.Q(('name__contains', '投保'), _negated=True), models.Q(('item__contains', '投保'), _negated=True), models.Q(('name__contains', '续保'), _negated=True), models.Q(('item__contains', '续保'), _negated=True), models.Q(('name__contains', '车险'), _negated=True), models.Q(('item__contains', '车险'), _negated=True), models.Q(('name__contains', '交强'), _negated=True), models.Q(('item__contains', '交强'), _negated=True), models.Q(('name__contains', '商业险'), _negated=True), models.Q(('item__contains', '商业险'), _negated=True)), name='vouchertype_nothing_of_insurance', violation_error_message='不能有和保险挂钩的券：那是返利（G14）。可以送和保险无关的洗车、检查')],
            },
        ),
        migrations.CreateModel(
            name='EarningRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('event_help', '活动帮忙'), ('volunteering', '志愿服务'), ('answering', '回答问卷')], max_length=12, unique=True, verbose_name='什么事')),
                ('points', models.PositiveIntegerField(verbose_name='得几分')),
                ('most_a_day', models.PositiveSmallIntegerField(default=1, verbose_name='一天最多几次')),
                ('cool_down_days', models.PositiveSmallIntegerField(default=0, verbose_name='隔几天再算')),
                ('is_on', models.BooleanField(default=True, verbose_name='启用')),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '得分的事',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['event_help', 'volunteering', 'answering'])), name='earningrule_only_lawful_acts', violation_error_message='转发、拉人和好评不能给积分（G2、G8）；可以记一笔人情，当面道谢'), models.CheckConstraint(condition=models.Q(('most_a_day__range', (1, 20)), ('points__range', (1, 10000))), name='earningrule_possible')],
            },
        ),
        migrations.AddField(
            model_name='voucher',
            name='type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='vouchers', to='referrals.vouchertype'),
        ),
        migrations.AddIndex(
            model_name='voucher',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['expires_on'], name='voucher_open_by_end'),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=models.CheckConstraint(condition=models.Q(('expires_on__gte', models.F('valid_from'))), name='voucher_ends_after_it_began'),
        ),
        migrations.AddConstraint(
            model_name='voucher',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'used', 'void'])), name='voucher_in_a_known_state'),
        ),
            *first_rules,
    ]
