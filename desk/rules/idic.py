"""The ring of a customer (2-11): how far we have come in knowing them, telling them apart, talking and fitting to them.

Pure: facts that stand on the briefing go in, four arcs come out, each with the questions it is the answer to.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

# A visit is followed up by then; somebody who never came is spoken to once a year.
FOLLOW_UP_DAYS, TALK_DAYS = 3, 365
# The whole ring is 100 long: a quarter each, with a gap.
QUARTER, GAP = 25, 3


@dataclass(frozen=True)
class Facts:
    """`verdicts` says by axis whether something can be said of it; None: nobody may be told apart (G9)."""

    asked: int
    filled: int
    verdicts: Mapping[str, bool] | None
    last_visit_on: date | None
    last_talk_on: date | None
    overdue: int
    unsettled: int
    has_need: bool
    broken: int
    has_habit: bool


@dataclass(frozen=True)
class Check:
    words: str
    is_done: bool


@dataclass(frozen=True)
class Arc:
    """One of the four, filled by `done` of `of`; none is asked: it stays empty and says why."""

    name: str
    means: str
    done: int
    of: int
    checks: tuple[Check, ...]
    place: int

    @property
    def percent(self) -> int | None:
        return self.done * 100 // self.of if self.of else None

    @property
    def dash(self) -> str:
        """How much of the ring it fills, and the rest."""
        full = QUARTER - GAP
        length = full * self.done // self.of if self.of else 0
        return f"{length} {100 - length}"

    @property
    def track(self) -> str:
        return f"{QUARTER - GAP} {100 - QUARTER + GAP}"

    @property
    def offset(self) -> int:
        return -QUARTER * self.place


def ring(facts: Facts, *, today: date) -> tuple[Arc, ...]:
    """识别 · 区分 · 互动 · 定制."""
    told_apart = [Check(words, is_known) for words, is_known in (facts.verdicts or {}).items()]
    identified = Check(f"该收 {facts.asked} 项，已有 {facts.filled} 项", facts.filled == facts.asked)
    why_not = "" if facts.verdicts is not None else "客户选择不参与分群"
    return (
        Arc("识别", "资料收齐了多少", facts.filled, facts.asked, (identified,), 0),
        _counted("区分", why_not or "几样看得出来，不是“未知”", told_apart, 1),
        _counted("互动", "联系跟上了没有", _talking(facts, today), 2),
        _counted("定制", "照他的来了没有", _fitting(facts), 3),
    )


def _counted(name: str, means: str, checks: Iterable[Check], place: int) -> Arc:
    checks = tuple(checks)
    return Arc(name, means, sum(check.is_done for check in checks), len(checks), checks, place)


def _talking(facts: Facts, today: date) -> Iterable[Check]:
    visit, talk = facts.last_visit_on, facts.last_talk_on
    if visit is None:
        yield Check("还没来过，一年内说过话", bool(talk and talk > today - timedelta(days=TALK_DAYS)))
    elif (today - visit).days <= FOLLOW_UP_DAYS:
        yield Check(f"{visit} 刚来过，还没到回访的时候", True)
    else:
        yield Check(f"{visit} 到店以后回访过", bool(talk and talk > visit))
    yield Check("到期该联系的都联系了", not facts.overdue)
    yield Check("不满都安抚了", not facts.unsettled)


def _fitting(facts: Facts) -> Iterable[Check]:
    if facts.verdicts is not None:
        yield Check("确认过他在意什么", facts.has_need)
    yield Check("答应的没有失约", not facts.broken)
    yield Check("记下了习惯、忌讳或接送", facts.has_habit)
