"""The contact budget: which of a customer's reasons to speak become a contact, on which day, and why not the others.

Pure. Days are ordinals (`date.toordinal`), so that a million customers are planned without making dates.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from customers.enums import Purpose

from ..enums import BY_HAND, TouchChannel, Why
from .numbers import CAPS

PURPOSE_RANK = {Purpose.SERVICE.value: 0, Purpose.CARE.value: 1, Purpose.MARKETING.value: 2}
# Who comes to the door may say what a call would have said; a call says what would have been written.
NEARNESS = {TouchChannel.WECHAT.value: 1, TouchChannel.CALL.value: 2, TouchChannel.VISIT.value: 3}


class Wish(NamedTuple):
    """A proposal: to be said between `first` and `last`. `key` is unique for its customer; a smaller `priority` and a
    smaller `value` come first. Service asks for nothing, whatever it says."""

    key: str
    purpose: str
    channel: str
    first: int
    last: int
    priority: int
    value: int
    asks: bool
    merges: bool


class Contact(NamedTuple):
    """What was said to the customer, or surely will be: it occupies budget and cannot be moved. Of a talk that nobody
    had planned the purpose is blank, and `asks` None: it neither asked nor gave."""

    day: int
    purpose: str
    channel: str
    asks: bool | None


class Decision(NamedTuple):
    """`on` None: not at all; `into`: said together with that one. `why` and `cap` say why it is not as wished, with how
    many contacts stood against how many allowed. A contact may move up to `latest` without breaking anything."""

    key: str
    on: int | None
    into: str | None = None
    why: Why = Why.AS_WISHED
    cap: str = ""
    count: int = 0
    latest: int | None = None


class Budget:
    """The policy's numbers, made ready: which caps bind a purpose and channel, and what each of them counts."""

    def __init__(self, numbers: Mapping[str, int], *, closed: Iterable[int] = ()):
        self.numbers = dict(numbers)
        self.closed = frozenset(closed)
        self.asks_in_row, self.wait = numbers["asks_in_row"], numbers["wait_days"]
        kinds = [(purpose, channel.value) for purpose in PURPOSE_RANK for channel in TouchChannel]
        self.binding = {kind: self._caps(lambda cap, kind=kind: cap.binds(*kind)) for kind in kinds}
        # What a contact takes room in, whether it is bound by it or not: no moving may crowd the others.
        self.counting = {kind: self._caps(lambda cap, kind=kind: cap.counts(*kind)) for kind in kinds}
        self.spans = sorted({cap.days for cap in CAPS.values()})

    def _caps(self, chosen: Callable) -> tuple:
        return tuple(
            (name, cap.days, self.numbers[name], cap.purpose and cap.purpose.value, cap.channel and cap.channel.value)
            for name, cap in CAPS.items()
            if chosen(cap)
        )

    def opens(self, day: int, channel: str) -> int:
        """The first day from `day` on on which somebody is there to do it."""
        while channel in BY_HAND and day in self.closed:
            day += 1
        return day


class _Planned:
    """A contact being planned: moved when another one joins it."""

    __slots__ = ("asks", "channel", "day", "last", "merged", "purpose", "why", "wish")

    def __init__(self, wish: Wish, day: int, why: tuple):
        self.wish, self.day, self.last, self.why = wish, day, wish.last, why
        self.purpose, self.channel, self.asks = wish.purpose, wish.channel, _asks(wish)
        self.merged: list[Wish] = []


def plan(wishes: Sequence[Wish], history: Sequence[Contact], budget: Budget, *, today: int) -> list[Decision]:
    """One decision for each wish of one customer; the order in which wishes and history come does not matter.

    Gives before asks, service before care before marketing, then priority, value, deadline: each is said together with
    one that stands already, else on its first day with room, else together with one further off, else not at all.
    """
    if len(wishes) == 1 and not history and all(cap[2] for cap in budget.binding[wishes[0].purpose, wishes[0].channel]):
        return [_alone(wishes[0], budget, today)]
    planner = _Planner(history, budget, today)
    dropped = [planner.place(wish) for wish in sorted(wishes, key=_turn)]
    return [*filter(None, dropped), *planner.decisions()]


def plan_all(
    wishes: Iterable[tuple[int, Wish]], history: Iterable[tuple[int, Contact]], budget: Budget, *, today: int
) -> Iterator[tuple[int, list[Decision]]]:
    """Plan many customers in one pass: both streams come in the order of customer ids and are never held."""
    contacts = groupby(history, key=itemgetter(0))
    known, found = next(contacts, (None, ()))
    for customer, of_customer in groupby(wishes, key=itemgetter(0)):
        while known is not None and known < customer:
            known, found = next(contacts, (None, ()))
        past = [contact for _, contact in found] if known == customer else []
        yield customer, plan([wish for _, wish in of_customer], past, budget, today=today)


def stands_against(wish: Wish, history: Sequence[Contact], budget: Budget, *, day: int) -> tuple | None:
    """(why, cap, count) when the budget does not let `wish` be said on `day`, whatever its own days are."""
    return _Planner(history, budget, day)._blocked(day, wish)


def _turn(wish: Wish) -> tuple:
    return _asks(wish), PURPOSE_RANK[wish.purpose], wish.priority, wish.value, wish.last, wish.key


def _asks(wish: Wish) -> bool:
    return wish.asks and wish.purpose != Purpose.SERVICE


def _alone(wish: Wish, budget: Budget, today: int) -> Decision:
    start = max(wish.first, today)
    day = budget.opens(start, wish.channel)
    if day > wish.last:
        return Decision(wish.key, None, why=Why.CLOSED)
    return Decision(wish.key, day, why=Why.CLOSED if day > start else Why.AS_WISHED, latest=wish.last)


class _Planner:
    """One customer while their contacts are being placed."""

    def __init__(self, history: Sequence[Contact], budget: Budget, today: int):
        self.past, self.budget, self.today = list(history), budget, today
        self.planned: list[_Planned] = []

    def place(self, wish: Wish) -> Decision | None:
        """Find room; a decision only where there is none."""
        start = max(wish.first, self.today)
        if self._join(wish, start, until=min(wish.last, start + self.budget.wait)):
            return None
        day, why = self._room(wish, start)
        if day is not None:
            self.planned.append(_Planned(wish, day, why if day > start else (Why.AS_WISHED, "", 0)))
            return None
        if self._join(wish, start, until=wish.last):
            return None
        if why[1] == "day_message" and wish.last == start and self._make_way(wish, start):
            self.planned.append(_Planned(wish, start, (Why.AS_WISHED, "", 0)))
            return None
        return Decision(wish.key, None, None, *why)

    def _make_way(self, wish: Wish, day: int) -> bool:
        """Put another text of `day` off by a day for one that is said on it or never, where it may wait so long."""
        for lead in self.planned:
            if lead.channel == TouchChannel.MESSAGE and lead.day == day < lead.last and not lead.merged:
                before, lead.day, lead.why = lead.why, day + 1, (Why.CAP, "day_message", 1)
                if not self._blocked(lead.day, lead, but=lead, strictly=True) and not self._blocked(day, wish):
                    return True
                lead.day, lead.why = day, before
        return False

    def _room(self, wish: Wish, start: int) -> tuple[int | None, tuple]:
        """The first day with room, and what stood against the first one tried."""
        why = None
        for day in self._days(wish, start):
            blocked = self._blocked(day, wish)
            if blocked is None:
                return day, why or (Why.CLOSED, "", 0)
            why = why or blocked
        return None, why or (Why.CLOSED, "", 0)

    def _days(self, wish: Wish, start: int) -> list[int]:
        """The days worth trying: between them nothing frees itself."""
        freed = {contact.day + span for contact in self._contacts() for span in self.budget.spans}
        freed |= {contact.day for contact in self._contacts() if not contact.asks}
        opened = {self.budget.opens(day, wish.channel) for day in (start, *(day for day in freed if day > start))}
        return sorted(day for day in opened if day <= wish.last)

    def _contacts(self) -> list:
        return [*self.past, *self.planned]

    def _blocked(self, day: int, wish, *, but=None, strictly=False) -> tuple | None:
        """What stands against saying `wish` on `day`, if anything; `strictly`: also what it would crowd out."""
        others = [contact for contact in self._contacts() if contact is not but]
        caps = self.budget.counting if strictly else self.budget.binding
        for name, span, most, purpose, channel in caps[wish.purpose, wish.channel]:
            near = [
                contact.day
                for contact in others
                if -span < contact.day - day < span
                and (purpose is None or contact.purpose == purpose)
                and (channel is None or contact.channel == channel)
            ]
            if len(near) >= most and (count := crowded(sorted(near), day, span, most)) is not None:
                return Why.CAP, name, count
        if wish.asks and wish.purpose != Purpose.SERVICE and self._too_many_asks(day, others):
            return Why.ASKS, "asks_in_row", self.budget.asks_in_row
        return None

    def _too_many_asks(self, day: int, others: list) -> bool:
        """Whether an ask on `day` would be one too many in a row; what is given on a day comes before what is asked."""
        said = sorted((contact.day, contact.asks) for contact in others if contact.asks is not None)
        before = _run(asks for when, asks in reversed(said) if (when, asks) <= (day, True))
        after = _run(asks for when, asks in said if (when, asks) > (day, True))
        return before + after + 1 > self.budget.asks_in_row

    def _join(self, wish: Wish, start: int, *, until: int) -> bool:
        """Say it together with a contact that stands already, on the earliest day that suits both by `until`."""
        mates = [(max(lead.day, start), n, lead) for n, lead in enumerate(self.planned) if _together(lead, wish)]
        for day, _, lead in sorted(mates, key=itemgetter(0, 1)):
            if day <= until and (day == lead.day or self._may_wait(lead, day)):
                if day > lead.day:
                    lead.day, lead.why = day, (Why.WAITS, "", 0)
                lead.last = min(lead.last, wish.last)
                lead.merged.append(wish)
                return True
        return False

    def _may_wait(self, lead: _Planned, day: int) -> bool:
        """Whether a contact may be put off to `day` for the sake of another that is said with it."""
        soon = day - max(lead.wish.first, self.today) <= self.budget.wait
        is_open = self.budget.opens(day, lead.channel) == day
        return soon and is_open and day <= lead.last and not self._blocked(day, lead, but=lead, strictly=True)

    def decisions(self) -> Iterator[Decision]:
        for lead in self.planned:
            why, cap, count = lead.why
            yield Decision(lead.wish.key, lead.day, None, why, cap, count, self._latest(lead))
            for wish in lead.merged:
                yield Decision(wish.key, lead.day, lead.wish.key, Why.MERGED)

    def _latest(self, lead: _Planned) -> int:
        """How far it may still be put off while all others stay or are put off in turn: never past the next one."""
        others = [contact for contact in self._contacts() if contact is not lead]
        if not others:
            return lead.last
        later = [contact.day for contact in others if contact.day >= lead.day]
        bound = min([lead.last, *(day - 1 for day in later)])
        # Between these days no other contact comes within reach.
        nearer = {day - span + 1 for day in later for span in self.budget.spans}
        for day in sorted({lead.day + 1, *nearer}):
            if lead.day < day <= bound and self._blocked(day, lead, but=lead, strictly=True):
                return day - 1
        return max(bound, lead.day)


def crowded(days: list[int], day: int, span: int, most: int) -> int | None:
    """How many of `days` (sorted) lie in a window of `span` days that one more on `day` would overfill; None: none."""
    if most == 0:
        return 0
    for first, last in zip(days, days[most - 1 :], strict=False):
        if max(last, day) - min(first, day) < span:
            return sum(1 for one in days if max(last, day) - span < one <= max(last, day))
    return None


def _run(flags: Iterable[bool]) -> int:
    """How many are true before the first that is not."""
    count = 0
    for flag in flags:
        if not flag:
            break
        count += 1
    return count


def _together(lead: _Planned, wish: Wish) -> bool:
    """Whether one contact can carry both: a person does it, what is given stays apart from what is asked or sold."""
    if not (lead.wish.merges and wish.merges and wish.channel in NEARNESS and lead.channel in NEARNESS):
        return False
    is_same_line = lead.asks == _asks(wish) and _is_sales(lead.purpose) == _is_sales(wish.purpose)
    return is_same_line and NEARNESS[wish.channel] <= NEARNESS[lead.channel]


def _is_sales(purpose: str) -> bool:
    return purpose == Purpose.MARKETING
