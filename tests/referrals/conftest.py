from datetime import timedelta

import pytest

from referrals.models import EarningRule, Gift, PointPolicy
from tests.factories import TODAY, CustomerFactory


@pytest.fixture
def programme(db):
    """Points since ten days ago: one for a yuan, after a week, for two years."""
    return PointPolicy.objects.create(version=1, from_on=TODAY - timedelta(days=10))


@pytest.fixture
def customer(store):
    return CustomerFactory(store=store, name="王建国")


@pytest.fixture
def gift(store):
    return Gift.objects.create(store=store, name="保温杯", points=300, cost_fen=2_500, stock=5)


@pytest.fixture
def rules(db):
    """What lawful acts earn, as the shop begins with."""
    shipped = {"event_help": (50, 0), "volunteering": (30, 0), "answering": (10, 30)}
    for kind, (points, rest) in shipped.items():
        EarningRule.objects.get_or_create(kind=kind, defaults={"points": points, "cool_down_days": rest})
