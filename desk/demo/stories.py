"""The people the product is explained with: 老张, whose advisor left, and 周敏, who has time on weekends only."""

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from customers.enums import Calendar, Channel, ConsentHow, Direction, Mood, Purpose
from customers.models import (
    Consent,
    ContactPoint,
    Customer,
    CustomerStore,
    Interaction,
    Introduction,
    Promise,
)
from customers.services import CONSENT_TEXT_VERSION
from vehicles.enums import OrderSource, OrderStatus
from vehicles.models import Ownership, ServiceLine, ServiceOrder, Vehicle, VehiclePlate, VehicleWarning
from vehicles.rules import kind_of_item

from .company import Company
from .numbers import phone_of, plate_of, vin_of
from .rows import Rows

SHANGHAI = ZoneInfo("Asia/Shanghai")

NUMBER = 7_000_000  # beyond every invented customer and car
# (days ago, line, labour, material, complaint): six years of a Crosstour, about ¥150,000 with the accident.
BIG_JOBS = [
    (2150, "漆面镀晶", 1980, 1900, "新车，做一次好的"),
    (1890, "更换轮胎（四条）", 240, 5360, "跑高速有点飘"),
    (1620, "前后刹车片及刹车盘更换", 980, 3700, "下坡刹车发软"),
    (1310, "追尾事故：后围钣金、后保险杠更换喷漆", 12800, 22000, "被追尾，保险已经定损"),
    (1105, "空调压缩机总成更换", 980, 5420, "空调不够冷"),
    (860, "底盘悬挂大修：减震器、下摆臂、胶套", 3600, 9200, "过减速带咯噔响"),
    (640, "更换轮胎（四条）", 240, 5360, "花纹磨平了"),
    (455, "自动变速箱大修", 6200, 12400, "二挡换三挡顿一下"),
    (300, "前后刹车片及刹车盘更换", 980, 3700, "刹车吱吱响"),
    (168, "漆面镀晶", 1980, 1900, ""),
]
SERVICES = [
    ("小保养（全合成机油、机滤）", 120, 680),
    ("更换空调滤芯", 20, 160),
    ("更换刹车油", 120, 180),
    ("节气门清洗", 180, 60),
    ("更换火花塞（六支）", 260, 860),
    ("自动变速箱油循环更换", 240, 1180),
    ("更换防冻液", 120, 280),
    ("更换雨刮片（一对）", 0, 180),
]


def tell(*, company: Company, today: date, rows: Rows) -> None:
    """Add both stories to `rows`."""
    zhang = _zhang(company, today, rows)
    _zhou(zhang, company, today, rows)


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI)


def _person(place: int, company: Company, since: date, rows: Rows, **facts) -> Customer:
    customer = Customer(created_at=_at(since, 9), **facts)
    customer.rename(facts["name"])
    rows.add(customer)
    rows.add(CustomerStore(customer=customer, store=company.stores[0], since=customer.created_at))
    phone = phone_of(NUMBER + place)
    rows.add(ContactPoint(customer=customer, value=phone, key=phone, added_at=customer.created_at))
    return customer


def _car(place: int, owner: Customer, since: date, rows: Rows, *, wmi: str, **facts) -> Vehicle:
    plate = plate_of(NUMBER + place, energy=facts["energy"])
    vin = vin_of(NUMBER + place, wmi=wmi, year=since.year)
    vehicle = rows.add(Vehicle(plate=plate, vin=vin, registered_on=since, created_at=_at(since, 9), **facts))
    rows.add(VehiclePlate(vehicle=vehicle, plate=plate, valid_from=since))
    rows.add(Ownership(vehicle=vehicle, customer=owner, valid_from=since))
    return vehicle


def _zhang(company: Company, today: date, rows: Rows) -> Customer:
    since = today - timedelta(days=2240)
    coming = today + timedelta(days=12)
    zhang = _person(
        1, company, since, rows, name="张志远", salutation="老张", neighbourhood="江北云庭", came_through="住在附近",
        primary_need="省时间：到店先派车送他去办公室", advisor=company.people["xiaohe"],
        birthday_calendar=Calendar.SOLAR, birth_year=1974, birth_month=coming.month, birth_day=min(coming.day, 28),
        consent_asked_at=_at(today - timedelta(days=400), 10),
    )  # fmt: skip
    car = _car(
        1, zhang, since, rows, wmi="LHG", brand="本田", series="歌诗图", model="歌诗图 3.0 旗舰版", energy="汽油",
        insurer="平安产险", insured_until=today + timedelta(days=30), premium_fen=486_000,
        inspected_until=today + timedelta(days=75),
    )  # fmt: skip
    rows.add(
        Consent(
            customer=zhang, purpose=Purpose.MARKETING, how=ConsentHow.DESK, text_version=CONSENT_TEXT_VERSION,
            given_at=_at(today - timedelta(days=400), 10), recorded_by=company.people["xiaohe"],
        )
    )  # fmt: skip
    _six_years(zhang, car, company, today, rows)
    _what_was_said(zhang, company, today, rows)
    rows.add(
        VehicleWarning(
            vehicle=car, body="右前减震器渗油，上次建议更换，客户说下次", raised_at=_at(today - timedelta(days=41), 16),
            raised_by=company.people["xiaoxie"],
        )
    )  # fmt: skip
    return zhang


def _six_years(zhang: Customer, car: Vehicle, company: Company, today: date, rows: Rows) -> None:
    rng = Random("zhang")
    visits = [(ago, [(name, labour, material)], said) for ago, name, labour, material, said in BIG_JOBS]
    visits += [(ago, [SERVICES[0], *rng.sample(SERVICES[1:], 2)], "到里程了，做个保养") for ago in range(2240, 40, -88)]
    for ago, items, said in sorted(visits, reverse=True):
        day = today - timedelta(days=ago)
        advisor = company.people["xiaohe" if ago > 130 else "xiaoxie"]
        order = rows.add(
            ServiceOrder(
                store=company.stores[0], source=OrderSource.IMPORT, number=f"G{day:%y%m%d}{NUMBER + 1}", vehicle=car,
                customer=zhang, advisor=advisor, status=OrderStatus.CLOSED, opened_at=_at(day, 8, 40), opened_on=day,
                closed_at=_at(day, 16, 30), closed_on=day, km=900 + (2240 - ago) * 41, complaint=said,
                created_at=_at(day, 8, 40), brought_by="李慧（爱人）" if ago % 7 == 0 else "",
            )
        )  # fmt: skip
        _charge(order, items, rows)
        rows.readings.append((car, day, order.km))


def _charge(order: ServiceOrder, items: list[tuple[str, int, int]], rows: Rows) -> None:
    for place, (name, labour, material) in enumerate(items, start=1):
        rows.add(
            ServiceLine(
                order=order, position=place, name=name, kind=kind_of_item(name), technician="师傅老钟",
                labour_fen=labour * 100, material_fen=material * 100, cost_fen=material * 62,
            )
        )  # fmt: skip
    order.labour_fen = sum(labour for _, labour, _ in items) * 100
    order.material_fen = sum(material for _, _, material in items) * 100
    order.paid_fen = order.labour_fen + order.material_fen
    order.pay_method = "微信"
    if "事故" in items[0][0]:
        order.insurer_fen, order.pay_method = order.paid_fen - 200_000, "保险直赔"
    if items[0] == SERVICES[0]:
        order.next_on, order.next_km = order.closed_on + timedelta(days=90), order.km + 5_000


def _what_was_said(zhang: Customer, company: Company, today: date, rows: Rows) -> None:
    he, xie, store = company.people["xiaohe"], company.people["xiaoxie"], company.stores[0]
    said = [
        (
            702,
            he,
            Channel.VISIT,
            Mood.GOOD,
            "急着开会。车一到先派车送他去江北写字楼，十分钟到，下午四点半再把车开过去。",
        ),
        (382, he, Channel.CALL, Mood.GOOD, "说我们省了他半天时间，别的店做不到。以后到店都照这样安排。"),
        (
            41,
            xie,
            Channel.VISIT,
            Mood.UNHAPPY,
            "等了四十分钟没人派车，催了三次；账单里的工时看不明白，说以前小何不是这样。",
        ),
    ]
    for ago, by, channel, mood, body in said:
        rows.add(
            Interaction(
                customer=zhang, store=store, at=_at(today - timedelta(days=ago), 11), by=by, channel=channel, mood=mood,
                direction=Direction.IN if channel == Channel.VISIT else Direction.OUT, subject="送他去办公室",
                body=body,
            )
        )  # fmt: skip
    rows.add(
        Promise(
            customer=zhang, store=store, body="店长回电话，把上次账单的工时讲清楚", made_by=xie,
            made_at=_at(today - timedelta(days=41), 17), due_at=_at(today - timedelta(days=38), 18),
        )
    )  # fmt: skip


def _zhou(zhang: Customer, company: Company, today: date, rows: Rows) -> None:
    since = today - timedelta(days=410)
    zhou = _person(
        2, company, since, rows, name="周敏", salutation="周小姐", neighbourhood="金山湖花园",
        came_through="老客户介绍", primary_need="周末才有空；车里要干净无异味", advisor=company.people["xiaolin"],
    )  # fmt: skip
    rows.add(Introduction(introducer=zhang, introduced=zhou, how_known="本人到店时说的"))
    car = _car(
        2, zhou, since, rows, wmi="LVH", brand="本田", series="CR-V", energy="汽油", insurer="人保财险",
        insured_until=today + timedelta(days=59), premium_fen=352_000,
    )  # fmt: skip
    jobs = (("小保养（全合成机油、机滤）", 80, 380), ("内饰深度清洁", 320, 60), ("更换空调滤芯", 20, 120))
    for place, ago in enumerate((405, 246, 92)):
        day = today - timedelta(days=ago)
        order = rows.add(
            ServiceOrder(
                store=company.stores[0], source=OrderSource.IMPORT, number=f"G{day:%y%m%d}{NUMBER + 2}", vehicle=car,
                customer=zhou, advisor=company.people["xiaolin"], status=OrderStatus.CLOSED, opened_at=_at(day, 9, 30),
                opened_on=day, closed_at=_at(day, 12), closed_on=day, km=1_200 + place * 5_600,
                complaint="里面有味道，想清洁一下", created_at=_at(day, 9, 30),
            )
        )  # fmt: skip
        _charge(order, list(jobs[: 2 + place % 2]), rows)
        order.next_on, order.next_km = day + timedelta(days=183), order.km + 7_500
        rows.readings.append((car, day, order.km))
