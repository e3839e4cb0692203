from django.db import models


class JobState(models.TextChoices):
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"


class PartState(models.TextChoices):
    """How a part of the running product is; `UNKNOWN` where something below it keeps us from knowing."""

    OK = "ok", "正常"
    DEGRADED = "degraded", "受影响"
    DOWN = "down", "故障"
    UNKNOWN = "unknown", "无法判断"
