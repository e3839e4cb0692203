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


class DayKind(models.TextChoices):
    """How a day differs from its weekday."""

    OFF = "off", "放假"
    WORKDAY = "workday", "上班"


class DaySource(models.TextChoices):
    NOTICE = "notice", "国务院通知"
    SHOP = "shop", "本店自定"
