"""How the rows of a story are written, and 周敏, who has time on weekends only. The story of 老张 is in zhang.py."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from customers.enums import ContactKind
from customers.models import ContactPoint, Customer, CustomerStore, Introduction
from vehicles.enums import OrderSource, OrderStatus
from vehicles.models import Ownership, ServiceLine, ServiceOrder, Vehicle, VehiclePlate
from vehicles.rules import item_of_name, kind_of_item

from .company import Company
from .numbers import OF_STORIES, STORY_PHONES, phone_of, plate_of, vin_of
from .rows import Rows

SHANGHAI = ZoneInfo("Asia/Shanghai")
OIL_CHANGE = "小保养（全合成机油、机滤）"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=SHANGHAI)


def person(place: int, company: Company, since: date, rows: Rows, *, has_phone: bool = True, **facts) -> Customer:
    """Somebody of a story, known to the first store since a day."""
    customer = Customer(created_at=at(since, 8), **facts)
    customer.rename(facts["name"])
    rows.add(customer)
    rows.add(CustomerStore(customer=customer, store=company.stores[0], since=customer.created_at))
    if has_phone:
        phone = phone_of(STORY_PHONES + place)
        rows.add(ContactPoint(customer=customer, value=phone, key=phone, added_at=customer.created_at))
        wechat = f"wx_{customer.pinyin}_{phone[-4:]}"
        rows.add(
            ContactPoint(
                customer=customer, kind=ContactKind.WECHAT, value=wechat, key=wechat, added_at=customer.created_at
            )
        )
    return customer


def car(place: int, owner: Customer, since: date, rows: Rows, *, wmi: str, **facts) -> Vehicle:
    """A car bought new by somebody of a story."""
    plate = plate_of(OF_STORIES + place, energy=facts["energy"])
    vin = vin_of(OF_STORIES + place, wmi=wmi, year=since.year)
    vehicle = rows.add(Vehicle(plate=plate, vin=vin, registered_on=since, created_at=at(since, 9), **facts))
    rows.add(VehiclePlate(vehicle=vehicle, plate=plate, valid_from=since))
    rows.add(Ownership(vehicle=vehicle, customer=owner, valid_from=since))
    return vehicle


def visit(place: int, vehicle: Vehicle, owner: Customer, day: date, rows: Rows, *, km: int, **facts) -> ServiceOrder:
    """A visit of a story, closed the same day."""
    order = rows.add(
        ServiceOrder(
            source=OrderSource.IMPORT, number=f"G{day:%y%m%d}{OF_STORIES + place}", vehicle=vehicle, customer=owner,
            status=OrderStatus.CLOSED, opened_at=at(day, 8, 40), opened_on=day, closed_at=at(day, 16, 30),
            closed_on=day, km=km, created_at=at(day, 8, 40), **facts,
        )
    )  # fmt: skip
    rows.readings.append((vehicle, day, km))
    return order


def charge(order: ServiceOrder, items: list[tuple[str, int, int]], rows: Rows) -> None:
    """Hang (item, labour, material) in yuan on the order, paid in full."""
    for place, (name, labour, material) in enumerate(items, start=1):
        rows.add(
            ServiceLine(
                order=order, position=place, name=name, kind=kind_of_item(name), item=item_of_name(name),
                technician="师傅老钟", labour_fen=labour * 100, material_fen=material * 100, cost_fen=material * 62,
            )
        )  # fmt: skip
    order.labour_fen = sum(labour for _, labour, _ in items) * 100
    order.material_fen = sum(material for _, _, material in items) * 100
    order.paid_fen, order.pay_method = order.labour_fen + order.material_fen, "微信"
    if items[0][0] == OIL_CHANGE:
        order.next_on, order.next_km = order.closed_on + timedelta(days=90), order.km + 5_000


def tell_of_zhou(zhang: Customer, company: Company, today: date, rows: Rows) -> None:
    """周敏, whom 老张 brought: she has time on weekends only."""
    since, lin = today - timedelta(days=410), company.people["xiaolin"]
    zhou = person(
        2, company, since, rows, name="周敏", salutation="周小姐", neighbourhood="金山湖花园",
        came_through="老客户介绍", primary_need="周末才有空；车里要干净无异味", advisor=lin,
    )  # fmt: skip
    rows.add(
        Introduction(
            introducer=zhang, introduced=zhou, how_known="本人到店时说的", recorded_by=lin, recorded_at=at(since, 9)
        )
    )
    vehicle = car(
        2, zhou, since, rows, wmi="LVH", brand="本田", series="CR-V", energy="汽油", insurer="人保财险",
        insured_until=today + timedelta(days=59), premium_fen=352_000,
    )  # fmt: skip
    jobs = ((OIL_CHANGE, 80, 380), ("内饰深度清洁", 320, 60), ("更换空调滤芯", 20, 120))
    for place, ago in enumerate((405, 246, 92)):
        order = visit(
            2, vehicle, zhou, today - timedelta(days=ago), rows, km=1_200 + place * 5_600, store=company.stores[0],
            advisor=lin, complaint="里面有味道，想清洁一下",
        )  # fmt: skip
        charge(order, list(jobs[: 2 + place % 2]), rows)
