"""What item names stand for, said by people: one name means one thing at the desk and in every file."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from ..enums import MaintenanceItem, ServiceKind


class ItemMeaning(models.Model):
    """Which kind of service an item name stands for, and which item of regular maintenance, blank for none."""

    name = models.CharField("项目", max_length=120, unique=True)
    kind = models.CharField("类别", max_length=12, choices=ServiceKind)
    item = models.CharField("保养项目", max_length=20, choices=MaintenanceItem, blank=True)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "项目归类"

    def __str__(self):
        return f"{self.name} → {self.get_kind_display()}"
