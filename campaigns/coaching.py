"""What a coach sees: what each caller's week was like, which scripts help, and who is left without a next step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.utils.dateparse import parse_date
from django.utils.timezone import localdate, make_aware

from core.days import start_of
from core.paging import KeyPage, key_page
from core.web import id_of
from customers.models import Customer
from staff.models import Store, User

from .content.scripts import Listener
from .enums import SPOKEN_RESULTS, Result
from .models import Outcome, Touch
from .occasions import name_of
from .querysets.next_steps import without_next_step

WEEK = timedelta(days=7)
SIZE = 50
# So long a script's ratings are looked at.
RATED = timedelta(days=90)
# What a number of the table counts: lines with at least one such outcome.
COUNTED = {
    "worked": Q(),
    "reached": Q(result__in=SPOKEN_RESULTS),
    "booked": Q(result=Result.BOOKED),
    "sent": Q(result=Result.SENT),
    "no_answer": Q(result=Result.NO_ANSWER),
    "refused": Q(result=Result.DO_NOT_CONTACT),
    "unhappy": Q(result=Result.UNHAPPY),
}
NAMES = {
    "worked": "办了", "reached": "说上话", "booked": "约到店", "sent": "发了微信", "no_answer": "未接",
    "refused": "不再打扰", "unhappy": "不满",
}  # fmt: skip
LISTENERS = {
    Listener.UNIT: "单位", Listener.UPSET: "正不满", Listener.BEST: "最好的客户", Listener.PRICE: "在意价格",
    Listener.TIME: "赶时间",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """Which week, beginning on a Monday, and of which store; what cannot be read is this week and every store."""

    user: User
    today: date
    monday: date
    store: Store | None
    stores: list[Store]

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From the first moment of the week to the first of the next."""
        first = start_of(self.monday)
        return first, start_of(self.monday + WEEK)

    @property
    def before(self) -> str:
        return self.query(self.monday - WEEK)

    @property
    def after(self) -> str:
        """The next week's address; "" for one that has not begun."""
        return self.query(self.monday + WEEK) if self.monday + WEEK <= self.today else ""

    def query(self, monday: date | None = None, **more) -> str:
        """Where this, or another week, is: week=…&store=…"""
        where = {"week": (monday or self.monday).isoformat()} | ({"store": self.store.pk} if self.store else {})
        return urlencode(where | more)

    @property
    def here(self) -> str:
        return self.query()

    def of_store(self, rows, path: str = "touch__store"):
        """Of what the user may see, the rows of the chosen store."""
        rows = rows.visible_to(self.user)
        return rows.filter(**{path: self.store}) if self.store else rows


@dataclass(frozen=True)
class CallerWeek:
    """What one caller was given and what came of it, in lines."""

    user: User
    left: int
    tries: int
    counts: dict[str, int]
    rated: int
    helped: int

    @property
    def given(self) -> int:
        return self.counts["worked"] + self.left

    @property
    def percent(self) -> int:
        return self.counts["worked"] * 100 // self.given if self.given else 0

    @property
    def average(self) -> str:
        """How many tries a line took."""
        return f"{self.tries / self.counts['worked']:.1f}" if self.counts["worked"] else "—"

    @property
    def cells(self) -> list[tuple[str, str, int]]:
        """(what, its name, how many) in the order of the columns."""
        return [(what, NAMES[what], self.counts[what]) for what in COUNTED]


@dataclass(frozen=True)
class RatedScript:
    """What callers say of a script: an occasion's, for a kind of listener."""

    occasion: str
    listener: str
    rated: int
    helped: int

    @property
    def percent(self) -> int:
        return self.helped * 100 // self.rated


@dataclass(frozen=True)
class CoachPage:
    asked: Asked
    callers: list[CallerWeek]
    scripts: list[RatedScript]
    without_next: int


def asked_of(query: Mapping, *, user: User, today: date) -> Asked:
    """What the address asks for; one statement."""
    stores = list(Store.objects.visible_to(user))
    store = next((one for one in stores if one.pk == id_of(query.get("store", ""))), None)
    try:
        day = parse_date(query.get("week", "")) or today
    except ValueError:
        day = today
    day = min(day, today)
    return Asked(user, today, day - timedelta(days=day.weekday()), store, stores)


def coach_page(asked: Asked) -> CoachPage:
    """Every caller's week, the ratings of the last three months, and how many have no next step; five statements."""
    worked = {row.pop("by"): row for row in _week(asked)}
    left = _left(asked)
    people = User.objects.filter(pk__in={*worked, *left}).order_by("display_name", "pk")
    callers = [_caller_week(person, worked.get(person.pk, {}), left.get(person.pk, 0)) for person in people]
    return CoachPage(asked, callers, _scripts(asked), without_next_step_of(asked).count())


def _week(asked: Asked):
    first, end = asked.span
    outcomes = asked.of_store(Outcome.objects.standing()).filter(at__gte=first, at__lt=end)
    lines = {what: Count("touch", distinct=True, filter=only) for what, only in COUNTED.items() if only}
    tries = {"worked": Count("touch", distinct=True), "tries": Count("pk")}
    rated = {"rated": Count("helped"), "helped_by": Count("pk", filter=Q(helped=True))}
    return outcomes.order_by().values("by").annotate(**lines, **tries, **rated)


def _left(asked: Asked) -> dict[int, int]:
    """Lines of the week, or overdue since, that nobody has worked in it."""
    first, end = asked.span
    lines = asked.of_store(Touch.objects.listed().by_hand(), "store").filter(listed_on__lte=asked.sunday)
    worked = Outcome.objects.standing().filter(at__gte=first, at__lt=end).values("touch")
    if asked.sunday < asked.today:
        lines = lines.filter(listed_on__gte=asked.monday)
    return dict(lines.exclude(pk__in=worked).order_by().values_list("assignee").annotate(count=Count("pk")))


def _caller_week(person: User, row: dict, left: int) -> CallerWeek:
    counts = {what: row.get(what, 0) for what in COUNTED}
    return CallerWeek(person, left, row.get("tries", 0), counts, row.get("rated", 0), row.get("helped_by", 0))


def _scripts(asked: Asked) -> list[RatedScript]:
    since = start_of(asked.today) - RATED
    rated = asked.of_store(Outcome.objects.standing()).filter(helped__isnull=False, at__gte=since)
    rows = rated.order_by().values("touch__occasion", "listener")
    rows = rows.annotate(rated=Count("pk"), helped_by=Count("pk", filter=Q(helped=True)))
    scripts = [
        RatedScript(
            name_of(row["touch__occasion"]),
            LISTENERS.get(row["listener"], "所有人"),
            row["rated"],
            row["helped_by"],
        )
        for row in rows
    ]
    return sorted(scripts, key=lambda one: (one.percent, -one.rated, one.occasion, one.listener))


def lines_behind(asked: Asked, *, what: str, who: str, after: str | None) -> KeyPage:
    """The outcomes behind a number of the table, the latest first."""
    first, end = asked.span
    outcomes = asked.of_store(Outcome.objects.standing()).filter(at__gte=first, at__lt=end)
    outcomes = outcomes.filter(COUNTED.get(what, Q()), **({"by": id_of(who)} if id_of(who) else {}))
    page = key_page(outcomes.select_related("touch__customer", "by"), after=after, size=SIZE, order=("-at", "-pk"))
    for outcome in page.rows:
        outcome.occasion_name = name_of(outcome.touch.occasion)
    return page


def without_next_step_of(asked: Asked):
    """Customers of the base whom we spoke to and who have nothing ahead."""
    customers = Customer.objects.visible_to(asked.user)
    if asked.store:
        customers = customers.filter(store_links__store=asked.store)
    return without_next_step(customers, today=localdate(make_aware(datetime.combine(asked.today, time(12)))))


def without_next_page(asked: Asked, *, after: str | None) -> KeyPage:
    customers = without_next_step_of(asked).select_related("profile", "advisor")
    return key_page(customers, after=after, size=SIZE, order=("-last_line_at", "-pk"))
