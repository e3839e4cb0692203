"""What another policy would change in the coming days: planned twice in memory, nothing is written."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models.functions import Mod

from ..enums import BY_HAND, Why
from ..models import PlanLine, PlanRun, StoreDay
from ..occasions import minutes_of
from ..querysets import TIER_RANK
from ..rules.capacity import ALONG_MINUTES, Load, spread
from ..rules.closed import Budgets
from ..rules.planner import Decision, plan
from .contacts import contacts_of
from .foreseeing import room_of, wish_of

BATCH = 500
# So many proposals are planned anew while somebody waits; of more a slice of the customers is taken and reckoned up.
MOST = 20_000
SAMPLE = 20


@dataclass(frozen=True)
class Change:
    """A proposal to which another policy would do something else."""

    line: PlanLine
    before: Decision
    after: Decision


@dataclass
class Effect:
    """Contacts of the days of the plan by channel, before and after; whom it touches, and some of them. `share` is the
    part of the customers that was looked at, as 1 of so many: the counts are reckoned up by it."""

    before: Counter
    after: Counter
    people: int
    share: int
    sample: list[Change] = field(default_factory=list)


@dataclass(frozen=True)
class Rules:
    """A policy that need not be written down."""

    numbers: dict[str, int]
    closed: Sequence[str]


def what_if(run: PlanRun, before: Rules, after: Rules, *, store: int | None = None) -> Effect:
    """Plan the proposals of `run` by both; the sample is of one store, where given."""
    lines_of_run = run.lines.exclude(verdict="taken").exclude(why=Why.FORBIDDEN)
    share = -(-lines_of_run.count() // MOST) or 1
    sides = [_Side(run, rules, share) for rules in (before, after)]
    lines: dict[int, PlanLine] = {}
    for some in _portions(lines_of_run, share):
        lines |= {line.pk: line for line in some}
        history = contacts_of({line.customer_id for line in some}, today=run.today)
        for side in sides:
            side.decide(some, history)
    was, becomes = (side.spread(lines) for side in sides)
    changed = [
        pk for pk in sorted(lines, key=lambda pk: (lines[pk].customer_id, pk)) if _place(was[pk]) != _place(becomes[pk])
    ]
    shown = [pk for pk in changed if store is None or lines[pk].store_id == store]
    return Effect(
        before=_counted(was, lines, run, share),
        after=_counted(becomes, lines, run, share),
        people=len({lines[pk].customer_id for pk in changed}) * share,
        share=share,
        sample=[Change(lines[pk], was[pk], becomes[pk]) for pk in _one_each(shown, lines)[:SAMPLE]],
    )


class _Side:
    """The plan by one policy."""

    def __init__(self, run: PlanRun, rules: Rules, share: int):
        self.run, self.share, self.minutes, self.closed = run, share, rules.numbers["caller_minutes"], rules.closed
        self.budgets = Budgets(rules.numbers, StoreDay.objects.closed_days(list(rules.closed)))
        self.decided: dict[int, Decision] = {}

    def decide(self, lines: list[PlanLine], history: dict) -> None:
        by_customer = defaultdict(dict)
        for line in lines:
            by_customer[line.customer_id][line.key] = line
        for customer, wished in by_customer.items():
            said = [contact for _, contact in history.get(customer, ())]
            wishes = [wish_of(line) for line in wished.values()]
            budget = self.budgets.of({line.store_id for line in wished.values()})
            for found in plan(wishes, said, budget, today=self.run.today.toordinal()):
                self.decided[wished[found.key].pk] = found

    def spread(self, lines: dict[int, PlanLine]) -> dict[int, Decision]:
        """The decisions after the callers' day was reckoned with; of a slice of the customers in a slice of the day."""
        room, until = room_of(self.run.today, self.minutes, list(self.closed)), self.run.until.toordinal()
        loads = sorted(self._loads(lines), key=lambda load: (load.store, load.day))
        keys = {(line.customer_id, line.key): pk for pk, line in lines.items()}
        moved = {}
        for pk, day in spread(loads, lambda store, day: room(store, day) // self.share, until=until):
            if day is not None:
                moved[pk] = day
                self.decided[pk] = self.decided[pk]._replace(on=day, why=Why.NO_ROOM, cap="", count=0)
        for pk, found in self.decided.items():
            lead = found.into and keys[lines[pk].customer_id, found.into]
            if lead in moved:
                self.decided[pk] = found._replace(on=moved[lead])
        return self.decided

    def _loads(self, lines: dict[int, PlanLine]) -> Iterator[Load]:
        along = Counter(
            (lines[pk].customer_id, found.into) for pk, found in self.decided.items() if found.into is not None
        )
        for pk, found in self.decided.items():
            line = lines[pk]
            if found.on is None or found.into or line.channel not in BY_HAND or found.on > self.run.until.toordinal():
                continue
            minutes = minutes_of(line.occasion) + along[line.customer_id, line.key] * ALONG_MINUTES
            rank = (line.priority, line.tier, line.not_after, pk)
            yield Load(pk, line.store_id, found.on, rank, minutes, found.latest or found.on)


def _portions(lines, share: int) -> Iterator[list[PlanLine]]:
    """The lines of one customer of `share`, some customers at a time."""
    if share > 1:
        lines = lines.annotate(slice=Mod("customer_id", share)).filter(slice=0)
    last = 0
    people = lines.order_by("customer_id").values_list("customer_id", flat=True).distinct()
    while customers := list(people.filter(customer_id__gt=last)[:BATCH]):
        yield list(lines.filter(customer__in=customers).annotate(tier=TIER_RANK).order_by("pk"))
        last = customers[-1]


def _place(found: Decision) -> tuple:
    return found.on, found.into


def _counted(decided: dict[int, Decision], lines: dict[int, PlanLine], run: PlanRun, share: int) -> Counter:
    until = run.until.toordinal()
    counts = Counter(
        lines[pk].channel
        for pk, found in decided.items()
        if found.on is not None and not found.into and found.on <= until
    )
    return Counter({channel: count * share for channel, count in counts.items()})


def _one_each(pks: list[int], lines: dict[int, PlanLine]) -> list[int]:
    """One line a person, the first."""
    seen: dict[int, int] = {}
    for pk in pks:
        seen.setdefault(lines[pk].customer_id, pk)
    return list(seen.values())


def day_of(found: Decision) -> date | None:
    return found.on and date.fromordinal(found.on)
