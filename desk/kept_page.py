"""How many promises are kept: by kind, by person, by store, for a month. Every number is a link to its rows.

A promise of a drive, a loaner car or a word is a `Promise` and counts in the month in which it was due; when the car
would be ready is on the order and counts in the month in which that was closed. What was moved after its time had
passed was not kept, whatever came of it; what the customer released before its time counts nowhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.dateparse import parse_date

from core.days import start_of
from core.paging import KeyPage, key_page
from core.web import id_of
from customers.enums import PromiseKind
from customers.models import Promise, PromiseMove
from staff.models import Store, User
from vehicles.models import ServiceOrder

CAR, CAR_NAME = "car", "按时交车"
KEPT, LATE, BROKEN, OWED = "kept", "late", "broken", "owed"
NAMES = {KEPT: "按时", LATE: "迟了", BROKEN: "没做", OWED: "过了还欠着"}
FEW = 5  # of fewer a rate says nothing
SIZE = 50


@dataclass(frozen=True)
class Asked:
    """Which month, of which store, whose; what cannot be read is this month, every store, everybody."""

    user: User
    now: datetime
    first: date
    store: Store | None
    stores: list[Store]
    who: int | None  # 0 is nobody

    @property
    def end(self) -> date:
        """The first day of the month after."""
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def before(self) -> str:
        return self.query(first=self.first - timedelta(days=1))

    @property
    def after(self) -> str:
        """The next month's address; "" for one that has not begun."""
        return self.query(first=self.end) if self.end <= self.now.date() else ""

    @property
    def here(self) -> str:
        return self.query()

    @property
    def everybody(self) -> str:
        return self.query(who=None)

    @property
    def all_stores(self) -> str:
        return self.query(store=None)

    def query(self, **other) -> str:
        """Where this is, or another: first, store, who."""
        asked = {"first": self.first, "store": self.store and self.store.pk, "who": self.who} | other
        where = {"month": f"{asked['first']:%Y-%m}", "store": asked["store"], "who": asked["who"]}
        return urlencode({name: value for name, value in where.items() if value is not None})


@dataclass
class Tally:
    """How many of each outcome; the rate only where there are enough to speak of."""

    name: str
    key: str
    url: str = ""
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def percent(self) -> int | None:
        return None if self.total < FEW else self.counts[KEPT] * 100 // self.total

    @property
    def cells(self) -> list[tuple[str, str, int]]:
        return [(what, name, self.counts[what]) for what, name in NAMES.items()]


@dataclass(frozen=True)
class KeptPage:
    asked: Asked
    whole: Tally
    kinds: list[Tally]
    people: list[Tally]
    stores: list[Tally]


def asked_of(query: Mapping, *, user: User, now: datetime) -> Asked:
    """What the address asks for; one statement."""
    stores = list(Store.objects.visible_to(user))
    store = next((one for one in stores if one.pk == id_of(query.get("store", ""))), None)
    try:
        day = parse_date(f"{query.get('month', '')}-01") or now.date()
    except ValueError:
        day = now.date()
    return Asked(user, now, min(day, now.date()).replace(day=1), store, stores, id_of(query.get("who", "")))


def kept_page(asked: Asked) -> KeptPage:
    """Every table; three statements."""
    rows = [*_counted(promises_of(asked), F("kind")), *_counted(cars_of(asked), Value(CAR))]
    people = {pk: f"{person}" for pk, person in User.objects.in_bulk({row["who"] for row in rows}).items()}
    kinds = {**dict(PromiseKind.choices), CAR: CAR_NAME}
    stores = {store.pk: store.name for store in asked.stores}
    return KeptPage(
        asked,
        next(iter(_tally(rows, lambda row: "", {})), Tally("", "")),
        _tally(rows, lambda row: row["what"], kinds),
        _tally(rows, lambda row: row["who"] or 0, people | {0: "没写谁"}, lambda key: asked.query(who=key)),
        _tally(rows, lambda row: row["where"], stores, lambda key: asked.query(store=key)),
    )


def _counted(rows, kind):
    rows = rows.order_by().values("outcome", what=kind, who=F("holder"), where=F("store"))
    return rows.annotate(count=Count("pk"))


def _tally(rows: Iterable[dict], key, names: dict, url=lambda key: "") -> list[Tally]:
    """One line per key, the one with most promises first."""
    found: dict = {}
    for row in rows:
        line = found.setdefault(key(row), Tally(names.get(key(row), ""), str(key(row)), url(key(row))))
        line.counts[row["outcome"]] += row["count"]
    return sorted(found.values(), key=lambda line: (-line.total, line.name))


def promises_of(asked: Asked):
    """Promises due in the month whose time is over, with `outcome` and `holder`."""
    rows = _of_store(Promise.objects.visible_to(asked.user), asked)
    due = rows.filter(due_at__gte=start_of(asked.first), due_at__lt=start_of(asked.end))
    return _of_person(judged(due, now=asked.now).annotate(holder=Coalesce("owner", "made_by")), asked)


def judged(promises, *, now: datetime):
    """Those whose time is over, with their `outcome`; what the customer released before counts nowhere."""
    moved_late = PromiseMove.objects.filter(promise=OuterRef("pk"), at__gt=F("was_due_at"))
    outcome = Case(
        When(Q(given_up_at__gt=F("due_at")) | Q(Exists(moved_late), given_up_at__isnull=False), then=Value(BROKEN)),
        When(given_up_at__isnull=False, then=Value("")),
        When(kept_at__isnull=True, due_at__lt=now, then=Value(OWED)),
        When(kept_at__isnull=True, then=Value("")),
        When(Q(kept_at__gt=F("due_at")) | Exists(moved_late), then=Value(LATE)),
        default=Value(KEPT),
    )
    return promises.annotate(outcome=outcome).exclude(outcome="")


def cars_of(asked: Asked):
    """Visits closed in the month for which a time was promised, with `outcome` and `holder`."""
    orders = _of_store(ServiceOrder.objects.visible_to(asked.user), asked)
    closed = Q(status="closed", closed_on__gte=asked.first, closed_on__lt=asked.end)
    rows = orders.filter(closed).annotate(outcome=ready_in_time(), holder=F("advisor")).exclude(outcome="")
    return _of_person(rows, asked)


def ready_in_time() -> Case:
    """What came of the time by which the car of a closed visit was promised; "" where none was."""
    is_late = Q(closed_at__gt=F("promised_at")) | Q(missed_at__isnull=False)
    unsaid = Q(promised_at__isnull=True) | Q(closed_at__isnull=True)
    return Case(When(unsaid, then=Value("")), When(is_late, then=Value(LATE)), default=Value(KEPT))


def _of_store(rows, asked: Asked):
    """A promise to a customer of two stores is the concern of the one that gave it."""
    stores = [asked.store] if asked.store else asked.stores
    return rows.filter(store__in=stores)


def _of_person(rows, asked: Asked):
    if asked.who is None:
        return rows
    return rows.filter(holder=asked.who) if asked.who else rows.filter(holder__isnull=True)


def rows_behind(asked: Asked, query: Mapping) -> KeyPage:
    """What stands behind a number: promises, or visits where the car's time is asked for."""
    narrow = {"outcome": query["what"]} if query.get("what") in NAMES else {}
    after = query.get("after")
    if query.get("kind") == CAR:
        rows = cars_of(asked).filter(**narrow).select_related("customer", "vehicle", "advisor")
        return key_page(rows, after=after, size=SIZE, order=("-closed_on", "-pk"))
    if query.get("kind") in PromiseKind:
        narrow["kind"] = query["kind"]
    rows = promises_of(asked).filter(**narrow).select_related("customer", "made_by", "owner")
    return key_page(rows, after=after, size=SIZE, order=("-due_at", "-pk"))
