"""What everything that is invented needs at hand: the tables, the calendar, the stores with their people."""

from dataclasses import dataclass, field
from random import Random

from . import words
from .company import DILIGENCE_OF_NOBODY, Company, Worker
from .numbers import PLATES, RESERVED
from .rhythms import Way
from .seasons import Days
from .tables import Tables


@dataclass(frozen=True, slots=True)
class Place:
    """A store: who received its cars over the years, who calls, who sits at the desk."""

    pk: int
    advisors: list[Worker]
    callers: list[int]
    desk: int

    def on_duty(self, ago: int, dice: float) -> Worker:
        """One of the advisors of that day."""
        there = [worker for worker in self.advisors if worker.worked(ago)]
        return there[int(dice * len(there))]


@dataclass(slots=True)
class Car:
    """A car in the making with its visits (day, kind), the oldest first; `km` is what its odometer last said.

    Before the day `bought` it was somebody else's, whose key is `seller`.
    """

    pk: int
    model: words.Car
    visits: list[tuple[int, str]]
    number: int
    bought: int = 0
    seller: int = 0
    km: int | None = None
    km_day: int = 0

    @property
    def since(self) -> int:
        return self.visits[0][0]


@dataclass(slots=True)
class Person:
    """A customer in the making: what the rest of the company's story needs to know of them."""

    index: int
    pk: int
    rng: Random
    store: Place
    way: Way
    name: str = ""
    surname: str = ""
    is_woman: bool = False
    is_unit: bool = False
    phone: str = ""
    since: int = 0
    first_advisor: Worker | None = None
    advisor: Worker | None = None
    driver: str = ""
    told: list[str] = field(default_factory=list)  # items that grow old and are on file
    cars: list[Car] = field(default_factory=list)

    @property
    def diligence(self) -> float:
        return self.advisor.diligence if self.advisor else DILIGENCE_OF_NOBODY

    @property
    def visits(self) -> int:
        return sum(len(car.visits) for car in self.cars)

    def advised_by(self, ago: int) -> Worker:
        """Who received this customer's car on a day: mostly their own advisor, else whoever was there."""
        own = self.advisor if self.advisor and self.advisor.worked(ago) else self.first_advisor
        dice = self.rng.random()
        if own and own.worked(ago) and dice < 0.82:
            return own
        return self.store.on_duty(ago, dice * 7 % 1)


@dataclass
class World:
    """One demo company on the way into its tables."""

    tables: Tables
    days: Days
    places: list[Place]
    seed: int
    tags: list[int]
    # The key of customer number 0, and the day each customer came first, by number.
    first_key: int
    since: list[int] = field(default_factory=list)
    cars: int = 0

    def take_number(self) -> int:
        """A car's own number: its plate and its VIN come from it."""
        self.cars += 1
        if self.cars == RESERVED:
            self.cars = PLATES
        return self.cars


def places_of(firm: Company) -> list[Place]:
    """The stores as the history needs them."""
    return [
        Place(
            pk=store.pk, advisors=firm.advisors(store), callers=[user.pk for user in firm.callers(store)],
            desk=firm.desk(store).pk,
        )
        for store in firm.stores
    ]  # fmt: skip
