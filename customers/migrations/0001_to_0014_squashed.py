"""The tables of customers as they stand after 0014_service_promises, made at once: a new database need not walk there."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

search = import_module("customers.migrations.0003_search").Migration.operations


class Migration(migrations.Migration):

    replaces = [('customers', '0001_tables'), ('customers', '0002_references'), ('customers', '0003_search'), ('customers', '0004_open_unhappy'), ('customers', '0005_households_and_knowledge'), ('customers', '0006_notes_and_promises'), ('customers', '0007_customer_by_spelling'), ('customers', '0008_price_doubt'), ('customers', '0009_one_index_each'), ('customers', '0010_customer_profiled'), ('customers', '0011_email'), ('customers', '0012_wecom'), ('customers', '0013_member_cards'), ('customers', '0014_service_promises')]

    initial = True

    dependencies = [
        ('staff', '0001_to_0007_squashed'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomerChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer_id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('person', '本人资料'), ('vehicle', '车辆'), ('order', '工单'), ('contact', '联系')], max_length=8)),
                ('noted_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='Household',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('family', '家庭'), ('unit', '单位')], default='family', max_length=6, verbose_name='类型')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='名称')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='建档时间')),
            ],
            options={
                'verbose_name': '家庭或单位',
            },
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('person', '个人'), ('unit', '单位')], default='person', max_length=6, verbose_name='类型')),
                ('name', models.CharField(blank=True, max_length=60, verbose_name='姓名')),
                ('salutation', models.CharField(blank=True, max_length=30, verbose_name='称呼')),
                ('pinyin', models.CharField(blank=True, editable=False, max_length=120)),
                ('initials', models.CharField(blank=True, editable=False, max_length=40)),
                ('birthday_calendar', models.CharField(blank=True, choices=[('solar', '公历'), ('lunar', '农历')], max_length=5, verbose_name='生日历法')),
                ('birth_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='出生年')),
                ('birth_month', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='生日月')),
                ('birth_day', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='生日日')),
                ('birth_in_leap_month', models.BooleanField(default=False, verbose_name='闰月')),
                ('neighbourhood', models.CharField(blank=True, max_length=80, verbose_name='小区')),
                ('primary_need', models.CharField(blank=True, max_length=80, verbose_name='首要需求')),
                ('came_through', models.CharField(blank=True, max_length=40, verbose_name='来源')),
                ('emergency_name', models.CharField(blank=True, max_length=30, verbose_name='紧急联系人')),
                ('emergency_phone', models.CharField(blank=True, max_length=30, verbose_name='紧急联系电话')),
                ('cars_at_home', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='家庭车辆数')),
                ('remark', models.TextField(blank=True, verbose_name='备注')),
                ('no_profiling', models.BooleanField(default=False, verbose_name='不参与分群')),
                ('consent_asked_at', models.DateTimeField(blank=True, null=True, verbose_name='询问同意时间')),
                ('edited_fields', models.JSONField(blank=True, default=list, editable=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='建档时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='结束时间')),
                ('ended_as', models.CharField(blank=True, choices=[('merged', '已合并'), ('erased', '已删除'), ('closed', '已停用')], max_length=6, verbose_name='结束方式')),
                ('advisor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to=settings.AUTH_USER_MODEL, verbose_name='专属顾问')),
                ('merged_into', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_from', to='customers.customer')),
            ],
            options={
                'verbose_name': '客户',
            },
        ),
        migrations.CreateModel(
            name='CustomerStore',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='store_links', to='customers.customer')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='customer_links', to='staff.store')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('customer', 'store'), name='customerstore_once')],
            },
        ),
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('channel', models.CharField(choices=[('visit', '到店'), ('call', '电话'), ('wechat', '微信'), ('sms', '短信'), ('email', '邮件')], max_length=8, verbose_name='方式')),
                ('wish', models.CharField(max_length=120, verbose_name='想要什么')),
                ('why_not', models.CharField(blank=True, max_length=120, verbose_name='今天为什么没成')),
                ('plate', models.CharField(blank=True, max_length=12, verbose_name='车牌')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='enquiries', to='customers.customer')),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='enquiries', to='staff.store')),
            ],
            options={
                'verbose_name': '询问',
                'indexes': [models.Index(fields=['store', '-at'], name='enquiry_by_store')],
            },
        ),
        migrations.CreateModel(
            name='HouseholdMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('relation', models.CharField(blank=True, max_length=20, verbose_name='关系')),
                ('is_emergency', models.BooleanField(default=False, verbose_name='紧急联系人')),
                ('joined_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='加入')),
                ('left_at', models.DateTimeField(blank=True, null=True, verbose_name='离开')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='customers.customer')),
                ('household', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='customers.household')),
                ('reached_through', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reaches', to='customers.customer', verbose_name='电话用谁的')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '家庭成员',
                'constraints': [models.UniqueConstraint(condition=models.Q(('left_at__isnull', True)), fields=('customer',), name='householdmember_one_household'), models.CheckConstraint(condition=models.Q(('left_at__isnull', True), ('left_at__gte', models.F('joined_at')), _connector='OR'), name='householdmember_left_after_joined'), models.CheckConstraint(condition=models.Q(('reached_through__isnull', True), models.Q(('reached_through', models.F('customer')), _negated=True), _connector='OR'), name='householdmember_not_reached_through_oneself')],
            },
        ),
        migrations.CreateModel(
            name='Interaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('channel', models.CharField(choices=[('visit', '到店'), ('call', '电话'), ('wechat', '微信'), ('sms', '短信'), ('email', '邮件')], max_length=8, verbose_name='方式')),
                ('direction', models.CharField(choices=[('in', '客户找我们'), ('out', '我们找客户')], default='out', max_length=3, verbose_name='方向')),
                ('subject', models.CharField(blank=True, max_length=60, verbose_name='事由')),
                ('body', models.TextField(blank=True, verbose_name='内容')),
                ('mood', models.CharField(blank=True, choices=[('good', '高兴'), ('calm', '平静'), ('unhappy', '不满')], max_length=8, verbose_name='情绪')),
                ('mood_reason', models.CharField(blank=True, max_length=120, verbose_name='为什么')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='安抚完成')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='interactions', to='customers.customer')),
                ('settled_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'verbose_name': '沟通',
                'indexes': [models.Index(fields=['customer', '-at'], name='interaction_by_customer'), models.Index(condition=models.Q(('mood', 'unhappy'), ('settled_at__isnull', True)), fields=['store', '-at'], name='interaction_open_unhappy')],
                'constraints': [models.CheckConstraint(condition=models.Q(('mood_reason', ''), models.Q(('mood', ''), _negated=True), _connector='OR'), name='interaction_reason_of_a_mood')],
            },
        ),
        migrations.CreateModel(
            name='Introduction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('how_known', models.CharField(blank=True, max_length=60, verbose_name='怎么得知')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('introduced', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='introduction', to='customers.customer')),
                ('introducer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='introductions_made', to='customers.customer')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '介绍关系',
                'constraints': [models.CheckConstraint(condition=models.Q(('introducer', models.F('introduced')), _negated=True), name='introduction_not_oneself', violation_error_message='介绍人不能是本人')],
            },
        ),
        migrations.CreateModel(
            name='MemberCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='卡号')),
                ('kind', models.CharField(blank=True, max_length=40, verbose_name='卡种')),
                ('balance_fen', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='余额（分）')),
                ('times', models.PositiveIntegerField(blank=True, null=True, verbose_name='剩余次数')),
                ('opened_on', models.DateField(blank=True, null=True, verbose_name='开卡日期')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='有效期至')),
                ('as_of', models.DateField(verbose_name='截至')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='记下')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cards', to='customers.customer')),
                ('store', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'verbose_name': '会员卡',
                'constraints': [models.CheckConstraint(condition=models.Q(('number', ''), _negated=True), name='membercard_has_a_number')],
            },
        ),
        migrations.CreateModel(
            name='CardUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('times', models.IntegerField(verbose_name='次数')),
                ('key', models.UUIDField(unique=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversal', to='customers.carduse')),
                ('card', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='customers.membercard')),
            ],
            options={
                'verbose_name': '划卡',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('reverses__isnull', True), ('times__gt', 0)), models.Q(('reverses__isnull', False), ('times__lt', 0)), _connector='OR'), name='carduse_takes_or_gives_back')],
            },
        ),
        migrations.CreateModel(
            name='ProfileFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('name', '姓名'), ('salutation', '称呼'), ('phone', '电话'), ('wechat', '微信'), ('emergency', '紧急联系人'), ('birthday', '生日'), ('neighbourhood', '小区'), ('cars_at_home', '家庭车辆数'), ('plate', '车牌'), ('vin', '车架号'), ('model', '车型'), ('registered_on', '上牌日'), ('km', '里程'), ('insured_until', '保险到期及公司'), ('inspected_until', '年检到期'), ('came_through', '来源'), ('primary_need', '首要需求'), ('wants', '在意什么'), ('habit', '习惯'), ('taboo', '忌讳'), ('transport', '接送'), ('life', '近况'), ('price_doubt', '嫌贵、疑价'), ('circle', '单位和圈子'), ('other', '其他')], max_length=16, verbose_name='内容')),
                ('value', models.CharField(blank=True, max_length=200, verbose_name='是什么')),
                ('source', models.CharField(choices=[('customer', '客户说的'), ('document', '证件单据'), ('import', '导入'), ('guess', '我们估计')], default='customer', max_length=8, verbose_name='来源')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='记录时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='不再成立')),
                ('before', models.JSONField(editable=False, null=True)),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='customers.customer')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('interaction', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='facts', to='customers.interaction')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '了解到的事实',
                'indexes': [models.Index(fields=['customer', 'kind', '-recorded_at'], name='profilefact_by_customer_kind')],
            },
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('word', '一件事'), ('ride', '送客户'), ('pick_up', '上门取车'), ('delivery', '送车上门'), ('on_site', '上门服务'), ('loaner', '代步车'), ('corner', '儿童角')], default='word', max_length=8, verbose_name='哪一种')),
                ('body', models.CharField(max_length=200, verbose_name='答应的事')),
                ('due_at', models.DateTimeField(verbose_name='何时之前')),
                ('fee_fen', models.BigIntegerField(blank=True, null=True, verbose_name='收费（分）')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('kept_at', models.DateTimeField(blank=True, null=True, verbose_name='兑现时间')),
                ('given_up_at', models.DateTimeField(blank=True, null=True, verbose_name='放下时间')),
                ('given_up_why', models.CharField(blank=True, max_length=120, verbose_name='为什么放下')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='customers.customer')),
                ('given_up_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('interaction', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='promises', to='customers.interaction')),
                ('kept_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁去办')),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store')),
            ],
            options={
                'verbose_name': '承诺',
                'indexes': [models.Index(condition=models.Q(('given_up_at__isnull', True), ('kept_at__isnull', True)), fields=['store', 'due_at'], name='promise_open_by_due'), models.Index(fields=['due_at'], name='promise_by_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kept_at__isnull', True), ('given_up_at__isnull', True), _connector='OR'), name='promise_kept_or_given_up'), models.CheckConstraint(condition=models.Q(('given_up_at__isnull', True), models.Q(('given_up_why', ''), _negated=True), _connector='OR'), name='promise_given_up_for_a_reason'), models.CheckConstraint(condition=models.Q(('fee_fen__isnull', True), models.Q(('fee_fen__gte', 0), ('kind__in', ('ride', 'pick_up', 'delivery', 'on_site'))), _connector='OR'), name='promise_fee_of_a_drive')],
            },
        ),
        migrations.CreateModel(
            name='PromiseMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('was_due_at', models.DateTimeField(verbose_name='原来的时间')),
                ('due_at', models.DateTimeField(verbose_name='新的时间')),
                ('why', models.CharField(max_length=120, verbose_name='为什么')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('promise', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='customers.promise')),
            ],
            options={
                'verbose_name': '承诺改期',
                'constraints': [models.CheckConstraint(condition=models.Q(('was_due_at', models.F('due_at')), _negated=True), name='promisemove_moves'), models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='promisemove_for_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Refusal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_hash', models.CharField(max_length=64)),
                ('purpose', models.CharField(choices=[('service', '服务'), ('care', '关怀'), ('marketing', '营销')], max_length=10, verbose_name='用途')),
                ('how', models.CharField(blank=True, max_length=60, verbose_name='怎么拒绝的')),
                ('refused_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='拒绝时间')),
                ('lifted_at', models.DateTimeField(blank=True, null=True, verbose_name='本人恢复时间')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '拒绝',
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('key_hash', 'purpose'), name='refusal_one_live')],
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, verbose_name='标签')),
                ('key', models.CharField(editable=False, max_length=60, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '标签',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('key', ''), _negated=True)), name='tag_name_not_blank')],
            },
        ),
        migrations.CreateModel(
            name='CustomerTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='何时')),
                ('expires_on', models.DateField(blank=True, null=True, verbose_name='有效至')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='取下')),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tag_links', to='customers.customer')),
                ('removed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='customers.tag')),
            ],
            options={
                'verbose_name': '客户标签',
                'indexes': [models.Index(condition=models.Q(('removed_at__isnull', True)), fields=['tag', 'customer'], name='customertag_by_tag')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at__isnull', True)), fields=('customer', 'tag'), name='customertag_one_live')],
            },
        ),
        migrations.CreateModel(
            name='WechatGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='群名')),
                ('started_on', models.DateField(blank=True, null=True, verbose_name='建群日期')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='解散')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='wechat_groups', to='customers.customer')),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('staff', models.ManyToManyField(related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='群里的员工')),
            ],
            options={
                'verbose_name': '专属微信群',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('customer',), name='wechatgroup_one_per_customer')],
            },
        ),
        migrations.CreateModel(
            name='ContactPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('phone', '电话'), ('wechat', '微信'), ('email', '邮箱'), ('wecom', '企业微信')], default='phone', max_length=8, verbose_name='方式')),
                ('value', models.CharField(max_length=60, verbose_name='原样')),
                ('key', models.CharField(max_length=60, verbose_name='规范号码')),
                ('is_main', models.BooleanField(default=True, verbose_name='主要')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='失效时间')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contact_points', to='customers.customer')),
            ],
            options={
                'verbose_name': '联系方式',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('kind', 'key'), name='contactpoint_one_live_holder'), models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='contactpoint_key_not_blank')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('service', '服务'), ('care', '关怀'), ('marketing', '营销')], max_length=10, verbose_name='用途')),
                ('how', models.CharField(choices=[('desk', '到店当面'), ('call', '电话中'), ('paper', '书面'), ('online', '本人网上填写')], max_length=8, verbose_name='怎么同意的')),
                ('text_version', models.CharField(max_length=20, verbose_name='告知文本版本')),
                ('given_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='同意时间')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='撤回时间')),
                ('recorded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='customers.customer')),
            ],
            options={
                'verbose_name': '同意',
                'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at__isnull', True)), fields=('customer', 'purpose'), name='consent_one_live'), models.CheckConstraint(condition=models.Q(('withdrawn_at__isnull', True), ('withdrawn_at__gte', models.F('given_at')), _connector='OR'), name='consent_withdrawn_after_given')],
            },
        ),
        migrations.AddField(
            model_name='customer',
            name='stores',
            field=models.ManyToManyField(related_name='customers', through='customers.CustomerStore', to='staff.store'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(fields=['birthday_calendar', 'birth_month', 'birth_day'], name='customer_by_birthday'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='customer_by_merged_into'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['pinyin', 'id'], name='customer_by_spelling'),
        ),
        migrations.AddIndex(
            model_name='customer',
            index=models.Index(condition=models.Q(('ended_at__isnull', True), ('no_profiling', False)), fields=['id'], name='customer_profiled'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_as', ''), ('ended_at__isnull', True)), models.Q(('ended_at__isnull', False), models.Q(('ended_as', ''), _negated=True)), _connector='OR'), name='customer_ended_at_and_as_together'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_as', 'merged'), ('merged_into__isnull', False)), models.Q(models.Q(('ended_as', 'merged'), _negated=True), ('merged_into__isnull', True)), _connector='OR'), name='customer_merged_has_survivor'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='customer_not_merged_into_itself'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('birth_day__isnull', True), ('birth_month__isnull', True), ('birth_year__isnull', True), ('birthday_calendar', '')), models.Q(('birth_day__isnull', False), ('birth_month__isnull', False), ('birth_day__range', (1, 31)), ('birth_month__range', (1, 12)), models.Q(models.Q(('birthday_calendar', 'lunar'), ('birth_day__lte', 30)), ('birthday_calendar', 'solar'), _connector='OR')), _connector='OR'), name='customer_birthday_whole_or_absent', violation_error_message='生日要有历法、月和日；年份可以不填'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.CheckConstraint(condition=models.Q(('birth_in_leap_month', False), ('birthday_calendar', 'lunar'), _connector='OR'), name='customer_leap_month_only_lunar', violation_error_message='只有农历生日才有闰月'),
        ),
            *search,
    ]
