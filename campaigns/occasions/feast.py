"""What festivals, solar terms and seasonal tips have in common: a word of their own only for the best customers.

Everybody else reads the post that each advisor copies (services.posting).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db.models import Q

from customers.enums import CustomerKind, Purpose
from customers.models import Customer

from ..content.calendar import Turn, turns_between
from ..content.style import style_of
from ..content.words import greeting_for, greeting_to
from ..enums import PostingKind, Topic, TouchChannel
from ..models import Touch
from ..querysets import has_phone, home_store
from .base import BEST, Alike, Occasion, Script, greeting, spoken


class Greeting(Occasion):
    """`kinds` says which days of the calendar, `posted_as` how the others are greeted, `unspoken` which days are only
    posted: those that do not concern everybody, and days of mourning."""

    purpose = Purpose.CARE
    topic = Topic.FESTIVAL
    channel = TouchChannel.WECHAT
    max_age = 1
    minutes = 2
    says_alike = True
    kinds: Collection[str] = ()
    unspoken: Collection[str] = ()
    posted_as: PostingKind

    def turns(self, first: date, last: date) -> list[Turn]:
        """The days of this occasion from `first` to `last`."""
        return [turn for turn in turns_between(first, last) if turn.kind in self.kinds]

    def alike(self, first: date, last: date) -> Iterable[Alike]:
        for turn in self.turns(first, last):
            if turn.key not in self.unspoken:
                yield Alike(
                    people=best_people(),
                    cycle=turn.cycle,
                    due_on=turn.day,
                    not_after=self.latest(turn.day),
                    reason=f"{turn.day.month}月{turn.day.day}日{turn.name}，单独问候一句",
                )

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """The day is what it was; a calendar does not change its mind."""
        days = {touch.due_on for touch in touches}
        cycles = {day: {turn.cycle for turn in self.turns(day, day)} for day in days}
        return {touch.pk for touch in touches if touch.cycle in cycles[touch.due_on]}

    def message(self, touch: Touch) -> str:
        facts = {"hello": greeting(touch), "store": touch.store.name, "salutation": touch.customer.salutation}
        return greeting_to(key_of(touch), **facts)

    def script(self, touch: Touch) -> Script:
        text = greeting_for(key_of(touch), style_of(touch.customer.salutation))
        return spoken(self.key, touch, text=text)


def best_people():
    """The people who get words of their own, value tier A or grade A; `home` is the store that speaks to each."""
    return (
        Customer.objects.live()
        .filter(Q(profile__letter=BEST) | Q(profile__value_tier=BEST), has_phone(), kind=CustomerKind.PERSON)
        .annotate(home=home_store())
        .filter(home__isnull=False)
        .order_by("pk")
    )


def key_of(touch: Touch) -> str:
    """The key of the day in a touch's cycle."""
    return touch.cycle.partition(":")[0]
