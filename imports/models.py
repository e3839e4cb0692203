"""Shop files in: a batch per file, a row per record that needs saying something about, before-images of what changed."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from staff.models import Store
from staff.querysets import StoreScopedQuerySet

from .enums import BatchState, Kind


class ImportBatch(models.Model):
    """One file and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="imports")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("上传时间", default=timezone.now)
    file_name = models.CharField("文件名", max_length=200)
    file_path = models.CharField(max_length=300, blank=True)
    file_hash = models.CharField(max_length=64)
    kind = models.CharField("内容", max_length=10, choices=Kind)
    is_strict = models.BooleanField("严格", default=False)
    mapping = models.JSONField("列对应", default=dict)
    state = models.CharField("状态", max_length=10, choices=BatchState, default=BatchState.UPLOADED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)
    lease_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = StoreScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "导入批次"
        indexes = [models.Index(fields=["store", "-created_at"], name="importbatch_by_store")]

    def __str__(self):
        return self.file_name
