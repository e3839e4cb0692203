"""来店周年: the day on which somebody first came, every year. Care: thanks and nothing else."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import F

from customers.enums import CustomerKind, Purpose
from customers.models import Customer
from segments.enums import Rhythm

from ..enums import Topic, TouchChannel
from ..models import Touch
from ..querysets import has_phone, home_store
from .anniversary import days_kept, kept_between, years_since
from .base import Occasion, Proposal, Script, known_of, spoken

CHANNEL = {"A": TouchChannel.CALL, "B": TouchChannel.WECHAT, "C": TouchChannel.WECHAT}


class FirstVisit(Occasion):
    """Asks the index of first visits for this day of earlier years; whoever is lost is not thanked for staying."""

    key = "first_visit"
    name = "来店周年"
    purpose = Purpose.CARE
    topic = Topic.BIRTHDAY
    priority = 55
    max_age = 2
    channel = TouchChannel.WECHAT
    minutes = 3

    def propose(self, day: date) -> Iterable[Proposal]:
        return self.propose_between(day - timedelta(days=self.max_age), day)

    def propose_between(self, first: date, last: date) -> Iterable[Proposal]:
        kept = kept_between(first, last)
        people = (
            Customer.objects.live()
            .filter(has_phone(), profile__first_visit_on__in=list(kept), profile__letter__in=list(CHANNEL))
            .exclude(profile__rhythm=Rhythm.LOST)
            .filter(kind=CustomerKind.PERSON)
            .annotate(home=home_store(), letter=F("profile__letter"), first_on=F("profile__first_visit_on"))
            .filter(home__isnull=False)
            .order_by("pk")
            .values_list("pk", "home", "letter", "first_on")
        )
        for person, home, letter, first_on in people.iterator():
            day = kept[first_on]
            yield Proposal(
                customer_id=person,
                store_id=home,
                cycle=str(day.year),
                due_on=day,
                not_after=self.latest(day),
                reason=f"第一次来店 {first_on}，今天满{years_since(first_on, day)}年",
                channel=CHANNEL[letter],
            )

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """The first visit on file is still of this day."""
        return {touch.pk for touch in touches if _first_visit_on(touch) in days_kept(touch.due_on)}

    def script(self, touch: Touch) -> Script:
        first_on = _first_visit_on(touch) or touch.due_on
        return spoken(self.key, touch, years=str(years_since(first_on, touch.due_on)))


def _first_visit_on(touch: Touch) -> date | None:
    profile = known_of(touch.customer)
    return profile and profile.first_visit_on


occasion = FirstVisit()
