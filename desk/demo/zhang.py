"""老张, whom the product is explained with: six years with one car, and the one advisor who knew him has left."""

from datetime import date, timedelta
from random import Random

from customers.enums import (
    Calendar,
    Channel,
    ConsentHow,
    Direction,
    FactSource,
    HouseholdKind,
    Learnt,
    Mood,
    ProfileItem,
    Purpose,
)
from customers.models import (
    Consent,
    Customer,
    CustomerTag,
    Household,
    HouseholdMember,
    Interaction,
    ProfileFact,
    Promise,
    Tag,
    WechatGroup,
)
from customers.services import CONSENT_TEXT_VERSION
from vehicles.enums import CarRole
from vehicles.models import CarPerson, Vehicle, VehicleWarning

from .company import LEFT_AGO, Company
from .numbers import STORY_PHONES, phone_of
from .rows import Rows
from .stories import OIL_CHANGE, at, car, charge, person, visit

SINCE = 2241  # days
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
    (168, "漆面镀晶", 1980, 1900, "来洗车，说漆面该做了"),
]
OWN_SHARE = 2_000  # yuan of the accident that the insurer did not pay
SERVICES = [
    (OIL_CHANGE, 120, 680), ("更换空调滤芯", 20, 160), ("更换刹车油", 120, 180), ("节气门清洗", 180, 60),
    ("更换火花塞（六支）", 260, 860), ("自动变速箱油循环更换", 240, 1180), ("更换防冻液", 120, 280),
    ("更换雨刮片（一对）", 0, 180),
]  # fmt: skip
# (days ago, who, how, mood, about, words); the last two visits went wrong and nobody has put it right.
SAID = [
    (1620, "xiaohe", Channel.VISIT, Mood.CALM, "送他去办公室", "九点半有会。派小曾开车送他，下午把车开过去。"),
    (1308, "xiaohe", Channel.CALL, Mood.CALM, "事故", "保险公司定损 34,800，自付 2,000。全程帮他跑，没让他来第二趟。"),
    (702, "xiaohe", Channel.VISIT, Mood.GOOD, "送他去办公室", "急着开会。车一到先派车送他，十分钟到，下午把车开过去。"),
    (454, "xiaohe", Channel.CALL, Mood.GOOD, "变速箱", "报价前先讲清楚修和换的差别，他选了大修，说听得明白就不嫌贵。"),
    (382, "xiaohe", Channel.CALL, Mood.GOOD, "回访", "说我们省了他半天时间，别的店做不到。以后到店都照这样安排。"),
    (167, "xiaoxie", Channel.WECHAT, Mood.CALM, "账单", "李姐微信问：镀晶是谁要做的？老张说没想做。"),
    (129, "xiaoxie", Channel.VISIT, Mood.UNHAPPY, "没人送他", "问谁送他去公司，没人知道这回事，自己打车走的。"),
    (41, "xiaoxie", Channel.VISIT, Mood.UNHAPPY, "送他去办公室",
     "等了四十分钟没人派车，催了三次；账单里的工时看不明白，说以前小何不是这样。"),
]  # fmt: skip
# (days ago, by, what, days until due, days until kept or None)
PROMISED = [
    (702, "xiaohe", "下午四点半前把车开到江北写字楼", 0, 0),
    (455, "xiaohe", "变速箱修好先试车，再打电话给他", 3, 2),
    (300, "xiaohe", "旧刹车片留着给他看", 0, 0),
    (129, "xiaoxie", "下次到店一定安排车送", 88, None),
    (41, "xiaoxie", "店长回电话，把上次账单的工时讲清楚", 3, None),
]
# (kind, value, days ago, by)
LEARNT = [
    (Learnt.TRANSPORT, "到店先派车送他去江北写字楼，十分钟；修好把车开过去", 1620, "xiaohe"),
    (Learnt.WANTS, "时间最要紧；报价先讲清楚再动手，贵不怕", 1310, "xiaohe"),
    (Learnt.HABIT, "八点半到，九点半有会，不坐休息区", 1310, "xiaohe"),
    (Learnt.TABOO, "不要当场推美容项目，想做他自己会说", 640, "xiaohe"),
    (Learnt.CIRCLE, "商会副秘书长，介绍过好几位朋友来", 860, "xiaohe"),
    (Learnt.LIFE, "太太李慧管家里的账，微信找她付钱快", 455, "xiaohe"),
    (Learnt.OTHER, "问过两次同款车置换能抵多少", 41, "xiaoxie"),
]
TOLD = [
    (ProfileItem.NEED, FactSource.CUSTOMER, 1310), (ProfileItem.NEIGHBOURHOOD, FactSource.CUSTOMER, 2200),
    (ProfileItem.INSURED_UNTIL, FactSource.DOCUMENT, 330), (ProfileItem.INSPECTED_UNTIL, FactSource.DOCUMENT, 650),
    (ProfileItem.CARS_AT_HOME, FactSource.CUSTOMER, 1310), (ProfileItem.BIRTHDAY, FactSource.CUSTOMER, 1310),
]  # fmt: skip


def tell_of_zhang(company: Company, today: date, rows: Rows) -> Customer:
    """Write 老张, his wife, the car, and what became of them."""
    since, coming, he = today - timedelta(days=SINCE), today + timedelta(days=12), company.people["xiaohe"]
    zhang = person(
        1, company, since, rows, name="张志远", salutation="老张", neighbourhood="江北云庭", came_through="住在附近",
        primary_need="省时间：到店先派车送他去办公室", advisor=he, cars_at_home=2, emergency_name="张志宏（弟弟）",
        emergency_phone=phone_of(STORY_PHONES + 9), birthday_calendar=Calendar.SOLAR, birth_year=1974,
        birth_month=coming.month, birth_day=min(coming.day, 28), consent_asked_at=at(today - timedelta(days=400), 10),
    )  # fmt: skip
    vehicle = car(
        1, zhang, since, rows, wmi="LHG", brand="本田", series="歌诗图", model="歌诗图 3.0 旗舰版", energy="汽油",
        insurer="平安产险", insured_until=today + timedelta(days=30), premium_fen=486_000,
        inspected_until=today + timedelta(days=75),
    )  # fmt: skip
    rows.add(
        Consent(
            customer=zhang, purpose=Purpose.MARKETING, how=ConsentHow.DESK, text_version=CONSENT_TEXT_VERSION,
            given_at=at(today - timedelta(days=400), 10), recorded_by=he,
        )
    )  # fmt: skip
    _six_years(zhang, vehicle, company, today, rows)
    _at_home(zhang, vehicle, company, today, rows)
    _what_was_said(zhang, company, today, rows)
    _what_is_known(zhang, company, today, rows)
    rows.add(
        VehicleWarning(
            vehicle=vehicle, body="右前减震器渗油，上次建议更换，客户说下次", raised_by=company.people["xiaoxie"],
            raised_at=at(today - timedelta(days=41), 16),
        )
    )  # fmt: skip
    return zhang


def _six_years(zhang: Customer, vehicle: Vehicle, company: Company, today: date, rows: Rows) -> None:
    rng = Random("zhang")
    visits = [(ago, [(name, labour, material)], said) for ago, name, labour, material, said in BIG_JOBS]
    visits += [
        (ago, [SERVICES[0], *rng.sample(SERVICES[1:], 2)], "到里程了，做个保养") for ago in range(SINCE, 40, -88)
    ]
    for ago, items, said in sorted(visits, reverse=True):
        order = visit(
            1, vehicle, zhang, today - timedelta(days=ago), rows, km=900 + (SINCE - ago) * 41, complaint=said,
            store=company.stores[0], advisor=company.people["xiaohe" if ago > LEFT_AGO else "xiaoxie"],
            brought_by="李慧（太太）" if ago % 7 == 0 else "",
        )  # fmt: skip
        charge(order, items, rows)
        if "事故" in items[0][0]:
            order.insurer_fen, order.pay_method = order.paid_fen - OWN_SHARE * 100, "保险直赔"


def _at_home(zhang: Customer, vehicle: Vehicle, company: Company, today: date, rows: Rows) -> None:
    """His wife pays and is reached at his number."""
    since, he = at(today - timedelta(days=1310), 10), company.people["xiaohe"]
    wife = person(
        3, company, since.date(), rows, has_phone=False, name="李慧", salutation="李姐", neighbourhood="江北云庭",
        came_through="家人", primary_need="账单要一项一项讲清楚", advisor=he,
    )  # fmt: skip
    home = rows.add(Household(kind=HouseholdKind.FAMILY, name="老张家", created_at=since))
    rows.add(HouseholdMember(household=home, customer=zhang, relation="户主", joined_at=since, recorded_by=he))
    rows.add(
        HouseholdMember(
            household=home, customer=wife, relation="太太", is_emergency=True, reached_through=zhang, joined_at=since,
            recorded_by=he,
        )
    )  # fmt: skip
    for role in (CarRole.PAYER, CarRole.DRIVER):
        rows.add(CarPerson(vehicle=vehicle, customer=wife, role=role, valid_from=since.date(), recorded_by=he))


def _what_was_said(zhang: Customer, company: Company, today: date, rows: Rows) -> None:
    store = company.stores[0]
    for ago, by, channel, mood, subject, body in SAID:
        rows.add(
            Interaction(
                customer=zhang, store=store, at=at(today - timedelta(days=ago), 11), by=company.people[by],
                channel=channel, mood=mood, direction=Direction.OUT if channel == Channel.CALL else Direction.IN,
                subject=subject, body=body,
            )
        )  # fmt: skip
    for ago, by, body, due, kept in PROMISED:
        day = today - timedelta(days=ago)
        rows.add(
            Promise(
                customer=zhang, store=store, body=body, made_by=company.people[by], made_at=at(day, 9),
                due_at=at(day + timedelta(days=due), 18),
                kept_at=None if kept is None else at(day + timedelta(days=kept), 16),
                kept_by=None if kept is None else company.people[by],
            )
        )  # fmt: skip


def _what_is_known(zhang: Customer, company: Company, today: date, rows: Rows) -> None:
    he, people = company.people["xiaohe"], company.people
    for kind, value, ago, by in LEARNT:
        when = at(today - timedelta(days=ago), 17)
        rows.add(ProfileFact(customer=zhang, kind=kind, value=value, recorded_by=people[by], recorded_at=when))
    for kind, source, ago in TOLD:
        when = at(today - timedelta(days=ago), 17)
        rows.add(ProfileFact(customer=zhang, kind=kind, source=source, recorded_by=he, recorded_at=when))
    for tag in Tag.objects.filter(name__in=("老客户", "要看旧件")):
        rows.add(CustomerTag(customer=zhang, tag=tag, added_by=he, added_at=at(today - timedelta(days=860), 17)))
    founded = today - timedelta(days=1310)
    group = WechatGroup(
        customer=zhang, name="老张歌诗图服务群", started_on=founded, recorded_by=he, recorded_at=at(founded, 17)
    )  # fmt: skip
    rows.add(group)
    rows.in_groups.append((group, [he, people["wangdianzhang"]]))
