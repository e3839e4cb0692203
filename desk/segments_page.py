"""分群: how the shop looks on a day, read from stored numbers only; every mark opens its people."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.db.models import Max, Min
from django.urls import reverse
from django.utils.http import urlencode

from core.display import money_words
from core.web import id_of
from segments.enums import Attitude, Axis, Behaviour, Headline, Loyalty, Picture, Rhythm, Source, Stage, ValueTier
from segments.models import DailySnapshot, Need, Treatment
from segments.rules import reward
from segments.rules.periods import bounds, month_of, quarters_back, quarters_between
from segments.rules.places import FUNNEL_STEPS, LETTERS
from segments.rules.treatments import Plan
from segments.services.snapshot import COHORTS, REWARD
from staff.enums import COMPANY_ROLES, Permission
from staff.models import Store, User

from .completeness_page import Collected, collected
from .rules.drawing import Arrow, Bar, Cell, Grid, Mark, arrow, grid
from .segment_moves import label

COMPANY = EVERYBODY = 0
NOWHERE = "-"  # in an address: moved from no place at all
# Below this many people a share says little.
FEW = 30
THIRD = 33
TOP_MOVES = 12
# In a drawing: room for the name of a need.
NEED_LABEL = 120
_TIERS = [(tier.value, f"价值 {tier}") for tier in ValueTier]
STEPS = {
    "1": "建了档",
    "2": "在间隔之内来了第二次",
    "3": "有效的卡券，或约好了下次",
    "4": "节奏正常，或唤回来了",
    "5": "价值 A、KOC 或合伙人",
}
STAGES = {
    Stage.FAN: "认识我们，还没来过",
    Stage.MEMBER: "来过，还不是常客",
    Stage.BASE: "常来，生意的底子",
    Stage.KOC: "介绍来的人到过店",
    Stage.PARTNER: "常来，介绍来好几位",
}
LOYALTY = {
    ("high", "high"): Loyalty.TRUE,
    ("low", "high"): Loyalty.LATENT,
    ("high", "low"): Loyalty.INERTIA,
    ("low", "low"): Loyalty.NONE,
}


class Scope:
    """Whose customers and which day: what the address asks for, within what the reader may see."""

    def __init__(self, query, *, user: User):
        self.user = user
        self.stores = list(Store.objects.all()) if user.role in COMPANY_ROLES else [user.store]
        chosen = next((store for store in self.stores if str(store.pk) == query.get("store")), None)
        self.store = chosen if user.role in COMPANY_ROLES else user.store
        self.advisor_id = id_of(query.get("advisor", "")) or None
        month = query.get("month", "")
        self.month = month if bounds(month) and "Q" not in month else ""

    @property
    def store_id(self) -> int:
        return self.store.pk if self.store else COMPANY

    @property
    def is_narrow(self) -> bool:
        return bool(self.advisor_id or self.month or (self.store and len(self.stores) > 1))

    @property
    def kept(self) -> dict:
        """As the pages behind a mark understand it."""
        store = self.store.pk if self.store and self.user.role in COMPANY_ROLES else None
        return {name: value for name, value in {"store": store, "advisor": self.advisor_id}.items() if value}

    def list_url(self, **places) -> str:
        return f"{self._list}?{urlencode(self.kept | places)}"

    @cached_property
    def _list(self) -> str:
        """Looked up once: a page has some two hundred marks."""
        return reverse("desk:customers")

    @property
    def collected_url(self) -> str:
        return f"{reverse('desk:completeness')}?{urlencode(self.kept)}"

    @property
    def moves_link(self) -> str:
        return self.moves_url(**({"month": self.month} if self.month else {}))

    def moves_url(self, **asked) -> str:
        return f"{reverse('desk:segment_moves')}?{urlencode(self.kept | asked)}"


@dataclass(frozen=True)
class Number:
    people: int = 0
    own_fen: int = 0


Numbers = dict[Picture, dict[tuple[str, str], Number]]


@dataclass(frozen=True)
class Moved:
    axis: str
    before: str
    after: str
    people: int
    url: str


@dataclass
class Page:
    """Everything the screen prints; without `day` nothing was kept for it."""

    scope: Scope
    first: date | None
    last: date | None
    day: date | None = None
    people: list[User] = field(default_factory=list)
    total: int = 0
    pair: list[Mark] = field(default_factory=list)
    collected: Collected | None = None
    value: Grid | None = None
    needs: Grid | None = None
    loyalty: Grid | None = None
    reward: list[Bar] = field(default_factory=list)
    grade: Grid | None = None
    cohorts: Grid | None = None
    funnel: list[Bar] = field(default_factory=list)
    ladder: list[Bar] = field(default_factory=list)
    revenue: list[Bar] = field(default_factory=list)
    moves: list[Moved] = field(default_factory=list)

    @property
    def months(self) -> list[str]:
        """That may be looked at, the newest first; the present one is today."""
        if not self.first:
            return []
        span = range(self.first.year * 12 + self.first.month - 1, self.last.year * 12 + self.last.month)
        return [f"{n // 12}-{n % 12 + 1:02}" for n in reversed(span)]

    @property
    def is_past(self) -> bool:
        return bool(self.day and self.day != self.last)

    @property
    def is_small(self) -> bool:
        return 0 < self.total < FEW

    @property
    def month(self) -> str:
        return month_of(self.day)


def segments_page(query, *, user: User) -> Page:
    """The page for an address, in a fixed number of statements."""
    scope = Scope(query, user=user)
    page = Page(scope, **DailySnapshot.objects.aggregate(first=Min("day"), last=Max("day")))
    if page.first:
        page.day, numbers = _numbers(scope, page.last)
        page.people = _advisors(scope, page.day)
        if numbers:
            _draw(page, numbers)
            page.collected = _collected(page)
    return page


def _numbers(scope: Scope, last: date) -> tuple[date | None, Numbers]:
    """The rows of the last day that was kept in the month asked for."""
    days = DailySnapshot.objects.filter(day__range=bounds(scope.month)) if scope.month else None
    day = last if days is None else days.aggregate(day=Max("day"))["day"]
    rows = DailySnapshot.objects.filter(day=day, store_id=scope.store_id, advisor_id=scope.advisor_id or EVERYBODY)
    found: Numbers = {}
    for picture, x, y, people, own_fen in rows.values_list("picture", "x", "y", "people", "own_fen"):
        found.setdefault(Picture(picture), {})[x, y] = Number(people, own_fen)
    return day, found


def _advisors(scope: Scope, day: date | None) -> list[User]:
    rows = DailySnapshot.objects.filter(day=day, store_id=scope.store_id, picture=Picture.STAGE)
    return list(User.objects.filter(pk__in=rows.values("advisor_id")).order_by("pk"))


def _collected(page: Page) -> Collected | None:
    """As it stands now, or stood at the end of a past month; of one person only now is kept."""
    scope = page.scope
    if page.is_past and scope.advisor_id:
        return None
    person = next((person for person in page.people if person.pk == scope.advisor_id), None)
    return collected(scope.store_id, person, month=page.day.replace(day=1) if page.is_past else None)


def _draw(page: Page, numbers: Numbers) -> None:
    scope, with_money = page.scope, page.scope.user.may(Permission.SEE_MONEY)
    page.total = sum(number.people for number in numbers.get(Picture.STAGE, {}).values())
    page.pair = _pair(scope, numbers.get(Picture.HEADLINE, {}), page.month)
    page.value = _value(scope, numbers.get(Picture.VALUE_RHYTHM, {}), with_money)
    page.needs = _needs(scope, numbers.get(Picture.VALUE_NEED, {}), with_money)
    page.loyalty = _loyalty(scope, numbers, page.month)
    page.reward = _reward(scope, numbers)
    page.grade = _grade(scope, numbers.get(Picture.GRADE, {}), Treatment.objects.plans())
    page.cohorts = _cohorts(scope, numbers.get(Picture.COHORT, {}), page.day)
    page.funnel = _funnel(scope, numbers.get(Picture.FUNNEL, {}))
    page.ladder = _ladder(scope, numbers.get(Picture.STAGE, {}), page.total)
    page.revenue = _revenue(scope, numbers.get(Picture.REVENUE, {}), with_money)
    page.moves = _moves(scope, numbers, page.month)


def _mark(number: Number | None, url: str, words: str, note: str = "") -> Mark:
    number = number or Number()
    return Mark(number.people, url, f"{words}：{number.people} 位", f"{number.people}", note)


def _pair(scope: Scope, cells, month: str) -> list[Mark]:
    return [
        _mark(cells.get((Headline.NEW, "")), scope.list_url(arrived=month), "新客"),
        _mark(cells.get((Headline.KEPT, "")), scope.list_url(second=month), "第二次到店"),
    ]


def _value(scope: Scope, cells, with_money: bool) -> Grid:
    def mark(rhythm: str, tier: str) -> Mark:
        url = scope.list_url(tier=tier, rhythm=rhythm)
        return _spending(cells.get((tier, rhythm)), url, f"价值 {tier}，{Rhythm(rhythm).label}", with_money)

    return grid(Rhythm.choices, _TIERS, mark)


def _spending(number: Number | None, url: str, words: str, with_money: bool) -> Mark:
    """A cell that tells, to whom may see it, what its people spend."""
    mark = _mark(number, url, words)
    money = f"，24 个月自费 {money_words(number.own_fen)}" if with_money and mark.people else ""
    return replace(mark, words=mark.words + money)


def _needs(scope: Scope, cells, with_money: bool) -> Grid | None:
    """Every need in use, and what a past day still knows of one that is not: its list is gone."""
    counted = {need for _, need in cells}
    needs = {f"{need.pk}": need for need in Need.objects.order_by("pk")}
    names = {pk: f"{need}（停用）" if need.retired_at else f"{need}" for pk, need in needs.items()}
    sides = [(pk, name) for pk, name in names.items() if pk in counted or not needs[pk].retired_at]

    def mark(tier: str, pk: str) -> Mark:
        url = "" if needs[pk].retired_at else scope.list_url(tier=tier, need=pk)
        return _spending(cells.get((tier, pk)), url, f"价值 {tier}，{names[pk]}", with_money)

    return grid(_TIERS, sides, mark, row_height=28, label=NEED_LABEL) if sides else None


def _loyalty(scope: Scope, numbers: Numbers, month: str) -> Grid:
    cells = numbers.get(Picture.LOYALTY, {})

    def mark(behaviour: str, attitude: str) -> Mark:
        kind = LOYALTY.get((behaviour, attitude))
        words = f"{Behaviour(behaviour).label}，{Attitude(attitude).label}"
        url = scope.list_url(behaviour=behaviour, attitude=attitude)
        return _mark(cells.get((behaviour, attitude)), url, words, kind.label if kind else "")

    drawn = grid(Behaviour.choices, Attitude.choices, mark, row_height=72)
    places = {
        LOYALTY.get((behaviour, attitude)): cell
        for (attitude, _), row in zip(Attitude.choices, drawn.rows, strict=True)
        for (behaviour, _), cell in zip(Behaviour.choices, row, strict=True)
    }
    moved = numbers.get(Picture.MOVED_LOYALTY, {})
    arrows = tuple(_arrows(scope, moved, places, month))
    return Grid(drawn.heads, drawn.sides, drawn.rows, drawn.width, drawn.height, arrows)


def _arrows(scope: Scope, moved, places: dict[Loyalty | None, Cell], month: str) -> Iterable[Arrow]:
    """Moves between the four kinds; those from and to the unknown stand in the list of moves."""
    for (before, after), number in moved.items():
        ends = [places.get(Loyalty(code)) if code else None for code in (before, after)]
        if all(ends):
            words = f"{label(Axis.LOYALTY, before)} → {label(Axis.LOYALTY, after)}：本月 {number.people} 次"
            url = scope.moves_url(axis=Axis.LOYALTY, before=before, after=after, month=month)
            yield arrow(*ends, people=number.people, url=url, words=words)


def _reward(scope: Scope, numbers: Numbers) -> list[Bar]:
    """Of each kind's visits, how many had a discount; nothing where no order of the shop tells."""
    counts = numbers.get(Picture.REWARD, {})
    is_told = any(name == "discounted" for _, name in counts)
    bars = []
    for kind in Loyalty:
        people = sum(
            number.people
            for place, number in numbers.get(Picture.LOYALTY, {}).items()
            if LOYALTY.get(place, Loyalty.UNKNOWN) == kind
        )
        visits, discounted, unbought = (counts.get((kind.value, name), Number()).people for name in REWARD)
        percent = reward.share(visits, discounted) if is_told else None
        note = f"{people} 位，到店 {visits} 次" + (f"，用优惠 {discounted} 次" if percent else "")
        url, shown = scope.list_url(loyalty=kind.value), "未知" if percent is None else f"{percent}%"
        theirs = scope.list_url(loyalty=kind.value, reward="none")
        bars.append(Bar(kind.label, note, people, percent, url, shown, unbought if is_told else 0, theirs))
    return bars


def _grade(scope: Scope, cells, plans: dict[str, Plan]) -> Grid:
    digits = ["1", "2", "3"] + ["4"] * any(digit == "4" for _, digit in cells)

    def mark(digit: str, letter: str) -> Mark:
        words = f"{letter}{digit}（{plans[letter + digit].staff}）"
        return _mark(cells.get((letter, digit)), scope.list_url(letter=letter, digit=digit), words)

    return grid([(digit, f"{digit} 级") for digit in digits], [(letter, letter) for letter in LETTERS], mark)


def _cohorts(scope: Scope, cells, day: date) -> Grid:
    quarters = quarters_back(day, COHORTS)

    def mark(after: str, quarter: str) -> Mark | None:
        came = quarters[quarters.index(quarter) + int(after)] if int(after) <= _left(quarter) else None
        size = cells.get((quarter, quarter), Number()).people
        if came is None or not size:
            return None
        if came == quarter:
            return Mark(size, scope.list_url(arrived=quarter), f"{quarter} 首次到店：{size} 位", f"{size}", percent=0)
        people = cells.get((quarter, came), Number()).people
        percent, url = people * 100 // size, scope.list_url(arrived=quarter, came=came)
        words = f"{quarter} 首次到店的 {size} 位里，{came} 又来过的：{people} 位，{percent}%"
        return Mark(people, url, words, f"{percent}%", percent=percent)

    def _left(quarter: str) -> int:
        return quarters_between(quarter, quarters[-1])

    columns = [("0", "新客"), *((f"{n}", f"+{n} 季") for n in range(1, COHORTS))]
    return grid(columns, [(quarter, quarter) for quarter in quarters], mark, row_height=28)


def _funnel(scope: Scope, cells) -> list[Bar]:
    """Who has reached a step, and who stopped there."""
    at = {step: cells.get((step, ""), Number()).people for step in FUNNEL_STEPS}
    everybody = sum(at.values())
    bars = []
    for step, words in FUNNEL_STEPS.items():
        people = sum(count for other, count in at.items() if other >= step)
        leak = at[step] if step != max(at) else 0
        bars.append(
            Bar(words, STEPS[step], people, people * 100 // everybody if everybody else 0,
                scope.list_url(reached=step), f"{people}", leak, scope.list_url(funnel=step))
        )  # fmt: skip
    return bars


def _ladder(scope: Scope, cells, total: int) -> list[Bar]:
    bars = []
    for stage in Stage:
        people = cells.get((stage.value, ""), Number()).people
        percent = people * 100 // total if total else 0
        bars.append(Bar(stage.label, STAGES[stage], people, percent, scope.list_url(stage=stage.value), f"{people}"))
    return bars


def _revenue(scope: Scope, cells, with_money: bool) -> list[Bar]:
    money = {source: cells.get((source.value, ""), Number()) for source in Source}
    whole = sum(number.own_fen for number in money.values())
    bars = []
    for source, number in money.items():
        percent = number.own_fen * 100 // whole if whole else 0
        note = f"{number.people} 位" + (f"，{money_words(number.own_fen)}" if with_money else "")
        url = scope.list_url(source=source.value)
        bars.append(Bar(source.label, note, number.people, percent, url, f"{percent}%"))
    return bars


def _moves(scope: Scope, numbers: Numbers, month: str) -> list[Moved]:
    """The most frequent first. Who was nowhere before is new, and has not moved."""
    found = [
        Moved(
            axis.label, label(axis, before), label(axis, after), number.people,
            scope.moves_url(axis=axis.value, before=before, after=after, month=month),
        )
        for axis in Axis
        for (before, after), number in numbers.get(Picture.moved(axis), {}).items()
        if before
    ]  # fmt: skip
    return sorted(found, key=lambda move: (-move.people, move.axis, move.before, move.after))[:TOP_MOVES]
