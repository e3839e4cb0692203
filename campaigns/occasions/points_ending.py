"""积分快到期: a month before. Marketing: only with consent, by a person, never by SMS (G7)."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Sum

from customers.enums import Purpose
from referrals.models import PointLot

from ..content.words import OPT_OUT
from ..enums import Topic, TouchChannel
from ..models import Touch
from ..querysets import has_phone, home_store
from .base import Occasion, Proposal, Script, spoken

BEFORE = 30
# Fewer are not worth somebody's time.
LEAST = 100


class PointsEnding(Occasion):
    """Points of a customer end together, on the last day of a month: once for each."""

    key = "points_ending"
    name = "积分快到期"
    purpose = Purpose.MARKETING
    topic = Topic.OFFER
    priority = 74
    max_age = BEFORE
    asks = True
    stands_alone = True
    channel = TouchChannel.WECHAT
    minutes = 3

    def propose(self, day: date) -> Iterable[Proposal]:
        return self.propose_between(day, day)

    def propose_between(self, first: date, last: date) -> Iterable[Proposal]:
        rows = (
            PointLot.objects.held()
            .filter(is_pending=False, expires_on__range=(first, last + timedelta(days=BEFORE)))
            .filter(has_phone("holder"), holder__ended_at__isnull=True)
            .annotate(home=home_store("holder"))
            .filter(home__isnull=False)
            .order_by("holder_id", "expires_on")
            .values("holder_id", "home", "expires_on")
            .annotate(points=Sum("left_points"))
            .filter(points__gte=LEAST)
        )
        for row in rows.iterator():
            until = row["expires_on"]
            yield Proposal(
                customer_id=row["holder_id"],
                store_id=row["home"],
                cycle=f"{until}",
                due_on=until - timedelta(days=BEFORE),
                not_after=until,
                reason=f"{row['points']:,} 积分用到 {until}",
            )

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """Something is left that ends on that day. One query."""
        people = {touch.customer_id for touch in touches}
        lots = PointLot.objects.usable(day).filter(holder__in=people).values_list("holder_id", "expires_on")
        standing = {(holder, f"{until}") for holder, until in lots}
        return {touch.pk for touch in touches if (touch.customer_id, touch.cycle) in standing}

    def script(self, touch: Touch) -> Script:
        return spoken(self.key, touch, until=f"{touch.not_after.month}月{touch.not_after.day}日")

    def message(self, touch: Touch) -> str:
        return f"{super().message(touch)}{OPT_OUT}"


occasion = PointsEnding()
