"""What kind of service an item is, judged by the words in its name as shops write it."""

import re
import unicodedata
from functools import lru_cache

from ..enums import MaintenanceItem, ServiceKind

# Read from the top: the first line with a word that occurs names the kind. The order decides the doubtful cases, e.g.
# 洗车券 is a voucher (nothing was washed), 保险杠喷漆 is body work, 清洗节气门 is maintenance and no wash.
WORDS: list[tuple[ServiceKind, str]] = [
    (ServiceKind.VOUCHER, r"券|劵|洗车卡|代金|套卡|次卡|会员卡|储值卡|充值|办卡|年卡|季卡|月卡|抵用|礼包"),
    (
        ServiceKind.BODY,
        r"钣金|板金|喷漆|油漆|补漆|烤漆|保险杠|钣喷|整形|凹陷|无痕修复|划痕|叶子板|车门更换|大灯翻新|杠皮",
    ),
    (ServiceKind.INSURANCE, r"保险(?!丝|盒|片)|交强|商业险|车损险|三者险|续保|投保"),
    (ServiceKind.INSPECTION, r"年检|年审|审车|验车|车检|检车|检测线|六年免检|免检"),
    (ServiceKind.TYRE, r"轮胎|补胎|换胎|胎压|四轮定位|四轮|动平衡|平衡块|轮毂|气门嘴|前轮|后轮|备胎"),
    (
        ServiceKind.MAINTENANCE,
        r"保养|机油|机滤|三滤|四滤|滤清|滤芯|机格|空气格|空调格|空滤|汽滤|冷气格|火花塞|防冻|"
        r"冷却液|刹车油|制动液|变速箱油|变速器油|"
        r"波箱油|齿轮油|差速器油|转向助力油|助力油|玻璃水|雨刮|雨刷|节气门|积碳|喷油嘴清洗|"
        r"燃油宝|添加剂|清洗剂|油路清洗|油路|"
        r"电瓶|蓄电池|正时|皮带|首保|二保|一保|换油|油水|润滑",
    ),
    (
        ServiceKind.DETAILING,
        r"打蜡|上蜡|封釉|镀晶|镀膜|镀金|贴膜|太阳膜|隐形车衣|车衣|改色|内饰清洗|内饰|真皮|桑拿|"
        r"抛光|美容|护理|室内|干洗|发动机表面|脚毯|镀蜡|镀铬|除甲醛|除味|臭氧|消毒|杀菌|除螨|"
        r"底盘装甲|底盘防锈|封塑|水晶|去污|除胶|发动机外表清洗|发动机清洗|水渍|漆面|脚垫|座套",
    ),
    (
        ServiceKind.WASH,
        r"洗车|精洗|精致洗|精细洗|普洗|快洗|水洗|冲洗|清洗车|车身清洗|外洗|洗外|外观清洗|标洗|标准洗|手洗|电脑洗|洁车|洗$|^洗",
    ),
    (
        ServiceKind.REPAIR,
        r"维修|修理|更换|拆装|检修|大修|小修|刹车|制动|离合|悬挂|减震|减振|避震|球头|摆臂|"
        r"轴承|半轴|水泵|水箱|发电机|起动机|启动机|马达|"
        r"发动机|变速箱|波箱|传感器|空调|压缩机|雪种|制冷剂|冷媒|加氟|线路|电路|灯泡|大灯|"
        r"尾灯|排气|三元|漏油|漏水|异响|故障|检测|诊断|解码|"
        r"方向机|转向|助力泵|油封|密封|垫片|胶套|胶垫|支架|总成|修|换|加装|安装|工时|救援|拖车|搭电",
    ),
]
_TABLE = [(kind, re.compile(words)) for kind, words in WORDS]


@lru_cache(maxsize=4_096)
def kind_of_item(name: str) -> ServiceKind:
    """The service kind an item's name speaks of; OTHER where no known word occurs.

    ``500元劵`` → voucher, ``普通洗车`` → wash, ``精洗`` → wash, ``小保养`` → maintenance, ``更换刹车片`` → repair.
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name[:200]))
    return next((kind for kind, words in _TABLE if words.search(text)), ServiceKind.OTHER)


# Read from the top, as above: 方向机油 is steering oil and no engine oil, 机油泵 is no oil change at all.
ITEM_WORDS: list[tuple[MaintenanceItem, str]] = [
    (MaintenanceItem.EV_CHECK, r"三电|动力电池|高压电|(?:新能源|电动)车?.*(?:检查|检测|保养)"),
    (MaintenanceItem.GEARBOX_OIL, r"(?:变速箱|变速器|波箱|自动波|手动波|双离合|无级变速)(?:机?油|.*循环)|ATF|CVT油"),
    (MaintenanceItem.STEERING_OIL, r"助力油|转向油|方向机油"),
    (MaintenanceItem.BRAKE_FLUID, r"刹车油|制动液|制动油"),
    (MaintenanceItem.COOLANT, r"防冻|冷却液|水箱液|冷冻液"),
    (MaintenanceItem.CABIN_FILTER, r"空调(?:滤|格|.?滤清)|冷气格|花粉滤"),
    (MaintenanceItem.AIR_FILTER, r"空气(?:滤|格)|空滤|进气滤"),
    (MaintenanceItem.FUEL_FILTER, r"(?:汽油|燃油|柴油)(?:滤|格)|汽滤|柴滤"),
    (MaintenanceItem.SPARK_PLUGS, r"火花塞|火嘴"),
    (MaintenanceItem.BELTS, r"皮带(?!轮)|正时链|正时带"),
    (MaintenanceItem.BRAKE_PADS, r"刹车(?:片|皮|蹄)|制动片|来令"),
    (MaintenanceItem.BATTERY, r"电瓶(?!线|桩|座)|蓄电池"),
    (MaintenanceItem.WIPERS, r"(?:雨刮|雨刷)(?!电机|马达|器总成|连杆|开关)"),
    (MaintenanceItem.AIR_CONDITIONING, r"雪种|冷媒|制冷剂|加氟"),
    (MaintenanceItem.THROTTLE, r"节气门|积碳|积炭"),
    (MaintenanceItem.CHASSIS, r"球头|胶套|底盘(?:检查|紧固|衬套)"),
    (MaintenanceItem.ALIGNMENT, r"四轮定位|车轮定位|做定位"),
    (
        MaintenanceItem.TYRES,
        r"(?:更换|换).{0,4}(?:轮胎|外胎)|(?:轮胎|外胎)更换|换胎|^(?:前|后|新)?轮胎(?!修|充|保|平|压|翻)",
    ),
    (
        MaintenanceItem.ENGINE_OIL,
        r"机油(?!泵|感|压|尺|标|冷|散|盖|底|壳|灯|管|漏)|机滤|机格|[小大首二]保|保养|换油|三滤|四滤|全合成|半合成",
    ),
]
_ITEM_TABLE = [(item, re.compile(words)) for item, words in ITEM_WORDS]
# 保养 of what is no engine: the word alone speaks of an oil change.
_NO_ENGINE = re.compile(r"漆|内饰|真皮|皮革|座椅|空调保养|刹车保养|轮毂|镀膜|年度保养检查")


@lru_cache(maxsize=4_096)
def item_of_name(name: str) -> str:
    """The maintenance item an item's name speaks of, "" where no known word occurs.

    ``小保养（全合成机油、机滤）`` → engine_oil, ``更换空调滤芯`` → cabin_filter, ``补胎`` → "".
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name[:200]))
    found = next((item for item, words in _ITEM_TABLE if words.search(text)), "")
    return "" if found == MaintenanceItem.ENGINE_OIL and _NO_ENGINE.search(text) else str(found)
