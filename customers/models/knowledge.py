"""What staff know of a customer beyond the form: facts with their source, tags, the customer's own WeChat group."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..enums import FactSource, Learnt, ProfileItem
from ..querysets import CustomerTagQuerySet, FactQuerySet, WechatGroupQuerySet
from .conversation import Interaction
from .customer import Customer


class ProfileFact(models.Model):
    """Who told us what, and when: of an item of the form (its freshness), or something learnt in a conversation."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="facts", db_index=False)
    kind = models.CharField("内容", max_length=16, choices=[*ProfileItem.choices, *Learnt.choices])
    value = models.CharField("是什么", max_length=200, blank=True)
    source = models.CharField("来源", max_length=8, choices=FactSource, default=FactSource.CUSTOMER)
    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, null=True, related_name="facts")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField("记录时间", default=timezone.now)
    # Found to be wrong or over; kept, shown no more.
    ended_at = models.DateTimeField("不再成立", null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # What the customer's column said before this fact was written into it, so that a slip can be taken back.
    before = models.JSONField(null=True, editable=False)

    objects = FactQuerySet.as_manager()

    class Meta:
        verbose_name = "了解到的事实"
        indexes = [models.Index(fields=["customer", "kind", "-recorded_at"], name="profilefact_by_customer_kind")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.value}"


class Tag(models.Model):
    """A word staff put on customers; one vocabulary for the company."""

    name = models.CharField("标签", max_length=20)
    # The name as it is compared: VIP, ｖｉｐ and Vip are one tag.
    key = models.CharField(max_length=60, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "标签"
        constraints = [models.CheckConstraint(name="tag_name_not_blank", condition=~Q(name="") & ~Q(key=""))]

    def __str__(self):
        return self.name


class CustomerTag(models.Model):
    """A tag on a customer: by whom, when, until when."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="tag_links")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="links")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField("何时", default=timezone.now)
    expires_on = models.DateField("有效至", null=True, blank=True)
    removed_at = models.DateTimeField("取下", null=True, blank=True)
    # Nobody: it ran out by itself before it was put on again.
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = CustomerTagQuerySet.as_manager()

    class Meta:
        verbose_name = "客户标签"
        indexes = [
            models.Index(fields=["tag", "customer"], condition=Q(removed_at__isnull=True), name="customertag_by_tag"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "tag"], condition=Q(removed_at__isnull=True), name="customertag_one_live"
            )
        ]

    def __str__(self):
        return f"{self.customer_id} {self.tag_id}"

    def is_live(self, today) -> bool:
        """Neither taken off nor run out; the day it ends on still counts."""
        return self.removed_at is None and (self.expires_on is None or self.expires_on >= today)


class WechatGroup(models.Model):
    """The customer's own WeChat group (2-15): its name and who of the staff is in it."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="wechat_groups")
    name = models.CharField("群名", max_length=60)
    staff = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name="群里的员工")
    started_on = models.DateField("建群日期", null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField("解散", null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = WechatGroupQuerySet.as_manager()

    class Meta:
        verbose_name = "专属微信群"
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(ended_at__isnull=True), name="wechatgroup_one_per_customer"
            )
        ]

    def __str__(self):
        return self.name
