"""How collection is chosen and counted, and the one SELECT that says until when each item of a customer is good."""

from datetime import date

from django.db import models
from django.db.models import (
    Case,
    DateField,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    Max,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, Greatest, RowNumber, TruncDate

from core.worded import worded
from customers.enums import CustomerKind, FactSource, ProfileItem
from customers.models import ContactPoint, HouseholdMember, Introduction, ProfileFact
from customers.querysets import OfCustomerQuerySet
from vehicles.models import ServiceOrder

from ..rules import completeness as rules
from ..rules.completeness import AGEING, ENDING, ITEMS, NEVER, STARTING_POLICY, Policy, Rate, Rule


class CollectionPolicyQuerySet(models.QuerySet):
    def current(self) -> Policy:
        """The newest version; a shop that never wrote one goes by what every shop starts with. One statement."""
        return as_policy(_rules_in_force())

    def history(self, count: int) -> list[Policy]:
        """The last versions, the newest first."""
        rows = self.select_related("created_by").prefetch_related("rules").order_by("-version")[:count]
        return [as_policy(row.rules.all(), row) for row in rows]


@worded
def _rules_in_force():
    from ..models import CollectionPolicy, CollectionRule

    newest = CollectionPolicy.objects.order_by("-version").values("pk")[:1]
    return CollectionRule.objects.filter(policy=newest).select_related("policy__created_by")


def as_policy(rows, version=None) -> Policy:
    """The rows of one version as the rules read them."""
    rows = list(rows)
    if not rows:
        return STARTING_POLICY
    version = version or rows[0].policy
    read = [Rule(ProfileItem(row.item), row.purpose, row.good_for_days, row.departments) for row in rows]
    held = {rule.item: rule for rule in read}
    return Policy(
        version=version.version,
        rules={item: held.get(item) or Rule(item, "", AGEING.get(item)) for item in ITEMS},
        goal_percent=version.goal_percent,
        is_drawn=version.is_drawn,
        created_by=version.created_by,
        created_at=version.created_at,
    )


class CompletenessQuerySet(OfCustomerQuerySet):
    def due(self, today: date):
        """Rows that time alone changes by `today`: an answer has grown too old."""
        return self.filter(fresh_until__lt=today)

    def missing(self, required: int):
        """Customers of whom something of `required` is not known."""
        return self.alias(gap=F("asked").bitand(required).bitand(_not(F("filled")))).exclude(gap=0)

    def stale(self, required: int):
        """Customers of whom something of `required` is known and too old."""
        return self.alias(gap=F("filled").bitand(required).bitand(_not(F("fresh")))).exclude(gap=0)

    def counted(self, *by: str):
        """Asked, filled and fresh of every item, per group: one row with `asked_0`, `filled_0`, `fresh_0` …"""
        sums = {
            f"{name}_{place}": Sum(F(name).bitrightshift(place).bitand(1), output_field=IntegerField())
            for place in range(len(ITEMS))
            for name in ("asked", "filled", "fresh")
        }
        return self.order_by().values(*by).annotate(**sums)


def rates_in(row: dict) -> dict[ProfileItem, Rate]:
    """A row of `counted` by item."""
    return {
        item: Rate(*(row[f"{name}_{place}"] for name in ("asked", "filled", "fresh")))
        for place, item in enumerate(ITEMS)
    }


def _not(bits):
    # ~ is no operator of the ORM; nothing is kept above the bits of the items.
    return bits.bitxor(rules.ALL)


class DaysAfter(models.Func):
    """A date so many days after another."""

    output_field = DateField()

    def __init__(self, day, days: int):
        super().__init__(day)
        self.days = int(days)

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template=f"date(%(expressions)s, '+{self.days} days')", **context)

    def as_postgresql(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template=f"(%(expressions)s + {self.days})", **context)


def good_until(customers, half_lives):
    """For each of `customers`, once: what applies to them, and until when each item is good (NULL: not known).

    Rows of (customer, advisor, asked, one date per item in the order of ITEMS). Car items are those of the car that
    was seen last.
    """
    car = FilteredRelation("ownerships", condition=Q(ownerships__valid_to__isnull=True))
    seen_last = Window(
        RowNumber(),
        partition_by=F("pk"),
        order_by=[F("car__vehicle__odometer_on").desc(nulls_last=True), F("car__pk").desc(nulls_last=True)],
    )
    filled = _filled()
    ends = {f"{item}_until": _end(item, half_lives) for item in ITEMS}
    for item in filled:
        end = f"{item}_until"
        ends[end] = Case(When(filled[item], then=ends[end]), output_field=DateField())
    rows = customers.order_by().annotate(car=car).annotate(place=seen_last, asked=_asked(), **ends).filter(place=1)
    return rows.values_list("pk", "advisor_id", "asked", *ends)


def _asked():
    visited = Exists(ServiceOrder.objects.closed().filter(customer=OuterRef("pk")))
    absent = (
        (Q(kind=CustomerKind.UNIT), rules.ABSENT_OF_UNIT),
        (Q(car__pk__isnull=True), rules.ABSENT_WITHOUT_CAR),
        (~visited, rules.ABSENT_BEFORE_FIRST_VISIT),
    )
    asked = Value(rules.ALL)
    for condition, bits in absent:
        asked = asked.bitand(Case(When(condition, then=rules.ALL & ~bits), default=rules.ALL))
    return asked


def _points(item: ProfileItem):
    return ContactPoint.objects.live().filter(customer=OuterRef("pk"), kind=item)


_CAR = "car__vehicle__"
# Items that are a way to reach somebody: their values are those of ContactKind.
_REACHING = (ProfileItem.PHONE, ProfileItem.WECHAT)


def _filled() -> dict:
    """What must be on file for an item to be known. The odometer and the inspection are dates, there or not."""
    introduced = Exists(Introduction.objects.filter(introduced=OuterRef("pk")))
    return {
        ProfileItem.NAME: ~Q(name=""),
        ProfileItem.SALUTATION: ~Q(salutation=""),
        ProfileItem.PHONE: Exists(_points(ProfileItem.PHONE)) | reached_at_home(),
        ProfileItem.WECHAT: Exists(_points(ProfileItem.WECHAT)),
        ProfileItem.EMERGENCY: ~Q(emergency_phone="") | emergency_at_home(),
        ProfileItem.BIRTHDAY: ~Q(birthday_calendar=""),
        ProfileItem.NEIGHBOURHOOD: ~Q(neighbourhood=""),
        ProfileItem.CARS_AT_HOME: Q(cars_at_home__isnull=False),
        ProfileItem.PLATE: Q(**{f"{_CAR}plate__gt": ""}),
        ProfileItem.VIN: Q(**{f"{_CAR}vin__gt": ""}),
        ProfileItem.MODEL: Q(**{f"{_CAR}series__gt": ""}) | Q(**{f"{_CAR}model__gt": ""}),
        ProfileItem.REGISTERED_ON: Q(**{f"{_CAR}registered_on__isnull": False}),
        ProfileItem.INSURED_UNTIL: Q(**{f"{_CAR}insurer__gt": ""}),
        ProfileItem.CAME_THROUGH: ~Q(came_through="") | introduced,
        ProfileItem.NEED: ~Q(primary_need=""),
    }


def _end(item: ProfileItem, half_lives):
    if item in ENDING:
        return F(f"{_CAR}{item}")
    if not half_lives.get(item):
        return Value(NEVER, output_field=DateField())
    return DaysAfter(_seen(item), half_lives[item])


def _seen(item: ProfileItem):
    """When an item was last known to be true: said or confirmed, else as old as the record."""
    if item == ProfileItem.KM:
        return F(f"{_CAR}odometer_on")
    # The greater of a day and nothing is nothing on SQLite.
    latest = Coalesce(TruncDate(said_at(item)), Value(date.min, output_field=DateField()))
    since = TruncDate(_added(item) if item in _REACHING else "created_at")
    return Greatest(latest, since)


def said_at(item: ProfileItem):
    """When an item of a customer was last said or confirmed. A guess is no proof."""
    said = ProfileFact.objects.live().filter(customer=OuterRef("pk"), kind=item).exclude(source=FactSource.GUESS)
    return Subquery(said.order_by("-recorded_at").values("recorded_at")[:1])


def _added(item: ProfileItem):
    return Coalesce(Subquery(_points(item).order_by("-added_at").values("added_at")[:1]), "created_at")


def last_said(customer):
    """(item, when it was last said or confirmed) of what grows old of a customer, for `services.known`."""
    kinds = [item for item in AGEING if item not in rules.OF_CAR]
    said = ProfileFact.objects.live().filter(customer=customer, kind__in=kinds).exclude(source=FactSource.GUESS)
    return said.order_by().values_list("kind").annotate(at=Max("recorded_at"))


def known_at_home() -> dict:
    """Annotations for a customer who is read by `services.known`: what their household knows."""
    return {"reached_at_home": reached_at_home(), "emergency_at_home": emergency_at_home()}


def reached_at_home():
    """Whether a customer is reached at the number of somebody of their household."""
    member = HouseholdMember.objects.filter(customer=OuterRef("pk"), left_at__isnull=True)
    return Exists(member.filter(reached_through__isnull=False))


def emergency_at_home():
    """Whether somebody of a customer's household is the one to call when it matters."""
    at_home = {"household__members__customer": OuterRef("pk"), "household__members__left_at__isnull": True}
    others = HouseholdMember.objects.filter(is_emergency=True, left_at__isnull=True, **at_home)
    return Exists(others.exclude(customer=OuterRef("pk")))
