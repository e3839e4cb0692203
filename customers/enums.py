from django.db import models


class ContactKind(models.TextChoices):
    PHONE = "phone", "电话"
    WECHAT = "wechat", "微信"


class CustomerKind(models.TextChoices):
    PERSON = "person", "个人"
    UNIT = "unit", "单位"


class Calendar(models.TextChoices):
    SOLAR = "solar", "公历"
    LUNAR = "lunar", "农历"


class EndedAs(models.TextChoices):
    MERGED = "merged", "已合并"
    ERASED = "erased", "已删除"
    CLOSED = "closed", "已停用"


class Purpose(models.TextChoices):
    """Every touch has one; see domain.md "Every occasion fixes its purpose"."""

    SERVICE = "service", "服务"
    CARE = "care", "关怀"
    MARKETING = "marketing", "营销"


class ConsentHow(models.TextChoices):
    DESK = "desk", "到店当面"
    CALL = "call", "电话中"
    PAPER = "paper", "书面"
    ONLINE = "online", "本人网上填写"


class Channel(models.TextChoices):
    """How a conversation took place."""

    VISIT = "visit", "到店"
    CALL = "call", "电话"
    WECHAT = "wechat", "微信"
    SMS = "sms", "短信"


class Direction(models.TextChoices):
    IN = "in", "客户找我们"
    OUT = "out", "我们找客户"


class Mood(models.TextChoices):
    GOOD = "good", "高兴"
    CALM = "calm", "平静"
    UNHAPPY = "unhappy", "不满"


class ChangeKind(models.TextChoices):
    """What kind of fact about a customer changed; the night reads these."""

    PERSON = "person", "本人资料"
    VEHICLE = "vehicle", "车辆"
    ORDER = "order", "工单"
    CONTACT = "contact", "联系"
