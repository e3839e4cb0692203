"""A desk that several people share: the PC they trust, and how often somebody mistyped their PIN there."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q

from ..querysets import DeskDeviceQuerySet, PinTriesQuerySet
from .people import Store, User


class DeskDevice(models.Model):
    """A PC of a store where people switch by PIN. Its browser holds `key` in a signed cookie."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="desks", verbose_name="门店")
    name = models.CharField("名称", max_length=30)
    enrolled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name="谁设的")
    enrolled_at = models.DateTimeField("何时设的")
    used_at = models.DateTimeField("上次使用")
    revoked_at = models.DateTimeField("停用", null=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = DeskDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = "合用电脑"
        constraints = [
            models.CheckConstraint(
                name="desk_revoked_at_and_by_together",
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            )
        ]

    def __str__(self):
        return self.name

    def used(self, *, now: datetime):
        self.used_at = now
        self.save(update_fields=["used_at"])

    def revoke(self, *, by: User, now: datetime):
        """Nobody switches there any more. One that is revoked already keeps its day."""
        if self.revoked_at is None:
            self.revoked_at, self.revoked_by = now, by
            self.save(update_fields=["revoked_at", "revoked_by"])


class PinTries(models.Model):
    """Wrong PINs of one person at one desk since they were last right there."""

    desk = models.ForeignKey(DeskDevice, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    wrong = models.PositiveSmallIntegerField(default=0)
    last_at = models.DateTimeField(null=True)

    objects = PinTriesQuerySet.as_manager()

    class Meta:
        verbose_name = "快捷码输错"
        constraints = [models.UniqueConstraint(fields=["desk", "user"], name="pintries_once_per_desk_and_person")]

    def __str__(self):
        return f"{self.user} {self.desk} {self.wrong}"
