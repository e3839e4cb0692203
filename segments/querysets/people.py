"""The people for whom conditions hold, as one Q over customers: what rules.holding says of one, said of a million.

Columns of the profile are joined, one row each; everything else is an EXISTS, so that nobody is found twice.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import reduce
from operator import and_, or_

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from core.calendars import months_before
from core.display import NEW_ENERGY_PLATE_LENGTH
from customers.enums import ContactKind
from customers.models import Consent, ContactPoint, CustomerStore, CustomerTag
from vehicles.models import Ownership

from ..enums import Join, NeedState, Op
from ..rules.conditions import Condition, Group
from ..rules.fields import NOBODY, Kind, Source
from ..rules.holding import birthdays_asked, than

PLATE_KIND = Case(
    When(vehicle__plate="", then=Value("")),
    When(Exact(Length("vehicle__plate"), NEW_ENERGY_PLATE_LENGTH), then=Value("green")),
    default=Value("blue"),
    output_field=CharField(),
)
_REACH = Case(
    When(kind__in=[ContactKind.WECHAT, ContactKind.EMAIL, ContactKind.WECOM], then=F("kind")),
    When(key__startswith="1", then=Value("mobile")),
    default=Value("landline"),
    output_field=CharField(),
)


def linked(name: str, today: date) -> tuple[QuerySet, str]:
    """The rows that hang on customers for a linked field, and the column of their code."""
    from ..models import CustomerNeed

    return {
        "need": lambda: (CustomerNeed.objects.standing(), "need_id"),
        "need_confirmed": lambda: (CustomerNeed.objects.standing().filter(state=NeedState.CONFIRMED), "need_id"),
        "tag": lambda: (CustomerTag.objects.live(today), "tag_id"),
        "consent": lambda: (Consent.objects.live(), "purpose"),
        "contact": lambda: (ContactPoint.objects.live().annotate(reach=_REACH), "reach"),
        "store": lambda: (CustomerStore.objects.all(), "store_id"),
    }[name]()


def cars() -> QuerySet:
    """Whose car it is now, with its `plate_kind`."""
    return Ownership.objects.current().annotate(plate_kind=PLATE_KIND)


# The condition that a column of customer ids is among those that are looked at.
Within = Callable[[str], Q]


def anybody(column: str) -> Q:
    return Q()


def people_where(group: Group, *, today: date, within: Within = anybody) -> Q:
    """The customers for whom `group` holds on this day; of those `within` only, where that is enough."""
    parts = [_where(one, today, within) for one in group.conditions]
    parts += [people_where(one, today=today, within=within) for one in group.groups]
    if group.of_car:
        join = and_ if group.join == Join.ALL else or_
        one_car = reduce(join, [_where(one, today, within) for one in group.of_car])
        parts.append(_some(cars().filter(one_car), within))
    met = reduce(and_ if group.join == Join.ALL else or_, parts)
    return ~met if group.join == Join.NONE else met


def _some(rows: QuerySet, within: Within) -> Q:
    return Q(Exists(rows.filter(within("customer__pk"), customer=OuterRef("pk"))))


def _where(condition: Condition, today: date, within: Within) -> Q:
    field, op = condition.field, condition.op
    if field.kind is Kind.BIRTHDAY:
        return _born(condition, today)
    if field.source is Source.LINKED:
        rows, code = linked(field.name, today)
        has = _some(rows.filter(**{f"{code}__in": condition.value}), within)
        return has if op is Op.IN else ~has
    path = field.path if field.column else field.name
    met = _one_of(path, condition) if op in (Op.IN, Op.OUT) else _COMPARED[op](path, than(condition), today)
    if field.source is Source.PROFILE and op is not Op.UNKNOWN:
        # Said aloud: "not" of a column that is never null does not think of whoever has no profile yet.
        met &= Q(profile__isnull=False)
    return ~met if op is Op.OUT else met


def _one_of(path: str, condition: Condition) -> Q:
    if condition.field.name == "advisor" and NOBODY in condition.value:
        others = [code for code in condition.value if code != NOBODY]
        return Q(**{f"{path}__isnull": True}) | Q(**{f"{path}__in": others})
    return Q(**{f"{path}__in": condition.value})


def _born(condition: Condition, today: date) -> Q:
    """By month of each calendar: few conditions even for a whole year."""
    days: dict[tuple, list[int]] = {}
    for one in birthdays_asked(condition, today=today):
        days.setdefault((one.calendar, one.month, one.is_leap), []).append(one.day)
    found = (
        Q(birthday_calendar=calendar, birth_month=month, birth_in_leap_month=is_leap, birth_day__in=sorted(of_month))
        for (calendar, month, is_leap), of_month in sorted(days.items())
    )
    return reduce(or_, found)


def _between(path: str, first: date, last: date) -> Q:
    return Q(**{f"{path}__range": (first, last)})


def _compared(lookup: str):
    return lambda path, value, today: Q(**{f"{path}__{lookup}": value})


_COMPARED = {
    Op.LEAST: _compared("gte"),
    Op.MOST: _compared("lte"),
    Op.LAST: lambda path, days, today: _between(path, today - timedelta(days=days), today),
    Op.OVER: lambda path, days, today: Q(**{f"{path}__lt": today - timedelta(days=days)}),
    Op.NEXT: lambda path, days, today: _between(path, today, today + timedelta(days=days)),
    Op.FROM: _compared("gte"),
    Op.UNTIL: _compared("lte"),
    Op.KNOWN: lambda path, value, today: Q(**{f"{path}__isnull": False}),
    Op.UNKNOWN: lambda path, value, today: Q(**{f"{path}__isnull": True}),
    Op.OLDER: lambda path, years, today: Q(**{f"{path}__lte": months_before(today, 12 * years)}),
    Op.YOUNGER: lambda path, years, today: Q(**{f"{path}__gt": months_before(today, 12 * years)}),
    Op.IS: _compared("iexact"),
    Op.CONTAINS: _compared("icontains"),
    Op.LACKS: lambda path, text, today: ~Q(**{f"{path}__icontains": text}),
}
