"""触达 · 计划: the coming days as the last planning left them, and the people of one day."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Count, Prefetch
from django.db.models.functions import Coalesce

from core.paging import KeyPage, key_page
from customers.enums import Purpose
from staff.enums import COMPANY_ROLES
from staff.models import Store, User

from .enums import BY_HAND, TouchChannel, Verdict
from .models import PlanLine, PlanRun
from .occasions import minutes_of, name_of, registry
from .querysets import TIER_RANK
from .rules.capacity import ALONG_MINUTES
from .rules.words import decision_words
from .services.foreseeing import room_of

CONTACTS = "contacts"
SHOWN = {CONTACTS: "联系", Verdict.MERGED: "合并", Verdict.POSTPONED: "推迟来的", Verdict.DROPPED: "不联系"}
ORDER = ("priority", "rank", "pk")


class Scope:
    """Whose plan and what of it: what the address asks for, within what the reader may see."""

    def __init__(self, query, *, user: User):
        self.user, self.run = user, PlanRun.objects.shown()
        self.stores = list(Store.objects.all()) if user.role in COMPANY_ROLES else [user.store]
        chosen = next((store for store in self.stores if str(store.pk) == query.get("store")), None)
        self.store = chosen if user.role in COMPANY_ROLES else user.store
        self.occasion = query.get("occasion") if query.get("occasion") in registry() else ""

    @property
    def occasions(self) -> list[tuple[str, str]]:
        return sorted(((occasion.key, occasion.name) for occasion in registry().values()), key=lambda pair: pair[1])

    @property
    def is_narrow(self) -> bool:
        return bool(self.occasion or (self.store and len(self.stores) > 1))

    @property
    def store_ids(self) -> list[int]:
        return [store.pk for store in self.stores] if self.store is None else [self.store.pk]

    def lines(self):
        """The lines of the plan that are looked at: not what somebody is at already."""
        lines = PlanLine.objects.visible_to(self.user).filter(run=self.run, store__in=self.store_ids)
        lines = lines.exclude(verdict=Verdict.TAKEN)
        return lines.filter(occasion=self.occasion) if self.occasion else lines

    def query(self, **more) -> str:
        asked = {"store": self.store and self.store.pk, "occasion": self.occasion, **more}
        return urlencode({name: value for name, value in asked.items() if value})


@dataclass
class Day:
    """A day of the plan: contacts by channel and purpose, what is said along, what falls away, minutes of people."""

    day: date
    query: str
    room: int
    channels: Counter = field(default_factory=Counter)
    purposes: Counter = field(default_factory=Counter)
    verdicts: Counter = field(default_factory=Counter)
    minutes: int = 0

    @property
    def contacts(self) -> int:
        return sum(self.channels.values())

    @property
    def merged(self) -> int:
        return self.verdicts[Verdict.MERGED]

    @property
    def postponed(self) -> int:
        return self.verdicts[Verdict.POSTPONED]

    @property
    def dropped(self) -> int:
        return self.verdicts[Verdict.DROPPED]

    @property
    def by_channel(self) -> list[tuple[str, int]]:
        return [(channel.label, self.channels[channel.value]) for channel in TouchChannel]

    @property
    def by_purpose(self) -> list[tuple[str, int]]:
        return [(purpose.label, self.purposes[purpose.value]) for purpose in Purpose]

    @property
    def weekday(self) -> str:
        return f"周{'一二三四五六日'[self.day.weekday()]}"

    @property
    def is_overfull(self) -> bool:
        return self.minutes > self.room

    @property
    def most(self) -> int:
        """The end of the bar."""
        return max(self.room, self.minutes, 1)


class PlanPage:
    """Thirty days with their sums; six queries however many people."""

    channels, purposes = TouchChannel.labels, Purpose.labels

    def __init__(self, scope: Scope):
        self.scope, self.run = scope, scope.run

    @cached_property
    def days(self) -> list[Day]:
        if self.run is None:
            return []
        room = self._room
        span = range((self.run.until - self.run.today).days + 1)
        found = {
            day: Day(day, self.scope.query(on=day.isoformat()), room(day))
            for day in (self.run.today + timedelta(days=n) for n in span)
        }
        for on, channel, purpose, occasion, verdict, lines in self._sums():
            day = found.get(max(on, self.run.today))
            if day:
                _add(day, channel, purpose, occasion, verdict, lines)
        return list(found.values())

    @cached_property
    def total(self) -> Day:
        """All days in one."""
        whole = Day(self.run.today, "", sum(day.room for day in self.days))
        for day in self.days:
            whole.channels += day.channels
            whole.purposes += day.purposes
            whole.verdicts += day.verdicts
            whole.minutes += day.minutes
        return whole

    @property
    def is_stale(self) -> bool:
        """A newer policy is being planned by."""
        return bool(self.run) and self.run.policy != type(self.run.policy).objects.current()

    def _sums(self):
        lines = self.scope.lines().annotate(on=Coalesce("planned_on", "due_on")).order_by()
        return lines.values_list("on", "channel", "purpose", "occasion", "verdict").annotate(lines=Count("pk"))

    @property
    def _room(self) -> Callable[[date], int]:
        policy = self.run.policy
        room = room_of(self.run.today, policy.all_numbers["caller_minutes"], policy.closed)
        return lambda day: sum(max(0, room(store, day.toordinal())) for store in self.scope.store_ids)


def _add(day: Day, channel: str, purpose: str, occasion: str, verdict: str, lines: int) -> None:
    day.verdicts[verdict] += lines
    if verdict in (Verdict.KEPT, Verdict.POSTPONED):
        day.channels[channel] += lines
        day.purposes[purpose] += lines
    if verdict == Verdict.MERGED:
        day.minutes += lines * ALONG_MINUTES
    elif verdict != Verdict.DROPPED and channel in BY_HAND:
        day.minutes += lines * minutes_of(occasion)


class DayPage:
    """The people of a day: whom, why, what is said along, or why not."""

    def __init__(self, scope: Scope, *, on: date, show: str, after: str | None):
        self.scope, self.run, self.on = scope, scope.run, on
        self.show = show if show in SHOWN else CONTACTS
        self.after = after

    @cached_property
    def tabs(self) -> list[tuple[str, str, int, str]]:
        """(key, words, how many, address)."""
        counts: dict[str, int] = defaultdict(int)
        for verdict, lines in self._lines().order_by().values_list("verdict").annotate(lines=Count("pk")):
            counts[verdict] = lines
        counts[CONTACTS] = counts[Verdict.KEPT] + counts[Verdict.POSTPONED]
        return [
            (key, words, counts[key], self.scope.query(on=self.on.isoformat(), show=key))
            for key, words in SHOWN.items()
        ]

    @cached_property
    def page(self) -> KeyPage:
        chosen = self._lines()
        chosen = chosen.contacts() if self.show == CONTACTS else chosen.filter(verdict=self.show)
        rows = chosen.select_related("customer__profile", "store", "lead").annotate(rank=TIER_RANK)
        along = Prefetch("merged", PlanLine.objects.order_by("priority", "pk"), to_attr="along")
        page = key_page(rows.prefetch_related(along), after=self.after, order=ORDER)
        for line in page.rows:
            line.occasion_name = name_of(line.occasion)
            line.words = words_of(line, self.run)
        return page

    def _lines(self):
        lines = self.scope.lines().annotate(on=Coalesce("planned_on", "due_on"))
        first = {"on__lte": self.on} if self.on == self.run.today else {"on": self.on}
        return lines.filter(**first)


def words_of(line: PlanLine, run: PlanRun) -> str:
    """Why it is as it is; `lead` is loaded."""
    return decision_words(
        line.verdict,
        line.why,
        on=line.planned_on,
        until=run.until,
        cap=line.cap,
        count=line.count,
        most=run.policy.all_numbers.get(line.cap, 0),
        lead=name_of(line.lead.occasion) if line.lead_id and line.lead else "",
        drop_reason=line.drop_reason,
    )
