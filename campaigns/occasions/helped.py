"""谢谢帮忙: somebody helped at an event, volunteered or answered. Care: a thank-you and nothing else."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.utils.timezone import localdate

from core.days import start_of
from customers.enums import Purpose
from referrals.enums import ClaimState
from referrals.models import PointClaim

from ..enums import Topic, TouchChannel
from ..models import Touch
from ..querysets import has_phone
from .base import Occasion, Proposal, Script, spoken


class Helped(Occasion):
    """The day after it was approved, once for each help."""

    key = "helped"
    name = "谢谢帮忙"
    purpose = Purpose.CARE
    topic = Topic.PERSONAL
    priority = 57
    max_age = 3
    channel = TouchChannel.WECHAT
    minutes = 3

    def propose(self, day: date) -> Iterable[Proposal]:
        since = start_of(day - timedelta(days=self.max_age + 1))
        rows = (
            PointClaim.objects.filter(state=ClaimState.APPROVED, decided_at__gte=since, decided_at__lt=start_of(day))
            .filter(has_phone("customer"), customer__ended_at__isnull=True)
            .order_by("pk")
        )
        for row in rows.iterator():
            due_on = localdate(row.decided_at) + timedelta(days=1)
            yield Proposal(
                customer_id=row.customer_id,
                store_id=row.store_id,
                cycle=f"claim:{row.pk}",
                due_on=due_on,
                not_after=self.latest(due_on),
                reason=f"{row.happened_on} {row.get_kind_display()}，还没谢过他",
            )

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """What was approved stays so. One query: the claim is still theirs."""
        numbers = [int(said) for touch in touches if (said := touch.cycle.removeprefix("claim:")).isdigit()]
        rows = PointClaim.objects.filter(pk__in=numbers, state=ClaimState.APPROVED).values_list("pk", "customer_id")
        standing = {(f"claim:{pk}", customer) for pk, customer in rows}
        return {touch.pk for touch in touches if (touch.cycle, touch.customer_id) in standing}

    def script(self, touch: Touch) -> Script:
        return spoken(self.key, touch)


occasion = Helped()
