"""What stands in the columns of the files we write, one class per file. Their headers: rules/own_files.py.

Columns are declared the django-import-export way; rows are written by services/exports, as the library's own writers
make live formulas of text (docs/adr/0016).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import attrgetter

from django.db.models import TextChoices
from django.utils.timezone import localtime
from import_export import fields, resources

from core.display import mask_email, mask_numbers_in, mask_phone
from core.spreadsheets import Cell
from customers.enums import Channel, CustomerKind, Direction, Mood
from customers.models import Customer
from customers.rules import normalise_phone
from vehicles.enums import MaintenanceItem, OrderStatus, ServiceKind
from vehicles.models import ServiceLine, ServiceOrder

from .enums import Export
from .rules import own_files
from .rules.birthdays import Birthday, birthday_words
from .rules.conversations import parted
from .rules.lists import (
    YES,
    PlateCarried,
    TagSaid,
    car_person_words,
    home_words,
    masked_car_people,
    plate_words,
    tag_words,
)


class Column(fields.Field):
    """One column: how its cell is read from a row, and how it is hidden from who may not see numbers."""

    def __init__(self, header: str, read: Callable | str, *, mask: Callable[[str], str] = mask_numbers_in):
        super().__init__(column_name=header)
        self.read = attrgetter(read) if isinstance(read, str) else read
        self.masked = partial(_masked, self.read, mask)

    def get_value(self, instance) -> Cell:
        return self.read(instance)


def _masked(read: Callable, mask: Callable[[str], str], row) -> Cell:
    cell = read(row)
    return mask(cell) if isinstance(cell, str) and cell else cell


class ShopResource(resources.Resource):
    """A file of ours. Subclasses name its columns in the order of its header."""

    export_kind: Export

    @classmethod
    def readers(cls, *, money: bool, masked: bool) -> list[Callable]:
        """What reads each cell of a row, in the order of the header."""
        shown = own_files.headers_of(cls.export_kind, money=money)
        columns = {column.column_name: column for column in cls.fields.values()}
        return [columns[header].masked if masked else columns[header].read for header in shown]

    @classmethod
    def cells(cls, rows: Iterable, *, money: bool, masked: bool) -> Iterator[list[Cell]]:
        """The cells of each row."""
        readers = cls.readers(money=money, masked=masked)
        for row in rows:
            yield [read(row) for read in readers]


# --- cells ---


def _yuan(name: str) -> Callable:
    read = attrgetter(name)
    return lambda row: None if (fen := read(row)) is None else fen / 100


def _label(name: str, choices: type[TextChoices]) -> Callable:
    """An enumeration as people read it; Django's own way looks through the choices anew for every row."""
    read, labels = attrgetter(name), dict(choices.choices)
    return lambda row: labels.get(read(row), "")


def _moment(moment: datetime | None) -> datetime | None:
    """A moment in shop time, to the second."""
    return moment and localtime(moment).replace(tzinfo=None, microsecond=0)


def _moment_of(name: str) -> Callable:
    read = attrgetter(name)
    return lambda row: _moment(read(row))


def _numbers(customer: Customer) -> list[str]:
    """The numbers that reach somebody, the main one first."""
    return [normalise_phone(point.key) or point.value for point in customer.reached_at if point.kind == "phone"]


def _main_number(customer: Customer | None) -> str:
    return next(iter(_numbers(customer)), "") if customer else ""


def _accounts(customer: Customer | None) -> str:
    """Accounts on WeChat, a line each."""
    return "\n".join(point.value for point in customer.reached_at if point.kind == "wechat") if customer else ""


def _emails(customer: Customer) -> str:
    return "\n".join(point.value for point in customer.reached_at if point.kind == "email")


def _through(customer: Customer | None) -> str:
    """Whose number reaches somebody of a household, where the store knows whose it is."""
    member = customer.home_now[0] if customer and customer.home_now else None
    return _main_number(member.reached_through) if member and member.is_through_known else ""


def _home(customer: Customer):
    """The membership of somebody whose household the store knows by a number, else None."""
    member = customer.home_now[0] if customer.home_now else None
    return member if member and len(member.household.at_home) > 1 and _home_number(member) else None


def _home_number(member) -> str:
    """What tells a household apart: a number of the first of its people who has one, else an account."""
    people = [other.customer for other in member.household.at_home]
    return next(filter(None, [*map(_main_number, people), *(_accounts(one).split("\n")[0] for one in people)]), "")


def _of_home(read: Callable) -> Callable:
    return lambda customer: read(member) if (member := _home(customer)) else ""


def _mask_each(text: str, sign: str, mask: Callable = mask_phone) -> str:
    return sign.join(map(mask, text.split(sign)))


_mask_lines = partial(_mask_each, sign="\n")


def _birthday(customer: Customer) -> str:
    if not customer.has_birthday:
        return ""
    is_lunar = customer.birthday_calendar == "lunar"
    day = customer.birth_month, customer.birth_day, customer.birth_year
    return birthday_words(Birthday(*day, is_lunar, customer.birth_in_leap_month))


# --- files ---


class CustomerResource(ShopResource):
    """A row per customer; fetched with `reached_at`, `tags_now` and `home_now`."""

    export_kind = Export.CUSTOMERS
    name = Column("客户姓名", "name")
    salutation = Column("称呼", "salutation")
    kind = Column("客户类型", _label("kind", CustomerKind))
    phone = Column("手机号", _main_number, mask=mask_phone)
    other_phones = Column("备用电话", lambda c: "、".join(_numbers(c)[1:]), mask=partial(_mask_each, sign="、"))
    wechat = Column("微信号", _accounts, mask=_mask_lines)
    email = Column("邮箱", _emails, mask=partial(_mask_each, sign="\n", mask=mask_email))
    birthday = Column("生日", _birthday)
    neighbourhood = Column("小区", "neighbourhood")
    came_through = Column("客户来源", "came_through")
    need = Column("首要需求", "primary_need")
    emergency_name = Column("紧急联系人", "emergency_name")
    emergency_phone = Column("紧急联系电话", "emergency_phone", mask=mask_phone)
    cars_at_home = Column("家庭车辆数", "cars_at_home")
    home = Column("家庭或单位", _of_home(lambda m: home_words(m.household.kind, m.household.name)))
    home_number = Column("家庭号码", _of_home(_home_number), mask=mask_phone)
    relation = Column("家庭关系", _of_home(attrgetter("relation")))
    home_emergency = Column("家庭紧急联系人", _of_home(lambda m: YES if m.is_emergency else ""))
    through = Column("借用电话", _through, mask=mask_phone)
    tags = Column("标签", lambda c: tag_words(TagSaid(link.tag.name, link.expires_on) for link in c.tags_now))
    advisor = Column("专属顾问", lambda c: c.advisor.display_name if c.advisor else "")
    remark = Column("备注", "remark")


def _owner(car) -> Customer | None:
    return car.owned_now[0].customer if car.owned_now else None


def _car_person(row) -> str:
    """What somebody is to a car; "" of whom no number says who they are."""
    own = _main_number(row.customer) or _accounts(row.customer).split("\n")[0]
    number = own or _through(row.customer)
    return car_person_words(row.role, row.customer.name, number, is_borrowed=not own) if number else ""


def _car_people(car) -> str:
    return "\n".join(filter(None, map(_car_person, car.people_now)))


class VehicleResource(ShopResource):
    """A row per car with its owner; fetched with `plates_before`, `owned_now` and `people_now`."""

    export_kind = Export.VEHICLES
    plate = Column("车牌号", "plate")
    vin = Column("车架号", "vin")
    engine_no = Column("发动机号", "engine_no")
    brand = Column("品牌", "brand")
    series = Column("车系", "series")
    model = Column("车型", "model")
    energy = Column("能源类型", "energy")
    registered_on = Column("上牌日期", "registered_on")
    insurer = Column("保险公司", "insurer")
    insured_until = Column("保险到期日", "insured_until")
    commercial_insured_until = Column("商业险到期日", "commercial_insured_until")
    premium = Column("上年保费", _yuan("premium_fen"))
    inspected_until = Column("年检到期日", "inspected_until")
    km = Column("行驶里程", "odometer_km")
    km_on = Column("里程日期", "odometer_on")
    former_plates = Column(
        "曾用车牌",
        lambda car: plate_words(PlateCarried(old.plate, old.valid_from, old.valid_to) for old in car.plates_before),
    )
    owner = Column("客户姓名", lambda car: owner.name if (owner := _owner(car)) else "")
    owner_phone = Column("手机号", lambda car: _main_number(_owner(car)), mask=mask_phone)
    owner_wechat = Column("微信号", lambda car: _accounts(_owner(car)), mask=_mask_lines)
    owner_through = Column("借用电话", lambda car: _through(_owner(car)), mask=mask_phone)
    people = Column("用车人", _car_people, mask=masked_car_people)


@dataclass(slots=True)
class OrderLine:
    """A row of the file of orders: an order and one of its lines; a line of its own where it has none."""

    order: ServiceOrder
    line: ServiceLine | None
    place: int

    @property
    def customer(self) -> Customer | None:
        return self.order.customer if self.order.is_customer_known else None


def _of_car(name: str) -> Callable:
    return lambda row: getattr(row.order.vehicle, name) if row.order.vehicle else ""


def _of_line(read: Callable | str) -> Callable:
    read = attrgetter(read) if isinstance(read, str) else read
    return lambda row: read(row.line) if row.line else None


class OrderResource(ShopResource):
    """A row per line of an order, the order's facts repeated on each as shop systems do."""

    export_kind = Export.ORDERS
    number = Column("工单号", "order.number")
    desk_number = Column("前台单号", "order.desk_number")
    status = Column("工单状态", _label("order.status", OrderStatus))
    opened = Column("进厂时间", _moment_of("order.opened_at"))
    closed = Column("出厂时间", _moment_of("order.closed_at"))
    closed_on = Column("结单日", "order.closed_on")
    promised = Column("答应交车时间", _moment_of("order.promised_at"))
    customer = Column("客户姓名", lambda row: row.customer.name if row.customer else "")
    phone = Column("手机号", lambda row: _main_number(row.customer), mask=mask_phone)
    plate = Column("车牌号", _of_car("plate"))
    vin = Column("车架号", _of_car("vin"))
    km = Column("进厂里程", "order.km")
    brought_by = Column("送修人", "order.brought_by")
    advisor = Column(
        "服务顾问", lambda row: row.order.advisor.display_name if row.order.advisor else row.order.advisor_name
    )
    complaint = Column("客户描述", "order.complaint")
    place = Column("项目序号", "place")
    item = Column("项目名称", _of_line("name"))
    item_kind = Column("项目类别", _of_line(_label("kind", ServiceKind)))
    item_meant = Column("对应保养项", _of_line(_label("item", MaintenanceItem)))
    labour = Column("工时费", _of_line(_yuan("labour_fen")))
    material = Column("材料费", _of_line(_yuan("material_fen")))
    cost = Column("成本", _of_line(_yuan("cost_fen")))
    technician = Column("技师", _of_line("technician"))
    discount = Column("优惠金额", _yuan("order.discount_fen"))
    paid = Column("实收金额", _yuan("order.paid_fen"))
    insurer_paid = Column("其中保险支付", _yuan("order.insurer_fen"))
    warranty_paid = Column("其中质保支付", _yuan("order.warranty_fen"))
    pay_method = Column("支付方式", "order.pay_method")
    next_on = Column("下次保养日期", "order.next_on")
    next_km = Column("下次保养里程", "order.next_km")
    remark = Column("备注", "order.remark")

    _of_the_line = frozenset({
        "项目序号", "项目名称", "项目类别", "对应保养项", "工时费", "材料费", "成本", "技师",
    })  # fmt: skip

    @classmethod
    def cells(cls, rows, *, money, masked):
        """What is the order's is read once and repeated."""
        readers = cls.readers(money=money, masked=masked)
        shown = own_files.headers_of(cls.export_kind, money=money)
        own = [(place, readers[place]) for place, header in enumerate(shown) if header in cls._of_the_line]
        order, cells = None, []
        for row in rows:
            if row.order is order:
                cells = cells.copy()
                for place, read in own:
                    cells[place] = read(row)
            else:
                order, cells = row.order, [read(row) for read in readers]
            yield cells


class InteractionResource(ShopResource):
    """A row per conversation; who wrote it is a name, also of somebody who never worked here."""

    export_kind = Export.INTERACTIONS
    at = Column("沟通时间", _moment_of("at"))
    customer = Column("客户姓名", "customer.name")
    phone = Column("手机号", lambda row: _main_number(row.customer), mask=mask_phone)
    wechat = Column("微信号", lambda row: _accounts(row.customer), mask=_mask_lines)
    through = Column("借用电话", lambda row: _through(row.customer), mask=mask_phone)
    plate = Column("车牌号", lambda row: next((o.vehicle.plate for o in row.customer.cars_now), ""))
    channel = Column("沟通方式", _label("channel", Channel))
    direction = Column("谁找谁", _label("direction", Direction))
    mood = Column("客户情绪", _label("mood", Mood))
    subject = Column("事由", "subject")
    body = Column("沟通内容", lambda row: row.body if row.by else parted(row.body)[0])
    author = Column("记录人", lambda row: row.by.display_name if row.by else parted(row.body)[1])
    settled = Column("安抚时间", _moment_of("settled_at"))
    settled_by = Column("安抚人", lambda row: row.settled_by.display_name if row.settled_by else "")


RESOURCES: dict[Export, type[ShopResource]] = {
    resource.export_kind: resource
    for resource in (CustomerResource, VehicleResource, OrderResource, InteractionResource)
}
