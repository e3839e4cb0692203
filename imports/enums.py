from django.db import models


class FileKind(models.TextChoices):
    CUSTOMERS = "customers", "客户与车辆"
    ORDERS = "orders", "维修工单"


class BatchState(models.TextChoices):
    UPLOADED = "uploaded", "待确认"
    WAITING = "waiting", "等待导入"
    RUNNING = "running", "导入中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
