"""爱车生日: the day on which the car got its plate, every year. Care: the car is the talk, nothing is sold."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import F

from customers.enums import CustomerKind, Purpose
from vehicles.models import Ownership

from ..enums import Topic, TouchChannel
from ..models import Touch
from ..querysets import has_phone, home_store
from .anniversary import days_kept, kept_between, years_since
from .base import Occasion, Proposal, Script, spoken
from .cars import still_owned

CHANNEL = {"A": TouchChannel.CALL, "B": TouchChannel.WECHAT, "C": TouchChannel.WECHAT}


class CarDay(Occasion):
    """Asks for cars registered on this day of earlier years; each once a year for its owner of today."""

    key = "car_day"
    name = "爱车生日"
    purpose = Purpose.CARE
    topic = Topic.BIRTHDAY
    priority = 58
    max_age = 2
    channel = TouchChannel.WECHAT
    minutes = 3

    def propose(self, day: date) -> Iterable[Proposal]:
        return self.propose_between(day - timedelta(days=self.max_age), day)

    def propose_between(self, first: date, last: date) -> Iterable[Proposal]:
        kept = kept_between(first, last)
        cars = (
            Ownership.objects.current()
            .filter(has_phone("customer"), vehicle__registered_on__in=list(kept))
            .filter(customer__ended_at__isnull=True, customer__kind=CustomerKind.PERSON)
            .filter(customer__profile__letter__in=list(CHANNEL))
            .annotate(home=home_store("customer"), letter=F("customer__profile__letter"))
            .filter(home__isnull=False)
            .order_by("customer_id", "vehicle_id")
            .values_list("customer_id", "home", "vehicle_id", "vehicle__plate", "vehicle__registered_on", "letter")
        )
        for customer_id, home, vehicle_id, plate, registered_on, letter in cars.iterator():
            day = kept[registered_on]
            yield Proposal(
                customer_id=customer_id,
                store_id=home,
                vehicle_id=vehicle_id,
                cycle=f"{vehicle_id}:{day.year}",
                due_on=day,
                not_after=self.latest(day),
                reason=f"{plate} {registered_on} 上牌，今天满{years_since(registered_on, day)}年".strip(),
                channel=CHANNEL[letter],
            )

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """The car is still theirs and was registered on this day. One query."""
        return {touch.pk for touch in still_owned(touches) if touch.vehicle.registered_on in days_kept(touch.due_on)}

    def script(self, touch: Touch) -> Script:
        car = touch.vehicle
        since = car.registered_on if car and car.registered_on else touch.due_on
        return spoken(self.key, touch, plate=car.plate if car else "车", years=str(years_since(since, touch.due_on)))


occasion = CarDay()
