"""The ledger beside a plain model: buy, earn, spend, refund, cancel, edit, merge, part, expire, in any order.

REFERRAL_STEPS says how many steps in all (the suite takes a few hundred; 20,000 and more by hand).
"""

import os
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from customers.enums import EndedAs
from customers.models import Customer
from referrals.errors import NotEnoughPoints
from referrals.models import Gift, GiftOrder, PointAccount, PointLot, PointPolicy
from referrals.services import cancel_gift, earn, mind_points, prove, redeem_gift
from referrals.services.earning import settle_orders
from staff.enums import Role
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, StoreFactory, UserFactory, moment
from vehicles.enums import OrderStatus
from vehicles.models import ServiceOrder

STEPS = int(os.environ.get("REFERRAL_STEPS", "240"))
A_RUN = 40
HOLD, MONTHS, PEOPLE = 7, 2, 3
POINTS = st.integers(0, 400)


@dataclass
class Lot:
    """Points of one earning; `day` is when they may be used, `end` the last day on which they may."""

    order: int | None
    day: date
    end: date
    left: int
    waits: bool
    ended: int = 0


@dataclass
class Person:
    lots: list[Lot] = field(default_factory=list)
    owed: int = 0


@dataclass
class Bought:
    who: int
    day: date
    points: int
    said: int = 0
    whose: int | None = None


def end_of(day: date) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + MONTHS + 1, 12)
    return date(year, month + 1, 1) - timedelta(days=1)


class Model:
    """What should be, in lists."""

    def __init__(self):
        self.people = [Person() for _ in range(PEOPLE)]
        self.orders: dict[int, Bought] = {}
        self.into: dict[int, int] = {}
        self.moved: dict[int, list] = {}

    def heir(self, who: int) -> int:
        return self.into.get(who, who)

    def settle(self, pk: int, today: date) -> None:
        bought = self.orders[pk]
        bought.whose = bought.who if bought.whose is None else bought.whose
        if bought.points and self.heir(bought.whose) != self.heir(bought.who):
            self._claw(self.heir(bought.whose), pk, bought.said)
            bought.said, bought.whose = 0, bought.who
        whose = self.heir(bought.whose)
        if bought.points > bought.said:
            self._give(whose, pk, bought.points - bought.said, bought.day, today)
        elif bought.points < bought.said:
            self._claw(whose, pk, bought.said - bought.points)
        bought.said = bought.points

    def _give(self, who, pk, points, day, today):
        usable = max(today, day + timedelta(days=HOLD))
        if usable == today:
            paid = min(points, self.people[who].owed)
            self.people[who].owed -= paid
            points -= paid
        if points:
            self.people[who].lots.append(Lot(pk, usable, end_of(day), points, usable > today))

    def _claw(self, who, pk, points):
        person = self.people[who]
        own = [lot for lot in reversed(person.lots) if lot.order == pk]
        for lot in own:
            part = min(lot.ended, points)
            lot.ended, points = lot.ended - part, points - part
        others = sorted((lot for lot in person.lots if lot.order != pk and not lot.waits), key=lambda lot: lot.end)
        for lot in [*own, *others]:
            part = min(lot.left, points)
            lot.left, points = lot.left - part, points - part
        person.owed += points

    def night(self, today: date) -> None:
        for person in self.people:
            for lot in person.lots:
                if lot.waits and lot.left and lot.day <= today:
                    paid = min(lot.left, person.owed)
                    lot.left, person.owed, lot.waits = lot.left - paid, person.owed - paid, False
            for lot in person.lots:
                if not lot.waits and lot.end < today:
                    lot.left, lot.ended = 0, lot.ended + lot.left

    def usable(self, who: int, today: date) -> int:
        person = self.people[who]
        return max(0, sum(lot.left for lot in self._live(who, today)) - person.owed)

    def _live(self, who, today):
        return sorted(
            (lot for lot in self.people[who].lots if not lot.waits and lot.end >= today), key=lambda lot: lot.end
        )

    def spend(self, who: int, points: int, today: date) -> list:
        taken = []
        for lot in self._live(who, today):
            part = min(lot.left, points)
            lot.left, points = lot.left - part, points - part
            taken.append((lot, part))
        return taken

    def give_back(self, taken: list) -> None:
        for lot, part in taken:
            person = next(one for one in self.people if any(each is lot for each in one.lots))
            paid = min(part, person.owed)
            person.owed -= paid
            lot.left += part - paid

    def held(self, who: int) -> tuple[int, int, int]:
        person = self.people[who]
        return (
            sum(lot.left for lot in person.lots if not lot.waits),
            sum(lot.left for lot in person.lots if lot.waits),
            -person.owed,
        )


class Ledger(RuleBasedStateMachine):
    orders, gifts = Bundle("orders"), Bundle("gifts")

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.model, self.today = Model(), TODAY

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @initialize()
    def found(self):
        PointPolicy.objects.create(version=1, from_on=TODAY, hold_days=HOLD, valid_months=MONTHS)
        self.store = StoreFactory()
        self.by = UserFactory(role=Role.MANAGER, store=self.store)
        self.people = [CustomerFactory(store=self.store, phone=False) for _ in range(PEOPLE)]

    @rule(target=orders, who=st.integers(0, PEOPLE - 1), points=POINTS)
    def buy(self, who, points):
        order = ServiceOrderFactory(
            customer=self.people[who], store=self.store, opened_on=self.today, paid_fen=points * 100
        )
        self.model.orders[order.pk] = Bought(who, self.today, points)
        self._settle(order.pk)
        return order.pk

    @rule(pk=orders, points=POINTS)
    def edit_or_refund(self, pk, points):
        ServiceOrder.objects.filter(pk=pk).update(paid_fen=points * 100)
        if ServiceOrder.objects.filter(pk=pk, status=OrderStatus.CLOSED).exists():
            self.model.orders[pk].points = points
        self._settle(pk)

    @rule(pk=orders)
    def cancel(self, pk):
        ServiceOrder.objects.filter(pk=pk).update(status=OrderStatus.CANCELLED, closed_on=None, closed_at=None)
        self.model.orders[pk].points = 0
        self._settle(pk)

    @rule(pk=orders, who=st.integers(0, PEOPLE - 1))
    def move(self, pk, who):
        ServiceOrder.objects.filter(pk=pk).update(customer=self.people[who])
        self.model.orders[pk].who = who
        self._settle(pk)

    def _settle(self, pk):
        for _ in range(2):
            settle_orders([pk], today=self.today, now=moment(self.today))
        self.model.settle(pk, self.today)

    @rule(target=gifts, who=st.integers(0, PEOPLE - 1), points=st.integers(1, 500))
    def spend(self, who, points):
        gift = Gift.objects.create(store=self.store, name=f"礼品 {Gift.objects.count()}", points=points, stock=1)
        facts = {"customer": self.people[who], "by": self.by, "today": self.today, "now": moment(self.today)}
        if self.model.usable(who, self.today) < points:
            with pytest.raises(NotEnoughPoints):
                redeem_gift(gift, **facts)
            return None
        taken = self.model.spend(who, points, self.today)
        return redeem_gift(gift, **facts).pk, taken

    @rule(bought=gifts)
    def bring_back(self, bought):
        if bought is None:
            return
        pk, taken = bought
        cancel_gift(GiftOrder.objects.get(pk=pk), by=self.by, today=self.today, now=moment(self.today))
        self.model.give_back(taken)
        taken.clear()

    @rule(days=st.integers(1, 45))
    def time_passes(self, days):
        self.today += timedelta(days=days)
        for _ in range(2):
            earn(today=self.today)
            mind_points(today=self.today)
        self.model.night(self.today)

    @rule(who=st.integers(0, PEOPLE - 1), into=st.integers(0, PEOPLE - 1))
    def merge(self, who, into):
        busy = {*self.model.into, *self.model.into.values()}
        if who == into or who in busy or into in busy:
            return
        self._end(who, ended_at=moment(self.today), ended_as=EndedAs.MERGED, merged_into=self.people[into])
        self.model.into[who] = into
        person, heir = self.model.people[who], self.model.people[into]
        held = [lot for lot in person.lots if lot.left]
        self.model.moved[who] = (held, person.owed)
        heir.lots, heir.owed = [*heir.lots, *held], heir.owed + person.owed
        person.lots, person.owed = [lot for lot in person.lots if not lot.left], 0
        self._look_at_all()

    @rule(who=st.integers(0, PEOPLE - 1))
    def part(self, who):
        if who not in self.model.into:
            return
        self._end(who, ended_at=None, ended_as="", merged_into=None)
        person, heir = self.model.people[who], self.model.people[self.model.into.pop(who)]
        lots, owed = self.model.moved.pop(who)
        own = {pk for pk, bought in self.model.orders.items() if bought.whose == who}
        back = [one for one in heir.lots if one.left and (any(one is each for each in lots) or one.order in own)]
        heir.lots = [lot for lot in heir.lots if not any(each is lot for each in back)]
        owed = min(owed, heir.owed)
        heir.owed -= owed
        person.lots, person.owed = [*person.lots, *back], person.owed + owed
        self._look_at_all()

    def _end(self, who, **facts):
        Customer.objects.filter(pk=self.people[who].pk).update(**facts)
        for _ in range(2):
            mind_points(today=self.today)

    def _look_at_all(self):
        # Whoever follows people also ends what is over, such as what an old order was found to have earned.
        self.model.night(self.today)
        for pk in sorted(self.model.orders):
            self._settle(pk)

    @invariant()
    def the_same_as_the_model(self):
        if not hasattr(self, "people"):
            return
        for who, person in enumerate(self.people):
            held = PointAccount.objects.held_by(person)
            assert tuple(held.values()) == self.model.held(who)
        assert not PointLot.objects.filter(left_points__lt=0).exists()

    @invariant()
    def the_books_are_right(self):
        assert prove(today=self.today) == {"wrong": 0}


@pytest.mark.django_db
def test_the_ledger_says_what_a_plain_model_says():
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=max(1, STEPS // A_RUN),
            stateful_step_count=A_RUN,
            deadline=None,
            derandomize="REFERRAL_STEPS" not in os.environ,
            suppress_health_check=list(HealthCheck),
            # A failing run is short enough to read; shortening it takes minutes.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )
