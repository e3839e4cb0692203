"""好久没见: somebody has stayed away for longer than their own rhythm. Care by hand: 车还好吗, without an offer."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from django.db.models import F, Q

from core.days import start_of
from customers.enums import Purpose
from customers.models import Customer
from segments.enums import Rhythm

from ..enums import Topic, TouchChannel
from ..models import Touch
from ..querysets import has_phone, home_store
from ..querysets.talks import last_spoken
from .base import Occasion, Proposal, known_of
from .rhythm import rested, resting, said_lately

CHANNEL = {"A": TouchChannel.CALL, "B": TouchChannel.CALL}


class StayedAway(Occasion):
    """Whoever passed one of the days of their own rhythm lately and was not spoken with since, as long as that is
    long enough. `rhythm` and `since` are columns of the profile."""

    topic = Topic.RETURN
    channel = TouchChannel.WECHAT
    keeps_rhythm = True
    rhythm: Rhythm
    since: str

    def propose(self, day: date) -> Iterable[Proposal]:
        return (proposal for proposal in self._found(day, day) if proposal.due_on <= day)

    def propose_between(self, first: date, last: date) -> Iterable[Proposal]:
        return (proposal for proposal in self._found(first, last) if proposal.due_on <= last)

    def _found(self, first: date, last: date) -> Iterator[Proposal]:
        """Who may be told on some day from `first` to `last`, or later; one query."""
        known_by = start_of(last + timedelta(days=1))
        people = (
            Customer.objects.live()
            .filter(has_phone(), profile__rhythm=self.rhythm)
            .filter(**{f"profile__{self.since}__range": (first - timedelta(days=self.max_age), last)})
            # Whoever has agreed to come needs no asking.
            .filter(Q(profile__next_on__isnull=True) | Q(profile__next_on__lt=first))
            .annotate(home=home_store(), letter=F("profile__letter"), since=F(f"profile__{self.since}"))
            .annotate(last_on=F("profile__last_visit_on"), interval=F("profile__interval_days"))
            .annotate(spoken_at=last_spoken(before=known_by))
            .filter(home__isnull=False)
            .order_by("pk")
            .values_list("pk", "home", "letter", "since", "last_on", "interval", "spoken_at")
        )
        for person, home, letter, since, last_on, interval, spoken_at in people.iterator():
            due_on, not_after = rested(since, spoken_at), self.latest(since)
            if due_on > not_after:
                continue
            yield Proposal(
                customer_id=person,
                store_id=home,
                cycle=str(since),
                due_on=due_on,
                not_after=not_after,
                reason=self.reason(last_on, interval) + said_lately(since, spoken_at),
                channel=CHANNEL.get(letter, self.channel),
            )

    def reason(self, last_on: date, interval: int | None) -> str:
        usual = f"平常约 {interval} 天来一次" if interval else "还没摸清多久来一次"
        return f"最近一次 {last_on}，{usual}：{self.rhythm.label}"

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """They have not come since, as the profile still says of the same day, nor spoken with us lately; one query."""
        away = {touch.pk for touch in touches if self._stays_away(known_of(touch.customer), touch)}
        return away - resting(touches, day)

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
