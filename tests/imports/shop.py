"""A filled shop to carry out and in again: one of everything a file can hold, and the texts that break others."""

from datetime import date, datetime

from customers.enums import Calendar, Channel, ContactKind, CustomerKind, Direction, HouseholdKind, Mood
from customers.models import Customer, CustomerTag, Household, HouseholdMember, Tag
from staff.enums import Role
from tests.factories import (
    TODAY,
    ContactPointFactory,
    CustomerFactory,
    InteractionFactory,
    OdometerReadingFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    UserFactory,
    VehicleFactory,
    moment,
)
from vehicles.enums import CarRole, MaintenanceItem, OrderSource, OrderStatus, ServiceKind
from vehicles.models import CarPerson, Vehicle, VehiclePlate

# In a name and in notes; the last are whole notes.
NAUGHTY = [
    "=1+1", "==1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "'=1", "''=1", "'王", "007", "440301199001011234",
    'say "hi", 王', "😀", "1.38E+10", "合计", " 两边 ", "-", "2026-11-21", "（括号）",
    "一行\n二行\r\n三行", '=HYPERLINK("http://x","点我")', "=cmd|' /C calc'!A0", "a;b\tc,d",
]  # fmt: skip


def fill(store) -> None:
    """Customers, cars, orders and conversations of `store`, whose advisor is called 陈顾问."""
    advisor = UserFactory(store=store, role=Role.ADVISOR, display_name="陈顾问")
    people = [*_plain(store, advisor), *_naughty(store)]
    cars = _cars(people)
    _without_a_number(store)
    _homes(store, people)
    _orders(store, people, cars, advisor)
    _talks(store, people, advisor)


def _plain(store, advisor):
    lunar = {"birthday_calendar": Calendar.LUNAR, "birth_month": 2, "birth_day": 30}
    solar = {"birthday_calendar": Calendar.SOLAR, "birth_month": 2, "birth_day": 29}
    rich = CustomerFactory(
        store=store, phone="13800138000", name="谭雪豪", salutation="豪哥", advisor=advisor,
        neighbourhood="东湖花园（三期）",
        primary_need="省心", came_through="朋友介绍", emergency_name="太太", emergency_phone="13900139000",
        cars_at_home=2, remark="第一行\n- 第二行", **solar, birth_year=1984,
    )  # fmt: skip
    for n, phone in enumerate(["075526001234", "13700137000"]):
        ContactPointFactory(customer=rich, key=phone, value=phone, is_main=False)
        ContactPointFactory(
            customer=rich, kind=ContactKind.WECHAT, key=f"tan_{n}_id", value=f"Tan_{n}_id", is_main=not n
        )
        address = f"tan{n}@qq.com"
        ContactPointFactory(customer=rich, kind=ContactKind.EMAIL, key=address, value=address, is_main=not n)
    for name, until in (("怕吵", None), ("VIP", date(2027, 1, 31))):
        tag = Tag.objects.create(name=name, key=name.casefold())
        CustomerTag.objects.create(customer=rich, tag=tag, expires_on=until)
    unit = CustomerFactory(store=store, phone="13600136000", name="顺风物流", kind=CustomerKind.UNIT)
    lunars = [
        CustomerFactory(store=store, phone="13500000001", **lunar, birth_year=1980),
        CustomerFactory(store=store, phone="13500000002", **lunar),
        CustomerFactory(store=store, phone="13500000003", **lunar | {"birth_in_leap_month": True, "birth_day": 1}),
        CustomerFactory(store=store, phone="13500000004", **solar),
        CustomerFactory(store=store, phone="13500000005", name=""),
    ]
    return [rich, unit, *lunars]


def _without_a_number(store):
    """Reached on WeChat only, as many a fan of a shop is."""
    fan = CustomerFactory(store=store, phone=False, name="微友", remark="直播间来的")
    ContactPointFactory(customer=fan, kind=ContactKind.WECHAT, key="wei-you_01", value="Wei-You_01")
    car = VehicleFactory(owner=fan, plate="粤D00001")
    ServiceLineFactory(order=ServiceOrderFactory(store=store, number="F1", customer=fan, vehicle=car), position=1)
    InteractionFactory(customer=fan, store=store, at=moment(TODAY, 7), channel=Channel.WECHAT, body="问活动")


def _homes(store, people):
    """A family with children on their mother's number, one of them first on file, and a unit with its driver."""
    rich, unit, driver = people[:3]
    elder, mother, younger = (
        CustomerFactory(store=store, phone=phone, name=name)
        for name, phone in (("谭-小明", False), ("张丽", "13400134000"), ("=谭小红", False))
    )
    family = Household.objects.create(name="谭家（=东湖）：大")
    _live_in(family, rich, mother, relation="太太", is_emergency=True)
    _live_in(family, elder, younger, relation="孩子", reached_through=mother)
    _live_in(Household.objects.create(kind=HouseholdKind.UNIT), unit, driver, relation="司机")
    car = VehicleFactory(owner=elder, plate="粤D00002")
    fan = Customer.objects.get(name="微友")
    roles = [(CarRole.DRIVER, mother), (CarRole.DRIVER, younger), (CarRole.DRIVER, fan), (CarRole.PAYER, rich)]
    for role, person in roles:
        CarPerson.objects.create(vehicle=car, customer=person, role=role, valid_from=TODAY)
    ServiceLineFactory(order=ServiceOrderFactory(store=store, number="H1", customer=elder, vehicle=car), position=1)
    InteractionFactory(customer=elder, store=store, at=moment(TODAY, 7), channel=Channel.CALL, body="妈妈接的")


def _live_in(household, *people, **said):
    for person in people:
        HouseholdMember.objects.create(household=household, customer=person, **said)


def _naughty(store):
    return [
        CustomerFactory(
            store=store, phone=f"1590000{n:04d}", name=text[:60], salutation=text[:30], neighbourhood=text,
            primary_need=text, emergency_name=text[:30], emergency_phone=text[:30], came_through=text[:40], remark=text,
        )
        for n, text in enumerate(NAUGHTY)
    ]  # fmt: skip


def _cars(people):
    rich, unit = people[:2]
    days = {"registered_on": date(2019, 3, 1), "insured_until": TODAY, "commercial_insured_until": date(2027, 2, 28)}
    full = VehicleFactory(
        owner=rich, plate="粤B12345", vin="LSVAF033X00000001", engine_no="00123", brand="大众（进口）", series="朗逸",
        model="2019款 1.5L", energy="汽油", insurer="平安", premium_fen=320_080, inspected_until=TODAY, **days,
    )  # fmt: skip
    OdometerReadingFactory(vehicle=full, km=52_000, read_on=date(2026, 5, 1))
    Vehicle.objects.filter(pk=full.pk).update(odometer_km=52_000, odometer_on=date(2026, 5, 1))
    VehiclePlate.objects.create(
        vehicle=full, plate="粤S99999", valid_from=date(2019, 3, 1), valid_to=date(2019, 12, 31)
    )
    bare = VehicleFactory(owner=unit, plate="", vin="LSVAF033X00000002", brand="", series="", premium_fen=0)
    naughty = [
        VehicleFactory(
            owner=owner, plate=f"粤C{n:05d}", brand=text[:40], series=text[:60], model=text, engine_no=text[:40],
            energy=text[:20], insurer=text[:60],
        )
        for n, (owner, text) in enumerate(zip(people[7:], NAUGHTY, strict=True))
    ]  # fmt: skip
    return [full, bare, *naughty]


def _orders(store, people, cars, advisor):
    rich, unit = people[:2]
    money = {"discount_fen": 1_000, "insurer_fen": 20_000, "warranty_fen": 5, "paid_fen": 58_010}
    washed = ServiceOrderFactory(
        store=store, number="WO0001", customer=rich, vehicle=cars[0], advisor=advisor, brought_by="司机小李", km=51_000,
        complaint="异响（左前）", pay_method="微信", next_on=date(2027, 1, 1), next_km=60_000, remark="老客", **money,
        opened_at=datetime(2026, 11, 20, 9, 0, 5, 123456, moment(TODAY).tzinfo), opened_on=date(2026, 11, 20),
        closed_on=TODAY, closed_at=moment(TODAY, 17), promised_at=moment(TODAY, 16), labour_fen=6_000, material_fen=100,
    )  # fmt: skip
    OdometerReadingFactory(vehicle=cars[0], km=51_000, read_on=TODAY, source="order")
    for place, fen in enumerate([3_000, 3_000, None], 1):
        ServiceLineFactory(order=washed, position=place, name="洗车（精洗）", kind=ServiceKind.DETAILING,
            labour_fen=fen, material_fen=None if fen else 100, cost_fen=fen and 0, technician="阿强",
            item=MaintenanceItem.TYRES,
        )  # fmt: skip
    in_shop = ServiceOrderFactory(
        store=store, source=OrderSource.DESK, number="202611010001", desk_number="202611010001", customer=unit,
        vehicle=cars[1], status=OrderStatus.OPEN, paid_fen=None, opened_on=date(2026, 11, 1), advisor_name="走了的人",
    )  # fmt: skip
    ServiceLineFactory(order=in_shop, position=1, name="更换（前）刹车片", labour_fen=None)
    ServiceOrderFactory(
        store=store, number="WO0002", customer=unit, vehicle=None, status=OrderStatus.CANCELLED, paid_fen=0
    )
    ServiceOrderFactory(store=store, number="wo-小写", customer=rich, vehicle=cars[0], closed_at=None, km=12)
    for n, (text, customer, car) in enumerate(zip(NAUGHTY, people[7:], cars[2:], strict=True)):
        order = ServiceOrderFactory(
            store=store, number=f"N{n}", customer=customer, vehicle=car, complaint=text, remark=text,
            brought_by=text[:60], pay_method=text[:20], advisor_name=text[:30],
        )  # fmt: skip
        ServiceLineFactory(order=order, position=1, name=text, technician=text[:30])


def _talks(store, people, advisor):
    first = {"customer": people[0], "store": store, "at": moment(TODAY, 9, 30)}
    InteractionFactory(**first, by=advisor, channel=Channel.WECHAT, direction=Direction.IN, mood=Mood.UNHAPPY,
        subject="投诉", body="等太久", settled_at=moment(TODAY, 11), settled_by=advisor,
    )  # fmt: skip
    InteractionFactory(**first, channel=Channel.CALL, body="没有人记名")
    InteractionFactory(**first, channel=Channel.CALL, body="聊了保险\n（记录人：老周）")
    for text in NAUGHTY:
        InteractionFactory(customer=people[1], store=store, at=moment(TODAY, 8), subject=text[:60], body=text)
