from django.db import models


class ValueTier(models.TextChoices):
    """One hue, four strengths; the letter is always shown."""

    A = "A", "高价值"
    B = "B", "较高"
    C = "C", "一般"
    D = "D", "较低"


class Department(models.TextChoices):
    """Who of the shop asks for what. The values are columns of a collection rule."""

    FRONT_DESK = "front_desk", "前台"
    ADVISOR = "advisor", "服务顾问"
    CARE = "care", "客服回访"


class MonthKind(models.TextChoices):
    """What a month's completeness is about."""

    SEEN = "seen", "最近一次到店在这个月的客户"
    STOOD = "stood", "这个月最后一夜的全部客户"
