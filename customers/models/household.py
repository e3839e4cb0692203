"""People who belong together: a family that shares phones and cars, a unit with its drivers."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..enums import HouseholdKind
from ..querysets import HouseholdMemberQuerySet, HouseholdQuerySet
from .customer import Customer


class Household(models.Model):
    """A family or a unit. Rights come from its members: whoever may see a member sees that the household exists."""

    kind = models.CharField("类型", max_length=6, choices=HouseholdKind, default=HouseholdKind.FAMILY)
    name = models.CharField("名称", max_length=60, blank=True)
    created_at = models.DateTimeField("建档时间", default=timezone.now)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = "家庭或单位"

    def __str__(self):
        return self.name or f"{self.get_kind_display()} {self.pk}"


class HouseholdMember(models.Model):
    """Somebody in a household, from when to when. One household at a time."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="members")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="memberships")
    # As people say it: 太太, 儿子, 司机, 行政.
    relation = models.CharField("关系", max_length=20, blank=True)
    is_emergency = models.BooleanField("紧急联系人", default=False)
    # A member without a number of their own is reached at this member's.
    reached_through = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="reaches", verbose_name="电话用谁的"
    )
    joined_at = models.DateTimeField("加入", default=timezone.now)
    left_at = models.DateTimeField("离开", null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = HouseholdMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "家庭成员"
        constraints = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(left_at__isnull=True), name="householdmember_one_household"
            ),
            models.CheckConstraint(
                name="householdmember_left_after_joined",
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("joined_at")),
            ),
            models.CheckConstraint(
                name="householdmember_not_reached_through_oneself",
                condition=Q(reached_through__isnull=True) | ~Q(reached_through=F("customer")),
            ),
        ]

    def __str__(self):
        return f"{self.customer_id} @ {self.household_id}"

    def leave(self, now: datetime):
        """They belong here no longer."""
        self.left_at = max(now, self.joined_at)
        self.save(update_fields=["left_at"])
