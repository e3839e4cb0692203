"""A shop that thanks for introductions: who introduces whom, and what they pay."""

from datetime import timedelta

from referrals.models import Programme, RewardTerm
from referrals.services import advance, introduce
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, VehicleFactory, moment

POINTS = {"form": "points", "points": 200}
# Promised before vouchers were tied to their kind: handed over by hand.
VOUCHER = {"form": "voucher", "worth_fen": 3_000, "what": "洗车券"}


def programme_of(store, *, referrer=POINTS, friend=VOUCHER, **facts):
    """Since a month ago: 200 points and a voucher, for a first order of 100 yuan that stood for a week."""
    facts = {
        "name": "秋天带朋友",
        "first_on": TODAY - timedelta(days=30),
        "last_on": TODAY + timedelta(days=60),
    } | facts
    row = Programme.objects.create(**{"minimum_fen": 10_000, "hold_days": 7} | facts)
    row.stores.add(store)
    for side, terms in (("referrer", referrer), ("friend", friend)):
        if terms:
            RewardTerm.objects.create(programme=row, side=side, **terms)
    return row


def regular(store, **facts):
    """Somebody with a car who came and paid long ago."""
    customer = CustomerFactory(store=store, **facts)
    car = VehicleFactory(owner=customer)
    long_ago = TODAY - timedelta(days=200)
    ServiceOrderFactory(customer=customer, vehicle=car, store=store, opened_on=long_ago, closed_on=long_ago)
    return customer


def phone_of(customer):
    return customer.contact_points.get(kind="phone").key


def bring(referrer, friend, *, store, by, today=TODAY):
    """The friend says at the desk who sent them; what comes of it."""
    row = introduce(friend, typed=phone_of(referrer), store=store, by=by, today=today, now=moment(today))
    return getattr(row, "referral", None)


def pay(friend, fen=30_000, *, on=TODAY, store=None, **facts):
    """The friend's own order, closed and paid."""
    facts.setdefault("vehicle", friend.vehicles.first() or VehicleFactory(owner=friend))
    store = store or friend.stores.first()
    return ServiceOrderFactory(customer=friend, store=store, opened_on=on, closed_on=on, paid_fen=fen, **facts)


def nights(first, last):
    """The nights from one day to another in which something can happen: the first two and the last two."""
    day = timedelta(days=1)
    for night in sorted({first, min(first + day, last), max(last - day, first), last}):
        advance(today=night)
