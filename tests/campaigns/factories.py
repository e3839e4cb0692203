"""Touches and messages as the night leaves them."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from campaigns.enums import TouchChannel, TouchState
from campaigns.models import Message, Touch
from campaigns.occasions import Occasion, Proposal
from customers.enums import Purpose
from customers.models import Customer
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, VehicleFactory, moment


class Greeting(Occasion):
    """Everybody is greeted, in the way and the days a test says."""

    key, name, purpose, priority, max_age = "greeting", "问候", Purpose.CARE, 50, 0

    def __init__(self, **facts):
        vars(self).update(facts)

    def propose(self, day):
        for pk, store in Customer.objects.values_list("pk", "stores"):
            yield Proposal(pk, store, "2026", TODAY, TODAY + timedelta(days=self.max_age), "问个好")

    def still_true(self, touches, day):
        return {touch.pk for touch in touches}


class TouchFactory(DjangoModelFactory):
    """A call that waits for room; `assignee` puts it on that caller's list of today."""

    class Meta:
        model = Touch

    customer = factory.SubFactory(CustomerFactory)
    store = factory.LazyAttribute(lambda o: o.customer.stores.first())
    occasion = "after_visit"
    cycle = factory.Sequence(lambda n: f"order:{n}")
    purpose = Purpose.SERVICE
    channel = TouchChannel.CALL
    priority = 20
    due_on = TODAY
    not_after = factory.LazyAttribute(lambda o: o.due_on + timedelta(days=6))
    reason = "11月20日做了小保养，问问车用得怎么样"
    state = factory.LazyAttribute(lambda o: TouchState.LISTED if o.assignee else TouchState.WAITING)
    listed_on = factory.LazyAttribute(lambda o: TODAY if o.assignee else None)
    assignee = None


class MessageFactory(DjangoModelFactory):
    """A birthday text that may be sent from nine o'clock."""

    class Meta:
        model = Message

    touch = factory.SubFactory(
        TouchFactory,
        customer=factory.SubFactory(
            CustomerFactory, birthday_calendar="solar", birth_month=TODAY.month, birth_day=TODAY.day
        ),
        occasion="birthday",
        purpose=Purpose.CARE,
        channel=TouchChannel.MESSAGE,
        not_after=TODAY,
        state=TouchState.LISTED,
    )
    body = "生日快乐"
    due_at = moment(TODAY, 9)
    not_after = moment(TODAY, 20)


def visited(store, *, days_ago=1, kind="maintenance", item="小保养", customer=None, **facts):
    """A customer with a car whose visit was closed `days_ago` days before TODAY."""
    customer = customer or CustomerFactory(store=store)
    car = VehicleFactory(owner=customer)
    order = ServiceOrderFactory(
        customer=customer, store=store, vehicle=car, opened_on=TODAY - timedelta(days=days_ago), **facts
    )
    if kind:
        order.lines.create(position=1, name=item, kind=kind)
    return order
