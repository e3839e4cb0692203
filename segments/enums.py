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


class Rhythm(models.TextChoices):
    """How a customer keeps to their own interval between two visits."""

    ACTIVE = "active", "正常来"
    COOLING = "cooling", "转淡"
    AT_RISK = "at_risk", "要流失"
    LOST = "lost", "已流失"
    WON_BACK = "won_back", "唤回"


class Behaviour(models.TextChoices):
    HIGH = "high", "行为高"
    LOW = "low", "行为低"
    UNKNOWN = "unknown", "行为未知"


class Attitude(models.TextChoices):
    HIGH = "high", "态度高"
    LOW = "low", "态度低"
    UNKNOWN = "unknown", "态度未知"


class Loyalty(models.TextChoices):
    """Dick & Basu (1994): repeat patronage × relative attitude (2-8)."""

    TRUE = "true", "真忠诚"
    LATENT = "latent", "潜在忠诚"
    INERTIA = "inertia", "惯性忠诚"
    NONE = "none", "非忠诚"
    UNKNOWN = "unknown", "还不知道"


class Stage(models.TextChoices):
    """The lifecycle of source 0: from somebody who knows us to somebody who builds the shop with us (0-13)."""

    FAN = "fan", "粉丝"
    MEMBER = "member", "会员"
    BASE = "base", "基盘"
    KOC = "koc", "KOC"
    PARTNER = "partner", "合伙人"


class Axis(models.TextChoices):
    """Along what customers are told apart and move. The values are columns of a profile."""

    VALUE = "value_tier", "价值"
    RHYTHM = "rhythm", "节奏"
    LOYALTY = "loyalty", "忠诚"
    LETTER = "letter", "分级"
    STAGE = "stage", "阶段"
