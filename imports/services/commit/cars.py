"""Writing the cars of a chunk: vehicles, the plates they carry, who owns them, and what their odometers showed."""

from datetime import date

from customers.enums import ChangeKind
from vehicles.enums import ReadingSource
from vehicles.models import OdometerReading, Ownership, Vehicle, VehiclePlate
from vehicles.services import record_readings

from ...enums import Field, Reason, Verdict
from .journal import Journal
from .known import Known

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


class CarsWriter:
    """Creates the cars a file brings and updates what it knows better; a car claimed by two people is left alone."""

    def __init__(self, known: Known, journal: Journal, *, today: date):
        self._known = known
        self._journal = journal
        self._today = today
        self._said: dict[int, set[str]] = {}
        self._read: set[int] = set()

    def write(self, verdicts: list, *, since: dict[int, date] | None = None) -> None:
        """Verdicts of accepted rows, in order. `since`: {car: day it was first seen}, today where it is not given."""
        mine = [v for v in verdicts if v.car is not None and v.reason != Reason.VEHICLE_CONFLICT]
        new = self._create(mine, since or {})
        self._update(mine, new)

    def _create(self, verdicts, since: dict[int, date]) -> set[int]:
        cars = {v.car: v for v in reversed(verdicts) if self._known.car_pk(v.car) is None}
        cars = dict(sorted(cars.items()))
        ledger = self._known.ledger
        rows = {car: Vehicle(plate=ledger.plates[car], vin=ledger.vins[car]) for car in cars}
        for verdict in verdicts:
            if verdict.car in rows:
                for name, value in self._unsaid(verdict).items():
                    setattr(rows[verdict.car], name, value)
        self._journal.create(list(rows.values()))
        days = {car: since.get(car, self._today) for car in rows}
        self._journal.create(
            [VehiclePlate(vehicle=row, plate=row.plate, valid_from=days[car]) for car, row in rows.items() if row.plate]
        )
        self._own({car: row.pk for car, row in rows.items()}, days)
        for car, row in rows.items():
            self._known.set_car(car, row.pk)
        return set(rows)

    def _own(self, cars: dict[int, int], days: dict[int, date]) -> None:
        owners = {car: self._known.ledger.owner[car] for car in cars}
        ownerships = [
            Ownership(vehicle_id=cars[car], customer_id=self._known.person_pk(owner), valid_from=days[car])
            for car, owner in owners.items()
            if owner is not None and self._known.person_pk(owner) is not None
        ]
        self._journal.create(ownerships)
        self._journal.touch([ownership.customer_id for ownership in ownerships], ChangeKind.VEHICLE)

    def _update(self, verdicts, new: set[int]) -> None:
        old = {v.car for v in verdicts} - new
        rows = Vehicle.objects.in_bulk([self._known.car_pk(car) for car in old])
        for verdict in verdicts:
            if verdict.car not in new:
                self._update_one(verdict, rows[self._known.car_pk(verdict.car)])
        self._own_the_ownerless({car: self._known.car_pk(car) for car in old})

    def _update_one(self, verdict, vehicle: Vehicle) -> None:
        ledger, values = self._known.ledger, self._unsaid(verdict)
        if not vehicle.vin and ledger.vins[verdict.car]:
            values["vin"] = ledger.vins[verdict.car]
        if not vehicle.plate and ledger.plates[verdict.car]:
            values["plate"] = ledger.plates[verdict.car]
            self._journal.create([VehiclePlate(vehicle=vehicle, plate=values["plate"], valid_from=self._today)])
        if values and self._journal.change(vehicle, values):
            owner = ledger.owner[verdict.car]
            pk = self._known.person_pk(owner) if owner is not None else None
            self._journal.touch([pk] if pk else [], ChangeKind.VEHICLE)

    def _own_the_ownerless(self, cars: dict[int, int]) -> None:
        """Cars that were on file without an owner belong to whom the file names."""
        owned = set(
            Ownership.objects.current().filter(vehicle_id__in=cars.values()).values_list("vehicle_id", flat=True)
        )
        free = {car: pk for car, pk in cars.items() if pk not in owned}
        if free:
            self._own(free, dict.fromkeys(free, self._today))

    def _unsaid(self, verdict) -> dict:
        """The column values a row brings that no earlier row of this file has said of the car."""
        said = self._said.setdefault(verdict.car, set())
        values = {}
        for field, value in verdict.facts.car.items():
            if field not in said:
                said.add(field)
                values[_COLUMNS[field]] = value
        return values

    def read_odometers(self, verdicts: list) -> None:
        """Keep what a customer file says the odometers show. It names no day: today's, unless that value is known."""
        readings = {}
        for v in verdicts:
            if (
                v.verdict != Verdict.CONFLICT
                and v.car is not None
                and v.facts.km is not None
                and v.car not in self._read
            ):
                self._read.add(v.car)
                readings[self._known.car_pk(v.car)] = v.facts.km
        known = set(
            OdometerReading.objects.filter(vehicle_id__in=readings, source=ReadingSource.IMPORT).values_list(
                "vehicle_id", "km"
            )
        )
        self.record(
            [(pk, self._today, km) for pk, km in readings.items() if (pk, km) not in known], ReadingSource.IMPORT
        )

    def record(self, readings: list[tuple[int, date, int]], source: ReadingSource) -> None:
        """Keep odometer readings `(vehicle pk, day, km)` that are not on file."""
        if not readings:
            return
        on_file = OdometerReading.objects.filter(vehicle_id__in={pk for pk, _, _ in readings})
        known = set(on_file.values_list("vehicle_id", "read_on", "km"))
        new = sorted(set(readings) - known)
        if new:
            record_readings(new, source=source)
            self._journal.note_created(OdometerReading, len(new))
