"""Shop files in: a batch per file, a row per record that needs a word, before-images of what changed."""

import uuid
from datetime import datetime

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from staff.models import Store
from staff.querysets import StoreScopedQuerySet

from .enums import BatchState, KeptBecause, Kind, Reason, Settlement, Verdict
from .querysets import ImportBatchQuerySet, ImportRowQuerySet


class ExactEncoder(DjangoJSONEncoder):
    """Moments with their microseconds: what goes back must be what was there."""

    def default(self, o):
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


class ImportBatch(models.Model):
    """One file and what became of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="imports", db_index=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField("上传时间", default=timezone.now)
    # What the file says is judged against this day, also when the batch is taken up again tomorrow.
    business_date = models.DateField("营业日", default=timezone.localdate)
    file_name = models.CharField("文件名", max_length=200)
    # Relative to MEDIA_ROOT; blank once the file is no longer needed.
    file_path = models.CharField(max_length=300, blank=True)
    file_hash = models.CharField(max_length=64)
    kind = models.CharField("内容", max_length=12, choices=Kind)
    is_strict = models.BooleanField("严格", default=False)
    # How the sheet is read: {"sheet", "header_row", "signature", "headers": [...], "columns": {"0": "name", …}}.
    mapping = models.JSONField("列对应", default=dict)
    state = models.CharField("状态", max_length=10, choices=BatchState, default=BatchState.UPLOADED)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    # {"preview": {…}} once checked; {"totals", "created", "updated", "open_conflicts"} once committed; besides these
    # "undo_preview" what an undo would do, and "undone" what it has done.
    counts = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)
    # Whoever holds this key is the only one who may commit chunks.
    lease_key = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    # Until then the batch can be undone; empty where nothing is kept to undo it by.
    undo_until = models.DateTimeField("可撤销到", null=True)
    # Somebody asked what undoing would do, and the answer is still being counted.
    undo_asked_at = models.DateTimeField(null=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "导入批次"
        indexes = [
            models.Index(fields=["store", "-created_at"], name="importbatch_by_store"),
            models.Index(
                fields=["state"],
                condition=Q(state__in=["checking", "waiting", "running", "undoing"]),
                name="importbatch_to_run",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="undoing"), name="importbatch_one_undo_at_a_time"
            )
        ]

    def __str__(self):
        return self.file_name

    def get_absolute_url(self):
        return reverse("imports:batch", args=[self.pk])

    @property
    def is_moving(self) -> bool:
        """Whether the batch is waiting for a worker, being committed or being undone."""
        return self.state in (BatchState.WAITING, BatchState.RUNNING, BatchState.UNDOING)

    @property
    def is_undoing(self) -> bool:
        return self.state == BatchState.UNDOING

    @property
    def is_undone(self) -> bool:
        return self.state == BatchState.UNDONE

    def may_be_undone(self, *, now: datetime) -> bool:
        """Whether what was committed can still be taken back."""
        is_over = self.state in (BatchState.DONE, BatchState.FAILED)
        return is_over and self.undo_until is not None and now < self.undo_until

    @property
    def is_open(self) -> bool:
        """Whether a person still has to look at it and confirm."""
        return self.state in (BatchState.UPLOADED, BatchState.CHECKING)

    @property
    def is_looked_through(self) -> bool:
        """Whether a worker is looking through the file for the preview."""
        return self.state == BatchState.CHECKING

    @property
    def preview(self) -> dict:
        return self.counts.get("preview", {})

    @property
    def percent(self) -> int:
        """Progress in whole per cent."""
        return min(100, self.rows_done * 100 // self.rows_total) if self.rows_total else 0


class ImportRow(models.Model):
    """A row of a file that was not imported, waits for a person, or was imported with something to look at."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField("行号")
    verdict = models.CharField("结果", max_length=10, choices=Verdict)
    reason = models.CharField("原因", max_length=20, choices=Reason, blank=True)
    warnings = models.JSONField("提示", default=list)
    # The row as it stands in the file, as text.
    cells = models.JSONField("原文", default=list)
    # A normalised plate makes a record without a customer (无主记录) findable.
    plate = models.CharField("车牌", max_length=12, blank=True)
    # Lines of one order wait, attach and are decided together.
    order_number = models.CharField("工单号", max_length=60, blank=True)
    settled_at = models.DateTimeField("处理时间", null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    settled_as = models.CharField("怎么处理的", max_length=12, choices=Settlement, blank=True)
    # What the decision changed, as it was before: a decision can be taken back.
    before = models.JSONField(default=dict)
    # The order written from a row that had waited. A number, not a key: undoing may take the order away.
    became_order = models.BigIntegerField(null=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = "导入行"
        indexes = [
            models.Index(
                fields=["plate"],
                condition=Q(reason="no_customer", settled_at__isnull=True) & ~Q(plate=""),
                name="importrow_ownerless_by_plate",
            ),
            models.Index(
                fields=["id"],
                condition=Q(settled_at__isnull=True, reason__in=["vehicle_conflict", "vin_differs", "visit_ambiguous"]),
                name="importrow_open_conflicts",
            ),
            models.Index(fields=["became_order"], condition=Q(became_order__isnull=False), name="importrow_by_order"),
        ]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="importrow_once_per_row")]

    def __str__(self):
        return f"{self.number} {self.get_reason_display()}"


class RowImage(models.Model):
    """A row of the shop's tables as it was before a batch changed it first, and what the batch made of it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="images", db_index=False)
    table = models.CharField(max_length=40)
    row_id = models.BigIntegerField()
    before = models.JSONField(encoder=ExactEncoder)
    # Only the columns the batch wrote.
    after = models.JSONField(encoder=ExactEncoder, default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "table", "row_id"], name="rowimage_first_of_batch")]

    def __str__(self):
        return f"{self.table} {self.row_id}"


class CreatedRows(models.Model):
    """The rows one chunk of a batch created in one table. A list per chunk: a row per row would double every import."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="created_rows")
    table = models.CharField(max_length=40)
    row_ids = models.JSONField()
    # What each row said when it was written, as a number: see rules.traces.digest_of.
    digests = models.JSONField(default=list)

    def __str__(self):
        return f"{self.table} × {len(self.row_ids)}"


class KeptRow(models.Model):
    """A row that undoing a batch left as it is, wholly or in some columns, and why."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="kept_rows", db_index=False)
    table = models.CharField(max_length=40)
    row_id = models.BigIntegerField()
    reason = models.CharField("原因", max_length=8, choices=KeptBecause)
    # Names of columns that were changed, or labels of tables that speak of the row.
    what = models.JSONField(default=list)

    class Meta:
        verbose_name = "保留的行"
        constraints = [models.UniqueConstraint(fields=["batch", "table", "row_id"], name="keptrow_once_per_row")]

    def __str__(self):
        return f"{self.table} {self.row_id}"


class ItemMapping(models.Model):
    """Somebody said what item names stand for: which names, and what they stood for before. It can be taken back."""

    # Whose people said it: they may take it back, though the names mean the same in every store.
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField("时间", default=timezone.now)
    # {name: [kind, item] as people had said before, None where nobody had}.
    before = models.JSONField()
    lines = models.PositiveIntegerField("跟着变的项目", default=0)
    undone_at = models.DateTimeField("撤销时间", null=True)

    objects = StoreScopedQuerySet.as_manager()

    class Meta:
        verbose_name = "归类记录"

    def __str__(self):
        return f"{len(self.before)} 个项目"


class ColumnMemory(models.Model):
    """What a person said the columns of a header mean; the next file with the same header is read the same way."""

    signature = models.CharField(max_length=32, unique=True)
    columns = models.JSONField()
    remembered_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.signature
