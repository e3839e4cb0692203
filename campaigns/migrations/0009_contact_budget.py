import campaigns.rules.numbers
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0008_by_hand"),
        ("customers", "0010_customer_profiled"),
        ("staff", "0004_one_index_each"),
        ("vehicles", "0006_one_index_each"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactPolicy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(unique=True, verbose_name="版本")),
                ("numbers", models.JSONField(default=campaigns.rules.numbers.defaults, verbose_name="数值")),
                ("closed", models.JSONField(default=list, verbose_name="休息日")),
                ("why", models.CharField(blank=True, max_length=120, verbose_name="为什么改")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "触达规则",
                "get_latest_by": "version",
            },
        ),
        migrations.CreateModel(
            name="PlanLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("occasion", models.CharField(max_length=30, verbose_name="由头")),
                ("cycle", models.CharField(max_length=60, verbose_name="轮次")),
                (
                    "purpose",
                    models.CharField(
                        choices=[("service", "服务"), ("care", "关怀"), ("marketing", "营销")],
                        max_length=10,
                        verbose_name="用途",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("call", "电话"), ("wechat", "微信"), ("visit", "上门"), ("message", "短信")],
                        max_length=8,
                        verbose_name="方式",
                    ),
                ),
                ("priority", models.SmallIntegerField(verbose_name="优先级")),
                ("due_on", models.DateField(verbose_name="应联系日")),
                ("not_after", models.DateField(verbose_name="最晚")),
                ("reason", models.CharField(max_length=200, verbose_name="为什么")),
                ("is_current", models.BooleanField(default=False)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("kept", "按时"), ("merged", "合并"), ("postponed", "推迟"), ("dropped", "不联系")],
                        max_length=10,
                        verbose_name="决定",
                    ),
                ),
                ("planned_on", models.DateField(blank=True, null=True, verbose_name="安排在")),
                ("latest_on", models.DateField(blank=True, null=True)),
                (
                    "why",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "按时"),
                            ("cap", "联系次数已满"),
                            ("asks", "连着开口太多次"),
                            ("merged", "和另一件事一起说"),
                            ("waits", "等一等，和另一件事一起说"),
                            ("closed", "休息日"),
                            ("no_room", "当天人手排满"),
                            ("forbidden", "不能联系"),
                        ],
                        max_length=10,
                        verbose_name="原因",
                    ),
                ),
                ("cap", models.CharField(blank=True, max_length=20)),
                ("count", models.PositiveSmallIntegerField(default=0)),
                (
                    "drop_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("gone", "事由已不成立"),
                            ("refused", "客户不希望被打扰"),
                            ("no_consent", "没有营销同意"),
                            ("unhappy", "客户不满，先安抚"),
                            ("budget", "联系次数已满"),
                            ("just_spoken", "刚联系过"),
                            ("unreached", "打不通，下次到店面谈"),
                            ("no_number", "没有能收短信的手机号"),
                            ("not_delivered", "发送失败"),
                            ("uncertain", "不确定是否送达，不再重发"),
                        ],
                        max_length=20,
                        verbose_name="不能联系",
                    ),
                ),
            ],
            options={
                "verbose_name": "触达计划",
            },
        ),
        migrations.CreateModel(
            name="PlanRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("today", models.DateField(verbose_name="哪天排的")),
                ("until", models.DateField(verbose_name="排到哪天")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="排完")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "触达排期",
            },
        ),
        migrations.AddField(
            model_name="touch",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "按时"),
                    ("cap", "联系次数已满"),
                    ("asks", "连着开口太多次"),
                    ("merged", "和另一件事一起说"),
                    ("waits", "等一等，和另一件事一起说"),
                    ("closed", "休息日"),
                    ("no_room", "当天人手排满"),
                    ("forbidden", "不能联系"),
                ],
                max_length=10,
                verbose_name="安排的原因",
            ),
        ),
        migrations.AddField(
            model_name="touch",
            name="decision_facts",
            field=models.JSONField(default=dict, editable=False),
        ),
        migrations.AddField(
            model_name="touch",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="campaigns.touch",
            ),
        ),
        migrations.AddField(
            model_name="touch",
            name="planned_on",
            field=models.DateField(blank=True, null=True, verbose_name="安排在"),
        ),
        migrations.AlterField(
            model_name="touch",
            name="drop_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("gone", "事由已不成立"),
                    ("refused", "客户不希望被打扰"),
                    ("no_consent", "没有营销同意"),
                    ("unhappy", "客户不满，先安抚"),
                    ("budget", "联系次数已满"),
                    ("just_spoken", "刚联系过"),
                    ("unreached", "打不通，下次到店面谈"),
                    ("no_number", "没有能收短信的手机号"),
                    ("not_delivered", "发送失败"),
                    ("uncertain", "不确定是否送达，不再重发"),
                ],
                max_length=20,
                verbose_name="取消原因",
            ),
        ),
        migrations.AddIndex(
            model_name="touch",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)),
                fields=["merged_into"],
                name="touch_by_what_it_is_said_with",
            ),
        ),
        migrations.AddField(
            model_name="contactpolicy",
            name="created_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="planline",
            name="customer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="planline",
            name="lead",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="merged",
                to="campaigns.planline",
            ),
        ),
        migrations.AddField(
            model_name="planline",
            name="order",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="vehicles.serviceorder",
            ),
        ),
        migrations.AddField(
            model_name="planline",
            name="store",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="staff.store",
            ),
        ),
        migrations.AddField(
            model_name="planline",
            name="vehicle",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="vehicles.vehicle",
            ),
        ),
        migrations.AddField(
            model_name="planrun",
            name="policy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="campaigns.contactpolicy"
            ),
        ),
        migrations.AddField(
            model_name="planline",
            name="run",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="campaigns.planrun",
            ),
        ),
        migrations.AddIndex(
            model_name="planline",
            index=models.Index(fields=["run", "store", "planned_on"], name="plan_line_by_day"),
        ),
        migrations.AddIndex(
            model_name="planline",
            index=models.Index(condition=models.Q(("lead__isnull", False)), fields=["lead"], name="plan_line_by_lead"),
        ),
        migrations.AddConstraint(
            model_name="planline",
            constraint=models.UniqueConstraint(
                fields=("run", "customer", "occasion", "cycle"), name="plan_line_once_per_cycle"
            ),
        ),
    ]
