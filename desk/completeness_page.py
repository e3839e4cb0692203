"""信息收集: how much of what we want to know is known, by item, person, department and month, and whom to ask next."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.http import urlencode

from core.web import id_of
from customers.enums import ProfileItem
from customers.models import Customer
from segments.enums import Department, MonthKind
from segments.models import CollectionPolicy, Completeness, CompletenessMonth, CompletenessTotal
from segments.rules.completeness import DEPARTMENT_OF, Picture, Policy, Rate, items_of, total
from staff.enums import COMPANY_ROLES, Permission
from staff.models import Store, User
from vehicles.models import Ownership, ServiceOrder

from .rules.next_ten import THIS_WEEK_DAYS, Candidate, next_ten

COMPANY, NOBODY = 0, 0
NOBODYS_WORDS = "无顾问"
# For the ten, so many of those who were here last are looked at, and of the newest records.
POOL, NEWEST = 150, 30
Rates = dict[ProfileItem, Rate]


@dataclass(frozen=True)
class Line:
    """A bar: what it is about, the rate, and the rows behind it; `purpose` says why an item is asked."""

    words: str
    rate: Rate
    url: str = ""
    stale_url: str = ""
    note: str = ""
    purpose: str = ""


@dataclass(frozen=True)
class Month:
    month: date
    seen: Rate
    stood: Rate
    url: str


class Scope:
    """Which customers, by whose list of items: what the address asks for, within what the reader may see."""

    def __init__(self, query, *, user: User):
        self.user, self.sees_team = user, user.may(Permission.SEE_TEAM)
        self.stores = list(Store.objects.all()) if user.role in COMPANY_ROLES else [user.store]
        self.store = next((store for store in self.stores if str(store.pk) == query.get("store")), None)
        if user.role not in COMPANY_ROLES:
            self.store = user.store
        wanted = query.get("department")
        self.department = Department(wanted) if self.sees_team and wanted in Department.values else None
        self.advisor_id = id_of(query.get("advisor", "")) if self.sees_team else user.pk
        self.policy: Policy = CollectionPolicy.objects.current()

    @property
    def is_narrow(self) -> bool:
        chosen = self.store and len(self.stores) > 1
        return bool(chosen or self.department or self.advisor_id is not None)

    @property
    def store_id(self) -> int:
        return self.store.pk if self.store else COMPANY

    def department_of(self, person: User | None) -> Department | None:
        """By whose list somebody's customers are measured: the one chosen, else that of their own department."""
        return self.department or (DEPARTMENT_OF.get(person.role) if person else None)

    def items(self, department: Department | None) -> list[ProfileItem]:
        return items_of(self.policy.asked_by(department))

    def list_url(self, **query) -> str:
        """The customers behind a number."""
        store = self.store.pk if self.store and len(self.stores) > 1 else None
        asked = {key: value for key, value in {"store": store, **query}.items() if value is not None}
        return f"{reverse('desk:customers')}?{urlencode(asked)}"


@dataclass
class Page:
    """Everything the screen prints."""

    scope: Scope
    person: User | None
    overall: Rate
    items: list[Line]
    staff: list[Line] = field(default_factory=list)
    departments: list[Line] = field(default_factory=list)
    months: list[Month] = field(default_factory=list)
    ten: list = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    customers: int = 0
    missing_url: str = ""
    stale_url: str = ""

    @property
    def policy(self) -> Policy:
        return self.scope.policy

    @property
    def short(self) -> int:
        """How many points are missing to the goal; 0 where it is reached, or nothing is there to count."""
        return max(self.policy.goal_percent - (self.overall.percent or 0), 0) if self.overall.asked else 0

    @property
    def departments_offered(self) -> list[Department]:
        return list(Department)


def completeness_page(query, *, user: User, today: date) -> Page:
    """The page for an address, in a fixed number of statements; only stored totals are read, never all customers."""
    scope = Scope(query, user=user)
    by_advisor = _totals(scope)
    people = {person.pk: person for person in User.objects.filter(pk__in=by_advisor).order_by("pk")}
    if not scope.sees_team and user.pk not in people:
        scope.advisor_id = None  # who looks after nobody helps with everybody of the store
    person = people.get(scope.advisor_id) or (user if not scope.sees_team else None)
    chosen = by_advisor if scope.advisor_id is None else {scope.advisor_id: by_advisor.get(scope.advisor_id, {})}
    rates, department = _sum(chosen.values()), scope.department_of(person)
    behind = {"department": department, "advisor": scope.advisor_id}
    page = Page(
        scope=scope,
        missing_url=scope.list_url(missing="any", **behind),
        stale_url=scope.list_url(stale="any", **behind),
        person=person,
        overall=total(rates, scope.items(department)),
        items=_items(scope, rates, department),
        people=[one for one in people.values() if one.role not in COMPANY_ROLES],
        ten=_ten(scope, department, today),
        customers=rates.get(ProfileItem.NAME, Rate()).asked,  # a name is wanted of everybody
    )
    if scope.sees_team:
        page.departments = _departments(scope, rates)
        page.staff = _staff(scope, by_advisor, people)
        if scope.advisor_id is None:
            page.months = _months(scope)
    return page


@dataclass(frozen=True)
class Collected:
    """How complete the records of a store or of one person's customers are, beside the goal."""

    rate: Rate
    goal: int


def collected(store_id: int, person: User | None, *, month: date | None = None) -> Collected:
    """As the page shows it for the same choice; of a `month` that is over, as it ended. Two statements."""
    policy = CollectionPolicy.objects.current()
    if month:
        rows = CompletenessMonth.objects.filter(store_id=store_id, month=month, kind=MonthKind.STOOD)
    else:
        rows = CompletenessTotal.objects.filter(store_id=store_id)
    if person:
        rows = rows.filter(advisor_id=person.pk)
    rates = _sum({ProfileItem(row.item): Rate(row.asked, row.filled, row.fresh)} for row in rows)
    department = DEPARTMENT_OF.get(person.role) if person else None
    return Collected(total(rates, items_of(policy.asked_by(department))), policy.goal_percent)


def _totals(scope: Scope) -> dict[int, Rates]:
    found: dict[int, Rates] = defaultdict(dict)
    for row in CompletenessTotal.objects.filter(store_id=scope.store_id):
        found[row.advisor_id][ProfileItem(row.item)] = Rate(row.asked, row.filled, row.fresh)
    return found


def _sum(rates) -> Rates:
    found: Rates = defaultdict(Rate)
    for one in rates:
        for item, rate in one.items():
            found[item] += rate
    return found


def _items(scope: Scope, rates: Rates, department: Department | None) -> list[Line]:
    """The worst first."""
    if not rates:
        return []
    lines = [
        Line(
            item.label,
            rates.get(item, Rate()),
            scope.list_url(missing=item, advisor=scope.advisor_id),
            scope.list_url(stale=item, advisor=scope.advisor_id),
            purpose=f"{scope.policy.rules[item].purpose}。",
        )
        for item in scope.items(department)
    ]
    return sorted(lines, key=lambda line: (line.rate.percent is None, line.rate.percent))


def _departments(scope: Scope, rates: Rates) -> list[Line]:
    return [
        Line(
            one.label,
            total(rates, scope.items(one)),
            scope.list_url(missing="any", department=one, advisor=scope.advisor_id),
            scope.list_url(stale="any", department=one, advisor=scope.advisor_id),
            f"{len(scope.items(one))} 项",
        )
        for one in Department
    ]


def _staff(scope: Scope, by_advisor: dict[int, Rates], people: dict[int, User]) -> list[Line]:
    lines = []
    for pk, rates in by_advisor.items():
        person = people.get(pk)
        department = scope.department_of(person)
        behind = {"department": department, "advisor": pk}
        rate = total(rates, scope.items(department))
        if rate.asked > 0 and (scope.advisor_id in (None, pk)):
            urls = scope.list_url(missing="any", **behind), scope.list_url(stale="any", **behind)
            note = department.label if department else "全部要求"
            lines.append(Line(str(person) if person else NOBODYS_WORDS, rate, *urls, note))
    return sorted(lines, key=lambda line: (line.words == NOBODYS_WORDS, -(line.rate.percent or 0)))


def _months(scope: Scope) -> list[Month]:
    found: dict[date, dict[str, Rates]] = defaultdict(lambda: {kind: {} for kind in MonthKind.values})
    for row in CompletenessMonth.objects.filter(store_id=scope.store_id):
        found[row.month][row.kind][ProfileItem(row.item)] = Rate(row.asked, row.filled, row.fresh)
    items = scope.items(scope.department)
    return [
        Month(
            month,
            total(found[month][MonthKind.SEEN], items),
            total(found[month][MonthKind.STOOD], items),
            scope.list_url(missing="any", department=scope.department, seen=f"{month:%Y-%m}"),
        )
        for month in sorted(found)[-12:]
    ]


def _ten(scope: Scope, department: Department | None, today: date) -> list:
    """The ten proposals, each with its customer and car."""
    mine = _mine(scope)
    here, lately = _seen_lately(scope, today)
    pks = {*here, *lately, *_seen_before(mine), *mine.order_by("-pk").values_list("pk", flat=True)[:NEWEST]}
    required = scope.policy.asked_by(department)
    rows = Completeness.objects.filter(customer__in=mine.filter(pk__in=pks)).values_list(
        "customer_id", "asked", "filled", "fresh", "customer__profile__value_tier", "customer__profile__last_visit_on"
    )
    candidates = [
        Candidate(
            pk,
            Picture(asked & required, filled & required, fresh & required),
            tier=tier or "",
            seen_on=lately.get(pk) or last_visit_on,
            is_here=pk in here,
        )
        for pk, asked, filled, fresh, tier, last_visit_on in rows
    ]
    proposals = next_ten(candidates, today=today)
    cars = Prefetch("ownerships", Ownership.objects.current().select_related("vehicle").order_by("-pk"), "cars_now")
    people = Customer.objects.filter(pk__in=[one.pk for one in proposals]).prefetch_related(cars).in_bulk()
    return [(one, people[one.pk]) for one in proposals]


def _mine(scope: Scope):
    rows = Customer.objects.visible_to(scope.user)
    if scope.store and len(scope.stores) > 1:
        rows = rows.seen_in(scope.store.pk)
    if scope.advisor_id is None:
        return rows
    return rows.filter(advisor=scope.advisor_id or None)


def _seen_lately(scope: Scope, today: date) -> tuple[set[int], dict[int, date]]:
    """Who stands in the shop, and who left it last within the week (with the day)."""
    orders = ServiceOrder.objects.filter(store__in=[scope.store] if scope.store else scope.stores)
    here = set(orders.open().values_list("customer_id", flat=True))
    week = orders.closed_between(date.fromordinal(today.toordinal() - THIS_WEEK_DAYS + 1), today)
    last = week.order_by("-closed_on", "-pk").values_list("customer_id", "closed_on")[:POOL]
    return here, dict(reversed(list(last)))


def _seen_before(mine):
    """The last visitors up to yesterday, read along the index of last visits."""
    before = mine.filter(profile__last_visit_on__isnull=False).order_by("-profile__last_visit_on", "-profile__customer")
    return before.values_list("pk", flat=True)[:POOL]
