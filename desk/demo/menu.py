"""What is done on a demo visit and what it costs."""

from random import Random
from typing import NamedTuple

from vehicles.models import ServiceLine
from vehicles.rules import kind_of_item


class Item(NamedTuple):
    """A line of the price list: labour and material from-to in yuan, for a car of price class 1."""

    name: str
    labour: tuple[int, int]
    material: tuple[int, int] = (0, 0)


OIL_CHANGE = (
    Item("小保养（全合成机油、机滤）", (60, 100), (260, 420)),
    Item("小保养（半合成机油、机滤）", (60, 80), (160, 240)),
)
WITH_OIL_CHANGE = (
    Item("更换空气滤芯", (10, 20), (45, 95)),
    Item("更换空调滤芯", (10, 20), (60, 130)),
    Item("更换刹车油", (80, 120), (90, 140)),
    Item("更换火花塞（四支）", (80, 120), (180, 420)),
    Item("更换防冻液", (80, 100), (120, 180)),
    Item("自动变速箱油循环更换", (160, 240), (560, 980)),
    Item("更换雨刮片（一对）", (0, 0), (70, 150)),
    Item("节气门清洗", (80, 160), (30, 50)),
)
WASHES = (Item("标准洗车", (30, 40)), Item("标准洗车", (30, 40)), Item("精致洗车", (98, 168)))
DETAILING = (
    Item("全车打蜡", (160, 280), (40, 60)),
    Item("内饰深度清洁", (280, 420), (40, 80)),
    Item("空调蒸发箱清洗除味", (160, 220), (60, 90)),
    Item("漆面镀晶", (680, 1280), (480, 980)),
)
REPAIRS = (
    Item("更换前刹车片", (100, 140), (280, 460)),
    Item("更换蓄电池", (30, 50), (420, 680)),
    Item("前减震器更换（一对）", (320, 420), (880, 1480)),
    Item("下摆臂球头更换", (220, 300), (260, 420)),
    Item("空调检漏加制冷剂", (160, 220), (120, 180)),
    Item("发电机皮带更换", (120, 160), (140, 220)),
    Item("水泵更换", (320, 420), (360, 560)),
    Item("点火线圈更换", (80, 120), (220, 380)),
)
TYRES = (
    Item("更换轮胎（两条）", (60, 80), (760, 1180)),
    Item("补胎", (30, 50), (10, 20)),
    Item("四轮定位", (120, 180)),
)
BODY = (
    Item("前保险杠喷漆", (420, 560), (60, 80)),
    Item("右前门钣金喷漆", (760, 1100), (120, 180)),
    Item("左前大灯总成更换", (160, 220), (1680, 3200)),
    Item("前翼子板更换喷漆", (880, 1180), (760, 1480)),
)
ELECTRIC_CHECK = (Item("新能源车年度保养检查", (160, 260), (60, 120)),)


def lines_for(rng: Random, visit: str, *, price: float, energy: str) -> list[ServiceLine]:
    """The unsaved lines of a visit of kind `visit`, priced for the car."""
    return [_line(rng, item, place, price) for place, item in enumerate(_items(rng, visit, energy), start=1)]


def _items(rng: Random, visit: str, energy: str) -> list[Item]:
    if visit == "maintenance":
        base = ELECTRIC_CHECK if energy == "纯电" else OIL_CHANGE
        return [rng.choice(base), *rng.sample(WITH_OIL_CHANGE[:2] if energy == "纯电" else WITH_OIL_CHANGE, _few(rng))]
    if visit == "accident":
        return rng.sample(BODY, rng.randint(2, 3))
    if visit == "repair":
        return rng.sample(REPAIRS, rng.choice((1, 1, 2)))
    table = {"wash": WASHES, "detailing": DETAILING, "tyre": TYRES}[visit]
    return [rng.choice(table)]


def _few(rng: Random) -> int:
    return rng.choices((0, 1, 2), weights=(4, 4, 2))[0]


def _line(rng: Random, item: Item, place: int, price: float) -> ServiceLine:
    labour, material = (_fen(rng, span, price) for span in (item.labour, item.material))
    cost = round(material * rng.uniform(0.5, 0.7)) if material else None
    return ServiceLine(
        position=place,
        name=item.name,
        kind=kind_of_item(item.name),
        labour_fen=labour,
        material_fen=material,
        cost_fen=cost,
    )


def _fen(rng: Random, span: tuple[int, int], price: float) -> int:
    """Whole yuan, as shops charge; washing costs the same for every car."""
    low, high = span
    scale = price if high > 60 else 1
    return round(rng.uniform(low, high) * scale) * 100
