"""该做什么了: what is due on a car, as the briefing and the car's own page show it."""

from dataclasses import dataclass
from datetime import date

from vehicles.enums import Energy, MaintenanceItem, Paper
from vehicles.models import DueItem, MaintenanceRule, Vehicle, WorkElsewhere
from vehicles.rules.due import Interval
from vehicles.rules.due_words import ENDED, FAR, LONG_OVER_DAYS, every_words, state_of, when_words, why_words
from vehicles.rules.intervals import SHIPPED, Cars, folded, intervals_for
from vehicles.services.due import scope_of

# On the briefing: what comes in two months or was missed in three years, and of that so many a car.
AHEAD_DAYS, BACK_DAYS, MOST = 60, 1_100, 4


@dataclass(frozen=True)
class DueLine:
    """One thing that is due: what, when, why, and whether it is more likely that others have done it."""

    item: str
    label: str
    due_on: date
    state: str
    when: str
    why: str
    is_long_over: bool
    is_paper: bool


@dataclass(frozen=True)
class CarDue:
    """Everything of a car that has an interval: when it is due, and of what nobody knows when it was done."""

    lines: list[DueLine]
    unknown: list[tuple[str, str]]
    elsewhere: list[WorkElsewhere]


def line_of(row: DueItem, today: date) -> DueLine:
    is_paper = row.item in Paper.values
    state = state_of(row.due_on, is_paper=is_paper, today=today)
    return DueLine(
        item=row.item,
        label=row.get_item_display(),
        due_on=row.due_on,
        state=state,
        when=when_words(row, today=today),
        why=why_words(row),
        is_long_over=not is_paper and state == ENDED and (today - row.due_on).days > LONG_OVER_DAYS,
        is_paper=is_paper,
    )


def nearest(lines: list[DueLine], today: date) -> list[DueLine]:
    """What a briefing has room for: what is due about now before what was missed long ago."""
    near = sorted((line for line in lines if line.state != FAR), key=lambda line: abs((line.due_on - today).days))
    return near[:MOST]


def due_of_car(vehicle: Vehicle, today: date) -> CarDue:
    """The whole of one car; three statements."""
    lines = [line_of(row, today) for row in vehicle.due_items.order_by("due_on", "item")]
    rules, known = MaintenanceRule.objects.in_force(), {line.item for line in lines}
    unknown = [
        (MaintenanceItem(item).label, every_words(one.km, one.months))
        for item, one in intervals_for(scope_of(vehicle), rules).items()
        if item not in known and not one.is_once
    ]
    told = vehicle.works_elsewhere.select_related("recorded_by").order_by("-done_on", "item")
    return CarDue(lines, unknown, list(told[:12]))


@dataclass(frozen=True)
class RuleLine:
    """One rule as the table prints it; `row` is None for what was shipped."""

    item: str
    label: str
    cars: Cars
    brand: str
    series: str
    energy_label: str
    words: str
    is_off: bool
    row: MaintenanceRule | None

    @property
    def for_whom(self) -> str:
        said = " ".join(part for part in (self.brand, self.series, self.energy_label) if part)
        return said or "所有车"


def rules_page() -> list[RuleLine]:
    """Every item with its general rule and the special ones under it; one statement."""
    written = {(row.item, row.cars): row for row in MaintenanceRule.objects.newest().select_related("created_by")}
    lines = []
    for item in MaintenanceItem.values:
        scopes = {cars for of, cars in (*written, *SHIPPED) if of == item} | {Cars()}
        for cars in sorted(scopes):
            row = written.get((item, cars))
            if row and row.is_dropped:
                continue
            lines.append(_rule_line(item, cars, row))
    return lines


def _rule_line(item: str, cars: Cars, row: MaintenanceRule | None) -> RuleLine:
    interval = row.interval if row else SHIPPED.get((item, cars), Interval())
    return RuleLine(
        item=item,
        label=MaintenanceItem(item).label,
        cars=cars,
        brand=row.brand if row else "",
        series=row.series if row else "",
        energy_label=Energy(cars.energy).label if cars.energy else "",
        words=every_words(interval.km, interval.months, is_once=interval.is_once),
        is_off=not interval.says_when and bool(cars.energy or cars.brand or row),
        row=row,
    )


@dataclass(frozen=True)
class Rule:
    """The rule an address names, with its versions; nothing named: one that is to be written."""

    scope: dict | None
    versions: list[MaintenanceRule]
    interval: Interval

    @property
    def for_form(self) -> dict:
        return {"row": (self.versions or [None])[0], "scope": self.scope, "interval": self.interval}

    @property
    def title(self) -> str:
        if self.scope is None:
            return "给一些车单列周期"
        energy = Energy(self.scope["energy"]).label if self.scope["energy"] else ""
        whom = " ".join(part for part in (self.scope["brand"], self.scope["series"], energy) if part)
        return f"{MaintenanceItem(self.scope['item']).label} · {whom or '所有车'}"

    @property
    def may_be_dropped(self) -> bool:
        """A rule of some cars that the shop wrote itself."""
        return (
            bool(self.versions)
            and (self.versions[0].item, self.versions[0].cars) not in SHIPPED
            and (self.versions[0].cars != Cars())
        )


def rule_of(query) -> Rule | None:
    """What `item`, `brand`, `series` and `energy` of an address name; None for an item that does not exist."""
    named = {name: query.get(name, "") for name in ("item", "brand", "series", "energy")}
    if not named["item"]:
        return Rule(None, [], Interval())
    if named["item"] not in MaintenanceItem.values or named["energy"] not in ("", *Energy.values):
        return None
    cars = Cars(folded(named["brand"]), folded(named["series"]), named["energy"])
    versions = MaintenanceRule.objects.of(named["item"], cars)
    return Rule(named, versions, MaintenanceRule.objects.in_force().get((named["item"], cars), Interval()))
