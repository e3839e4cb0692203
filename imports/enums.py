from django.db import models


class Kind(models.TextChoices):
    """What a file is about."""

    CUSTOMERS = "customers", "客户和车辆"
    ORDERS = "orders", "工单"
    INTERACTIONS = "interactions", "沟通记录"
    MEMBERS = "members", "会员和卡"


class Export(models.TextChoices):
    """What can be written out. Each file goes straight back in: see rules/own_files.py."""

    CUSTOMERS = "customers", "客户"
    VEHICLES = "vehicles", "车辆"
    ORDERS = "orders", "工单"
    INTERACTIONS = "interactions", "沟通记录"


class FileForm(models.TextChoices):
    """As what a file is written."""

    XLSX = "xlsx", "Excel 表格（xlsx）"
    CSV = "csv", "文本表格（csv）"


class RowKind(models.TextChoices):
    """What a row of a file is; only DATA rows are imported."""

    TITLE = "title", "标题"
    HEADER = "header", "表头"
    DATA = "data", "数据"
    BLANK = "blank", "空行"
    SUBTOTAL = "subtotal", "小计"
    TOTAL = "total", "合计"
    REPEAT_HEADER = "repeat_header", "重复表头"
    FOOTER = "footer", "页脚"
    NOTE = "note", "说明"


class Verdict(models.TextChoices):
    """What became of a data row."""

    CREATE = "create", "导入"
    LINE = "line", "导入"
    DUPLICATE = "duplicate", "重复"
    CONFLICT = "conflict", "待人工确认"
    REJECT = "reject", "未导入"


class Reason(models.TextChoices):
    """Why a row was rejected, or what about it must be looked at."""

    NO_PHONE = "no_phone", "没有填电话"
    BAD_PHONE = "bad_phone", "电话不可用（不是手机号，也不是带区号的座机）"
    BAD_PLATE = "bad_plate", "车牌不符合规则"
    BAD_VIN = "bad_vin", "车架号不是 17 位合法字符"
    BAD_DATE = "bad_date", "日期看不懂或不存在"
    BAD_MILEAGE = "bad_mileage", "里程不是数字"
    BAD_AMOUNT = "bad_amount", "金额不是数字"
    VIN_CHECK_DIGIT = "vin_check_digit", "车架号校验位不对，可能抄错一位"
    NAME_DIFFERS = "name_differs", "同一电话前面写的是另一个姓名"
    NO_ORDER_NO = "no_order_no", "没有工单号"
    ORDER_NO_CONFLICT = "order_no_conflict", "同一工单号前面是另一台车"
    NO_CUSTOMER = "no_customer", "没有可用电话，车牌也找不到客户"
    COLUMN_COUNT = "column_count", "这一行的列数和表头不一致"
    VEHICLE_CONFLICT = "vehicle_conflict", "这台车已经登记在另一位客户名下"
    VIN_DIFFERS = "vin_differs", "同一车牌已有另一个车架号"
    VISIT_AMBIGUOUS = "visit_ambiguous", "当天这台车有几次到店，分不清是哪一次"
    BAD_CARD_NO = "bad_card_no", "卡号看不全（被表格改成了科学计数，或不是卡号）；人和车照常导入，卡不导"
    CARD_CONFLICT = "card_conflict", "同一张卡前面是另一个余额或另一位客户；以先看到的为准，人和车照常导入"
    INTRODUCER_SELF = "introducer_self", "介绍人写的是本人"
    INTRODUCER_UNKNOWN = "introducer_unknown", "介绍人找不到"
    INTRODUCER_AMBIGUOUS = "introducer_ambiguous", "介绍人不止一位对得上"
    INTRODUCER_CYCLE = "introducer_cycle", "互相介绍，绕成了一圈"


STRICT_ORDER = (Reason.BAD_PLATE, Reason.BAD_VIN, Reason.BAD_DATE, Reason.BAD_MILEAGE)


class Field(models.TextChoices):
    """What a column may mean. The label is what the mapping screen offers."""

    NAME = "name", "客户姓名"
    PHONE = "phone", "客户电话"
    ALT_PHONE = "alt_phone", "备用电话"
    BIRTHDAY = "birthday", "生日"
    NEIGHBOURHOOD = "neighbourhood", "小区"
    CAME_THROUGH = "came_through", "客户来源"
    PLATE = "plate", "车牌号"
    VIN = "vin", "车架号"
    ENGINE_NO = "engine_no", "发动机号"
    BRAND = "brand", "品牌"
    SERIES = "series", "车系"
    MODEL = "model", "车型"
    ENERGY = "energy", "能源类型"
    REGISTERED_ON = "registered_on", "上牌日期"
    INSURER = "insurer", "保险公司"
    INSURED_UNTIL = "insured_until", "保险到期日"
    COMMERCIAL_INSURED_UNTIL = "commercial_insured_until", "商业险到期日"
    PREMIUM = "premium", "上年保费"
    INSPECTED_UNTIL = "inspected_until", "年检到期日"
    KM = "km", "里程"
    NUMBER = "number", "工单号"
    OPENED = "opened", "进厂日期"
    CLOSED = "closed", "出厂或结算日期"
    ITEM = "item", "项目名称"
    LABOUR = "labour", "工时费"
    MATERIAL = "material", "材料费"
    DISCOUNT = "discount", "优惠金额"
    GROSS = "gross", "应收金额"
    PAID = "paid", "实收金额（整单）"
    INSURER_PAID = "insurer_paid", "其中保险支付"
    PAY_METHOD = "pay_method", "支付方式"
    COST = "cost", "成本"
    TECHNICIAN = "technician", "技师"
    ADVISOR = "advisor", "服务顾问"
    STATUS = "status", "工单状态"
    VOIDED = "voided", "是否作废"
    COMPLAINT = "complaint", "客户描述"
    REMARK = "remark", "备注"
    NEXT_ON = "next_on", "下次保养日期"
    NEXT_KM = "next_km", "下次保养里程"
    BROUGHT_BY = "brought_by", "送修人"
    BROUGHT_PHONE = "brought_phone", "送修人电话"
    SALUTATION = "salutation", "称呼"
    CUSTOMER_KIND = "customer_kind", "个人或单位"
    WECHAT = "wechat", "微信号"
    EMAIL = "email", "邮箱"
    NEED = "need", "首要需求"
    EMERGENCY_NAME = "emergency_name", "紧急联系人"
    EMERGENCY_PHONE = "emergency_phone", "紧急联系电话"
    CARS_AT_HOME = "cars_at_home", "家庭车辆数"
    TAGS = "tags", "标签"
    KM_ON = "km_on", "里程日期"
    FORMER_PLATES = "former_plates", "曾用车牌"
    DESK_NUMBER = "desk_number", "前台单号"
    CLOSED_ON = "closed_on", "结单日"
    PROMISED = "promised", "答应交车时间"
    WARRANTY_PAID = "warranty_paid", "其中质保支付"
    ITEM_KIND = "item_kind", "项目类别"
    ITEM_MEANT = "item_meant", "对应保养项"
    SPOKEN = "spoken", "沟通时间"
    CHANNEL = "channel", "沟通方式"
    DIRECTION = "direction", "谁找谁"
    MOOD = "mood", "客户情绪"
    SUBJECT = "subject", "事由"
    BODY = "body", "沟通内容"
    AUTHOR = "author", "记录人"
    SETTLED = "settled", "安抚时间"
    SETTLED_BY = "settled_by", "安抚人"
    HOME = "home", "家庭或单位"
    HOME_KEY = "home_key", "家庭号码"
    RELATION = "relation", "家庭关系"
    HOME_EMERGENCY = "home_emergency", "家庭紧急联系人"
    REACHED_THROUGH = "reached_through", "借用电话"
    CAR_PEOPLE = "car_people", "用车人"
    CARD_NO = "card_no", "会员卡号"
    CARD_TYPE = "card_type", "卡种"
    BALANCE = "balance", "卡内余额"
    TIMES = "times", "剩余次数"
    CARD_FROM = "card_from", "开卡日期"
    CARD_UNTIL = "card_until", "卡有效期至"
    AS_OF = "as_of", "余额截至"
    INTRODUCER = "introducer", "介绍人"
    INTRODUCER_PHONE = "introducer_phone", "介绍人电话"


VEHICLE_FIELDS = (
    Field.PLATE, Field.VIN, Field.ENGINE_NO, Field.BRAND, Field.SERIES, Field.MODEL, Field.ENERGY, Field.REGISTERED_ON,
    Field.INSURER, Field.INSURED_UNTIL, Field.COMMERCIAL_INSURED_UNTIL, Field.PREMIUM, Field.INSPECTED_UNTIL, Field.KM,
)  # fmt: skip
# Whose household somebody belongs to: told by files of our own.
HOME_FIELDS = (Field.HOME, Field.HOME_KEY, Field.RELATION, Field.HOME_EMERGENCY, Field.REACHED_THROUGH)
PERSON_FIELDS = (
    Field.NAME, Field.PHONE, Field.ALT_PHONE, Field.SALUTATION, Field.CUSTOMER_KIND, Field.WECHAT, Field.EMAIL,
    Field.BIRTHDAY, Field.NEIGHBOURHOOD, Field.CAME_THROUGH, Field.NEED, Field.EMERGENCY_NAME, Field.EMERGENCY_PHONE,
    Field.CARS_AT_HOME, Field.TAGS, Field.ADVISOR, Field.REMARK, *HOME_FIELDS,
)  # fmt: skip
ORDER_FIELDS = (
    Field.NUMBER, Field.DESK_NUMBER, Field.OPENED, Field.CLOSED, Field.CLOSED_ON, Field.PROMISED, Field.ITEM,
    Field.ITEM_KIND, Field.ITEM_MEANT, Field.LABOUR, Field.MATERIAL, Field.DISCOUNT, Field.GROSS, Field.PAID,
    Field.INSURER_PAID, Field.WARRANTY_PAID, Field.PAY_METHOD, Field.COST, Field.TECHNICIAN, Field.ADVISOR,
    Field.STATUS, Field.VOIDED, Field.COMPLAINT, Field.REMARK, Field.NEXT_ON, Field.NEXT_KM, Field.BROUGHT_BY,
    Field.BROUGHT_PHONE,
)  # fmt: skip
INTERACTION_FIELDS = (
    Field.SPOKEN, Field.NAME, Field.PHONE, Field.WECHAT, Field.REACHED_THROUGH, Field.PLATE, Field.CHANNEL,
    Field.DIRECTION, Field.MOOD, Field.SUBJECT, Field.BODY, Field.AUTHOR, Field.SETTLED, Field.SETTLED_BY,
)  # fmt: skip
CARD_FIELDS = (
    Field.CARD_NO, Field.CARD_TYPE, Field.BALANCE, Field.TIMES, Field.CARD_FROM, Field.CARD_UNTIL, Field.AS_OF,
    Field.INTRODUCER, Field.INTRODUCER_PHONE,
)  # fmt: skip
FIELDS_OF = {
    Kind.CUSTOMERS: (*PERSON_FIELDS, *VEHICLE_FIELDS, Field.KM_ON, Field.FORMER_PLATES, Field.CAR_PEOPLE),
    Kind.ORDERS: PERSON_FIELDS[:3] + VEHICLE_FIELDS + ORDER_FIELDS,
    Kind.INTERACTIONS: INTERACTION_FIELDS,
    Kind.MEMBERS: tuple(
        each for each in (*CARD_FIELDS, *PERSON_FIELDS, *VEHICLE_FIELDS, Field.KM_ON) if each not in HOME_FIELDS
    ),
}
# Without these columns a file of that kind cannot be imported at all.
REQUIRED_FIELDS = {
    Kind.CUSTOMERS: (Field.PHONE,),
    Kind.ORDERS: (Field.NUMBER, Field.OPENED),
    Kind.INTERACTIONS: (Field.SPOKEN,),
    Kind.MEMBERS: (Field.PHONE,),
}
# Fields that may stand in several columns; the others are read from the best one.
REPEATABLE_FIELDS = frozenset({Field.PHONE, Field.ALT_PHONE, Field.ITEM})


class Encoding(models.TextChoices):
    UTF_8 = "utf-8-sig", "UTF-8"
    UTF_16 = "utf-16", "UTF-16"
    UTF_16_LE = "utf-16-le", "UTF-16"
    UTF_16_BE = "utf-16-be", "UTF-16"
    GB18030 = "gb18030", "GB18030"


class Container(models.TextChoices):
    """What a file really is, judged by its first bytes and never by its name."""

    XLSX = "xlsx", "Excel 工作簿"
    XLS = "xls", "Excel 97-2003 工作簿"
    TEXT = "text", "文本表格"


class BatchState(models.TextChoices):
    CHECKING = "checking", "正在检查"
    UPLOADED = "uploaded", "待确认"
    WAITING = "waiting", "等待导入"
    RUNNING = "running", "导入中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
    UNDOING = "undoing", "撤销中"
    UNDONE = "undone", "已撤销"


class KeptBecause(models.TextChoices):
    """Why an undo leaves a row, or a column of it, as it is."""

    CHANGED = "changed", "导入以后有人改过"
    LATER = "later", "后来的导入又改过"
    USED = "used", "导入以后有了新的记录"
    BLOCKED = "blocked", "和现在的资料冲突，放不回去"


class Settlement(models.TextChoices):
    """What was decided about a row that waited."""

    KEPT = "kept", "保留原来的"
    TRANSFERRED = "transferred", "过户给了新客户"
    FAMILY = "family", "是一家人"
    VIN = "vin", "用了文件的车架号"
    ATTACHED = "attached", "对上了到店"
    APART = "apart", "单独一张工单"
    ADOPTED = "adopted", "车有了主人，自动归好"
    GIVEN = "given", "人工归到客户"
    DROPPED = "dropped", "不要了"


# What may be decided about a row that waits, the safe choice first.
CHOICES_OF = {
    Reason.VEHICLE_CONFLICT: (Settlement.KEPT, Settlement.TRANSFERRED, Settlement.FAMILY),
    Reason.VIN_DIFFERS: (Settlement.KEPT, Settlement.VIN),
    Reason.VISIT_AMBIGUOUS: (Settlement.ATTACHED, Settlement.APART),
}


class ItemFilter(models.TextChoices):
    """Which item names the dictionary's page shows."""

    UNKNOWN = "unknown", "未归类"
    SAID = "said", "已归类"
    ALL = "all", "全部"
