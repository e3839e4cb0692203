"""What the outbox shows: what waits, is on its way, is uncertain or failed, who stopped what, and what today cost."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils.timezone import localdate

from core.paging import KeyPage, key_page
from staff.models import User

from .channels import Channel, channel_named, channels_in_use
from .enums import MessageState
from .models import Hold, Message, Spending
from .models.outbox import EVERYTHING, channel_scope, cost_scope, occasion_scope
from .occasions import name_of

# The tabs of the list: what each is called and which states it shows. What ended is shown for today only.
TABS = {
    "waiting": ("待发", (MessageState.QUEUED,)),
    "way": ("在路上", (MessageState.INFLIGHT, MessageState.ACCEPTED)),
    "unknown": ("不确定", (MessageState.UNKNOWN,)),
    "failed": ("失败", (MessageState.FAILED,)),
    "held": ("没有发", (MessageState.SUPPRESSED, MessageState.EXPIRED, MessageState.CANCELLED)),
    "done": ("已送达", (MessageState.DELIVERED,)),
}
ORDER = {"waiting": ("due_at", "pk")}


@dataclass(frozen=True)
class Waiting:
    """An occasion with texts that wait, and whether it is paused."""

    key: str
    name: str
    messages: int
    hold: Hold | None


@dataclass(frozen=True)
class Way:
    """A channel in use: what it has sent today, and what keeps it from sending more."""

    channel: Channel
    spending: Spending | None
    cost_hold: Hold | None
    rest: Hold | None


@dataclass(frozen=True)
class Outbox:
    """One page of the outbox, as one person may see it."""

    ways: list[Way]
    tab: str
    tabs: list[tuple[str, str, int]]
    page: KeyPage
    stop: Hold | None
    waiting: list[Waiting]

    @property
    def is_held(self) -> bool:
        """Whether the page has to say first that something is not sent."""
        return bool(self.stop or any(way.cost_hold or way.rest for way in self.ways))


def outbox(user: User, *, tab: str, after: str | None, now: datetime) -> Outbox:
    """The page `user` asked for; a fixed number of queries."""
    tab = tab if tab in TABS else "waiting"
    messages = Message.objects.visible_to(user)
    held = {hold.scope: hold for hold in Hold.objects.standing(now).select_related("by")}
    counts = _counts(messages)
    rows = messages.filter(state__in=TABS[tab][1]).for_outbox()
    page = key_page(rows, after=after, size=30, order=ORDER.get(tab, ("-due_at", "-pk")))
    for message in page.rows:
        message.occasion_name = name_of(message.touch.occasion)
        carrier = channel_named(message.via)
        message.carrier = carrier.label if carrier else ""
        message.can_retry = message.may_be_retried(now=now)
    return Outbox(
        ways=_ways(held, now),
        tab=tab,
        tabs=[(key, label, sum(counts[state] for state in states)) for key, (label, states) in TABS.items()],
        page=page,
        stop=held.get(EVERYTHING),
        waiting=_waiting(messages, held),
    )


def _ways(held: dict[str, Hold], now: datetime) -> list[Way]:
    spent = {row.channel: row for row in Spending.objects.filter(day=localdate(now))}
    return [
        Way(one, spent.get(one.name), held.get(cost_scope(one.name)), held.get(channel_scope(one.name)))
        for one in channels_in_use()
    ]


def _counts(messages) -> Counter:
    return Counter(dict(messages.order_by().values_list("state").annotate(Count("pk"))))


def _waiting(messages, held: dict[str, Hold]) -> list[Waiting]:
    """Occasions with something to send, the fullest first; a paused one is shown though nothing waits."""
    queued = messages.queued().order_by().values_list("touch__occasion").annotate(messages=Count("pk"))
    counts = dict(queued)
    paused = [scope.removeprefix("occasion:") for scope in held if scope.startswith("occasion:")]
    keys = sorted({*counts, *paused}, key=lambda key: (-counts.get(key, 0), key))
    return [Waiting(key, name_of(key), counts.get(key, 0), held.get(occasion_scope(key))) for key in keys]
