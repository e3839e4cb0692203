"""What is going on in the demo company today: promises, warnings, somebody unhappy, people who did not buy."""

from datetime import datetime, timedelta

from customers.enums import Channel, Direction, Mood
from customers.models import Enquiry, Interaction, Promise
from vehicles.models import VehicleWarning

from .company import Company
from .people import Person
from .rows import Rows

WARNINGS = (
    ("前刹车片只剩 2 毫米，上次建议马上更换，客户没做", True),
    ("左后轮胎侧面鼓包，不要上高速", True),
    ("转向助力油渗漏，每次到店先看液位", True),
    ("改装过大灯线路，接电前先问车主", False),
    ("右后门把手是坏的，从里面开", False),
)
PROMISES = (  # hours from now
    ("订的机滤到货就打电话", -26),
    ("把上次的检查照片发给他", -3),
    ("下午五点前告诉他补漆的价钱", 4),
    ("帮她问保险公司续保的材料", 28),
)
ENQUIRIES = (  # hours ago
    (Channel.CALL, "问全车贴膜多少钱", "想比一比价", 1),
    (Channel.VISIT, "想补两条轮胎", "型号没货", 2),
    (Channel.WECHAT, "问周末能不能做保养", "周六上午已经约满", 3),
    (Channel.VISIT, "问事故车能不能走保险", "要等定损", 25),
)


def happen(people: list[Person], *, company: Company, now: datetime, rows: Rows) -> None:
    """Add today's matters, spread over `people` and both stores."""
    for person, (body, is_safety) in zip(people[1::7], WARNINGS, strict=False):
        rows.add(
            VehicleWarning(
                vehicle=person.cars[0].vehicle, body=body, is_safety=is_safety, raised_by=person.advisor,
                raised_at=now - timedelta(days=30),
            )
        )  # fmt: skip
    for person, (body, hours) in zip(people[3::9], PROMISES, strict=False):
        rows.add(
            Promise(
                customer=person.customer, store=person.store, body=body, made_by=person.advisor,
                made_at=now - timedelta(days=3), due_at=now + timedelta(hours=hours),
            )
        )  # fmt: skip
    for person in people[9:10]:
        rows.add(
            Interaction(
                customer=person.customer, store=person.store, by=company.callers(person.store)[0],
                at=now - timedelta(days=2), channel=Channel.CALL, direction=Direction.OUT, subject="回访",
                mood=Mood.UNHAPPY, body="说上次洗完内饰还有水渍，前台态度敷衍，不想再来。",
            )
        )  # fmt: skip
    for place, (channel, wish, why_not, hours) in enumerate(ENQUIRIES):
        store = company.stores[place == 3]
        rows.add(
            Enquiry(
                store=store,
                at=now - timedelta(hours=hours),
                by=company.desk(store),
                channel=channel,
                wish=wish,
                why_not=why_not,
            )
        )
