from django.db import models


class ServiceKind(models.TextChoices):
    MAINTENANCE = "maintenance", "保养"
    REPAIR = "repair", "维修"
    WASH = "wash", "洗车"
    DETAILING = "detailing", "美容"
    TYRE = "tyre", "轮胎"
    BODY = "body", "钣喷"
    VOUCHER = "voucher", "卡券"
    INSURANCE = "insurance", "保险"
    INSPECTION = "inspection", "年检"
    OTHER = "other", "其他"


class Job(models.TextChoices):
    """A job of the menu, for what comes after it: when it is looked at again, and what is promised of it."""

    WASH = "wash", "洗车"
    DETAILING = "detailing", "美容"
    FILM = "film", "贴膜改色"
    COATING = "coating", "镀晶镀膜"
    TYRE = "tyre", "轮胎"
    MAINTENANCE = "maintenance", "保养"
    REPAIR = "repair", "维修"
    BODY = "body", "钣喷"


# What an owner is called about months later, and what the planner may already have asked after until then.
FIRST_STEP_DAYS, LAST_STEP_DAYS = 45, 400


class PhotoStage(models.TextChoices):
    """When a photo of a visit was taken."""

    BEFORE = "before", "施工前"
    AFTER = "after", "施工后"


class OrderStatus(models.TextChoices):
    OPEN = "open", "在厂"
    CLOSED = "closed", "已结"
    CANCELLED = "cancelled", "已作废"


class OrderSource(models.TextChoices):
    DESK = "desk", "前台"
    IMPORT = "import", "导入"


class AppointmentState(models.TextChoices):
    """What became of an appointment."""

    EXPECTED = "expected", "等他来"
    ARRIVED = "arrived", "来了"
    NO_SHOW = "no_show", "没来"
    CANCELLED = "cancelled", "取消"


class DayPart(models.TextChoices):
    """Half of the shop's day; the values sort as the day runs."""

    MORNING = "am", "上午"
    AFTERNOON = "pm", "下午"


class ReadingSource(models.TextChoices):
    DESK = "desk", "前台"
    IMPORT = "import", "导入"
    ORDER = "order", "工单"


class MaintenanceItem(models.TextChoices):
    """What is renewed or checked at intervals; the due engine counts from the last line of an item."""

    ENGINE_OIL = "engine_oil", "机油机滤"
    AIR_FILTER = "air_filter", "空气滤清器"
    CABIN_FILTER = "cabin_filter", "空调滤清器"
    FUEL_FILTER = "fuel_filter", "燃油滤清器"
    BRAKE_FLUID = "brake_fluid", "刹车油"
    COOLANT = "coolant", "冷却液"
    GEARBOX_OIL = "gearbox_oil", "变速箱油"
    STEERING_OIL = "steering_oil", "转向助力油"
    SPARK_PLUGS = "spark_plugs", "火花塞"
    BELTS = "belts", "皮带"
    BRAKE_PADS = "brake_pads", "刹车片"
    TYRES = "tyres", "轮胎"
    BATTERY = "battery", "蓄电池"
    WIPERS = "wipers", "雨刮"
    AIR_CONDITIONING = "air_conditioning", "空调制冷"
    THROTTLE = "throttle", "节气门积碳"
    CHASSIS = "chassis", "底盘球头胶套"
    ALIGNMENT = "alignment", "四轮定位"
    EV_CHECK = "ev_check", "三电检查"


class CarRole(models.TextChoices):
    """What somebody besides the owner is to a car. The owner is an Ownership."""

    DRIVER = "driver", "驾驶"
    PAYER = "payer", "付款"
    DECIDER = "decider", "拿主意"


class Paper(models.TextChoices):
    """What a car must have renewed on a date: due like an item of maintenance, and nothing is screwed on."""

    INSPECTION = "inspection", "年检"
    INSURANCE = "insurance", "保险"


# What can be due on a car.
DUE_ITEMS = [*MaintenanceItem.choices, *Paper.choices]


class Basis(models.TextChoices):
    """What a due date is counted from."""

    HERE = "here", "上次在本店做"
    WRITTEN = "written", "上次的单上写了下次"
    ELSEWHERE = "elsewhere", "上次在别处做"
    NEW = "new", "从上牌日算起"
    TYPED = "typed", "登记的日期"
    BY_RULE = "by_rule", "按上牌日推算"


class Energy(models.TextChoices):
    """What a car runs on, as far as its maintenance is concerned."""

    FUEL = "fuel", "燃油车"
    HYBRID = "hybrid", "混动、增程"
    ELECTRIC = "electric", "纯电"


class Elsewhere(models.TextChoices):
    """Where work was done that we did not do (2-7)."""

    DEALER = "dealer", "4S 店"
    TUHU = "tuhu", "途虎"
    JD = "jd", "京东养车"
    ROADSIDE = "roadside", "路边店"
    SELF = "self", "自己做的"
    OTHER = "other", "别的店"
    UNSAID = "unsaid", "没说在哪"


class Advice(models.TextChoices):
    """What we say of a job in a quote (2-33)."""

    MUST = "a", "必须"
    WATCH = "b", "观察"
    SKIP = "c", "不必换"


class QuoteState(models.TextChoices):
    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"
    WITHDRAWN = "withdrawn", "已作废"


class Decision(models.TextChoices):
    """What the customer says of a line."""

    YES = "yes", "做"
    NO = "no", "不做"
    LATER = "later", "再说"


class DecidedHow(models.TextChoices):
    DESK = "desk", "当面"
    CALL = "call", "电话"
    WECHAT = "wechat", "微信"
    PHONE = "phone", "本人手机上"


class TaughtHow(models.TextChoices):
    """How a customer came to hear what a knowledge card says."""

    TOLD = "told", "当面讲"
    PHONE = "phone", "手机上看"


class OpportunityKind(models.TextChoices):
    """Why a car is worth a word (1-11); the order is that in which a job that was done is put down to one."""

    B_RECHECK = "b_recheck", "说好再看的"
    DECLINED = "declined", "上次没做的"
    MAINTENANCE = "maintenance", "保养到期"
    INSURANCE = "insurance", "保险到期"
    INSPECTION = "inspection", "年检到期"
    WARRANTY = "warranty", "质保快到期"
    DEFECTION = "defection", "新车没回来"
    ELSEWHERE = "elsewhere", "在别处做了"
    REPLACEMENT = "replacement", "该换车了"


class OpportunityState(models.TextChoices):
    OPEN = "open", "待跟进"
    INVITED = "invited", "说过了"
    BOOKED = "booked", "约好了"
    DONE = "done", "做成了"
    DECLINED = "no", "客户不做"
    LOST = "lost", "去了别处"
    LAPSED = "lapsed", "过了时候"


# Something may still come of these.
STANDING = (OpportunityState.OPEN, OpportunityState.INVITED, OpportunityState.BOOKED)


class LineFate(models.TextChoices):
    """What became of a line of a quote."""

    AT_ONCE = "at_once", "当次就做了"
    MUST = "must", "后来成了必须"
    HERE = "here", "后来在本店做了"
    ELSEWHERE = "elsewhere", "后来在别处做了"
