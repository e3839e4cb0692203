"""好久没见: somebody has stayed away for longer than their own rhythm. Care by hand: 车还好吗, without an offer."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import F, Q

from customers.enums import Purpose
from customers.models import Customer
from segments.enums import Rhythm

from ..enums import Topic, TouchChannel
from ..models import Touch
from ..querysets import has_phone, home_store
from .base import Occasion, Proposal, known_of

CHANNEL = {"A": TouchChannel.CALL, "B": TouchChannel.CALL}


class StayedAway(Occasion):
    """Whoever passed one of the days of their own rhythm lately. `rhythm` and `since` are columns of the profile."""

    topic = Topic.RETURN
    channel = TouchChannel.WECHAT
    rhythm: Rhythm
    since: str

    def propose(self, day: date) -> Iterable[Proposal]:
        first = day - timedelta(days=self.max_age)
        people = (
            Customer.objects.live()
            .filter(has_phone(), profile__rhythm=self.rhythm, **{f"profile__{self.since}__range": (first, day)})
            # Whoever has agreed to come needs no asking.
            .filter(Q(profile__next_on__isnull=True) | Q(profile__next_on__lt=day))
            .annotate(home=home_store(), letter=F("profile__letter"), since=F(f"profile__{self.since}"))
            .annotate(last_on=F("profile__last_visit_on"), interval=F("profile__interval_days"))
            .filter(home__isnull=False)
            .order_by("pk")
            .values_list("pk", "home", "letter", "since", "last_on", "interval")
        )
        for person, home, letter, since, last_on, interval in people.iterator():
            yield Proposal(
                customer_id=person,
                store_id=home,
                cycle=str(since),
                due_on=since,
                not_after=self.latest(since),
                reason=self.reason(last_on, interval),
                channel=CHANNEL.get(letter, self.channel),
            )

    def reason(self, last_on: date, interval: int | None) -> str:
        usual = f"平常约 {interval} 天来一次" if interval else "还没摸清多久来一次"
        return f"最近一次 {last_on}，{usual}：{self.rhythm.label}"

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """They have not come since: the profile still says so, of the same day."""
        return {touch.pk for touch in touches if self._stays_away(known_of(touch.customer), touch)}

    def _stays_away(self, profile, touch: Touch) -> bool:
        if profile is None:
            return False
        return profile.rhythm == self.rhythm and str(getattr(profile, self.since)) == touch.cycle


class AtRisk(StayedAway):
    key = "at_risk"
    name = "好久没见"
    purpose = Purpose.CARE
    priority = 50
    max_age = 30
    rhythm, since = Rhythm.AT_RISK, "at_risk_on"


occasion = AtRisk()
