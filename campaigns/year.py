"""What the year view shows: twelve months with feasts, days off and what is planned, and one day of it opened."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from core.calendars import Mark, WorkDays, missing_notice, published
from core.enums import DayKind
from core.models import CalendarDay
from core.paging import KeyPage, key_page
from staff.enums import Permission
from staff.models import Store, User

from .content.calendar import Turn, turns_between
from .enums import OPEN_STATES, TouchChannel, TouchState
from .models import ContactPolicy, PlanLine, PlanRun, Posting, StoreDay, Touch, WeatherNotice
from .occasions import name_of

FIRST, LAST = 2000, 2099
SIZE = 50
# What a number of a day counts.
NUMBERS = {"planned": "待办", "done": "完成", "by_hand": "人工做的"}
WEEK = Calendar(firstweekday=0)


@dataclass(frozen=True)
class Cell:
    """A day of a month; `touches` is how many contacts are planned on it or were made."""

    day: date
    turns: list[Turn]
    mark: Mark | None
    touches: int
    is_today: bool

    @property
    def word(self) -> str:
        """The one word there is room for: a festival before a term before a tip."""
        order = sorted(self.turns, key=lambda turn: ("lunar", "solar", "term", "tip").index(turn.kind))
        return order[0].name if order and order[0].kind != "tip" else ""

    @property
    def told(self) -> str:
        """The whole day in one line."""
        off = [("上班" if self.mark.works else "放假") + f"（{self.mark.name}）"] if self.mark else []
        planned = [f"{self.touches} 条联系"] if self.touches else []
        words = [*(turn.name for turn in self.turns), *off, *planned]
        return (
            f"{self.day.month}月{self.day.day}日：{'、'.join(words)}"
            if words
            else f"{self.day.month}月{self.day.day}日"
        )


@dataclass(frozen=True)
class Month:
    number: int
    weeks: list[list[Cell | None]]
    touches: int


@dataclass(frozen=True)
class Year:
    number: int
    months: list[Month]
    touches: int
    is_published: bool
    missing: int | None
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True)
class Planned:
    """How many touches of one occasion on a day, by state."""

    key: str
    name: str
    planned: int
    done: int
    by_hand: int


@dataclass(frozen=True)
class StoreOnDay:
    """Whether a store's people speak to customers on a day; `own` is its own word, where it has one."""

    store: Store
    works: bool
    own: StoreDay | None


@dataclass(frozen=True)
class Day:
    day: date
    turns: list[Turn]
    mark: Mark | None
    works: bool
    is_published: bool
    planned: list[Planned]
    is_in_plan: bool
    postings: list[Posting]
    notices: list[WeatherNotice]
    stores: list[StoreOnDay]
    may_change: bool


def year_of(user: User, number: int, *, today: date) -> Year:
    """A year as `user` may see it; a fixed number of queries."""
    first, last = date(number, 1, 1), date(number, 12, 31)
    days = CalendarDay.objects.work_days(first, last)
    known = CalendarDay.objects.known_years(min(number, today.year), max(number, today.year + 1))
    counts = dict(
        _shown(user).filter(due_on__range=(first, min(last, today))).values_list("due_on").annotate(count=Count("pk"))
    )
    ahead = _ahead(user, today).filter(planned_on__range=(first, last))
    counts |= dict(ahead.values_list("planned_on").annotate(count=Count("pk")))
    turns: dict[date, list[Turn]] = {}
    for turn in turns_between(first, last):
        turns.setdefault(turn.day, []).append(turn)
    months = [_month(number, month, turns, days, counts, today) for month in range(1, 13)]
    return Year(
        number=number,
        months=months,
        touches=sum(counts.values()),
        is_published=number in known,
        missing=missing_notice(today, known),
        before=number - 1 if number > FIRST else None,
        after=number + 1 if number < LAST else None,
    )


def _ahead(user: User, today: date):
    """What last night planned for the days after `today`: contacts that are no touches yet."""
    lines = PlanLine.objects.visible_to(user).filter(run=PlanRun.objects.shown(), planned_on__gt=today)
    return lines.contacts().order_by()


def _shown(user: User):
    """What is on the lists or was done; what was given up or came too late is not shown."""
    return Touch.objects.visible_to(user).filter(state__in=[*OPEN_STATES, TouchState.DONE]).order_by()


def _month(year: int, month: int, turns: dict, days: WorkDays, counts: dict, today: date) -> Month:
    weeks = [
        [
            Cell(day, turns.get(day, []), days.marks.get(day), counts.get(day, 0), day == today)
            if day.month == month
            else None
            for day in week
        ]
        for week in WEEK.monthdatescalendar(year, month)
    ]
    return Month(month, weeks, sum(cell.touches for week in weeks for cell in week if cell))


def _of_day(user: User, day: date, today: date):
    """What is planned on a day or was done, and what each of its numbers counts."""
    if day > today:
        rows, done = _ahead(user, today).filter(planned_on=day), Q(pk=None)
    else:
        rows, done = _shown(user).filter(due_on=day), Q(state=TouchState.DONE)
    return rows, {"planned": ~done, "done": done, "by_hand": ~Q(channel=TouchChannel.MESSAGE)}


def _by_occasion(user: User, day: date, today: date) -> list[Planned]:
    rows, counted = _of_day(user, day, today)
    counts = {what: Count("pk", filter=only) for what, only in counted.items()}
    return [
        Planned(row["occasion"], name_of(row["occasion"]), row["planned"], row["done"], row["by_hand"])
        for row in sorted(rows.values("occasion").annotate(**counts), key=lambda row: -row["planned"] - row["done"])
    ]


def people_of_day(user: User, day: date, *, today: date, occasion: str, what: str, after: str | None) -> KeyPage:
    """The customers behind a number of a day, most urgent first; two statements."""
    rows, counted = _of_day(user, day, today)
    rows = rows.filter(counted[what], occasion=occasion).select_related("customer__profile", "store")
    return key_page(rows, after=after, size=SIZE, order=("priority", "pk"))


def day_of(user: User, day: date, *, today: date) -> Day:
    """One day opened; a fixed number of queries."""
    days = CalendarDay.objects.work_days(day, day)
    planned = _by_occasion(user, day, today)
    postings = Posting.objects.visible_to(user).filter(due_on=day).select_related("author", "store")
    return Day(
        day=day,
        turns=turns_between(day, day),
        mark=days.marks.get(day),
        works=days.works_on(day),
        is_published=day.year in CalendarDay.objects.known_years(day.year, day.year),
        planned=planned,
        is_in_plan=day > today and bool(planned),
        postings=list(postings.order_by("title", "store", "author")),
        notices=list(WeatherNotice.objects.visible_to(user).standing().filter(day=day).select_related("store", "by")),
        stores=_stores_on(user, day),
        may_change=day >= today and user.may(Permission.PLAN_TOUCHES),
    )


def _stores_on(user: User, day: date) -> list[StoreOnDay]:
    """Who works on a day; three queries."""
    works = day.isoformat() not in ContactPolicy.objects.current().closed
    own = {one.store_id: one for one in StoreDay.objects.visible_to(user).filter(day=day).select_related("said_by")}
    return [
        StoreOnDay(store, own[store.pk].works if store.pk in own else works, own.get(store.pk))
        for store in Store.objects.visible_to(user).order_by("pk")
    ]


@dataclass(frozen=True)
class DayOff:
    """A day that differs from its weekday; `own` is the row that says so, where a person wrote it."""

    day: date
    mark: Mark
    own: CalendarDay | None


@dataclass(frozen=True)
class DaysOff:
    year: int
    days: list[DayOff]
    is_published: bool
    missing: int | None
    before: int | None
    after: int | None


def days_off_of(number: int, *, today: date) -> DaysOff:
    """The days of a year that differ from the week; two queries."""
    first, last = date(number, 1, 1), date(number, 12, 31)
    own = {day.date: day for day in CalendarDay.objects.between(first, last)}
    marks = published(number) | {day: Mark(row.kind == DayKind.WORKDAY, row.name) for day, row in own.items()}
    known = CalendarDay.objects.known_years(min(number, today.year), max(number, today.year + 1))
    return DaysOff(
        year=number,
        days=[DayOff(day, mark, own.get(day)) for day, mark in sorted(marks.items())],
        is_published=number in known,
        missing=missing_notice(today, known),
        before=number - 1 if number > FIRST else None,
        after=number + 1 if number < LAST else None,
    )
