"""新客欢迎: the first visit was yesterday; whoever looks after them from now on says hello. Care."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import F

from customers.enums import Purpose
from customers.models import Customer

from ..enums import Topic, TouchChannel
from ..models import Touch
from ..querysets import has_phone, home_store
from .base import Occasion, Proposal, Script, known_of, spoken


class Welcome(Occasion):
    """Once for every customer, by the index of first visits."""

    key = "welcome"
    name = "新客欢迎"
    purpose = Purpose.CARE
    topic = Topic.PERSONAL
    priority = 35
    max_age = 6
    channel = TouchChannel.WECHAT
    minutes = 3

    def propose(self, day: date) -> Iterable[Proposal]:
        first = day - timedelta(days=self.max_age + 1)
        people = (
            Customer.objects.live()
            .filter(has_phone(), profile__first_visit_on__range=(first, day - timedelta(days=1)))
            .annotate(home=home_store(), came_on=F("profile__first_visit_on"))
            .filter(home__isnull=False)
            .order_by("pk")
            .values_list("pk", "home", "came_on")
        )
        for person, home, came_on in people.iterator():
            due_on = came_on + timedelta(days=1)
            yield Proposal(
                customer_id=person,
                store_id=home,
                cycle="first",
                due_on=due_on,
                not_after=self.latest(due_on),
                reason=f"{came_on.month}月{came_on.day}日第一次来，打个招呼认识一下",
            )

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """The first visit on file is the one we welcome them for."""
        found = ((touch, known_of(touch.customer)) for touch in touches)
        first = timedelta(days=1)
        return {touch.pk for touch, known in found if known and known.first_visit_on == touch.due_on - first}

    def script(self, touch: Touch) -> Script:
        came_on = touch.due_on - timedelta(days=1)
        return spoken(self.key, touch, day=f"{came_on.month}月{came_on.day}日")


occasion = Welcome()
