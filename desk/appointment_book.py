"""The appointment book: one day of it, and the week around."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from core.web import id_of
from staff.models import Store, User
from vehicles.models import Appointment

DAYS = "一二三四五六日"


@dataclass(frozen=True)
class BookDay:
    """A day of the week strip and how many stand in the book."""

    day: date
    count: int
    is_today: bool

    @property
    def name(self) -> str:
        return DAYS[self.day.weekday()]


@dataclass(frozen=True)
class Book:
    """What the page shows: everybody of the day, cancelled ones too, so that nobody is looked for in vain."""

    day: date
    today: date
    week: list[BookDay]
    rows: list[Appointment]
    stores: list[Store]
    store: Store | None

    @property
    def before(self) -> date:
        return self.day - timedelta(days=1)

    @property
    def after(self) -> date:
        return self.day + timedelta(days=1)

    @property
    def is_past(self) -> bool:
        return self.day < self.today

    @property
    def is_ahead(self) -> bool:
        return self.day > self.today

    @property
    def shows_store(self) -> bool:
        return len(self.stores) > 1 and self.store is None

    @property
    def address(self) -> str:
        """Where the other days are: `?store=…&`."""
        return f"?{urlencode({'store': self.store.pk})}&" if self.store else "?"


def book_of(user: User, *, day: date, store: str, today: date) -> Book:
    """The book of a day; of one store where there are several to choose from. Three statements."""
    stores = list(Store.objects.visible_to(user))
    chosen = next((one for one in stores if one.pk == id_of(store)), None)
    booked = Appointment.objects.visible_to(user)
    if chosen:
        booked = booked.filter(store=chosen)
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    counts = booked.count_days(days[0], days[-1])
    week = [BookDay(one, counts.get(one, 0), one == today) for one in days]
    return Book(day, today, week, list(booked.of_day(day).for_reading()), stores, chosen)
