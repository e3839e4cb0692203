"""商机: what there is to speak of by state, whose it is and what to do next; and what came of it in a month."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.http import urlencode

from core.days import start_of
from core.paging import KeyPage, key_page
from core.web import id_of
from segments.rules.periods import bounds, month_of
from staff.enums import COMPANY_ROLES, Role
from staff.models import Store, User
from vehicles.enums import Elsewhere, OpportunityKind, OpportunityState
from vehicles.models import Opportunity

S = OpportunityState
SIZE = 30
# The tabs: what stands, then what came of it in a month.
TABS = {
    "open": ("待跟进", (S.OPEN,)),
    "invited": ("说过了", (S.INVITED,)),
    "booked": ("约好了", (S.BOOKED,)),
    "done": ("做成了", (S.DONE,)),
    "missed": ("没做成", (S.DECLINED, S.LOST, S.LAPSED)),
}
NOBODY, EVERYBODY = 0, "all"


class Asked:
    """What the address asks for, within what the reader may see; unknown words are ignored."""

    def __init__(self, query, *, user: User, today: date):
        self.user, self.today = user, today
        self.stores = list(Store.objects.visible_to(user))
        self.store = next((store for store in self.stores if store.pk == id_of(query.get("store", ""))), None)
        self.tab = query["tab"] if query.get("tab") in TABS else "open"
        self.kind = OpportunityKind(query["kind"]) if query.get("kind") in OpportunityKind.values else None
        self.month = query["month"] if len(query.get("month", "")) == 7 and bounds(query["month"]) else month_of(today)
        # An advisor's own customers first; everybody's is one choice away.
        named = query.get("advisor", str(user.pk) if user.role == Role.ADVISOR else "")
        self.advisor = id_of(named)

    @property
    def shows_store(self) -> bool:
        return len(self.stores) > 1 and self.store is None

    @property
    def is_settled(self) -> bool:
        return self.tab in ("done", "missed")

    @property
    def kept(self) -> dict[str, str]:
        """What stays when another tab or month is looked at."""
        found = {"store": self.store and self.store.pk, "kind": self.kind, "advisor": self.advisor}
        found = {name: str(value) for name, value in found.items() if value is not None}
        if self.advisor is None and self.user.role == Role.ADVISOR:
            found["advisor"] = EVERYBODY
        return found | ({"month": self.month} if self.month != month_of(self.today) else {})

    @property
    def kinds(self) -> list[tuple[str, str]]:
        return OpportunityKind.choices

    @property
    def is_narrow(self) -> bool:
        return bool(self.store or self.kind or self.advisor is not None)

    def query(self, **also) -> str:
        return urlencode({**self.kept, **also})

    def rows(self, *, settled: bool) -> QuerySet:
        """What stands, or what was settled in the month, of whom the address names."""
        rows = Opportunity.objects.visible_to(self.user)
        if settled:
            first, last = bounds(self.month)
            rows = rows.settled_between(start_of(first), start_of(last + timedelta(days=1)))
        else:
            rows = rows.standing().filter(customer__ended_at__isnull=True)
        if self.store:
            rows = rows.filter(store=self.store)
        if self.kind:
            rows = rows.filter(kind=self.kind)
        return rows if self.advisor is None else rows.filter(_of(self.advisor, settled=settled))


def _of(advisor: int, *, settled: bool) -> Q:
    column = "advisor" if settled else "customer__advisor"
    return Q(**{f"{column}__isnull": True}) if advisor == NOBODY else Q(**{column: advisor})


@dataclass(frozen=True)
class Tab:
    """One state and how many there are."""

    value: str
    words: str
    count: int
    query: str


@dataclass(frozen=True)
class Board:
    """A page of the board; `worth_fen` is what the rows of the tab come to."""

    asked: Asked
    tabs: list[Tab]
    page: KeyPage
    advisors: list[User]
    worth_fen: int


def board_of(asked: Asked, *, after: str | None) -> Board:
    """One page; six statements however many rows."""
    counts, worth = {}, defaultdict(int)
    for settled in (False, True):
        money = "earned_fen" if settled else "value_fen"
        found = asked.rows(settled=settled).order_by().values_list("state").annotate(n=Count("pk"), fen=Sum(money))
        for state, count, fen in found:
            counts[state], worth[state] = count, fen or 0
    states = TABS[asked.tab][1]
    tabs = [
        Tab(value, words, sum(counts.get(state, 0) for state in of), asked.query(tab=value))
        for value, (words, of) in TABS.items()
    ]
    rows = asked.rows(settled=asked.is_settled).filter(state__in=states)
    rows = rows.select_related("vehicle", "customer__advisor", "store", "advisor", "said_by", "line")
    order, known = (("-settled_at", "-pk"), ["settled_at"]) if asked.is_settled else (("due_on", "pk"), [])
    page = key_page(rows, after=after, size=SIZE, order=order, known=known)
    return Board(asked, tabs, page, advisors_of(asked.user), sum(worth[state] for state in states))


def advisors_of(user: User) -> list[User]:
    """Who looks after customers in the stores that are seen."""
    people = User.objects.visible_to(user).working().exclude(role__in=COMPANY_ROLES)
    return list(people.filter(role__in=[Role.ADVISOR, Role.MANAGER]).order_by("display_name", "pk"))


@dataclass
class Tally:
    """What came of those that were settled in the month."""

    words: str
    query: str = ""
    done: int = 0
    declined: int = 0
    lost: int = 0
    lapsed: int = 0
    fen: int = 0

    @property
    def settled(self) -> int:
        return self.done + self.declined + self.lost + self.lapsed

    @property
    def percent(self) -> int | None:
        """Rounded down, as everywhere."""
        return self.done * 100 // self.settled if self.settled else None

    def add(self, state: str, count: int, fen: int | None) -> None:
        name = {S.DONE: "done", S.DECLINED: "declined", S.LOST: "lost", S.LAPSED: "lapsed"}[state]
        setattr(self, name, getattr(self, name) + count)
        self.fen += fen or 0


@dataclass(frozen=True)
class Figures:
    """转化: by kind and by advisor, and to whom the others went."""

    asked: Asked
    total: Tally
    kinds: list[Tally]
    advisors: list[Tally]
    lost_to: list[tuple[str, int]]
    people: list[User]
    before: str
    after: str


def figures_of(asked: Asked) -> Figures:
    """What came of the month's opportunities; a fixed number of statements."""
    rows = asked.rows(settled=True).order_by()
    found = rows.values_list("kind", "advisor", "state").annotate(n=Count("pk"), fen=Sum("earned_fen"))
    names = {person.pk: person.display_name for person in User.objects.visible_to(asked.user)}
    total, kinds, advisors = Tally("合计"), {}, {}
    for kind, advisor, state, count, fen in found:
        whose = NOBODY if advisor is None else advisor
        by_kind = kinds.setdefault(kind, Tally(OpportunityKind(kind).label, asked.query(kind=kind)))
        by_advisor = advisors.setdefault(
            whose, Tally(names.get(advisor, "别店的" if advisor else "无顾问"), asked.query(advisor=whose))
        )
        for tally in (total, by_kind, by_advisor):
            tally.add(state, count, fen)
    ranked = sorted(advisors.values(), key=lambda one: (-one.fen, -one.done, one.words))
    in_order = [kinds[kind] for kind in OpportunityKind.values if kind in kinds]
    return Figures(asked, total, in_order, ranked, _lost_to(rows), advisors_of(asked.user), *_months_around(asked))


def _lost_to(rows: QuerySet) -> list[tuple[str, int]]:
    found = rows.filter(state=S.LOST).values_list("lost_to").annotate(n=Count("pk")).order_by(F("n").desc(), "lost_to")
    return [(Elsewhere(place).label, count) for place, count in found]


def _months_around(asked: Asked) -> tuple[str, str]:
    """The addresses of the month before and, where it has begun, of the one after."""
    first, last = bounds(asked.month)
    before, after = month_of(first - timedelta(days=1)), month_of(last + timedelta(days=1))
    return asked.query(month=before), asked.query(month=after) if last < asked.today else ""
