"""Writing the cars of a chunk: vehicles, the plates they carry, who owns them, and what their odometers showed."""

from array import array
from collections import defaultdict
from datetime import date
from typing import NamedTuple

from core.bulk import new_row
from customers.enums import ChangeKind
from vehicles.enums import ReadingSource
from vehicles.models import OdometerReading, Ownership, UsualMileage, Vehicle, VehiclePlate
from vehicles.rules.odometer import Reading, doubts
from vehicles.services import follow_readings, readings_to_keep

from ...enums import Field, Reason, Verdict
from .journal import Journal
from .known import Known
from .roles import write_roles

_COLUMNS = {
    Field.ENGINE_NO: "engine_no",
    Field.BRAND: "brand",
    Field.SERIES: "series",
    Field.MODEL: "model",
    Field.ENERGY: "energy",
    Field.INSURER: "insurer",
    Field.REGISTERED_ON: "registered_on",
    Field.INSPECTED_UNTIL: "inspected_until",
    Field.INSURED_UNTIL: "insured_until",
    Field.COMMERCIAL_INSURED_UNTIL: "commercial_insured_until",
    Field.PREMIUM: "premium_fen",
}
_BITS = {field: 1 << place for place, field in enumerate(_COLUMNS)}
_ODOMETER = 1 << len(_COLUMNS)


class Sighting(NamedTuple):
    """The file saw a car (a number of the ledger) on a day, its odometer at `km` or unread."""

    car: int
    day: date
    km: int | None
    source: ReadingSource = ReadingSource.IMPORT
    is_dated: bool = True


class CarsWriter:
    """Creates the cars a file brings and updates what it knows better; a car claimed by two people is left alone."""

    def __init__(self, known: Known, journal: Journal, *, today: date):
        self._known = known
        self._journal = journal
        self._today = today
        self._usual = UsualMileage.objects.by_energy()
        # Per car one bit for each thing this file has said: its first word stands, as it will the next time.
        self._said = array("H")
        # Readings `(vehicle pk, day, km)` that were written with new cars of this chunk.
        self._written: set[tuple[int, date, int]] = set()

    def write(self, verdicts: list, sightings: list[Sighting]) -> None:
        """Verdicts of accepted rows, in order, and when and with how many kilometres the file saw the cars."""
        mine = [v for v in verdicts if v.car is not None and v.reason != Reason.VEHICLE_CONFLICT]
        seen = defaultdict(list)
        for sighting in sightings:
            seen[sighting.car].append(sighting)
        new = self._create(mine, seen)
        self._update(mine, new)
        write_roles(mine, self._known, self._journal, today=self._today)

    def _create(self, verdicts, seen: dict[int, list[Sighting]]) -> set[int]:
        ledger, known = self._known.ledger, self._known
        cars = sorted({v.car for v in verdicts if known.car_pk(v.car) is None})
        rows = {car: self._journal.row(Vehicle, plate=ledger.plates[car], vin=ledger.vins[car]) for car in cars}
        for verdict in verdicts:
            if verdict.car in rows:
                for name, value in self._unsaid(verdict).items():
                    setattr(rows[verdict.car], name, value)
        readings = {car: _first_readings(row, seen[car], self._usual) for car, row in rows.items()}
        self._journal.create(list(rows.values()))
        days = {car: min((s.day for s in seen[car]), default=self._today) for car in rows}
        self._journal.create(
            [
                new_row(VehiclePlate, vehicle_id=row.pk, plate=row.plate, valid_from=days[car])
                for car, row in rows.items()
                if row.plate
            ]
        )
        self._carried(verdicts, {car: row.pk for car, row in rows.items()})
        self._own({car: row.pk for car, row in rows.items()}, days)
        for car, row in rows.items():
            known.set_car(car, row.pk, plate=row.plate, vin=row.vin, is_owned=True)
            for reading in readings[car]:
                reading.vehicle_id = row.pk
        first = [reading for car in rows for reading in readings[car]]
        self._journal.create(first)
        self._written = {(reading.vehicle_id, reading.read_on, reading.km) for reading in first}
        return set(rows)

    def _carried(self, verdicts, cars: dict[int, int]) -> None:
        """Plates that cars of the database (number → pk) carried before, where they are not on file."""
        said = {
            (cars[v.car], each.plate, each.first): each
            for v in verdicts
            if v.car in cars
            for each in v.facts.car.get(Field.FORMER_PLATES, ())
        }
        if not said:
            return
        on_file = VehiclePlate.objects.filter(vehicle_id__among={pk for pk, _, _ in said})
        for known in on_file.values_list("vehicle_id", "plate", "valid_from"):
            said.pop(known, None)
        self._journal.create(
            [
                new_row(VehiclePlate, vehicle_id=pk, plate=each.plate, valid_from=each.first, valid_to=each.last)
                for (pk, _, _), each in said.items()
            ]
        )

    def _own(self, cars: dict[int, int], days: dict[int, date]) -> None:
        owners = {car: self._known.ledger.owner[car] for car in cars}
        ownerships = [
            new_row(Ownership, vehicle_id=cars[car], customer_id=self._known.person_pk(owner), valid_from=days[car])
            for car, owner in owners.items()
            if owner is not None and self._known.person_pk(owner) is not None
        ]
        self._journal.create(ownerships)
        self._journal.touch([ownership.customer_id for ownership in ownerships], ChangeKind.VEHICLE)

    def _update(self, verdicts, new: set[int]) -> None:
        """Bring cars that are on file up to date; those to which no row brings anything are not even fetched."""
        brings = [v for v in verdicts if v.car not in new and (v.facts.car or self._lacks(v.car))]
        pks = {self._known.car_pk(verdict.car) for verdict in brings}
        rows = {row.pk: row for row in Vehicle.objects.filter(pk__among=pks)} if pks else {}
        for verdict in brings:
            self._update_one(verdict.car, self._unsaid(verdict), rows[self._known.car_pk(verdict.car)])
        self._carried(brings, {v.car: self._known.car_pk(v.car) for v in brings})
        free = {v.car for v in verdicts if v.car in self._known.without_owner} - new
        for car in free:
            self._known.without_owner.discard(car)
        self._own({car: self._known.car_pk(car) for car in sorted(free)}, dict.fromkeys(free, self._today))

    def _lacks(self, car: int) -> bool:
        """Whether the car lacks a plate or VIN that the file knows."""
        known, ledger = self._known, self._known.ledger
        return (car in known.without_vin and bool(ledger.vins[car])) or (
            car in known.without_plate and bool(ledger.plates[car])
        )

    def _update_one(self, car: int, values: dict, vehicle: Vehicle) -> None:
        ledger = self._known.ledger
        if not vehicle.vin and ledger.vins[car]:
            values["vin"] = ledger.vins[car]
        if not vehicle.plate and ledger.plates[car]:
            values["plate"] = ledger.plates[car]
            self._journal.create([VehiclePlate(vehicle=vehicle, plate=values["plate"], valid_from=self._today)])
        self._known.without_vin.discard(car)
        self._known.without_plate.discard(car)
        if values and self._journal.change(vehicle, values):
            owner = ledger.owner[car]
            pk = self._known.person_pk(owner) if owner is not None else None
            self._journal.touch([pk] if pk else [], ChangeKind.VEHICLE)

    def _unsaid(self, verdict) -> dict:
        """The column values a row brings that no earlier row of this file has said of the car."""
        said = _COLUMNS.keys() & verdict.facts.car.keys()
        return {_COLUMNS[field]: verdict.facts.car[field] for field in said if self._says(verdict.car, _BITS[field])}

    def _says(self, car: int, bit: int) -> bool:
        """Note that the file speaks of something; False when it has before."""
        if car >= len(self._said):
            self._said.extend([0] * (car + 1 - len(self._said)))
        first = not self._said[car] & bit
        self._said[car] |= bit
        return first

    def sightings(self, verdicts: list) -> list[Sighting]:
        """What a customer file says the odometers show, today where it names no day; once per car and file."""
        return [
            Sighting(v.car, v.facts.km_on or self._today, v.facts.km, is_dated=v.facts.km_on is not None)
            for v in verdicts
            if v.verdict != Verdict.CONFLICT
            and v.car is not None
            and v.facts.km is not None
            and self._says(v.car, _ODOMETER)
        ]

    def read_again(self, sightings: list[Sighting]) -> None:
        """Keep readings; one that names no day of its own only if no import has brought that value for the car before.

        What the car itself says already is left alone.
        """
        sightings = [s for s in sightings if (self._known.car_pk(s.car), s.day, s.km) not in self._written]
        if not sightings:
            return
        cars = {self._known.car_pk(s.car) for s in sightings}
        shown = set(Vehicle.objects.filter(pk__among=cars).values_list("pk", "odometer_on", "odometer_km"))
        dated = {(self._known.car_pk(s.car), s.day, s.km) for s in sightings if s.is_dated} - shown
        readings = {(self._known.car_pk(s.car), s.km) for s in sightings if not s.is_dated}
        brought = OdometerReading.objects.filter(vehicle_id__among=cars, source=ReadingSource.IMPORT)
        new = readings - set(brought.values_list("vehicle_id", "km"))
        self.record([*dated, *((pk, self._today, km) for pk, km in new)], ReadingSource.IMPORT)

    def record(self, readings: list[tuple[int, date, int]], source: ReadingSource) -> None:
        """Keep odometer readings `(vehicle pk, day, km)` that are not on file."""
        unsaid = [reading for reading in readings if reading not in self._written]
        if unsaid:
            self._journal.create(readings_to_keep(unsaid, source=source))


def _first_readings(vehicle: Vehicle, sightings: list[Sighting], usual: dict[str, int]) -> list[OdometerReading]:
    """The readings of a car that has no others, judged as the desk's are; sets the odometer they make believable."""
    said = {(s.day, s.km): s.source for s in sightings if s.km is not None}
    verdicts = doubts([Reading(day, km) for day, km in said])
    rows = [
        new_row(OdometerReading, read_on=day, km=km, source=source, doubt=doubt, is_plausible=not doubt)
        for ((day, km), source), doubt in zip(said.items(), verdicts, strict=True)
    ]
    if rows:
        follow_readings(vehicle, [Reading(row.read_on, row.km) for row in rows if row.is_plausible], usual)
    return rows
