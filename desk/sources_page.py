"""客户从哪来 (3-5): customers won by source, what they paid themselves, and what winning one of them cost."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.urls import reverse
from django.utils.http import urlencode

from core.calendars import months_before
from customers.models import Customer, Introduction
from referrals.enums import RewardForm, RewardState, SourceKind
from referrals.models import PointEntry, PointPolicy, Reward, SourceCost
from referrals.results import OWN_FEN
from referrals.rules.sources import kind_of
from staff.models import User
from vehicles.models import ServiceOrder

from .rules.drawing import Bar
from .segments_page import Scope

YEAR = timedelta(days=365)
YEARS_BACK, COSTS_SHOWN = 3, 20
LATELY = "12m"
KNOWN = "有介绍人"


@dataclass(frozen=True)
class Span:
    """Within which days they came for the first time."""

    code: str
    words: str
    first: date
    last: date


def spans(today: date) -> list[Span]:
    start = months_before(today, 12) + timedelta(days=1)
    years = range(today.year, today.year - YEARS_BACK, -1)
    found = [Span(LATELY, "最近 12 个月", start, today)]
    return found + [Span(str(year), f"{year} 年", date(year, 1, 1), min(date(year, 12, 31), today)) for year in years]


def _yuan(fen: float) -> int:
    """Of an average nobody reads the fen."""
    return round(fen / 100) * 100


@dataclass
class Line:
    """A source, or all of a kind; `cost_fen` None: nobody wrote one down."""

    words: str
    url: str
    people: int = 0
    soon_fen: int = 0
    fen: int = 0
    cost_fen: int | None = None

    def add(self, *, people: int = 0, soon_fen: int = 0, fen: int = 0, cost_fen: int | None = None) -> None:
        self.people, self.soon_fen, self.fen = self.people + people, self.soon_fen + soon_fen, self.fen + fen
        if cost_fen is not None:
            self.cost_fen = (self.cost_fen or 0) + cost_fen

    @property
    def each_fen(self) -> int | None:
        """What winning one of them cost."""
        return None if self.cost_fen is None or not self.people else _yuan(self.cost_fen / self.people)

    @property
    def worth_fen(self) -> int | None:
        """What one of them paid in the first year."""
        return _yuan(self.soon_fen / self.people) if self.people else None


@dataclass
class Kind(Line):
    sources: list[Line] = field(default_factory=list)


class Sources:
    """What the address asks for, within what the reader sees."""

    def __init__(self, query, *, user: User, today: date):
        self.user, self.scope, self.spans = user, Scope(query, user=user), spans(today)
        self.span = next((one for one in self.spans if one.code == query.get("span")), self.spans[0])
        self.kind = query.get("kind") if query.get("kind") in SourceKind.values else ""
        self.source, self.is_known = query.get("source"), query.get("known") == "1"

    @property
    def words(self) -> str:
        """Which of them a list is of."""
        of_kind = SourceKind(self.kind).label if self.kind else "第一次来的客户"
        return KNOWN if self.is_known else of_kind if self.source is None else f"来源：{self.source}"

    @property
    def back(self) -> str:
        return urlencode(self.scope.kept | {"span": self.span.code})

    def url(self, **more) -> str:
        return f"{reverse('desk:source_people')}?{self.back}&{urlencode(more)}"

    @property
    def won(self):
        """Whom the shop saw for the first time in those days, as of last night; who wants no profile has none (G9)."""
        days = (self.span.first, self.span.last)
        rows = Customer.objects.visible_to(self.user).filter(profile__first_visit_on__range=days, no_profiling=False)
        if self.scope.store:
            rows = rows.seen_in(self.scope.store.pk)
        return rows.annotate(is_introduced=Exists(Introduction.objects.filter(introduced=OuterRef("pk"))))

    def of_store(self, rows, path: str = "store"):
        return rows.filter(**{path: self.scope.store}) if self.scope.store else rows

    def counted(self) -> list[tuple[bool, str, int]]:
        """(introduced, what they answered, how many)."""
        rows = self.won.order_by().values_list("is_introduced", "came_through")
        return list(rows.annotate(people=Count("pk")))

    def people(self):
        """Those behind a number."""
        rows = self.won.select_related("advisor", "profile")
        if self.is_known:
            return rows.filter(is_introduced=True)
        if self.source is not None:
            return rows.filter(is_introduced=False, came_through=self.source)
        if not self.kind:
            return rows
        texts = sorted({said for known, said, _ in self.counted() if not known and kind_of(said) == self.kind})
        of_kind = Q(is_introduced=False, came_through__among=texts)
        return rows.filter(of_kind | Q(is_introduced=True) if self.kind == SourceKind.INTRODUCED else of_kind)


def sources_page(asked: Sources) -> dict:
    """A fixed number of statements."""
    kinds = {kind: Kind(kind.label, asked.url(kind=kind.value)) for kind in SourceKind}
    lines: dict[tuple, Line] = {}

    def add(known: bool, said: str, **numbers):
        kind = kind_of(said, is_introduced=known)
        place = (kind, known, said)
        if place not in lines:
            words, asks = (KNOWN, {"known": 1}) if known else (said or kind.label, {"source": said})
            lines[place] = Line(words, asked.url(**asks))
            kinds[kind].sources.append(lines[place])
        lines[place].add(**numbers)
        kinds[kind].add(**numbers)

    for known, said, people in asked.counted():
        add(known, "" if known else said, people=people)
    for known, said, soon_fen, fen in _money(asked):
        add(known, "" if known else said, soon_fen=soon_fen, fen=fen)
    for said, fen in _costs(asked):
        add(False, said, cost_fen=fen)
    thanks = _thanks(asked)
    if thanks["given"]:
        add(True, "", cost_fen=thanks["fen"])
    shown = [kind for kind in kinds.values() if kind.sources]
    for kind in shown:
        kind.sources.sort(key=lambda line: (-line.people, line.words))
    costs = asked.of_store(SourceCost.objects.visible_to(asked.user)).select_related("by", "store").order_by("-pk")
    return {
        "tab": "sources", "asked": asked, "kinds": shown, "bars": _bars(shown), "thanks": thanks,
        "costs": costs[:COSTS_SHOWN], "people": sum(kind.people for kind in shown),
    }  # fmt: skip


def _money(asked: Sources) -> list[tuple]:
    """(introduced, what they answered, paid within a year of the first visit, paid since)."""
    first = F("customer__profile__first_visit_on")
    orders = ServiceOrder.objects.visible_to(asked.user).closed().filter(customer__in=asked.won.values("pk"))
    known = Exists(Introduction.objects.filter(introduced=OuterRef("customer")))
    rows = asked.of_store(orders).order_by().annotate(known=known).values_list("known", "customer__came_through")
    soon = Sum(OWN_FEN, filter=Q(closed_on__lte=first + YEAR), default=0)
    return list(rows.annotate(soon=soon, fen=Sum(OWN_FEN)))


def _costs(asked: Sources) -> list[tuple[str, int]]:
    rows = SourceCost.objects.visible_to(asked.user).between(asked.span.first, asked.span.last)
    return list(asked.of_store(rows).order_by().values_list("source").annotate(fen=Sum("fen")))


def _thanks(asked: Sources) -> dict:
    """What thanks were given in those days: {"given", "fen", "unknown": without a value}."""
    days = (asked.span.first, asked.span.last)
    rows = Reward.objects.visible_to(asked.user).filter(made_on__range=days)
    rows = asked.of_store(rows.filter(state__in=(RewardState.GIVEN, RewardState.OWED)), "referral__store")
    by_form = defaultdict(int)
    for form, many, fen, known in (
        rows.order_by().values_list("form").annotate(many=Count("pk"), fen=Sum("worth_fen"), known=Count("worth_fen"))
    ):
        by_form["given"] += many
        by_form["fen"] += (form != RewardForm.POINTS and fen) or 0
        by_form["unknown"] += 0 if form == RewardForm.POINTS else many - known
    policy = PointPolicy.objects.newest()
    points = PointEntry.objects.filter(transaction__reward__in=rows).aggregate(points=Sum("points", default=0))
    by_form["fen"] += points["points"] * (policy.cost_fen if policy else 0)
    return {name: by_form[name] for name in ("given", "fen", "unknown")}


def _bars(kinds: list[Kind]) -> list[Bar]:
    """Of what these customers paid in their first year, which part came how."""
    whole = sum(kind.soon_fen for kind in kinds)
    bars = []
    for kind in kinds:
        percent = kind.soon_fen * 100 // whole if whole else 0
        bars.append(Bar(kind.words, f"{kind.people} 位", kind.people, percent, kind.url, f"{percent}%"))
    return bars
