"""券快到期: two weeks before. Marketing: only with consent, by a person, never by SMS (G7)."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from customers.enums import Purpose
from referrals.models import Voucher

from ..content.words import OPT_OUT
from ..enums import Topic, TouchChannel
from ..models import Touch
from ..querysets import has_phone, home_store
from .base import Occasion, Proposal, Script, spoken

BEFORE = 14


class VoucherEnding(Occasion):
    """Each voucher once; one that was used, or ends another day by now, is not spoken of."""

    key = "voucher_ending"
    name = "券快到期"
    purpose = Purpose.MARKETING
    topic = Topic.OFFER
    priority = 72
    max_age = BEFORE
    asks = True
    stands_alone = True
    channel = TouchChannel.WECHAT
    minutes = 3

    def propose(self, day: date) -> Iterable[Proposal]:
        return self.propose_between(day, day)

    def propose_between(self, first: date, last: date) -> Iterable[Proposal]:
        rows = (
            Voucher.objects.ending_between(first, last + timedelta(days=BEFORE))
            .filter(has_phone("customer"), customer__ended_at__isnull=True, valid_from__lte=last)
            .annotate(home=home_store("customer"))
            .filter(home__isnull=False)
            .order_by("customer_id", "pk")
            .values_list("pk", "customer_id", "home", "type__name", "valid_from", "expires_on")
        )
        for pk, customer_id, home, name, since, until in rows.iterator():
            yield Proposal(
                customer_id=customer_id,
                store_id=home,
                cycle=f"voucher:{pk}",
                due_on=max(since, until - timedelta(days=BEFORE)),
                not_after=until,
                reason=f"手里的“{name}”用到 {until}",
            )

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """It is still there, theirs, and ends on the same day. One query."""
        numbers = [int(said) for touch in touches if (said := touch.cycle.removeprefix("voucher:")).isdigit()]
        rows = Voucher.objects.usable(day).filter(pk__in=numbers).values_list("pk", "customer_id", "expires_on")
        standing = {(f"voucher:{pk}", customer, until) for pk, customer, until in rows}
        return {one.pk for one in touches if (one.cycle, one.customer_id, one.not_after) in standing}

    def script(self, touch: Touch) -> Script:
        return spoken(self.key, touch, until=f"{touch.not_after.month}月{touch.not_after.day}日")

    def message(self, touch: Touch) -> str:
        return f"{super().message(touch)}{OPT_OUT}"


occasion = VoucherEnding()
