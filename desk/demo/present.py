"""What is going on in the demo company today: cars in the shop, promises, warnings, somebody unhappy, enquiries."""

from datetime import date, datetime, timedelta

from django.utils.timezone import localdate

from campaigns.enums import Result, TouchChannel, TouchState
from campaigns.models import Outcome, Touch
from campaigns.occasions.after_visit import occasion as after_visit
from customers.enums import Channel, Direction, Mood, Purpose
from customers.models import Customer, Enquiry, Interaction, Promise
from staff.enums import AbsenceReason
from staff.models import Store, User
from staff.services import note_absence
from vehicles.enums import AppointmentState, ServiceKind
from vehicles.models import Appointment, ServiceOrder, Vehicle, VehicleWarning
from vehicles.rules.appointments import when_of
from vehicles.services import LineDraft, make_appointment, open_visit, write_lines

from .company import Company
from .rows import Rows
from .world import Person

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
# Minutes ago, minutes until the promised time, who brought it, the customer's words, what has been done so far.
IN_SHOP = (
    (205, -25, "", "空调不够冷，昨天从深圳回来一路热", (
        LineDraft("空调检漏加制冷剂", 18_000, 15_000, "阿明"), LineDraft("更换空调滤芯", 2_000, 9_800, "阿明"),
    )),
    (96, 40, "司机小刘", "到里程了，做个保养，顺便看看刹车", (LineDraft("更换前刹车片", 12_000, 36_000, "师傅老钟"),)),
    (48, 130, "", "右后轮老是没气", ()),
    (12, None, "", "", ()),
    (130, 60, "", "过减速带底盘咯噔响", (LineDraft("下摆臂球头更换", 26_000, 32_000, "老曾"),)),
    (25, 95, "太太", "洗一下，等下要接人", ()),
)  # fmt: skip
# What for, at what hour, the caller's words. The first ones come today, the others on the days after.
BOOKED = (
    (ServiceKind.REPAIR, "09:30", "约了今天上午来换刹车片"), (ServiceKind.MAINTENANCE, "15:00", "说下午三点过来做保养"),
    (ServiceKind.REPAIR, "am", "约今天来看漏油"), (ServiceKind.WASH, "pm", "下班顺路来洗车"),
    (ServiceKind.TYRE, "10:00", "约今天来取订好的轮胎"), (ServiceKind.MAINTENANCE, "08:30", "明天一早送来，等着用车"),
    (ServiceKind.BODY, "pm", "后天下午来补漆，要留车两天"), (ServiceKind.INSPECTION, "am", "下周来办年检"),
)  # fmt: skip
BOOKED_DAYS = (0, 0, 0, 0, 0, 1, 2, 6)
MISSED_AGO = 2
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
                vehicle_id=person.cars[0].pk, body=body, is_safety=is_safety, raised_by_id=_who(person),
                raised_at=now - timedelta(days=30),
            )
        )  # fmt: skip
    for person, (body, hours) in zip(people[3::9], PROMISES, strict=False):
        rows.add(
            Promise(
                customer_id=person.pk, store_id=person.store.pk, body=body, made_by_id=_who(person),
                made_at=now - timedelta(days=3), due_at=now + timedelta(hours=hours),
            )
        )  # fmt: skip
    for person in people[9:10]:
        rows.add(
            Interaction(
                customer_id=person.pk, store_id=person.store.pk, by_id=person.store.callers[0],
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


def drive_in(people: list[Person], *, company: Company, now: datetime) -> None:
    """Put cars into both shops. Runs on saved rows, through the desk's own verb."""
    for place, plan in enumerate(IN_SHOP):
        store = company.stores[place >= 4]
        regulars = [person for person in people if person.store.pk == store.pk and person.visits > 2]
        for person in regulars[5 + place * 4 :][:1]:
            _drive_in(person, plan, store, company.desk(store), now)


def _drive_in(person: Person, plan: tuple, store: Store, clerk: User, now: datetime) -> None:
    ago, until, brought_by, words, lines = plan
    vehicle, moment = Vehicle.objects.get(pk=person.cars[0].pk), now - timedelta(minutes=ago)
    customer = Customer.objects.select_related("advisor").get(pk=person.pk)
    promised_at = None if until is None else now + timedelta(minutes=until)
    km = None if vehicle.odometer_km is None or not words else vehicle.odometer_km + 180
    order = open_visit(
        vehicle, customer=customer, store=store, by=clerk, today=localdate(moment), now=moment, km=km,
        advisor_id=_who(person), created_at=moment, complaint=words, brought_by=brought_by, promised_at=promised_at,
    )  # fmt: skip
    if lines:
        write_lines(order, lines=lines)


def expect(people: list[Person], *, now: datetime) -> None:
    """People who said on the phone yesterday when they come, and one who did not come the day before."""
    called_at = now - timedelta(days=1)
    for person, plan, days in zip(people[6::11], BOOKED, BOOKED_DAYS, strict=False):
        _expect(person, plan, on=now.date() + timedelta(days=days), called_at=called_at)
    for person in people[7:8]:
        day = now - timedelta(days=MISSED_AGO)
        missed = _expect(person, BOOKED[1], on=day.date(), called_at=day - timedelta(days=1))
        missed.settle(AppointmentState.NO_SHOW, now=day + timedelta(days=1))


def _expect(person: Person, plan: tuple, *, on: date, called_at: datetime) -> Appointment:
    kind, hour, words = plan
    caller = User.objects.get(pk=person.store.callers[0])
    customer, when = Customer.objects.get(pk=person.pk), when_of(hour)
    touch = Touch.objects.create(
        customer=customer, store_id=person.store.pk, vehicle_id=person.cars[0].pk, cycle=f"booked:{on}",
        occasion=after_visit.key, purpose=Purpose.SERVICE, channel=TouchChannel.CALL, priority=0,
        due_on=called_at.date(), not_after=on, reason="上次到店后的回访", state=TouchState.DONE,
        listed_on=called_at.date(), assignee=caller, frozen_at=called_at, ended_at=called_at,
    )  # fmt: skip
    talk = Interaction.objects.create(
        customer=customer, store_id=person.store.pk, at=called_at, by=caller, channel=Channel.CALL,
        subject="回访", body=words,
    )  # fmt: skip
    booked = make_appointment(
        customer, store=touch.store, by=caller, now=called_at, vehicle=touch.vehicle, kind=kind, expected_on=on,
        part=when.part, time=when.at, note=words,
    )  # fmt: skip
    Outcome.objects.create(
        touch=touch, result=Result.BOOKED, note=words, by=caller, at=called_at, interaction=talk, appointment=booked
    )
    return booked


def write_to(people: list[Person], *, now: datetime) -> None:
    """Two whom nobody reached by phone for five days: a word by WeChat is what is left."""
    for person in people[8::11][:2]:
        order = ServiceOrder.objects.closed().filter(customer=person.pk).order_by("-closed_on", "-pk").first()
        caller, tried_at = person.store.callers[0], now - timedelta(days=1)
        touch = Touch.objects.create(
            customer_id=person.pk, store_id=person.store.pk, vehicle_id=order.vehicle_id, order=order, cycle="written",
            occasion=after_visit.key, purpose=Purpose.SERVICE, channel=TouchChannel.WECHAT, priority=20,
            due_on=now.date() - timedelta(days=6), not_after=now.date() + timedelta(days=1),
            reason="电话五天没打通，微信问问车用得怎么样", state=TouchState.LISTED, listed_on=now.date(),
            assignee_id=caller, frozen_at=tried_at,
        )  # fmt: skip
        Outcome.objects.create(touch=touch, result=Result.NO_ANSWER, by_id=caller, at=tried_at, next_on=now.date())


def be_away(company: Company, *, now: datetime) -> None:
    """One caller is on leave today and tomorrow: the other makes their calls."""
    person, by = company.people["xiaoliang"], company.people["wangdianzhang"]
    days = {"first_on": now.date(), "last_on": now.date() + timedelta(days=1)}
    note_absence(person, reason=AbsenceReason.LEAVE, by=by, now=now, **days)


def _who(person: Person) -> int:
    """Who looks after somebody today."""
    return person.advised_by(1).pk
