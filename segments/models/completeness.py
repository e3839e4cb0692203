"""What the shop wants to know of every customer, how much of it is known, and the totals the screens read."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from customers.enums import ProfileItem
from customers.models import Customer

from ..enums import Department, MonthKind
from ..querysets.completeness import CollectionPolicyQuerySet, CompletenessQuerySet
from ..rules.completeness import AGEING, GOAL_PERCENT


class CollectionPolicy(models.Model):
    """A version of what is collected. The newest row rules; older ones stay readable."""

    version = models.PositiveIntegerField("版本", unique=True)
    goal_percent = models.PositiveSmallIntegerField("目标（%）", default=GOAL_PERCENT)
    # Whether every row of Completeness was judged by these half-lives; the night sees to it.
    is_drawn = models.BooleanField(default=False, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = CollectionPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = "收集规则"
        get_latest_by = "version"
        constraints = [
            models.CheckConstraint(
                name="collectionpolicy_goal_is_a_percentage",
                condition=Q(goal_percent__range=(1, 100)),
                violation_error_message="目标在 1 到 100 之间",
            )
        ]

    def __str__(self):
        return f"第 {self.version} 版"


_ASKED = Q(front_desk=True) | Q(advisor=True) | Q(care=True)


class CollectionRule(models.Model):
    """What one version says of one item: why it is asked, by whom, and how long an answer is good."""

    policy = models.ForeignKey(CollectionPolicy, on_delete=models.CASCADE, related_name="rules", db_index=False)
    item = models.CharField("项目", max_length=16, choices=ProfileItem)
    purpose = models.CharField("为什么要问", max_length=60, blank=True)
    good_for_days = models.PositiveSmallIntegerField("多少天后要重新核实", null=True, blank=True)
    front_desk = models.BooleanField(Department.FRONT_DESK.label, default=False)
    advisor = models.BooleanField(Department.ADVISOR.label, default=False)
    care = models.BooleanField(Department.CARE.label, default=False)

    class Meta:
        verbose_name = "收集项目"
        constraints = [
            models.UniqueConstraint(fields=["policy", "item"], name="collectionrule_item_once"),
            models.CheckConstraint(
                name="collectionrule_asked_for_a_purpose",
                condition=~Q(purpose="") | ~_ASKED,
                violation_error_message="先写清楚为什么要问，才能要求收集",
            ),
            models.CheckConstraint(
                name="collectionrule_only_what_ages_grows_old",
                condition=Q(good_for_days__isnull=True) | Q(item__in=sorted(AGEING), good_for_days__gte=1),
            ),
        ]

    def __str__(self):
        return self.get_item_display()

    @property
    def departments(self) -> frozenset[Department]:
        return frozenset(department for department in Department if getattr(self, department))


class Completeness(models.Model):
    """One row per customer: bits of rules.completeness.ITEMS. Drawn anew when a fact changes or an answer grows old."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="completeness")
    # Whose figures this customer counts in; follows Customer.advisor when the row is drawn.
    advisor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    asked = models.PositiveIntegerField("适用的项目")
    filled = models.PositiveIntegerField("已知的项目")
    fresh = models.PositiveIntegerField("可信的项目")
    fresh_until = models.DateField("到哪天为止不变", null=True)

    objects = CompletenessQuerySet.as_manager()

    class Meta:
        verbose_name = "信息收集"
        indexes = [models.Index(fields=["fresh_until"], name="completeness_by_fresh_until")]

    def __str__(self):
        return f"{self.customer_id} {self.filled.bit_count()}/{self.asked.bit_count()}"


class Counted(models.Model):
    """Answers of one item over many customers: how many should be there, are there, are fresh."""

    item = models.CharField("项目", max_length=16, choices=ProfileItem)
    asked = models.IntegerField("应有")
    filled = models.IntegerField("已有")
    fresh = models.IntegerField("可信")

    class Meta:
        abstract = True


_SUMS_IN_ORDER = Q(filled__lte=F("asked"), fresh__lte=F("filled"))


class CompletenessTotal(Counted):
    """As it stands now, by store and advisor. Counted every night, moved at once by what the desk writes.

    Bare numbers, so that the pair is always a key: store 0 is the whole company, advisor 0 is nobody.
    """

    store_id = models.BigIntegerField()
    advisor_id = models.BigIntegerField()

    class Meta:
        verbose_name = "信息收集合计"
        constraints = [
            models.UniqueConstraint(fields=["store_id", "advisor_id", "item"], name="completenesstotal_once"),
        ]

    def __str__(self):
        return f"{self.store_id} {self.advisor_id} {self.item}"


class CompletenessMonth(Counted):
    """A month's completeness by store (0: the whole company). Months that are over are never counted again."""

    kind = models.CharField(max_length=5, choices=MonthKind)
    month = models.DateField("月份")
    store_id = models.BigIntegerField()

    class Meta:
        verbose_name = "信息收集月度"
        constraints = [
            models.UniqueConstraint(fields=["kind", "store_id", "month", "item"], name="completenessmonth_once"),
            models.CheckConstraint(name="completenessmonth_in_order", condition=_SUMS_IN_ORDER),
        ]

    def __str__(self):
        return f"{self.month:%Y-%m} {self.store_id} {self.item}"
