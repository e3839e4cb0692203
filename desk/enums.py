from django.db import models


class Match(models.TextChoices):
    """What of a customer the search box matched; the order is that of the answers."""

    PLATE = "plate", "车牌"
    PHONE = "phone", "电话"
    SHARED = "shared", "家里人的电话"
    NAME = "name", "姓名"
    CALLED = "called", "称呼"
    INITIALS = "initials", "拼音首字母"
    PINYIN = "pinyin", "拼音"
    VIN = "vin", "车架号"


class ActionKind(models.TextChoices):
    """What the briefing may propose as the next step. The order is the law: what stands first is done first."""

    WARNING = "warning", "车辆提醒"
    PROMISE = "promise", "失约"
    UNHAPPY = "unhappy", "不满"
    TOUCH = "touch", "该联系"
    INSURANCE = "insurance", "保险"
    INSPECTION = "inspection", "年检"
    ASK = "ask", "问一句"
