"""What is done on a demo visit and what it costs."""

from random import Random
from typing import NamedTuple

from vehicles.enums import ServiceKind
from vehicles.rules import item_of_name, kind_of_item


class Item(NamedTuple):
    """A line of the price list: labour and material from-to in yuan, for a car of price class 1."""

    name: str
    kind: ServiceKind
    item: str
    labour: tuple[int, int]
    material: tuple[int, int]


class Line(NamedTuple):
    """One item done on one visit; money in fen."""

    name: str
    kind: str
    item: str
    labour_fen: int
    material_fen: int
    cost_fen: int | None


def _item(name: str, labour: tuple[int, int], material: tuple[int, int] = (0, 0)) -> Item:
    return Item(name, kind_of_item(name), item_of_name(name), labour, material)


# One job, as the shop's people have spelled it over the years; the last few say nothing to a computer.
OIL_CHANGE = (
    *[_item("小保养（全合成机油、机滤）", (60, 100), (260, 420))] * 11,
    *[_item("小保养（半合成机油、机滤）", (60, 80), (160, 240))] * 8,
    *[_item("小保养", (60, 90), (200, 380))] * 2,
    *[_item("小保", (60, 90), (200, 380))] * 2,
    _item("XBY", (60, 90), (260, 400)),
    _item("A 套餐", (60, 90), (300, 420)),
)
WITH_OIL_CHANGE = (
    _item("更换空气滤芯", (10, 20), (45, 95)),
    _item("更换空调滤芯", (10, 20), (60, 130)),
    _item("更换刹车油", (80, 120), (90, 140)),
    _item("更换火花塞（四支）", (80, 120), (180, 420)),
    _item("更换防冻液", (80, 100), (120, 180)),
    _item("自动变速箱油循环更换", (160, 240), (560, 980)),
    _item("更换雨刮片（一对）", (0, 0), (70, 150)),
    _item("节气门清洗", (80, 160), (30, 50)),
    _item("机头养护", (120, 180), (60, 120)),
)
WASHES = (*[_item("标准洗车", (30, 40))] * 4, _item("精致洗车", (98, 168)), _item("洗车券抵扣", (0, 0)))
DETAILING = (
    _item("全车打蜡", (160, 280), (40, 60)),
    _item("内饰深度清洁", (280, 420), (40, 80)),
    _item("空调蒸发箱清洗除味", (160, 220), (60, 90)),
    _item("漆面镀晶", (680, 1280), (480, 980)),
)
REPAIRS = (
    _item("更换前刹车片", (100, 140), (280, 460)),
    _item("前减震器更换（一对）", (320, 420), (880, 1480)),
    _item("下摆臂球头更换", (220, 300), (260, 420)),
    _item("发电机皮带更换", (120, 160), (140, 220)),
    _item("水泵更换", (320, 420), (360, 560)),
    _item("点火线圈更换", (80, 120), (220, 380)),
    _item("三件套（老曾做）", (200, 320), (260, 420)),
)
AIRCON = (
    _item("空调检漏加制冷剂", (160, 220), (120, 180)),
    _item("空调压缩机离合器更换", (220, 300), (380, 620)),
)
BATTERY = (_item("更换蓄电池", (30, 50), (420, 680)),)
TYRES = (
    _item("更换轮胎（两条）", (60, 80), (760, 1180)),
    _item("补胎", (30, 50), (10, 20)),
    _item("四轮定位", (120, 180), (0, 0)),
)
BODY = (
    _item("前保险杠喷漆", (420, 560), (60, 80)),
    _item("右前门钣金喷漆", (760, 1100), (120, 180)),
    _item("左前大灯总成更换", (160, 220), (1680, 3200)),
    _item("前翼子板更换喷漆", (880, 1180), (760, 1480)),
)
ELECTRIC_CHECK = (_item("新能源车年度保养检查", (160, 260), (60, 120)),)
_TABLE = {
    "wash": WASHES, "detailing": DETAILING, "tyre": TYRES, "aircon": AIRCON, "battery": BATTERY, "repair": REPAIRS,
}  # fmt: skip
# What is done besides an oil change: nothing, one thing or two, out of ten.
_FEW = (0, 0, 0, 0, 1, 1, 1, 1, 2, 2)
# Prices of today; each year back they were lower by this much.
RISE_A_YEAR = 0.035


def lines_for(rng: Random, visit: str, *, scale: float, is_electric: bool) -> list[Line]:
    """What a visit of kind `visit` comes to; `scale` is what work on this car cost on that day beside price class 1."""
    dice = rng.random
    if visit == "maintenance":
        base, others = (ELECTRIC_CHECK, WITH_OIL_CHANGE[:2]) if is_electric else (OIL_CHANGE, WITH_OIL_CHANGE)
        items = [_one(base, dice), *_some(others, _FEW[int(dice() * 10)], dice)]
    elif visit == "accident":
        items = _some(BODY, 2 + int(dice() * 2), dice)
    else:
        items = [_one(_TABLE[visit], dice)]
        if visit == "repair" and dice() < 0.3:
            items += [other for other in [_one(REPAIRS, dice)] if other is not items[0]]
    return [_line(item, scale, dice) for item in items]


def _one(items: tuple[Item, ...], dice) -> Item:
    return items[int(dice() * len(items))]


def _some(items: tuple[Item, ...], count: int, dice) -> list[Item]:
    """`count` different items in the order of the list, beginning anywhere."""
    first = int(dice() * len(items))
    return [items[(first + n) % len(items)] for n in range(count)]


def _line(item: Item, scale: float, dice) -> Line:
    name, kind, place, labour, material = item
    part = _fen(material, scale, dice()) if material[1] else 0
    return Line(
        name, kind, place, _fen(labour, scale, dice()), part, int(part * (0.5 + dice() * 0.2)) if part else None
    )


def _fen(span: tuple[int, int], scale: float, dice: float) -> int:
    """Whole yuan, as shops charge; washing costs the same for every car."""
    low, high = span
    return round((low + dice * (high - low)) * (scale if high > 60 else 1)) * 100
