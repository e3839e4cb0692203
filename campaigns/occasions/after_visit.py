"""提车回访 (3-33): the day after a visit, then the third day, or the seventh after a repair. Nobody is asked to buy."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Exists, F, OuterRef, Subquery

from customers.enums import Purpose
from staff.models import Store
from vehicles.enums import OrderStatus, ServiceKind
from vehicles.models import ServiceLine, ServiceOrder

from ..enums import Topic, TouchChannel
from ..models import Touch
from ..querysets import has_phone
from .base import Occasion, Proposal, Script, spoken

# The days after closing on which somebody asks, and the last day on which each question still makes sense.
NEXT_DAY, THIRD_DAY, SEVENTH_DAY = 1, 3, 7
UNTIL = {NEXT_DAY: 7, THIRD_DAY: 7, SEVENTH_DAY: 10}
# What shows its faults only when the car has run for a while.
REPAIRS = frozenset({ServiceKind.REPAIR, ServiceKind.BODY})
# How a second question is asked, by grade; who is not named here is asked once.
SECOND_TIME = {"A": TouchChannel.CALL, "B": TouchChannel.CALL, "C": TouchChannel.WECHAT, "": TouchChannel.WECHAT}
# Nothing was done to the car that could be asked after: a wash, or only a card or voucher sold.
NOT_ASKED_AFTER = frozenset({ServiceKind.WASH, ServiceKind.VOUCHER})
LONGEST_ITEM = 20
# Whose earlier work had to be made good is asked before the others.
REWORK_PRIORITY = 17
REWORK = "返工"


class AfterVisit(Occasion):
    """Proposes the round that the latest visit of each customer is in, when it was more than a wash."""

    key = "after_visit"
    name = "提车回访"
    purpose = Purpose.SERVICE
    topic = Topic.FOLLOW_UP
    priority = 20
    max_age = UNTIL[SEVENTH_DAY]

    def propose(self, day: date) -> Iterable[Proposal]:
        lines = ServiceLine.objects.filter(order=OuterRef("pk"))
        # What was made good comes first.
        work = lines.exclude(kind__in=NOT_ASKED_AFTER).order_by(F("rework_of").asc(nulls_last=True), "position")
        visits = (
            ServiceOrder.objects.closed_between(day - timedelta(days=self.max_age), day)
            .not_only(NOT_ASKED_AFTER)
            # Naming the stores lets the index by store and closing day be used: a week, not the whole history, is read.
            .filter(has_phone("customer"), store__in=Store.objects.all(), customer__ended_at__isnull=True)
            .annotate(
                work=Subquery(work.values("name")[:1]),
                is_repair=Exists(lines.filter(kind__in=REPAIRS)),
                is_rework=Exists(lines.reworks()),
                letter=F("customer__profile__letter"),
            )
            .order_by("customer_id", "-closed_on", "-pk")
            .values(
                "pk", "customer_id", "store_id", "vehicle_id", "closed_on", "work", "is_repair", "is_rework", "letter"
            )
        )
        for _, of_customer in groupby(visits.iterator(), key=lambda visit: visit["customer_id"]):
            visit = next(of_customer)
            ask = round_of((day - visit["closed_on"]).days, visit["is_repair"], visit["letter"] or "")
            if ask:
                yield self._proposal(visit, *ask)

    def _proposal(self, visit: dict, after: int, until: int) -> Proposal:
        first = after == NEXT_DAY
        return Proposal(
            customer_id=visit["customer_id"],
            store_id=visit["store_id"],
            vehicle_id=visit["vehicle_id"],
            order_id=visit["pk"],
            cycle=f"order:{visit['pk']}" if first else f"order:{visit['pk']}:{after}",
            due_on=visit["closed_on"] + timedelta(days=after),
            not_after=visit["closed_on"] + timedelta(days=until),
            reason=self.reason(visit["closed_on"], visit["work"] or "", is_rework=visit["is_rework"]),
            channel=self.channel if first else SECOND_TIME[visit["letter"] or ""],
            priority=REWORK_PRIORITY if visit["is_rework"] else None,
        )

    def reason(self, closed_on: date, work: str, *, is_rework: bool) -> str:
        """11月20日做了小保养，问问车用得怎么样."""
        asked = "问问这次修好了没有" if is_rework else "问问车用得怎么样"
        return f"{done_on(closed_on, work, is_rework=is_rework)}，{asked}"

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """The order was not cancelled since, and is still this customer's."""
        return {touch.pk for touch in touches if stands(touch)}

    def script(self, touch: Touch) -> Script:
        after = touch.cycle.split(":")[2:] or [NEXT_DAY]
        visit = touch.order.closed_on if touch.order and touch.order.closed_on else touch.due_on - timedelta(days=1)
        about = "rework" if is_of_rework(touch.reason) else after[0]
        return spoken(f"{self.key}.{about}", touch, day=f"{visit.month}月{visit.day}日", work=work_of(touch.reason))


def round_of(days: int, is_repair: bool, letter: str) -> tuple[int, int] | None:
    """Which question is to be asked so many days after a visit, and until when; each lasts until the next begins."""
    later = (SEVENTH_DAY if is_repair else THIRD_DAY) if letter in SECOND_TIME else None
    if later and later <= days <= UNTIL[later]:
        return later, UNTIL[later]
    if days <= UNTIL[NEXT_DAY] and not (later and days >= later):
        return NEXT_DAY, later - 1 if later else UNTIL[NEXT_DAY]
    return None


def stands(touch: Touch) -> bool:
    """The visit that a touch is about is closed and still this customer's."""
    order = touch.order
    return bool(order) and order.status == OrderStatus.CLOSED and order.customer_id == touch.customer_id


def done_on(closed_on: date, work: str, *, is_rework: bool) -> str:
    """11月20日做了小保养; of rework 11月20日返工，重新做了刹车片."""
    done = f"做了{work[:LONGEST_ITEM]}" if work else "来过店里"
    again = f"{REWORK}，重新" if is_rework and work else REWORK + "，" if is_rework else ""
    return f"{closed_on.month}月{closed_on.day}日{again}{done}"


def is_of_rework(reason: str) -> bool:
    return f"日{REWORK}，" in reason


def work_of(reason: str) -> str:
    """小保养, out of 11月20日做了小保养，问问…: what was done stands in the reason, in the words of the night."""
    return reason.partition("做了")[2].partition("，")[0] or "那次服务"


occasion = AfterVisit()
