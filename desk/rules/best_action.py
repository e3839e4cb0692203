"""The one next best action. Pure: what is known about a customer goes in, one action with its reason comes out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from customers.enums import ProfileItem

from ..enums import ActionKind
from .questions import Gap, by_worth

# Insurance and inspection are worth a word from this many days before they end, and this long after.
ENDING_SOON_DAYS = 60
ENDED_LATELY_DAYS = 180


@dataclass(frozen=True)
class Action:
    """A proposal. `subject` names the fact behind it, so that a dismissal ends when the fact changes."""

    kind: ActionKind
    subject: str
    title: str
    why: str
    pk: int | None = None
    vehicle_pk: int | None = None
    item: ProfileItem | None = None
    may_stay: bool = False  # "still the same" is an answer


@dataclass(frozen=True)
class WarningFact:
    pk: int
    body: str
    plate: str
    is_safety: bool
    is_here: bool  # the car that just drove in
    vehicle_pk: int | None = None


@dataclass(frozen=True)
class PromiseFact:
    pk: int
    body: str
    due_at: datetime


@dataclass(frozen=True)
class UnhappyFact:
    pk: int
    said: str
    at: datetime


@dataclass(frozen=True)
class TouchFact:
    pk: int
    reason: str
    due_on: date
    priority: int


@dataclass(frozen=True)
class EndingFact:
    vehicle_pk: int
    plate: str
    kind: ActionKind
    until: date


@dataclass(frozen=True)
class Facts:
    """Everything a proposal can come from."""

    warnings: tuple[WarningFact, ...] = ()
    broken: tuple[PromiseFact, ...] = ()
    unhappy: tuple[UnhappyFact, ...] = ()
    touches: tuple[TouchFact, ...] = ()
    endings: tuple[EndingFact, ...] = ()
    missing: tuple[Gap, ...] = ()


def best_action(facts: Facts, *, today: date, dismissed: Collection[str] = ()) -> Action | None:
    """The first proposal that nobody has dismissed: warning → broken promise → unhappy → due → missing fact."""
    return next((action for action in proposals(facts, today=today) if action.subject not in dismissed), None)


def proposals(facts: Facts, *, today: date) -> Iterable[Action]:
    """Every proposal, the most urgent first."""
    yield from map(_of_warning, sorted(facts.warnings, key=lambda w: (not w.is_safety, not w.is_here, w.pk)))
    yield from map(_of_promise, sorted(facts.broken, key=lambda p: (p.due_at, p.pk)))
    yield from map(_of_unhappy, sorted(facts.unhappy, key=lambda u: (u.at, u.pk), reverse=True))
    due = [touch for touch in facts.touches if touch.due_on <= today]
    yield from map(_of_touch, sorted(due, key=lambda t: (t.priority, t.due_on, t.pk)))
    ending = [fact for fact in facts.endings if is_ending(fact.until, today=today)]
    yield from (_of_ending(fact, today) for fact in sorted(ending, key=lambda e: (e.until, e.kind, e.vehicle_pk)))
    yield from _questions(facts)


def is_ending(until: date, *, today: date) -> bool:
    """Whether an expiry is near enough, before or after, to be worth a word."""
    return -ENDED_LATELY_DAYS <= (until - today).days <= ENDING_SOON_DAYS


def days_left_words(until: date, *, today: date) -> str:
    """How long an expiry is away: 还有 12 天, 今天到期, 已过期 3 天."""
    days = (until - today).days
    if days == 0:
        return "今天到期"
    return f"还有 {days} 天" if days > 0 else f"已过期 {-days} 天"


def _of_warning(fact: WarningFact) -> Action:
    danger = "涉及安全，先说这件，再谈别的" if fact.is_safety else "上次记下的提醒，还没有人处理"
    title = f"{fact.plate} {fact.body}".strip()
    return Action(ActionKind.WARNING, f"warning:{fact.pk}", title, danger, fact.pk, fact.vehicle_pk)


def _of_promise(fact: PromiseFact) -> Action:
    due = f"{fact.due_at:%m-%d %H:%M}"
    return Action(
        ActionKind.PROMISE,
        f"promise:{fact.pk}:{fact.due_at.isoformat()}",
        f"兑现承诺：{fact.body}",
        f"答应 {due} 之前做到，已经过了时间。先道歉，再给一个新的准话",
        pk=fact.pk,
    )


def _of_unhappy(fact: UnhappyFact) -> Action:
    said = f"“{fact.said[:60]}”" if fact.said else "原因没有记下来，先问清楚"
    why = f"{fact.at:%m-%d} 不满，还没有人安抚：{said}"
    return Action(ActionKind.UNHAPPY, f"unhappy:{fact.pk}", "先安抚，别推销", why, pk=fact.pk)


def _of_touch(fact: TouchFact) -> Action:
    subject = f"touch:{fact.pk}:{fact.due_on.isoformat()}"
    return Action(ActionKind.TOUCH, subject, "今天该联系的，当面说了吧", fact.reason, pk=fact.pk)


def _of_ending(fact: EndingFact, today: date) -> Action:
    what = fact.kind.label
    ended = fact.until < today
    advice = "先问是否已在别处办好，记下新日期" if ended else "问一句续了没有，记下新日期"
    return Action(
        fact.kind,
        f"{fact.kind}:{fact.vehicle_pk}:{fact.until.isoformat()}",
        f"{fact.plate} {what}{'已过期' if ended else '快到期'}".strip(),
        f"{fact.until.isoformat()} 到期，{days_left_words(fact.until, today=today)}。{advice}",
        vehicle_pk=fact.vehicle_pk,
        item=ProfileItem.INSURED_UNTIL if fact.kind == ActionKind.INSURANCE else ProfileItem.INSPECTED_UNTIL,
    )


def _questions(facts: Facts) -> Iterable[Action]:
    for gap in by_worth(facts.missing):
        what = {"vehicle_pk": gap.vehicle_pk, "item": gap.item, "may_stay": gap.may_stay}
        yield Action(ActionKind.ASK, gap.subject, gap.words, gap.purpose, **what)
