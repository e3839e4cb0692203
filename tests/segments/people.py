"""A few dozen random people with everything that conditions may speak of, from values so small that they meet."""

import random
from datetime import timedelta

from customers.enums import ContactKind, Purpose
from customers.models import Customer
from segments.models import CustomerNeed, Need, Profile, SegmentPolicy
from segments.rules.fields import FIELDS, Kind, Source
from tests.factories import (
    TODAY,
    ConsentFactory,
    ContactPointFactory,
    CustomerFactory,
    CustomerTagFactory,
    TagFactory,
    UserFactory,
    VehicleFactory,
    moment,
)

DAY = timedelta(days=1)
DAYS = [None, *(TODAY + n * DAY for n in (-1096, -1095, -31, -30, -1, 0, 1, 30, 31))]
TEXTS = ["", "特斯拉", "特斯拉 Model Y", "BYD", "byd 汉", "100%_"]
PLATES = ["粤L{:05d}", "粤B{:05d}", "粤LD{:05d}"]
BIRTHDAYS = [
    ("", None, None),
    ("solar", 11, 21),
    ("solar", 2, 29),
    ("lunar", 12, 30),
    ("lunar", 10, 13),
    ("solar", 1, 5),
]


def crowd(store, other_store, *, seed: int, size: int = 40) -> list[Customer]:
    dice = random.Random(seed)
    shop = {
        "tags": [TagFactory() for _ in range(3)],
        "needs": list(Need.objects.order_by("pk")[:3]),
        "advisors": [None, *(UserFactory(role="advisor", store=store) for _ in range(2))],
        "stores": [store, other_store],
        "policy": SegmentPolicy.objects.current(),
    }
    return [_somebody(dice, n, shop) for n in range(size)]


def _somebody(dice, n: int, shop) -> Customer:
    calendar, month, day = dice.choice(BIRTHDAYS)
    one = CustomerFactory(
        store=dice.choice(shop["stores"]), phone=False, advisor=dice.choice(shop["advisors"]),
        kind=dice.choice(["person", "unit"]), birthday_calendar=calendar, birth_month=month, birth_day=day,
        neighbourhood=dice.choice(TEXTS), came_through=dice.choice(TEXTS),
        no_profiling=dice.random() < 0.1,
    )  # fmt: skip
    if dice.random() < 0.9:
        Profile.objects.create(customer=one, policy=shop["policy"], computed_on=TODAY, **_profile(dice))
    for k in range(dice.choice([0, 1, 1, 2])):
        VehicleFactory(
            owner=one, plate=dice.choice(PLATES).format(n * 10 + k), brand=dice.choice(TEXTS),
            series=dice.choice(TEXTS), model=dice.choice(TEXTS), energy=dice.choice(TEXTS),
            **{name: dice.choice(DAYS) for name in ("registered_on", "insured_until", "inspected_until")},
        )  # fmt: skip
    for tag in dice.sample(shop["tags"], dice.randrange(3)):
        CustomerTagFactory(customer=one, tag=tag, expires_on=dice.choice([None, None, TODAY, TODAY - DAY]))
    for need in dice.sample(shop["needs"], dice.randrange(3)):
        _need(dice, one, need)
    for purpose in dice.sample(Purpose.values, dice.randrange(3)):
        ConsentFactory(customer=one, purpose=purpose, withdrawn_at=dice.choice([None, moment(TODAY + 900 * DAY)]))
    for kind, start in ((ContactKind.PHONE, "139"), (ContactKind.PHONE, "0752"), (ContactKind.WECHAT, "wx")):
        if dice.random() < 0.4:
            ContactPointFactory(customer=one, kind=kind, key=f"{start}{n:08d}")
    return one


def _profile(dice) -> dict:
    found = {}
    for field in FIELDS.values():
        if field.source is not Source.PROFILE:
            continue
        column = Profile._meta.get_field(field.column)
        if field.kind is Kind.CODE:
            found[field.column] = dice.choice([*field.codes, "" if column.get_internal_type() == "CharField" else "0"])
        elif field.kind in (Kind.PAST, Kind.DATE):
            found[field.column] = dice.choice(DAYS)
        else:
            number = dice.randrange(5) * (100 if field.is_money else 1)
            found[field.column] = None if column.null and dice.random() < 0.3 else number
    return found


def _need(dice, customer, need) -> None:
    state = dice.choice(["suggested", "confirmed", "dismissed"])
    decided = {} if state == "suggested" else {"decided_at": moment(TODAY)}
    CustomerNeed.objects.create(
        customer=customer, need=need, state=state, pieces=1, first_on=TODAY, last_on=TODAY,
        next_change_on=TODAY + 90 * DAY, **decided,
    )  # fmt: skip
