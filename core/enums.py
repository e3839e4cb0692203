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


class PublicProblem(models.TextChoices):
    """Why a customer's phone does not get through to us."""

    UNSET = "unset", "没有设置 PUBLIC_BASE_URL"
    UNTRIED = "untried", "还没有试过，几分钟内会自己试"
    STALE = "stale", "一天多没有试过，后台任务可能没在跑"
    ODD = "odd", "地址写得不对，要像 https://crm.example.com"
    NO_ANSWER = "no_answer", "从外面打不开：没有应答"
    CERTIFICATE = "certificate", "HTTPS 证书不对，手机会拦下"
    MOVED = "moved", "这个地址转到了别处，请写最后到的那个"
    HOST = "host", "域名没有写进 ALLOWED_HOSTS"
    STRANGER = "stranger", "有应答，但不是这套系统"
