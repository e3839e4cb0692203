"""三级回访 (3-12): a month after a visit 店员微信; 店长电话 and 老板登门 for whoever is worth more or was let down."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from django.db.models import Exists, F, OuterRef, Subquery
from django.utils.timezone import localdate

from core.days import start_of
from customers.enums import Purpose
from customers.models import Interaction
from staff.models import Store
from vehicles.models import ServiceLine, ServiceOrder

from ..enums import Topic, TouchChannel
from ..models import Touch
from ..querysets import has_phone
from ..querysets.talks import last_spoken
from .after_visit import NOT_ASKED_AFTER, done_on, stands, work_of
from .base import MANAGERS, OWNERS, Occasion, Proposal, Script, spoken
from .rhythm import rested, resting, said_lately

CLERK, MANAGER, OWNER = 1, 2, 3
CHANNEL = {CLERK: TouchChannel.WECHAT, MANAGER: TouchChannel.CALL, OWNER: TouchChannel.VISIT}
WHO = {CLERK: "店员微信", MANAGER: "店长电话", OWNER: "老板登门"}
SCRIPT = {TouchChannel.WECHAT: "clerk", TouchChannel.CALL: "manager", TouchChannel.VISIT: "owner"}
# The grade that begins one step up; what somebody has spent by themselves in 24 months is worth another.
BEST_LETTER, MUCH_FEN = "A", 2_000_000
AFTER, GRACE = 30, 14
JUDGED = ("letter", "own_fen")
VISITED = ("pk", "customer_id", "store_id", "vehicle_id", "closed_on", "work", "is_rework", "spoken_at", *JUDGED)
# A complaint is answered the next day, before any other call.
UPSET_PRIORITY = 16


class Revisit(Occasion):
    """One step of the ladder per visit, chosen by who the customer is; another the day after they were let down."""

    key = "revisit"
    name = "三级回访"
    purpose = Purpose.SERVICE
    topic = Topic.FOLLOW_UP
    priority = 45
    max_age = GRACE
    channel = TouchChannel.WECHAT
    minutes = 10
    keeps_rhythm = True
    made_by = {TouchChannel.CALL: MANAGERS, TouchChannel.VISIT: OWNERS}

    def propose(self, day: date) -> Iterable[Proposal]:
        yield from (proposal for proposal in self._after_a_month(day, day) if proposal.due_on <= day)
        yield from self._let_down(day)

    def propose_between(self, first: date, last: date) -> Iterable[Proposal]:
        """Visits of which a month will have passed; of anger nobody knows before."""
        yield from (proposal for proposal in self._after_a_month(first, last) if proposal.due_on <= last)
        yield from self._let_down(first)

    def _after_a_month(self, first: date, last: date) -> Iterator[Proposal]:
        """Visits that are due on some day from `first` to `last`, or later because somebody spoke with them."""
        lines = ServiceLine.objects.filter(order=OuterRef("pk"))
        work = lines.exclude(kind__in=NOT_ASKED_AFTER).order_by(F("rework_of").asc(nulls_last=True), "position")
        later = ServiceOrder.objects.closed().filter(customer=OuterRef("customer"), closed_on__gt=OuterRef("closed_on"))
        upset = Interaction.objects.unhappy().filter(customer=OuterRef("customer"))
        visits = (
            ServiceOrder.objects.closed_between(first - timedelta(days=AFTER + GRACE), last - timedelta(days=AFTER))
            .not_only(NOT_ASKED_AFTER)
            .filter(has_phone("customer"), ~Exists(later), ~Exists(upset))
            .filter(store__in=Store.objects.all(), customer__ended_at__isnull=True)
            .annotate(work=Subquery(work.values("name")[:1]), letter=F("customer__profile__letter"))
            .annotate(own_fen=F("customer__profile__own_fen"), is_rework=Exists(lines.reworks()))
            .annotate(spoken_at=last_spoken("customer", before=start_of(last + timedelta(days=1))))
            .order_by("customer_id", "-closed_on", "-pk")
            .values(*VISITED)
        )
        for _, of_customer in groupby(visits.iterator(), key=lambda visit: visit["customer_id"]):
            visit = next(of_customer)
            level = level_of(visit["letter"] or "", visit["own_fen"] or 0, is_upset=visit["is_rework"])
            wished, closed_on = visit["closed_on"] + timedelta(days=AFTER), visit["closed_on"]
            due_on, not_after = rested(wished, visit["spoken_at"]), self.latest(wished)
            if due_on > not_after:
                continue
            done = done_on(closed_on, visit["work"] or "", is_rework=visit["is_rework"])
            yield Proposal(
                customer_id=visit["customer_id"],
                store_id=visit["store_id"],
                vehicle_id=visit["vehicle_id"],
                order_id=visit["pk"],
                cycle=f"order:{visit['pk']}",
                due_on=due_on,
                not_after=not_after,
                reason=f"{done}，满一个月：{WHO[level]}" + said_lately(wished, visit["spoken_at"]),
                channel=CHANNEL[level],
            )

    def _let_down(self, day: date) -> Iterator[Proposal]:
        first = start_of(day - timedelta(days=GRACE))
        until = start_of(day)
        talks = (
            Interaction.objects.unhappy()
            .filter(has_phone("customer"), store__in=Store.objects.all(), at__gte=first, at__lt=until)
            .filter(customer__ended_at__isnull=True)
            .annotate(letter=F("customer__profile__letter"), own_fen=F("customer__profile__own_fen"))
            .order_by("customer_id", "-at", "-pk")
            .values("pk", "customer_id", "store_id", "at", *JUDGED)
        )
        for _, of_customer in groupby(talks.iterator(), key=lambda talk: talk["customer_id"]):
            talk = next(of_customer)
            level = level_of(talk["letter"] or "", talk["own_fen"] or 0, is_upset=True)
            spoke_on = localdate(talk["at"])
            yield Proposal(
                customer_id=talk["customer_id"],
                store_id=talk["store_id"],
                cycle=f"talk:{talk['pk']}",
                due_on=spoke_on + timedelta(days=1),
                not_after=self.latest(spoke_on),
                reason=f"{spoke_on.month}月{spoke_on.day}日不满意，还没安抚好：{WHO[level]}",
                channel=CHANNEL[level],
                priority=UPSET_PRIORITY,
            )

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """The visit stands and nobody has spoken with them lately; or nobody has put the anger right. Two queries."""
        talks = {talk_of(touch) for touch in touches if not touch.order_id}
        open_talks = set(Interaction.objects.unhappy().filter(pk__in=talks - {None}).values_list("pk", flat=True))
        rest = resting([touch for touch in touches if touch.order_id], day)
        return {
            touch.pk
            for touch in touches
            if (stands(touch) and touch.pk not in rest if touch.order_id else talk_of(touch) in open_talks)
        }

    def script(self, touch: Touch) -> Script:
        visit = touch.order.closed_on if touch.order and touch.order.closed_on else touch.due_on - timedelta(days=1)
        facts = {"day": f"{visit.month}月{visit.day}日", "work": work_of(touch.reason)}
        return spoken(f"{self.key}.{SCRIPT.get(touch.channel, 'clerk')}", touch, **facts)


def level_of(letter: str, own_fen: int, *, is_upset: bool) -> int:
    """Which step: the clerk's for everybody, one up for the best grade, much money, a bad answer or rework."""
    return min(OWNER, CLERK + (letter == BEST_LETTER) + (own_fen >= MUCH_FEN) + is_upset)


def talk_of(touch: Touch) -> int | None:
    """The id of the conversation that a touch is about."""
    kind, _, number = touch.cycle.partition(":")
    return int(number) if kind == "talk" and number.isdigit() else None


occasion = Revisit()
