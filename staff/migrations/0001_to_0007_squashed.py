"""The tables of staff as they stand after 0007_corner_places, made at once: a new database need not walk there."""

import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
import staff.enums
import staff.models.people
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('staff', '0001_tables'), ('staff', '0002_more_of_the_trail'), ('staff', '0003_sessions_pins_and_desks'), ('staff', '0004_one_index_each'), ('staff', '0005_absence'), ('staff', '0006_wecom_account'), ('staff', '0007_corner_places')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('display_name', models.CharField(max_length=30, verbose_name='姓名')),
                ('role', models.CharField(choices=[('front_desk', '前台'), ('advisor', '服务顾问'), ('care', '客服回访'), ('manager', '店长'), ('owner', '老板'), ('auditor', '审计')], default='front_desk', max_length=12, verbose_name='岗位')),
                ('pin', models.CharField(blank=True, editable=False, max_length=128, verbose_name='快捷码')),
                ('must_change_password', models.BooleanField(default=False, verbose_name='须改密码')),
                ('wecom_id', models.CharField(blank=True, max_length=64, verbose_name='企业微信账号')),
                ('session_epoch', models.PositiveIntegerField(default=0, editable=False, verbose_name='会话代次')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': '员工',
            },
            managers=[
                ('objects', staff.models.people.StaffUserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Store',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=20, unique=True, verbose_name='编号')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='电话')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('contact_from', models.TimeField(default='09:00', verbose_name='最早联系')),
                ('contact_until', models.TimeField(default='20:00', verbose_name='最晚联系')),
                ('corner_places', models.PositiveSmallIntegerField(default=0, verbose_name='儿童角几位')),
            ],
            options={
                'verbose_name': '门店',
                'ordering': ['pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('contact_from__gte', '08:00'), ('contact_until__gt', models.F('contact_from')), ('contact_until__lte', '21:00')), name='store_contact_hours_lawful', violation_error_message='联系时间只能在 08:00 到 21:00 之间')],
            },
        ),
        migrations.CreateModel(
            name='DeskDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(max_length=30, verbose_name='名称')),
                ('enrolled_at', models.DateTimeField(verbose_name='何时设的')),
                ('used_at', models.DateTimeField(verbose_name='上次使用')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='停用')),
                ('enrolled_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁设的')),
                ('revoked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='desks', to='staff.store', verbose_name='门店')),
            ],
            options={
                'verbose_name': '合用电脑',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('revoked_at__isnull', True), ('revoked_by__isnull', True)), models.Q(('revoked_at__isnull', False), ('revoked_by__isnull', False)), _connector='OR'), name='desk_revoked_at_and_by_together')],
            },
        ),
        migrations.CreateModel(
            name='AuditEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('action', models.CharField(choices=staff.enums.action_choices, max_length=24, verbose_name='做了什么')),
                ('subject_kind', models.CharField(blank=True, max_length=30, verbose_name='对象')),
                ('subject_id', models.BigIntegerField(null=True, verbose_name='编号')),
                ('why', models.CharField(blank=True, max_length=200, verbose_name='理由')),
                ('facts', models.JSONField(default=dict, verbose_name='细节')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='来自')),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='谁')),
                ('store', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='staff.store', verbose_name='门店')),
            ],
            options={
                'verbose_name': '操作记录',
                'indexes': [models.Index(fields=['subject_kind', 'subject_id', '-at'], name='audit_by_subject'), models.Index(fields=['-at', '-id'], name='audit_newest'), models.Index(fields=['by', '-at', '-id'], name='audit_by_person'), models.Index(fields=['action', '-at', '-id'], name='audit_by_action'), models.Index(fields=['store', '-at', '-id'], name='audit_by_store')],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_on', models.DateField(verbose_name='从哪天')),
                ('last_on', models.DateField(verbose_name='到哪天')),
                ('reason', models.CharField(choices=[('leave', '休假'), ('sick', '病假'), ('training', '培训'), ('other', '其他')], default='leave', max_length=10, verbose_name='为什么')),
                ('noted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='取消时间')),
                ('noted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='absences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '不在',
                'indexes': [models.Index(fields=['person', 'last_on'], name='absence_by_person_last_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on'))), name='absence_last_not_before_first', violation_error_message='结束的那天不能早于开始的那天')],
            },
        ),
        migrations.CreateModel(
            name='PinTries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('wrong', models.PositiveSmallIntegerField(default=0)),
                ('last_at', models.DateTimeField(null=True)),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='staff.deskdevice')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '快捷码输错',
                'constraints': [models.UniqueConstraint(fields=('desk', 'user'), name='pintries_once_per_desk_and_person')],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='store',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='staff', to='staff.store', verbose_name='门店'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('store__isnull', False), ('role__in', ['auditor', 'owner']), _connector='OR'), name='user_of_a_store_unless_company_role', violation_error_message='这个岗位必须属于一家门店'),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.UniqueConstraint(condition=models.Q(('wecom_id', ''), _negated=True), fields=('wecom_id',), name='user_one_per_wecom_id', violation_error_message='这个企业微信账号已经是另一位同事的'),
        ),
    ]
