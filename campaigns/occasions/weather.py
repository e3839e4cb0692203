"""天气提醒: a manager pressed the button; the best customers get it singly the next morning. Care."""

from collections.abc import Iterable, Sequence
from datetime import date

from customers.models import CustomerStore

from ..content.words import signed
from ..enums import PostingKind, Topic
from ..models import Touch, WeatherNotice
from .base import Alike, Script, greeting, spoken
from .feast import Greeting, best_people


class WeatherWord(Greeting):
    key = "weather"
    name = "天气提醒"
    topic = Topic.SEASON
    priority = 25
    max_age = 1
    posted_as = PostingKind.MOMENTS

    def alike(self, first: date, last: date) -> Iterable[Alike]:
        for notice in WeatherNotice.objects.standing().filter(day__range=(first, last)).order_by("pk"):
            here = CustomerStore.objects.filter(store=notice.store_id).values("customer")
            yield Alike(
                people=best_people().filter(pk__in=here, home=notice.store_id),
                cycle=f"weather:{notice.pk}",
                due_on=notice.day,
                not_after=self.latest(notice.day),
                reason=notice.text,
            )

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """Nobody has taken the notice back. One query."""
        numbers = {touch.cycle.removeprefix("weather:") for touch in touches}
        asked = [int(number) for number in numbers if number.isdigit()]
        standing = set(WeatherNotice.objects.standing().filter(pk__in=asked).values_list("pk", flat=True))
        return {touch.pk for touch in touches if touch.cycle in {f"weather:{pk}" for pk in standing}}

    def message(self, touch: Touch) -> str:
        facts = {"hello": greeting(touch), "store": touch.store.name, "salutation": touch.customer.salutation}
        return signed(touch.reason, **facts)

    def script(self, touch: Touch) -> Script:
        return spoken(self.key, touch, text=touch.reason)


occasion = WeatherWord()
