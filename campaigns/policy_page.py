"""触达 · 规则: the numbers of the contact budget, what changing them would do, and who changed them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from customers.models import Customer
from staff.models import User

from .enums import TouchChannel
from .models import ContactPolicy, PlanRun
from .occasions import name_of
from .rules.numbers import NUMBERS
from .rules.planner import Decision
from .rules.words import day_words, decision_words
from .services import Rules, what_if
from .services.foreseeing import verdict_of

SHOWN_VERSIONS = 6


@dataclass(frozen=True)
class Version:
    policy: ContactPolicy
    changes: list[str]
    is_current: bool


def history() -> list[Version]:
    """The last versions with what each changed, the newest first; the one a shop starts with changed nothing."""
    policies = list(ContactPolicy.objects.select_related("created_by").order_by("-version")[: SHOWN_VERSIONS + 1])
    found = [Version(new, changes_between(old, new), n == 0) for n, (new, old) in enumerate(pairwise(policies))]
    if policies and len(policies) <= SHOWN_VERSIONS:
        found.append(Version(policies[-1], ["出厂规则"], len(policies) == 1))
    return found


def changes_between(old: ContactPolicy, new: ContactPolicy) -> list[str]:
    before, after = old.all_numbers, new.all_numbers
    words = [
        f"{number.words} {before[name]} → {after[name]} {number.unit}"
        for name, number in NUMBERS.items()
        if before[name] != after[name]
    ]
    return words + ([f"休息日 {_days(old.closed)} → {_days(new.closed)}"] if old.closed != new.closed else [])


def _days(closed: list[str]) -> str:
    return "、".join(day_words(date.fromisoformat(day)) for day in closed) or "没有"


@dataclass(frozen=True)
class Row:
    """Somebody to whom something else would happen."""

    customer: Customer
    occasion: str
    before: str
    after: str


@dataclass(frozen=True)
class Would:
    """What new numbers would do in the coming days."""

    before: int
    after: int
    people: int
    channels: list[tuple[str, int, int]]
    rows: list[Row]
    share: int

    @property
    def words(self) -> str:
        """会少 12 次联系."""
        if self.before == self.after:
            return "总次数不变"
        return f"会{'多' if self.after > self.before else '少'} {abs(self.after - self.before)} 次联系"


def would(numbers: dict, closed: list[str], *, user: User, store: int | None) -> Would | None:
    """The effect on the plan that is shown, None where there is none yet; names only of people who may be seen."""
    run, policy = PlanRun.objects.shown(), ContactPolicy.objects.current()
    if run is None:
        return None
    old, new = Rules(policy.all_numbers, policy.closed), Rules(numbers, closed)
    effect = what_if(run, old, new, store=store)
    seen = Customer.objects.visible_to(user).in_bulk([change.line.customer_id for change in effect.sample])
    rows = [
        Row(
            seen[change.line.customer_id],
            name_of(change.line.occasion),
            _said(change.line, change.before, run, old),
            _said(change.line, change.after, run, new),
        )
        for change in effect.sample
        if change.line.customer_id in seen
    ]
    channels = [
        (channel.label, effect.before[channel.value], effect.after[channel.value])
        for channel in TouchChannel
        if effect.before[channel.value] or effect.after[channel.value]
    ]
    before, after = sum(effect.before.values()), sum(effect.after.values())
    return Would(before, after, effect.people, channels, rows, effect.share)


def _said(line, found: Decision, run: PlanRun, rules: Rules) -> str:
    on = found.on and date.fromordinal(found.on)
    reason = decision_words(
        verdict_of(found, wished=max(line.due_on, run.today).toordinal()),
        found.why,
        on=on,
        until=run.until,
        cap=found.cap,
        count=found.count,
        most=rules.numbers.get(found.cap, 0),
        lead=name_of(found.into.partition("|")[0]) if found.into else "",
    )
    return "，".join(_parts(line, on, reason))


def _parts(line, on: date | None, reason: str) -> Iterable[str]:
    if on:
        yield f"{day_words(on)} {line.get_channel_display()}"
    if reason:
        yield reason
