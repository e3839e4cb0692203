"""提车回访: a call on the day after a visit (3-33). Service: nobody is asked to buy anything."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from django.db.models import OuterRef, Subquery

from customers.enums import Purpose
from staff.models import Store
from vehicles.enums import OrderStatus, ServiceKind
from vehicles.models import ServiceLine, ServiceOrder

from ..enums import Topic
from ..models import Touch
from ..querysets import has_phone
from .base import Occasion, Proposal, Script, introduction

DAYS = 7
# Nothing was done to the car that could be asked after: a wash, or only a card or voucher sold.
NOT_ASKED_AFTER = frozenset({ServiceKind.WASH, ServiceKind.VOUCHER})
LONGEST_ITEM = 20


class AfterVisit(Occasion):
    """Proposes the latest visit of each customer that was closed in the last week and was more than a wash."""

    key = "after_visit"
    name = "提车回访"
    purpose = Purpose.SERVICE
    topic = Topic.FOLLOW_UP
    priority = 20
    max_age = DAYS - 1

    def propose(self, day: date) -> Iterable[Proposal]:
        work = ServiceLine.objects.filter(order=OuterRef("pk")).exclude(kind__in=NOT_ASKED_AFTER).order_by("position")
        visits = (
            ServiceOrder.objects.closed_between(day - timedelta(days=DAYS), day)
            .not_only(NOT_ASKED_AFTER)
            # Naming the stores lets the index by store and closing day be used: a week, not the whole history, is read.
            .filter(has_phone("customer"), store__in=Store.objects.all(), customer__ended_at__isnull=True)
            .annotate(work=Subquery(work.values("name")[:1]))
            .order_by("customer_id", "-closed_on", "-pk")
            .values("pk", "customer_id", "store_id", "vehicle_id", "closed_on", "work")
        )
        for _, of_customer in groupby(visits.iterator(), key=lambda visit: visit["customer_id"]):
            yield self._proposal(next(of_customer))

    def _proposal(self, visit: dict) -> Proposal:
        due_on = visit["closed_on"] + timedelta(days=1)
        return Proposal(
            customer_id=visit["customer_id"],
            store_id=visit["store_id"],
            vehicle_id=visit["vehicle_id"],
            order_id=visit["pk"],
            cycle=f"order:{visit['pk']}",
            due_on=due_on,
            not_after=self.latest(due_on),
            reason=self.reason(visit["closed_on"], visit["work"] or ""),
        )

    def reason(self, closed_on: date, work: str) -> str:
        """11月20日做了小保养，问问车用得怎么样."""
        done = f"做了{work[:LONGEST_ITEM]}" if work else "来过店里"
        return f"{closed_on.month}月{closed_on.day}日{done}，问问车用得怎么样"

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """The order was not cancelled since, and is still this customer's."""
        return {
            touch.pk
            for touch in touches
            if touch.order and touch.order.status == OrderStatus.CLOSED and touch.order.customer_id == touch.customer_id
        }

    def script(self, touch: Touch) -> Script:
        visit = touch.order.closed_on if touch.order and touch.order.closed_on else touch.due_on - timedelta(days=1)
        day = f"{visit.month}月{visit.day}日"
        return Script(
            opening=f"{introduction(touch)}您{day}来店里，车开回去这几天感觉怎么样？有没有哪里不放心的？",
            answers=(
                ("挺好的，没问题", "那就好。用车有任何不对劲，您直接打店里电话，我们马上帮您看。"),
                (
                    "还有点异响，好像没弄好",
                    "让您费心了，不好意思。我现在就跟师傅说，您看今天还是明天方便回来？我们先给您检查，"
                    "是我们没做好的，我们负责到底。",
                ),
                (
                    "这次有点贵",
                    "您这么说我理解。我把每一项为什么做、用了什么料给您讲一遍；以后都先报价，您点头了我们再动手。",
                ),
                ("现在没空", "好的，不耽误您。您看今天晚点还是明天，我再打给您？"),
            ),
            close="谢谢您抽空接电话。您路上慢点，有事随时找我。",
        )


occasion = AfterVisit()
