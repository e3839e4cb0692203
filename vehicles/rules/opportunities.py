"""What a car's facts are worth a word for (1-11), when, and what came of it. The only wording; nothing is invented.

Numbers are practice, named here. A window begins early enough for the plan of the coming month to see what is due.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from core.calendars import months_before

from ..enums import Advice, Basis, Elsewhere, MaintenanceItem, OpportunityKind, Paper, ServiceKind
from .due import Driven, watched
from .prices import usual_fen
from .warranty import is_about, limits_words

M, K = MaintenanceItem, OpportunityKind
UPKEEP = frozenset(M.values)
DAY = timedelta(days=1)
# Days before the due day from which, and after it until which, somebody may still come for it.
WINDOWS = {K.MAINTENANCE: (30, 60), K.INSURANCE: (60, 30), K.INSPECTION: (60, 30), K.B_RECHECK: (45, 45)}
WINDOWS[K.WARRANTY] = (30, 0)
# A shorter warranty is a promise to do it again at once; nobody is reminded of its end.
SHORT_WARRANTY = timedelta(days=90)
# What falls due within so many days of the first is done at one visit.
TOGETHER = timedelta(days=45)
# Declined work is spoken of again after a month, for half a year.
DECLINED_REST, DECLINED_FOR = timedelta(days=30), timedelta(days=210)
# Work done elsewhere is asked about after a month, for half a year.
ELSEWHERE_REST, ELSEWHERE_FOR = timedelta(days=30), timedelta(days=180)
# A car is new for two years (2-6); due work so long overdue without a visit was done elsewhere.
NEW_MONTHS = 24
MISSED, MISSED_FOR, MET_BEFORE = timedelta(days=45), timedelta(days=180), timedelta(days=30)
# Replacement (2-35): two of the three speak for it; asked once in two years of the car's life.
OLD_YEARS, FAR_KM = 8, 150_000
DEAR_FEN, DEARER_PERCENT = 300_000, 150
REPLACEMENT_REASONS, REPLACEMENT_YEARS = 2, 2
REPAIRS = (ServiceKind.REPAIR, ServiceKind.BODY, ServiceKind.TYRE)


class Next(NamedTuple):
    """What is due: an item of maintenance or a paper."""

    item: str
    on: date
    basis: str
    last_on: date | None


class Line(NamedTuple):
    """A line of a quote that may come back; `is_carried`: taken up in a later one, `is_looked_at`: of a visit on."""

    pk: int
    name: str
    item: str
    advice: str
    fen: int | None
    said_on: date
    watch_on: date | None = None
    watch_km: int | None = None
    why_not: str = ""
    is_carried: bool = False
    is_looked_at: bool = False


class Job(NamedTuple):
    """A line of a closed order; an order without lines has one of no kind."""

    order: int
    on: date
    kind: str
    item: str
    name: str
    fen: int | None


class Away(NamedTuple):
    """Work that was done elsewhere."""

    item: str
    on: date
    place: str


class Card(NamedTuple):
    """A warranty card that was not taken back."""

    pk: int
    what: str
    starts_on: date
    until_on: date | None
    until_km: int | None


class Facts(NamedTuple):
    """All that is known of a car, for its owner of today."""

    registered_on: date | None = None
    driven: Driven | None = None
    insurer: str = ""
    premium_fen: int | None = None
    due: tuple[Next, ...] = ()
    lines: tuple[Line, ...] = ()
    jobs: tuple[Job, ...] = ()
    away: tuple[Away, ...] = ()
    cards: tuple[Card, ...] = ()
    # Turns of maintenance that stand on the board, and those of which something has come.
    standing: frozenset[str] = frozenset()
    settled: frozenset[str] = frozenset()


class Chance(NamedTuple):
    """A reason to speak about a car between two days."""

    kind: OpportunityKind
    cycle: str
    begins_on: date
    due_on: date
    ends_on: date
    fen: int | None
    reason: str
    items: tuple[str, ...] = ()
    line: int | None = None


def chances_of(facts: Facts, *, today: date) -> Iterator[Chance]:
    """Every reason that is or will be, each once; those that are over are left out."""
    for found in (_upkeep, _insurance, _inspection, _warranties, _lines, _defection, _elsewhere, _replacement):
        yield from (one for one in found(facts, today) if one.ends_on >= today)


def _upkeep(facts: Facts, today: date) -> Iterator[Chance]:
    """What falls due about one time is one visit. It is named after what came first, and keeps its name."""
    before, after = (timedelta(days=days) for days in WINDOWS[K.MAINTENANCE])
    due = sorted((one for one in facts.due if _is_told(one) and one.on + after >= today), key=lambda one: one.on)
    while due:
        first = due[0].on
        near, due = (
            [one for one in due if one.on <= first + TOGETHER],
            [one for one in due if one.on > first + TOGETHER],
        )
        turns = [turn_of(one) for one in near]
        # What somebody has given an answer about is not asked again with what falls due beside it.
        if facts.settled.intersection(turns):
            continue
        named = next((turn for turn in turns if turn in facts.standing), turns[0])
        items = tuple(one.item for one in near)
        fen, reason = sum(price_of(item, facts.jobs) for item in items), f"{_labels(items)}，{first} 前后该做"
        yield Chance(K.MAINTENANCE, named, first - before, first, first + after, fen, reason, items)


def _is_told(one: Next) -> bool:
    """Of a new car only the oil: the rest is reckoned from a day on which nothing was done."""
    return one.item in UPKEEP and (one.basis != Basis.NEW or one.item == M.ENGINE_OIL)


def turn_of(one: Next) -> str:
    return f"{one.item}:{one.last_on}"


def _insurance(facts: Facts, today: date) -> Iterator[Chance]:
    for one in facts.due:
        if one.item == Paper.INSURANCE:
            last = "，".join(filter(None, (facts.insurer, _yuan(facts.premium_fen))))
            reason = f"保险 {one.on} 到期" + (f"，上年 {last}" if last else "，上年在哪家、多少钱还不知道")
            yield _paper(K.INSURANCE, one, facts.premium_fen, reason)


def _inspection(facts: Facts, today: date) -> Iterator[Chance]:
    for one in facts.due:
        if one.item == Paper.INSPECTION:
            by_law = "（按上牌日推算）" if one.basis == Basis.BY_RULE else ""
            fen = _last_price(job for job in facts.jobs if job.kind == ServiceKind.INSPECTION)
            yield _paper(K.INSPECTION, one, fen or usual_fen(Paper.INSPECTION), f"年检 {one.on} 到期{by_law}")


def _paper(kind: OpportunityKind, one: Next, fen: int | None, reason: str) -> Chance:
    before, after = (timedelta(days=days) for days in WINDOWS[kind])
    return Chance(kind, str(one.on), one.on - before, one.on, one.on + after, fen, reason)


def _warranties(facts: Facts, today: date) -> Iterator[Chance]:
    """Before a warranty ends the work is looked at for free, unless that was done or a new card was given."""
    before, after = (timedelta(days=days) for days in WINDOWS[K.WARRANTY])
    newest = {card.what: card for card in sorted(facts.cards, key=lambda card: (card.starts_on, card.pk))}
    for card in newest.values():
        due = watched(since=card.starts_on, until_on=card.until_on, until_km=card.until_km, driven=facts.driven)
        if due is None or due.on - card.starts_on < SHORT_WARRANTY:
            continue
        begins = due.on - before
        if any(job.on >= begins and is_about(card.what, job.kind, job.name) for job in facts.jobs):
            continue
        reckoned = f"，照平时的跑法约 {due.by_km}" if due.by_km == due.on else ""
        reason = f"{card.what}，质保{limits_words(card.until_on, card.until_km)}{reckoned}"
        yield Chance(K.WARRANTY, str(card.pk), begins, due.on, due.on + after, None, reason)


def _lines(facts: Facts, today: date) -> Iterator[Chance]:
    """What we said we would look at again, and what was a must and was not done; each job as it was said last."""
    for line in facts.lines:
        # While the car is here and it is looked at again, it stands.
        if (line.is_carried and not line.is_looked_at) or _was_done(line, facts.jobs):
            continue
        if line.advice == Advice.WATCH:
            yield from _recheck(line, facts.driven)
        else:
            begins = line.said_on + DECLINED_REST
            why = f"，当时说：{line.why_not}" if line.why_not else ""
            reason = f"{line.name}，{line.said_on} 建议必须做，没有做{why}"
            yield Chance(
                K.DECLINED, str(line.pk), begins, begins, line.said_on + DECLINED_FOR, line.fen, reason,
                tuple(filter(None, [line.item])), line.pk,
            )  # fmt: skip


def _recheck(line: Line, driven: Driven | None) -> Iterator[Chance]:
    due = watched(since=line.said_on, until_on=line.watch_on, until_km=line.watch_km, driven=driven)
    if due is None:
        return
    before, after = (timedelta(days=days) for days in WINDOWS[K.B_RECHECK])
    by_km = f"{line.watch_km:,} 公里" if line.watch_km else ""
    until = " 或 ".join(filter(None, (str(line.watch_on or ""), by_km)))
    reckoned = f"，照平时的跑法约 {due.by_km}" if due.by_km == due.on else ""
    reason = f"{line.name}，{line.said_on} 说好观察到 {until}{reckoned}"
    begins = max(due.on - before, min(line.said_on, due.on))
    items = tuple(filter(None, [line.item]))
    yield Chance(K.B_RECHECK, str(line.pk), begins, due.on, due.on + after, line.fen, reason, items, line.pk)


def _was_done(line: Line, jobs: Iterable[Job]) -> bool:
    return any(_is_about(line.item, line.name, job) and job.on >= line.said_on for job in jobs)


def _is_about(item: str, name: str, job: Job) -> bool:
    return job.name == name if not item else job.item == item


def _defection(facts: Facts, today: date) -> Iterator[Chance]:
    """2-6: within two years of its plate, due work was missed or done elsewhere, by somebody who has been here."""
    if facts.registered_on is None or not facts.jobs:
        return
    until = months_before(facts.registered_on, -NEW_MONTHS)
    missed = [one for one in facts.due if _is_told(one) and one.on <= until and not _came_since(one, facts.jobs)]
    if missed:
        one = min(missed, key=lambda one: (one.on, one.item))
        begins = one.on + MISSED
        reason = f"{facts.registered_on} 上牌的新车，{M(one.item).label} {one.on} 该做，过了 {MISSED.days} 天没来"
        fen = price_of(one.item, facts.jobs)
        yield Chance(K.DEFECTION, turn_of(one), begins, begins, one.on + MISSED_FOR, fen, reason, (one.item,))
    yield from (one._replace(kind=K.DEFECTION) for one in _away(facts) if _day_of(one) <= until)


def _came_since(one: Next, jobs: Iterable[Job]) -> bool:
    return any(job.on >= one.on - MET_BEFORE for job in jobs)


def _elsewhere(facts: Facts, today: date) -> Iterator[Chance]:
    until = facts.registered_on and months_before(facts.registered_on, -NEW_MONTHS)
    for one in _away(facts):
        if until is None or not facts.jobs or _day_of(one) > until:
            yield one


def _away(facts: Facts) -> Iterator[Chance]:
    """The latest day on which something was done elsewhere, unless upkeep was done here since."""
    day = max((one.on for one in facts.away), default=None)
    if day is None or any(job.on > day and _is_upkeep(job) for job in facts.jobs):
        return
    then = [one for one in facts.away if one.on == day]
    items, begins = tuple(sorted(one.item for one in then)), day + ELSEWHERE_REST
    fen = sum(price_of(item, facts.jobs) for item in items)
    reason = f"{_labels(items)} {day} 在{Elsewhere(then[0].place).label}做了"
    if then[0].place in (Elsewhere.SELF, Elsewhere.UNSAID):
        reason = f"{_labels(items)} {day} {'自己做了' if then[0].place == Elsewhere.SELF else '在别处做了'}"
    yield Chance(K.ELSEWHERE, f"away:{day}", begins, begins, day + ELSEWHERE_FOR, fen, reason, items)


def _day_of(one: Chance) -> date:
    return one.begins_on - ELSEWHERE_REST


def _is_upkeep(job: Job) -> bool:
    return bool(job.item) or job.kind == ServiceKind.MAINTENANCE


def _replacement(facts: Facts, today: date) -> Iterator[Chance]:
    """2-35: age, kilometres and what repairs cost; as of today's two years of the car's life, and of the next ones."""
    if facts.registered_on is None or facts.registered_on > today:
        return
    lived = today.year - facts.registered_on.year
    lived -= months_before(facts.registered_on, -12 * lived) > today
    for step in (lived // REPLACEMENT_YEARS, lived // REPLACEMENT_YEARS + 1):
        begins = months_before(facts.registered_on, -12 * REPLACEMENT_YEARS * step)
        ends = months_before(facts.registered_on, -12 * REPLACEMENT_YEARS * (step + 1)) - DAY
        reasons = _replaced_because(facts, years=max(lived, REPLACEMENT_YEARS * step))
        if len(reasons) >= REPLACEMENT_REASONS:
            yield Chance(K.REPLACEMENT, str(step), begins, begins, ends, None, "，".join(reasons))


def _replaced_because(facts: Facts, *, years: int) -> list[str]:
    reasons = [f"车龄 {years} 年"] if years >= OLD_YEARS else []
    if facts.driven and facts.driven.last.km >= FAR_KM:
        reasons.append(f"跑了 {facts.driven.last.km:,} 公里")
    before, lately = _repairs(facts.jobs)
    if lately >= DEAR_FEN and lately * 100 >= before * DEARER_PERCENT:
        reasons.append(f"近一年维修 {_yuan(lately)}，再前一年 {_yuan(before)}")
    return reasons


def _repairs(jobs: Iterable[Job]) -> tuple[int, int]:
    """Fen of repairs in the year before the last visit's, and in that up to the last visit: no day passing moves it."""
    jobs = list(jobs)
    last = max((job.on for job in jobs), default=None)
    if last is None:
        return 0, 0
    year, two = months_before(last, 12), months_before(last, 24)
    repairs = [job for job in jobs if job.kind in REPAIRS]
    before = sum(job.fen or 0 for job in repairs if two < job.on <= year)
    return before, sum(job.fen or 0 for job in repairs if job.on > year)


def price_of(item: str, jobs: Iterable[Job]) -> int:
    """What an item cost last time here; where that is not known, what it usually does."""
    return _last_price(job for job in jobs if job.item == item) or usual_fen(item)


def _last_price(jobs: Iterable[Job]) -> int | None:
    priced = [job for job in jobs if job.fen]
    return max(priced, key=lambda job: (job.on, job.order)).fen if priced else None


def _labels(items: Iterable[str]) -> str:
    return "、".join(M(item).label for item in items)


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"¥{fen // 100:,}"
