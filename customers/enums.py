from django.db import models


class ContactKind(models.TextChoices):
    PHONE = "phone", "电话"
    WECHAT = "wechat", "微信"
    EMAIL = "email", "邮箱"
    WECOM = "wecom", "企业微信"  # the id under which WeCom knows them, read from there


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
    EMAIL = "email", "邮件"


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


class ProfileItem(models.TextChoices):
    """The 17 items a shop collects of a customer and their cars (2-14). None but a phone or a plate blocks saving."""

    NAME = "name", "姓名"
    SALUTATION = "salutation", "称呼"
    PHONE = "phone", "电话"
    WECHAT = "wechat", "微信"
    EMERGENCY = "emergency", "紧急联系人"
    BIRTHDAY = "birthday", "生日"
    NEIGHBOURHOOD = "neighbourhood", "小区"
    CARS_AT_HOME = "cars_at_home", "家庭车辆数"
    PLATE = "plate", "车牌"
    VIN = "vin", "车架号"
    MODEL = "model", "车型"
    REGISTERED_ON = "registered_on", "上牌日"
    KM = "km", "里程"
    INSURED_UNTIL = "insured_until", "保险到期及公司"
    INSPECTED_UNTIL = "inspected_until", "年检到期"
    CAME_THROUGH = "came_through", "来源"
    NEED = "primary_need", "首要需求"


# Items that are one line of text in a column of the customer: a conversation can teach them as they are.
TEXT_ITEMS = (ProfileItem.SALUTATION, ProfileItem.NEED, ProfileItem.NEIGHBOURHOOD, ProfileItem.CAME_THROUGH)


class Learnt(models.TextChoices):
    """What a conversation taught us beyond the items of the form. Nothing about children (G12)."""

    WANTS = "wants", "在意什么"
    HABIT = "habit", "习惯"
    TABOO = "taboo", "忌讳"
    TRANSPORT = "transport", "接送"
    LIFE = "life", "近况"
    PRICE_DOUBT = "price_doubt", "嫌贵、疑价"
    CIRCLE = "circle", "单位和圈子"
    OTHER = "other", "其他"


# Of these a customer has one at a time: two live values disagree.
ONE_AT_A_TIME = frozenset({*TEXT_ITEMS, Learnt.TRANSPORT})


class FactSource(models.TextChoices):
    """Who says so."""

    CUSTOMER = "customer", "客户说的"
    DOCUMENT = "document", "证件单据"
    IMPORT = "import", "导入"
    GUESS = "guess", "我们估计"


class HouseholdKind(models.TextChoices):
    FAMILY = "family", "家庭"
    UNIT = "unit", "单位"


class CircleKind(models.TextChoices):
    """Where people know each other (4-1, 0-9)."""

    UNIT = "unit", "单位"
    ASSOCIATION = "association", "协会、商会"
    ESTATE = "estate", "小区"
    CAR_CLUB = "car_club", "车友会"
    OTHER = "other", "其他圈子"


class RelationKind(models.TextChoices):
    """How two customers know each other."""

    RELATIVE = "relative", "亲戚"
    FRIEND = "friend", "朋友"
    COLLEAGUE = "colleague", "同事"
    NEIGHBOUR = "neighbour", "邻居"


class PromiseKind(models.TextChoices):
    """What we told a customer we would do."""

    WORD = "word", "一件事"
    RIDE = "ride", "送客户"
    PICK_UP = "pick_up", "上门取车"
    DELIVERY = "delivery", "送车上门"
    ON_SITE = "on_site", "上门服务"
    LOANER = "loaner", "代步车"
    CORNER = "corner", "儿童角"


# Somebody drives out: it may cost something, and the price is told when it is promised.
DRIVEN = (PromiseKind.RIDE, PromiseKind.PICK_UP, PromiseKind.DELIVERY, PromiseKind.ON_SITE)
# A car or a place is kept for the time: another time is another promise.
KEPT_FREE = frozenset({PromiseKind.LOANER, PromiseKind.CORNER})
