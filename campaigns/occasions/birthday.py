"""生日祝福: on the day itself, solar or lunar, once per year of its calendar. Care: a greeting without any offer."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import F, Q

from core.calendars import LUNAR, Birthday, birthdays_between, birthdays_on, lunar_words
from customers.enums import CustomerKind, Purpose
from customers.models import Customer
from segments.enums import ValueTier

from ..enums import Topic, TouchChannel
from ..models import Touch
from ..querysets import can_be_written_to, has_phone, home_store
from .base import Occasion, Proposal

# Who gets a voice and who a text: the best customers and those with an advisor of their own are called.
CHANNEL_BY_TIER = {
    ValueTier.A: TouchChannel.CALL,
    ValueTier.B: TouchChannel.CALL,
    ValueTier.C: TouchChannel.MESSAGE,
    ValueTier.D: TouchChannel.MESSAGE,
    "": TouchChannel.MESSAGE,
}


class BirthdayWish(Occasion):
    """Asks the database by index: which birthdays are kept today, not who has one. A late wish is never made."""

    key = "birthday"
    name = "生日祝福"
    purpose = Purpose.CARE
    topic = Topic.BIRTHDAY
    priority = 10
    max_age = 0
    template = "【{store}】{hello}，今天是您的生日，{store}全体同事祝您生日快乐，平安顺心，一路畅行！"

    def propose(self, day: date) -> Iterable[Proposal]:
        return self.propose_between(day, day)

    def propose_between(self, first: date, last: date) -> Iterable[Proposal]:
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        turns = {turn.birthday: (day, turn.year) for day in days for turn in birthdays_on(day)}
        people = (
            Customer.objects.live()
            .filter(reduce(or_, map(_born, turns)), kind=CustomerKind.PERSON)
            .annotate(home=home_store(), calls=has_phone(), texts=can_be_written_to(), tier=F("profile__value_tier"))
            .filter(Q(calls=True) | Q(texts=True), home__isnull=False)
            .order_by("pk")
        )
        for person in people.iterator():
            birthday = _birthday(person)
            day, year = turns[birthday]
            yield Proposal(
                customer_id=person.pk,
                store_id=person.home,
                cycle=str(year),
                due_on=day,
                not_after=self.latest(day),
                reason=self.reason(birthday),
                channel=self.channel_for(person),
            )

    def channel_for(self, person: Customer) -> TouchChannel:
        """A call for the best, for those with an advisor, and for whom no channel reaches; a text for the others."""
        if not person.calls:
            return TouchChannel.MESSAGE
        if person.advisor_id or not person.texts:
            return TouchChannel.CALL
        return CHANNEL_BY_TIER[person.tier or ""]

    def reason(self, birthday: Birthday) -> str:
        """今天生日（农历八月十五）."""
        if birthday.calendar == LUNAR:
            return f"今天生日（农历{lunar_words(birthday.month, birthday.day, is_leap=birthday.is_leap)}）"
        return f"今天生日（公历{birthday.month}月{birthday.day}日）"

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """The birthday on file still falls on the touch's day."""
        return {
            touch.pk
            for touch in touches
            if touch.customer.has_birthday
            and birthdays_between(touch.due_on, touch.due_on, **_birthday(touch.customer)._asdict())
        }


def _born(birthday: Birthday) -> Q:
    return Q(
        birthday_calendar=birthday.calendar,
        birth_month=birthday.month,
        birth_day=birthday.day,
        birth_in_leap_month=birthday.is_leap,
    )


def _birthday(person: Customer) -> Birthday:
    return Birthday(person.birthday_calendar, person.birth_month, person.birth_day, person.birth_in_leap_month)


occasion = BirthdayWish()
