"""How often things are renewed: the intervals every shop starts with, and which one holds for a car.

The intervals are those of a working chain's own inspection list of 2015 (its wording: 以先到者为准); what it renews
after a look only (tyres, pads, belts, battery …) has none. Shops change them by brand, series and energy.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from ..enums import Energy, MaintenanceItem
from .due import Interval
from .plates import PlateKind, kind_of_plate

M = MaintenanceItem
_PURE, _MIXED = re.compile(r"纯电|电动|^(?:B?EV|电)$", re.IGNORECASE), re.compile(r"混|增程|HEV|EREV", re.IGNORECASE)
_FUEL = re.compile(r"汽油|柴油|燃油|天然气|乙醇|甲醇|油$|LPG|CNG", re.IGNORECASE)
_PURE_LETTERS = "DABCE"


class Cars(NamedTuple):
    """For which cars a rule holds; "" for any."""

    brand: str = ""
    series: str = ""
    energy: str = ""


Rules = Mapping[tuple[str, Cars], Interval]
_EVERY = {
    M.ENGINE_OIL: Interval(5_000, 6),
    M.AIR_FILTER: Interval(30_000, 36),
    M.CABIN_FILTER: Interval(20_000, 24),
    M.FUEL_FILTER: Interval(40_000, 48),
    M.BRAKE_FLUID: Interval(40_000, 36),
    M.COOLANT: Interval(80_000),
    M.GEARBOX_OIL: Interval(40_000),
    M.STEERING_OIL: Interval(40_000),
    M.SPARK_PLUGS: Interval(20_000),
}
# A car without an engine has none of these.
_OF_ENGINES = (
    M.ENGINE_OIL, M.AIR_FILTER, M.FUEL_FILTER, M.COOLANT, M.GEARBOX_OIL, M.STEERING_OIL, M.SPARK_PLUGS,
)  # fmt: skip
SHIPPED: Rules = {(str(item), Cars()): interval for item, interval in _EVERY.items()} | {
    (str(item), Cars(energy=Energy.ELECTRIC.value)): Interval() for item in _OF_ENGINES
}


def intervals_for(cars: Cars, rules: Rules) -> dict[str, Interval]:
    """Every item that is due at intervals on such cars."""
    found = {item: interval_for(item, cars, rules) for item in MaintenanceItem.values}
    return {item: interval for item, interval in found.items() if interval.says_when}


def interval_for(item: str, cars: Cars, rules: Rules) -> Interval:
    """The most specific rule: its series before its brand before its energy; none says when nowhere."""
    brand, series, energy = cars
    for scope in (
        Cars(brand, series, energy), Cars(brand, series), Cars(brand, "", energy), Cars(brand), Cars("", "", energy),
        Cars(),
    ):  # fmt: skip
        if (item, scope) in rules:
            return rules[item, scope]
    return Interval()


@lru_cache(maxsize=4_096)
def folded(name: str) -> str:
    """Brand or series as rules are looked up: case and blanks tell nothing."""
    return "".join(name.split()).casefold()


def energy_of(said: str, plate: str = "") -> str:
    """What a car runs on, by what the shop wrote, else by a green plate; "" where neither tells."""
    if energy := _energy_said(said):
        return energy
    kind = kind_of_plate(plate) if plate else None
    if kind not in (PlateKind.NEV_SMALL, PlateKind.NEV_LARGE):
        return ""
    letter = plate[2] if kind == PlateKind.NEV_SMALL else plate[-1]
    return (Energy.ELECTRIC if letter in _PURE_LETTERS else Energy.HYBRID).value


@lru_cache(maxsize=256)
def _energy_said(words: str) -> str:
    for energy, named in ((Energy.HYBRID, _MIXED), (Energy.ELECTRIC, _PURE), (Energy.FUEL, _FUEL)):
        if named.search(words):
            return energy.value
    return ""
