from django.db import models


class TouchState(models.TextChoices):
    WAITING = "waiting", "排队中"  # proposed, no room on a list yet
    LISTED = "listed", "待办"
    DONE = "done", "已完成"
    DROPPED = "dropped", "已取消"
    EXPIRED = "expired", "已过期"


OPEN_STATES = (TouchState.WAITING, TouchState.LISTED)


class TouchChannel(models.TextChoices):
    CALL = "call", "电话"
    MESSAGE = "message", "短信"


class Result(models.TextChoices):
    """What came of working a line; each has one key."""

    REACHED = "reached", "接通"
    NO_ANSWER = "no_answer", "未接"
    LATER = "later", "改期"
    BOOKED = "booked", "已约"
    DO_NOT_CONTACT = "do_not_contact", "不再打扰"
    UNHAPPY = "unhappy", "不满"


# These end the line; the others bring it back on another day.
FINAL_RESULTS = frozenset({Result.REACHED, Result.BOOKED, Result.DO_NOT_CONTACT, Result.UNHAPPY})


class MessageState(models.TextChoices):
    QUEUED = "queued", "待发"
    INFLIGHT = "inflight", "发送中"
    SENT = "sent", "已发"
    FAILED = "failed", "失败"
    UNKNOWN = "unknown", "不确定"
    SUPPRESSED = "suppressed", "未发（规则拦下）"
    EXPIRED = "expired", "已过期"
